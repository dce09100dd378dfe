"""The rows: what the team has told the desk and what it learnt from their answers.
Methods here change one row and refuse what is not allowed; they never query, commit or talk to anybody.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.errors import AlreadyHandled
from bot.store.columns import Base
from bot.store.models import Item

NEVER_AGAIN = {"sqlite_autoincrement": True}
"""For tables that rows are deleted from: SQLite would give the number of the last one to the next, and whoever still
sees the first in a window would decide about the second.
"""


class TemplateRow(Base):
    """A template made, changed or retired in Slack: it is laid over the packs' files. `document`: its shape in a pack
    (`replies.templates.document`).
    """

    __tablename__ = "template"
    id: Mapped[str] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]
    retired: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)
    by: Mapped[str]
    at: Mapped[datetime]


class Example(Base):
    """One more way people ask for a template: the words of a comment it answered. Gone when those words are."""

    __tablename__ = "example"
    __table_args__ = (
        UniqueConstraint("template_id", "item_id"),
        Index("example_item", "item_id"),
        NEVER_AGAIN,
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    template_id: Mapped[str]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    by: Mapped[str]
    at: Mapped[datetime]


class Source(StrEnum):
    """What an approved answer came from."""

    TEMPLATE = "template"
    ANSWER = "answer"
    """An earlier answer to a similar question."""
    OWN = "own"
    """Written by hand."""


class Answer(Base):
    """One approved answer, and what it came from. `distance`: 0.0 sent as suggested … 1.0 nothing of it left; None for
    one written by hand. `outcome`: what the person said next (`replies.risk.Outcome`); None: nothing yet.
    """

    __tablename__ = "answer"
    __table_args__ = (
        Index("answer_item", "item_id"),
        Index("answer_template", "template_id", "at"),
        Index("answer_at", "at"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    source: Mapped[str]
    template_id: Mapped[str | None]
    text: Mapped[str]
    distance: Mapped[float | None]
    until: Mapped[datetime | None]
    """When what it says ends to be true, as the suggestion it was made of had it: nobody is told it after."""
    by: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str | None]

    item: Mapped[Item] = relationship(lazy="raise")


class Kind(StrEnum):
    """What a proposal would change."""

    WORDING = "wording"
    """Another wording for a template: `after`, in the reply's `language`."""
    TEMPLATE = "template"
    """A new template from an answer written by hand: `after`, in the reply's `language`."""
    RETIRE = "retire"
    """Take a template out of use; `reason`: stale or failing."""


class Standing(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Proposal(Base):
    """A change to the templates that the desk proposes and a person decides. `detail`: by kind, JSON."""

    __tablename__ = "proposal"
    __table_args__ = (Index("proposal_standing", "standing", "id"), Index("proposal_item", "item_id"), NEVER_AGAIN)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    template_id: Mapped[str | None]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("item.id"))
    before: Mapped[str] = mapped_column(default="")
    after: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    standing: Mapped[str] = mapped_column(default=Standing.OPEN)
    made_at: Mapped[datetime]
    by: Mapped[str | None]
    at: Mapped[datetime | None]

    def decide(self, standing: Standing, who: str, now: datetime) -> None:
        """Accepted or declined. Raises `AlreadyHandled` when somebody was first."""
        if self.standing != Standing.OPEN:
            raise AlreadyHandled(by=self.by or "?", state=self.standing)
        self.standing, self.by, self.at = standing, who, now


class Promise(Base):
    """Something a colleague promised a person, shown on their cards until it is kept."""

    __tablename__ = "promise"
    __table_args__ = (Index("promise_person", "person_id", "kept_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    text: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]
    kept_by: Mapped[str | None]
    kept_at: Mapped[datetime | None]

    def keep(self, who: str, now: datetime) -> None:
        """It is done. Raises `AlreadyHandled` when it was before."""
        if self.kept_at is not None:
            raise AlreadyHandled(by=self.kept_by or "?", state="kept")
        self.kept_by, self.kept_at = who, now


class Turn(Base):
    """Work that is done once a period: whoever inserts the row does it."""

    __tablename__ = "turn"
    job: Mapped[str] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
