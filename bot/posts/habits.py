"""When each account's audience is used to writing, measured from what it wrote in the last three months.
It remembers an hour long what it counted, and never says of one account what is true of another.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.posts.best import Best, best
from bot.store import planned
from bot.store.engine import Store

DAYS = 90
"""How far back is looked: a season; what people did a year ago says little of next week. A choice."""
_FRESH = timedelta(hours=1)
"""An hour more hardly changes what was counted of ninety days."""


class Habits:
    """The best times by account, on the wall of the team's zone."""

    def __init__(self, store: Store, clock: Clock, zone: ZoneInfo) -> None:
        self._store, self._clock, self._zone = store, clock, zone
        self._known: dict[str, tuple[datetime, Best]] = {}

    @property
    def zone(self) -> ZoneInfo:
        """Whose wall the hours are on."""
        return self._zone

    async def of(self, account: str) -> Best:
        """The best hours of one account, at most an hour old; `n` is how many comments were looked at."""
        now, held = self._clock(), self._known.get(account)
        if held is not None and now - _FRESH < held[0] <= now:
            return held[1]
        async with self._store.read() as session:
            moments = await planned.moments(session, account, now - timedelta(days=DAYS))
        found = await asyncio.to_thread(best, moments, self._zone)
        self._known[account] = (now, found)
        return found
