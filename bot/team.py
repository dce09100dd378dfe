"""The port to the people who answer, and the values they are shown; `handlers/` implements it for Slack.
Values only: nothing here reads the database or knows what a Slack block is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from platforms.base import Absent


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: Slack's channel id and message timestamp."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class CardSuggestion:
    """One suggested reply. `words`: those of the comment that made the match; `stamp`: what approval is bound to;
    `source`: `template`, or `answer` for one that was given to a similar question before; `purpose`: what the template
    is for, by staff language; `repeated`: somebody else was told exactly this lately.
    """

    id: int
    text: str
    template_id: str
    score: float
    words: tuple[str, ...]
    stamp: str
    source: str = "template"
    purpose: Mapping[str, str] = field(default_factory=dict)
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class CardFlag:
    """Why a person should look first. `kind`: a `replies.risk.Kind`; `sure`: False where it is a guess."""

    kind: str
    words: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class Withheld:
    """A template that fits but could not be offered: its purpose by staff language, the reason's code and params."""

    purpose: Mapping[str, str]
    code: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier comment of the same person and what became of it. `reply`: the text we sent, if any."""

    text: str
    at: datetime
    state: str
    reply: str | None = None


class Trouble(StrEnum):
    """What a person has to know before anything else on the card."""

    UNSURE = "unsure"
    """A reply may have gone out; the platform cannot tell: somebody has to look there."""
    REJECTED = "rejected"
    """The platform refused the reply; `trouble_detail` holds its code."""
    EDITED = "edited"
    """The comment changed after the approval; the reply was held back."""
    WAITING = "waiting"
    """The platform cannot be reached or asks to wait; the reply goes out by itself."""
    AUTH = "auth"
    """The account's token is refused; the reply goes out when it is mended."""


@dataclass(frozen=True, slots=True)
class Card:
    """All that one card shows. Texts of the audience are untrusted and uncut; personal data in them is masked, and
    `masked` says that some was.

    `state`: a value of `bot.store.models.State`; `by`, `at`: who brought the item into it, and when.
    """

    item: int
    version: int
    state: str
    account: str
    platform: str
    kind: str
    author: str
    handle: str | None
    text: str
    language: str | None
    attachments: tuple[str, ...]
    created_at: datetime
    received_at: datetime
    edited_at: datetime | None = None
    url: str | None = None
    post_text: str | None = None
    post_url: str | None = None
    parent_text: str | None = None
    suggestions: tuple[CardSuggestion, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    exchanges_total: int = 0
    claimed_by: str | None = None
    by: str | None = None
    at: datetime | None = None
    snoozed_until: datetime | None = None
    note: str | None = None
    reply: str | None = None
    reply_url: str | None = None
    delivery: int | None = None
    trouble: Trouble | None = None
    trouble_detail: str | None = None
    can_reply: bool = True
    masked: bool = False
    flags: tuple[CardFlag, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    promises: tuple[str, ...] = ()
    called: str = ""
    tone: str | None = None
    """How the comment sounds (`replies.risk.Tone`); None: not judged yet."""
    own: bool = False
    """The answer was written by hand: a template could be made of it."""


@dataclass(frozen=True, slots=True)
class PostPart:
    """One message of a post on one account. `phase`: a `bot.store.models.Phase`, empty before it is in the outbox;
    `delivery`: its number there; `problem`: a locale key below `problem.`.
    """

    text: str
    length: int
    phase: str = ""
    delivery: int | None = None
    problem: str = ""
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PostTarget:
    """One account a post goes to. `limit`: of one message, in units of `counter`; `problems`: keys and parameters of
    what the platform would refuse; `comment`: what has become of the comment under it.
    """

    account: str
    platform: str
    parts: tuple[PostPart, ...]
    limit: int
    counter: str
    problems: tuple[tuple[str, Mapping[str, str | int]], ...] = ()
    comment: PostPart | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PostCard:
    """All that the card of a post shows. `state`: a `bot.posts.slot.State`; `wanted`: who has to approve it, a user id
    a step, empty for any approver; `approved`: who did, in order; `warned`: keys below `warning.` and their parameters.

    `at`: when it is due, aware UTC; `zone`: in which people said that; `rule`: an RFC 5545 rule, empty for once.
    """

    post: int
    version: int
    state: str
    author: str
    targets: tuple[PostTarget, ...]
    media: tuple[tuple[str, str], ...]
    """File name and description of each."""
    comment: str
    pillar: str
    intervention: str
    campaign: str
    at: datetime | None
    zone: str
    rule: str
    wanted: tuple[str, ...]
    approved: tuple[str, ...]
    stamp: str
    by: str | None = None
    since: datetime | None = None
    note: str | None = None
    held: str | None = None
    paused: bool = False
    series: int | None = None
    warned: tuple[tuple[str, Mapping[str, str | int]], ...] = ()
    measured: tuple[tuple[str, str, Mapping[str, int]], ...] = ()
    """Account, age and what was counted."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning to the whole team, as a locale key and its parameters (`notice.account_paused`: account, remedy …)."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


class Team(Protocol):
    """The people who answer. Methods raise `platforms.errors.PlatformError`, classed by what surely happened."""

    pace: float
    """Seconds between two new messages in one channel; 0 only where the host sets no limit."""

    async def draw(self, card: Card) -> None:
        """Make ready what `show` needs for this card, while the one before it is on its way. May be left out."""

    async def show(self, card: Card, key: UUID) -> Place:
        """Post a new card. Not repeatable by itself: the outbox asks `find` first."""

    async def show_post(self, card: PostCard, key: UUID) -> Place:
        """Post the card of a post. Not repeatable by itself, like `show`."""

    async def warn(self, notice: Notice, key: UUID) -> Place:
        """Post a warning to everybody."""

    async def find(self, key: UUID, since: datetime) -> Place | Absent:
        """Look for a message of ours with this key, posted at or after `since`."""

    async def refresh(self, place: Place, card: Card | PostCard) -> None:
        """Make the card at `place` show this; harmless when repeated. Raises `Gone` when the message is no more."""
