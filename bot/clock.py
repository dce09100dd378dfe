"""The time, as something that is handed in: whoever needs it takes a `Clock`, so that tests can turn it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells an aware UTC time."""


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)
