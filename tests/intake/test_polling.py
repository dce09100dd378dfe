"""Every feed is read on from its cursor, as soon as it makes sense and never in a spin, whatever fails on the way."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import replace
from typing import Any

import pytest

from bot.intake import SPIN, Intake
from bot.steps import no_trace
from platforms.base import Batch
from platforms.errors import AuthBroken, NotSent, Occupied, PlatformError, QuotaExhausted, Unsure
from tests.conftest import with_driver
from tests.desk.world import BreakingStore, World, world
from tests.fakes import Before, FakePlatform, comment, until, until_async

Logs = list[MutableMapping[str, Any]]


def batch(cursor: str, *texts: str, more: bool = False, wait: float = 0.0, gap: str | None = None) -> Batch:
    """New comments, named by the cursor they move to."""
    found = tuple(comment(f"{cursor}-{number}", text) for number, text in enumerate(texts))
    return Batch(found, cursor, more=more, wait=wait, gap=gap)


async def read(desk: World, count: int) -> None:
    """Tick until so many comments are stored."""

    async def enough() -> bool:
        await desk.intake.tick()
        return len(await desk.items()) >= count

    await until_async(enough, f"{count} comments are stored")


async def test_a_feed_that_holds_its_answer_back_is_read_on_and_on_by_one_tick(desk: World) -> None:
    desk.platform.brings(batch("1", "一"), batch("2", "二"), batch("3", "三"))
    await desk.intake.tick()
    await until(lambda: len(desk.platform.polls) == 4, "it waits for the fourth")
    desk.platform.brings(batch("4", "四"))
    await until(lambda: len(desk.platform.polls) == 5, "it waits for the fifth")
    assert desk.platform.polls == [None, "1", "2", "3", "4"]
    assert [item.text for item in await desk.items()] == ["一", "二", "三", "四"]


async def test_a_feed_is_never_read_twice_at_once(desk: World) -> None:
    for _ in range(20):
        await desk.intake.tick()
    await until(lambda: desk.platform.polls, "it is read")
    await desk.intake.tick()
    assert len(desk.platform.polls) == 1


async def test_more_is_read_at_once_and_then_the_wait_is_kept(desk: World) -> None:
    desk.platform.brings(batch("1", "一", more=True, wait=60), batch("2", "二", wait=60), batch("3", "三"))
    await read(desk, 2)
    for _ in range(5):
        await desk.intake.tick()
    assert desk.platform.polls == [None, "1"]


@pytest.mark.parametrize("more", [False, True], ids=["long poll", "more"])
@pytest.mark.parametrize("texts", [(), ("一樣",)], ids=["empty", "the same again"])
async def test_a_feed_that_brings_nothing_new_without_waiting_does_not_spin(
    desk: World, more: bool, texts: tuple[str, ...]
) -> None:
    loop = asyncio.get_running_loop()
    desk.platform.brings(batch("1", *texts), *[batch("1", *texts, more=more) for _ in range(200)])
    start = loop.time()

    async def a_while() -> bool:
        await desk.intake.tick()
        return loop.time() > start + SPIN + 0.3

    await until_async(a_while)
    assert len(desk.platform.polls) <= 4


@pytest.mark.parametrize("error", [NotSent("connect"), Unsure("hang"), ZeroDivisionError("a bug")])
async def test_a_feed_that_fails_is_read_again_from_where_it_was(desk: World, error: Exception) -> None:
    desk.platform.brings(batch("1", "一"), error, batch("2", "二"))
    await read(desk, 1)
    await until_async(lambda: problem(desk), "the problem is stored")
    before = len(desk.platform.polls)
    await desk.intake.tick()
    assert len(desk.platform.polls) == before
    restarted = again(desk)
    await restarted.tick()
    await until(lambda: len(desk.platform.polls) == before + 2, "a new process reads on")
    await restarted.close()
    assert desk.platform.polls[-2:] == ["1", "2"]
    assert [item.text for item in await desk.items()] == ["一", "二"]


async def problem(desk: World) -> str | None:
    """What the feed's row says is wrong."""
    feed = await desk.feed()
    return feed.problem if feed is not None else None


def again(desk: World) -> Intake:
    """The intake of another process."""
    accounts = {desk.platform.name: (desk.account, desk.platform)}
    return Intake(desk.inbox, desk.store, desk.dispatch, desk.clock, no_trace, accounts)


async def test_a_problem_keeps_the_time_it_began_and_is_gone_with_the_next_read(desk: World) -> None:
    desk.platform.brings(NotSent("connect", after=0.01), Unsure("hang"), batch("1", wait=60))
    await desk.intake.tick()
    await until_async(lambda: problem(desk), "the problem is stored")
    first = await desk.feed()

    async def worse() -> bool:
        await desk.intake.tick()
        return await problem(desk) == "unsure"

    await until_async(worse, "the second failure")
    second = await desk.feed()
    assert first is not None
    assert second is not None
    assert second.problem_since == first.problem_since is not None

    async def well() -> bool:
        await desk.intake.tick()
        return await problem(desk) is None

    await until_async(well, "it works again")


