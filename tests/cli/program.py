"""`xiaobian` as a process of its own, told everything through its environment, in a folder without a settings file.
Only this machine's loopback is in what it is told.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0
"""Seconds a command may take: what is promised is 30 to say what is wrong, and the machine may be busy."""


@dataclass(frozen=True)
class Ended:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All of it."""
        return self.out + self.err


def environment(credentials: Mapping[str, Any], database: str, **more: str) -> dict[str, str]:
    """The variables for a sandbox; `more` by the setting's path with `__`, an empty text takes a variable away."""
    slack, square = credentials["slack"], credentials["square"]
    told = {
        "slack__bot_token": slack["bot_token"],
        "slack__app_token": slack["app_token"],
        "slack__channel": slack["channel"],
        "slack__base_url": slack["api_url"],
        "slack__pace": "0",
        "accounts__square__platform": "square",
        "accounts__square__url": square["url"],
        "accounts__square__token": square["token"],
        "database": database,
        **more,
    }
    return {f"XIAOBIAN_{name.upper()}": value for name, value in told.items() if value}


class Program:
    """`async with Program(folder, "run", **environment) as desk`: until it ends, or the block does."""

    def __init__(self, folder: Path, *words: str, **variables: str) -> None:
        self._folder, self._words = folder, words
        self._variables = {"LC_ALL": "en_US.UTF-8", **variables}

    async def __aenter__(self) -> Self:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            *self._words,
            cwd=self._folder,
            env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "COLUMNS": "100", **self._variables},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        self._out, self._err = (
            asyncio.create_task(self._read(stream)) for stream in (self.process.stdout, self.process.stderr)
        )
        self.heard = ""
        """All it has said so far."""
        return self

    async def __aexit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.process.kill()
        await self.ended()

    async def says(self, words: str) -> None:
        """Wait until it has said this."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.heard:
                assert self.process.returncode is None, self.heard
                await asyncio.sleep(0.02)

    async def ended(self, within: float = PATIENCE) -> Ended:
        """Wait for its end."""
        async with asyncio.timeout(within):
            code = await self.process.wait()
            return Ended(code, await self._out, await self._err)

    async def _read(self, stream: asyncio.StreamReader | None) -> str:
        assert stream is not None
        read = ""
        while line := await stream.readline():
            read += line.decode()
            self.heard += line.decode()
        return read


async def xiaobian(folder: Path, *words: str, **variables: str) -> Ended:
    """Run a command to its end."""
    async with Program(folder, *words, **variables) as program:
        return await program.ended()
