"""Queries about what the team told the desk: templates made in Slack, and comments they have answered.
Nothing here validates a template; what is stored was checked by whoever stores it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Float, and_, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import answers
from bot.store.engine import Unit
from bot.store.knowledge import Answer, Example, TemplateRow
from bot.store.models import Item, State, Suggestion

EXAMPLES = 200
"""Newest comments kept for a template to learn from; beyond some hundred phrases more of the same kind add nothing."""


@dataclass(frozen=True, slots=True)
class Taught:
    """A comment that a template answered."""

    template_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """What the team told the desk, and what answers taught it, as counts: each differs once its rows do."""

    templates: tuple[int, ...]
    examples: tuple[int, ...]
    answers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Usage:
    """How one template has done. `shown`: items it was offered for; `passed`: of those, closed without it;
    `distance`: mean over answers sent after an edit; outcomes are counts of what the person said next.
    """

    shown: int = 0
    passed: int = 0
    as_is: int = 0
    edited: int = 0
    distance: float | None = None
    last_used: datetime | None = None
    thanks: int = 0
    questions: int = 0
    complaints: int = 0


async def rows(session: AsyncSession, names: Sequence[str] | None = None) -> list[TemplateRow]:
    """Everything made, changed or retired in Slack; only of these ids where some are given."""
    wanted = select(TemplateRow).order_by(TemplateRow.id)
    return list(await session.scalars(wanted if names is None else wanted.where(TemplateRow.id.in_(names))))


async def change(unit: Unit, name: str) -> TemplateRow | None:
    """The row of this template, locked for change; None where there is only a file's, or none."""
    return (await unit.scalars(select(TemplateRow).where(TemplateRow.id == name).with_for_update())).first()


async def put(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    """Store templates, new or in place of their older version."""
    await unit.upsert(TemplateRow, rows, ["id"], ["document", "retired", "version", "by", "at"])


async def add(unit: Unit, row: dict[str, Any]) -> bool:
    """Store a template nothing is stored of yet; False where somebody else just did."""
    return await unit.insert(TemplateRow, row, ["id"])


async def examples(session: AsyncSession, known: Collection[int]) -> tuple[set[int], dict[int, Taught]]:
    """The numbers of all examples there are, and by number, oldest first, those that are not `known`.

    Numbers are never used again, so what is known need not be read twice.
    """
    present = set(await session.scalars(select(Example.id)))
    fresh = present.difference(known)
    if not fresh:
        return present, {}
    wanted = select(Example.id, Example.template_id, Item.text).join(Item, Item.id == Example.item_id)
    wanted = wanted.where(Example.id >= min(fresh)).order_by(Example.id)
    rows = (await session.execute(wanted)).all()
    return present, {number: Taught(name, text) for number, name, text in rows if number in fresh}


async def teach(unit: Unit, name: str, item: int, by: str, now: datetime) -> None:
    """This item is one more example of what the template answers, in place of its oldest where it has enough; nothing
    when it is one already.
    """
    await unit.upsert(
        Example, [{"template_id": name, "item_id": item, "by": by, "at": now}], ["template_id", "item_id"]
    )
    of_it = select(Example.id).where(Example.template_id == name).order_by(Example.id.desc())
    oldest = of_it.offset(EXAMPLES).limit(1).scalar_subquery()
    await unit.execute(delete(Example).where(Example.template_id == name, Example.id <= oldest))


async def unlearn(unit: Unit, items: Sequence[int]) -> None:
    """These items' words are no longer ours to learn from."""
    await unit.execute(delete(Example).where(Example.item_id.in_(items)))


async def mark(session: AsyncSession) -> Mark:
    """Differs from an earlier mark whenever templates, examples or remembered answers have changed since."""
    templates = select(func.count(), func.coalesce(func.sum(TemplateRow.version), 0)).select_from(TemplateRow)
    taught = select(func.count(), func.coalesce(func.sum(Example.id), 0)).select_from(Example)
    last = answers.memorable().with_only_columns(Answer.id).subquery()
    answered = select(func.count(), func.coalesce(func.sum(last.c.id), 0)).select_from(last)
    return Mark(*[tuple((await session.execute(each)).one()) for each in (templates, taught, answered)])


async def usage(session: AsyncSession, names: Sequence[str] | None = None) -> dict[str, Usage]:
    """By template, how it has done since the beginning; only of these ids where some are given."""
    closed = Item.state.in_((State.ANSWERED, State.IGNORED))
    offered = (
        select(
            Suggestion.template_id,
            func.count(Suggestion.item_id.distinct()),
            func.count(case((closed, Suggestion.item_id)).distinct()),
        )
        .join(Item, and_(Item.id == Suggestion.item_id, Item.revision == Suggestion.revision))
        .where(Item.card_ts.is_not(None), Suggestion.template_id != "")
        .group_by(Suggestion.template_id)
    )
    sent = select(
        Answer.template_id,
        func.count(case((Answer.distance == 0.0, 1))),
        func.count(case((Answer.distance > 0.0, 1))),
        func.avg(case((Answer.distance > 0.0, Answer.distance)), type_=Float),
        func.max(Answer.at),
        *(func.count(case((Answer.outcome == word, 1))) for word in ("thanks", "question", "complaint")),
    ).where(Answer.template_id.is_not(None))
    if names is not None:
        offered = offered.where(Suggestion.template_id.in_(names))
        sent = sent.where(Answer.template_id.in_(names))
    found: dict[str, Usage] = {}
    for name, as_is, edited, distance, last, *outcomes in (
        await session.execute(sent.group_by(Answer.template_id))
    ).all():
        found[name] = Usage(0, 0, as_is, edited, distance, last, *outcomes)
    for name, shown, done in (await session.execute(offered)).all():
        known = found.get(name, Usage())
        passed = max(0, done - known.as_is - known.edited)
        found[name] = Usage(shown, passed, *_rest(known))
    return found


def _rest(known: Usage) -> tuple[Any, ...]:
    return (
        *(known.as_is, known.edited, known.distance, known.last_used),
        *(known.thanks, known.questions, known.complaints),
    )
