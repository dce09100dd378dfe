"""An approval is bound to what was previewed, and two people who click in the same instant make one delivery."""

from __future__ import annotations

import asyncio

import pytest

from bot.dispatch import REFRESH
from bot.errors import AlreadyHandled, CannotSend, ClaimedByOther, NotFound, StaleCard
from bot.store.engine import Store
from bot.store.models import State
from platforms.base import Change
from tests.desk.world import ADDRESS, World, world
from tests.fakes import comment


async def offered(desk: World, native_id: str = "c1") -> tuple[int, int, str]:
    """A comment with a suggestion: item, suggestion, stamp."""
    (item,) = await desk.takes(comment(native_id, ADDRESS))
    await desk.work()
    suggestion = desk.team.card(item).suggestions[0]
    return item, suggestion.id, suggestion.stamp


async def test_a_suggestion_goes_out_word_for_word(desk: World) -> None:
    item, suggestion, stamp = await offered(desk)
    with desk.signals("shop") as lane, desk.signals(REFRESH) as cards:
        await desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion)
    await desk.work()
    row = await desk.item(item)
    assert [said.text for said in desk.platform.public] == [desk.team.cards[0].suggestions[0].text]
    assert desk.platform.public[0].target == {"comment": "c1"}
    assert (row.state, row.by) == (State.ANSWERED, "U1")
    assert await desk.events(item) == [("U1", "approve"), ("outbox", "sent")]
    assert lane + cards == [True, True]


@pytest.mark.parametrize("own", ["自己寫的", "👍", "兩\n行", " 前後空白 ", "<script>&amp;{{ name }}"])
async def test_own_words_go_out_as_they_were_previewed(desk: World, own: str) -> None:
    (item,) = await desk.takes(comment())
    preview = await desk.drafting.preview(item, own)
    await desk.drafting.approve(item, "U1", stamp=preview.stamp, text=own)
    await desk.work()
    assert [said.text for said in desk.platform.public] == [preview.text] == [own]


async def test_a_broken_text_is_previewed_and_sent_in_the_same_mended_form(desk: World) -> None:
    (item,) = await desk.takes(comment())
    preview = await desk.drafting.preview(item, "好\ud83d\0")
    await desk.drafting.approve(item, "U1", stamp=preview.stamp, text="好\ud83d\0")
    await desk.work()
    assert [said.text for said in desk.platform.public] == [preview.text] == ["好\ufffd"]


async def test_what_was_not_previewed_is_refused(desk: World) -> None:
    item, suggestion, stamp = await offered(desk)
    preview = await desk.drafting.preview(item, "預覽過的")
    other, *_ = await offered(desk, "c2")
    for call in (
        desk.drafting.approve(item, "U1", stamp=preview.stamp, text="改過的"),
        desk.drafting.approve(item, "U1", stamp="0" * 32, suggestion=suggestion),
        desk.drafting.approve(item, "U1", stamp=stamp),
        desk.drafting.approve(item, "U1", stamp=stamp, suggestion=4711),
        desk.drafting.approve(other, "U1", stamp=stamp, suggestion=suggestion),
        desk.drafting.approve(other, "U1", stamp=preview.stamp, text="預覽過的"),
    ):
        with pytest.raises(StaleCard):
            await call
    assert await desk.replies() == []
    assert (await desk.item(item)).state == State.OPEN


async def test_an_edit_of_the_comment_voids_its_suggestions_and_previews(desk: World) -> None:
    item, suggestion, stamp = await offered(desk)
    preview = await desk.drafting.preview(item, "預覽過的")
    await desk.takes(comment("c1", ADDRESS + "!", change=Change.EDITED))
    with pytest.raises(StaleCard):
        await desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion)
    with pytest.raises(StaleCard):
        await desk.drafting.approve(item, "U1", stamp=preview.stamp, text="預覽過的")
    assert (await desk.board.card(item)).suggestions == ()
    assert await desk.suggesting.suggest_again(item, "U1") == 1
    fresh = (await desk.board.card(item)).suggestions[0]
    await desk.drafting.approve(item, "U1", stamp=fresh.stamp, suggestion=fresh.id)


async def test_suggestions_made_anew_void_the_old_buttons_only_where_the_words_differ(desk: World) -> None:
    item, _, stamp = await offered(desk)
    await desk.suggesting.suggest_again(item, "U1")
    (fresh,) = (await desk.board.card(item)).suggestions
    assert fresh.stamp == stamp
    assert len(await desk.suggestions(item)) == 1


@pytest.mark.parametrize(("text", "problem"), [("字" * 281, "too_long"), ("", "empty"), ("  \n", "empty")])
async def test_what_the_platform_would_refuse_is_refused_and_says_why(desk: World, text: str, problem: str) -> None:
    (item,) = await desk.takes(comment())
    preview = await desk.drafting.preview(item, text)
    assert [found.key for found in preview.problems] == [problem]
    with pytest.raises(CannotSend) as refused:
        await desk.drafting.approve(item, "U1", stamp=preview.stamp, text=text)
    assert refused.value.params["problem"] == problem
    assert (await desk.item(item)).state == State.OPEN
    assert await desk.events(item) == []