@pytest.mark.parametrize(
    "error",
    [
        QuotaExhausted(after=3600),
        NotSent(after=float("inf")),
        Occupied("poller", after=30),
    ],
)
async def test_a_wait_the_platform_asks_for_is_kept(desk: World, error: PlatformError) -> None:
    desk.platform.brings(error, batch("1", "一"))
    await desk.intake.tick()
    await until_async(lambda: problem(desk), "the problem is stored")
    for _ in range(5):
        await desk.intake.tick()
    assert desk.platform.polls == [None]


async def test_a_gap_is_told_once_and_stored(desk: World) -> None:
    desk.platform.brings(
        *[batch(str(number), gap="too_old") for number in range(1, 4)], batch("4", "終", gap="too_old")
    )
    await read(desk, 1)
    feed = await desk.feed()
    assert await desk.notices() == ["notice.gap"]
    assert feed is not None
    assert feed.gap == "too_old"


async def test_a_gap_is_stored_even_when_nothing_else_came(desk: World) -> None:
    desk.platform.brings(batch("1", "一"), replace(batch("1"), gap="too_old"))
    await desk.intake.tick()

    async def stored() -> bool:
        feed = await desk.feed()
        return feed is not None and feed.gap == "too_old"

    await until_async(stored, "the gap is stored")


async def test_refused_access_pauses_the_account_and_warns_once_until_it_works_again(desk: World) -> None:
    desk.platform.brings(AuthBroken("read"), AuthBroken("read"), batch("1", "一"))
    for _ in range(2):
        process = again(desk)
        polls = len(desk.platform.polls)
        await process.tick()
        await until(lambda: len(desk.platform.polls) > polls, "it was tried")  # noqa: B023
        await until_async(desk.paused, "it is paused")
        await process.close()
    assert await desk.paused() == "auth:read"
    assert await desk.notices() == ["notice.account_paused"]
    await read(desk, 1)

    async def resumed() -> bool:
        return await desk.paused() is None

    await until_async(resumed, "it is resumed")
    assert await desk.notices() == ["notice.account_paused", "notice.account_resumed"]


async def test_replies_that_wait_for_access_are_due_when_the_feed_can_be_read_again(desk: World) -> None:
    desk.platform.will(Before(AuthBroken()))
    item = await desk.approved()
    await desk.lane.work()
    desk.platform.brings(batch("1", wait=60))
    with desk.signals("shop") as woken:
        await desk.intake.tick()

        async def resumed() -> bool:
            return await desk.paused() is None

        await until_async(resumed, "it is resumed")
    (reply,) = await desk.replies(item)
    assert reply.due_at <= desk.clock()
    assert woken == [True]


async def test_closing_gives_up_a_poll_that_hangs(desk: World) -> None:
    await desk.intake.tick()
    await until(lambda: desk.platform.polls, "it is read")
    await asyncio.wait_for(desk.intake.close(), 2)
    desk.platform.brings(batch("1", "一"))
    assert len(desk.platform.polls) == 1


@pytest.mark.parametrize("failing", [1, 2])
async def test_a_database_that_fails_loses_nothing_and_the_feed_goes_on(
    database_url: str, failing: int, logs: Logs
) -> None:
    async with BreakingStore(with_driver(database_url)) as store:
        desk = await world(store)
        store.failures = failing  # The second: that the failure itself cannot be written down either.
        desk.platform.brings(batch("1", "一"), batch("1", "一"))
        await desk.intake.tick()
        await until(lambda: any(line["event"] == "read_broke" for line in logs), "the failure is logged")
        await desk.intake.close()
        assert await desk.items() == []
        restarted = again(desk)
        await restarted.tick()
        await until(lambda: len(desk.platform.polls) == 3, "it was read again")
        await restarted.close()
        assert desk.platform.polls[:2] == [None, None]
        assert [item.text for item in await desk.items()] == ["一"]


async def test_one_account_that_hangs_does_not_keep_another_from_being_read(desk: World) -> None:
    other = FakePlatform(name="other")
    other.brings(batch("1", "別家"))
    both = Intake(
        desk.inbox,
        desk.store,
        desk.dispatch,
        desk.clock,
        no_trace,
        {"shop": (desk.account, desk.platform), "other": (desk.account, other)},
    )
    await both.tick()
    await until(lambda: len(other.polls) == 2, "the other is read")
    assert len(desk.platform.polls) == 1
    await both.close()
