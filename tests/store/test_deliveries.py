"""The way out, on both databases: what is claimed, in which order, and what a dead process leaves behind."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from bot.errors import NotFound
from bot.store import deliveries, items
from bot.store.engine import Store
from bot.store.models import Delivery, Phase
from tests.store.conftest import NOON, Add

LATER = NOON + timedelta(minutes=5)


async def put(store: Store, *names: str, due: datetime = NOON, lane: str = "square") -> None:
    """Store deliveries; a name such as `a1` is the key, and its letter the conversation."""
    rows = [
        deliveries.notice("x", {}, NOON) | {"lane": lane, "conversation": name[0], "key": name, "due_at": due}
        for name in names
    ]
    async with store.write() as unit:
        await deliveries.add(unit, rows)


async def claim(store: Store, limit: int = 10, now: datetime = NOON, lane: str = "square") -> list[str]:
    async with store.write() as unit:
        return [row.key for row in await deliveries.claim(unit, lane, now, limit)]


async def settle(store: Store, key: str, phase: Phase, **values: object) -> None:
    async with store.write() as unit:
        await unit.execute(update(Delivery).where(Delivery.key == key).values(phase=phase, **values))


async def phases(store: Store) -> dict[str, str]:
    async with store.read() as session:
        return dict((await session.execute(select(Delivery.key, Delivery.phase))).all())


async def test_the_oldest_of_each_conversation_comes_first(store: Store) -> None:
    await put(store, "a1", "b1", "c1")
    assert await claim(store, limit=2) == ["a1", "b1"]
    assert await claim(store, limit=2) == ["c1"]
    assert await phases(store) == {"a1": "sending", "b1": "sending", "c1": "sending"}


async def test_nothing_overtakes_one_that_was_being_sent_before(store: Store) -> None:
    await put(store, "a1", "a2", "b1")
    assert await claim(store, limit=1) == ["a1"]
    assert await claim(store) == ["b1"]
    assert await claim(store) == []
    await settle(store, "a1", Phase.SENT)
    assert await claim(store) == ["a2"]


async def test_one_claim_takes_a_conversation_in_order(store: Store) -> None:
    await put(store, "a1", "b1", "a2", "a3")
    assert await claim(store, limit=3) == ["a1", "b1", "a2"]
    assert await claim(store) == []


async def test_one_that_is_not_due_holds_what_is_behind_it_in_its_conversation_only(store: Store) -> None:
    await put(store, "a1")
    await put(store, "a2", due=LATER)
    await put(store, "a3", "b1")
    assert await claim(store) == ["a1", "b1"]
    await settle(store, "a1", Phase.SENT)
    assert await claim(store) == []
    assert await claim(store, now=LATER) == ["a2", "a3"]


@pytest.mark.parametrize("phase", [Phase.SENT, Phase.FAILED, Phase.STOPPED, Phase.UNSURE])
async def test_one_that_is_settled_holds_nobody(store: Store, phase: Phase) -> None:
    await put(store, "a1", "a2")
    await settle(store, "a1", phase)
    assert await claim(store) == ["a2"]


async def test_lanes_do_not_meet(store: Store) -> None:
    await put(store, "a1", lane="team")
    await put(store, "a2")
    assert await claim(store) == ["a2"]
    assert await claim(store, lane="team") == ["a1"]


async def test_a_conversation_with_many_that_have_to_wait_does_not_hide_the_others(store: Store) -> None:
    await put(store, "a0", due=LATER)
    await put(store, *(f"a{number}" for number in range(1, 500)), "b1")
    assert await claim(store) == ["b1"]


async def test_two_workers_at_once_never_claim_the_same(store: Store) -> None:
    names = [f"{letter}1" for letter in "abcdefghijkl"]
    await put(store, *names)
    found = await asyncio.gather(*(claim(store, limit=3) for _ in range(6)))
    claimed = [key for part in found for key in part]
    assert len(claimed) == len(set(claimed))
    assert sorted(claimed + await claim(store, limit=20)) == names


async def test_attempts_are_counted_and_the_first_keeps_its_time(store: Store) -> None:
    await put(store, "a1")
    await claim(store)
    await settle(store, "a1", Phase.READY)
    await claim(store, now=LATER)
    async with store.read() as session:
        row = (await session.scalars(select(Delivery))).one()
    assert (row.attempts, row.first_tried_at) == (2, NOON)


async def test_what_a_dead_process_was_sending_is_ready_again_in_doubt(store: Store) -> None:
    await put(store, "a1", "b1", "c1")
    await claim(store, limit=2)
    await settle(store, "b1", Phase.SENT)
    async with store.write() as unit:
        assert await deliveries.orphans(unit, LATER) == 1
        assert await deliveries.orphans(unit, LATER) == 0
    async with store.read() as session:
        row = (await session.scalars(select(Delivery).where(Delivery.key == "a1"))).one()
    assert (row.phase, row.doubt, row.due_at, row.attempts) == (Phase.READY, True, LATER, 1)
    assert await phases(store) == {"a1": "ready", "b1": "sent", "c1": "ready"}


async def test_the_lane_says_when_it_has_work_again(store: Store) -> None:
    await put(store, "a1", due=LATER + timedelta(hours=1))
    await put(store, "b1", due=LATER)
    await put(store, "c1", lane="team")
    async with store.read() as session:
        assert await deliveries.next_due(session, "square") == LATER
        assert await deliveries.next_due(session, "nowhere") is None


async def test_hurry_makes_one_lane_due_and_leaves_what_is_late_alone(store: Store) -> None:
    await put(store, "a1", due=LATER)
    await put(store, "b1", due=NOON - timedelta(hours=1))
    await put(store, "c1", due=LATER, lane="team")
    async with store.write() as unit:
        await deliveries.hurry(unit, "square", NOON)
    async with store.read() as session:
        due = dict((await session.execute(select(Delivery.key, Delivery.due_at))).all())
    assert due == {"a1": NOON, "b1": NOON - timedelta(hours=1), "c1": LATER}


async def test_a_reply_is_frozen_with_what_was_approved(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    async with store.write() as unit:
        row = await items.change(unit, item)
        await deliveries.add(unit, [deliveries.reply(row, "有的！", "stamp", "U1", NOON)])
        row.edited("改過的問題", "zh-TW", LATER)
    async with store.write() as unit:
        (claimed,) = await deliveries.claim(unit, "square", NOON, 1)
        found = await deliveries.change(unit, claimed.id)
        assert found.payload == {
            "text": "有的！",
            "target": {"id": "c1"},
            "seen": "請問週末有開嗎？",
            "revision": 1,
        }
        assert found.item is not None
        assert (found.lane, found.conversation, found.stamp, found.by) == ("square", "post:1", "stamp", "U1")
        assert found.item.native_id == "c1"


async def test_a_key_is_used_once(store: Store) -> None:
    await put(store, "a1")
    with pytest.raises(IntegrityError):
        await put(store, "a1")


async def test_a_delivery_that_is_not_there_is_said_to_be_so(store: Store) -> None:
    async with store.write() as unit:
        with pytest.raises(NotFound):
            await deliveries.change(unit, 7)


async def test_deliveries_are_locked_in_the_order_of_their_numbers(store: Store) -> None:
    await put(store, "a1", "b1", "c1")
    async with store.write() as unit:
        numbers = list(await unit.scalars(select(Delivery.id).order_by(Delivery.id.desc())))
        assert [row.key for row in await deliveries.lock(unit, [*numbers, 999])] == ["a1", "b1", "c1"]
        assert await deliveries.lock(unit, []) == []


async def test_counts_are_of_what_is_alive(store: Store) -> None:
    await put(store, "a1", "b1", "c1", "d1")
    await claim(store, limit=1)
    await settle(store, "b1", Phase.UNSURE)
    await settle(store, "c1", Phase.SENT)
    async with store.read() as session:
        assert await deliveries.counts(session) == {"sending": 1, "unsure": 1, "ready": 1}


async def test_rows_of_one_insert_that_name_other_columns_are_refused(store: Store) -> None:
    async with store.write() as unit:
        with pytest.raises(ValueError, match="same columns"):
            await unit.add_rows(Delivery, [{"lane": "a"}, {"lane": "b", "planned_id": 1}])
