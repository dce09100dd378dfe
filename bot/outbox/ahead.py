"""Works out suggestions before their card is due, while others wait for the network: a card must not wait for thinking.
What it did not get to, the card's own lane does; nothing here sends or shows anything.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.desk.suggesting import Suggesting
from bot.dispatch import TEAM
from bot.outbox.lane import IDLE
from bot.store import deliveries
from bot.store.engine import Store

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Items thought about in one go: some 100 ms of another thread's time, then their suggestions are stored."""


class Ahead:
    """`await run()` until `stop`."""

    def __init__(self, suggesting: Suggesting, store: Store, signal: asyncio.Event) -> None:
        self._suggesting, self._store, self._signal = suggesting, store, signal
        self._stopping = False

    def stop(self) -> None:
        """Finish the items under way, then return from `run`."""
        self._stopping = True
        self._signal.set()

    async def run(self) -> None:
        """Think whenever something new came in."""
        while not self._stopping:
            self._signal.clear()
            try:
                while await self.work() and not self._stopping:
                    pass
            except Exception:
                log.exception("ahead_failed")
            try:
                async with asyncio.timeout(IDLE):
                    await self._signal.wait()
            except TimeoutError:
                continue

    async def work(self) -> int:
        """Suggest for the next cards that have none yet; how many those were."""
        async with self._store.read() as session:
            numbers = await deliveries.unsuggested(session, TEAM, AT_ONCE)
        if numbers:
            await self._suggesting.suggest(numbers)
        return len(numbers)
