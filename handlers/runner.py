"""Runs what a click asks for after Slack has its acknowledgement, and loses neither a task nor an exception.
It never retries: what failed is told to the person, who decides.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog

from handlers.payloads import Click

log = structlog.get_logger()

Report = Callable[[Click, Exception], Awaitable[None]]


class Runner:
    """The tasks under way. bolt keeps no reference to its own: they could vanish, and their errors would."""

    def __init__(self, report: Report) -> None:
        """`report`: tells the person what went wrong; must not raise."""
        self._report = report
        self._tasks: set[asyncio.Task[Any]] = set()

    def spawn(self, click: Click, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Start `work` on behalf of a click."""
        task = asyncio.create_task(self._guarded(click, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def drain(self, seconds: float) -> None:
        """Wait for what is under way, at most `seconds`; then cut it."""
        if not self._tasks:
            return
        _, late = await asyncio.wait(self._tasks, timeout=seconds)
        for task in late:
            task.cancel()
        if late:
            log.warning("drain_cut", tasks=len(late))
            await asyncio.wait(late, timeout=1.0)

    async def _guarded(self, click: Click, work: Coroutine[Any, Any, Any]) -> None:
        try:
            await work
        except Exception as error:
            await self._report(click, error)
