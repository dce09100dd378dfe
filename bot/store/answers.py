"""Queries about what was answered and what could be learnt from it: answers, proposals, what nobody could answer.
Nothing here decides whether something is worth learning.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot.errors import NotFound
from bot.store.engine import Unit
from bot.store.knowledge import Answer, Proposal, Source, Standing, Turn
from bot.store.models import WAITING, Item, Person, State, Suggestion

REMEMBERED = 2_000
"""Newest answers that are offered again; the likeness is looked for among all of them, in memory."""

FOLLOWS = timedelta(days=7)
"""How long what a person says next is taken for their view of our answer."""


async def add(unit: Unit, row: dict[str, Any]) -> None:
    """Write down an approved answer."""
    await unit.execute(insert(Answer), [row])


def memorable() -> Select[int, str, str, datetime | None, str, str]:
    """The newest answers that say more than a template does, and are public: number, question, answer, until when it is
    true, and the reader's two names. None whose question was written anew since.
    """
    own = or_(Answer.source == Source.OWN, Answer.distance > 0.1)
    return (
        select(Answer.id, Item.text, Answer.text, Answer.until, Person.name, Person.called)
        .join(Item, Item.id == Answer.item_id)
        .join(Person, Person.id == Item.person_id)
        .where(own, Item.state == State.ANSWERED, Item.text != "")
        .where(or_(Item.edited_at.is_(None), Item.edited_at <= Answer.at))
        .order_by(Answer.id.desc())
        .limit(REMEMBERED)
    )


@dataclass(frozen=True, slots=True)
class Remembered:
    """An answer that may help with a similar question; `names`: what its reader was called."""

    number: int
    question: str
    text: str
    until: datetime | None
    names: tuple[str, str]


async def remembered(session: AsyncSession) -> list[Remembered]:
    """What `memorable` finds, newest first."""
    rows = (await session.execute(memorable())).all()
    return [Remembered(number, asked, text, until, (name, called)) for number, asked, text, until, name, called in rows]


async def said_lately(session: AsyncSession, account: int, since: datetime, limit: int = 300) -> list[tuple[int, str]]:
    """What this account told people since then, newest first: person and text."""
    wanted = (
        select(Item.person_id, Answer.text)
        .join(Item, Item.id == Answer.item_id)
        .where(Answer.at >= since, Item.account_id == account)
        .order_by(Answer.id.desc())
        .limit(limit)
    )
    return [(person, text) for person, text in (await session.execute(wanted)).all()]


async def topics(session: AsyncSession, people: Sequence[int]) -> dict[int, str]:
    """The template of the last answer each of these people got from one."""
    newest = (
        select(func.max(Answer.id))
        .join(Item, Item.id == Answer.item_id)
        .where(Item.person_id.in_(people), Answer.template_id.is_not(None))
        .group_by(Item.person_id)
    )
    wanted = select(Item.person_id, Answer.template_id).join(Item, Item.id == Answer.item_id)
    rows = await session.execute(wanted.where(Answer.id.in_(newest)))
    return {person: str(template) for person, template in rows.all()}


async def judged(unit: Unit, said: Mapping[tuple[int, str], str], now: datetime) -> None:
    """What people say now, by person and conversation, is what became of the last answer they got there."""
    people = sorted({person for person, _ in said})
    open_ = (
        select(Answer.id, Item.person_id, Item.conversation)
        .join(Item, Item.id == Answer.item_id)
        .where(Item.person_id.in_(people), Item.state == State.ANSWERED)
        .where(Answer.at >= now - FOLLOWS, Answer.outcome.is_(None))
        .order_by(Answer.id)
    )
    last = {(person, talk): answer for answer, person, talk in (await unit.execute(open_)).all()}
    for key, answer in last.items():
        if key in said:
            await unit.execute(update(Answer).where(Answer.id == answer).values(outcome=said[key]))


async def forget(unit: Unit, items: Sequence[int]) -> None:
    """Take what these items' authors wrote out of all proposals."""
    await unit.execute(delete(Proposal).where(Proposal.item_id.in_(items), Proposal.standing == Standing.OPEN))


async def propose(unit: Unit, row: dict[str, Any]) -> None:
    """Store a proposal, unless the same stands open already."""
    same = [Proposal.standing == Standing.OPEN, Proposal.kind == row["kind"], Proposal.after == row["after"]]
    same.append(Proposal.template_id == row["template_id"] if row["template_id"] else Proposal.template_id.is_(None))
    if (await unit.scalar(select(func.count()).select_from(Proposal).where(*same))) == 0:
        await unit.execute(insert(Proposal), [row])


async def proposals(session: AsyncSession, limit: int) -> tuple[int, list[Proposal]]:
    """How many are open, and the newest of them."""
    still = Proposal.standing == Standing.OPEN
    count = await session.scalar(select(func.count()).select_from(Proposal).where(still)) or 0
    found = await session.scalars(select(Proposal).where(still).order_by(Proposal.id.desc()).limit(limit))
    return count, list(found)


async def proposal(unit: Unit | AsyncSession, number: int) -> Proposal:
    """One proposal, locked for change. Raises `NotFound`."""
    found = (await unit.scalars(select(Proposal).where(Proposal.id == number).with_for_update())).first()
    if found is None:
        raise NotFound(what=f"proposal {number}")
    return found


async def unanswered(session: AsyncSession, since: datetime, limit: int = 500) -> list[tuple[Item, str | None]]:
    """Comments received since then that no template fitted, with the answer somebody wrote by hand, newest first."""
    offered = exists().where(Suggestion.item_id == Item.id, Suggestion.source == "template")
    own = and_(Answer.item_id == Item.id, Answer.source == Source.OWN)
    wanted = (
        select(Item, Answer.text)
        .outerjoin(Answer, own)
        .where(Item.received_at >= since, Item.suggested > 0, ~offered, Item.text != "")
        .where(Item.state.in_((*WAITING, State.ANSWERED)))
        .order_by(Item.id.desc())
        .limit(limit)
    )
    return [(item, answer) for item, answer in (await session.execute(wanted)).all()]


async def answered(session: AsyncSession, number: int) -> Item | None:
    """An item with its person and account, for a template made from its answer."""
    wanted = select(Item).where(Item.id == number).options(joinedload(Item.person), joinedload(Item.account))
    return (await session.scalars(wanted)).first()


async def written(session: AsyncSession, item: int) -> str | None:
    """The newest answer approved for this item."""
    return await session.scalar(select(Answer.text).where(Answer.item_id == item).order_by(Answer.id.desc()).limit(1))


async def taken(session: AsyncSession, job: str, period: str) -> bool:
    """Whether somebody has this work of this period."""
    return await session.get(Turn, (job, period)) is not None


async def turn(unit: Unit, job: str, period: str, now: datetime) -> bool:
    """Whether this work of this period is ours: the first who asks gets it."""
    return await unit.insert(Turn, {"job": job, "period": period, "at": now}, ["job", "period"])
