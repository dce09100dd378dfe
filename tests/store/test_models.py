"""What a column takes and gives back, on both databases. What an item's states allow is tested with the desk."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import StatementError

from bot.store.columns import storable
from bot.store.engine import Store
from bot.store.models import Item
from tests.store.conftest import Add

ODD = {
    "plain": "請問週末有開嗎？",
    "emoji": "👨‍👩‍👧‍👦🇹🇼👍🏽☕️",
    "ideographic variation": "葛󠄀城與葛城",
    "outside the BMP": "𠮷野家的𩸽魚",
    "controls": "\u202eabc\u202c\u200b\u2066x\u2069\ttab\r\nline\x1b[31m",
    "combining": "e\u0301 noe\u0308l Z̸̢̛̬̱",
    "quotes": '\'; DROP TABLE item; -- "%s" {x} \\',
    "empty": "",
    "long": "字" * 40_000,
}


@pytest.mark.parametrize("words", ODD.values(), ids=ODD.keys())
async def test_words_come_back_as_they_were(store: Store, add_items: Add, words: str) -> None:
    (item,) = await add_items("c1", text=words)
    async with store.read() as session:
        assert await session.scalar(select(Item.text).where(Item.id == item)) == words


async def test_what_no_database_holds_is_made_harmless(store: Store, add_items: Add) -> None:
    half, nul = await add_items("c1", text="半\ud83d個"), await add_items("c2", text="a\0b\0")
    async with store.read() as session:
        assert await session.scalar(select(Item.text).where(Item.id == half[0])) == "半\ufffd個"
        assert await session.scalar(select(Item.text).where(Item.id == nul[0])) == "ab"


async def test_harmful_words_can_be_searched_for(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1", text="半\ud83d個")
    async with store.read() as session:
        assert await session.scalar(select(Item.id).where(Item.text == "半\ud83d個")) == item


async def test_harmful_words_inside_json_are_kept_as_they_are(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1", ref={"id": "c1", "said": "半\ud83d個 a\0b"}, attachments=["\udc00.png"])
    async with store.read() as session:
        found = (await session.scalars(select(Item).where(Item.id == item))).one()
    assert (found.ref["said"], found.attachments) == ("半\ud83d個 a\0b", ["\udc00.png"])


@given(st.text(st.characters()))
def test_storable_text_is_encodable_without_nul_and_stays_so(words: str) -> None:
    stored = storable(words)
    assert "\0" not in stored.encode().decode()
    assert storable(stored) == stored


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_storable_leaves_good_text_alone(words: str) -> None:
    assert storable(words) == words


def test_a_pair_of_surrogates_becomes_the_sign_it_stands_for() -> None:
    assert storable("\ud83d\ude00") == "😀"


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=8)), ZoneInfo("America/New_York")], ids=str)
async def test_a_time_comes_back_as_the_same_moment_in_utc(store: Store, add_items: Add, zone: timezone) -> None:
    when = datetime(2026, 11, 1, 1, 30, 15, 123456, tzinfo=zone)  # Within New York's repeated hour.
    (item,) = await add_items("c1", edited_at=when)
    async with store.read() as session:
        found = (await session.scalars(select(Item.edited_at).where(Item.id == item))).one()
        hits = list(await session.scalars(select(Item.id).where(Item.edited_at <= when)))
    assert found == when.astimezone(UTC)
    assert found.tzinfo is UTC
    assert hits == [item]


async def test_a_time_without_a_zone_is_refused(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")
    naive = datetime(2026, 11, 23, 12, 0)  # noqa: DTZ001

    async def change() -> None:
        async with store.write() as unit:
            await unit.execute(update(Item).where(Item.id == item).values(edited_at=naive))

    with pytest.raises(StatementError, match="without a zone"):
        await change()
