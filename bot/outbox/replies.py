"""The sender of an account's lane: approved replies, sent through the platform's adapter by what its caps claim.
It never changes a text, and sends nothing whose stamp is not the one that was approved.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from bot import access
from bot.clock import Clock
from bot.desk.stamp import stamp
from bot.desk.tombstone import bury
from bot.dispatch import REFRESH, TEAM, Dispatch
from bot.outbox.sender import Ask, Later, Moved, Outcome, Refused, Sent, Stopped, repeatable
from bot.store import deliveries, intake
from bot.store.columns import storable
from bot.store.engine import Unit
from bot.store.models import Delivery, Item, State
from platforms.base import Absent, Act, Platform, Standing, Verb
from platforms.caps import Find
from platforms.errors import Rejected
from replies.text import language

log = structlog.get_logger(__name__)

BURST = 8
"""Conversations of one account that are answered side by side."""


class ReplySender:
    """Sends the replies of one account."""

    def __init__(self, platform: Platform, dispatch: Dispatch, clock: Clock) -> None:
        self._platform, self._dispatch, self._clock = platform, dispatch, clock
        self.pace = platform.caps.pace
        # Claimed is what a crash leaves in doubt: no more than goes out within a second.
        self.burst = max(1, min(BURST, int(1 / self.pace))) if self.pace else BURST

    async def prepare(self, claimed: Sequence[Delivery]) -> None:
        """Nothing: a reply is complete since its approval."""

    async def look(self, delivery: Delivery) -> Outcome | None:
        item = _item(delivery)
        if item.state == State.DELETED:
            return Stopped(Standing.DELETED)
        if item.revision != delivery.payload["revision"]:
            return Stopped(Standing.EDITED)
        if stamp(item, delivery.payload["text"]) != delivery.stamp:
            raise Rejected("stamp", "what is stored is not what was approved")
        ends = delivery.payload.get("until")
        if ends is not None and self._clock() >= datetime.fromisoformat(ends):
            raise Rejected("expired", f"true until {ends}")
        if not self._platform.caps.look:
            return None
        seen = await self._platform.look(item.ref, delivery.payload["seen"])
        if seen.standing is Standing.AS_SEEN:
            return None
        if seen.standing is Standing.ANSWERED and seen.item and seen.item.native_id == item.reply_native_id:
            return None  # The answer we know of: the comment was reopened since.
        if seen.standing is Standing.EDITED and seen.item and storable(seen.item.text) == delivery.payload["seen"]:
            return None  # The platform's text could not be stored as it is; it has not changed.
        return Stopped(seen.standing, seen.item)

    async def send(self, delivery: Delivery) -> dict[str, Any]:
        receipt = await self._platform.send(_act(delivery), UUID(delivery.key), delivery.memo)
        return {"native_id": receipt.native_id, "url": receipt.url}

    def repeatable(self, delivery: Delivery, now: datetime) -> bool:
        return repeatable(self._platform.caps, delivery, now)

    async def find(self, delivery: Delivery) -> dict[str, Any] | Absent:
        if self._platform.caps.find is Find.NONE:
            return Absent.UNKNOWN
        since = delivery.first_tried_at or delivery.created_at
        found = await self._platform.find(_act(delivery), UUID(delivery.key), delivery.memo, since)
        return found if isinstance(found, Absent) else {"native_id": found.native_id, "url": found.url}

    async def settling(self, unit: Unit, settled: Sequence[Delivery]) -> None:
        """Nothing: a delivery brings its item along."""

    async def settled(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        item = _item(delivery)
        before = item.version
        match outcome:
            case Sent(receipt):
                item.reply_native_id = receipt["native_id"]
                item.answered(delivery.by, now)
                await access.works(unit, self._dispatch, self._platform.name, now)
            case Stopped(Standing.DELETED):
                await bury(unit, [item], now)
            case Stopped(Standing.ANSWERED, answer):
                item.answered("platform", now)
                item.reply_native_id = answer.native_id if answer is not None else None
            case Stopped(_, newest):
                if newest is not None:
                    item.edited(storable(newest.text), language(newest.text), newest.edited_at or now)
                item.returned("edited", None, now)
                await deliveries.add(unit, [deliveries.card(item.id, now)])  # For suggestions that fit the new words.
                await self._dispatch.ready(unit, TEAM)
            case Refused(code):
                item.returned("rejected", code, now)
            case Moved(ref):
                item.ref = ref
            case Ask():
                item.troubled("unsure")
                await self._warn(unit, "notice.delivery_unsure", now)
            case Later(_, trouble, scope):
                if trouble is not None:
                    item.troubled(trouble, scope)
                if trouble == "auth":
                    await access.refused(unit, self._dispatch, self._platform.name, scope or "", now)
        if isinstance(outcome, Later) and item.version == before:
            return  # The same again: a platform that is away for a weekend must not fill the table of events.
        verb = type(outcome).__name__.lower()
        event = {"item_id": item.id, "at": now, "who": "outbox", "verb": verb, "detail": {"delivery": delivery.id}}
        await intake.log(unit, [event])
        if item.version != before:
            await self._dispatch.ready(unit, REFRESH)

    async def _warn(self, unit: Unit, key: str, now: datetime, **params: str) -> None:
        await deliveries.add(unit, [deliveries.notice(key, {"account": self._platform.name, **params}, now)])
        await self._dispatch.ready(unit, TEAM)


def _item(delivery: Delivery) -> Item:
    if delivery.item is None:
        raise Rejected("invalid", "a reply without an item")
    return delivery.item


def _act(delivery: Delivery) -> Act:
    return Act(Verb(delivery.verb), delivery.payload["text"], delivery.payload["target"])
