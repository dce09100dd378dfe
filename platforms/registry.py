"""From a platform's name to an adapter object: the entry-point group `xiaobian.platforms`, so that others can add one.
It never imports an adapter before somebody asks for it, and never opens a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import cast

from platforms.base import Platform
from platforms.errors import BadSettings

GROUP = "xiaobian.platforms"

BUILT_IN: Mapping[str, str] = {"square": "platforms.square:Square", "telegram": "platforms.telegram:Telegram"}
"""Ours, for a checkout that was never installed; tests hold it equal to pyproject.toml."""

Factory = Callable[[str, Mapping[str, object]], Platform]
"""What an entry point names: called with the account's name and its settings, raises `BadSettings`."""


def kinds() -> list[str]:
    """The platforms that can be configured, by name."""
    return sorted({*BUILT_IN, *(point.name for point in entry_points(group=GROUP))})


def create(kind: str, name: str, settings: Mapping[str, object]) -> Platform:
    """The adapter for one account, not opened yet. Raises `BadSettings` for an unknown kind or unusable settings."""
    return _factory(kind, name)(name, settings)


def _factory(kind: str, name: str) -> Factory:
    for point in entry_points(group=GROUP, name=kind):
        return cast(Factory, point.load())
    if kind in BUILT_IN:
        return cast(Factory, EntryPoint(kind, BUILT_IN[kind], GROUP).load())
    raise BadSettings("platform", f"is not a platform that is installed; there are: {', '.join(kinds())}.", name)
