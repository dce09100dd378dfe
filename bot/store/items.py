"""Queries about items: one to change, many to show. Nothing here changes a row by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    and_,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from bot.errors import NotFound
from bot.store import answers, templates
from bot.store.engine import Unit
from bot.store.models import BEHIND, WAITING, Account, Delivery, Feed, Item, Person, Post, State, Suggestion

FULL = (joinedload(Item.person), joinedload(Item.post), joinedload(Item.account))


async def change(unit: Unit, item: int) -> Item:
    """The item with its account and person, locked for change. Raises `NotFound`."""
    around = (joinedload(Item.account), joinedload(Item.person))
    wanted = select(Item).where(Item.id == item).options(*around).with_for_update(of=Item)
    found = (await unit.scalars(wanted)).first()
    if found is None:
        raise NotFound(what=f"#{item}")
    return found


async def full(session: AsyncSession, items: Sequence[int]) -> list[Item]:
    """These items with person, post and account, in the order asked for; missing ones are left out."""
    rows = (await session.scalars(select(Item).where(Item.id.in_(items)).options(*FULL))).all()
    by_id = {row.id: row for row in rows}
    return [by_id[item] for item in items if item in by_id]


async def suggestions(session: AsyncSession, items: Sequence[int]) -> dict[int, list[Suggestion]]:
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


_ASKED = tuple(field.name for field in fields(Asked))


async def asked(session: AsyncSession, numbers: Sequence[int], *, again: bool) -> list[Asked]:
    """These items, those whose present revision was thought about already only if `again`, in the order asked for."""
    past = aliased(Item)
    before = exists().where(past.person_id == Item.person_id, past.id < Item.id)
    wanted = (
        select(
            *(
                Item.id,
                Item.revision,
                Item.text,
                Item.language,
                Item.kind,
                Item.conversation,
                Item.card_ts.is_not(None),
            ),
            *(Account.id, Account.name, Account.kind, Person.id, Person.name, Person.called, before),
            func.coalesce(Post.text, ""),
        )
        .join(Account, Account.id == Item.account_id)
        .join(Person, Person.id == Item.person_id)
        .outerjoin(Post, Post.id == Item.post_id)
        .where(Item.id.in_(numbers))
    )
    if not again:
        wanted = wanted.where(Item.suggested < Item.revision)
    rows = (await session.execute(wanted)).all()
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


async def store_suggestions(
    unit: Unit, judged: Sequence[dict[str, object]], rows: Sequence[dict[str, object]], touched: Sequence[int]
) -> None:
    """Replace the suggestions of locked items' present revisions by `rows`, and write down what else was `judged`.

    `touched`: of them, those whose cards show it.
    """
    if not judged:
        return
    pairs = [(item["id"], item["suggested"]) for item in judged]
    await unit.execute(delete(Suggestion).where(tuple_(Suggestion.item_id, Suggestion.revision).in_(pairs)))
    if rows:
        await unit.execute(insert(Suggestion), list(rows))
    connection = await unit.connection()
    await connection.execute(_JUDGED, [{"item": row["id"], **row} for row in judged])
    if touched:
        await unit.execute(
            update(Item).where(Item.id.in_(touched)).values(version=Item.version + 1),
            execution_options={"synchronize_session": False},
        )


async def forget(unit: Unit, numbers: Sequence[int]) -> None:
    """Take what these items' authors wrote out of all suggestions and deliveries made for them."""
    await unit.execute(delete(Suggestion).where(Suggestion.item_id.in_(numbers)))
    await templates.unlearn(unit, numbers)
    await answers.forget(unit, numbers)
    for reply in await unit.scalars(select(Delivery).where(Delivery.item_id.in_(numbers), Delivery.verb == "reply")):
        reply.payload = {**reply.payload, "seen": ""}


async def hold(unit: Unit, items: Sequence[int]) -> None:
    """Lock these items, in the order of their numbers, without reading them."""
    await unit.execute(select(Item.id).where(Item.id.in_(items)).order_by(Item.id).with_for_update())


async def suggestion(session: AsyncSession, number: int) -> Suggestion | None:
    """One suggestion by its id."""
    return await session.get(Suggestion, number)


@dataclass(frozen=True, slots=True)
class Past:
    """Something the same person wrote before."""

    id: int
    text: str
    created_at: datetime
    state: str


_OF, _PAST = aliased(Item), aliased(Item)
_SAME = and_(_PAST.person_id == _OF.person_id, _PAST.id < _OF.id)
_NUMBERS: BindParameter[Sequence[int]] = bindparam("numbers", expanding=True)
# Built once: putting these together takes longer than running them.
_TOTALS = select(_OF.id, select(func.count()).where(_SAME).correlate(_OF).scalar_subquery()).where(_OF.id.in_(_NUMBERS))
_NTH = select(_PAST.id).where(_SAME).order_by(_PAST.id.desc()).limit(1).offset(bindparam("skip"))
_LAST = (
    select(_OF.id, Item.id, Item.text, Item.created_at, Item.state)
    .join(
        Item,
        and_(
            Item.person_id == _OF.person_id,
            Item.id < _OF.id,
            Item.id >= func.coalesce(_NTH.correlate(_OF).scalar_subquery(), 0),
        ),
    )
    .where(_OF.id.in_(_NUMBERS))
    .order_by(Item.id.desc())
)


