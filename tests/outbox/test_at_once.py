"""Everything that may change the same rows at the same time gets through: nobody waits for ever, nothing is lost."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

from bot.store.models import State
from platforms.base import Change
from tests.desk.world import ADDRESS, World
from tests.fakes import comment, until_async

MANY = 40


async def test_taking_suggesting_clicking_sending_and_drawing_at_once_get_through(
    desk: World, logs: list[MutableMapping[str, Any]]
) -> None:
    # Named so that the platform's order is the reverse of ours: locks taken in two orders would meet.
    names = [f"c{MANY - number:03}" for number in range(MANY)]
    items = await desk.takes(*(comment(name, ADDRESS) for name in names))
    await desk.work()
    for item in items[::2]:
        await desk.approve(item)

    async def news() -> None:
        for version in range(8):
            edits = [comment(name, f"{ADDRESS}{version}", change=Change.EDITED) for name in names]
            await desk.takes_only(*(edits if version % 2 else reversed(edits)))

    async def suggest() -> None:
        for _ in range(6):
            await desk.suggesting.suggest(items, again=True)

    async def click() -> None:
        for item in items[1::2]:
            await desk.inbox.claim(item, "U1")
            await desk.inbox.release(item, "U1")

    async with desk.running():
        await asyncio.gather(news(), suggest(), click())

        async def settled() -> bool:
            status = await desk.board.status()
            return not status.outbox_ready + status.cards_behind

        await until_async(settled, "everything is sent and drawn")
    assert [line["event"] for line in logs if line["log_level"] == "error"] == []
    rows = await desk.items()
    assert {row.text for row in rows} == {f"{ADDRESS}7"}
    assert {row.revision for row in rows} == {9}
    assert {row.state for row in rows} <= {State.OPEN, State.ANSWERED}
    assert all(row.card_shown == row.version for row in rows)
    assert len(desk.platform.public) == sum(row.state == State.ANSWERED for row in rows)
