"""Which state allows what, who is told why not, and what holds after any sequence of verbs by several people."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.dispatch import REFRESH
from bot.errors import AlreadyHandled, BadTime, BotError, ClaimedByOther, NotAllowed, StaleCard
from bot.store.models import WAITING, Phase, State
from platforms.base import Change, Look, Standing
from platforms.errors import NotSent, Rejected, Unsure
from tests.desk.world import World
from tests.fakes import After, Before, Works, comment

Verb = Callable[[World, int, str], Awaitable[object]]

VERBS: dict[str, Verb] = {
    "claim": lambda desk, item, who: desk.inbox.claim(item, who),
    "release": lambda desk, item, who: desk.inbox.release(item, who),
    "ignore": lambda desk, item, who: desk.inbox.ignore(item, who),
    "snooze": lambda desk, item, who: desk.inbox.snooze(item, who, desk.clock() + timedelta(hours=1)),
    "escalate": lambda desk, item, who: desk.inbox.escalate(item, who, "請看"),
    "reopen": lambda desk, item, who: desk.inbox.reopen(item, who),
    "edit": lambda desk, item, who: desk.drafting.keep(item, who, "草稿"),
    "approve": lambda desk, item, who: desk.approve(item, who=who),
}

DONE = {"claim": AlreadyHandled, "release": AlreadyHandled, "ignore": AlreadyHandled, "snooze": AlreadyHandled}
DONE |= {"escalate": AlreadyHandled, "edit": AlreadyHandled, "approve": AlreadyHandled}

REFUSED: dict[State, dict[str, type[BotError]]] = {
    State.OPEN: {"release": NotAllowed, "reopen": NotAllowed},
    State.SNOOZED: {"release": NotAllowed},
    State.ESCALATED: {"release": NotAllowed, "reopen": NotAllowed, "escalate": AlreadyHandled},
    State.ANSWERING: DONE | {"reopen": NotAllowed},
    State.ANSWERED: dict(DONE),
    State.IGNORED: dict(DONE),
    State.DELETED: dict.fromkeys(VERBS, NotAllowed),
}
"""What each state refuses, and how; all else is allowed."""


async def brought_to(desk: World, state: State, native_id: str) -> int:
    """A comment in this state, by U1 where a person brought it there."""
    (item,) = await desk.takes(comment(native_id))
    if state in (State.ANSWERING, State.ANSWERED):
        await VERBS["approve"](desk, item, "U1")
    if state is State.ANSWERED:
        await desk.lane.work()
    verb = {State.SNOOZED: "snooze", State.ESCALATED: "escalate", State.IGNORED: "ignore"}.get(state)
    if verb is not None:
        await VERBS[verb](desk, item, "U1")
    if state is State.DELETED:
        await desk.takes(comment(native_id, change=Change.DELETED))
    assert (await desk.item(item)).state == state
    return item


@pytest.mark.parametrize("state", list(State), ids=str)
async def test_every_state_allows_and_refuses_what_it_should(desk: World, state: State) -> None:
    for verb in VERBS:
        item = await brought_to(desk, state, f"for {verb}")
        before, events = await desk.item(item), await desk.events(item)
        error = REFUSED[state].get(verb)
        if error is None:
            await VERBS[verb](desk, item, "U2")
            assert (await desk.events(item))[len(events) :] == [("U2", verb)]
            assert (await desk.item(item)).version == before.version + (verb != "edit"), verb
            continue
        with pytest.raises(error) as refused:
            await VERBS[verb](desk, item, "U2")
        after = await desk.item(item)
        assert (after.version, after.state, after.claimed_by) == (before.version, before.state, before.claimed_by)
        assert await desk.events(item) == events
        if error is AlreadyHandled:
            assert refused.value.params == {"by": "U1", "state": state}


async def test_a_comment_a_colleague_has_claimed_refuses_everybody_else(desk: World) -> None:
    (item,) = await desk.takes(comment())
    await desk.inbox.claim(item, "U1")
    version = (await desk.item(item)).version
    for verb in VERBS.keys() - {"reopen"}:
        with pytest.raises(ClaimedByOther) as refused:
            await VERBS[verb](desk, item, "U2")
        assert refused.value.params == {"by": "U1"}
        assert (await desk.item(item)).version == version


async def test_claiming_ones_own_again_changes_nothing(desk: World) -> None:
    (item,) = await desk.takes(comment())
    await desk.inbox.claim(item, "U1")
    version = (await desk.item(item)).version
    with desk.signals(REFRESH) as woken:
        await desk.inbox.claim(item, "U1")
    assert (await desk.item(item)).version == version
    assert await desk.events(item) == [("U1", "claim")]
    assert woken == [False]


@pytest.mark.parametrize(
    ("by", "reason"), [({"seconds": 0}, "past"), ({"days": -1}, "past"), ({"days": 92}, "too_far")]
)
async def test_a_snooze_ends_in_the_near_future(desk: World, by: dict[str, float], reason: str) -> None:
    (item,) = await desk.takes(comment())
    with pytest.raises(BadTime) as refused:
        await desk.inbox.snooze(item, "U1", desk.clock() + timedelta(**by) - timedelta(milliseconds=1))
    assert refused.value.params == {"reason": reason}


async def test_a_snooze_that_is_over_ends_and_the_card_says_so(desk: World) -> None:
    (first, second) = await desk.takes(comment("c1"), comment("c2"))
    await desk.inbox.snooze(first, "U1", desk.clock() + timedelta(hours=1))
    await desk.inbox.snooze(second, "U1", desk.clock() + timedelta(hours=3))
    assert await desk.inbox.wake() == 0
    desk.clock.turn(hours=2)
    with desk.signals(REFRESH) as woken:
        assert await desk.inbox.wake() == 1
    row = await desk.item(first)
    assert (row.state, row.by, row.snoozed_until) == (State.OPEN, "clock", None)
    assert (await desk.events(first))[-1] == ("clock", "wake")
    assert (await desk.item(second)).state == State.SNOOZED
    assert woken == [True]
    assert await desk.inbox.wake() == 0


async def test_a_snoozed_comment_can_be_answered_and_does_not_wake_then(desk: World) -> None:
    (item,) = await desk.takes(comment())
    await desk.inbox.snooze(item, "U1", desk.clock() + timedelta(hours=1))
    await desk.approve(item)
    await desk.work()
    desk.clock.turn(hours=2)
    await desk.inbox.wake()
    assert (await desk.item(item)).state == State.ANSWERED


async def test_escalating_gives_the_comment_back_to_everybody(desk: World) -> None:
    (item,) = await desk.takes(comment())
    await desk.inbox.claim(item, "U1")
    await desk.inbox.escalate(item, "U1", "請主管看")
    row = await desk.item(item)
    assert (row.state, row.claimed_by, row.note) == (State.ESCALATED, None, "請主管看")
    await desk.approve(item, who="U2")


PEOPLE = ("U1", "U2", "U3")
STEPS = (Works(), Before(NotSent(after=0.001)), Before(Unsure()), After(Unsure()), Before(Rejected("forbidden")))


@pytest.mark.parametrize("seed", range(4))
async def test_whatever_several_people_do_the_rows_stay_true(blind: World, seed: int) -> None:
    desk, dice = blind, random.Random(seed)
    (item,) = await desk.takes(comment())
    version, approvals, allowed, edits = 1, 0, 0, 0
    for _ in range(60):
        who, verb = dice.choice(PEOPLE), dice.choice([*VERBS, "approve", "send", "news", "decide", "wake"])
        before = await desk.item(item)
        try:
            if verb == "send":
                desk.platform.script.append(dice.choice(STEPS))
                await desk.lane.work()
            elif verb == "news":
                edits += 1
                await desk.takes_only(comment("c1", f"第{edits}版", change=Change.EDITED))
            elif verb == "decide":
                decide = dice.choice([desk.unsure.mark_sent, desk.unsure.send_again])
                for reply in (await desk.replies(item))[-1:]:
                    await decide(reply.id, who)
            elif verb == "wake":
                desk.clock.turn(hours=2)
                await desk.inbox.wake()
            else:
                await VERBS[verb](desk, item, who)
                allowed += 1
                approvals += verb == "approve"
                if before.claimed_by is not None and verb != "reopen":
                    assert before.claimed_by == who
        except (AlreadyHandled, ClaimedByOther, NotAllowed, StaleCard):
            assert verb != "news"
        row, replies = await desk.item(item), await desk.replies(item)
        live = [reply for reply in replies if reply.phase in (Phase.READY, Phase.SENDING, Phase.UNSURE)]
        assert row.version >= version
        assert len(live) == (row.state == State.ANSWERING)
        assert (row.snoozed_until is not None) == (row.state == State.SNOOZED)
        assert row.claimed_by is None or row.state in WAITING
        version = row.version
    events = await desk.events(item)
    assert len(await desk.replies(item)) == approvals == [verb for _, verb in events].count("approve")
    assert {who for who, _ in events} <= {*PEOPLE, "outbox", "platform", "clock"}
    assert {reply.by for reply in await desk.replies(item)} <= set(PEOPLE)
    assert allowed > 3


async def test_the_feed_and_the_last_look_may_tell_of_the_same_deletion(desk: World) -> None:
    item = await desk.approved()
    desk.platform.look_will(Look(Standing.DELETED))
    await desk.work()
    await desk.takes(comment(change=Change.DELETED))
    assert [verb for _, verb in await desk.events(item)] == ["approve", "stopped"]
