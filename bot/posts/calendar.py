"""The calendar of posts as values: the days of a week or a month, and which posts stand on each, in one zone.
It never reads a clock or a row, and never decides what a day looks like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.posts.slot import Slot, State

_WEEK = timedelta(days=7)


class Kind(StrEnum):
    """How long a page of the calendar is."""

    WEEK = "week"
    """Begins on Monday (ISO 8601)."""
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Only:
    """What a page is narrowed to; what is empty narrows nothing."""

    account: str = ""
    pillar: str = ""
    state: State | None = None

    def keeps(self, slot: Slot) -> bool:
        """Whether the slot is shown."""
        return (
            (not self.account or self.account in slot.accounts)
            and (not self.pillar or self.pillar == slot.pillar)
            and (self.state is None or self.state is slot.state)
        )


EVERYTHING = Only()


@dataclass(frozen=True, slots=True)
class Day:
    """One day and its slots, earliest first (of two at the same time the older post)."""

    date: date
    slots: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A week or a month. `accounts`, `pillars`: what its posts could be narrowed to, sorted, filtered out or not."""

    kind: Kind
    zone: ZoneInfo
    days: tuple[Day, ...]
    only: Only = EVERYTHING
    accounts: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()

    @property
    def first(self) -> date:
        """The first day; with `kind` it names the page."""
        return self.days[0].date

    @property
    def last(self) -> date:
        """The last day."""
        return self.days[-1].date

    def neighbour(self, step: int) -> date:
        """The first day of the page `step` pages on; before this one where negative."""
        return neighbour(self.kind, self.first, step)

    def clock(self, slot: Slot) -> str:
        """The slot's time of day where the page is read: "09:30"."""
        return f"{slot.at.astimezone(self.zone):%H:%M}"

    def counts(self) -> Mapping[State, int]:
        """How many slots are shown of each state there is one of, in the order of `State`."""
        found = Counter(slot.state for day in self.days for slot in day.slots)
        return {state: found[state] for state in State if state in found}


def span(kind: Kind, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When the period around `day` begins and when the next one does: aware UTC, the end not included.

    Where a change of clocks takes midnight away, a day begins with the change. Raises OverflowError outside the years
    2 to 9998.
    """
    first = _first(kind, day)
    return _midnight(first, zone), _midnight(neighbour(kind, first, 1), zone)


def neighbour(kind: Kind, day: date, step: int) -> date:
    """The first day of the period `step` periods after the one around `day`. Raises OverflowError as `span` does."""
    if kind is Kind.WEEK:
        return _first(kind, day) + step * _WEEK
    months = 12 * day.year + day.month - 1 + step
    if not 12 < months < 12 * 9999:
        raise OverflowError("no such year")
    return date(months // 12, months % 12 + 1, 1)


def page(slots: Iterable[Slot], kind: Kind, day: date, zone: ZoneInfo, only: Only = EVERYTHING) -> Page:
    """The page around `day`. `slots`: any, in any order; what lies outside is left out. Raises as `span` does."""
    begins, ends = span(kind, day, zone)
    inside = sorted((slot for slot in slots if begins <= slot.at < ends), key=lambda slot: (slot.at, slot.post))
    days: dict[date, list[Slot]] = {}
    first, after = _first(kind, day), neighbour(kind, day, 1)
    for n in range((after - first).days):
        days[first + timedelta(days=n)] = []
    for slot in inside:
        if only.keeps(slot):
            days[slot.at.astimezone(zone).date()].append(slot)
    return Page(
        kind,
        zone,
        tuple(Day(each, tuple(found)) for each, found in days.items()),
        only,
        tuple(sorted({account for slot in inside for account in slot.accounts})),
        tuple(sorted({slot.pillar for slot in inside if slot.pillar})),
    )


def _first(kind: Kind, day: date) -> date:
    return day - timedelta(days=day.weekday()) if kind is Kind.WEEK else day.replace(day=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)
