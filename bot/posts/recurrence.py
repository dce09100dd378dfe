"""When a recurring post is due: its rule's wall times as instants of a zone, moved away from holidays, no time twice.
Pure: it asks no clock, and a question about twenty years on is answered without walking there.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import islice
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.errors import BadTime
from bot.posts.rule import Fault, Rule

Holidays = Mapping[date, str]
"""The team's days off by name, as its plan lists them: a weekend is a working day unless it is in here."""

NO_HOLIDAYS: Holidays = MappingProxyType({})

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_DAY = timedelta(days=1)
_DISORDER = timedelta(days=2)
"""How far instants can stand against the order of their wall times and dates: a day between two times of one date, or
between UTC and a zone, and a day that a zone left out or had twice (Samoa 2011, Alaska 1867)."""


class OnHoliday(StrEnum):
    """What becomes of a time that falls on a holiday."""

    POST = "post"
    SKIP = "skip"
    BEFORE = "before"
    """It moves to the last working day before."""
    AFTER = "after"
    """It moves to the next working day."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time of a recurring post. `at`: aware UTC; `wall`: naive, as planned: `skipped` and `doubled` say where the
    zone makes something else of it. `moved`: from a holiday, whose date is `original`; else that is its own date.
    """

    wall: datetime
    at: datetime
    moved: bool
    original: date


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """The naive `wall` time as aware UTC (RFC 5545, 3.3.5).

    A time the zone skips is read with the offset before the gap, which moves it on by the gap: 02:30 becomes 03:30.
    Of a time that is there twice, the first.
    """
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def skipped(wall: datetime, zone: ZoneInfo) -> bool:
    """No clock of the zone ever shows this naive wall time."""
    return _turn(wall, zone) > timedelta()


def doubled(wall: datetime, zone: ZoneInfo) -> bool:
    """The zone's clocks show this naive wall time twice."""
    return _turn(wall, zone) < timedelta()


def first(
    rule: Rule,
    start: datetime,
    zone: ZoneInfo,
    holidays: Holidays = NO_HOLIDAYS,
    on_holiday: OnHoliday = OnHoliday.POST,
) -> Occurrence:
    """The first time of all; BEFORE can move it before `start`. Raises `BadTime` (`Fault.NEVER`) if there is none."""
    found = following(rule, start, zone, _EARLIEST, holidays, on_holiday)
    if found is None:
        raise BadTime(reason=Fault.NEVER)
    return found


def following(
    rule: Rule,
    start: datetime,
    zone: ZoneInfo,
    after: datetime,
    holidays: Holidays = NO_HOLIDAYS,
    on_holiday: OnHoliday = OnHoliday.POST,
) -> Occurrence | None:
    """The first time strictly after the aware `after`, or None. `start`: naive wall time, from which the rule counts.

    COUNT and UNTIL are about the times of the rule, before any is moved or skipped: a last one that UNTIL allows may
    move beyond it. Two that come to the same instant are one, and of those the one that was not moved.
    """
    return next(_after(rule, start, zone, after, holidays, on_holiday), None)


def upcoming(
    rule: Rule,
    start: datetime,
    zone: ZoneInfo,
    after: datetime,
    holidays: Holidays = NO_HOLIDAYS,
    on_holiday: OnHoliday = OnHoliday.POST,
    *,
    count: int,
) -> list[Occurrence]:
    """The next `count` times in order, fewer where the rule ends: what `following` says one by one."""
    return list(islice(_after(rule, start, zone, after, holidays, on_holiday), count))


def _after(
    rule: Rule, start: datetime, zone: ZoneInfo, after: datetime, holidays: Holidays, on_holiday: OnHoliday
) -> Iterator[Occurrence]:
    last = after.astimezone(UTC)
    begin = max(start.date(), last.date()) - _DISORDER
    if on_holiday is OnHoliday.AFTER:
        begin = _working(begin - _DAY, holidays, -_DAY)  # holidays in a row all move to the day after them
    for occurrence in _in_order(rule, start, zone, begin, holidays, on_holiday):
        if occurrence.at > last:
            last = occurrence.at
            yield occurrence


def _in_order(
    rule: Rule, start: datetime, zone: ZoneInfo, begin: date, holidays: Holidays, on_holiday: OnHoliday
) -> Iterator[Occurrence]:
    """Occurrences by instant; of equal ones the one where it was planned first. Wall times are only nearly in order."""
    waiting: list[tuple[datetime, bool, bool, date, Occurrence]] = []
    for wall in rule.walls(start, begin):
        if rule.until is not None and rule.until.tzinfo is not None and instant(wall, zone) > rule.until:
            continue
        occurrence = _placed(wall, zone, holidays, on_holiday)
        if occurrence is None:
            continue
        while waiting and waiting[0][0] < occurrence.at - _DISORDER:
            yield heapq.heappop(waiting)[-1]
        off = skipped(occurrence.wall, zone)
        heapq.heappush(waiting, (occurrence.at, occurrence.moved, off, occurrence.original, occurrence))
    while waiting:
        yield heapq.heappop(waiting)[-1]


def _placed(wall: datetime, zone: ZoneInfo, holidays: Holidays, on_holiday: OnHoliday) -> Occurrence | None:
    original = wall.date()
    if original not in holidays or on_holiday is OnHoliday.POST:
        return Occurrence(wall, instant(wall, zone), moved=False, original=original)
    if on_holiday is OnHoliday.SKIP:
        return None
    day = _working(original, holidays, -_DAY if on_holiday is OnHoliday.BEFORE else _DAY)
    moved = datetime.combine(day, wall.time())
    return Occurrence(moved, instant(moved, zone), moved=True, original=original)


def _working(day: date, holidays: Holidays, step: timedelta) -> date:
    """`day`, or the first working day on the way of `step`."""
    while day in holidays:
        day += step
    return day


def _turn(wall: datetime, zone: ZoneInfo) -> timedelta:
    """By how much the zone's clocks are put on (or back: negative) over this wall time."""
    before, after = (wall.replace(tzinfo=zone, fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return after - before
