"""The calendar of posts for other calendar programs: an iCalendar feed (RFC 5545), and the secret part of its address.
It never decides who may read it, and never says more about a post than the calendar in Slack does.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.posts.slot import Slot, State
from replies.text import clean

if TYPE_CHECKING:
    from icalendar import Event

SUMMARY_MOST = 80
"""Characters of a post in an event's title."""
_LASTS = timedelta(minutes=15)
"""A post is a moment; calendar programs draw an event without length as a line nobody can hit."""
_REFRESH = timedelta(minutes=15)
"""How often a program may ask again; most decide for themselves."""
_TENTATIVE = {State.DRAFT, State.WAITING, State.HELD}
"""Not sure to come: a person has yet to decide."""
_END = b"END:VCALENDAR\r\n"
_UNNAMED: Mapping[State, str] = {}


@dataclass(frozen=True, slots=True)
class Revision:
    """When a post was last changed (aware UTC), and how often so far."""

    at: datetime
    number: int


_UNCHANGED: Mapping[int, Revision] = {}


def feed(
    slots: Iterable[Slot],
    zone: ZoneInfo,
    *,
    name: str,
    host: str,
    now: datetime,
    states: Mapping[State, str] = _UNNAMED,
    revisions: Mapping[int, Revision] = _UNCHANGED,
) -> bytes:
    """The slots as one VCALENDAR, in UTF-8.

    `name`: what a program calls the calendar; `host`: what makes our events' names unlike anybody else's; `states`: in
    the reader's language, for the descriptions; `revisions`: by post. With a revision an event is written the same
    every time; without one it carries `now`. An event keeps its name for as long as its post exists, also when it is
    moved; each time of a recurring post is an event of its own. Takes 0.4 ms a slot: call it in a thread for many.
    """
    # Imported by the first feed: 4 to 8 MB that most processes never need.
    from icalendar import Calendar, vDuration, vText

    calendar = Calendar()
    calendar.add("VERSION", "2.0")
    calendar.add("PRODID", "-//Xiaobian//Posts//EN")
    calendar.add("METHOD", "PUBLISH")
    calendar["NAME"] = calendar["X-WR-CALNAME"] = vText(_told(name))
    calendar["X-WR-TIMEZONE"] = vText(zone.key)
    calendar["REFRESH-INTERVAL"] = calendar["X-PUBLISHED-TTL"] = vDuration(_REFRESH, {"VALUE": "DURATION"})
    frame: bytes = calendar.to_ical()
    # Each event is written and dropped at once: ten thousand of the library's take 46 MB, what they write 3.
    events = (_event(slot, host, now, states, revisions.get(slot.post)).to_ical() for slot in slots)
    return b"".join([frame.removesuffix(_END), *events, _END])


def new_token() -> str:
    """A secret for the feed's address: 32 random bytes, 43 characters that need no escaping in one."""
    return secrets.token_urlsafe(32)


def same(one: str, other: str) -> bool:
    """Whether two tokens are the same, in a time that does not tell where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def _event(slot: Slot, host: str, now: datetime, states: Mapping[State, str], revision: Revision | None) -> Event:
    from icalendar import Event

    text, at = _told(slot.text), slot.at.astimezone(UTC)
    event = Event()
    event.add("UID", f"post-{slot.post}{f'-{at:%Y%m%dT%H%M%SZ}' if slot.recurring else ''}@{host}")
    event.add("DTSTAMP", revision.at if revision else now)
    event.add("DTSTART", at)
    event.add("DTEND", at + _LASTS)
    event.add("SUMMARY", " ".join(clean(text, SUMMARY_MOST).split()) or f"#{slot.post}")
    event.add("DESCRIPTION", "\n\n".join(filter(None, (_facts(slot, states), text))))
    event.add("STATUS", _status(slot.state))
    event.add("TRANSP", "TRANSPARENT")  # Nobody is busy because a post goes out.
    if slot.pillar or slot.campaign:
        event.add("CATEGORIES", [_told(each) for each in (slot.pillar, slot.campaign) if each])
    if revision:
        event.add("LAST-MODIFIED", revision.at)
        event.add("SEQUENCE", revision.number)
    return event


def _status(state: State) -> str:
    if state is State.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if state in _TENTATIVE else "CONFIRMED"


def _facts(slot: Slot, states: Mapping[State, str]) -> str:
    """State, accounts, pillar and campaign on one line."""
    facts = (states.get(slot.state, ""), ", ".join(slot.accounts), slot.pillar, slot.campaign)
    return _told(" · ".join(filter(None, facts)))


def _told(text: str) -> str:
    """The whole text without control characters, which iCalendar has no way to write."""
    return clean(text, max(1, len(text)))
