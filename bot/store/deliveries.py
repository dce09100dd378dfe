"""Queries of the way out: claim what is due, write down what came of it, find what a dead process left behind.
Claims are committed before the network is touched; nothing here decides whether something may be repeated.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, case, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload
from sqlalchemy.orm.attributes import set_committed_value

from bot.dispatch import TEAM
from bot.errors import NotFound
from bot.store import planned
from bot.store.columns import Utc
from bot.store.engine import Unit
from bot.store.models import Delivery, Item, Phase
from bot.store.posts import Planned, Target
from platforms.base import Verb


def card(item: int, now: datetime) -> dict[str, Any]:
    """A new card for the team's channel: what it shows is read when it is sent."""
    return _row(TEAM, TEAM, "card", item, {}, "platform", now)


def notice(key: str, params: Mapping[str, str | int], now: datetime) -> dict[str, Any]:
    """A warning to the whole team, as a locale key and its parameters."""
    return _row(TEAM, TEAM, "notice", None, {"key": key, "params": dict(params)}, "outbox", now)


def reply(
    item: Item, text: str, stamp: str, by: str, now: datetime, *, until: datetime | None = None, own: bool = False
) -> dict[str, Any]:
    """An approved reply, frozen: what is sent, to what, and what the comment was when it was approved.

    `until`: when what it says ends to be true; `own`: it was written by hand.
    """
    payload = {"text": text, "target": item.ref, "seen": item.text, "revision": item.revision}
    if own:
        payload["own"] = True
    if until is not None:
        payload["until"] = until.isoformat()
    return _row(item.account.name, item.conversation, Verb.REPLY, item.id, payload, by, now) | {"stamp": stamp}


def post_card(post: int, by: str, now: datetime) -> dict[str, Any]:
    """A post's card for the team's channel: what it shows is read when it is sent."""
    return _row(TEAM, f"post:{post}", "post", None, {}, by, now) | {"planned_id": post}


def parts(post: Planned, target: Target, now: datetime, *, comments: bool) -> list[dict[str, Any]]:
    """All of an approved post that one account is sent, in order: the parts of the thread, then the comment, where that
    account can make one.
    """
    files = [dict(file) for file in post.media]
    talk, braked = f"post:{post.id}:{target.account}", {"campaign": post.campaign}
    rows = [
        _row(
            target.account,
            talk,
            Verb.PUBLISH,
            None,
            {"text": text, "part": n, "of": len(target.parts), "media": [] if n else files, **braked},
            post.author,
            now,
        )
        for n, text in enumerate(target.parts)
    ]
    if post.comment and comments:
        rows.append(_row(target.account, talk, Verb.COMMENT, None, {"text": post.comment, **braked}, post.author, now))
    return [row | {"planned_id": post.id, "stamp": post.stamp} for row in rows]


def _row(
    lane: str, conversation: str, verb: str, item: int | None, payload: Mapping[str, Any], by: str, now: datetime
) -> dict[str, Any]:
    return {
        "lane": lane,
        "conversation": conversation,
        "verb": verb,
        "item_id": item,
        "planned_id": None,
        "payload": payload,
        "stamp": "",
        "by": by,
        "key": str(uuid4()),
        "created_at": now,
        "due_at": now,
    }


async def add(unit: Unit, rows: Sequence[dict[str, Any]]) -> None:
    """Store new deliveries."""
    await unit.add_rows(Delivery, rows)


