"""The sandbox that the benchmarks measure against."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def sandbox() -> AsyncIterator[dict[str, Any]]:
    """A sandbox in a process of its own, so that its work is not counted as ours; its credentials."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.sandbox", "--port", "0", "--seed", "empty", "--no-talk", "--no-pacing"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield json.loads(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()
