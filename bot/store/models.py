"""The rows: what is true about accounts, people, items and deliveries, and which change of state is allowed.
Methods here change one row and refuse what is not allowed; they never query, commit or talk to anybody.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.errors import AlreadyHandled, BadTime, ClaimedByOther, NotAllowed
from bot.store.columns import Base


class State(StrEnum):
    """What has become of an item."""

    OPEN = "open"
    SNOOZED = "snoozed"
    ESCALATED = "escalated"
    ANSWERING = "answering"
    """Approved; its delivery is in the outbox."""
    ANSWERED = "answered"
    IGNORED = "ignored"
    DELETED = "deleted"
    """Its author or the platform removed it."""


WAITING = frozenset({State.OPEN, State.SNOOZED, State.ESCALATED})
"""The states in which somebody may still answer."""


BEHIND = "card_ts IS NOT NULL AND card_shown < version"
"""A card that does not show the present version: the predicate of a partial index and of the query that uses it."""


class Account(Base):
    """One account of the brand on one platform, as the settings name it."""

    __tablename__ = "account"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    title: Mapped[str] = mapped_column(default="")
    paused: Mapped[str | None]
    """Why nothing leaves: `auth:<scope>`; None when all is well."""


class Feed(Base):
    """How far one feed of an account was read."""

    __tablename__ = "feed"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    cursor: Mapped[str | None]
    polled_at: Mapped[datetime | None]
    gap: Mapped[str | None]
    gap_at: Mapped[datetime | None]
    problem: Mapped[str | None]
    problem_since: Mapped[datetime | None]


class Person(Base):
    """An audience member, as far as the platform named them."""

    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("account_id", "native_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    native_id: Mapped[str]
    name: Mapped[str]
    handle: Mapped[str | None]
    language: Mapped[str | None]
    first_seen_at: Mapped[datetime]
    called: Mapped[str] = mapped_column(default="")
    """How they asked to be called; empty: by their name."""


class Post(Base):
    """A post of the brand that items stand under."""

    __tablename__ = "post"
    __table_args__ = (UniqueConstraint("account_id", "native_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    native_id: Mapped[str]
    text: Mapped[str]
    url: Mapped[str | None]
    created_at: Mapped[datetime | None]


class Item(Base):
    """One thing an audience member said, and what became of it. Changes of state are the methods; each refuses what is
    not allowed, and raises `version` so that the card follows.
    """

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("account_id", "native_id"),
        Index("item_account_received", "account_id", "received_at"),
        Index("item_state", "state", "received_at"),
        Index("item_person", "person_id", "id"),
        Index("item_reply", "account_id", "reply_native_id"),
        Index("item_card", "card_ts"),
        Index("item_behind", "id", sqlite_where=text(BEHIND), postgresql_where=text(BEHIND)),
        Index("item_snoozed", "snoozed_until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    native_id: Mapped[str]
    kind: Mapped[str]
    conversation: Mapped[str]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    post_id: Mapped[int | None] = mapped_column(ForeignKey("post.id"))
    answers: Mapped[str | None]
    text: Mapped[str]
    language: Mapped[str | None]
    attachments: Mapped[list[str]] = mapped_column(default=list)
    url: Mapped[str | None]
    ref: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    received_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)
    """Counts the versions of the audience's text."""
    version: Mapped[int] = mapped_column(default=1)
    """Counts every change that the card shows."""

    state: Mapped[str] = mapped_column(default=State.OPEN)
    by: Mapped[str | None]
    at: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    note: Mapped[str | None]
    draft: Mapped[str | None]
    draft_by: Mapped[str | None]
    trouble: Mapped[str | None]
    trouble_detail: Mapped[str | None]
    suggested: Mapped[int] = mapped_column(default=0)
    """The revision the stored suggestions were made for; 0: none yet."""
    flags: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Why a person should look before anything is sent (`replies.risk.Flag`): kind, words, sure."""
    tone: Mapped[str | None]
    """How the text sounds (`replies.risk.Tone`); None: not judged yet."""
    withheld: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Templates that fit but could not be offered: id, code and params of the reason."""
    reply_native_id: Mapped[str | None]
    """The answer the public has, as the platform names it."""
    card_channel: Mapped[str | None]
    card_ts: Mapped[str | None]
    card_shown: Mapped[int] = mapped_column(default=0)
    """The version the card shows; behind it, the card waits for a refresh."""

    account: Mapped[Account] = relationship(lazy="raise")
    person: Mapped[Person] = relationship(lazy="raise")
    post: Mapped[Post | None] = relationship(lazy="raise")

    def claim(self, who: str) -> None:
        """Tell everybody that `who` works on it; claiming one's own again changes nothing."""
        self._must_wait("claim")
        self._must_be_free(who)
        if self.claimed_by != who:
            self.claimed_by = who
            self.touch()

    def release(self, who: str) -> None:
        """Give it back to everybody; only the holder can."""
        self._must_wait("release")
        self._must_be_free(who)
        if self.claimed_by is None:
            raise NotAllowed(verb="release", state=self.state)
        self.claimed_by = None
        self.touch()

    def approve(self, who: str, now: datetime) -> None:
        """The reply may go out. The caller stores the delivery in the same transaction."""
        self._must_wait("approve")
        self._must_be_free(who)
        self._enter(State.ANSWERING, who, now)
        self.draft = self.draft_by = None

    def ignore(self, who: str, now: datetime) -> None:
        """Needs no answer."""
        self._must_wait("ignore")
        self._must_be_free(who)
        self._enter(State.IGNORED, who, now)

    def snooze(self, who: str, until: datetime, now: datetime) -> None:
        """Out of the queue until `until`."""
        self._must_wait("snooze")
        self._must_be_free(who)
        if until <= now:
            raise BadTime(reason="past")
        if (until - now).days > 90:
            raise BadTime(reason="too_far")
        self._enter(State.SNOOZED, who, now)
        self.snoozed_until = until

    def wake(self, now: datetime) -> None:
        """The snooze is over."""
        if self.state == State.SNOOZED:
            self._enter(State.OPEN, "clock", now)

    def escalate(self, who: str, note: str, now: datetime) -> None:
        """Ask the approvers; `note` says what about. Free for anybody to take afterwards."""
        if self.state == State.ESCALATED:
            raise AlreadyHandled(by=self.by or "?", state=self.state)
        self._must_wait("escalate")
        self._must_be_free(who)
        self._enter(State.ESCALATED, who, now)
        self.note = note
        self.claimed_by = None

    def reopen(self, who: str, now: datetime) -> None:
        """Back into the queue."""
        if self.state not in (State.IGNORED, State.ANSWERED, State.SNOOZED):
            raise NotAllowed(verb="reopen", state=self.state)
        self._enter(State.OPEN, who, now)

    def keep_draft(self, who: str, words: str) -> None:
        """Remember what `who` wrote, so that nothing typed is lost."""
        self._must_wait("edit")
        self._must_be_free(who)
        self.draft, self.draft_by = words, who

    def answered(self, who: str, now: datetime) -> None:
        """The public has the answer: ours was delivered, or the brand answered by other means (`who` is `platform`)."""
        if self.state == State.DELETED:
            self.touch()
        else:
            self._enter(State.ANSWERED, who, now)

    def returned(self, trouble: str, detail: str | None, now: datetime) -> None:
        """Our reply did not go out and will not by itself: back into the queue, saying why."""
        if self.state == State.ANSWERING:
            self._enter(State.OPEN, "outbox", now)
        self.trouble, self.trouble_detail = trouble, detail

    def troubled(self, trouble: str | None, detail: str | None = None) -> None:
        """The reply is under way, but people should know this; None: all is well again."""
        if (self.trouble, self.trouble_detail) != (trouble, detail):
            self.trouble, self.trouble_detail = trouble, detail
            self.touch()

    def deleted(self, now: datetime) -> None:
        """A tombstone: what the audience took back we do not keep."""
        self._enter(State.DELETED, "platform", now)
        self.text, self.attachments, self.draft, self.draft_by = "", [], None, None

    def edited(self, words: str, language: str | None, at: datetime) -> None:
        """A newer version of the same words; suggestions made for the old ones no longer count."""
        self.text, self.language, self.edited_at = words, language, at
        self.revision += 1
        self.touch()

    def stands(self, channel: str, ts: str, version: int) -> None:
        """The card is at this place and shows this version; an older one than recorded is late news."""
        if self.card_ts != ts or self.card_shown < version:
            self.card_channel, self.card_ts, self.card_shown = channel, ts, version

    def touch(self) -> None:
        """Something the card shows has changed."""
        self.version += 1

    def _must_wait(self, verb: str) -> None:
        if self.state in (State.ANSWERING, State.ANSWERED, State.IGNORED):
            raise AlreadyHandled(by=self.by or "?", state=self.state)
        if self.state not in WAITING:
            raise NotAllowed(verb=verb, state=self.state)

    def _must_be_free(self, who: str) -> None:
        if self.claimed_by is not None and self.claimed_by != who:
            raise ClaimedByOther(by=self.claimed_by)

    def _enter(self, state: State, who: str, now: datetime) -> None:
        self.state, self.by, self.at = state, who, now
        self.snoozed_until = self.note = self.trouble = self.trouble_detail = None
        if state not in WAITING:
            self.claimed_by = None
        self.touch()


