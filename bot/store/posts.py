"""The rows of posts: what is written, who approved it, when it is due, where it goes; and the brake over everything.
Methods here change one row and refuse what is not allowed; they never query, commit or talk to anybody.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.errors import AlreadyHandled, NotAllowed
from bot.posts.slot import State
from bot.store.columns import Base
from bot.store.knowledge import NEVER_AGAIN

BEHIND = "card_ts IS NOT NULL AND card_shown < version"
"""A card that does not show the present version."""

OPEN = frozenset({State.DRAFT, State.WAITING, State.SCHEDULED, State.HELD})
"""The states in which nothing of a post has left: it may be changed, approved, cancelled."""


class Late(StrEnum):
    """What becomes of a post whose time passed while nobody was there to send it."""

    ASK = "ask"
    SEND = "send"
    SKIP = "skip"


class Held(StrEnum):
    """Why a post whose time came has not gone out."""

    UNAPPROVED = "unapproved"
    LATE = "late"
    BRAKE = "brake"


class Planned(Base):
    """A post the team plans. `wall` and `zone` are the time as a person said it ("2026-12-24T20:00", IANA), `due_at` is
    the instant of it; both None for a draft without a time. One with a `rule` (RFC 5545) never goes out itself: every
    time it comes round is a row of its own, with `series_id` and the `occurrence` it stands for, unique together.
    """

    __tablename__ = "planned"
    __table_args__ = (
        UniqueConstraint("series_id", "occurrence"),
        Index("planned_due", "state", "due_at"),
        Index("planned_at", "due_at"),
        Index("planned_card", "card_ts"),
        Index("planned_behind", "id", sqlite_where=text(BEHIND), postgresql_where=text(BEHIND)),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(default=State.DRAFT)
    text: Mapped[str] = mapped_column(default="")
    media: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Files in order: digest, type, size, width, height, alt."""
    comment: Mapped[str] = mapped_column(default="")
    """What the brand says under it once it is out; empty: nothing."""
    pillar: Mapped[str] = mapped_column(default="")
    intervention: Mapped[str] = mapped_column(default="")
    campaign: Mapped[str] = mapped_column(default="")
    wall: Mapped[str | None]
    zone: Mapped[str]
    due_at: Mapped[datetime | None]
    late: Mapped[str] = mapped_column(default=Late.ASK)
    rule: Mapped[str] = mapped_column(default="")
    on_holiday: Mapped[str] = mapped_column(default="post")
    series_id: Mapped[int | None] = mapped_column(ForeignKey("planned.id"))
    occurrence: Mapped[str | None]
    paused: Mapped[bool] = mapped_column(default=False)
    """A series that does not come round until it is taken up again."""
    author: Mapped[str]
    created_at: Mapped[datetime]
    stamp: Mapped[str] = mapped_column(default="")
    """What the approvals are bound to (`bot.posts.stamp`)."""
    approvals: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """In order: step, by, at (ISO)."""
    by: Mapped[str | None]
    at: Mapped[datetime | None]
    note: Mapped[str | None]
    """What was asked to be changed."""
    held: Mapped[str | None]
    reminded: Mapped[int] = mapped_column(default=0)
    """How many reminders the approvers had."""
    version: Mapped[int] = mapped_column(default=1)
    card_channel: Mapped[str | None]
    card_ts: Mapped[str | None]
    card_shown: Mapped[int] = mapped_column(default=0)

    targets: Mapped[list[Target]] = relationship(lazy="raise", order_by="Target.id", cascade="all, delete-orphan")

    def changed(self, who: str, now: datetime) -> bool:
        """Its content is about to be another: approvals no longer hold; whether there were any."""
        self._must_be_open("edit")
        void = bool(self.approvals)
        self.approvals, self.note, self.reminded = [], None, 0
        if self.state != State.DRAFT:
            self._enter(State.WAITING, who, now)
        else:
            self.touch()
        return void

    def submit(self, who: str, stamp: str, now: datetime) -> None:
        """Ask for approval of exactly what the stamp was made for."""
        self._must_be_open("submit")
        self.stamp, self.approvals, self.note = stamp, [], None
        self._enter(State.WAITING, who, now)

    def approve(self, who: str, step: int, steps: int, now: datetime) -> bool:
        """One more of `steps` approvals; whether that was the last. Raises `AlreadyHandled` for one that was taken."""
        if self.state == State.SCHEDULED:
            raise AlreadyHandled(by=self.by or "?", state=self.state)
        if self.state not in (State.WAITING, State.HELD) or self.held not in (None, Held.UNAPPROVED):
            raise NotAllowed(verb="approve", state=self.state)
        if step != len(self.approvals):
            raise AlreadyHandled(
                by=str(self.approvals[step]["by"]) if step < len(self.approvals) else "?", state="step"
            )
        self.approvals = [*self.approvals, {"step": step, "by": who, "at": now.isoformat()}]
        if len(self.approvals) < steps:
            self.by, self.at = who, now
            self.touch()
            return False
        if self.held is None:
            self._enter(State.SCHEDULED, who, now)
        else:  # Its time is over: approved, but it goes out only when somebody says so.
            self.by, self.at, self.held = who, now, Held.LATE
            self.touch()
        return True

    def scheduled(self, who: str, now: datetime) -> None:
        """Nobody has to approve it."""
        if self.state != State.WAITING:
            raise NotAllowed(verb="approve", state=self.state)
        self._enter(State.SCHEDULED, who, now)
        self.due_at = self.due_at or now

    def ask_changes(self, who: str, note: str, now: datetime) -> None:
        """Back to its author, with the reason."""
        if self.state not in (State.WAITING, State.HELD, State.SCHEDULED):
            raise NotAllowed(verb="changes", state=self.state)
        self.approvals = []
        self._enter(State.DRAFT, who, now)
        self.note = note

    def drop(self, who: str, now: datetime) -> None:
        """A draft again: it could not go out like this."""
        self._must_be_open("edit")
        self._enter(State.DRAFT, who, now)

    def hold(self, why: Held, now: datetime) -> None:
        """Its time came and it may not go: a person decides."""
        self._enter(State.HELD, "clock", now)
        self.held = why

    def publish(self, who: str, now: datetime) -> None:
        """Its parts go to the outbox; the caller stores them in the same transaction."""
        if self.state not in (State.SCHEDULED, State.HELD):
            raise NotAllowed(verb="publish", state=self.state)
        self._enter(State.PUBLISHING, who, now)

    def settle(self, state: State, now: datetime) -> None:
        """What became of its parts, all taken together."""
        if self.state != state:
            self._enter(state, "outbox", now)
        else:
            self.touch()

    def pause(self, paused: bool, who: str, now: datetime) -> None:
        """A series stops, or goes on, coming round."""
        if not self.rule:
            raise NotAllowed(verb="pause", state=self.state)
        self._must_be_open("pause")
        self.paused, self.by, self.at = paused, who, now
        self.touch()

    def cancel(self, who: str, now: datetime) -> None:
        """It does not go out."""
        if self.state == State.CANCELLED:
            raise AlreadyHandled(by=self.by or "?", state=self.state)
        self._must_be_open("cancel")
        self._enter(State.CANCELLED, who, now)

    def stands(self, channel: str, ts: str, version: int) -> None:
        """The card is at this place and shows this version; an older one than recorded is late news."""
        if self.card_ts != ts or self.card_shown < version:
            self.card_channel, self.card_ts, self.card_shown = channel, ts, version

    def touch(self) -> None:
        """Something the card shows has changed."""
        self.version += 1

    def _must_be_open(self, verb: str) -> None:
        if self.state not in OPEN:
            raise NotAllowed(verb=verb, state=self.state)

    def _enter(self, state: State, who: str, now: datetime) -> None:
        self.state, self.by, self.at, self.held = state, who, now, None
        self.touch()


