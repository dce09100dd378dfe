"""The program as a real process: started, killed by its own trace, started again.
It is forked from a server that has imported the program once: that is two thirds of what a start costs.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from bot.steps import Step
from tests.faults.child import READY, Told, run

START = 30.0
"""Seconds the program may take to serve: ten times what it takes here when nothing else runs."""

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["pytest", "tests.faults.child"])


class DeskProcess:
    """`async with DeskProcess(settings, kill=step)`: serving, until it dies or the block ends (SIGTERM, then wait).

    It kills itself at the `times`-th arrival at the step.
    """

    def __init__(self, settings: Mapping[str, Any], kill: Step | None = None, times: int = 1) -> None:
        self._told = Told(settings, kill, times)
        self._ended = asyncio.Event()

    async def __aenter__(self) -> Self:
        ours, theirs = FORKS.Pipe(duplex=False)
        self.process = FORKS.Process(target=run, args=(self._told, theirs))
        with ours:
            with theirs:
                await asyncio.to_thread(self.process.start)  # The first one waits for the server.
            asyncio.get_running_loop().add_reader(self.process.sentinel, self._end)
            assert await asyncio.to_thread(ours.poll, START), "it neither serves nor dies"
            try:
                self.serving = ours.recv() == READY
                """Did it come up? A process that dies at an early step may not."""
            except EOFError:
                self.serving = False
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.dead:
            self.process.terminate()
        async with asyncio.timeout(15):
            await self._ended.wait()
        self.process.close()

    @property
    def dead(self) -> bool:
        """Has it ended?"""
        return self._ended.is_set()

    async def died(self) -> int:
        """Wait for its death; the exit status (-9 for SIGKILL)."""
        async with asyncio.timeout(START):
            await self._ended.wait()
        assert self.process.exitcode is not None
        return self.process.exitcode

    def _end(self) -> None:
        asyncio.get_running_loop().remove_reader(self.process.sentinel)
        self.process.join()
        self._ended.set()
