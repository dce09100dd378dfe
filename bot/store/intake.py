"""Queries of the way in: what is known of a batch, and the bulk writes that store the rest.
A batch is a handful of statements whatever its size; nothing here decides what an edit or a deletion means.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.columns import storable
from bot.store.engine import Unit
from bot.store.models import Account, Event, Feed, Item, Person, Post

Row = Mapping[str, Any]


async def ensure_account(unit: Unit, name: str, kind: str, title: str) -> int:
    """The id of the account of this name; made or renamed when needed."""
    await unit.upsert(Account, [{"name": name, "kind": kind, "title": title}], ["name"], ["kind", "title"])
    return (await unit.scalars(select(Account.id).where(Account.name == name))).one()


async def cursor(session: AsyncSession, account: int, feed: str) -> str | None:
    """Where to read on."""
    return await session.scalar(select(Feed.cursor).where(Feed.account_id == account, Feed.name == feed))


async def move_cursor(unit: Unit, account: int, feed: str, to: str | None, now: datetime, gap: str | None) -> None:
    """Read up to here: part of the transaction that stores what was read."""
    row = {"account_id": account, "name": feed, "cursor": to, "polled_at": now, "problem": None, "problem_since": None}
    if gap:
        row |= {"gap": gap, "gap_at": now}
    await unit.upsert(Feed, [row], ["account_id", "name"], [k for k in row if k not in ("account_id", "name")])


async def feed_problem(unit: Unit, account: int, feed: str, problem: str, now: datetime) -> None:
    """Reading failed; `problem_since` keeps the first failure's time."""
    await unit.upsert(Feed, [{"account_id": account, "name": feed}], ["account_id", "name"])
    here = (Feed.account_id == account, Feed.name == feed)
    await unit.execute(update(Feed).where(*here).values(problem=problem))
    await unit.execute(update(Feed).where(*here, Feed.problem_since.is_(None)).values(problem_since=now))


async def pause(unit: Unit, account: str, why: str | None) -> bool:
    """Pause (or resume, None) an account; True when that is news. Another reason for the same pause is none."""
    named = update(Account).where(Account.name == account)
    turned = Account.paused.is_(None) if why else Account.paused.is_not(None)
    news = (await unit.scalars(named.where(turned).values(paused=why).returning(Account.id))).first() is not None
    if why and not news:
        await unit.execute(named.values(paused=why))
    return news


async def known(unit: Unit, account: int, native_ids: Sequence[str]) -> dict[str, Item]:
    """The items of these native ids that are stored already, locked for change."""
    wanted = select(Item).where(Item.account_id == account, Item.native_id.in_(native_ids))
    wanted = wanted.order_by(Item.id).with_for_update()  # The order everybody locks items in.
    return {item.native_id: item for item in await unit.scalars(wanted)}


async def people(unit: Unit, account: int, rows: Sequence[Row]) -> dict[str, int]:
    """Store or rename these people; their ids by native id."""
    await unit.upsert(
        Person,
        rows,
        ["account_id", "native_id"],
        ["name", "handle", "language"],
    )
    natives = [row["native_id"] for row in rows]
    found = select(Person.native_id, Person.id).where(Person.account_id == account, Person.native_id.in_(natives))
    return dict((await unit.execute(found)).all())


async def posts(unit: Unit, account: int, rows: Sequence[Row]) -> dict[str, int]:
    """Store or update these posts; their ids by native id."""
    if not rows:
        return {}
    await unit.upsert(Post, rows, ["account_id", "native_id"], ["text", "url"])
    natives = [row["native_id"] for row in rows]
    found = select(Post.native_id, Post.id).where(Post.account_id == account, Post.native_id.in_(natives))
    return dict((await unit.execute(found)).all())


async def add_items(unit: Unit, rows: Sequence[Row]) -> list[int]:
    """Store new items of one account; their ids, in the order given."""
    if not rows:
        return []
    # Without RETURNING: to keep its order, SQLAlchemy would send SQLite one statement for each row.
    await unit.add_rows(Item, rows)
    natives = [storable(row["native_id"]) for row in rows]
    made = select(Item.native_id, Item.id).where(Item.account_id == rows[0]["account_id"], Item.native_id.in_(natives))
    by_native = dict((await unit.execute(made)).all())
    return [by_native[native] for native in natives]


async def log(unit: Unit, events: Iterable[Row]) -> None:
    """Write down who did what: rows of item_id, at, who, verb and detail."""
    await unit.add_rows(Event, [{"detail": {}, **event} for event in events])
