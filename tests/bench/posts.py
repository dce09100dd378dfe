"""Posts: how late they leave when many are due in one second, beside the same sends with nothing around them; and how
long people wait for the calendar and the posts of their Home tab when thousands are planned.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp

from bot.app import App, assemble
from bot.config import given
from bot.i18n import Words
from bot.posts.calendar import Kind, page, span
from bot.posts.content import Content, To
from bot.posts.slot import State
from bot.posts.stamp import stamp
from bot.posts.writing import fill
from bot.steps import Step
from bot.store.engine import Store
from bot.store.posts import Planned
from bot.store.schema import upgrade
from handlers.calendar import DOORS
from handlers.ui import post_lists
from handlers.ui.calendar import calendar_blocks
from tests.bench.local import sandbox

ACCOUNTS, COUNT, PLANNED = 4, 200, 10_000
ROUNDS = 9
START = 15
"""Seconds until they are due: the program has started by then, on a busy machine too."""
TAIPEI = ZoneInfo("Asia/Taipei")
TEXT = "週五晚上的爵士之夜，現場見。"


async def run(credentials: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """Rows for the table."""
    async with AsyncExitStack() as stack:
        squares = [credentials] + [await stack.enter_async_context(sandbox()) for _ in range(ACCOUNTS - 1)]
        accounts = {f"square{n}": {"platform": "square", **each["square"]} for n, each in enumerate(squares)}
        floor = await _floor(list(accounts.values()))
        left: list[float] = []
        done = asyncio.Event()

        def trace(step: Step, post: int) -> None:
            if step is Step.PART_SENT:
                left.append(time.time())
                if len(left) == COUNT:
                    done.set()

        settings = given(credentials, f"sqlite:///{folder}/desk.db", slack={"pace": 0.0}, accounts=accounts)
        due = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=START)
        async with Store(settings.database_url) as store:
            await upgrade(store)
            await _plan(store, [(due, f"square{n % ACCOUNTS}", f"{TEXT}{n}") for n in range(COUNT)])
        async with assemble(settings, trace=trace) as app:
            async with asyncio.timeout(300):
                await done.wait()
            ours = [at - due.timestamp() for at in left]
            looks = await _looks(app, due)
    return [
        *_spread(f"{COUNT} posts of one second on {ACCOUNTS} accounts, lateness", ours),
        *_spread("the floor (bare POSTs, one after the other an account)", floor),
        *looks,
    ]


async def _floor(accounts: Sequence[Mapping[str, str]]) -> list[float]:
    """Seconds after the start at which each post was answered."""
    answered: list[float] = []

    async def send(account: Mapping[str, str]) -> None:
        headers = {"Authorization": f"Bearer {account['token']}"}
        async with aiohttp.ClientSession(headers=headers) as session:
            for n in range(COUNT // ACCOUNTS):
                async with session.post(f"{account['url']}/posts", json={"text": f"{TEXT}{n}"}) as answer:
                    assert answer.status == 201
                    await answer.read()
                answered.append(time.perf_counter() - started)

    started = time.perf_counter()
    await asyncio.gather(*map(send, accounts))
    return answered


async def _plan(store: Store, rows: Sequence[tuple[datetime, str, str]]) -> None:
    """Approved posts, each with its card in place: past the desk, which would take its time over thousands."""
    now, made = datetime.now(UTC), []
    for n, (due, account, text) in enumerate(rows):
        post = Planned(author="U1", created_at=now, by="U2", at=now, state=State.SCHEDULED, targets=[])
        wall = due.astimezone(TAIPEI).replace(tzinfo=None)
        fill(post, Content(text, (To(account),), wall=wall, zone=TAIPEI.key, pillar="活動"))
        post.targets[0].parts, post.due_at = [text], due
        post.stamp = stamp(post)
        post.card_shown = 1_000_000
        post.card_channel, post.card_ts = "C0", f"{due.timestamp():.0f}.{n}"
        made.append(post)
    async with store.write() as unit:
        unit.add_all(made)


async def _looks(app: App, now: datetime) -> list[tuple[str, str]]:
    """The calendar and the Home tab's posts with `PLANNED` posts in the half year to come."""
    spread = timedelta(days=182) / PLANNED
    first = now + timedelta(hours=1)
    await _plan(app.store, [(first + n * spread, f"square{n % ACCOUNTS}", f"{TEXT}{n}") for n in range(PLANNED)])
    posts, words = app.desk.posts, Words("zh-TW")

    async def calendar(kind: Kind) -> None:
        day = (now + timedelta(days=31)).astimezone(TAIPEI).date()
        slots = await posts.board.slots(*span(kind, day, TAIPEI))
        calendar_blocks(page(slots, kind, day, TAIPEI), words, now, DOORS)

    async def home() -> None:
        lists, brakes = await asyncio.gather(posts.board.lists("U1"), posts.braking.pulled())
        post_lists.section(lists, brakes, words, TAIPEI)

    title = f"with {PLANNED:,} posts planned"
    return [
        (f"calendar, a week, {title} (aim: under 300 ms)", await _timed(lambda: calendar(Kind.WEEK))),
        (f"calendar, a month, {title} (aim: under 300 ms)", await _timed(lambda: calendar(Kind.MONTH))),
        (f"Home's posts, {title} (aim: under 300 ms)", await _timed(home)),
    ]


async def _timed(work: Callable[[], Awaitable[None]]) -> str:
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - started)
    return f"{1000 * median(taken):.0f} ms"


def _spread(name: str, seconds: Sequence[float]) -> list[tuple[str, str]]:
    ordered = sorted(seconds)
    return [
        (f"{name}, p50", f"{1000 * ordered[len(ordered) // 2]:.0f} ms"),
        (f"{name}, p99", f"{1000 * ordered[len(ordered) * 99 // 100]:.0f} ms"),
    ]
