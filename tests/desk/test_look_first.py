"""Flagged comments, repeated words and facts that end: what one click may not send, and what is stopped in flight."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.errors import NeedsLook, Repeated
from bot.store.engine import Store
from bot.store.models import Phase, State
from platforms.base import Change
from replies.matcher import BlockMatcher, Match
from replies.templates import Fact
from tests.desk.world import ADDRESS, PACK, World, world
from tests.fakes import KEYED, comment

ANGRY = "請問可以改地址嗎？不改我找消保官！0912-345-678"


def clock_day(desk: World, days: int) -> date:
    """The day so many days from the desk's present one."""
    return desk.clock().date() + timedelta(days=days)


async def offered(desk: World, native_id: str, text: str = ADDRESS, author: str = "") -> tuple[int, int, str]:
    """A comment with a suggestion: item, suggestion, stamp."""
    found = comment(native_id, text)
    if author:
        found = replace(found, author=replace(found.author, native_id=author, name=author))
    (item,) = await desk.takes(found)
    await desk.suggesting.suggest([item])
    shown = (await desk.board.card(item)).suggestions[0]
    return item, shown.id, shown.stamp


async def test_a_flagged_comment_is_never_answered_with_one_click(desk: World) -> None:
    item, suggestion, stamp = await offered(desk, "c1", ANGRY)
    assert {flag["kind"] for flag in (await desk.item(item)).flags} >= {"claim", "personal"}
    with pytest.raises(NeedsLook):
        await desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion)
    row = await desk.item(item)
    assert (row.state, await desk.replies(item)) == (State.OPEN, [])
    text = (await desk.board.card(item)).suggestions[0].text
    await desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion, text=text)
    assert (await desk.item(item)).state == State.ANSWERING


async def test_personal_data_is_masked_wherever_staff_read_it_until_somebody_asks(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ANGRY))
    await desk.suggesting.suggest([item])
    card = await desk.board.card(item)
    queue = await desk.board.queue("U1")
    assert card.masked
    assert "0912-345-678" not in card.text + queue.oldest[0].text
    assert card.text.startswith("請問可以改地址嗎？")
    (later,) = await desk.takes(comment("c2", "在嗎"))
    assert "0912-345-678" not in (await desk.board.card(later)).exchanges[0].text
    assert await desk.people.reveal(item, "U1") == ANGRY
    assert ("U1", "reveal") in await desk.events(item)


async def test_a_very_long_comment_keeps_nobody_waiting_and_its_length(desk: World) -> None:
    text = "電話 0912-345-678，" * 2_500
    (item,) = await desk.takes(comment("c1", text))
    started = time.process_time()
    card = await desk.board.card(item)
    assert time.process_time() - started < 0.2  # A busy machine; 10 ms on a quiet one.
    assert (len(card.text), card.masked) == (len(text), True)
    assert "0912" not in card.text[:2_000]
    assert "678" not in card.text[-2_000:]


async def test_flags_follow_an_edit(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ANGRY))
    await desk.suggesting.suggest([item])
    await desk.takes(comment("c1", ADDRESS, change=Change.EDITED))
    await desk.suggesting.suggest([item])
    assert (await desk.item(item)).flags == []


class Broken(BlockMatcher):
    """Breaks on every question, as a bug would."""

    def rank(self, text: str, k: int) -> list[Match]:
        raise RuntimeError(text)


async def test_what_should_be_looked_at_first_is_told_even_where_suggesting_breaks(store: Store) -> None:
    desk = await world(store, matcher=Broken())
    (item,) = await desk.takes(comment("c1", ANGRY))
    await desk.suggesting.suggest([item])
    card = await desk.board.card(item)
    assert card.suggestions == ()
    assert {flag.kind for flag in card.flags} >= {"claim", "personal"}


async def test_two_people_never_read_the_same_words_where_that_is_spam(store: Store) -> None:
    desk = await world(store, caps=replace(KEYED, spots_repeats=True))
    first, second = await offered(desk, "c1", author="ming"), await offered(desk, "c2", author="hua")
    await desk.drafting.approve(first[0], "U1", stamp=first[2], suggestion=first[1])
    with pytest.raises(Repeated):
        await desk.drafting.approve(second[0], "U1", stamp=second[2], suggestion=second[1])
    assert (await desk.item(second[0])).state == State.OPEN
    third, *_ = await offered(desk, "c3", author="mei")
    assert [offer.repeated for offer in (await desk.board.card(third)).suggestions] == [True]
    again = await offered(desk, "c4", author="ming")
    await desk.drafting.approve(
        again[0], "U1", stamp=again[2], suggestion=again[1]
    )  # The same person may be told twice.
    desk.clock.turn(hours=25)
    later = await offered(desk, "c5", author="fang")
    await desk.drafting.approve(later[0], "U1", stamp=later[2], suggestion=later[1])


async def test_an_edited_answer_is_not_offered_to_others_once_its_fact_has_ended(store: Store) -> None:
    fact = Fact("now", clock_day(await world(store), 1), {"zh-TW": "今天免運", "en": "free shipping today"})
    bodies = {"zh-TW": ("可以，{{ facts.now }}。",)}
    pack = replace(PACK, templates=(replace(PACK.templates[0], bodies=bodies),), facts=(fact,))
    desk = await world(store, pack=pack)
    item, suggestion, _ = await offered(desk, "c1", author="ming")
    text = "可以改喔，今天免運，一小時內幫您處理好！"
    preview = await desk.drafting.preview(item, text)
    await desk.drafting.approve(item, "U1", stamp=preview.stamp, suggestion=suggestion, text=text)
    await desk.lane.work()
    await desk.templates.follow()
    (soon,) = await desk.takes(comment("c2", ADDRESS, author="hua"))
    await desk.suggesting.suggest([soon])
    assert text in [offer.text for offer in (await desk.board.card(soon)).suggestions]
    desk.clock.turn(hours=72)
    (late,) = await desk.takes(comment("c3", ADDRESS, author="mei"))
    await desk.suggesting.suggest([late])
    assert text not in [offer.text for offer in (await desk.board.card(late)).suggestions]


async def test_what_ended_to_be_true_between_approval_and_sending_is_stopped(store: Store) -> None:
    fact = Fact("now", None, {"zh-TW": "今天免運", "en": "free shipping today"})
    desk = await world(store)
    today = desk.clock().date() + timedelta(days=1)
    template = replace(
        PACK.templates[0], bodies={"zh-TW": ("可以，{{ facts.now }}。",), "en": ("Yes, {{ facts.now }}.",)}
    )
    pack = replace(PACK, templates=(template,), facts=(replace(fact, until=today),))
    desk = await world(store, pack=pack)
    item, suggestion, stamp = await offered(desk, "c1")
    await desk.drafting.approve(item, "U1", stamp=stamp, suggestion=suggestion)
    desk.clock.turn(hours=72)
    await desk.lane.work()
    (reply,) = await desk.replies(item)
    row = await desk.item(item)
    assert desk.platform.public == []
    assert (reply.phase, reply.problem) == (Phase.FAILED, "expired")
    assert (row.state, row.trouble, row.trouble_detail) == (State.OPEN, "rejected", "expired")