async def earlier(session: AsyncSession, numbers: Sequence[int], limit: int) -> dict[int, tuple[int, list[Past]]]:
    """For each item how many the same person wrote before it, and the last `limit` of them, newest first."""
    totals = (await session.execute(_TOTALS, {"numbers": numbers})).all()
    found: dict[int, tuple[int, list[Past]]] = {number: (total, []) for number, total in totals}
    if any(total for total, _ in found.values()):
        rows = (await session.execute(_LAST, {"numbers": numbers, "skip": limit - 1})).all()
        for number, past, words, at, state in rows:
            found[number][1].append(Past(past, words, at, state))
    return found


async def replies(session: AsyncSession, items: Sequence[int]) -> dict[int, Delivery]:
    """The newest reply of each item, in whatever phase."""
    if not items:
        return {}
    wanted = select(Delivery).where(Delivery.item_id.in_(items), Delivery.verb == "reply").order_by(Delivery.id)
    return {row.item_id: row for row in await session.scalars(wanted) if row.item_id is not None}


async def parents(session: AsyncSession, rows: Sequence[Item]) -> dict[int, str]:
    """What each of these items answers, where it answers anything: another comment, or a reply of ours."""
    answering = {row.id: (row.account_id, row.answers) for row in rows if row.answers is not None}
    if not answering:
        return {}
    asked = set(answering.values())
    native = tuple_(Item.account_id, Item.native_id)
    said = await session.execute(select(Item.account_id, Item.native_id, Item.text).where(native.in_(asked)))
    texts = {(account, name): words for account, name, words in said}
    reply_key = tuple_(Item.account_id, Item.reply_native_id)
    ours = await session.execute(
        select(Item.account_id, Item.reply_native_id, Item.id).where(reply_key.in_(asked - set(texts)))
    )
    by_item = {item: (account, str(name)) for account, name, item in ours}
    for item, reply in (await replies(session, list(by_item))).items():
        texts[by_item[item]] = str(reply.payload.get("text", ""))
    return {item: texts[key] for item, key in answering.items() if key in texts}


async def behind(session: AsyncSession, limit: int) -> list[int]:
    """Items whose card does not show their present version, oldest first."""
    return list(await session.scalars(select(Item.id).where(text(BEHIND)).order_by(Item.id).limit(limit)))


async def at(session: AsyncSession, channel: str, ts: str) -> int | None:
    """The item whose card stands there."""
    return await session.scalar(select(Item.id).where(Item.card_ts == ts, Item.card_channel == channel))


async def asleep(session: AsyncSession, now: datetime) -> list[int]:
    """Snoozed items whose time has come."""
    due = select(Item.id).where(Item.snoozed_until <= now, Item.state == State.SNOOZED)
    return list(await session.scalars(due))


async def lines(session: AsyncSession, *where: ColumnElement[bool], limit: int) -> list[Item]:
    """Items for a list, what waits longest first."""
    wanted = select(Item).where(*where).options(*FULL).order_by(Item.received_at, Item.id).limit(limit)
    return list(await session.scalars(wanted))


def mine(who: str) -> ColumnElement[bool]:
    """Claimed by `who` and still waiting."""
    return and_(Item.claimed_by == who, Item.state.in_(WAITING))


def unclaimed() -> ColumnElement[bool]:
    """Open or escalated, and nobody's."""
    return and_(Item.claimed_by.is_(None), Item.state.in_((State.OPEN, State.ESCALATED)))


def troubled() -> ColumnElement[bool]:
    """Something went wrong that a person has to look at."""
    return and_(Item.trouble.is_not(None), Item.state.in_((*WAITING, State.ANSWERING)))


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many items are in each state in which somebody may still answer."""
    rows = select(Item.state, func.count()).where(Item.state.in_(WAITING)).group_by(Item.state)
    return dict((await session.execute(rows)).all())


async def answered_since(session: AsyncSession, since: datetime) -> int:
    """How many items got their answer at or after `since`."""
    done = and_(Item.state == State.ANSWERED, Item.at >= since)
    return await session.scalar(select(func.count()).select_from(Item).where(done)) or 0


async def oldest_waiting(session: AsyncSession) -> datetime | None:
    """When the item that waits longest was received."""
    waiting = select(Item.received_at).where(Item.state.in_((State.OPEN, State.ESCALATED)))
    return await session.scalar(waiting.order_by(Item.received_at).limit(1))


async def cards_behind(session: AsyncSession) -> int:
    """How many cards show an old version."""
    return await session.scalar(select(func.count()).select_from(Item).where(text(BEHIND))) or 0


async def accounts(session: AsyncSession) -> list[tuple[Account, Feed | None, int]]:
    """Every account, its feed that needs attention most, and how many of its items wait."""
    waiting = dict(
        (
            await session.execute(
                select(Item.account_id, func.count()).where(Item.state.in_(WAITING)).group_by(Item.account_id)
            )
        ).all()
    )
    # The last one of an account stays: the one that has had its problem longest, before those without any.
    by_need = select(Feed).order_by(Feed.problem_since.desc().nulls_first())
    feeds = {feed.account_id: feed for feed in await session.scalars(by_need)}
    found = await session.scalars(select(Account).order_by(Account.id))
    return [(account, feeds.get(account.id), waiting.get(account.id, 0)) for account in found]
