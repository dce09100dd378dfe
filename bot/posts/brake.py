"""The one brake: nothing leaves for the audience within its scope, at once, until a person lifts it.
It is a row that every claim looks at, and a value in memory that is looked at right before sending.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.dispatch import POST_CARDS, POSTS, TEAM, Dispatch
from bot.errors import AlreadyHandled, NotFound
from bot.posts.slot import State
from bot.store import deliveries, planned
from bot.store.engine import Store, Unit
from bot.store.models import Delivery, Phase
from bot.store.posts import Brake, Held, Planned, Scope

JUST = timedelta(minutes=10)
"""What left so short before the brake was pulled is named: it may be what it was pulled for."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A brake that holds."""

    number: int
    scope: Scope
    name: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a brake stops, or that left before. `item`, `post`: what it is about; `text`: its beginning, uncut."""

    account: str
    text: str
    item: int | None
    post: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """What pulling it did. `held`: would leave now; `under_way`: was being sent in that very moment, and nobody can
    call it back; `left`: in the last ten minutes; `posts`: planned posts it will meet.
    """

    held: tuple[Line, ...]
    under_way: tuple[Line, ...]
    left: tuple[Line, ...]
    posts: int


class Brakes:
    """Which brakes hold, in memory. `await read(store)` before the first claim."""

    def __init__(self) -> None:
        self.pulled: tuple[Pulled, ...] = ()

    async def read(self, store: Store) -> None:
        """Bring it up to the rows."""
        async with store.read() as session:
            rows = await planned.brakes(session)
        self.pulled = tuple(Pulled(row.id, Scope(row.scope), row.name, row.reason, row.by, row.at) for row in rows)

    def stops(self, accounts: Iterable[str], campaign: str = "") -> bool:
        """Whether something that goes to any of these accounts may not leave."""
        return any(reaches(brake, accounts, campaign) for brake in self.pulled)


def reaches(brake: Pulled, accounts: Iterable[str], campaign: str) -> bool:
    """Whether a brake is about such a thing."""
    match brake.scope:
        case Scope.DESK:
            return True
        case Scope.ACCOUNT:
            return brake.name in set(accounts)
        case Scope.CAMPAIGN:
            return bool(campaign) and brake.name == campaign


class Braking:
    """Pull and lift."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock, brakes: Brakes) -> None:
        self._store, self._dispatch, self._clock, self._brakes = store, dispatch, clock, brakes

    async def pull(self, scope: Scope, name: str, reason: str, who: str) -> Report:
        """Stop everything within the scope now; what that met. Raises `AlreadyHandled` where such a brake holds."""
        now = self._clock()
        async with self._store.write() as unit:
            for brake in await planned.brakes(unit):
                if (brake.scope, brake.name) == (scope, name):
                    raise AlreadyHandled(by=brake.by, state="braked")
            unit.add(Brake(scope=scope, name=name, reason=reason, by=who, at=now))
            await self._tell(unit, f"notice.braked_{scope}", name, reason, now)
        await self._brakes.read(self._store)
        return await self.report(scope, name, now)

    async def report(self, scope: Scope, name: str, at: datetime) -> Report:
        """What a brake of this scope meets."""
        mine = Pulled(0, scope, name, "", "", at)
        async with self._store.read() as session:
            live, left = await planned.stopped(session), await planned.left_since(session, at - JUST)
            posts = await planned.listed(session, Planned.state == State.SCHEDULED, limit=10_000)
            campaigns = await planned.campaigns(session, [row.planned_id for row in (*live, *left) if row.planned_id])
        inside = [row for row in live if reaches(mine, [row.lane], campaigns.get(row.planned_id or 0, ""))]
        gone = [row for row in left if reaches(mine, [row.lane], campaigns.get(row.planned_id or 0, ""))]
        met = sum(1 for post in posts if reaches(mine, [target.account for target in post.targets], post.campaign))
        return Report(
            tuple(_line(row) for row in inside if row.phase == Phase.READY),
            tuple(_line(row) for row in inside if row.phase == Phase.SENDING),
            tuple(map(_line, gone)),
            met,
        )

    async def pulled(self) -> tuple[Pulled, ...]:
        """The brakes that hold."""
        await self._brakes.read(self._store)
        return self._brakes.pulled

    async def lift(self, number: int, who: str, *, send: bool) -> int:
        """It no longer holds; how many things it kept. `send`: these go out, in order and paced; else replies go back
        to the queue. Posts whose time passed stay held either way until somebody decides about each: nothing bursts.
        """
        now = self._clock()
        async with self._store.write() as unit:
            rows = {brake.id: brake for brake in await planned.brakes(unit)}
            if number not in rows:
                raise NotFound(what=f"brake {number}")
            lifted = rows.pop(number)
            mine = Pulled(0, Scope(lifted.scope), lifted.name, "", "", now)
            await planned.lift(unit, [number], who, now)
            await self._tell(unit, f"notice.lifted_{lifted.scope}", lifted.name, lifted.reason, now)
            live = [row for row in await planned.stopped(unit) if row.phase == Phase.READY]
            campaigns = await planned.campaigns(unit, [row.planned_id for row in live if row.planned_id])
            kept = [row for row in live if reaches(mine, [row.lane], campaigns.get(row.planned_id or 0, ""))]
            if not send:
                await self._withdraw(unit, kept, now)
            held = await planned.listed(unit, Planned.held == Held.BRAKE, limit=1_000)
            for lane in {row.lane for row in kept}:
                await self._dispatch.ready(unit, lane)
            await self._dispatch.ready(unit, POSTS)
            await self._dispatch.ready(unit, POST_CARDS)
        await self._brakes.read(self._store)
        return len(kept) + len(held)

    async def _tell(self, unit: Unit, key: str, name: str, reason: str, now: datetime) -> None:
        """Everybody has to know."""
        await deliveries.add(unit, [deliveries.notice(key, {"name": name, "reason": reason or "–"}, now)])
        await self._dispatch.ready(unit, TEAM)

    async def _withdraw(self, unit: Unit, kept: Iterable[Delivery], now: datetime) -> None:
        """Replies go back to the queue; what is left of a post is a person's to decide."""
        for row in kept:
            row.problem = "braked"
            if row.item is not None:
                row.phase = Phase.STOPPED
                row.item.returned("braked", None, now)
            else:
                row.phase = Phase.FAILED
        for number in sorted({row.planned_id for row in kept if row.planned_id is not None}):
            (await planned.change(unit, number)).settle(State.FAILED, now)


def _line(row: Delivery) -> Line:
    return Line(row.lane, str(row.payload.get("text", "")), row.item_id, row.planned_id, row.sent_at or row.due_at)
