"""`make bench`: how fast and how small the desk is, beside floors measured in the same run on the same machine.
It prints and asserts nothing: compare ratios, not seconds, for the machine may be busy.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from bot import logs
from tests.bench import footprint, latency, learning, posts, throughput
from tests.bench.local import sandbox


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
