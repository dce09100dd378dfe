"""What people are shown: cards, queues and the desk's state, read from the rows and put into values.
Nothing here changes a row except to record which version a card shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.desk.stamp import stamp
from bot.errors import NotFound
from bot.store import deliveries, items, people
from bot.store.engine import Store
from bot.store.models import WAITING, Delivery, Item, Phase, State, Suggestion
from bot.team import Card, CardFlag, CardSuggestion, Exchange, Place, Trouble, Withheld
from replies.risk import mask

Purpose = Callable[[str], Mapping[str, str]]

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
            answers = await items.replies(session, [past.id for _, before in earlier.values() for past in before])
            parents = await items.parents(session, rows)
            promises = await people.promises(session, [row.person_id for row in rows])
            return [
                _card(
                    row,
                    offers.get(row.id, ()),
                    tuple(_exchange(past, answers.get(past.id)) for past in earlier[row.id][1]),
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


def _card(
    row: Item,
    offers: Sequence[Suggestion],
    exchanges: tuple[Exchange, ...],
    total: int,
    reply: Delivery | None,
    parent: str | None,
    promises: tuple[str, ...],
    purpose: Purpose,
) -> Card:
    text = mask(row.text)
    return Card(
        item=row.id,
        version=row.version,
        state=row.state,
        account=row.account.name,
        platform=row.account.kind,
        kind=row.kind,
        author=row.person.name,
        handle=row.person.handle,
        text=text,
        language=row.language,
        attachments=tuple(row.attachments),
        created_at=row.created_at,
        received_at=row.received_at,
        edited_at=row.edited_at,
        url=row.url,
        post_text=row.post.text if row.post is not None else None,
        post_url=row.post.url if row.post is not None else None,
        parent_text=mask(parent) if parent is not None else None,
        suggestions=tuple(_suggestion(row, offer, purpose) for offer in offers) if row.state in WAITING else (),
        exchanges=exchanges,
        exchanges_total=total,
        claimed_by=row.claimed_by,
        by=row.by,
        at=row.at,
        snoozed_until=row.snoozed_until,
        note=row.note,
        reply=str(reply.payload.get("text")) if reply is not None else None,
        reply_url=reply.receipt.get("url") if reply is not None else None,
        delivery=reply.id if reply is not None else None,
        trouble=Trouble(row.trouble) if row.trouble else None,
        trouble_detail=row.trouble_detail,
        masked=text != row.text,
        flags=tuple(CardFlag(flag["kind"], tuple(flag["words"]), flag["sure"]) for flag in row.flags),
        withheld=tuple(_withheld(held, purpose) for held in row.withheld),
        promises=promises,
        called=row.person.called,
    )


def _suggestion(row: Item, offer: Suggestion, purpose: Purpose) -> CardSuggestion:
    return CardSuggestion(
        offer.id,
        offer.text,
        offer.template_id,
        offer.score,
        tuple(map(mask, offer.words)),
        stamp(row, offer.text),
        offer.source,
        purpose(offer.template_id),
        offer.repeated,
    )


def _withheld(held: Mapping[str, Any], purpose: Purpose) -> Withheld:
    params = {name: str(value) for name, value in held.items() if name not in ("template", "code")}
    return Withheld(purpose(held["template"]), held["code"], params)


def _exchange(past: Item, reply: Delivery | None) -> Exchange:
    sent = reply is not None and reply.phase == Phase.SENT
    return Exchange(
        mask(past.text), past.created_at, past.state, str(reply.payload["text"]) if sent and reply else None
    )


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