async def test_a_text_of_exactly_the_limit_is_taken(desk: World) -> None:
    (item,) = await desk.takes(comment())
    await desk.approve(item, "字" * 280)
    await desk.work()
    assert len(desk.platform.public) == 1


@pytest.mark.parametrize("round_", range(2))
async def test_two_who_approve_at_once_make_one_delivery_and_the_second_is_told_who_was_first(
    desk: World, round_: int
) -> None:
    item, suggestion, stamp = await offered(desk)
    people = [f"U{number}" for number in range(6)]
    outcomes = await asyncio.gather(
        *(desk.drafting.approve(item, who, stamp=stamp, suggestion=suggestion) for who in people),
        return_exceptions=True,
    )
    (first,) = [who for who, outcome in zip(people, outcomes, strict=True) if outcome is None]
    refused = [outcome for outcome in outcomes if outcome is not None]
    assert all(isinstance(error, AlreadyHandled) and error.params["by"] == first for error in refused)
    (reply,) = await desk.replies(item)
    assert reply.by == first
    await desk.work()
    assert len(desk.platform.public) == 1
    assert [verb for _, verb in await desk.events(item)].count("approve") == 1


async def test_who_approves_in_the_instant_somebody_else_ignores_is_told(desk: World) -> None:
    item, suggestion, stamp = await offered(desk)
    outcomes = await asyncio.gather(
        desk.inbox.ignore(item, "U1"),
        desk.drafting.approve(item, "U2", stamp=stamp, suggestion=suggestion),
        return_exceptions=True,
    )
    assert sum(outcome is None for outcome in outcomes) == 1
    assert sum(isinstance(outcome, AlreadyHandled) for outcome in outcomes) == 1
    assert len(await desk.replies(item)) == (1 if outcomes[1] is None else 0)


async def test_an_approval_in_the_instant_of_an_edit_is_refused_or_its_reply_is_held_back(desk: World) -> None:
    item, suggestion, stamp = await offered(desk)
    outcomes = await asyncio.gather(
        desk.takes(comment("c1", "改了", change=Change.EDITED)),
        desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], StaleCard | None)
    await desk.work()
    assert desk.platform.public == []
    assert (await desk.item(item)).state == State.OPEN


async def test_what_a_colleague_works_on_is_theirs(desk: World) -> None:
    item, suggestion, stamp = await offered(desk)
    await desk.inbox.claim(item, "U1")
    with pytest.raises(ClaimedByOther) as refused:
        await desk.drafting.approve(item, "U2", stamp=stamp, suggestion=suggestion)
    assert refused.value.params == {"by": "U1"}
    with pytest.raises(ClaimedByOther):
        await desk.drafting.keep(item, "U2", "草稿")
    await desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion)
    assert (await desk.item(item)).claimed_by is None


async def test_an_item_that_is_not_there_is_not_found(desk: World) -> None:
    for call in (
        desk.drafting.approve(4711, "U1", stamp="x", text="好"),
        desk.drafting.preview(4711, "好"),
        desk.drafting.open(4711, None, "U1"),
        desk.drafting.keep(4711, "U1", "好"),
        desk.suggesting.suggest_again(4711, "U1"),
        desk.inbox.claim(4711, "U1"),
        desk.board.card(4711),
        desk.board.place(4711),
    ):
        with pytest.raises(NotFound):
            await call


async def test_a_kept_draft_is_its_writers_and_is_gone_once_something_is_approved(desk: World) -> None:
    item, suggestion, _ = await offered(desk)
    await desk.drafting.keep(item, "U1", "寫到一半")
    mine, theirs = await desk.drafting.open(item, None, "U1"), await desk.drafting.open(item, None, "U2")
    assert (mine.text, mine.draft, theirs.text, theirs.draft) == ("寫到一半", True, "", False)
    assert (await desk.drafting.open(item, suggestion, "U1")).text == desk.team.card(item).suggestions[0].text
    assert ("U1", "edit") in await desk.events(item)
    await desk.approve(item)
    assert (await desk.item(item)).draft is None


async def test_a_suggestion_of_another_comment_is_not_opened(desk: World) -> None:
    _, suggestion, _ = await offered(desk)
    (other,) = await desk.takes(comment("c2", "別的"))
    assert (await desk.drafting.open(other, suggestion, "U1")).text == ""


async def test_an_account_that_is_not_set_up_any_more_cannot_be_answered(store: Store) -> None:
    old = await world(store)
    (item,) = await old.takes(comment())
    desk = await world(store, name="other")
    preview = await desk.drafting.preview(item, "好")
    with pytest.raises(CannotSend) as refused:
        await desk.drafting.approve(item, "U1", stamp=preview.stamp, text="好")
    assert refused.value.params == {"problem": "unconfigured", "account": "shop"}
