"""The whole program as a process of its own that kills itself (SIGKILL) when it reaches a step.
It is the true program: only the trace it is assembled with differs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys

from bot import logs
from bot.app import assemble
from bot.config import Settings
from bot.steps import Step, Trace

READY = "ready"
"""Printed once the desk serves."""


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


async def _serve(told: dict[str, object]) -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    fatal = Step(str(told["kill"])) if told.get("kill") else None
    settings = Settings.model_validate(told["settings"])
    async with assemble(settings, trace=deadly(fatal, 1), doubt=float(str(told.get("doubt", 0.3)))):
        print(READY, flush=True)
        await stop.wait()


if __name__ == "__main__":
    logs.set_up("warning")
    asyncio.run(_serve(json.loads(sys.argv[1])))
