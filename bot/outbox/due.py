"""Wakes when a post is due, to the moment, and has it handed over. It decides nothing; the tick is the safety net."""

from __future__ import annotations

import asyncio

import structlog

from bot.clock import Clock
from bot.outbox.lane import BACK_OFF, IDLE, pause
from bot.posts.schedule import Schedule

log = structlog.get_logger(__name__)


class Due:
    """`await run()` until `stop`."""

    def __init__(self, schedule: Schedule, signal: asyncio.Event, clock: Clock) -> None:
        self._schedule, self._signal, self._clock = schedule, signal, clock
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Finish what is being handed over, then return from `run`."""
        self._stopping.set()
        self._signal.set()

    async def run(self) -> None:
        """Hand over whenever something is due."""
        while not self._stopping.is_set():
            self._signal.clear()
            try:
                await self._schedule.come_round()
                while await self._schedule.work() and not self._stopping.is_set():
                    pass
                due = await self._schedule.next_due()
            except Exception:
                log.exception("due_failed")
                await pause(self._stopping, BACK_OFF[1])
                continue
            left = IDLE if due is None else (due - self._clock()).total_seconds()
            await pause(self._signal, min(IDLE, max(0.0, left)))
