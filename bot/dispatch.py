"""The port that says "this row can be worked", and the engine for one process: an asyncio event per lane.
A signal carries nothing: the row decides, so a lost or doubled one costs at most a tick.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from bot.store.engine import Unit

TEAM = "team"
"""The lane of everything new in the team's channel. An account's lane is its name, so no account may be called so."""

AHEAD = "ahead"
"""The lane that says: something new wants suggestions."""

REFRESH = "refresh"
"""The lane that says: some card no longer shows what is stored."""


POSTS = "posts"
"""The lane that says: some post was written, approved or braked; it may be due, and its card may be behind."""

POST_CARDS = "post-cards"
"""The lane that says: the card of some post no longer shows what is stored."""


LANES = frozenset({TEAM, AHEAD, REFRESH, POSTS, POST_CARDS})
"""Names that no account may have."""


class Dispatch(Protocol):
    """Tells whoever works a lane that there is something ready. Called inside the transaction that makes it ready."""

    async def ready(self, unit: Unit, lane: str) -> None:
        """Work in `lane` is part of this transaction; the signal must not arrive before the commit."""


class InProcess:
    """One process, no server: the signal is an event in memory, set after the commit."""

    def __init__(self) -> None:
        self._lanes: dict[str, asyncio.Event] = {}

    async def ready(self, unit: Unit, lane: str) -> None:
        unit.on_commit(self.lane(lane).set)

    def lane(self, name: str) -> asyncio.Event:
        """The event a worker of this lane waits for, and clears."""
        return self._lanes.setdefault(name, asyncio.Event())

    def wake(self) -> None:
        """The tick: look into every lane, whatever signal was lost."""
        for event in self._lanes.values():
            event.set()