async def claim(unit: Unit, lane: str, now: datetime, limit: int) -> list[Delivery]:
    """Mark up to `limit` due deliveries of a lane as `sending` and return them, oldest first; several of one
    conversation may be among them, to be sent in this order.

    Nothing overtakes within a conversation: behind one that is under way or waits for a retry, later ones wait too. Of
    a post one part at a time is claimed: what a crash leaves in doubt is then one part and not the whole thread.
    Only one worker claims from a lane at a time; two would share the work, but not keep this order.
    """
    under_way = Delivery.phase == Phase.SENDING
    waits = and_(Delivery.phase == Phase.READY, Delivery.due_at > now)
    held = (
        select(Delivery.conversation, func.min(case((under_way, 0), else_=Delivery.id)).label("behind"))
        .where(Delivery.lane == lane, or_(under_way, waits))
        .group_by(Delivery.conversation)
        .subquery()
    )
    wanted = (
        select(Delivery)
        .outerjoin(held, held.c.conversation == Delivery.conversation)
        .where(Delivery.phase == Phase.READY, Delivery.lane == lane, Delivery.due_at <= now)
        .where(or_(held.c.behind.is_(None), Delivery.id < held.c.behind), ~_follows(), *_free(lane))
        .order_by(Delivery.id)
        .limit(limit)
        .options(joinedload(Delivery.item))
        .with_for_update(of=Delivery, skip_locked=True)
    )
    claimed = list(await unit.scalars(wanted))
    if claimed:
        first = func.coalesce(Delivery.first_tried_at, literal(now, Utc()))
        marked = {"phase": Phase.SENDING, "attempts": Delivery.attempts + 1, "first_tried_at": first}
        here = update(Delivery).where(Delivery.id.in_([row.id for row in claimed])).values(marked)
        await unit.execute(here, execution_options={"synchronize_session": False})
    for row in claimed:  # What the statement wrote: a hundred rows written one by one took a third of a claim.
        set_committed_value(row, "phase", Phase.SENDING)
        set_committed_value(row, "attempts", row.attempts + 1)
        set_committed_value(row, "first_tried_at", row.first_tried_at or now)
    return claimed


def _follows() -> ColumnElement[bool]:
    """Whether it goes on from a part of its post that has not left yet."""
    before = aliased(Delivery)
    here = (before.planned_id == Delivery.planned_id, before.conversation == Delivery.conversation)
    return select(before.id).where(*here, before.id < Delivery.id, before.phase == Phase.READY).exists()


def _free(lane: str) -> list[ColumnElement[bool]]:
    """No brake keeps it: what is said to the team itself is never held."""
    return [] if lane == TEAM else [~planned.braked(lane)]


async def unsuggested(session: AsyncSession, lane: str, limit: int) -> list[int]:
    """Items whose card waits in this lane and whose present words have no suggestions yet, the next card first."""
    waiting = (Delivery.phase == Phase.READY, Delivery.lane == lane, Item.suggested < Item.revision)
    wanted = select(Item.id).join(Delivery, Delivery.item_id == Item.id).where(*waiting)
    return list(await session.scalars(wanted.order_by(Delivery.id).limit(limit)))


async def next_due(session: AsyncSession, lane: str) -> datetime | None:
    """When the lane has work again; what a brake holds is none."""
    ready = select(func.min(Delivery.due_at)).where(Delivery.phase == Phase.READY, Delivery.lane == lane, *_free(lane))
    return await session.scalar(ready)


async def change(unit: Unit, delivery: int) -> Delivery:
    """The delivery with its item, locked for change. Raises `NotFound`."""
    found = await lock(unit, [delivery])
    if not found:
        raise NotFound(what=f"delivery {delivery}")
    return found[0]


async def lock(unit: Unit, numbers: Sequence[int]) -> list[Delivery]:
    """These deliveries with their items, locked for change, in the order of their numbers."""
    wanted = (
        select(Delivery)
        .where(Delivery.id.in_(numbers))
        .order_by(Delivery.id)
        .options(joinedload(Delivery.item))
        .with_for_update(of=Delivery)
    )
    return list(await unit.scalars(wanted))


async def orphans(unit: Unit, now: datetime) -> int:
    """What a dead process was sending is ready again, in doubt; how many. Only for the process that is `alone`."""
    left = (
        update(Delivery)
        .where(Delivery.phase == Phase.SENDING)
        .values(phase=Phase.READY, doubt=True, due_at=now)
        .returning(Delivery.id)
    )
    return len((await unit.scalars(left)).all())


async def hurry(unit: Unit, lane: str, now: datetime) -> None:
    """Everything that waits in this lane is due now (the account works again)."""
    waiting = (Delivery.phase == Phase.READY, Delivery.lane == lane, Delivery.due_at > now)
    await unit.execute(update(Delivery).where(*waiting).values(due_at=now))


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many deliveries are ready, sending or unsure."""
    live = (Phase.READY, Phase.SENDING, Phase.UNSURE)
    rows = select(Delivery.phase, func.count()).where(Delivery.phase.in_(live)).group_by(Delivery.phase)
    return dict((await session.execute(rows)).all())