class Event(Base):
    """Who did what to an item, when. Ids and decisions only, never audience text."""

    __tablename__ = "event"
    __table_args__ = (Index("event_item", "item_id", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    at: Mapped[datetime]
    who: Mapped[str]
    verb: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)


class Suggestion(Base):
    """A reply a template offers for one revision of an item. `rank` 0 is the best."""

    __tablename__ = "suggestion"
    __table_args__ = (UniqueConstraint("item_id", "revision", "rank"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    revision: Mapped[int]
    rank: Mapped[int]
    template_id: Mapped[str]
    text: Mapped[str]
    score: Mapped[float]
    words: Mapped[list[str]] = mapped_column(default=list)
    source: Mapped[str] = mapped_column(default="template")
    """A template, or an earlier `answer` to a similar question."""
    until: Mapped[datetime | None]
    """When what it says ends to be true."""
    repeated: Mapped[bool] = mapped_column(default=False)
    """Somebody else was told the same words lately."""


class Phase(StrEnum):
    """Where a delivery stands."""

    READY = "ready"
    """To be worked at `due_at`."""
    SENDING = "sending"
    """Committed before the network is touched."""
    SENT = "sent"
    UNSURE = "unsure"
    """It may have happened and no machine can tell: a person decides."""
    FAILED = "failed"
    """Refused for good."""
    STOPPED = "stopped"
    """Withdrawn before it left: the comment was deleted, edited or answered meanwhile."""


class Delivery(Base):
    """One thing that leaves: a reply, a part of a post, or a message in the team's channel. The row is the truth;
    signals only hurry.

    `lane`: what it goes through (an account's name, or `team`); within a lane, one `conversation` keeps its order.
    `doubt`: an earlier attempt may have happened: find out before sending. `key` never changes.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        Index("delivery_due", "phase", "lane", "due_at"),
        Index("delivery_item", "item_id"),
        Index("delivery_planned", "planned_id"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    lane: Mapped[str]
    conversation: Mapped[str]
    verb: Mapped[str]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    planned_id: Mapped[int | None] = mapped_column(ForeignKey("planned.id"))
    """The post it is a part of, or whose card it is."""
    payload: Mapped[dict[str, Any]]
    stamp: Mapped[str] = mapped_column(default="")
    """The hash the approval is bound to (`bot.desk.stamp`)."""
    by: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    phase: Mapped[str] = mapped_column(default=Phase.READY)
    doubt: Mapped[bool] = mapped_column(default=False)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    first_tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    memo: Mapped[dict[str, Any]] = mapped_column(default=dict)
    receipt: Mapped[dict[str, Any]] = mapped_column(default=dict)
    problem: Mapped[str | None]

    item: Mapped[Item | None] = relationship(lazy="raise_on_sql")
