"""Queries about items, on both databases: what is shown to people, and what is locked for change."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import InvalidRequestError

from bot.errors import NotFound
from bot.store import deliveries, intake, items
from bot.store.engine import Store
from bot.store.models import Item, State
from tests.store.conftest import NOON, Add


async def alter(store: Store, item: int, **values: Any) -> None:
    async with store.write() as unit:
        await unit.execute(update(Item).where(Item.id == item).values(**values))


def judged(item: int) -> dict[str, object]:
    return {"id": item, "suggested": 1, "flags": [], "tone": "neutral", "withheld": []}


def suggestion(item: int, rank: int, text: str, revision: int = 1) -> dict[str, object]:
    row = {"item_id": item, "revision": revision, "rank": rank, "template_id": "hours", "text": text}
    return row | {"score": 0.5, "words": ["週末"]}


async def test_an_item_that_is_not_there_is_said_to_be_so(store: Store) -> None:
    async with store.write() as unit:
        with pytest.raises(NotFound):
            await items.change(unit, 7)


async def test_two_who_change_an_item_at_once_come_one_after_the_other(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    said: list[str] = []

    async def approve(who: str) -> None:
        async with store.write() as unit:
            row = await items.change(unit, item)
            if row.state == State.OPEN:
                row.approve(who, NOON)
                said.append(who)
            else:
                said.append(f"{who} sees {row.by}")

    await asyncio.gather(approve("U1"), approve("U2"))
    assert sorted(said) in (["U1", "U2 sees U1"], ["U1 sees U2", "U2"])


async def test_full_items_come_in_the_order_asked_for(store: Store, add_items: Add) -> None:
    first, second = await add_items("c1", "c2")
    async with store.read() as session:
        found = await items.full(session, [second, 999, first])
    assert [row.native_id for row in found] == ["c2", "c1"]
    assert (found[0].person.name, found[0].account.name, found[0].post) == ("阿哲", "square", None)


async def test_what_was_not_asked_for_is_refused_instead_of_loaded_in_secret(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    async with store.write() as unit:
        row = await items.change(unit, item)
        with pytest.raises(InvalidRequestError):
            _ = row.post


async def test_items_are_locked_in_the_order_of_their_numbers(store: Store, add_items: Add) -> None:
    made = await add_items("c1", "c2")
    async with store.write() as unit:
        assert list(await items.revisions(unit, [999, *reversed(made)])) == made


async def test_suggestions_are_of_the_present_revision_best_first(store: Store, add_items: Add) -> None:
    item, other = await add_items("c1", "c2")
    async with store.write() as unit:
        offers = [suggestion(item, 1, "second"), suggestion(item, 0, "first")]
        await items.store_suggestions(unit, [judged(item), judged(other)], offers, touched=[other])
    async with store.read() as session:
        found = await items.suggestions(session, [item, other])
        assert {key: [row.text for row in rows] for key, rows in found.items()} == {item: ["first", "second"]}
        kept = await items.suggestion(session, found[item][0].id)
        assert kept is not None
        assert (kept.text, kept.words) == ("first", ["週末"])
        assert await items.suggestion(session, 999) is None
        rows = await items.full(session, [item, other])
        assert [(row.suggested, row.tone, row.version) for row in rows] == [(1, "neutral", 1), (1, "neutral", 2)]


async def test_suggestions_are_replaced_and_those_for_older_words_no_longer_shown(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    for text in ("draft", "better"):
        async with store.write() as unit:
            await items.store_suggestions(unit, [judged(item)], [suggestion(item, 0, text)], touched=[])
    async with store.read() as session:
        assert [row.text for row in (await items.suggestions(session, [item]))[item]] == ["better"]
    async with store.write() as unit:
        (await items.change(unit, item)).edited("改了", "zh-TW", NOON)
    async with store.read() as session:
        assert await items.suggestions(session, [item]) == {}


async def test_earlier_items_of_the_same_person_newest_first(store: Store, add_items: Add) -> None:
    made = await add_items(*(f"c{number}" for number in range(5)))
    async with store.read() as session:
        found = await items.earlier(session, [made[0], made[2], made[4], 999], 3)
        assert await items.earlier(session, [], 3) == {}
    shown = {item: (total, [row.id for row in rows]) for item, (total, rows) in found.items()}
    assert shown == {
        made[0]: (0, []),
        made[2]: (2, [made[1], made[0]]),
        made[4]: (4, [made[3], made[2], made[1]]),
    }


async def test_the_newest_reply_of_each_item(store: Store, add_items: Add) -> None:
    item, other = await add_items("c1", "c2")
    async with store.write() as unit:
        row = await items.change(unit, item)
        for text in ("first", "second"):
            await deliveries.add(unit, [deliveries.reply(row, text, "stamp", "U1", NOON)])
        await deliveries.add(unit, [deliveries.card(other, NOON)])
    async with store.read() as session:
        found = await items.replies(session, [item, other])
        assert await items.replies(session, []) == {}
    assert {key: row.payload["text"] for key, row in found.items()} == {item: "second"}


async def test_what_an_item_answers_is_another_comment_or_a_reply_of_ours(store: Store, add_items: Add) -> None:
    first, second, third, fourth = await add_items("c1", "c2", "c3", "c4")
    async with store.write() as unit:
        row = await items.change(unit, first)
        await deliveries.add(unit, [deliveries.reply(row, "有的！", "stamp", "U1", NOON)])
        row.reply_native_id = "r1"
    await alter(store, second, answers="c1")
    await alter(store, third, answers="r1")
    await alter(store, fourth, answers="gone")
    async with store.read() as session:
        rows = await items.full(session, [first, second, third, fourth])
        assert await items.parents(session, rows) == {second: "請問週末有開嗎？", third: "有的！"}
        assert await items.parents(session, rows[:1]) == {}


async def test_a_card_is_behind_until_its_present_version_is_shown(store: Store, add_items: Add) -> None:
    item, _ = await add_items("c1", "c2")
    async with store.write() as unit:
        row = await items.change(unit, item)
        row.stands("C1", "1.0", 1)
        assert await items.behind(unit, 10) == []
        row.claim("U1")
        assert await items.behind(unit, 10) == [item]
        assert await items.cards_behind(unit) == 1
    async with store.write() as unit:
        row = await items.change(unit, item)
        row.stands("C1", "1.0", 2)
        row.stands("C1", "1.0", 1)
        assert await items.behind(unit, 10) == []
        assert await items.at(unit, "C1", "1.0") == item
        assert await items.at(unit, "C2", "1.0") is None


async def test_a_card_that_stands_elsewhere_now_is_recorded_whatever_it_shows(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    async with store.write() as unit:
        row = await items.change(unit, item)
        row.stands("C1", "1.0", 5)
        row.stands("C1", "2.0", 1)
    async with store.read() as session:
        assert await items.at(session, "C1", "2.0") == item
        assert await items.at(session, "C1", "1.0") is None


async def test_sleepers_wake_when_their_time_has_come(store: Store, add_items: Add) -> None:
    item, awake = await add_items("c1", "c2")
    until = NOON + timedelta(hours=1)
    async with store.write() as unit:
        (await items.change(unit, item)).snooze("U1", until, NOON)
    await alter(store, awake, snoozed_until=until, state=State.OPEN)
    async with store.read() as session:
        assert await items.asleep(session, until - timedelta(seconds=1)) == []
        assert await items.asleep(session, until) == [item]


async def test_lists_show_what_waits_longest_first_and_no_more_than_asked(store: Store, add_items: Add) -> None:
    made = await add_items("c1", "c2", "c3", "c4")
    await alter(store, made[0], claimed_by="U1", received_at=NOON + timedelta(hours=1))
    await alter(store, made[1], claimed_by="U1", trouble="waiting", state=State.ANSWERING)
    await alter(store, made[2], state=State.IGNORED, trouble="old")
    await alter(store, made[3], state=State.SNOOZED, claimed_by="U1", trouble="gone")
    async with store.read() as session:
        assert [row.id for row in await items.lines(session, items.mine("U1"), limit=9)] == [made[3], made[0]]
        assert [row.id for row in await items.lines(session, items.mine("U1"), limit=1)] == [made[3]]
        assert await items.lines(session, items.unclaimed(), limit=9) == []
        assert [row.id for row in await items.lines(session, items.troubled(), limit=9)] == [made[1], made[3]]


async def test_the_unclaimed_are_open_or_escalated(store: Store, add_items: Add) -> None:
    made = await add_items(*(f"c{number}" for number in range(len(State))))
    for item, state in zip(made, State, strict=True):
        await alter(store, item, state=state)
    async with store.read() as session:
        rows = await items.lines(session, items.unclaimed(), limit=9)
        assert [row.state for row in rows] == [State.OPEN, State.ESCALATED]
        assert await items.counts(session) == {State.OPEN: 1, State.SNOOZED: 1, State.ESCALATED: 1}
        assert await items.oldest_waiting(session) == NOON


async def test_numbers_of_an_empty_desk(store: Store) -> None:
    async with store.read() as session:
        assert await items.counts(session) == {}
        assert await items.oldest_waiting(session) is None
        assert await items.answered_since(session, NOON) == 0
        assert await items.accounts(session) == []


async def test_answers_are_counted_from_a_moment_on(store: Store, add_items: Add) -> None:
    made = await add_items("c1", "c2", "c3")
    for item, minutes in zip(made, (-1, 0, 1), strict=True):
        async with store.write() as unit:
            (await items.change(unit, item)).answered("U1", NOON + timedelta(minutes=minutes))
    async with store.read() as session:
        assert await items.answered_since(session, NOON) == 2


async def test_accounts_come_with_the_feed_that_needs_attention_and_what_waits(store: Store, add_items: Add) -> None:
    await add_items("c1", "c2")
    async with store.write() as unit:
        account = await intake.ensure_account(unit, "square", "square", "晨光咖啡")
        await intake.ensure_account(unit, "quiet", "square", "")
        await intake.move_cursor(unit, account, "comments", "1", NOON, None)
        await intake.feed_problem(unit, account, "messages", "down", NOON)
        await intake.feed_problem(unit, account, "mentions", "down", NOON - timedelta(hours=1))
    async with store.read() as session:
        found = await items.accounts(session)
    assert [(row.name, feed and feed.name, waiting) for row, feed, waiting in found] == [
        ("square", "mentions", 2),
        ("quiet", None, 0),
    ]
