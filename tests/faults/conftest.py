"""The whole program in this process, between a quiet sandbox and the people in it.
Nothing is replaced: what is bent is a setting, a fault of the sandbox's own, or a duration that is an argument.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.app import PATIENCE, App, assemble
from bot.config import Account, given
from bot.sandbox.server import Sandbox
from bot.steps import Trace, no_trace
from tests.people import People

OpenDesk = Callable[..., AbstractAsyncContextManager[App]]
"""`open_desk(url, account={…}, doubt=…, **settings)`; `account`: what the square's account is told besides."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """One post, nobody talks by themselves, Slack does not slow us down."""
    async with Sandbox(seed="empty", talk=False, pacing=False) as box:
        yield box


@pytest.fixture
async def people(sandbox: Sandbox) -> AsyncIterator[People]:
    """Everybody in it; the token may look into its channel, as docs/slack.md recommends."""
    async with People(sandbox.url) as everybody:
        granted = sorted({*sandbox.slack.settings.scopes, "channels:history"})
        await everybody.do("slack/settings", history=True, scopes=granted)
        yield everybody


@pytest.fixture
def file_url(migrated_file: Path, tmp_path: Path) -> str:
    """An SQLite database, for what does not depend on the kind."""
    path = tmp_path / "desk.db"
    shutil.copyfile(migrated_file, path)
    return f"sqlite:///{path}"


@pytest.fixture
def open_desk(sandbox: Sandbox) -> OpenDesk:
    """The program on a database of the test's choice; doubts are looked into after 50 ms instead of 2 s."""

    def opened(
        url: str,
        *,
        account: dict[str, Any] | None = None,
        doubt: float = 0.05,
        patience: float = PATIENCE,
        trace: Trace = no_trace,
        **more: Any,
    ) -> AbstractAsyncContextManager[App]:
        known = sandbox.credentials()
        settings = given(known, url, **{"slack": {"pace": 0.0}, "brand": "晨光咖啡", **more})
        told: Any = known["square"]
        square = Account(platform="square", url=told["url"], token=told["token"], **(account or {}))
        accounts = {**settings.accounts, "square": square}
        settings = settings.model_copy(update={"accounts": accounts})
        return assemble(settings, doubt=doubt, patience=patience, trace=trace)

    return opened
