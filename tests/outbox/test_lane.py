"""A lane sends in the order of each conversation, waits as long as it is told to, stops and wakes when it should."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from bot.outbox.lane import BACK_OFF, Lane
from bot.outbox.replies import ReplySender
from bot.outbox.sender import Outcome
from bot.steps import Step, no_trace
from bot.store.engine import Store, Unit
from bot.store.models import Delivery, Phase, State
from platforms.errors import AuthBroken, Gone, NotSent, Rejected, Unsure
from tests.conftest import with_driver
from tests.desk.world import BreakingStore, Broken, World, world
from tests.fakes import KEYED, NOBODY, After, Before, Works, comment, until

Logs = list[MutableMapping[str, Any]]


class CountingStore(Store):
    """A store that counts its transactions."""

    writes = 0

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        self.writes += 1
        async with super().write() as unit:
            yield unit


class PickySender(ReplySender):
    """Cannot settle one item, as long as `refuses` names it."""

    refuses: int | None = None
    refused = 0

    async def settled(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        if delivery.item_id == self.refuses:
            self.refused += 1
            raise Broken
        await super().settled(unit, delivery, outcome, now)


def said(desk: World) -> list[str]:
    """What the public reads, in order."""
    return [words.text for words in desk.platform.public]


def _tried(desk: World, times: int) -> bool:
    return len(desk.platform.sends) == times


async def test_a_conversation_is_answered_in_the_order_of_approval(desk: World) -> None:
    for number in range(12):
        await desk.approved(f"c{number}", f"第{number}句", thread="t")
    await desk.work()
    assert said(desk) == [f"第{number}句" for number in range(12)]


@pytest.mark.parametrize("failure", [NotSent(after=0.1), Unsure("hang")], ids=["not sent", "unsure"])
async def test_nothing_overtakes_within_a_conversation(desk: World, failure: Exception) -> None:
    desk.platform.will(Before(failure))
    for number in range(3):
        await desk.approved(f"c{number}", f"第{number}句", thread="t")
    await desk.lane.work()
    assert said(desk) == []
    await desk.works_until(lambda: len(said(desk)) == 3)
    assert said(desk) == ["第0句", "第1句", "第2句"]


async def test_other_conversations_overtake_one_that_waits(store: Store) -> None:
    desk = await world(store, doubt=3600.0)
    desk.platform.will(Before(Unsure("hang")))
    await desk.approved("c1", "慢", thread="slow")
    await desk.approved("c2", "也慢", thread="slow")
    await desk.lane.work()
    await desk.approved("c3", "快", thread="quick")
    await desk.work()
    assert said(desk) == ["快"]


async def test_a_wait_the_platform_asks_for_is_kept_for_the_whole_account(desk: World) -> None:
    loop = asyncio.get_running_loop()
    desk.platform.will(Before(NotSent("429", after=0.8)))
    item = await desk.approved("c1")
    await desk.approved("c2", "別的", thread="c1")
    start, before = loop.time(), desk.clock()
    await desk.lane.work()
    (first, _) = await desk.replies()
    assert first.due_at >= before + timedelta(seconds=0.8)
    assert (await desk.item(item)).trouble is None
    await desk.approved("c3", "別的對話")
    await desk.works_until(lambda: len(said(desk)) == 3)
    assert loop.time() - start >= 0.8


async def test_without_a_wait_asked_for_the_lane_backs_off_further_each_time(desk: World) -> None:
    desk.platform.will(*[Before(NotSent("connect"))] * 2)
    item = await desk.approved()
    for tries in (1, 2):
        before = desk.clock()
        await desk.works_until(partial(_tried, desk, tries))
        (reply,) = await desk.replies()
        assert reply.due_at >= before + timedelta(seconds=BACK_OFF[tries - 1])
        assert (await desk.item(item)).trouble == (None if tries == 1 else "waiting")
    await desk.works_until(lambda: said(desk))
    assert (await desk.item(item)).trouble is None


@pytest.mark.parametrize("after", [1e300, float("inf"), float("nan"), -5.0, 0.0])
async def test_no_wait_a_platform_asks_for_breaks_the_lane(desk: World, after: float) -> None:
    desk.platform.will(Before(NotSent("429", after=after)))
    item = await desk.approved()
    before = desk.clock()
    await asyncio.wait_for(desk.lane.work(), 5)
    (reply,) = await desk.replies(item)
    assert reply.phase == Phase.READY
    assert before + timedelta(seconds=0.1) <= reply.due_at <= desk.clock() + timedelta(days=1)


async def test_a_platform_that_is_away_for_long_does_not_fill_the_table_of_events(desk: World) -> None:
    desk.platform.will(*[Before(NotSent(after=0.01))] * 12)
    item = await desk.approved()
    await desk.works_until(lambda: said(desk))
    assert [verb for _, verb in await desk.events(item)].count("later") == 1


async def test_a_conversation_that_moved_is_followed_once(desk: World) -> None:
    desk.platform.will(Before(Gone("conversation", moved_to={"chat": "new"})))
    item = await desk.approved()
    await desk.work()
    await desk.work()
    assert len(desk.platform.public) == 1
    assert (await desk.item(item)).ref == {"chat": "new"}
    assert (await desk.replies(item))[0].payload["target"] == {"chat": "new"}


@pytest.mark.parametrize(
    ("error", "code"), [(Rejected("forbidden"), "forbidden"), (Gone("target"), "gone")], ids=["rejected", "gone"]
)
async def test_a_refused_reply_returns_the_comment_and_says_why(desk: World, error: Exception, code: str) -> None:
    desk.platform.will(Before(error))
    item = await desk.approved()
    await desk.work()
    card = await desk.board.card(item)
    assert (card.state, card.trouble, card.trouble_detail) == (State.OPEN, "rejected", code)
    assert (await desk.replies(item))[0].phase == Phase.FAILED
    await desk.approve(item, "換個說法。", who="U2")
    await desk.work()
    assert said(desk) == ["換個說法。"]
    assert (await desk.item(item)).trouble is None


async def test_broken_access_pauses_the_account_and_warns_once(desk: World) -> None:
    desk.platform.will(*[Before(AuthBroken("write"))] * 8)
    items = [await desk.approved(f"c{number}") for number in range(8)]
    await desk.work()
    assert await desk.paused() == "auth:write"
    assert await desk.notices() == ["notice.account_paused"]
    assert {(await desk.item(item)).trouble for item in items} == {"auth"}
    assert await desk.lane.work() == 0


async def test_mended_access_resumes_the_account_warns_once_and_sends_what_waits(desk: World) -> None:
    desk.platform.will(*[Before(AuthBroken())] * 3)
    for number in range(3):
        await desk.approved(f"c{number}")
    await desk.work()
    sender = ReplySender(desk.platform, desk.dispatch, desk.clock)
    again = Lane("shop", sender, desk.store, asyncio.Event(), desk.clock, no_trace)
    await desk.approved("c9")
    while await again.work():
        continue
    assert len(said(desk)) == 4
    assert await desk.paused() is None
    assert await desk.notices() == ["notice.account_paused", "notice.account_resumed"]


async def test_a_lane_paces_what_leaves(store: Store) -> None:
    desk = await world(store, caps=replace(NOBODY, pace=0.1))
    for number in range(4):
        await desk.approved(f"c{number}")
    start = asyncio.get_running_loop().time()
    await desk.work()
    assert len(said(desk)) == 4
    assert asyncio.get_running_loop().time() - start >= 0.3


async def test_a_paced_lane_claims_no_more_than_leaves_within_a_second(store: Store) -> None:
    desk = await world(store, caps=replace(NOBODY, pace=3.0))
    for number in range(4):
        await desk.approved(f"c{number}")
    await desk.lane.work()
    assert [reply.phase for reply in await desk.replies()] == [Phase.SENT, *[Phase.READY] * 3]


async def test_stopping_finishes_what_is_under_way_and_puts_back_what_has_not_left(store: Store) -> None:
    desk = await world(store, caps=replace(NOBODY, pace=0.5))
    for number in range(3):
        await desk.approved(f"c{number}")
    gate = desk.platform.hold()
    async with desk.running():
        await gate.reached.wait()
        desk.lane.stop()
        gate.open.set()
    replies = await desk.replies()
    assert [(reply.phase, reply.doubt) for reply in replies] == [
        (Phase.SENT, False),
        (Phase.READY, False),
        (Phase.READY, False),
    ]
    assert await desk.recover() == 0


async def test_an_idle_lane_wakes_at_once_when_something_is_approved(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    async with desk.running():
        await until(lambda: desk.team.cards, "the card is posted")
        start = asyncio.get_running_loop().time()
        await desk.approve(item)
        await until(lambda: said(desk), "the reply is sent")
        assert asyncio.get_running_loop().time() - start < 2.0


async def test_a_lane_looks_for_itself_when_a_signal_was_lost(desk: World) -> None:
    async with desk.running():
        item = await desk.approved()
        await until(lambda: said(desk), "the first is sent")
        (sent,) = await desk.replies(item)
        async with desk.store.write() as unit:
            again = await unit.get(type(sent), sent.id)
            assert again is not None
            again.phase, again.due_at, again.key = Phase.READY, desk.clock(), "0" * 31 + "1"
        desk.dispatch.wake()
        await until(lambda: len(said(desk)) == 2, "the tick found it")


async def test_a_lane_does_not_spin_while_what_is_due_waits_behind_what_is_not(database_url: str) -> None:
    loop = asyncio.get_running_loop()
    async with CountingStore(with_driver(database_url)) as store:
        desk = await world(store, doubt=60)
        desk.platform.will(Before(Unsure("hang")))
        for number in range(3):
            await desk.approved(f"c{number}", thread="t")
        async with desk.running():
            await until(lambda: desk.platform.sends)
            before, start = store.writes, loop.time()
            await until(lambda: loop.time() > start + 0.6, "a while has passed")
            assert store.writes - before <= 8


async def test_a_database_that_fails_does_not_end_a_lane(database_url: str, logs: Logs) -> None:
    async with BreakingStore(with_driver(database_url)) as store:
        desk = await world(store)
        await desk.approved()
        store.failures, store.reads_fail = 1, 1
        async with desk.running():
            await until(lambda: said(desk), "the reply is sent")
    assert any(line["event"] == "lane_failed" for line in logs)


@pytest.mark.parametrize("after_commit", [False, True], ids=["before the commit", "after the commit"])
@pytest.mark.parametrize("failures", [1, 3])
async def test_an_outcome_is_recorded_once_however_often_the_database_fails(
    database_url: str, after_commit: bool, failures: int
) -> None:
    async with BreakingStore(with_driver(database_url)) as store:
        desk = await world(store)
        item = await desk.approved()
        version = (await desk.item(item)).version
        store.spare, store.failures, store.after_commit = 1, failures, after_commit
        await desk.lane.work()
        assert (await desk.replies(item))[0].phase == Phase.SENT
        assert (await desk.events(item))[-2:] == [("U1", "approve"), ("outbox", "sent")]
        assert (await desk.item(item)).version == version + 1
        assert len(desk.platform.sends) == 1


async def test_a_claim_whose_commit_failed_only_in_words_is_put_back(database_url: str) -> None:
    async with BreakingStore(with_driver(database_url)) as store:
        desk = await world(store, caps=NOBODY)
        item = await desk.approved()
        store.failures, store.after_commit = 1, True
        async with desk.running():
            await until(lambda: said(desk), "the reply is sent")
        (reply,) = await desk.replies(item)
        assert (reply.phase, reply.doubt) == (Phase.SENT, False)


async def test_one_outcome_that_cannot_be_recorded_does_not_keep_the_others(desk: World) -> None:
    sender = PickySender(desk.platform, desk.dispatch, desk.clock)
    lane = Lane("shop", sender, desk.store, asyncio.Event(), desk.clock, no_trace)
    items = [await desk.approved(f"c{number}") for number in range(3)]
    sender.refuses = items[0]
    task = asyncio.create_task(lane.work())
    await until(lambda: sender.refused >= 3, "three tries were refused")
    phases = [reply.phase for reply in await desk.replies()]
    sender.refuses = None
    await task
    assert phases == [Phase.SENDING, Phase.SENT, Phase.SENT]
    assert [reply.phase for reply in await desk.replies()] == [Phase.SENT] * 3


@pytest.mark.parametrize("step", [Works(), Before(Unsure()), After(Unsure())])
async def test_what_a_dead_process_was_sending_goes_out_once(desk: World, step: Works | Before | After) -> None:
    desk.platform.will(step)
    gate = desk.platform.hold()
    item = await desk.approved()
    task = asyncio.create_task(desk.lane.work())
    await gate.reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await desk.replies(item))[0].phase == Phase.SENDING
    assert await desk.recover() == 1
    gate.open.set()
    await desk.work()
    assert len(said(desk)) == 1
    assert (await desk.item(item)).state == State.ANSWERED


async def test_what_a_dead_process_was_sending_where_nobody_can_tell_is_asked(blind: World) -> None:
    gate = blind.platform.hold()
    item = await blind.approved()
    task = asyncio.create_task(blind.lane.work())
    await gate.reached.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await blind.recover()
    await blind.work()
    assert (await blind.item(item)).trouble == "unsure"
    assert len(blind.platform.sends) == 1


async def test_every_step_of_a_reply_is_announced_in_order(desk: World) -> None:
    item = await desk.approved()
    await desk.lane.work()
    assert [step for step, number in desk.steps if number == item][-4:] == [
        Step.REPLY_CLAIMED,
        Step.REPLY_LOOKED,
        Step.REPLY_SENT,
        Step.REPLY_SETTLED,
    ]


async def test_a_reply_without_a_key_that_is_all_right_is_sent_once(store: Store) -> None:
    desk = await world(store, caps=replace(KEYED, look=False))
    await desk.approved()
    await desk.work()
    await desk.recover()
    await desk.work()
    assert len(desk.platform.sends) == 1
