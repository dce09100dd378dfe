"""The clock: APScheduler, in memory, holding nothing but the fixed ticks. It never decides what is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Self
from zoneinfo import ZoneInfo

import structlog
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from scheduler.jobs import Tick

log = structlog.get_logger(__name__)

GRACE = 2.0
"""Seconds a tick under way has to end when the clock stops: a transaction, not a wait for the network."""


class TickingClock:
    """`async with TickingClock(zone, ticks)`: ticks until the block ends, then lets the tick under way end."""

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
                self._tick, "interval", args=(tick.name, tick.work), seconds=tick.seconds, id=tick.name
            )

    async def __aenter__(self) -> Self:
        self._scheduler.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._scheduler.shutdown(wait=False)
        if self._under_way:
            _done, late = await asyncio.wait(self._under_way, timeout=GRACE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _tick(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        # In a task of its own: APScheduler cancels what runs when it is shut down.
        task = asyncio.create_task(self._guarded(name, work), name=f"tick {name}")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)

    async def _guarded(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except Exception:
            log.exception("tick_failed", tick=name)
