"""What is known of an audience's habits: from its own account, of ninety days, and counted once an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.posts.best import Best
from bot.posts.habits import Habits
from bot.store import intake
from bot.store.engine import Store
from platforms.base import Item
from tests.desk.world import TAIPEI, World, world
from tests.fakes import comment

NOW = datetime(2027, 4, 1, 4, tzinfo=UTC)


class Stopped:
    """A clock that stands still until it is put on."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
async def desk(store: Store) -> World:
    return await world(store)


def written(weeks: int, hour: int, times: int, *, name: str = "c", before: timedelta = timedelta()) -> list[Item]:
    """Comments on so many Fridays before now, at this hour in Taipei."""
    friday = datetime(2027, 3, 26, hour, tzinfo=TAIPEI) - before
    return [
        replace(comment(f"{name}{week}.{n}"), created_at=friday - timedelta(weeks=week, seconds=-n))
        for week in range(weeks)
        for n in range(times)
    ]


async def test_the_hours_are_those_of_the_accounts_own_comments_in_the_teams_zone(desk: World) -> None:
    clock = Stopped()
    await desk.takes_only(*written(4, 20, 30))
    habits = Habits(desk.store, clock, TAIPEI)
    found = await habits.of("shop")
    assert (found.known, found.n) == (True, 120)
    assert (found.hours[0].weekday, found.hours[0].hour, found.hours[0].n) == (4, 20, 120)
    async with desk.store.write() as unit:
        await intake.ensure_account(unit, "other", "fake", "other")
    assert await habits.of("other") == Best(known=False, hours=(), n=0)


async def test_what_is_older_than_ninety_days_does_not_count(desk: World) -> None:
    await desk.takes_only(*written(4, 20, 30, name="old", before=timedelta(days=91)), *written(3, 9, 5))
    assert (await Habits(desk.store, Stopped(), TAIPEI).of("shop")).n == 15


async def test_it_is_counted_anew_after_an_hour_and_not_before(desk: World) -> None:
    clock = Stopped()
    habits = Habits(desk.store, clock, TAIPEI)
    assert (await habits.of("shop")).n == 0
    await desk.takes_only(*written(2, 20, 5))
    clock.at += timedelta(minutes=59)
    assert (await habits.of("shop")).n == 0
    clock.at += timedelta(minutes=1)
    assert (await habits.of("shop")).n == 10
