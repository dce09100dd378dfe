"""What a person decides about a post that did not go out as a whole: again what is missing, or it is there after all.
A part that is public is never sent again; nothing here touches the network.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.clock import Clock
from bot.dispatch import POST_CARDS, Dispatch
from bot.errors import AlreadyHandled, NotAllowed, NotFound
from bot.posts.slot import State
from bot.store import deliveries, planned
from bot.store.engine import Store, Unit
from bot.store.models import Delivery, Phase
from bot.store.posts import Planned


class Mending:
    """The ways on from a failed post."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock) -> None:
        self._store, self._dispatch, self._clock = store, dispatch, clock

    async def again(self, number: int, who: str) -> int:
        """Send what surely is not public, from the first missing part on; how many parts. Raises `NotAllowed`."""
        now = self._clock()
        async with self._store.write() as unit:
            post, rows = await self._failed(unit, number)
            missing = [row for row in rows if row.phase in (Phase.FAILED, Phase.STOPPED)]
            if not missing:
                raise NotAllowed(verb="again", state=post.state)
            for row in missing:
                row.phase, row.problem, row.due_at, row.doubt = Phase.READY, None, now, False
                await self._dispatch.ready(unit, row.lane)
            await self._settle(unit, post, who, "again", now)
            return len(missing)

    async def mark_sent(self, delivery: int, who: str) -> None:
        """Somebody saw the part on the platform. What would go on from it cannot be attached and is left out."""
        now = self._clock()
        async with self._store.write() as unit:
            row, post = await self._unsure(unit, delivery)
            row.phase, row.sent_at, row.problem, row.doubt = Phase.SENT, now, None, False
            row.receipt = {"decided_by": who}
            await self._settle(unit, post, who, "mark_sent", now)

    async def send_again(self, delivery: int, who: str) -> None:
        """Somebody looked and the part is not there."""
        now = self._clock()
        async with self._store.write() as unit:
            row, post = await self._unsure(unit, delivery)
            row.phase, row.due_at, row.problem, row.doubt = Phase.READY, now, None, False
            row.first_tried_at = None
            await self._dispatch.ready(unit, row.lane)
            await self._settle(unit, post, who, "send_again", now)

    async def leave(self, number: int, who: str) -> None:
        """What is missing stays missing: the post is as published as it will be."""
        now = self._clock()
        async with self._store.write() as unit:
            post, rows = await self._failed(unit, number)
            out = any(row.phase == Phase.SENT for row in rows)
            for row in rows:
                if row.phase in (Phase.FAILED, Phase.UNSURE, Phase.STOPPED):
                    row.phase, row.problem = Phase.STOPPED, "left"
            post.settle(State.PUBLISHED if out else State.CANCELLED, now)
            planned.log(unit, number, who, "leave", now)
            await self._dispatch.ready(unit, POST_CARDS)

    async def _failed(self, unit: Unit, number: int) -> tuple[Planned, list[Delivery]]:
        post = await planned.change(unit, number)
        if post.state == State.PUBLISHED:
            raise AlreadyHandled(by=post.by or "?", state=post.state)
        if post.state != State.FAILED:
            raise NotAllowed(verb="again", state=post.state)
        return post, (await planned.parts(unit, [number]))[number]

    async def _unsure(self, unit: Unit, delivery: int) -> tuple[Delivery, Planned]:
        known = await unit.get(Delivery, delivery)
        if known is None or known.planned_id is None:
            raise NotFound(what=f"delivery {delivery}")
        post = await planned.change(unit, known.planned_id)  # Posts are locked before their deliveries.
        unit.expire(known)
        row = await deliveries.change(unit, delivery)
        if row.phase != Phase.UNSURE:
            raise AlreadyHandled(by=str(row.receipt.get("decided_by", row.by)), state=row.phase)
        return row, post

    async def _settle(self, unit: Unit, post: Planned, who: str, verb: str, now: datetime) -> None:
        rows = (await planned.parts(unit, [post.id]))[post.id]
        post.settle(verdict(rows), now)
        planned.log(unit, post.id, who, verb, now)
        await self._dispatch.ready(unit, POST_CARDS)


def verdict(rows: Sequence[Delivery]) -> State:
    """What has become of a post by what has become of its parts."""
    phases = {row.phase for row in rows}
    if phases & {Phase.READY, Phase.SENDING}:
        return State.PUBLISHING
    return State.PUBLISHED if phases <= {Phase.SENT} else State.FAILED
