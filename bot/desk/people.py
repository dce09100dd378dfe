"""What the team knows and notes of an audience member: how to call them, and what they were promised.
It keeps nothing the platform or the team did not say, and shows it only to those who work the desk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.dispatch import REFRESH, Dispatch
from bot.store import intake, items, people
from bot.store.engine import Store
from bot.store.models import WAITING, Item

CALLED, PROMISE = 40, 300
"""Characters of a form of address, and of a promise: what a card can show whole."""


@dataclass(frozen=True, slots=True)
class Pledge:
    """A promise that is still open."""

    number: int
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """One person: their name on the platform, how they asked to be called, and what they wait for."""

    name: str
    handle: str | None
    called: str
    first_seen_at: datetime
    pledges: tuple[Pledge, ...]


class People:
    """Looks up and notes."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock) -> None:
        self._store, self._dispatch, self._clock = store, dispatch, clock

    async def known(self, item: int) -> Known:
        """Whoever wrote this item. Raises `NotFound`."""
        async with self._store.read() as session:
            row = await people.person(session, item)
            open_ = (await people.promises(session, [row.id])).get(row.id, [])
        pledges = tuple(Pledge(each.id, each.text, each.by, each.at) for each in open_)
        return Known(row.name, row.handle, row.called, row.first_seen_at, pledges)

    async def note(self, item: int, who: str, called: str, promise: str, kept: Sequence[int]) -> bool:
        """Write down how they wish to be called, what was promised anew, and which promises are kept.

        Whether a card that still waits should be worded anew, since they are called otherwise now.
        """
        now = self._clock()
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            renamed = row.person.called != called.strip()[:CALLED]
            row.person.called = called.strip()[:CALLED]
            if promise.strip():
                words = {"person_id": row.person_id, "item_id": item, "text": promise.strip()[:PROMISE]}
                await people.add(unit, words | {"by": who, "at": now})
            for number in kept:
                pledge = await people.promise(unit, number)
                if pledge.person_id == row.person_id:
                    pledge.keep(who, now)
            await intake.log(unit, [{"item_id": item, "at": now, "who": who, "verb": "note"}])
            await unit.flush()
            await people.touch(unit, row.person_id)
            await self._dispatch.ready(unit, REFRESH)
            return renamed and row.state in WAITING

    async def reveal(self, item: int, who: str) -> str:
        """The comment as it was written, personal data and all; that somebody looked is written down.

        Raises `NotFound`.
        """
        async with self._store.write() as unit:
            row: Item = await items.change(unit, item)
            await intake.log(unit, [{"item_id": item, "at": self._clock(), "who": who, "verb": "reveal"}])
            return row.text
