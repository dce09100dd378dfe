"""What stands against a post's time, for whoever plans it: said before it is approved, the worst first.
It warns and never forbids, and knows nothing but what it is given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from operator import itemgetter
from zoneinfo import ZoneInfo

from bot.posts.recurrence import doubled, skipped
from bot.posts.slot import Slot, State
from replies.likeness import most_alike

_HOUR = timedelta(hours=1)
_SOON = timedelta(minutes=5)  # less is hardly enough for a second person to read and approve it
_GONE = {State.CANCELLED, State.FAILED}
_Near = tuple[timedelta, int, datetime, Slot]  # how far apart, its post and time, itself: the nearest first


@dataclass(frozen=True, slots=True)
class Warned:
    """One thing against a time. `key`: of its sentence; `params`: what it names, times as the team's clocks show them.

    token_ends (account, at): the account's token is no longer valid then. blackout (date, name): the team does not post
    that day. same_text (post, days, share): nearly the same words on one of its accounts, how many days apart and how
    alike in percent. too_close (minutes): so many until it is due. skipped_hour, doubled_hour (zone): its wall time is
    not there that day, or twice. quiet_hours (start, end). same_hour (post, account): another post less than an hour
    apart. holiday (name).
    """

    key: str
    params: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the team has agreed on; days and times are those of its zone.

    `quiet`: from the first time on, until before the second; may pass midnight; twice the same is the whole day.
    `days`: within how many, before and after, the same text is the same; `likeness`: from 0.8 to 1, from which it is.
    """

    quiet: tuple[time, time] | None = None
    blackouts: Mapping[date, str] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)
    days: int = 30
    likeness: float = 0.9


def warnings(
    slot: Slot,
    others: Sequence[Slot],
    rules: Rules,
    zone: ZoneInfo,
    now: datetime,
    token_ends: Mapping[str, datetime],
    *,
    wall: datetime | None = None,
) -> list[Warned]:
    """Everything against `slot`, the worst first; always in the same order.

    `others`: every post near it in time; its own other times may be among them and are not held against it.
    `zone`: the team's. `now` and `token_ends` (by account): aware. `wall`: the naive time somebody asked for, where
    there is one: that it was skipped cannot be seen from the instant it became.
    """
    local = slot.at.astimezone(zone)
    asked = local.replace(tzinfo=None) if wall is None else wall
    accounts = set(slot.accounts)
    near = sorted(
        (
            (abs(other.at - slot.at), other.post, other.at, other)
            for other in others
            if other.post != slot.post and other.state not in _GONE and not accounts.isdisjoint(other.accounts)
        ),
        key=itemgetter(0, 1, 2),
    )
    return [
        *_token_ends(slot, token_ends, zone),
        *_named("blackout", local.date(), rules.blackouts),
        *_same_text(slot, near, rules, zone),
        *_too_close(slot.at - now),
        *([Warned("skipped_hour", {"zone": zone.key})] if skipped(asked, zone) else []),
        *([Warned("doubled_hour", {"zone": zone.key})] if doubled(asked, zone) else []),
        *_quiet(local.time(), rules.quiet),
        *_same_hour(slot, near),
        *_named("holiday", local.date(), rules.holidays),
    ]


def _token_ends(slot: Slot, token_ends: Mapping[str, datetime], zone: ZoneInfo) -> Iterator[Warned]:
    for account in slot.accounts:
        end = token_ends.get(account)
        if end is not None and end <= slot.at:
            yield Warned("token_ends", {"account": account, "at": f"{end.astimezone(zone):%Y-%m-%d %H:%M}"})


def _named(key: str, day: date, names: Mapping[date, str]) -> Iterator[Warned]:
    if day in names:
        params = {"name": names[day]} if key == "holiday" else {"date": day.isoformat(), "name": names[day]}
        yield Warned(key, params)


def _same_text(slot: Slot, near: Sequence[_Near], rules: Rules, zone: ZoneInfo) -> Iterator[Warned]:
    """The one that is most alike; of equals the nearest in time."""
    heard = _within(timedelta(days=rules.days), near)
    for place, share in most_alike(slot.text, [other.text for other in heard], rules.likeness)[:1]:
        days = abs((heard[place].at.astimezone(zone).date() - slot.at.astimezone(zone).date()).days)
        yield Warned("same_text", {"post": heard[place].post, "days": days, "share": int(share * 100)})


def _too_close(left: timedelta) -> Iterator[Warned]:
    if left < _SOON:
        yield Warned("too_close", {"minutes": max(0, left // timedelta(minutes=1))})


def _quiet(at: time, quiet: tuple[time, time] | None) -> Iterator[Warned]:
    if quiet is None:
        return
    start, end = quiet
    if start <= at < end if start < end else at >= start or at < end:
        yield Warned("quiet_hours", {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"})


def _same_hour(slot: Slot, near: Sequence[_Near]) -> Iterator[Warned]:
    """For every account the nearest."""
    close = _within(_HOUR - timedelta.resolution, near)
    for account in slot.accounts:
        nearest = next((other for other in close if account in other.accounts), None)
        if nearest is not None:
            yield Warned("same_hour", {"post": nearest.post, "account": account})


def _within(most: timedelta, near: Sequence[_Near]) -> list[Slot]:
    return [other for _, _, _, other in takewhile(lambda entry: entry[0] <= most, near)]
