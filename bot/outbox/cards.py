"""The sender of the team's lane: cards and warnings for the channel. What Slack may have is looked for before it is
posted again; where looking is not allowed a card may stand twice: harmless, both act on one row (docs/adr/0005).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import structlog

from bot.desk.board import Board
from bot.desk.suggesting import Suggesting
from bot.dispatch import POST_CARDS, REFRESH, TEAM, Dispatch
from bot.outbox.sender import Outcome, Sent
from bot.posts.board import PostBoard
from bot.store import deliveries, planned
from bot.store.engine import Unit
from bot.store.models import WAITING, Delivery, Item
from bot.team import Card, Notice, Place, Team
from platforms.base import Absent
from platforms.errors import Rejected

log = structlog.get_logger(__name__)


AT_ONCE = 50
"""Cards read in one go: few enough to begin to send soon, enough for a statement each to be worth it."""


class CardSender:
    """Posts new cards, of items and of posts, and warnings, one at a time while the channel is paced."""

    def __init__(self, team: Team, board: Board, suggesting: Suggesting, dispatch: Dispatch, posts: PostBoard) -> None:
        self._team, self._board, self._suggesting, self._dispatch = team, board, suggesting, dispatch
        self._posts = posts
        self.pace = team.pace
        self.burst = 1 if team.pace else 100
        self._cards: dict[int, Card] = {}
        self._unread: list[int] = []
        self._reading: asyncio.Task[list[Card]] | None = None
        self._places: dict[int, Place] = {}
        self._revisions: dict[int, int] = {}
        self._after: dict[int, int] = {}
        self._drawing: asyncio.Task[None] | None = None

    async def prepare(self, claimed: Sequence[Delivery]) -> None:
        """Work out what is suggested; what each card shows is read while the ones before it are on their way."""
        wanted = [delivery.item_id for delivery in claimed if delivery.verb == "card" and delivery.item_id]
        numbers, self._places = list(dict.fromkeys(wanted)), {}
        self._revisions = {delivery.item.id: delivery.item.revision for delivery in claimed if delivery.item}
        if numbers:
            try:
                await self._suggesting.suggest(numbers)
            except Exception:
                log.exception("suggest_failed")  # A card without suggestions is better than none.
        self._cards, self._unread, self._reading = {}, numbers, None
        self._after = dict(pairwise(numbers))

    async def look(self, delivery: Delivery) -> Outcome | None:
        """A card is always wanted: it shows what is stored."""
        while delivery.item_id is not None and delivery.item_id not in self._cards:
            reading = self._reading or self._read_on()
            if reading is None:
                break
            self._cards |= {card.item: card for card in await reading}
            self._reading = self._read_on()
        return None

    def _read_on(self) -> asyncio.Task[list[Card]] | None:
        """Begin to read the next few cards; None when all are read."""
        numbers, self._unread = self._unread[:AT_ONCE], self._unread[AT_ONCE:]
        return asyncio.create_task(self._board.cards(numbers)) if numbers else None

    async def send(self, delivery: Delivery) -> dict[str, Any]:
        key = UUID(delivery.key)
        if delivery.verb == "notice":
            notice = Notice(delivery.payload["key"], delivery.payload["params"])
            return asdict(await self._team.warn(notice, key))
        if delivery.verb == "post":
            return await self._show_post(delivery.planned_id or 0, key)
        card = self._cards.get(delivery.item_id or 0)
        if card is None:
            raise Rejected("invalid", "a card without an item")
        stands = self._places.get(card.item) or _place(delivery.item)
        if stands is not None:  # It was due for new suggestions, which `prepare` made: drawing it is the refresher's.
            return {"channel": stands.channel, "ts": stands.ts, "version": 0}
        self._draw_next(card)
        place = self._places[card.item] = await self._team.show(card, key)
        return {"channel": place.channel, "ts": place.ts, "version": card.version}

    async def _show_post(self, number: int, key: UUID) -> dict[str, Any]:
        if (stands := await self._posts.place(number)) is not None:
            return {"channel": stands.channel, "ts": stands.ts, "version": 0}
        card = await self._posts.card(number)
        place = await self._team.show_post(card, key)
        return {"channel": place.channel, "ts": place.ts, "version": card.version}

    def _draw_next(self, card: Card) -> None:
        """Draw the next card while this one is on its way."""
        following = self._cards.get(self._after.get(card.item, 0))
        if following is not None:
            self._drawing = asyncio.create_task(self._draw(following))

    async def _draw(self, card: Card) -> None:
        if card.item not in self._places:
            with suppress(Exception):  # What is wrong with it shows when it is sent.
                await self._team.draw(card)

    def repeatable(self, delivery: Delivery, now: datetime) -> bool:
        """Slack documents no key that makes it drop a repeated message."""
        return False

    async def find(self, delivery: Delivery) -> dict[str, Any] | Absent:
        try:
            found = await self._team.find(UUID(delivery.key), delivery.first_tried_at or delivery.created_at)
        except Rejected:
            found = Absent.UNKNOWN
        if found is Absent.UNKNOWN:
            return Absent.NOT_SENT  # Rather twice than never: the audience hears nothing of it.
        return found if isinstance(found, Absent) else {"channel": found.channel, "ts": found.ts, "version": 0}

    async def settling(self, unit: Unit, settled: Sequence[Delivery]) -> None:
        """Nothing: a delivery brings its item along."""

    async def settled(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        if isinstance(outcome, Sent) and delivery.verb == "post":
            receipt = outcome.receipt
            (await planned.change(unit, delivery.planned_id or 0)).stands(
                receipt["channel"], receipt["ts"], receipt["version"]
            )
            await self._dispatch.ready(unit, POST_CARDS)
        if isinstance(outcome, Sent) and delivery.item is not None:
            receipt = outcome.receipt
            delivery.item.stands(receipt["channel"], receipt["ts"], receipt["version"])
            if delivery.item.version > receipt["version"]:
                await self._dispatch.ready(unit, REFRESH)  # It changed while the card was on its way.
            edited = self._revisions.get(delivery.item.id) != delivery.item.revision
            if edited and delivery.item.suggested < delivery.item.revision and delivery.item.state in WAITING:
                await deliveries.add(unit, [deliveries.card(delivery.item.id, now)])  # So did its words.
                await self._dispatch.ready(unit, TEAM)


def _place(item: Item | None) -> Place | None:
    return Place(item.card_channel, item.card_ts) if item and item.card_channel and item.card_ts else None
