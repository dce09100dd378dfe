"""The way in: asks the platforms for news and takes what they push, and hands it to the inbox, which stores it at once.
A feed is read again from its cursor after any failure; a webhook is answered only after the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from bot import access
from bot.clock import Clock
from bot.desk.inbox import Inbox
from bot.dispatch import TEAM, Dispatch
from bot.steps import Step, Trace
from bot.store import deliveries, intake
from bot.store.engine import Store
from bot.team import Notice
from platforms.base import Batch, Hook, Platform
from platforms.errors import AuthBroken, PlatformError

log = structlog.get_logger(__name__)

RETRY = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Seconds before the n-th new try of a feed that cannot be read."""

SPIN = 0.2
"""A platform that says it holds its answer back, or that there is more, but brings nothing new sooner than this many
seconds, is asked only once a second."""

LONGEST = 86_400.0
"""Seconds a platform may tell us to wait: no header keeps a feed unread for ever."""

NOTE = 60.0
"""Seconds after which an idle feed writes down again that it was read: often enough for `/engage status`."""


@dataclass(slots=True)
class Source:
    """One feed of one account, and when to read it next (event loop time)."""

    account: str
    account_id: int
    platform: Platform
    feed: str
    next: float = 0.0
    noted: float = float("-inf")
    failures: int = 0
    gap: str | None = None
    works: bool = False
    """Read since this process began, or since access was refused: then the account is no longer paused."""
    task: asyncio.Task[None] | None = field(default=None, repr=False)


class Intake:
    """Reads every feed when it is due; the clock calls `tick`."""

    def __init__(
        self,
        inbox: Inbox,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        trace: Trace,
        accounts: Mapping[str, tuple[int, Platform]],
    ) -> None:
        """`accounts`: row id and open platform by name."""
        self._inbox, self._store, self._dispatch = inbox, store, dispatch
        self._clock, self._trace, self._accounts = clock, trace, accounts
        self._sources = [
            Source(name, number, platform, feed)
            for name, (number, platform) in accounts.items()
            for feed in platform.feeds
        ]

    async def tick(self) -> None:
        """Start to read what is due and not being read; returns at once."""
        now = asyncio.get_running_loop().time()
        for source in self._sources:
            if source.next <= now and (source.task is None or source.task.done()):
                source.task = asyncio.create_task(self._read(source), name=f"read {source.account}/{source.feed}")

    async def close(self) -> None:
        """Stop reading; what was not stored is delivered again."""
        tasks = [source.task for source in self._sources if source.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def webhook(self, account: str, headers: Mapping[str, str], raw: bytes, query: Mapping[str, str]) -> Hook:
        """Take a pushed call; answer it with the `Hook` only after this returns.

        Raises `KeyError` for an unknown account, `platforms.errors.BadSignature`, `Unsupported`.
        """
        number, platform = self._accounts[account]
        hook = platform.webhook(headers, raw, query)
        if hook.items:
            self._trace(Step.POLLED, 0)
            await self._inbox.take(number, hook.items)
        return hook

    async def _read(self, source: Source) -> None:
        loop = asyncio.get_running_loop()
        try:
            while True:
                started = loop.time()
                batch, news = await self._once(source)
                if not batch.more and batch.wait > 0:
                    source.next = loop.time() + min(batch.wait, LONGEST)
                    return
                if not news and loop.time() - started < SPIN:
                    source.next = loop.time() + 1.0
                    return
        except Exception as error:
            await self._failed(source, error)

    async def _once(self, source: Source) -> tuple[Batch, bool]:
        """One poll, stored; the batch, and whether it brought anything new or moved the cursor."""
        async with self._store.read() as session:
            cursor = await intake.cursor(session, source.account_id, source.feed)
        batch = await source.platform.poll(source.feed, cursor)
        if batch.items:
            self._trace(Step.POLLED, 0)
        now = asyncio.get_running_loop().time()
        moved = batch.cursor != cursor
        gap = batch.gap is not None and batch.gap != source.gap
        new = 0
        if batch.items or moved or gap or source.failures or now > source.noted + NOTE:
            source.noted = now
            new = await self._inbox.take(source.account_id, batch.items, feed=source.feed, batch=batch)
        source.failures = 0
        if gap:
            await self.warn(Notice("notice.gap", {"account": source.account, "feed": source.feed}))
        source.gap = batch.gap
        if not source.works:
            await self._resume(source)
        return batch, moved or new > 0

    async def _failed(self, source: Source, error: Exception) -> None:
        wait, problem, scope = RETRY[min(source.failures, len(RETRY) - 1)], type(error).__name__.lower(), None
        if isinstance(error, PlatformError):
            wait = min(error.after or wait, LONGEST)
            scope = error.scope if isinstance(error, AuthBroken) else None
            log.warning("read_failed", account=source.account, feed=source.feed, error=problem, evidence=str(error))
        else:
            wait, problem = RETRY[-1], "broken"
            log.error("read_broke", account=source.account, feed=source.feed, exc_info=error)
        source.failures += 1
        source.next = asyncio.get_running_loop().time() + wait
        source.works = source.works and scope is None
        try:
            async with self._store.write() as unit:
                await intake.feed_problem(unit, source.account_id, source.feed, problem, self._clock())
                if scope is not None:
                    await access.refused(unit, self._dispatch, source.account, scope, self._clock())
        except Exception:
            log.exception("read_failure_not_stored", account=source.account, feed=source.feed)

    async def _resume(self, source: Source) -> None:
        """Access that was refused works again: the replies that wait for it are due."""
        async with self._store.write() as unit:
            await access.works(unit, self._dispatch, source.account, self._clock())
        source.works = True

    async def warn(self, notice: Notice) -> None:
        """Tell everybody, through the outbox."""
        async with self._store.write() as unit:
            await deliveries.add(unit, [deliveries.notice(notice.key, notice.params, self._clock())])
            await self._dispatch.ready(unit, TEAM)
