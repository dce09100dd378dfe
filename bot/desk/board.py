"""What people are shown: cards, queues and the desk's state, read from the rows and put into values.
Nothing here changes a row except to record which version a card shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.clock import Clock
from bot.desk.shown import Purpose, drawn, exchange
from bot.errors import NotFound
from bot.store import deliveries, items, people
from bot.store.engine import Store
from bot.store.models import WAITING, Item, Phase, State
from bot.team import Card, Place
from replies.risk import mask

EXCHANGES = 3
"""Earlier exchanges with a person that a card shows; more would push the suggestions off a phone's screen."""

GAP_SHOWN = timedelta(days=1)
"""How long a gap in a feed is shown: whoever looks after it has been told once in the channel."""

LIST = 10
"""Lines of one list on the App Home: what a person can take in, and far below the 100 blocks Slack allows."""


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One item in a list."""

    item: int
    author: str
    text: str
    account: str
    platform: str
    state: str
    received_at: datetime
    claimed_by: str | None
    trouble: str | None
    place: Place | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One person's view: theirs, what waits longest, what went wrong, and how many in all."""

    mine: tuple[QueueLine, ...]
    oldest: tuple[QueueLine, ...]
    troubles: tuple[QueueLine, ...]
    waiting: int
    snoozed: int
    escalated: int


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account's health. `paused`, `problem`, `gap`: machine words; None when all is well."""

    name: str
    platform: str
    title: str
    paused: str | None
    polled_at: datetime | None
    problem: str | None
    gap: str | None
    waiting: int


@dataclass(frozen=True, slots=True)
class Status:
    """The desk's state at a glance."""

    accounts: tuple[AccountLine, ...]
    waiting: int
    oldest_wait: timedelta | None
    outbox_ready: int
    outbox_unsure: int
    cards_behind: int
    answered_24h: int
    started_at: datetime


class Board:
    """Reads the rows for the people who answer."""

    def __init__(self, store: Store, clock: Clock, purpose: Purpose) -> None:
        """`purpose`: what a template is for, by staff language; empty for one that is gone."""
        self._store, self._clock, self._purpose = store, clock, purpose
        self._started = clock()

    async def card(self, item: int) -> Card:
        """All that the item's card shows. Raises `NotFound`."""
        found = await self.cards([item])
        if not found:
            raise NotFound(what=f"#{item}")
        return found[0]

    async def cards(self, numbers: Sequence[int]) -> list[Card]:
        """The cards of these items, in the order asked for; missing ones are left out."""
        async with self._store.read() as session:
            rows = await items.full(session, numbers)
            offers = await items.suggestions(session, numbers)
            replies = await items.replies(session, [row.id for row in rows if row.state != State.OPEN or row.trouble])
            earlier = await items.earlier(session, numbers, EXCHANGES)
            answers = await items.replies(
                session, [past.id for _, before in earlier.values() for past in before if past.state == State.ANSWERED]
            )
            parents = await items.parents(session, rows)
            promises = await people.promises(session, [row.person_id for row in rows])
            return [
                drawn(
                    row,
                    offers.get(row.id, ()),
                    tuple(exchange(past, answers.get(past.id)) for past in earlier[row.id][1]),
                    earlier[row.id][0],
                    replies.get(row.id),
                    parents.get(row.id),
                    tuple(promise.text for promise in promises.get(row.person_id, ())),
                    self._purpose,
                )
                for row in rows
            ]

    async def place(self, item: int) -> Place | None:
        """Where the item's card stands; None before it is posted. Raises `NotFound`."""
        async with self._store.read() as session:
            found = await items.full(session, [item])
        if not found:
            raise NotFound(what=f"#{item}")
        return _place(found[0])

    async def item_at(self, place: Place) -> int | None:
        """The item whose card stands there."""
        async with self._store.read() as session:
            return await items.at(session, place.channel, place.ts)

    async def queue(self, who: str) -> Queue:
        """What `who` sees first in the morning."""
        async with self._store.read() as session:
            mine = await items.lines(session, items.mine(who), limit=LIST)
            oldest = await items.lines(session, items.unclaimed(), limit=LIST)
            troubles = await items.lines(session, items.troubled(), limit=LIST)
            counts = await items.counts(session)
        return Queue(
            tuple(map(_line, mine)),
            tuple(map(_line, oldest)),
            tuple(map(_line, troubles)),
            waiting=counts.get(State.OPEN, 0) + counts.get(State.ESCALATED, 0),
            snoozed=counts.get(State.SNOOZED, 0),
            escalated=counts.get(State.ESCALATED, 0),
        )

    async def status(self) -> Status:
        """How the desk is doing."""
        now = self._clock()
        async with self._store.read() as session:
            counts = await items.counts(session)
            outbox = await deliveries.counts(session)
            oldest = await items.oldest_waiting(session)
            accounts = await items.accounts(session)
            behind = await items.cards_behind(session)
            answered = await items.answered_since(session, now - timedelta(days=1))
        return Status(
            tuple(
                AccountLine(
                    account.name,
                    account.kind,
                    account.title,
                    account.paused,
                    feed.polled_at if feed else None,
                    feed.problem if feed else None,
                    feed.gap if feed and feed.gap_at and now - feed.gap_at < GAP_SHOWN else None,
                    waiting,
                )
                for account, feed, waiting in accounts
            ),
            waiting=counts.get(State.OPEN, 0) + counts.get(State.ESCALATED, 0),
            oldest_wait=now - oldest if oldest is not None else None,
            outbox_ready=outbox.get(Phase.READY, 0) + outbox.get(Phase.SENDING, 0),
            outbox_unsure=outbox.get(Phase.UNSURE, 0),
            cards_behind=behind,
            answered_24h=answered,
            started_at=self._started,
        )

    async def behind(self, limit: int) -> list[int]:
        """Items whose card shows an old version."""
        async with self._store.read() as session:
            return await items.behind(session, limit)

    async def shown(self, item: int, version: int, place: Place) -> None:
        """Record that the card at `place` shows this version."""
        async with self._store.write() as unit:
            (await items.change(unit, item)).stands(place.channel, place.ts, version)

    async def lost(self, item: int) -> None:
        """Record that the card's message is gone; until the item has its answer, another one is due."""
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            row.card_channel = row.card_ts = None
            row.card_shown = 0
            if row.state in WAITING or row.state == State.ANSWERING:  # What goes wrong with a reply needs a card.
                await deliveries.add(unit, [deliveries.card(item, self._clock())])


def _line(row: Item) -> QueueLine:
    return QueueLine(
        row.id,
        row.person.name,
        mask(row.text),
        row.account.name,
        row.account.kind,
        row.state,
        row.received_at,
        row.claimed_by,
        row.trouble,
        _place(row),
    )


def _place(row: Item) -> Place | None:
    return Place(row.card_channel, row.card_ts) if row.card_channel and row.card_ts else None
