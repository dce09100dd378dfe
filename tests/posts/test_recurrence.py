"""When recurring posts are due: every zone and change of clocks, holidays, and nothing twice, against naive answers."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bot.errors import BadTime
from bot.posts.recurrence import Occurrence, OnHoliday, doubled, first, following, instant, skipped, upcoming
from bot.posts.rule import Fault, Rule
from tests.posts.rules import RULES, naive

unhurried = settings(deadline=None, max_examples=50)  # a busy machine is no bug; speed has a test of its own

TAIPEI = ZoneInfo("Asia/Taipei")
NEW_YORK = ZoneInfo("America/New_York")
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
ZONES = st.sampled_from(sorted(available_timezones()))
Change = tuple[datetime, timedelta, timedelta]


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


@cache
def changes(zone: str) -> list[Change]:
    """Every change of the zone's clocks from 1970 to 2037: from when on (UTC), the offset before and after."""

    def offset(at: datetime) -> timedelta:
        return at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()

    found = []
    at = datetime(1970, 1, 1, tzinfo=UTC)
    while at.year < 2038:
        low, high = at, at + 14 * DAY
        if offset(low) != offset(high):
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) // 2
                low, high = (middle, high) if offset(middle) == offset(at) else (low, middle)
            turned = high.replace(microsecond=0)
            found.append((turned, offset(turned - timedelta(seconds=1)), offset(turned)))
        at += 14 * DAY
    return found


def change_of(zone: str, which: int) -> Change:
    """One of the zone's changes of clocks, as wished by a number."""
    every = changes(zone)
    assume(every)
    return every[which % len(every)]


@unhurried
@example("Pacific/Apia", -1, 600)
@example("Australia/Lord_Howe", 0, 15)
@example("Antarctica/Troll", 0, 90)
@example("Africa/Casablanca", -1, 30)
@given(ZONES, st.integers(0, 200), st.integers(-2_000, 2_000))
def test_a_wall_time_is_read_with_the_offset_before_a_change_until_the_new_one_holds(
    zone: str, which: int, minutes: int
) -> None:
    turned, before, after = change_of(zone, which)
    naive_turn = turned.replace(tzinfo=None)
    asked = naive_turn + max(before, after) + timedelta(minutes=minutes)
    assume(not any(other != turned and abs(other - turned) < 5 * DAY for other, _, _ in changes(zone)))
    in_gap = naive_turn + before <= asked < naive_turn + after
    in_overlap = naive_turn + after <= asked < naive_turn + before
    old = asked < naive_turn + max(before, after)
    assert instant(asked, ZoneInfo(zone)) == (asked - (before if old else after)).replace(tzinfo=UTC)
    assert skipped(asked, ZoneInfo(zone)) == in_gap
    assert doubled(asked, ZoneInfo(zone)) == in_overlap


def test_half_past_two_becomes_half_past_three_where_that_hour_is_skipped_and_is_the_first_where_doubled() -> None:
    assert instant(wall("2026-03-08T02:30"), NEW_YORK) == wall("2026-03-08T03:30-04:00")
    assert instant(wall("2026-11-01T01:30"), NEW_YORK) == wall("2026-11-01T01:30-04:00")
    assert not skipped(wall("2026-11-01T01:30"), NEW_YORK)
    assert not doubled(wall("2026-03-08T02:30"), NEW_YORK)


def test_a_post_keeps_its_wall_time_when_the_clocks_change() -> None:
    found = upcoming(Rule.read("FREQ=DAILY"), wall("2026-03-07T09:00"), NEW_YORK, LONG_AGO, count=2)
    assert [each.wall for each in found] == [wall("2026-03-07T09:00"), wall("2026-03-08T09:00")]
    assert [each.at for each in found] == [wall("2026-03-07T14:00+00:00"), wall("2026-03-08T13:00+00:00")]


def test_a_skipped_time_that_comes_to_another_one_is_due_once_and_that_one_is_kept() -> None:
    twice = Rule.read("FREQ=DAILY;BYHOUR=2,3")
    found = upcoming(twice, wall("2026-03-08T00:30"), NEW_YORK, LONG_AGO, count=2)
    assert [each.wall for each in found] == [wall("2026-03-08T03:30"), wall("2026-03-09T02:30")]


def test_the_day_samoa_left_out_makes_no_second_post_of_the_day_after() -> None:
    found = upcoming(Rule.read("FREQ=DAILY"), wall("2011-12-29T10:00"), ZoneInfo("Pacific/Apia"), LONG_AGO, count=3)
    assert [each.wall.day for each in found] == [29, 31, 1]


