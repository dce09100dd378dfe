"""Right before a reply leaves the comment is looked at once more: deleted, edited or answered since stops the reply."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.store import items
from bot.store.models import Phase, State
from platforms.base import Change, Item, Look, Standing
from tests.desk.world import World
from tests.fakes import comment, until

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
NEWEST = replace(comment("c1", "其實不用了", change=Change.EDITED), edited_at=NOON)
NATIVE = comment("b1", "已回覆", answers="c1", by_brand=True)


async def test_a_comment_that_stands_as_seen_is_answered(desk: World) -> None:
    await desk.approved()
    await desk.work()
    assert desk.platform.looks == [{"comment": "c1"}]
    assert len(desk.platform.public) == 1


async def test_a_comment_deleted_on_the_platform_is_not_answered(desk: World) -> None:
    item = await desk.approved()
    desk.platform.look_will(Look(Standing.DELETED))
    await desk.work()
    row = await desk.item(item)
    assert (row.state, row.text) == (State.DELETED, "")
    assert (await desk.replies(item))[0].phase == Phase.STOPPED
    assert desk.platform.sends == []


async def test_a_comment_edited_on_the_platform_goes_back_with_its_new_words(desk: World) -> None:
    item = await desk.approved()
    desk.platform.look_will(Look(Standing.EDITED, NEWEST))
    await desk.work()
    card = await desk.board.card(item)
    assert (card.state, card.trouble, card.text) == (State.OPEN, "edited", "其實不用了")
    assert desk.platform.sends == []


async def test_an_edit_that_arrives_again_after_it_was_seen_in_the_last_look_changes_nothing(desk: World) -> None:
    item = await desk.approved()
    desk.platform.look_will(Look(Standing.EDITED, NEWEST))
    await desk.work()
    await desk.takes(NEWEST)
    assert (await desk.item(item)).revision == 2


async def test_a_comment_answered_in_the_native_app_is_not_answered_twice(desk: World) -> None:
    item = await desk.approved()
    desk.platform.look_will(Look(Standing.ANSWERED, NATIVE))
    await desk.work()
    row = await desk.item(item)
    assert (row.state, row.by, row.reply_native_id) == (State.ANSWERED, "platform", "b1")
    assert desk.platform.sends == []


@pytest.mark.parametrize("first", ["ours", "native", "seen in the look"])
async def test_a_comment_that_was_reopened_can_be_answered_once_more(desk: World, first: str) -> None:
    if first == "native":
        (item,) = await desk.takes(comment("c1"))
        await desk.takes_only(NATIVE)
    else:
        item = await desk.approved()
        desk.platform.look_will(*[Look(Standing.ANSWERED, NATIVE)] * (first == "seen in the look"))
        await desk.work()
    row = await desk.item(item)
    assert row.state == State.ANSWERED
    await desk.inbox.reopen(item, "U1")
    await desk.approve(item, "再補充一句。")
    desk.platform.look_will(Look(Standing.ANSWERED, comment(row.reply_native_id or "", "…", by_brand=True)))
    await desk.work()
    assert desk.platform.public[-1].text == "再補充一句。"


async def test_a_text_that_could_not_be_stored_as_it_is_does_not_look_edited(desk: World) -> None:
    broken = comment("c1", "半個\ud83d")
    (item,) = await desk.takes(broken)
    await desk.approve(item)
    desk.platform.look_will(Look(Standing.EDITED, broken))
    await desk.work()
    assert len(desk.platform.public) == 1


@pytest.mark.parametrize("news", [NEWEST, comment("c1", "", change=Change.DELETED)], ids=["edited", "deleted"])
async def test_what_the_feed_brought_since_the_approval_stops_the_reply_where_nobody_can_look(
    blind: World, news: Item
) -> None:
    item = await blind.approved()
    await blind.takes_only(news)
    await blind.work()
    row = await blind.item(item)
    assert blind.platform.sends == []
    assert (row.state, row.trouble) == ((State.OPEN, "edited") if news is NEWEST else (State.DELETED, None))


async def test_a_reply_whose_stored_text_is_not_the_approved_one_never_leaves(desk: World) -> None:
    item = await desk.approved(text="核准的字")
    (reply,) = await desk.replies(item)
    async with desk.store.write() as unit:
        row = await unit.get(type(reply), reply.id)
        assert row is not None
        row.payload = {**row.payload, "text": "別的字"}
    await desk.work()
    assert desk.platform.sends == []
    assert (await desk.item(item)).trouble_detail == "stamp"


@pytest.mark.parametrize("news", [NEWEST, comment("c1", "", change=Change.DELETED)], ids=["edited", "deleted"])
async def test_news_of_the_comment_while_its_reply_is_being_settled_is_not_lost(desk: World, news: Item) -> None:
    item = await desk.approved()
    gate = desk.platform.hold()
    sending = asyncio.create_task(desk.lane.work())
    await gate.reached.wait()
    gate.open.set()
    before = (await desk.item(item)).version
    await asyncio.gather(sending, *(desk.takes_only(news) for _ in range(3)))
    row = await desk.item(item)
    assert (row.text, row.version) == ("其實不用了" if news is NEWEST else "", before + 2)
    assert row.state == (State.ANSWERED if news is NEWEST else State.DELETED)


async def test_an_outcome_is_written_onto_the_item_as_it_is_now_and_not_as_it_was(desk: World) -> None:
    item = await desk.approved()
    gate = desk.platform.hold()
    sending = asyncio.create_task(desk.lane.work())
    await gate.reached.wait()
    async with desk.store.write() as unit:  # READ COMMITTED lets the outbox read what is about to change here.
        row = await items.change(unit, item)
        row.deleted(desk.clock())
        await unit.flush()
        gate.open.set()
        await until(lambda: desk.platform.public, "the reply has left")
        await asyncio.wait([sending], timeout=0.2)
    await sending
    assert (await desk.item(item)).state == State.DELETED
    assert (await desk.replies(item))[0].phase == Phase.SENT
