"""`make bench`: how fast and how small the desk is, beside floors measured in the same run on the same machine.
It prints and asserts nothing: compare ratios, not seconds, for the machine may be busy.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot import logs
from tests.bench import footprint, latency, learning, posts, throughput


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


async def measure() -> None:
    """Every benchmark, one after the other."""
    print(f"python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    for title, bench in (
        ("Comments per second, from arrival to stored and carded", throughput.run),
        ("Waiting times", latency.run),
        ("Posts", posts.run),
        ("Learning", learning.run),
        ("Start, idle, memory", footprint.run),
    ):
        print(f"\n{title}")
        async with sandbox() as credentials:
            with TemporaryDirectory(prefix="xiaobian-bench-") as folder:
                show(await bench(credentials, Path(folder)))


def show(rows: Sequence[tuple[str, str]]) -> None:
    """Print the rows of one benchmark."""
    for name, value in rows:
        print(f"  {name:<58} {value:>16}")


if __name__ == "__main__":
    logs.set_up("warning")
    asyncio.run(measure())
