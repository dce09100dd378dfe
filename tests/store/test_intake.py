"""The way in, on both databases: bulk writes that may be repeated, and a cursor that moves with them or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from bot.store import intake
from bot.store.engine import Store
from bot.store.models import Account, Event, Feed, Item, Person, Post
from tests.store.conftest import NOON, Add

LATER = NOON + timedelta(minutes=5)


async def feed(store: Store) -> Feed:
    async with store.read() as session:
        return (await session.scalars(select(Feed))).one()


async def test_an_account_keeps_its_id_when_it_is_renamed(store: Store, account: int) -> None:
    async with store.write() as unit:
        assert await intake.ensure_account(unit, "square", "square", "新名字") == account
        assert await intake.ensure_account(unit, "other", "telegram", "Other") != account
        assert await unit.scalar(select(Account.title).where(Account.id == account)) == "新名字"


async def test_the_cursor_moves_with_what_was_read_or_not_at_all(store: Store, account: int) -> None:
    async with store.write() as unit:
        assert await intake.cursor(unit, account, "comments") is None
        await intake.move_cursor(unit, account, "comments", "1", NOON, None)

    async def fail() -> None:
        async with store.write() as unit:
            await intake.move_cursor(unit, account, "comments", "2", LATER, None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.read() as session:
        assert await intake.cursor(session, account, "comments") == "1"
        assert await intake.cursor(session, account, "messages") is None


async def test_a_gap_stays_known_after_the_next_good_read(store: Store, account: int) -> None:
    async with store.write() as unit:
        await intake.move_cursor(unit, account, "comments", "1", NOON, "cursor too old")
        await intake.move_cursor(unit, account, "comments", "2", LATER, None)
    row = await feed(store)
    assert (row.cursor, row.polled_at, row.gap, row.gap_at) == ("2", LATER, "cursor too old", NOON)


async def test_a_problem_keeps_the_time_of_its_first_failure_until_a_good_read(store: Store, account: int) -> None:
    async with store.write() as unit:
        await intake.move_cursor(unit, account, "comments", "1", NOON, None)
        await intake.feed_problem(unit, account, "comments", "down", NOON)
        await intake.feed_problem(unit, account, "comments", "still down", LATER)
    row = await feed(store)
    assert (row.cursor, row.problem, row.problem_since) == ("1", "still down", NOON)
    async with store.write() as unit:
        await intake.move_cursor(unit, account, "comments", "2", LATER, None)
    row = await feed(store)
    assert (row.cursor, row.problem, row.problem_since) == ("2", None, None)


async def test_a_problem_before_the_first_good_read_is_kept(store: Store, account: int) -> None:
    async with store.write() as unit:
        await intake.feed_problem(unit, account, "comments", "down", NOON)
    row = await feed(store)
    assert (row.cursor, row.problem, row.problem_since) == (None, "down", NOON)


async def test_pausing_says_whether_it_changed_anything(store: Store, account: int) -> None:
    async with store.write() as unit:
        said = [await intake.pause(unit, "square", why) for why in (None, "auth:", "auth:", "auth:write", None, None)]
        assert said == [False, True, False, False, True, False]
        assert await intake.pause(unit, "nobody", "auth:") is False


async def test_people_are_stored_once_and_renamed(store: Store, account: int, person: int) -> None:
    def row(native_id: str, name: str) -> dict[str, Any]:
        given = {"account_id": account, "native_id": native_id, "name": name}
        return given | {"handle": None, "language": "en", "first_seen_at": LATER}

    async with store.write() as unit:
        found = await intake.people(unit, account, [row("p1", "阿哲（改名）"), row("p2", "Mia")])
        rows = (await unit.scalars(select(Person).order_by(Person.native_id))).all()
    assert found == {"p1": person, "p2": rows[1].id}
    assert [(one.name, one.first_seen_at) for one in rows] == [("阿哲（改名）", NOON), ("Mia", LATER)]


async def test_posts_are_stored_once_and_updated(store: Store, account: int) -> None:
    first = {"account_id": account, "native_id": "1", "text": "新豆上架", "url": None, "created_at": NOON}
    async with store.write() as unit:
        assert await intake.posts(unit, account, []) == {}
        before = await intake.posts(unit, account, [first])
        after = await intake.posts(unit, account, [first | {"text": "新豆上架！", "url": "https://x.example/1"}])
        row = (await unit.scalars(select(Post))).one()
    assert before == after == {"1": row.id}
    assert (row.text, row.url, row.created_at) == ("新豆上架！", "https://x.example/1", NOON)


async def test_ids_of_new_items_come_in_the_order_given(store: Store, add_items: Add) -> None:
    names = [f"c{number}" for number in (5, 3, 9, 1, 7)]
    made = await add_items(*names)
    async with store.read() as session:
        by_id = dict((await session.execute(select(Item.id, Item.native_id))).all())
    assert [by_id[item] for item in made] == names
    assert made == sorted(made)


async def test_a_new_item_with_a_broken_id_is_found_by_what_was_stored(store: Store, add_items: Add) -> None:
    made = await add_items("c\ud83d", "c\0")
    async with store.read() as session:
        assert list(await session.scalars(select(Item.native_id).order_by(Item.id))) == ["c\ufffd", "c"]
        assert list(await session.scalars(select(Item.id).order_by(Item.id))) == made


async def test_known_items_are_found_by_their_native_id_within_their_account(store: Store, add_items: Add) -> None:
    (first, _) = await add_items("c1", "c2")
    async with store.write() as unit:
        other = await intake.ensure_account(unit, "other", "square", "")
        account = (await unit.scalars(select(Item.account_id))).first()
        assert account is not None
        found = await intake.known(unit, account, ["c1", "c9"])
        assert {native_id: item.id for native_id, item in found.items()} == {"c1": first}
        assert await intake.known(unit, other, ["c1"]) == {}


async def test_an_item_that_is_there_already_is_refused_with_its_whole_batch(store: Store, add_items: Add) -> None:
    await add_items("c1")
    with pytest.raises(IntegrityError):
        await add_items("c2", "c1")
    async with store.read() as session:
        assert list(await session.scalars(select(Item.native_id))) == ["c1"]


async def test_an_item_of_nobody_is_refused(store: Store, add_items: Add) -> None:
    with pytest.raises(IntegrityError):
        await add_items("c1", person_id=999)


async def test_a_batch_of_a_thousand_is_a_handful_of_statements(store: Store, add_items: Add) -> None:
    sent: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        sent.append(statement)

    event.listen(store.writer.sync_engine, "before_cursor_execute", note)
    made = await add_items(*(f"c{number}" for number in range(1000)))
    event.remove(store.writer.sync_engine, "before_cursor_execute", note)
    assert len(set(made)) == 1000
    assert len(sent) <= 10


async def test_events_default_to_no_detail(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    async with store.write() as unit:
        await intake.log(unit, [])
        await intake.log(
            unit,
            [
                {"item_id": item, "at": NOON, "who": "U1", "verb": "claim"},
                {"item_id": item, "at": LATER, "who": "U1", "verb": "snooze", "detail": {"until": "tomorrow"}},
            ],
        )
        rows = (await unit.scalars(select(Event).order_by(Event.id))).all()
    assert [(row.verb, row.detail) for row in rows] == [("claim", {}), ("snooze", {"until": "tomorrow"})]
