"""When to post: the hours of the week in which an audience is used to writing to us, counted from its own comments.
It never suggests from too little, and never from what is good for others on average.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from math import sqrt

_WEEK = 7 * 24  # hours
FEWEST = 100
"""Moments without which nothing is suggested."""
DAYS = 14
"""Days that they have to lie apart, from the first to the last."""
_SUGGESTED = 3
_APART = 3  # hours
_NEAR = {-1: 0.25, 0: 0.5, 1: 0.25}  # what the hour before, the hour itself and the hour after weigh


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the week. `weekday`: 0 is Monday; `hour`: 0 to 23, on the zone's wall.

    `n`: how many moments fell into it or one of the two hours beside it; `share`: that of all of them, 0 to 1.
    """

    weekday: int
    hour: int
    share: float
    n: int


@dataclass(frozen=True, slots=True)
class Best:
    """The best hours, the best first; none where too little is `known`. `n`: how many moments were looked at."""

    known: bool
    hours: tuple[Hour, ...]
    n: int


def best(moments: Sequence[datetime], zone: tzinfo) -> Best:
    """The hours of the week to post in, from when the audience commented (aware times, in any order).

    Method: the moments are counted by the hour of the week. Each single hour of the calendar counts as the square root
    of its moments, so that a storm of a hundred comments under one post weighs like ten and not like a habit; the sums
    are divided by how often that weekday came in the days looked at, and smoothed with the hours before and after
    (1:2:1, round the week), since nobody keeps to the minute. The highest is taken, then the next that is far enough
    away.

    All numbers are choices, none is measured: from 100 moments on the best of 168 hours stands out from chance (one
    hour has 0.6 on average); 14 days have every weekday twice, and an hour is only suggested if it or one beside it had
    moments on two dates, as one is no habit; three suggestions are enough to choose from, and 3 hours apart is what
    the smoothing of two neighbours does not reach. Equal hours: the earlier in the week. Comments follow posts, so
    this tells when the audience answers, which is not quite when it reads. Raises ValueError for naive times.
    """
    if any(moment.tzinfo is None for moment in moments):
        raise ValueError("moments must be aware")
    local = [moment.astimezone(zone) for moment in moments]
    days = sorted(moment.date() for moment in local)
    if len(local) < FEWEST or (days[-1] - days[0]).days + 1 < DAYS:
        return Best(known=False, hours=(), n=len(local))
    counted = Counter((moment.date(), moment.hour) for moment in local)
    score = _smoothed(_by_hour(counted, days[0], days[-1]))
    seen: defaultdict[int, set[date]] = defaultdict(set)
    number: Counter[int] = Counter()
    for (day, hour), n in counted.items():
        for offset in _NEAR:
            at = (_of_week(day, hour) + offset) % _WEEK
            seen[at].add(day)
            number[at] += n
    chosen: list[int] = []
    for at in sorted(range(_WEEK), key=lambda at: (-score[at], at)):
        if len(chosen) < _SUGGESTED and len(seen[at]) > 1 and all(_distance(at, other) >= _APART for other in chosen):
            chosen.append(at)
    hours = tuple(Hour(at // 24, at % 24, number[at] / len(local), number[at]) for at in chosen)
    return Best(known=True, hours=hours, n=len(local))


def _by_hour(counted: Counter[tuple[date, int]], first: date, last: date) -> list[float]:
    """For each hour of the week the damped moments, a time that it came."""
    came = Counter((first + timedelta(n)).weekday() for n in range((last - first).days + 1))
    found = [0.0] * _WEEK
    for (day, hour), n in sorted(counted.items()):  # sums of fractions depend on their order
        found[_of_week(day, hour)] += sqrt(n) / came[day.weekday()]
    return found


def _smoothed(values: Sequence[float]) -> list[float]:
    """Rounded, so that equal hours are equal whatever the fractions did."""
    return [
        round(sum(weight * values[(at + offset) % _WEEK] for offset, weight in _NEAR.items()), 9) for at in range(_WEEK)
    ]


def _of_week(day: date, hour: int) -> int:
    return day.weekday() * 24 + hour


def _distance(one: int, other: int) -> int:
    """Hours between two hours of the week, the short way round it."""
    apart = abs(one - other)
    return min(apart, _WEEK - apart)