@pytest.mark.parametrize(("until", "last"), [("20260305T010000Z", 5), ("20260305T005959Z", 4)])
def test_until_with_a_z_is_utc(until: str, last: int) -> None:
    rule = Rule.read(f"FREQ=DAILY;UNTIL={until}")
    found = upcoming(rule, wall("2026-03-03T09:00"), TAIPEI, LONG_AGO, count=9)
    assert [each.wall.day for each in found] == list(range(3, last + 1))


def test_what_comes_is_strictly_after() -> None:
    daily, start = Rule.read("FREQ=DAILY"), wall("2026-03-03T09:00")
    nine = wall("2026-03-05T09:00+08:00")
    assert following(daily, start, TAIPEI, nine) == Occurrence(
        wall("2026-03-06T09:00"), wall("2026-03-06T01:00+00:00"), moved=False, original=date(2026, 3, 6)
    )
    just_before = following(daily, start, TAIPEI, nine - timedelta(microseconds=1))
    assert just_before is not None
    assert just_before.at == nine


def test_a_rule_that_is_over_has_nothing_following() -> None:
    start = wall("2026-03-03T09:00")
    assert following(Rule.read("FREQ=DAILY;COUNT=3"), start, TAIPEI, wall("2026-03-05T09:00+08:00")) is None


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("FREQ=DAILY;INTERVAL=14;BYDAY=MO", "2026-03-03T09:00"),  # a Tuesday
        ("FREQ=MONTHLY;BYMONTH=2", "2026-03-31T09:00"),
        ("FREQ=DAILY;UNTIL=20260101", "2026-03-03T09:00"),
    ],
)
def test_a_rule_that_never_happens_with_its_start_says_so(text: str, start: str) -> None:
    with pytest.raises(BadTime) as refused:
        first(Rule.read(text), wall(start), TAIPEI)
    assert refused.value.params == {"reason": Fault.NEVER}


# 10 October 2026 is a Saturday; its day off in lieu is the Friday before, as in Taiwan.
NATIONAL_DAY = {date(2026, 10, 9): "國慶日補假", date(2026, 10, 10): "國慶日"}


@pytest.mark.parametrize(
    ("on_holiday", "expected"),
    [
        (OnHoliday.POST, ["10/3", "10/10", "10/17"]),
        (OnHoliday.SKIP, ["10/3", "10/17"]),
        (OnHoliday.BEFORE, ["10/3", "10/8 from 10/10", "10/17"]),
        (OnHoliday.AFTER, ["10/3", "10/11 from 10/10", "10/17"]),
    ],
)
def test_a_holiday_moves_a_post_to_a_working_day_or_leaves_it_out(on_holiday: OnHoliday, expected: list[str]) -> None:
    rule, start = Rule.read("FREQ=WEEKLY;COUNT=3"), wall("2026-10-03T09:00")
    found = upcoming(rule, start, TAIPEI, LONG_AGO, NATIONAL_DAY, on_holiday, count=9)
    assert [
        f"{each.wall:%m/%-d}" + (f" from {each.original:%m/%-d}" if each.moved else "") for each in found
    ] == expected
    assert {each.wall.hour for each in found} == {9}


@pytest.mark.parametrize("on_holiday", [OnHoliday.BEFORE, OnHoliday.AFTER])
def test_moved_posts_that_meet_are_due_once_and_the_planned_one_is_kept(on_holiday: OnHoliday) -> None:
    daily, start = Rule.read("FREQ=DAILY"), wall("2026-10-07T09:00")
    found = upcoming(daily, start, TAIPEI, LONG_AGO, NATIONAL_DAY, on_holiday, count=4)
    assert [each.wall.day for each in found] == [7, 8, 11, 12]
    assert not any(each.moved for each in found)


def test_holidays_in_a_row_make_one_moved_post_however_long_they_are() -> None:
    new_year = {date(2027, 2, 4) + n * DAY: "春節" for n in range(12)}
    evenings = Rule.read("FREQ=DAILY;BYHOUR=9,18;UNTIL=20270214")
    found = upcoming(evenings, wall("2027-02-05T09:00"), TAIPEI, LONG_AGO, new_year, OnHoliday.AFTER, count=9)
    assert [(each.wall, each.original) for each in found] == [
        (wall("2027-02-16T09:00"), date(2027, 2, 5)),
        (wall("2027-02-16T18:00"), date(2027, 2, 5)),
    ]
    between = wall("2027-02-16T12:00+08:00")
    assert following(evenings, wall("2027-02-05T09:00"), TAIPEI, between, new_year, OnHoliday.AFTER) == found[1]


