"""Thinking ahead: suggestions are ready before their card is due, and nobody thinks the same thought twice."""

from __future__ import annotations

import asyncio

import pytest

from bot.dispatch import AHEAD
from bot.outbox.ahead import Ahead
from bot.steps import Step
from bot.store.engine import Store
from tests.desk.world import World, world
from tests.fakes import comment, until_async


@pytest.fixture
async def desk(store: Store) -> World:
    return await world(store)


async def test_suggestions_are_made_before_the_card_is_sent(desk: World) -> None:
    ahead = Ahead(desk.suggesting, desk.store, desk.dispatch.lane(AHEAD))
    running = asyncio.create_task(ahead.run())
    numbers = await desk.takes(comment("c1"), comment("c2"))

    async def thought() -> bool:
        return all([(await desk.item(number)).suggested == 1 for number in numbers])

    await until_async(thought)
    ahead.stop()
    await running
    assert desk.team.cards == []


async def test_what_was_thought_about_is_not_thought_about_again(desk: World) -> None:
    await desk.takes(comment("c1"))
    ahead = Ahead(desk.suggesting, desk.store, desk.dispatch.lane(AHEAD))
    assert await ahead.work() == 1
    assert await ahead.work() == 0
    before = [step for step, _ in desk.steps].count(Step.SUGGESTED)
    await desk.cards.work()
    assert [step for step, _ in desk.steps].count(Step.SUGGESTED) == before
    assert len(desk.team.cards) == 1


async def test_two_who_think_at_once_make_one_set_of_suggestions(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await asyncio.gather(*(desk.suggesting.suggest([item]) for _ in range(3)))
    assert [step for step, _ in desk.steps].count(Step.SUGGESTED) == 1
    assert len({row.rank for row in await desk.suggestions(item)}) == len(await desk.suggestions(item))


async def test_an_edited_comment_is_thought_about_anew(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", "好喝"))
    ahead = Ahead(desk.suggesting, desk.store, desk.dispatch.lane(AHEAD))
    await ahead.work()
    await desk.inbox.take(desk.account, [comment("c1", "請問幾點開門？", edited_at=desk.clock())])
    assert await ahead.work() == 1
    assert (await desk.item(item)).suggested == 2
