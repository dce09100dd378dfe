"""Queries about what the team told the desk: templates made in Slack, and comments they have answered.
Nothing here validates a template; what is stored was checked by whoever stores it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Float, and_, case, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.engine import Unit
from bot.store.knowledge import Answer, Example, TemplateRow
from bot.store.models import Item, State, Suggestion

EXAMPLES = 200
"""Newest comments a template learns from; beyond some hundred phrases more of the same kind add nothing."""


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


async def rows(session: AsyncSession) -> list[TemplateRow]:
    """Everything made, changed or retired in Slack."""
    return list(await session.scalars(select(TemplateRow).order_by(TemplateRow.id)))


async def change(unit: Unit, name: str) -> TemplateRow | None:
    """The row of this template, locked for change; None where there is only a file's, or none."""
    return (await unit.scalars(select(TemplateRow).where(TemplateRow.id == name).with_for_update())).first()


async def put(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    """Store templates, new or in place of their older version."""
    await unit.upsert(TemplateRow, rows, ["id"], ["document", "retired", "version", "by", "at"])


async def examples(session: AsyncSession) -> dict[str, list[str]]:
    """By template, the comments it answered, the newest `EXAMPLES` of each."""
    newest = func.row_number().over(partition_by=Example.template_id, order_by=Example.id.desc()).label("place")
    taught = select(Example.template_id, Item.text, newest).join(Item, Item.id == Example.item_id).subquery()
    wanted = select(taught.c.template_id, taught.c.text).where(taught.c.place <= EXAMPLES, taught.c.text != "")
    found: dict[str, list[str]] = {}
    for name, text in (await session.execute(wanted)).all():
        found.setdefault(name, []).append(text)
    return found


async def teach(unit: Unit, name: str, item: int, by: str, now: datetime) -> None:
    """This item is one more example of what the template answers; nothing when it is already."""
    await unit.upsert(
        Example, [{"template_id": name, "item_id": item, "by": by, "at": now}], ["template_id", "item_id"]
    )


async def unlearn(unit: Unit, items: Sequence[int]) -> None:
    """These items' words are no longer ours to learn from."""
    await unit.execute(delete(Example).where(Example.item_id.in_(items)))


async def mark(session: AsyncSession) -> tuple[int, ...]:
    """Differs from an earlier mark whenever templates, examples or answers have changed since."""
    templates = select(func.count(), func.coalesce(func.sum(TemplateRow.version), 0)).select_from(TemplateRow)
    taught = select(func.count(), func.coalesce(func.max(Example.id), 0)).select_from(Example)
    answered = select(func.count(), func.coalesce(func.max(Answer.id), 0)).select_from(Answer)
    found = [(await session.execute(each)).one() for each in (templates, taught, answered)]
    return tuple(number for row in found for number in row)


async def usage(session: AsyncSession) -> dict[str, Usage]:
    """By template, how it has done since the beginning."""
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