def test_a_first_post_on_a_holiday_may_move_before_its_start() -> None:
    on_the_day = first(Rule.read("FREQ=YEARLY"), wall("2026-10-10T09:00"), TAIPEI, NATIONAL_DAY, OnHoliday.BEFORE)
    assert on_the_day.wall == wall("2026-10-08T09:00")


HOLIDAYS = st.sets(st.integers(0, 60), max_size=25).map(lambda days: dict.fromkeys(days, "假日"))


@unhurried
@given(RULES, ZONES, HOLIDAYS, st.sampled_from(OnHoliday), st.integers(-3, 400))
def test_any_rule_in_any_zone_is_every_instant_once_in_order_wherever_one_begins(
    drawn: tuple[str, datetime], zone_name: str, days: dict[int, str], on_holiday: OnHoliday, ahead: int
) -> None:
    text, start = drawn
    zone, holidays = ZoneInfo(zone_name), {start.date() + n * DAY: name for n, name in days.items()}
    expected = naive_instants(text, start, zone, holidays, on_holiday)
    assume(expected)
    rule = Rule.read(text)
    found = upcoming(rule, start, zone, LONG_AGO, holidays, on_holiday, count=len(expected) + 1)
    assert [each.at for each in found] == expected
    after = start.replace(tzinfo=UTC) + ahead * DAY
    rest = [each for each in found if each.at > after]
    for each in [*rest[:8], None] if len(rest) < 8 else rest[:8]:
        assert following(rule, start, zone, after, holidays, on_holiday) == each
        after = each.at if each is not None else after


@unhurried
@example("Pacific/Apia", -1, [0, 9, 23], 30)
@example("America/New_York", 0, [1, 2, 3], 0)
@given(
    ZONES, st.integers(0, 200), st.lists(st.integers(0, 23), min_size=1, max_size=6, unique=True), st.integers(0, 59)
)
def test_over_any_change_of_clocks_that_ever_was_nothing_is_due_twice_or_lost(
    zone_name: str, which: int, hours: list[int], minute: int
) -> None:
    zone = ZoneInfo(zone_name)
    turned, before, _ = change_of(zone_name, which)
    start = ((turned + before).replace(tzinfo=None) - 2 * DAY).replace(hour=0, minute=minute, second=0)
    text = f"FREQ=DAILY;BYHOUR={','.join(map(str, hours))}"
    expected = sorted({instant(each, zone) for each in naive(text, start, limit=len(hours) * 9)})
    rule = Rule.read(text)
    found = upcoming(rule, start, zone, LONG_AGO, count=len(hours) * 5)
    assert [each.at for each in found] == expected[: len(found)]
    assert len(found) == len(hours) * 5
    at = found[0].at
    for each in found[1:12]:
        assert following(rule, start, zone, at) == each
        at = each.at


def naive_instants(
    text: str, start: datetime, zone: ZoneInfo, holidays: dict[date, str], on_holiday: OnHoliday
) -> list[datetime]:
    """Every instant of the rule, from its start, with nothing cut short."""
    *_, until = text.split("UNTIL=")
    found = set()
    for planned in naive(text, start):
        if until.endswith("Z") and instant(planned, zone) > datetime.fromisoformat(until):
            continue
        moved = planned
        while moved.date() in holidays and on_holiday in (OnHoliday.BEFORE, OnHoliday.AFTER):
            moved += DAY if on_holiday is OnHoliday.AFTER else -DAY
        if planned.date() not in holidays or on_holiday is not OnHoliday.SKIP:
            found.add(instant(moved, zone))
    return sorted(found)


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;BYHOUR=9,12,18;UNTIL=20991231T160000Z",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    ],
)
def test_twenty_years_on_the_next_time_is_found_at_once(text: str) -> None:
    rule, start = Rule.read(text), wall("2006-01-01T09:30")
    late = wall("2026-12-30T00:00+08:00")
    holidays = {date(2026, 1, 1) + n * 3 * DAY: "假日" for n in range(120)}
    spent = []
    for _ in range(5):
        started = time.process_time()
        found = following(rule, start, TAIPEI, late, holidays, OnHoliday.AFTER)
        spent.append(time.process_time() - started)
    assert found is not None
    assert min(spent) < 0.005, f"{min(spent) * 1e3:.1f} ms"
