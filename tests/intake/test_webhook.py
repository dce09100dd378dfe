"""A pushed call is answered only after what it held is committed, and may come twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import with_driver
from tests.desk.world import BreakingStore, Broken, World, world


async def test_what_was_pushed_is_committed_before_the_call_is_answered(desk: World) -> None:
    hook = await desk.intake.webhook("shop", {}, "c1 第一\nc2 第二".encode(), {})
    assert (hook.status, hook.body) == (200, b"taken")
    assert [item.text for item in await desk.items()] == ["第一", "第二"]
    assert len(await desk.deliveries("card")) == 2


async def test_a_call_that_cannot_be_committed_is_not_answered_and_comes_again(database_url: str) -> None:
    async with BreakingStore(with_driver(database_url)) as store:
        desk = await world(store)
        store.failures = 1
        with pytest.raises(Broken):
            await desk.intake.webhook("shop", {}, b"c1 hi", {})
        assert await desk.items() == []
        await desk.intake.webhook("shop", {}, b"c1 hi", {})
        assert len(await desk.items()) == 1


async def test_the_same_call_many_times_at_once_is_one_comment(desk: World) -> None:
    await asyncio.gather(*(desk.intake.webhook("shop", {}, b"c1 hi\nc2 ho", {}) for _ in range(8)))
    assert len(await desk.items()) == 2
    assert len(await desk.deliveries("card")) == 2


async def test_an_empty_call_is_answered_and_stores_nothing(desk: World) -> None:
    assert (await desk.intake.webhook("shop", {}, b"", {})).status == 200
    assert await desk.items() == []


async def test_a_call_for_an_account_that_is_not_there_is_a_key_error(desk: World) -> None:
    with pytest.raises(KeyError):
        await desk.intake.webhook("nobody", {}, b"c1 hi", {})
