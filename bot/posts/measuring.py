"""What the platforms count of published posts, written down at fixed ages, so that posts can be compared.
What a platform does not give stays absent; a number is never made up, and never written twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from bot.clock import Clock
from bot.dispatch import POST_CARDS, Dispatch
from bot.store import planned
from bot.store.engine import Store
from bot.store.posts import Target
from platforms.base import Platform
from platforms.errors import PlatformError

log = structlog.get_logger(__name__)

AGES = {
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "28d": timedelta(days=28),
}
"""When a post is looked at, after it went out."""

TOLERANCE = 0.25
"""How much later than its age, as a share of it, a count may still be taken: a desk that was down for a day measures
nothing "after one hour" that is a day old. What was missed stays unknown."""

AT_ONCE = 50
"""Posts asked about in one call."""


class Measuring:
    """The tick that takes the counts."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock, platforms: Mapping[str, Platform]) -> None:
        self._store, self._dispatch, self._clock, self._platforms = store, dispatch, clock, platforms

    async def work(self) -> int:
        """Take what is due; how many counts were written down."""
        now, written = self._clock(), 0
        for age, after in AGES.items():
            async with self._store.read() as session:
                due = await planned.to_measure(session, age, now - after, now - after * (1 + TOLERANCE))
            by_account: defaultdict[str, list[Target]] = defaultdict(list)
            for target in due:
                by_account[target.account].append(target)
            for account, targets in by_account.items():
                for first in range(0, len(targets), AT_ONCE):
                    written += await self._take(account, targets[first : first + AT_ONCE], age)
        return written

    async def _take(self, account: str, targets: Sequence[Target], age: str) -> int:
        counted = await self._counted(account, targets)
        if counted is None:
            return 0  # Asked again by the next tick, for as long as the age can still be called so.
        now, written = self._clock(), 0
        async with self._store.write() as unit:
            for target in targets:
                replies = await planned.replies_under(unit, account, target.native_id or "")
                row = {
                    "target_id": target.id,
                    "age": age,
                    "at": now,
                    "values": counted.get(target.native_id or "", {}),
                    "replies": replies,
                }
                if await planned.measured(unit, row):
                    written += 1
                    (await planned.change(unit, target.planned_id)).touch()
            await self._dispatch.ready(unit, POST_CARDS)
        return written

    async def _counted(self, account: str, targets: Sequence[Target]) -> dict[str, dict[str, int]] | None:
        """By native id what the platform counts; empty where it counts nothing, None where it could not be asked."""
        platform = self._platforms.get(account)
        if platform is None or not platform.caps.metrics:
            return {}
        try:
            found = await platform.metrics([target.ref for target in targets if target.ref])
        except PlatformError as error:
            log.warning("metrics_unread", account=account, error=type(error).__name__, evidence=str(error))
            return None
        counted: defaultdict[str, dict[str, int]] = defaultdict(dict)
        for metric in found:
            if metric.ref is not None:
                counted[metric.ref][metric.name] = metric.value
        return dict(counted)
