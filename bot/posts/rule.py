"""Recurrence rules (RFC 5545, 3.3.10): read from text, refused where no post should follow them, laid out in wall time.
It knows no zone, no holiday and no clock, and never searches without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby, islice, product, takewhile
from typing import Any, Self

from dateutil.rrule import YEARLY, rrule, weekday

from bot.errors import BadTime

BARREN = 40
"""Years without one time after which a rule counts as ended: the longest that 29 February keeps away from a weekday
(28 years, and 12 more over a century without a leap day)."""

_MOST_A_DAY = 12  # every two hours; more is HOURLY by another name
_MOST = 999  # of INTERVAL and COUNT: almost three years of days
_LONGEST = 500  # characters; every part with a full list of usual values has less
_WEEK = timedelta(days=7)
_AHEAD = timedelta(days=1)  # of UTC: no zone is further
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WHOLE = re.compile(r"[A-Z-]+=[^;=\s]+(;[A-Z-]+=[^;=\s]+)*")
_FOLD = re.compile(r"\r?\n[ \t]")  # a long line's continuation, RFC 5545, 3.1
_DAY = re.compile(rf"([+-]?[0-9]{{1,2}})?({'|'.join(_DAYS)})")
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}")
_UNTIL = re.compile(r"[0-9]{8}(T[0-9]{6}Z?)?")
_SOME_START = datetime.combine(date(2000, 1, 1), time())
_END = datetime.combine(date(MAXYEAR - 1, 12, 31), time.max)  # later ones could be too late for UTC in some zone


class Fault(StrEnum):
    """Why a rule cannot be used: the `reason` of its `BadTime`."""

    UNREADABLE = "rule_unreadable"
    MORE_THAN_ONE = "rule_more_than_one"
    DTSTART = "rule_dtstart"
    """The start is given apart from the rule."""
    PART = "rule_part"
    """A part that is unknown, is there twice, or does not go with the others; `part`."""
    VALUE = "rule_value"
    """`part`, `value`."""
    COUNT_AND_UNTIL = "rule_count_and_until"
    TOO_OFTEN = "rule_too_often"
    """By the hour or faster."""
    NEVER = "rule_never"


class Frequency(StrEnum):
    """What INTERVAL counts and BYSETPOS picks from."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


_LISTS = {
    "BYMONTH": ("months", 12, False),
    "BYMONTHDAY": ("month_days", 31, True),
    "BYYEARDAY": ("year_days", 366, True),
    "BYWEEKNO": ("weeks", 53, True),
    "BYSETPOS": ("positions", 366, True),
}
"""Part: its field, the greatest value, and whether it may be negative, which counts from the end. Never 0."""

