"""What a person decides when no machine can tell whether a reply went out: it did, or send it again.
Both are refused once somebody has decided; neither touches the network.
"""

from __future__ import annotations

from bot.clock import Clock
from bot.dispatch import REFRESH, Dispatch
from bot.errors import AlreadyHandled, NotFound
from bot.store import deliveries, intake, items
from bot.store.engine import Store, Unit
from bot.store.models import Delivery, Item, Phase


class Unsure:
    """The two answers to an unsure delivery."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock) -> None:
        self._store, self._dispatch, self._clock = store, dispatch, clock

    async def mark_sent(self, delivery: int, who: str) -> None:
        """Somebody saw it on the platform. Raises `AlreadyHandled`, `NotFound`."""
        async with self._store.write() as unit:
            row, item = await self._decide(unit, delivery, who, "mark_sent")
            row.phase, row.sent_at, row.problem, row.doubt = Phase.SENT, self._clock(), None, False
            item.troubled(None)
            item.answered(row.by, self._clock())

    async def send_again(self, delivery: int, who: str) -> None:
        """Somebody looked and it is not there. Raises `AlreadyHandled`, `NotFound`."""
        async with self._store.write() as unit:
            row, item = await self._decide(unit, delivery, who, "send_again")
            row.phase, row.due_at, row.problem, row.doubt = Phase.READY, self._clock(), None, False
            row.first_tried_at = None
            item.troubled(None)
            await self._dispatch.ready(unit, row.lane)

    async def _decide(self, unit: Unit, delivery: int, who: str, verb: str) -> tuple[Delivery, Item]:
        if (known := await unit.get(Delivery, delivery)) is None or known.item_id is None:
            raise NotFound(what=f"delivery {delivery}")
        await items.change(unit, known.item_id)  # Items are locked before their deliveries, as the outbox does it.
        unit.expire(known)
        row = await deliveries.change(unit, delivery)
        item = row.item
        if row.phase != Phase.UNSURE or item is None:
            raise AlreadyHandled(by=row.receipt.get("decided_by", row.by), state=row.phase)
        row.receipt = {"decided_by": who}
        event = {"item_id": item.id, "at": self._clock(), "who": who, "verb": verb, "detail": {"delivery": row.id}}
        await intake.log(unit, [event])
        await self._dispatch.ready(unit, REFRESH)
        return row, item
