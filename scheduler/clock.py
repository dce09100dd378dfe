"""The clock: APScheduler, in memory, holding nothing but the fixed ticks. It never decides what is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Self
from zoneinfo import ZoneInfo

import structlog
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.jobs import Tick

log = structlog.get_logger(__name__)


class TickingClock:
    """`async with TickingClock(zone, ticks)`: ticks until the block ends, then waits for the tick under way."""

    def __init__(self, zone: ZoneInfo, ticks: Sequence[Tick]) -> None:
        # Its own log says the same as ours, a line for every tick.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler = AsyncIOScheduler(
            timezone=zone,
            jobstores={"default": MemoryJobStore()},
            # A tick that is late is still wanted, once: the default silently skips what is 1 s late.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._under_way: set[asyncio.Task[None]] = set()
        for tick in ticks:
            self._scheduler.add_job(
                self._guarded, "interval", args=(tick.name, tick.work), seconds=tick.seconds, id=tick.name
            )

    async def __aenter__(self) -> Self:
        self._scheduler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._scheduler.shutdown(wait=False)
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _guarded(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        try:
            await work()
        except Exception:
            log.exception("tick_failed", tick=name)
