"""What learning costs those who wait: how long the event loop is held while approvals teach the matcher and templates
are changed, and how soon the next comment profits. Beside it, the same loop with nothing to do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.app import assemble
from bot.config import given
from replies.templates import document
from tests.people import People

PACKS = Path(__file__).parent.parent / "data" / "zh_tw"
"""640 phrases of 64 templates."""
ROUNDS = 30
BEAT = 0.001


class Heart:
    """Beats every millisecond while it is entered; `late` are the seconds each beat came too late."""

    def __init__(self) -> None:
        self.late: list[float] = []

    async def __aenter__(self) -> Heart:
        self._task = asyncio.create_task(self._beat())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _beat(self) -> None:
        while True:
            before = time.perf_counter()
            await asyncio.sleep(BEAT)
            self.late.append(time.perf_counter() - before - BEAT)


async def run(credentials: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Rows for the table."""
    settings = given(
        credentials, f"sqlite:///{folder}/desk.db", slack={"pace": 0.0}, brand="島日選物", templates=str(PACKS)
    )
    saved = []
    async with People(credentials["url"]), assemble(settings) as app:
        async with Heart() as idle:
            await asyncio.sleep(2)
        templates = app.desk.templates
        names = list(templates.library.templates)
        async with Heart() as busy:
            for n in range(ROUNDS):
                entry = await templates.entry(names[n % len(names)])
                content = document(entry.template)
                content["phrases"] = [*content["phrases"], f"第 {n} 種從來沒有人這樣問過的問法 xyz{n}"]
                started = time.perf_counter()
                await templates.save(content, "U0PINYU", entry.version)
                saved.append(time.perf_counter() - started)
    return [
        ("a changed template in force (row, library, matcher), p50", _ms(saved, 0.5)),
        ("the same, slowest", _ms(saved, 1.0)),
        ("event loop held meanwhile, p99", _ms(busy.late, 0.99)),
        ("event loop held meanwhile, longest (aim: under 20 ms)", _ms(busy.late, 1.0)),
        ("event loop held with nothing to do, longest", _ms(idle.late, 1.0)),
    ]


def _ms(seconds: Sequence[float], share: float) -> str:
    ordered = sorted(seconds)
    return f"{1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]:.1f} ms"
