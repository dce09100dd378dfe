"""How long people wait: from a comment to its card, from a click on "send" to the reply in public.
One comment at a time, as on a quiet day; Slack's pacing is off, so that the desk is measured and not the limit.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bot.app import assemble
from bot.config import given
from bot.steps import Step
from tests.people import People

ROUNDS = 100


async def run(credentials: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Rows for the table."""
    seen: dict[Step, asyncio.Event] = {step: asyncio.Event() for step in Step}
    settings = given(credentials, f"sqlite:///{folder}/desk.db", slack={"pace": 0.0}, brand="晨光咖啡")
    carded, sent, clicked_at = [], [], 0.0

    def trace(step: Step, item: int) -> None:
        nonlocal clicked_at
        if step is Step.CLICKED:
            clicked_at = time.perf_counter()
        seen[step].set()

    async with People(credentials["url"]) as people, assemble(settings, trace=trace):
        for n in range(ROUNDS):
            for event in seen.values():
                event.clear()
            text = f"請問第 {n} 檔豆子什麼時候出貨？"
            started = time.perf_counter()
            await people.comment(text)
            await asyncio.wait_for(seen[Step.CARD_POSTED].wait(), 30)
            carded.append(time.perf_counter() - started)
            card = await people.card(text, with_action="item.approve")
            click = asyncio.create_task(people.click(card, "item.approve"))
            await asyncio.wait_for(seen[Step.REPLY_SENT].wait(), 30)
            sent.append(time.perf_counter() - clicked_at)
            await click
            await asyncio.wait_for(seen[Step.CARD_REFRESHED].wait(), 30)
    return [
        *_spread("comment written to card in Slack", carded),
        *_spread("approval received to reply public (aim: under 300 ms)", sent),
    ]


def _spread(name: str, seconds: Sequence[float]) -> list[tuple[str, str]]:
    ordered = sorted(seconds)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return [
        (f"{name}, p50", f"{1000 * ordered[len(ordered) // 2]:.0f} ms"),
        (f"{name}, p99", f"{1000 * p99:.0f} ms"),
    ]
