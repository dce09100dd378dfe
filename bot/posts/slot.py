"""A post's place in time, as calendars and warnings look at it. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What has become of a post."""

    DRAFT = "draft"
    WAITING = "waiting"
    """For approval."""
    SCHEDULED = "scheduled"
    """Approved; it goes out at its time."""
    HELD = "held"
    """Its time came while it might not go out (not approved, braked, or nobody was there): a person decides."""
    PUBLISHING = "publishing"
    """Its parts are in the outbox."""
    PUBLISHED = "published"
    FAILED = "failed"
    """At least one part was refused, or may or may not be public: a person decides."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Slot:
    """One post at one time. `at`: aware UTC; `accounts`: their names in our settings; `text`: the whole text, uncut."""

    post: int
    at: datetime
    accounts: tuple[str, ...]
    state: State
    text: str
    pillar: str = ""
    campaign: str = ""
    recurring: bool = False
