"""The clock ticks: each tick by itself, never twice at once, late ones once, and what is under way is finished."""

from __future__ import annotations

import asyncio
import time
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.store.engine import Store
from scheduler.clock import TickingClock
from scheduler.jobs import Tick, ticks
from tests.desk.world import world
from tests.fakes import comment, until

Logs = list[MutableMapping[str, Any]]
TAIPEI = ZoneInfo("Asia/Taipei")
QUICK = 0.05


class Counter:
    """A tick's work: counts, and does what it is told to."""

    def __init__(self, *, fails: bool = False, waits: bool = False) -> None:
        self.begun = self.ended = self.at_once = self.most = 0
        self.fails = fails
        self.go = asyncio.Event()
        if not waits:
            self.go.set()

    async def __call__(self) -> None:
        self.begun += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.go.wait()
            if self.fails:
                raise ZeroDivisionError
        finally:
            self.at_once -= 1
        self.ended += 1


async def test_every_tick_runs_again_and_again() -> None:
    first, second = Counter(), Counter()
    async with TickingClock(TAIPEI, [Tick("first", QUICK, first), Tick("second", QUICK, second)]):
        await until(lambda: first.ended >= 3 and second.ended >= 3, "three ticks of each")


async def test_a_tick_that_fails_stops_neither_itself_nor_the_others(logs: Logs) -> None:
    broken, sound = Counter(fails=True), Counter()
    async with TickingClock(TAIPEI, [Tick("broken", QUICK, broken), Tick("sound", QUICK, sound)]):
        await until(lambda: broken.begun >= 3 and sound.ended >= 3, "three ticks of each")
    assert [line["tick"] for line in logs if line["event"] == "tick_failed"][:3] == ["broken"] * 3


async def test_a_tick_that_takes_long_is_never_run_twice_at_once_and_holds_up_nobody() -> None:
    slow, quick = Counter(waits=True), Counter()
    async with TickingClock(TAIPEI, [Tick("slow", QUICK, slow), Tick("quick", QUICK, quick)]):
        await until(lambda: quick.ended >= 5, "five quick ones")
        assert slow.begun == 1
        slow.go.set()
        await until(lambda: slow.ended >= 2, "the slow one goes on")
    assert slow.most == 1


async def test_a_late_tick_runs_once() -> None:
    counter = Counter()
    async with TickingClock(TAIPEI, [Tick("late", 0.1, counter)]):
        await until(lambda: counter.ended == 1, "the first tick")
        _hold_the_loop(0.55)
        await asyncio.sleep(0)
        late = counter.ended
        await until(lambda: counter.ended > late, "the late tick ran")
        assert counter.ended - late <= 2


def _hold_the_loop(seconds: float) -> None:
    """What a machine that sleeps or swaps does to us: five ticks are missed."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        continue


async def test_the_tick_under_way_is_finished_when_the_clock_stops_and_none_follows() -> None:
    counter = Counter(waits=True)
    clock = TickingClock(TAIPEI, [Tick("slow", QUICK, counter)])
    await clock.__aenter__()
    await until(lambda: counter.begun == 1, "it has begun")
    stopping = asyncio.create_task(clock.__aexit__())
    await asyncio.wait([stopping], timeout=0.1)
    assert not stopping.done()
    counter.go.set()
    await stopping
    assert (counter.begun, counter.ended) == (1, 1)


async def test_the_desks_ticks_poll_wake_and_sweep(store: Store) -> None:
    desk = await world(store)
    made = ticks(desk.intake, desk.inbox, desk.dispatch, desk.templates, desk.lessons, desk.posts)
    found = {tick.name: tick for tick in made}
    assert {name: tick.seconds for name, tick in found.items()} == {
        "poll": 1,
        "due": 10,
        "templates": 10,
        "sweep": 30,
        "post_reminders": 60,
        "post_watch": 60,
        "measure": 60,
        "tidy": 3_600,
        "review": 600,
        "refit": 3_600,
    }
    (item,) = await desk.takes(comment())
    await desk.inbox.snooze(item, "U1", desk.clock() + timedelta(hours=1))
    desk.clock.turn(hours=2)
    await found["due"].work()
    assert (await desk.item(item)).state == "open"
    with desk.signals("team") as woken:
        await found["sweep"].work()
    assert woken == [True]
    await found["poll"].work()
    await until(lambda: desk.platform.polls, "the feed is read")
    await desk.intake.close()


@pytest.mark.parametrize("zone", ["Asia/Taipei", "Europe/Berlin", "America/New_York"])
async def test_ticks_do_not_depend_on_the_zone(zone: str) -> None:
    counter = Counter()
    async with TickingClock(ZoneInfo(zone), [Tick("first", QUICK, counter)]):
        await until(lambda: counter.ended >= 2, "two ticks")
