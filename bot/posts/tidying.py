"""Lets go of the files of posts that nothing wants any more. What a post still carries is never touched."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.clock import Clock
from bot.posts.media import Shelf
from bot.store import planned
from bot.store.engine import Store

KEPT = timedelta(days=30)
"""How long the files of a post that is out, or cancelled, are kept: for whoever wants to post it again."""


class Tidying:
    """The tick that throws files away."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store, self._clock, self._shelf = store, clock, shelf

    async def work(self) -> int:
        """Throw away what no post wants; how many files."""
        since = self._clock() - KEPT
        async with self._store.read() as session:
            wanted = await planned.digests(session, since)
        return len(await asyncio.to_thread(self._shelf.sweep, wanted, since))