_TIMES = {"BYHOUR": ("hours", 23), "BYMINUTE": ("minutes", 59)}
_ONLY = {
    "BYMONTHDAY": {Frequency.DAILY, Frequency.MONTHLY, Frequency.YEARLY},
    "BYYEARDAY": {Frequency.YEARLY},
    "BYWEEKNO": {Frequency.YEARLY},
}
"""The frequencies a part goes with (the table in RFC 5545, 3.3.10); the others go with all of ours."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as `read` makes it. Which of the start's own day and time it needs, it takes from the start.

    `text`: as it is stored, upper case, without "RRULE:". `until`: the last moment that still counts; naive is wall
    time (a day alone means to its end), aware is UTC. `week_days`: 0 (Monday) to 6, with their ordinal or 0 for every
    one. `count` counts from the start, whatever is moved or left out later because of a holiday. Unlike DTSTART of an
    event, a start that does not fit the rule is no occurrence.
    """

    text: str
    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: datetime | None = None
    first_day: int = 0
    months: tuple[int, ...] = ()
    month_days: tuple[int, ...] = ()
    year_days: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    week_days: tuple[tuple[int, int], ...] = ()
    hours: tuple[int, ...] = ()
    minutes: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()

    @classmethod
    def read(cls, text: str) -> Self:
        """The rule in `text`, with or without "RRULE:". Raises `BadTime` with a `Fault` as its reason.

        `NEVER` here is what no start could make happen (30 February); with their start, `recurrence.first` knows.
        """
        parts = _parts(text)
        fields: dict[str, Any] = {}
        for part, value in parts.items():
            fields |= _field(part, value)
        if "frequency" not in fields:
            raise BadTime(reason=Fault.UNREADABLE)
        rule = cls(text=";".join(f"{part}={value}" for part, value in parts.items()), **fields)
        rule._check(set(parts))
        return rule

    def walls(self, start: datetime, begin: date | None = None) -> Iterator[datetime]:
        """Its naive wall times in order, none before `start` (naive, taken to the minute) nor before the day `begin`.

        Begins near `begin` without walking there, unless COUNT makes it count. Ends with COUNT or UNTIL, after
        `BARREN` years without one, or at the end of the calendar. An UNTIL in UTC lets pass what could still be before
        it in some zone: only who knows the zone can say.
        """
        start = start.replace(second=0, microsecond=0)
        begin = max(begin or start.date(), start.date())
        last = self._last()
        walls = takewhile(lambda wall: wall <= last, self._walk(start, begin if self.count is None else start.date()))
        return (wall for wall in islice(walls, self.count) if wall.date() >= begin)

    def _walk(self, start: datetime, begin: date) -> Iterator[datetime]:
        filters = self._filters(start)
        times = [time(*at) for at in product(self.hours or (start.hour,), self.minutes or (start.minute,))]
        aligned = self._period(start)

        def days() -> Iterator[date]:
            filled = begin.year
            # The first and the last week may lie in two years: BYSETPOS needs them whole.
            for year in range((begin - _WEEK).year, self._last().year + 2):
                if year > filled + BARREN:
                    return
                for day in _days(filters, year):
                    if (self._period(day) - aligned) % self.interval == 0:
                        filled = year
                        yield day

        seen = begin.year
        for _, period in groupby(days(), key=self._period):
            walls = [datetime.combine(day, at) for day in period for at in times]
            picked = [wall for wall in self._picked(walls) if wall >= start and wall.date() >= begin]
            if walls[-1].year > seen + BARREN:
                return
            seen = walls[-1].year if picked else seen
            yield from picked

    def _picked(self, walls: list[datetime]) -> list[datetime]:
        if not self.positions:
            return walls
        size = len(walls)
        places = {place - 1 if place > 0 else size + place for place in self.positions}
        return [walls[place] for place in sorted(places) if 0 <= place < size]

    def _period(self, day: date) -> int:
        """The number of the day, week, month or year that holds `day`."""
        if self.frequency is Frequency.DAILY:
            return day.toordinal()
        if self.frequency is Frequency.WEEKLY:
            return (day.toordinal() - 1 - self.first_day) // 7  # the first day of the calendar was a Monday
        return day.year * 12 + day.month if self.frequency is Frequency.MONTHLY else day.year

    def _filters(self, start: datetime) -> dict[str, Any]:
        """What days must meet, as dateutil's YEARLY takes it; what the rule leaves open comes from the start."""
        months, month_days, week_days = self.months, self.month_days, self.week_days
        if self.frequency is Frequency.MONTHLY:
            months = months or tuple(range(1, 13))  # and so ordinals count within the month
        if not (month_days or week_days or self.year_days):
            if self.frequency is Frequency.DAILY:
                week_days = tuple((day, 0) for day in range(7))
            elif self.frequency is Frequency.WEEKLY or self.weeks:
                week_days = ((start.weekday(), 0),)
            else:
                months, month_days = months or (start.month,), (start.day,)
        return {
            "wkst": self.first_day,
            "bymonth": months or None,
            "bymonthday": month_days or None,
            "byyearday": self.year_days or None,
            "byweekno": self.weeks or None,
            "byweekday": [weekday(day, nth or None) for day, nth in week_days] or None,
        }

    def _last(self) -> datetime:
        if self.until is None:
            return _END
        ahead = timedelta() if self.until.tzinfo is None else _AHEAD
        return min(self.until.replace(tzinfo=None), _END - ahead) + ahead

    def _check(self, parts: set[str]) -> None:
        if self.count is not None and self.until is not None:
            raise BadTime(reason=Fault.COUNT_AND_UNTIL)
        for part in sorted(parts):
            if self.frequency not in _ONLY.get(part, {self.frequency}):
                raise BadTime(reason=Fault.PART, part=part)
        monthly_or_more = self.frequency in {Frequency.MONTHLY, Frequency.YEARLY} and not self.weeks
        if any(nth for _, nth in self.week_days) and not monthly_or_more:
            raise BadTime(reason=Fault.PART, part="BYDAY")
        if self.positions and not any(part.startswith("BY") for part in parts - {"BYSETPOS"}):
            raise BadTime(reason=Fault.PART, part="BYSETPOS")
        if len(self.hours or (0,)) * len(self.minutes or (0,)) > _MOST_A_DAY:
            raise BadTime(reason=Fault.TOO_OFTEN)
        if not any(replace(self, interval=1, count=None, until=None).walls(_SOME_START)):
            raise BadTime(reason=Fault.NEVER)


