"""Queries about audience members: how they wish to be called, and what they were promised.
What the platform gave and what the team noted, no more.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import NotFound
from bot.store.engine import Unit
from bot.store.knowledge import Promise
from bot.store.models import Item, Person


async def person(session: AsyncSession, item: int) -> Person:
    """Whoever wrote this item. Raises `NotFound`."""
    wanted = select(Person).join(Item, Item.person_id == Person.id).where(Item.id == item)
    if (found := (await session.scalars(wanted)).first()) is None:
        raise NotFound(what=f"#{item}")
    return found


async def promises(session: AsyncSession, people: Sequence[int]) -> dict[int, list[Promise]]:
    """What each of these people still waits for, the oldest first."""
    wanted = select(Promise).where(Promise.person_id.in_(people), Promise.kept_at.is_(None)).order_by(Promise.id)
    found: dict[int, list[Promise]] = {}
    for row in await session.scalars(wanted):
        found.setdefault(row.person_id, []).append(row)
    return found


async def promise(unit: Unit, number: int) -> Promise:
    """One of them, locked for change. Raises `NotFound`."""
    found = (await unit.scalars(select(Promise).where(Promise.id == number).with_for_update())).first()
    if found is None:
        raise NotFound(what=f"promise {number}")
    return found


async def add(unit: Unit, row: dict[str, Any]) -> None:
    """Write down a promise."""
    await unit.execute(insert(Promise), [row])


async def touch(unit: Unit, who: int) -> None:
    """What the cards of this person's items show has changed."""
    await unit.execute(
        update(Item).where(Item.person_id == who).values(version=Item.version + 1),
        execution_options={"synchronize_session": False},
    )
