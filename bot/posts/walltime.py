"""Dates and times as people and spreadsheets write them in a file, read as time on the wall of one zone.
Whether 03/04 is in March or in April is decided over all of them or by a person, never for one alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Literal

Order = Literal["mdy", "dmy"]
"""Month before day (3/31/2027), or day before month (31/3/2027)."""

_MONTHS = 12
# A planned post is in this century: four digits, so that no two of three small numbers can be the year.
_STAMP = re.compile(
    r"""(?:(?P<year>20\d\d)\s?[-/.年]\s?(?P<month>\d\d?)\s?[-/.月]\s?(?P<day>\d\d?)\s?日?
        |(?P<one>\d\d?)[-/.](?P<two>\d\d?)[-/.](?P<last>20\d\d))
        (?:,?\s+|\s*t\s*)
        (?P<before>上午|下午|am|pm)?\s*
        (?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.0+)?)?
        \s*(?P<after>上午|下午|[ap]\.?m\.?)?
        \s*(?P<offset>z|[+-]\d\d:?\d\d)?""",
    re.VERBOSE,
)


class Skipped(ValueError):
    """The clocks of the zone jump over this time (summer time begins)."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """A date and a time of day; where the year comes last, which of `one` and `two` is the month is still open.

    `offset`: what the file itself says the time is measured from; None: the wall.
    """

    year: int
    one: int
    two: int
    hour: int
    minute: int
    second: int
    offset: timedelta | None
    year_first: bool

    @property
    def open(self) -> bool:
        """Whether the order of month and day makes a difference."""
        return not self.year_first and self.one != self.two and min(self.one, self.two) <= _MONTHS

    @property
    def tells(self) -> Order | None:
        """The order that alone makes a date of it."""
        if not self.open or max(self.one, self.two) <= _MONTHS:
            return None
        return "dmy" if self.one > _MONTHS else "mdy"

    def wall(self, zone: tzinfo, order: Order | None) -> datetime:
        """The naive time on the wall. Raises `Skipped`, and ValueError for what is no date at all."""
        day, month = (self.one, self.two) if order == "dmy" and not self.year_first else (self.two, self.one)
        known = zone if self.offset is None else timezone(self.offset)
        time = datetime(self.year, month, day, self.hour, self.minute, self.second, tzinfo=known)
        there = time.astimezone(UTC).astimezone(zone)
        if self.offset is None and there.replace(tzinfo=None) != time.replace(tzinfo=None):
            raise Skipped
        return there.replace(tzinfo=None, fold=0)


def stamp(cell: str) -> Stamp | None:
    """What the cell says: "2027-03-31 17:30", Excel's "2027/3/31 下午 05:30:00", "3/31/2027 5:30 PM",
    "2027-03-31T09:30:00Z". None for anything else, a date without a time as well.
    """
    found = _STAMP.fullmatch(unicodedata.normalize("NFKC", cell).strip().casefold())
    if found is None or (found["before"] and found["after"]):
        return None
    hour = _hour(int(found["hour"]), (found["before"] or found["after"] or "").replace(".", ""))
    if hour is None:
        return None
    one, two = (found["month"], found["day"]) if found["year"] else (found["one"], found["two"])
    return Stamp(
        year=int(found["year"] or found["last"]),
        one=int(one),
        two=int(two),
        hour=hour,
        minute=int(found["minute"]),
        second=int(found["second"] or 0),
        offset=_offset(found["offset"]),
        year_first=bool(found["year"]),
    )


def decided(stamps: Iterable[Stamp]) -> Order | None:
    """The one order that the stamps which tell agree on; None where none tells, or they do not agree."""
    told = {order for stamp in stamps if (order := stamp.tells)}
    return told.pop() if len(told) == 1 else None


def _hour(hour: int, half: str) -> int | None:
    """0 to 23 (or what is no hour); None for an hour that its half of the day does not have."""
    if not half:
        return hour
    if not 1 <= hour <= _MONTHS:
        return None
    return hour % 12 + (12 if half in ("下午", "pm") else 0)


def _offset(said: str | None) -> timedelta | None:
    if said is None:
        return None
    if said == "z":
        return timedelta()
    ahead = timedelta(hours=int(said[1:3]), minutes=int(said[-2:]))
    return -ahead if said[0] == "-" else ahead
