"""Queries about items: one to change, many to show. Nothing here changes a row by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot.errors import NotFound
from bot.store.engine import Unit
from bot.store.models import BEHIND, WAITING, Account, Delivery, Feed, Item, State, Suggestion

FULL = (joinedload(Item.person), joinedload(Item.post), joinedload(Item.account))


async def change(unit: Unit, item: int) -> Item:
    """The item with its account, locked for change. Raises `NotFound`."""
    wanted = select(Item).where(Item.id == item).options(joinedload(Item.account)).with_for_update(of=Item)
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


async def store_suggestions(unit: Unit, items: Sequence[Item], rows: Sequence[dict[str, object]]) -> None:
    """Replace the suggestions of these items' present revisions, which must be locked."""
    pairs = [(item.id, item.revision) for item in items]
    await unit.execute(delete(Suggestion).where(tuple_(Suggestion.item_id, Suggestion.revision).in_(pairs)))
    if rows:
        await unit.execute(insert(Suggestion), list(rows))
    for item in items:
        item.suggested = item.revision


async def lock(unit: Unit, items: Sequence[int]) -> list[Item]:
    """These items with person, post and account, locked for change."""
    wanted = select(Item).where(Item.id.in_(items)).options(*FULL).order_by(Item.id).with_for_update(of=Item)
    return list(await unit.scalars(wanted))


async def suggestion(session: AsyncSession, number: int) -> Suggestion | None:
    """One suggestion by its id."""
    return await session.get(Suggestion, number)


async def earlier(session: AsyncSession, item: Item, limit: int) -> tuple[int, list[Item]]:
    """How many items this person wrote before this one, and the last `limit` of them, newest first."""
    before = and_(Item.person_id == item.person_id, Item.id < item.id)
    total = await session.scalar(select(func.count()).select_from(Item).where(before)) or 0
    rows = await session.scalars(select(Item).where(before).order_by(Item.id.desc()).limit(limit))
    return total, list(rows)


async def replies(session: AsyncSession, items: Sequence[int]) -> dict[int, Delivery]:
    """The newest reply of each item, in whatever phase."""
    if not items:
        return {}
    wanted = select(Delivery).where(Delivery.item_id.in_(items), Delivery.verb == "reply").order_by(Delivery.id)
    return {row.item_id: row for row in await session.scalars(wanted) if row.item_id is not None}


async def parent_text(session: AsyncSession, item: Item) -> str | None:
    """What the item answers: another comment, or a reply of ours."""
    if item.answers is None:
        return None
    here = Item.account_id == item.account_id
    said = await session.scalar(select(Item.text).where(here, Item.native_id == item.answers))
    if said is not None:
        return said
    answered = await session.scalar(select(Item.id).where(here, Item.reply_native_id == item.answers))
    if answered is None:
        return None
    reply = (await replies(session, [answered])).get(answered)
    return None if reply is None else str(reply.payload.get("text", ""))


async def behind(session: AsyncSession, limit: int) -> list[int]:
    """Items whose card does not show their present version, oldest first."""
    return list(await session.scalars(select(Item.id).where(text(BEHIND)).order_by(Item.id).limit(limit)))


async def shown(unit: Unit, item: int, version: int, channel: str, ts: str) -> None:
    """The card stands there and shows this version (never an older one than recorded)."""
    await unit.execute(
        update(Item)
        .where(Item.id == item, or_(Item.card_shown < version, Item.card_ts != ts, Item.card_ts.is_(None)))
        .values(card_channel=channel, card_ts=ts, card_shown=version)
    )


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