def _days(filters: dict[str, Any], year: int) -> Iterator[date]:
    """The days of one year. dateutil alone would look on to the year 9999 where none fits: the interval ends it."""
    return (wall.date() for wall in rrule(YEARLY, dtstart=date(year, 1, 1), interval=MAXYEAR, **filters))


def _parts(text: str) -> dict[str, str]:
    said = _FOLD.sub("", text.strip()).upper()
    if "DTSTART" in said:
        raise BadTime(reason=Fault.DTSTART)
    if said.count("FREQ=") > 1:
        raise BadTime(reason=Fault.MORE_THAN_ONE)
    said = said.removeprefix("RRULE:").removesuffix(";")
    if len(said) > _LONGEST or not _WHOLE.fullmatch(said):
        raise BadTime(reason=Fault.UNREADABLE)
    parts: dict[str, str] = {}
    for pair in said.split(";"):
        part, value = pair.split("=")
        if part in parts:
            raise BadTime(reason=Fault.PART, part=part)
        parts[part] = value
    return parts


def _field(part: str, value: str) -> dict[str, Any]:
    """The part as a field of `Rule`. Raises `BadTime`."""
    if part == "FREQ" and value in {"HOURLY", "MINUTELY", "SECONDLY"}:
        raise BadTime(reason=Fault.TOO_OFTEN)
    try:
        if part == "FREQ":
            return {"frequency": Frequency(value)}
        if part == "WKST":
            return {"first_day": _DAYS.index(value)}
        if part == "UNTIL":
            return {"until": _until(value)}
        if part in {"INTERVAL", "COUNT"}:
            return {part.lower(): _number(value, 1, _MOST)}
        if part == "BYDAY":
            return {"week_days": tuple(dict.fromkeys(_week_day(each) for each in value.split(",")))}
        if part in _TIMES:
            field, most = _TIMES[part]
            return {field: tuple(sorted({_number(each, 0, most) for each in value.split(",")}))}
        if part in _LISTS:
            field, most, signed = _LISTS[part]
            numbers = {_number(each, -most if signed else 1, most) for each in value.split(",")}
            if 0 in numbers:
                raise ValueError
            return {field: tuple(sorted(numbers))}
    except ValueError:
        raise BadTime(reason=Fault.VALUE, part=part, value=value) from None
    raise BadTime(reason=Fault.PART, part=part)


def _number(value: str, least: int, most: int) -> int:
    if not _NUMBER.fullmatch(value) or not least <= int(value) <= most:
        raise ValueError(value)
    return int(value)


def _week_day(value: str) -> tuple[int, int]:
    found = _DAY.fullmatch(value)
    if found is None or (found[1] and not 1 <= abs(int(found[1])) <= 53):  # weeks of a year
        raise ValueError(value)
    return _DAYS.index(found[2]), int(found[1] or 0)


def _until(value: str) -> datetime:
    if not _UNTIL.fullmatch(value):
        raise ValueError(value)
    until = datetime.fromisoformat(value)
    return until if "T" in value else datetime.combine(until, time.max)
