"""The program as a real process: started, killed by its own trace, started again."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

from bot.steps import Step
from tests.faults.child import READY

START = 30.0
"""Seconds the program may take to serve: ten times what it takes here when nothing else runs."""


class DeskProcess:
    """`async with DeskProcess(settings, kill=step)`: serving, until it dies or the block ends (SIGTERM, then wait)."""

    def __init__(self, settings: Mapping[str, Any], kill: Step | None = None) -> None:
        self._told = json.dumps({"settings": settings, "kill": kill})

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.child", self._told, stdout=asyncio.subprocess.PIPE
        )
        assert self.process.stdout is not None
        async with asyncio.timeout(START):
            self.first_line = (await self.process.stdout.readline()).decode().strip()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.returncode is None:
            self.process.terminate()
        async with asyncio.timeout(15):
            await self.process.wait()
        assert self.process.stdout is not None
        await self.process.stdout.read()

    @property
    def serving(self) -> bool:
        """Did it come up? A process that dies at an early step may not."""
        return self.first_line == READY

    @property
    def dead(self) -> bool:
        """Has it ended?"""
        return self.process.returncode is not None

    async def died(self) -> int:
        """Wait for its death; the exit status (-9 for SIGKILL)."""
        async with asyncio.timeout(START):
            return await self.process.wait()
