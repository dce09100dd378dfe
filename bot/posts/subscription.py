"""The calendar for other programs: an address with a secret in it that a person makes, and can take back at any time.
It is read only; who does not have the secret learns not even whether there is a calendar.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.i18n import Words
from bot.posts.board import PostBoard
from bot.posts.feed import Revision, feed, new_token
from bot.posts.labels import states
from bot.store import planned
from bot.store.engine import Store

BEFORE, AFTER = timedelta(days=60), timedelta(days=400)
"""How much of the calendar a feed holds: what a person looks back at, and a year ahead."""

HOST = "xiaobian"
"""What makes our events' names unlike anybody else's."""


class Subscription:
    """Addresses, and what they answer."""

    def __init__(self, store: Store, clock: Clock, board: PostBoard, zone: ZoneInfo, words: Words, brand: str) -> None:
        """`words`: in which states are named; `brand`: in the calendar's name."""
        self._store, self._clock, self._board = store, clock, board
        self._zone, self._words, self._brand = zone, words, brand

    async def make(self, who: str) -> str:
        """A new secret for `who`; the one they had before opens nothing any more."""
        secret = new_token()
        async with self._store.write() as unit:
            await planned.keep_key(unit, _digest(secret), who, self._clock())
        return secret

    async def revoke(self, who: str) -> bool:
        """Take it back; whether there was any."""
        async with self._store.write() as unit:
            return await planned.revoke_keys(unit, who, self._clock()) > 0

    async def read(self, secret: str) -> bytes | None:
        """The calendar in UTF-8; None where the secret opens nothing."""
        now = self._clock()
        async with self._store.read() as session:
            if not await planned.opens(session, _digest(secret)):
                return None
        slots = await self._board.slots(now - BEFORE, now + AFTER)
        async with self._store.read() as session:
            told = await planned.revisions(session, [slot.post for slot in slots])
        changed = {number: Revision(at, version) for number, (at, version) in told.items()}
        name = self._words("calendar.feed", brand=self._brand or "Xiaobian")
        return await asyncio.to_thread(
            lambda: feed(
                slots, self._zone, name=name, host=HOST, now=now, states=states(self._words), revisions=changed
            )
        )


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