class Target(Base):
    """One account a post goes to. `text`: what is said there instead; None: what is said everywhere. `split`: a text
    too long for the platform goes out as a thread. `url`, `ref`: of its first part, once it is out.
    """

    __tablename__ = "target"
    __table_args__ = (UniqueConstraint("planned_id", "account"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    planned_id: Mapped[int] = mapped_column(ForeignKey("planned.id"))
    account: Mapped[str]
    text: Mapped[str | None]
    split: Mapped[bool] = mapped_column(default=False)
    parts: Mapped[list[str]] = mapped_column(default=list)
    """What will be public there, a text a part: frozen when approval is asked for, and what the stamp is made of."""
    native_id: Mapped[str | None]
    url: Mapped[str | None]
    ref: Mapped[dict[str, Any]] = mapped_column(default=dict)
    published_at: Mapped[datetime | None]


class PostEvent(Base):
    """Who did what to a post, when."""

    __tablename__ = "post_event"
    __table_args__ = (Index("post_event_planned", "planned_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    planned_id: Mapped[int] = mapped_column(ForeignKey("planned.id"))
    at: Mapped[datetime]
    who: Mapped[str]
    verb: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Scope(StrEnum):
    """What a brake stops."""

    DESK = "desk"
    ACCOUNT = "account"
    CAMPAIGN = "campaign"


class Brake(Base):
    """Nothing leaves within its scope until it is lifted. `name`: of the account or campaign; empty for the desk."""

    __tablename__ = "brake"
    __table_args__ = (Index("brake_active", "lifted_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    lifted_by: Mapped[str | None]
    lifted_at: Mapped[datetime | None]


class FeedKey(Base):
    """The secret part of one address of the calendar feed. Whoever has it may read the calendar, until it is revoked.

    `digest`: its SHA-256 in hex; the secret itself is shown once and never stored.
    """

    __tablename__ = "feed_key"
    digest: Mapped[str] = mapped_column(primary_key=True)
    by: Mapped[str]
    at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class Measure(Base):
    """What a platform counted for a published post at one age ("1h", "24h", "7d", "28d"). What it does not give is
    absent.

    `values`: by metric of our vocabulary; `replies`: comments stored under it by then.
    """

    __tablename__ = "measure"
    __table_args__ = (UniqueConstraint("target_id", "age"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(ForeignKey("target.id"))
    age: Mapped[str]
    at: Mapped[datetime]
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    replies: Mapped[int] = mapped_column(default=0)
