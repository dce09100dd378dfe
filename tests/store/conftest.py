"""Rows for the storage tests: one account, one person, and as many items as a test asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.store import intake
from bot.store.engine import Store

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
"""Noon in Taipei."""

Add = Callable[..., Awaitable[list[int]]]


@pytest.fixture
async def account(store: Store) -> int:
    """The one account, `square`."""
    async with store.write() as unit:
        return await intake.ensure_account(unit, "square", "square", "晨光咖啡")


@pytest.fixture
async def person(store: Store, account: int) -> int:
    """The one person, 阿哲."""
    row = {"account_id": account, "native_id": "p1", "name": "阿哲", "handle": "ajhe", "first_seen_at": NOON}
    async with store.write() as unit:
        return (await intake.people(unit, account, [row | {"language": "zh-TW"}]))["p1"]


@pytest.fixture
def add_items(store: Store, account: int, person: int) -> Add:
    """`await add_items("c1", "c2", text=…)`: stores items of these native ids, a minute apart; their ids."""

    async def add(*native_ids: str, **given: Any) -> list[int]:
        rows = [
            {
                "account_id": account,
                "native_id": native_id,
                "kind": "comment",
                "conversation": "post:1",
                "person_id": person,
                "text": "請問週末有開嗎？",
                "ref": {"id": native_id},
                "created_at": NOON + timedelta(minutes=number),
                "received_at": NOON + timedelta(minutes=number),
                **given,
            }
            for number, native_id in enumerate(native_ids)
        ]
        async with store.write() as unit:
            return await intake.add_items(unit, rows)

    return add
