"""The whole program as a process of its own that kills itself (SIGKILL) when it reaches a step.
It is the true program: only the trace it is assembled with differs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from bot import logs
from bot.app import assemble
from bot.config import Settings
from bot.steps import Step, Trace

READY = "ready"
"""Sent once the desk serves."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a process is told. `kill`, `times`: it dies at the so-manieth arrival at this step; `doubt`: seconds."""

    settings: Mapping[str, Any]
    kill: Step | None = None
    times: int = 1
    doubt: float = 0.3


def deadly(fatal: Step | None, times: int) -> Trace:
    """A trace that kills this process at the `times`-th arrival at `fatal`."""
    left = times

    def trace(step: Step, item: int) -> None:
        nonlocal left
        if step is fatal:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return trace


def run(told: Told, tell: Connection) -> None:
    """Serve until SIGTERM, or until the step is reached."""
    logs.set_up("warning")
    asyncio.run(_serve(told, tell.send))


async def _serve(told: Told, tell: Callable[[str], None]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    settings = Settings.model_validate(told.settings)
    async with assemble(settings, trace=deadly(told.kill, told.times), doubt=told.doubt):
        tell(READY)
        await stop.wait()


if __name__ == "__main__":
    logs.set_up("warning")
    asyncio.run(_serve(Told(json.loads(sys.argv[1])), lambda word: print(word, flush=True)))
