"""What may have happened is never repeated blindly: same key, else looked for, else a person is asked."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.errors import AlreadyHandled, BotError
from bot.store.engine import Store
from bot.store.models import Phase, State
from platforms.base import Absent, Change, Look, Standing
from platforms.caps import Find, Idempotency
from platforms.errors import AuthBroken, Gone, NotSent, Rejected, Unsure
from tests.desk.world import World, world
from tests.fakes import KEYED, NOBODY, After, Before, Step, comment

LOOKUP = replace(NOBODY, find=Find.LOOKUP)
SCAN = replace(NOBODY, find=Find.SCAN)
FORGETFUL = replace(KEYED, find=Find.NONE)
LOST = [Before(Unsure("hang")), After(Unsure("reset"))]


@pytest.mark.parametrize("step", LOST, ids=["before the effect", "after the effect"])
async def test_an_unsure_reply_is_repeated_with_its_key_and_the_public_reads_one(desk: World, step: Step) -> None:
    desk.platform.will(step, step, step)
    item = await desk.approved()
    await desk.work()
    assert len(desk.platform.public) == 1
    assert len(desk.platform.sends) == 4
    assert len(set(desk.platform.sends)) == 1
    assert (await desk.item(item)).state == State.ANSWERED


@pytest.mark.parametrize("step", LOST, ids=["before the effect", "after the effect"])
async def test_a_reply_whose_key_may_have_died_is_looked_for_instead(desk: World, step: Step) -> None:
    desk.platform.will(step)
    item = await desk.approved()
    await desk.lane.work()
    desk.clock.turn(hours=24)
    await desk.work()
    assert len(desk.platform.finds) == 1
    assert len(desk.platform.public) == 1
    assert (await desk.item(item)).state == State.ANSWERED


@pytest.mark.parametrize("caps", [LOOKUP, SCAN], ids=["lookup", "scan"])
@pytest.mark.parametrize("step", LOST, ids=["before the effect", "after the effect"])
async def test_where_repeats_count_an_unsure_reply_is_found_or_sent_again(
    store: Store, caps: object, step: Step
) -> None:
    desk = await world(store, caps=caps)  # type: ignore[arg-type]
    desk.platform.will(step)
    item = await desk.approved()
    await desk.work()
    (reply,) = await desk.replies(item)
    assert [said.native_id for said in desk.platform.public] == ["r1"]
    assert (reply.phase, reply.receipt["native_id"], reply.doubt) == (Phase.SENT, "r1", False)
    assert (await desk.item(item)).reply_native_id == "r1"


async def test_a_search_that_cannot_be_made_now_is_made_later_and_nothing_is_sent_meanwhile(store: Store) -> None:
    desk = await world(store, caps=LOOKUP)
    desk.platform.will(After(Unsure()))
    desk.platform.find_will(Unsure(), NotSent(after=0.01), AuthBroken("read"))
    item = await desk.approved()
    await desk.works_until(lambda: not desk.platform.find_script)
    assert len(desk.platform.sends) == 1
    assert (await desk.replies(item))[0].doubt


@pytest.mark.parametrize("refusal", [Rejected("forbidden"), ValueError("a bug")], ids=["refused", "a bug"])
async def test_a_search_that_will_never_work_ends_with_a_person(store: Store, refusal: Exception) -> None:
    desk = await world(store, caps=LOOKUP)
    desk.platform.will(After(Unsure()))
    desk.platform.find_will(*[refusal] * 100)
    item = await desk.approved()
    await desk.work()
    assert (await desk.replies(item))[0].phase == Phase.UNSURE
    assert (await desk.item(item)).trouble == "unsure"
    assert len(desk.platform.sends) == 1


async def test_a_refusal_of_the_repeat_says_nothing_about_the_first(desk: World) -> None:
    desk.platform.will(After(Unsure()), Before(Rejected("forbidden")))
    item = await desk.approved()
    await desk.work()
    assert (await desk.item(item)).state == State.ANSWERING
    assert (await desk.item(item)).trouble == "unsure"


async def test_a_search_that_cannot_tell_asks_a_person(store: Store) -> None:
    desk = await world(store, caps=LOOKUP)
    desk.platform.will(After(Unsure()))
    desk.platform.find_will(Absent.UNKNOWN)
    item = await desk.approved()
    await desk.work()
    assert (await desk.item(item)).trouble == "unsure"


@pytest.mark.parametrize("step", LOST, ids=["before the effect", "after the effect"])
async def test_where_nothing_can_be_found_out_a_card_asks_and_nothing_is_sent_meanwhile(
    blind: World, step: Step
) -> None:
    blind.platform.will(step)
    item = await blind.approved()
    await blind.work()
    await blind.refresher.work()
    card = blind.team.card(item)
    assert (card.trouble, card.state) == ("unsure", State.ANSWERING)
    assert card.delivery == (await blind.replies(item))[0].id
    await blind.recover()
    await blind.work()
    assert len(blind.platform.sends) == 1


async def test_a_key_that_died_where_nothing_can_be_found_asks_a_person(store: Store) -> None:
    desk = await world(store, caps=FORGETFUL)
    desk.platform.will(After(Unsure()))
    item = await desk.approved()
    await desk.lane.work()
    desk.clock.turn(hours=25)
    await desk.work()
    assert (await desk.item(item)).trouble == "unsure"
    assert len(desk.platform.sends) == 1


async def _unsure(desk: World) -> tuple[int, int]:
    desk.platform.will(After(Unsure()))
    item = await desk.approved(who="U1")
    await desk.work()
    (reply,) = await desk.replies(item)
    assert reply.phase == Phase.UNSURE
    return item, reply.id


async def test_marked_as_sent_the_comment_is_answered_by_who_approved_it(blind: World) -> None:
    item, reply = await _unsure(blind)
    await blind.unsure.mark_sent(reply, "U2")
    await blind.work()
    row = await blind.item(item)
    assert (row.state, row.by, row.trouble) == (State.ANSWERED, "U1", None)
    assert ("U2", "mark_sent") in await blind.events(item)
    assert len(blind.platform.sends) == 1


async def test_sent_again_it_goes_out_once_more(blind: World) -> None:
    item, reply = await _unsure(blind)
    with blind.signals("shop") as woken:
        await blind.unsure.send_again(reply, "U2")
    assert woken == [True]
    assert (await blind.item(item)).trouble is None
    await blind.work()
    assert (await blind.item(item)).state == State.ANSWERED
    assert ("U2", "send_again") in await blind.events(item)
    assert len(blind.platform.sends) == 2


async def test_sent_again_and_lost_again_asks_again(blind: World) -> None:
    item, reply = await _unsure(blind)
    await blind.unsure.send_again(reply, "U2")
    blind.platform.will(Before(Unsure()))
    await blind.work()
    assert (await blind.item(item)).trouble == "unsure"
    await blind.unsure.mark_sent(reply, "U3")
    assert (await blind.item(item)).state == State.ANSWERED


async def test_two_who_decide_at_once_make_one_decision_and_the_second_is_told_who_was_first(blind: World) -> None:
    item, reply = await _unsure(blind)
    outcomes = await asyncio.gather(
        blind.unsure.mark_sent(reply, "U2"), blind.unsure.send_again(reply, "U3"), return_exceptions=True
    )
    (refused,) = [outcome for outcome in outcomes if outcome is not None]
    (first,) = [who for who, verb in await blind.events(item) if verb in ("mark_sent", "send_again")]
    assert isinstance(refused, AlreadyHandled)
    assert refused.params["by"] == first
    await blind.work()
    assert len(blind.platform.sends) == (1 if first == "U2" else 2)


async def test_nobody_decides_about_what_is_not_in_doubt(blind: World) -> None:
    item = await blind.approved()
    (reply,) = await blind.replies(item)
    with pytest.raises(AlreadyHandled):
        await blind.unsure.send_again(reply.id, "U2")
    with pytest.raises(BotError):
        await blind.unsure.mark_sent(4711, "U2")


async def test_a_comment_deleted_while_its_reply_is_unsure_can_still_be_settled(blind: World) -> None:
    item, reply = await _unsure(blind)
    await blind.takes_only(comment("c1", "", change=Change.DELETED))
    await blind.unsure.mark_sent(reply, "U2")
    row = await blind.item(item)
    assert (row.state, row.trouble) == (State.DELETED, None)
    assert (await blind.replies(item))[0].phase == Phase.SENT


async def test_a_comment_deleted_while_its_reply_is_unsure_is_not_answered_again(blind: World) -> None:
    _, reply = await _unsure(blind)
    await blind.takes_only(comment("c1", "", change=Change.DELETED))
    await blind.unsure.send_again(reply, "U2")
    await blind.work()
    assert len(blind.platform.sends) == 1


@pytest.mark.parametrize("caps", [KEYED, LOOKUP, NOBODY], ids=["key", "lookup", "nothing"])
async def test_a_bug_in_an_adapter_is_a_doubt_and_not_a_loop(store: Store, caps: object) -> None:
    desk = await world(store, caps=caps)  # type: ignore[arg-type]
    desk.platform.will(*[Before(ZeroDivisionError())] * 100)
    item = await desk.approved()
    await desk.work()
    assert (await desk.replies(item))[0].phase == Phase.UNSURE
    assert len(desk.platform.sends) <= 10
    assert desk.platform.public == []


async def test_an_answer_that_cannot_be_read_is_a_doubt(desk: World) -> None:
    desk.platform.will(After(TypeError("receipt")))
    item = await desk.approved()
    await desk.work()
    assert (await desk.item(item)).state == State.ANSWERED
    assert len(desk.platform.public) == 1


@pytest.mark.parametrize("error", [Unsure("hang"), NotSent("connect", after=0.01)], ids=["hang", "refused"])
async def test_a_last_look_that_fails_means_that_nothing_was_sent(store: Store, error: Exception) -> None:
    desk = await world(store, caps=replace(NOBODY, look=True))
    desk.platform.look_will(error)
    item = await desk.approved()
    await desk.lane.work()
    (reply,) = await desk.replies(item)
    assert (reply.phase, reply.doubt) == (Phase.READY, False)
    await desk.works_until(lambda: desk.platform.public)
    assert (await desk.item(item)).state == State.ANSWERED


async def test_a_bug_in_the_last_look_does_not_hold_the_reply_for_ever(store: Store) -> None:
    desk = await world(store, caps=replace(NOBODY, look=True))
    desk.platform.look_will(*[ZeroDivisionError()] * 100)
    item = await desk.approved()
    for _ in range(6):
        await desk.work()
        desk.clock.turn(seconds=15)
    row = await desk.item(item)
    assert (row.state, row.trouble) == (State.OPEN, "rejected")
    assert desk.platform.sends == []


async def test_a_reply_in_doubt_is_repeated_even_when_the_comment_was_edited_since(desk: World) -> None:
    desk.platform.will(After(Unsure()))
    item = await desk.approved()
    await desk.lane.work()
    await desk.takes_only(comment("c1", "改了", change=Change.EDITED))
    desk.platform.look_will(Look(Standing.EDITED))
    await desk.work()
    assert (await desk.item(item)).state == State.ANSWERED
    assert len(desk.platform.public) == 1


async def test_a_target_that_is_gone_at_the_repeat_ends_the_doubt(desk: World) -> None:
    desk.platform.will(After(Unsure()), Before(Gone("target")))
    item = await desk.approved()
    await desk.work()
    assert (await desk.replies(item))[0].phase == Phase.FAILED
    assert (await desk.item(item)).trouble_detail == "gone"


async def test_the_key_that_writes_an_id_of_our_own_is_as_good(store: Store) -> None:
    desk = await world(store, caps=replace(NOBODY, idempotency=Idempotency.OWN_ID))
    desk.platform.will(After(Unsure()))
    await desk.approved()
    await desk.work()
    desk.clock.turn(days=400)
    assert len(desk.platform.public) == 1
    assert len(desk.platform.sends) == 2
