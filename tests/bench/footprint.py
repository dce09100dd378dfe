"""What the desk costs while nobody writes: start, idle CPU, memory, empty and with 100,000 comments stored.
The process measured is the program itself, started as a user would; floors are a bare interpreter's.
"""

from __future__ import annotations

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from bot.clock import now
from bot.desk.inbox import Inbox
from bot.dispatch import InProcess
from bot.steps import no_trace
from bot.store import intake
from bot.store.engine import Store
from bot.store.schema import upgrade
from platforms.base import Author, Item, Post
from platforms.caps import Kind
from tests.bench.fresh import fresh
from tests.people import People
from tests.sandbox_settings import told

IDLE = 30.0
STORED = 100_000
MB = 1024 * 1024


async def run(credentials: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Rows for the table."""
    started = time.perf_counter()
    bare = await asyncio.create_subprocess_exec(sys.executable, "-c", "pass")
    await bare.wait()
    floor = time.perf_counter() - started

    small = told(credentials, f"sqlite:///{folder}/small.db")
    async with fresh(small):
        pass
    started = time.perf_counter()
    async with fresh(small) as pid:
        ready = time.perf_counter() - started
        process = psutil.Process(pid)
        await asyncio.sleep(2)
        before = process.cpu_times()
        await asyncio.sleep(IDLE)
        after = process.cpu_times()
        idle = (after.user + after.system - before.user - before.system) / IDLE
        resident = process.memory_info().rss

    large = f"sqlite:///{folder}/large.db"
    await _fill(large)
    async with People(credentials["url"]) as people, fresh(told(credentials, large)) as pid:
        process = psutil.Process(pid)
        for n in range(30):
            await people.comment(f"第 {n} 則：幾點開門？")
            await people.card(f"第 {n} 則")
        state = await people.slack()
        for _ in range(3):
            await people.do("slack/open_home", user=state["me"])
            await people.do(
                "slack/command", user=state["me"], channel=state["channels"][0]["id"], text="/engage status"
            )
        await asyncio.sleep(2)
        full = process.memory_info().rss
    return [
        ("start to serving, second start (aim: under 2 s)", f"{ready:.2f} s"),
        ("a bare interpreter's start", f"{floor:.2f} s"),
        (f"idle CPU over {IDLE:.0f} s (aim: under 1 % of a core)", f"{100 * idle:.2f} %"),
        ("resident memory, idle (aim: under 150 MB)", f"{resident / MB:.0f} MB"),
        (f"resident memory, {STORED:,} comments stored, in use", f"{full / MB:.0f} MB"),
    ]


async def _fill(url: str) -> None:
    """A database with a long past: every comment carded and answered by nobody."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    async with Store(url.replace("sqlite://", "sqlite+aiosqlite://")) as store:
        await upgrade(store)
        inbox = Inbox(store, InProcess(), now, no_trace)
        async with store.write() as unit:
            account = await intake.ensure_account(unit, "square", "square", "square")
        post = Post("p0", "夏季新豆上架")
        for first in range(0, STORED, 500):
            await inbox.take(
                account,
                [
                    Item(
                        native_id=f"old{n}",
                        kind=Kind.COMMENT,
                        conversation=f"old{n}",
                        author=Author(f"m{n % 5000}", f"客人{n % 5000}"),
                        text=f"第 {n} 次留言：請問什麼時候出貨？",
                        created_at=long_ago + timedelta(seconds=n),
                        ref={"id": f"old{n}"},
                        post=post,
                    )
                    for n in range(first, first + 500)
                ],
            )
        async with store.writer.begin() as connection:
            await connection.exec_driver_sql("UPDATE delivery SET phase = 'sent'")
            await connection.exec_driver_sql(
                "UPDATE item SET state = 'ignored', card_channel = 'C0', card_ts = id || '.0', card_shown = version"
            )
