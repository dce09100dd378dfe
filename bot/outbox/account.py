"""The sender of an account's lane: replies and posts leave by the same door, in one pace. It only hands on by verb."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.outbox.publishing import PostSender
from bot.outbox.replies import ReplySender
from bot.outbox.sender import Outcome
from bot.store.engine import Unit
from bot.store.models import Delivery
from platforms.base import Absent, Verb


class AccountSender:
    """A `Sender` of two."""

    def __init__(self, replies: ReplySender, posts: PostSender) -> None:
        self._replies, self._posts = replies, posts
        self.pace, self.burst = replies.pace, replies.burst

    async def prepare(self, claimed: Sequence[Delivery]) -> None:
        posts = [delivery for delivery in claimed if delivery.verb != Verb.REPLY]
        if posts:
            await self._posts.prepare(posts)

    async def look(self, delivery: Delivery) -> Outcome | None:
        return await self._by(delivery).look(delivery)

    async def send(self, delivery: Delivery) -> dict[str, Any]:
        return await self._by(delivery).send(delivery)

    def repeatable(self, delivery: Delivery, now: datetime) -> bool:
        return self._by(delivery).repeatable(delivery, now)

    async def find(self, delivery: Delivery) -> dict[str, Any] | Absent:
        return await self._by(delivery).find(delivery)

    async def settling(self, unit: Unit, settled: Sequence[Delivery]) -> None:
        posts = [delivery for delivery in settled if delivery.verb != Verb.REPLY]
        if posts:
            await self._posts.settling(unit, posts)

    async def settled(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        await self._by(delivery).settled(unit, delivery, outcome, now)

    def _by(self, delivery: Delivery) -> ReplySender | PostSender:
        return self._replies if delivery.verb == Verb.REPLY else self._posts
