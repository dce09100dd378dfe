"""The next free place in the queue: the team's times of the day, on the wall of its zone, less those that are taken.
Pure: it asks no clock and reserves nothing; two who ask at once are told the same place.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.posts.recurrence import instant, skipped

HORIZON = 366
"""Days looked at, today among them: a queue that is full for a year is no queue. A choice."""


def next_free(
    times: Sequence[time],
    zone: ZoneInfo,
    taken: Sequence[datetime],
    now: datetime,
    blackouts: Collection[date] = (),
    quiet: tuple[time, time] | None = None,
) -> datetime | None:
    """The first of the queue's `times` after `now` that is free, in `zone`; None if none is within `HORIZON` days.

    `times`: naive, on the zone's wall, in any order. Not free are the minutes of those `taken` (aware, whenever they
    are), days in `blackouts`, hours in `quiet` (from, and until before; may pass midnight; twice the same is the whole
    day), and times that the zone's clocks skip on that day. Of a time that comes twice, the first.
    """
    gone = {_minute(each.astimezone(UTC)) for each in taken}
    wanted = [each for each in sorted(set(times)) if quiet is None or not within(each, quiet)]
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=n) for n in range(HORIZON)):
        if day in blackouts:
            continue
        for each in wanted:
            wall = datetime.combine(day, each)
            at = instant(wall, zone)
            if at > now and _minute(at) not in gone and not skipped(wall, zone):
                return at.astimezone(zone)
    return None


def within(at: time, quiet: tuple[time, time]) -> bool:
    """Whether a time of the day lies in these hours."""
    start, end = quiet
    return start <= at < end if start < end else at >= start or at < end


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
