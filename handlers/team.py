"""The port `bot.team.Team` for Slack: shows cards in the channel, keeps them up to date, warns, finds what was lost.
It never decides what a card says, and never posts again by itself what may have been posted.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from bot.clock import Clock
from bot.i18n import Words
from bot.team import Card, Notice, Place, PostCard
from handlers.client import Api
from handlers.people import People
from handlers.ui.blocks import Message
from handlers.ui.card import render
from handlers.ui.notice import render_notice
from handlers.ui.post_card import render_post
from platforms.base import Absent
from platforms.errors import AuthBroken

log = structlog.get_logger()

CARD_EVENT = "xiaobian_card"
"""`metadata.event_type` of all we post; the payload holds our own key and nothing else (other apps can read it)."""
SKEW = timedelta(seconds=120)
"""How far Slack's clock and ours may be apart."""
PAGES = 5
"""Pages of 200 messages looked through for a lost card; Slack allows some 50 a minute."""


class SlackTeam:
    """The channel and the people in it."""

    def __init__(
        self, api: Api, people: People, clock: Clock, *, channel: str, locale: str, pace: float, history: bool
    ) -> None:
        """`locale`: the channel's language; `history`: whether to look for lost cards in the channel."""
        self._api, self._people, self._clock = api, people, clock
        self._channel, self._words = channel, Words(locale)
        self._history = history
        self._drawn: dict[tuple[int, int], Message] = {}
        self.pace = pace

    async def draw(self, card: Card) -> None:
        """Keep the card drawn until `show` asks for it."""
        self._drawn = {(card.item, card.version): await self._message(card)}

    async def show(self, card: Card, key: UUID) -> Place:
        """Post a new card. Raises `PlatformError`: `Unsure` when it may stand there already."""
        message = self._drawn.pop((card.item, card.version), None) or await self._message(card)
        return await self._api.post(self._channel, message, metadata=_mark(key))

    async def show_post(self, card: PostCard, key: UUID) -> Place:
        """Post the card of a post. Raises `PlatformError`, like `show`."""
        return await self._api.post(self._channel, await self._message(card), metadata=_mark(key))

    async def warn(self, notice: Notice, key: UUID) -> Place:
        """Post a warning to everybody."""
        return await self._api.post(self._channel, render_notice(notice, self._words), metadata=_mark(key))

    async def refresh(self, place: Place, card: Card | PostCard) -> None:
        """Make the card at `place` show this. Raises `Gone` when the message is no more."""
        await self._api.update(place, await self._message(card))

    async def _message(self, card: Card | PostCard) -> Message:
        if isinstance(card, PostCard):
            staff = await self._people.staff((card.author, card.by, *card.approved, *card.wanted))
            return render_post(card, self._words, self._clock(), staff)
        staff = await self._people.staff((card.claimed_by, card.by))
        return render(card, self._words, self._clock(), staff)

    async def find(self, key: UUID, since: datetime) -> Place | Absent:
        """Our message with this key. `NOT_SENT` only when every message since then was looked at."""
        if not self._history:
            return Absent.UNKNOWN
        cursor: str | None = None
        for _ in range(PAGES):
            try:
                page = await self._api.history(self._channel, (since - SKEW).timestamp(), cursor)
            except AuthBroken as error:
                if error.evidence != "missing_scope":
                    raise
                log.info("history_off", scope=error.scope)
                self._history = False
                return Absent.UNKNOWN
            for message in page.get("messages", ()):
                if _key(message) == str(key):
                    return Place(self._channel, str(message["ts"]))
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not page.get("has_more"):
                return Absent.NOT_SENT
            if not cursor:
                break
        return Absent.UNKNOWN


def _mark(key: UUID) -> dict[str, Any]:
    return {"event_type": CARD_EVENT, "event_payload": {"key": str(key)}}


def _key(message: dict[str, Any]) -> object:
    metadata = message.get("metadata") or {}
    payload = metadata.get("event_payload") or {}
    return payload.get("key") if metadata.get("event_type") == CARD_EVENT else None
