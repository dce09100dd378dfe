"""Queries about thinking: what is to be thought about, and what came of it.
Nothing here thinks, or decides what a person is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from sqlalchemy import BindParameter, and_, bindparam, delete, exists, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store.engine import Unit
from bot.store.models import Account, Item, Person, Post, Suggestion


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment, as far as an answer to it has to know. `returning`: the person wrote before; `carded`: has a card."""

    item: int
    revision: int
    text: str
    language: str | None
    kind: str
    conversation: str
    carded: bool
    account: int
    account_name: str
    platform: str
    person: int
    name: str
    called: str
    returning: bool
    post: str


_NUMBERS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
_ASKED = tuple(field.name for field in fields(Asked))


_EARLIER = aliased(Item)
# Built once, as below: an alias made anew costs more than the query.
_ASKING = (
    select(
        *(Item.id, Item.revision, Item.text, Item.language, Item.kind, Item.conversation, Item.card_ts.is_not(None)),
        *(Account.id, Account.name, Account.kind, Person.id, Person.name, Person.called),
        exists().where(_EARLIER.person_id == Item.person_id, _EARLIER.id < Item.id),
        func.coalesce(Post.text, ""),
    )
    .join(Account, Account.id == Item.account_id)
    .join(Person, Person.id == Item.person_id)
    .outerjoin(Post, Post.id == Item.post_id)
    .where(Item.id.in_(_NUMBERS))
)
_UNASKED = _ASKING.where(Item.suggested < Item.revision)


async def asked(session: AsyncSession, numbers: Sequence[int], *, again: bool) -> list[Asked]:
    """These items, those whose present revision was thought about already only if `again`, in the order asked for."""
    rows = (await session.execute(_ASKING if again else _UNASKED, {"numbers": numbers})).all()
    found = {row[0]: Asked(**dict(zip(_ASKED, row, strict=True))) for row in rows}
    return [found[number] for number in numbers if number in found]


async def revisions(unit: Unit, numbers: Sequence[int]) -> dict[int, int]:
    """The present revision of each of these items, which are locked from now on."""
    wanted = select(Item.id, Item.revision).where(Item.id.in_(numbers)).order_by(Item.id).with_for_update()
    return {row.id: row.revision for row in await unit.execute(wanted)}


_JUDGED = (
    update(Item.__table__)  # type: ignore[arg-type]
    .where(Item.__table__.c.id == bindparam("item"))
    .values({name: bindparam(name) for name in ("suggested", "flags", "tone", "withheld")})
)


async def store(
    unit: Unit, judged: Sequence[dict[str, object]], rows: Sequence[dict[str, object]], touched: Sequence[int]
) -> None:
    """Replace the suggestions of locked items' present revisions by `rows`, and write down what else was `judged`.

    `touched`: of them, those whose cards show it.
    """
    if not judged:
        return
    pairs = [(item["id"], item["suggested"]) for item in judged]
    await unit.execute(delete(Suggestion).where(tuple_(Suggestion.item_id, Suggestion.revision).in_(pairs)))
    await unit.add_rows(Suggestion, rows)
    connection = await unit.connection()
    await connection.execute(_JUDGED, [{"item": row["id"], **row} for row in judged])
    if touched:
        await unit.execute(
            update(Item).where(Item.id.in_(touched)).values(version=Item.version + 1),
            execution_options={"synchronize_session": False},
        )


async def offered(session: AsyncSession, items: Sequence[int]) -> dict[int, list[Suggestion]]:
    """The suggestions of each item's present revision, best first."""
    wanted = (
        select(Suggestion)
        .join(Item, and_(Item.id == Suggestion.item_id, Item.revision == Suggestion.revision))
        .where(Item.id.in_(items))
        .order_by(Suggestion.rank)
    )
    found: dict[int, list[Suggestion]] = {}
    for row in await session.scalars(wanted):
        found.setdefault(row.item_id, []).append(row)
    return found


async def one(session: AsyncSession, number: int) -> Suggestion | None:
    """One suggestion by its id."""
    return await session.get(Suggestion, number)
