"""What a platform delivers is stored once, follows its edits and deletions, and moves the cursor in one transaction."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.dispatch import REFRESH, TEAM
from bot.store.models import State
from platforms.base import Batch, Change
from tests.conftest import with_driver
from tests.desk.world import ADDRESS, BreakingStore, Broken, World, world
from tests.fakes import comment

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
EDITED = replace(comment("c1", "改了", change=Change.EDITED), edited_at=NOON)
DELETED = comment("c1", "", change=Change.DELETED)


async def test_a_new_comment_is_stored_with_its_person_and_post_and_gets_a_card(desk: World) -> None:
    with desk.signals(TEAM) as woken:
        (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.work()
    card = desk.team.card(item)
    assert (card.text, card.author, card.handle, card.post_text) == (ADDRESS, "Amy", "@amy", "新品上市")
    assert card.suggestions[0].template_id == "address"
    assert woken == [True]


async def test_a_comment_delivered_twice_is_one_comment(desk: World) -> None:
    await desk.takes(comment("c1"))
    assert await desk.inbox.take(desk.account, [comment("c1"), comment("c1")]) == 0
    assert len(await desk.items()) == 1
    assert len(await desk.deliveries("card")) == 1


async def test_a_comment_delivered_twice_at_the_same_time_is_one_comment(desk: World) -> None:
    taken = await asyncio.gather(*(desk.inbox.take(desk.account, [comment("c1"), comment("c2")]) for _ in range(4)))
    assert sum(taken) == 2
    assert len(await desk.deliveries("card")) == 2


async def test_a_newer_edit_is_another_revision_of_the_same_comment(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    with desk.signals(REFRESH) as woken:
        await desk.takes(EDITED)
    row = await desk.item(item)
    assert (row.text, row.revision, row.edited_at, row.state) == ("改了", 2, NOON, State.OPEN)
    assert await desk.events(item) == [("platform", "edit")]
    assert woken == [True]


@pytest.mark.parametrize(
    "late",
    [
        replace(EDITED, text="更早", edited_at=NOON - timedelta(seconds=1)),
        comment("c1", "原來的話"),
    ],
    ids=["an older edit", "the first version"],
)
async def test_what_was_written_before_an_edit_and_arrives_after_it_changes_nothing(desk: World, late: object) -> None:
    (item,) = await desk.takes(comment("c1", "原來的話"))
    await desk.takes(EDITED)
    await desk.takes(late)  # type: ignore[arg-type]
    row = await desk.item(item)
    assert (row.text, row.revision) == ("改了", 2)


async def test_what_was_written_before_an_edit_changes_nothing_in_one_batch_either(desk: World) -> None:
    (item, *_) = await desk.takes(comment("c1", "原來的話"), EDITED, comment("c1", "原來的話"))
    assert (await desk.item(item)).text == "改了"


async def test_two_edits_within_the_same_second_leave_the_last_one(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.takes(EDITED)
    await desk.takes(replace(EDITED, text="再改"))
    assert (await desk.item(item)).text == "再改"


async def test_a_deleted_comment_leaves_a_tombstone_without_its_text(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS, attachments=("photo",)))
    await desk.work()
    await desk.drafting.keep(item, "U1", "一半的草稿")
    await desk.takes(DELETED)
    row = await desk.item(item)
    assert (row.state, row.text, row.attachments, row.draft) == (State.DELETED, "", [], None)
    assert await desk.suggestions(item) == []
    assert ("platform", "delete") in await desk.events(item)


async def test_the_text_of_a_deleted_comment_is_not_kept_in_the_outbox(desk: World) -> None:
    item = await desk.approved("c1")
    await desk.work()
    await desk.takes(DELETED)
    (reply,) = await desk.replies(item)
    assert reply.payload["seen"] == ""
    assert reply.payload["text"]


async def test_the_text_of_a_comment_deleted_while_its_reply_waits_is_not_kept_after_it_was_stopped(
    desk: World,
) -> None:
    item = await desk.approved("c1")
    await desk.takes(DELETED)
    await desk.work()
    (reply,) = await desk.replies(item)
    assert (reply.phase, reply.payload["seen"], desk.platform.public) == ("stopped", "", [])


async def test_nothing_brings_a_deleted_comment_back(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.takes(DELETED)
    await desk.takes(EDITED)
    await desk.takes(comment("c1"))
    assert (await desk.item(item)).state == State.DELETED


async def test_written_edited_and_deleted_between_two_polls_leaves_nothing(desk: World) -> None:
    assert await desk.inbox.take(desk.account, [comment("c1"), EDITED, DELETED, comment("c2")]) == 1
    assert [item.native_id for item in await desk.items()] == ["c2"]


async def test_written_and_edited_between_two_polls_is_new_with_its_last_words(desk: World) -> None:
    (item, _) = await desk.takes(comment("c1"), EDITED)
    row = await desk.item(item)
    assert (row.text, row.revision) == ("改了", 1)
    assert len(await desk.deliveries("card")) == 1


async def test_a_batch_of_1200_is_stored_in_its_order_with_the_cursor(desk: World) -> None:
    found = tuple(comment(f"c{n}", f"第{n}則", author=f"a{n % 40}") for n in range(1200))
    new = await desk.inbox.take(desk.account, found, feed="comments", batch=Batch(found, "1200"))
    feed = await desk.feed()
    assert new == 1200
    assert [item.text for item in await desk.items()] == [f"第{n}則" for n in range(1200)]
    assert [card.item_id for card in await desk.deliveries("card")] == [item.id for item in await desk.items()]
    assert feed is not None
    assert feed.cursor == "1200"


@pytest.mark.parametrize("failing", [1, 2, 3])
async def test_when_the_database_fails_in_a_large_batch_the_cursor_stays_and_nothing_is_lost_or_doubled(
    database_url: str, failing: int
) -> None:
    found = tuple(comment(f"c{n}") for n in range(1200))
    batch = Batch(found, "1200")
    async with BreakingStore(with_driver(database_url)) as store:
        desk = await world(store)
        store.spare, store.failures = failing - 1, 1
        with pytest.raises(Broken):
            await desk.inbox.take(desk.account, found, feed="comments", batch=batch)
        stored = len(await desk.items())
        assert stored == (failing - 1) * 500
        assert await desk.feed() is None
        await desk.inbox.take(desk.account, found, feed="comments", batch=batch)
        assert len(await desk.items()) == 1200
        assert len(await desk.deliveries("card")) == 1200


@pytest.mark.parametrize(
    ("hostile", "kept"),
    [
        ("\ud83d 半個", "\ufffd 半個"),
        ("中\0間", "中間"),
        ("字" * 40_000, "字" * 40_000),
        ("\u202egnp.exe\u2066\u2069", "\u202egnp.exe\u2066\u2069"),
        ("\u200b\u200d\ufeff", "\u200b\u200d\ufeff"),
        ("<!channel> <@U123> <https://evil|nice>", "<!channel> <@U123> <https://evil|nice>"),
        ("", ""),
    ],
    ids=["half a surrogate pair", "NUL", "40,000 characters", "bidi", "zero width", "Slack markup", "nothing"],
)
async def test_hostile_text_is_kept_as_it_can_be_and_can_be_answered(desk: World, hostile: str, kept: str) -> None:
    found = comment("c1", hostile, author="\ud83damy\0", attachments=("\ud83d\0",))
    (item,) = await desk.takes(found)
    await desk.takes(found)
    row = await desk.item(item)
    assert (row.text, row.revision) == (kept, 1)
    await desk.approve(item)
    await desk.work()
    assert len(desk.platform.public) == 1
    assert desk.team.card(item).text == kept


async def test_hostile_native_ids_do_not_stop_the_feed(desk: World) -> None:
    found = comment("c\ud83d\0", "一", author="a\0", post="p\0")
    for _ in range(2):
        await desk.inbox.take(desk.account, [found, comment("c2", author="a")])
    await desk.inbox.take(desk.account, [comment("b1", "官方", answers="c\ud83d\0", by_brand=True)])
    first, second = await desk.items()
    assert (first.state, second.state) == (State.ANSWERED, State.OPEN)


async def test_the_brands_own_answer_closes_the_comment(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.inbox.claim(item, "U1")
    await desk.takes_only(comment("b1", "已經私訊您了", answers="c1", by_brand=True))
    row = await desk.item(item)
    assert (row.state, row.by, row.claimed_by, row.reply_native_id) == (State.ANSWERED, "platform", None, "b1")
    assert (await desk.events(item))[-1] == ("platform", "answer")
    assert len(await desk.items()) == 1


async def test_the_brands_own_answer_closes_a_comment_that_arrives_in_the_same_batch(desk: World) -> None:
    await desk.takes_only(comment("c1"), comment("b1", "已經私訊您了", answers="c1", by_brand=True), comment("c2"))
    first, second = await desk.items()
    assert (first.state, first.by, second.state) == (State.ANSWERED, "platform", State.OPEN)
    assert [card.item_id for card in await desk.deliveries("card")] == [second.id]


async def test_an_answer_taken_back_in_the_same_batch_leaves_the_comment_to_us(desk: World) -> None:
    gone = comment("b1", "", answers="c1", by_brand=True, change=Change.DELETED)
    await desk.takes_only(comment("c1"), gone)
    (item,) = await desk.items()
    assert item.state == State.OPEN
    assert [card.item_id for card in await desk.deliveries("card")] == [item.id]


async def test_an_answer_the_brand_took_back_closes_nothing(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.takes_only(comment("b1", "", answers="c1", by_brand=True, change=Change.DELETED))
    assert (await desk.item(item)).state == State.OPEN


async def test_our_own_reply_seen_in_the_feed_does_not_count_as_somebody_elses_answer(desk: World) -> None:
    item = await desk.approved("c1")
    ours = comment("r1", "可以，請私訊我們。", answers="c1", by_brand=True)
    await desk.takes_only(ours)
    assert (await desk.item(item)).state == State.ANSWERING
    await desk.work()
    await desk.takes_only(ours)
    assert (await desk.item(item)).by == "U1"


async def test_our_own_reply_seen_again_does_not_close_a_comment_that_was_reopened(desk: World) -> None:
    item = await desk.approved("c1")
    await desk.work()
    await desk.inbox.reopen(item, "U2")
    await desk.takes_only(comment("r1", "可以，請私訊我們。", answers="c1", by_brand=True))
    assert (await desk.item(item)).state == State.OPEN


async def test_an_empty_batch_only_moves_the_cursor(desk: World) -> None:
    await desk.inbox.take(desk.account, [], feed="comments", batch=Batch((), "7", gap="too_old"))
    feed = await desk.feed()
    assert feed is not None
    assert (feed.cursor, feed.gap) == ("7", "too_old")
    assert await desk.items() == []
