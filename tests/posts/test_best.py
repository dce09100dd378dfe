"""The best hours to post: known only from enough, found where the habit is, and the same whatever the order."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.posts.best import Best, best

TAIPEI = ZoneInfo("Asia/Taipei")
MONDAY = datetime(2027, 3, 1, tzinfo=TAIPEI)


def at(week: int, weekday: int, hour: int, times: int = 1) -> list[datetime]:
    """So many moments in one hour, a minute apart."""
    start = MONDAY + timedelta(weeks=week, days=weekday, hours=hour)
    return [start + timedelta(minutes=n % 60) for n in range(times)]


def habit() -> list[datetime]:
    """Four weeks: Friday evening most, Tuesday noon next, Sunday morning least; and one comment an hour on Thursday."""
    found: list[datetime] = []
    for week in range(4):
        found += at(week, 4, 20, 12) + at(week, 4, 21, 6) + at(week, 1, 12, 9) + at(week, 6, 8, 5)
        found += [moment for hour in range(0, 24, 2) for moment in at(week, 3, hour)]
    return found


def hours(told: Best) -> list[tuple[int, int]]:
    return [(hour.weekday, hour.hour) for hour in told.hours]


def test_the_hours_of_the_habit_are_found_the_strongest_first() -> None:
    told = best(habit(), TAIPEI)
    assert (told.known, told.n) == (True, 4 * 44)
    assert hours(told) == [(4, 20), (1, 12), (6, 8)]
    friday = told.hours[0]
    assert (friday.n, friday.share) == (72, 72 / 176)


def test_hours_are_on_the_wall_of_the_zone() -> None:
    told = best([moment.astimezone(UTC) for moment in habit()], UTC)
    assert hours(told) == [(4, 12), (1, 4), (6, 0)]


def test_fewer_than_a_hundred_moments_or_fourteen_days_are_not_known() -> None:
    few = [MONDAY + timedelta(hours=5 * n) for n in range(99)]
    assert best(few, TAIPEI) == Best(known=False, hours=(), n=99)
    assert best([], TAIPEI) == Best(known=False, hours=(), n=0)
    assert best([*few, MONDAY], TAIPEI).known
    short = [MONDAY + timedelta(days=n % 13) for n in range(200)]
    assert best(short, TAIPEI) == Best(known=False, hours=(), n=200)
    assert best([*short, MONDAY + timedelta(days=13)], TAIPEI).known


def test_one_storm_is_no_habit() -> None:
    told = best(habit() + at(1, 0, 3, 500), TAIPEI)
    assert hours(told) == [(4, 20), (1, 12), (6, 8)]
    twice = best(habit() + at(1, 0, 3, 100) + at(2, 0, 3, 1), TAIPEI)
    assert hours(twice)[0] == (4, 20)


def test_a_weekday_that_came_more_often_is_not_better_for_it() -> None:
    moments = [moment for week in range(3) for moment in at(week, 0, 9, 16)]
    moments += [moment for week in range(2) for moment in at(week, 2, 9, 25)]
    told = best([*moments, *at(0, 5, 1, 2)], TAIPEI)
    assert hours(told) == [(2, 9), (0, 9)]


def test_neighbouring_hours_strengthen_each_other_also_round_midnight_and_the_week() -> None:
    moments: list[datetime] = []
    for week in range(4):
        moments += at(week, 2, 15, 9) + at(week, 6, 23, 6) + at(week + 1, 0, 0, 6) + at(week + 1, 0, 1, 6)
    told = best(moments, TAIPEI)
    assert hours(told) == [(0, 0), (2, 15)]


def test_equal_hours_come_in_the_order_of_the_week() -> None:
    moments = [moment for week in range(3) for day in (5, 3, 1, 0) for moment in at(week, day, 12, 16)]
    assert hours(best(moments, TAIPEI)) == [(0, 12), (1, 12), (3, 12)]


def test_a_time_without_a_zone_is_a_bug() -> None:
    with pytest.raises(ValueError, match="aware"):
        best([MONDAY.replace(tzinfo=None)], TAIPEI)


@given(st.integers(100, 300), st.integers(2, 8), st.integers(0, 1_000_000))
def test_suggestions_are_apart_and_the_same_in_any_order(number: int, weeks: int, seed: int) -> None:
    chance = random.Random(seed)
    moments = [MONDAY + timedelta(minutes=int(chance.random() * weeks * 7 * 24 * 60)) for _ in range(number)]
    told = best(moments, TAIPEI)
    moments.sort()
    assert best(moments, TAIPEI) == told
    places = [hour.weekday * 24 + hour.hour for hour in told.hours]
    assert len(places) <= 3
    assert all(3 <= abs(a - b) <= 165 for a in places for b in places if a != b)
    assert all(0 < hour.share == hour.n / told.n <= 1 for hour in told.hours)
