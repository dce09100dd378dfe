"""Comments per second from arrival to stored and carded, beside a bare floor: insert the row, post the same JSON.
Slack's pacing is off on both sides; the floor inserts in bulk and keeps one connection, as well as it can be done.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from pathlib import Path
from typing import Any

import aiohttp

from bot.app import assemble
from bot.config import given
from bot.steps import Step
from tests.people import People

COUNT = 1500
TEXTS = ["請問你們的豆子什麼時候出貨？", "What are your opening hours?", "好喝！", "濾掛怎麼沖比較好喝", "lol nice"]


async def run(credentials: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Rows for the table."""
    settled = 0
    done = asyncio.Event()

    def trace(step: Step, item: int) -> None:
        nonlocal settled
        if step is Step.CARD_SETTLED:
            settled += 1
            if settled == COUNT:
                done.set()

    settings = given(credentials, f"sqlite:///{folder}/desk.db", slack={"pace": 0.0}, brand="晨光咖啡")
    async with People(credentials["url"]) as people, assemble(settings, trace=trace):
        started, cpu = time.perf_counter(), time.process_time()
        await people.do("square/bulk", count=COUNT, texts=TEXTS)
        async with asyncio.timeout(600):
            await done.wait()
        ours, ours_cpu = time.perf_counter() - started, time.process_time() - cpu
        state = await people.slack()
        cards = state["messages"][state["channels"][0]["id"]][-200:]
    floor, floor_cpu = await _floor(credentials, folder, cards)
    return [
        ("the desk", f"{COUNT / ours:.0f} /s"),
        ("the floor (bulk insert, one POST each)", f"{COUNT / floor:.0f} /s"),
        ("share of the floor (aim: at least 50 %)", f"{100 * floor / ours:.0f} %"),
        ("our CPU a comment", f"{1000 * ours_cpu / COUNT:.2f} ms"),
        ("the floor's CPU a comment", f"{1000 * floor_cpu / COUNT:.2f} ms"),
    ]


async def _floor(credentials: dict[str, Any], folder: Path, cards: list[dict[str, Any]]) -> tuple[float, float]:
    base = sqlite3.connect(folder / "floor.db", isolation_level=None)
    base.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE item (id INTEGER, text TEXT);")
    slack = credentials["slack"]
    headers = {"Authorization": f"Bearer {slack['bot_token']}"}
    bodies = [
        {"channel": slack["channel"], "text": card["text"], "blocks": card["blocks"], "unfurl_links": False}
        for card in cards
    ]
    async with aiohttp.ClientSession(headers=headers) as session:
        started, cpu = time.perf_counter(), time.process_time()
        for first in range(0, COUNT, 100):
            base.execute("BEGIN IMMEDIATE")
            base.executemany(
                "INSERT INTO item VALUES (?, ?)", [(n, TEXTS[n % len(TEXTS)]) for n in range(first, first + 100)]
            )
            base.execute("COMMIT")
            for n in range(first, min(first + 100, COUNT)):
                async with session.post(slack["api_url"] + "chat.postMessage", json=bodies[n % len(bodies)]) as answer:
                    assert (await answer.json())["ok"]
        spent = time.perf_counter() - started, time.process_time() - cpu
    base.close()
    return spent
