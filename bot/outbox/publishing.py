"""The sender of posts: the parts of a thread one after the other, each after its own key, then the comment under them.
It publishes what was approved or nothing, and goes on where a thread broke off; it never cuts or joins a text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from bot import access
from bot.clock import Clock
from bot.dispatch import POST_CARDS, TEAM, Dispatch
from bot.outbox.sender import Later, Outcome, Sent, repeatable
from bot.posts import crosslinks
from bot.posts.media import MediaGone, Shelf, to_act
from bot.posts.mending import verdict
from bot.posts.slot import State
from bot.posts.stamp import stamp
from bot.steps import Step, Trace
from bot.store import deliveries, planned
from bot.store.engine import Store, Unit
from bot.store.models import Delivery, Phase
from bot.store.posts import Planned, Target
from platforms.base import Absent, Act, Media, Platform, Ref, Verb
from platforms.caps import Find
from platforms.errors import NotSent, Rejected, Unsure

log = structlog.get_logger(__name__)

LINKED = 2.0
"""Seconds between two looks whether the post on another account is out, whose address a comment wants."""

WORTH_SAYING = 2
"""The try after which the card says that a part waits."""

BROKEN = "part_missing"
"""Why a later part of a thread is refused: the one before it is not public."""


class PostSender:
    """Publishes on one account."""

    def __init__(
        self,
        platform: Platform,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        trace: Trace,
        shelf: Shelf,
    ) -> None:
        """`shelf`: the files that posts carry."""
        self._platform, self._store, self._dispatch, self._clock = platform, store, dispatch, clock
        self._trace, self._shelf = trace, shelf
        self._receipts: dict[int, dict[str, Any]] = {}
        self._before: dict[int, list[Delivery]] = {}
        self._posts: dict[int, Planned] = {}
        self._settling: tuple[dict[int, Planned], dict[int, list[Delivery]]] = {}, {}
        self._works = False

    async def prepare(self, claimed: Sequence[Delivery]) -> None:
        """Read the posts these are parts of, and what of them is out already."""
        numbers = sorted({delivery.planned_id for delivery in claimed if delivery.planned_id is not None})
        async with self._store.read() as session:
            self._posts = {post.id: post for post in await planned.full(session, numbers)}
            self._before = await planned.parts(session, numbers)
        self._receipts = {row.id: row.receipt for rows in self._before.values() for row in rows if row.receipt}

    async def look(self, delivery: Delivery) -> Outcome | None:
        post = self._post(delivery)
        if delivery.stamp != post.stamp or stamp(post) != post.stamp:
            raise Rejected("stamp", "what is stored is not what was approved")
        self._after(delivery)
        if self._waits(delivery, post):
            return Later(LINKED)
        await self._upload(delivery)
        return None

    async def send(self, delivery: Delivery) -> dict[str, Any]:
        try:
            await self._upload(delivery)
        except Unsure as error:
            raise NotSent(str(error)) from error  # Handing over a file publishes nothing.
        act = await self._act(delivery)
        receipt = await self._platform.send(act, UUID(delivery.key), delivery.memo)
        told = {"native_id": receipt.native_id, "url": receipt.url, "ref": dict(receipt.ref)}
        self._receipts[delivery.id] = told
        return told

    def repeatable(self, delivery: Delivery, now: datetime) -> bool:
        return repeatable(self._platform.caps, delivery, now)

    async def find(self, delivery: Delivery) -> dict[str, Any] | Absent:
        if self._platform.caps.find is Find.NONE:
            return Absent.UNKNOWN
        since = delivery.first_tried_at or delivery.created_at
        act = await self._act(delivery)
        found = await self._platform.find(act, UUID(delivery.key), delivery.memo, since)
        if isinstance(found, Absent):
            return found
        told = {"native_id": found.native_id, "url": found.url, "ref": dict(found.ref)}
        self._receipts[delivery.id] = told
        return told

    async def settling(self, unit: Unit, settled: Sequence[Delivery]) -> None:
        numbers = sorted({delivery.planned_id for delivery in settled if delivery.planned_id is not None})
        self._settling = await planned.change_all(unit, numbers), await planned.parts(unit, numbers)
        self._works = False

    async def settled(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        posts, parts = self._settling
        post, rows = posts[delivery.planned_id or 0], parts[delivery.planned_id or 0]
        first = delivery.verb == Verb.PUBLISH and delivery.payload.get("part") == 0
        if isinstance(outcome, Sent) and first:
            for target in post.targets:
                if target.account == delivery.lane:
                    _out(target, outcome.receipt, now)
        await self._working(unit, outcome, now)
        state = verdict(rows)
        if state is State.FAILED and post.state != State.FAILED:
            notice = deliveries.notice("notice.post_failed", {"post": post.id, "account": delivery.lane}, now)
            await deliveries.add(unit, [notice])
            await self._dispatch.ready(unit, TEAM)
        if isinstance(outcome, Later):
            if delivery.attempts == WORTH_SAYING:
                post.touch()  # Once: what waits for days must not be drawn and written down every minute.
            return
        post.settle(state, now)
        verb = type(outcome).__name__.lower()
        planned.log(unit, post.id, "outbox", verb, now, delivery=delivery.id, account=delivery.lane)
        await self._dispatch.ready(unit, POST_CARDS)

    async def _working(self, unit: Unit, outcome: Outcome, now: datetime) -> None:
        """Whether the account's access works, as this attempt tells; asked once a round."""
        name = self._platform.name
        if isinstance(outcome, Later) and outcome.trouble == "auth":
            await access.refused(unit, self._dispatch, name, outcome.scope or "", now)
        elif isinstance(outcome, Sent) and not self._works:
            self._works = True
            await access.works(unit, self._dispatch, name, now)

    async def _upload(self, delivery: Delivery) -> None:
        """Hand over the files that are not there yet; each handle is written down before the next."""
        limit = self._platform.caps.media
        for n, media in enumerate(await self._files(delivery)):
            if limit is None or not limit.uploads or str(n) in delivery.memo:
                continue
            handle = await self._platform.upload(media, UUID(delivery.key))
            self._trace(Step.MEDIA_UPLOADED, delivery.planned_id or 0)
            delivery.memo = {**delivery.memo, str(n): handle}
            async with self._store.write() as unit:
                (await deliveries.change(unit, delivery.id)).memo = delivery.memo

    async def _files(self, delivery: Delivery) -> tuple[Media, ...]:
        """Exactly the files that were approved. Raises `Rejected` where one is gone or altered."""
        wanted = delivery.payload.get("media")
        if not wanted:
            return ()  # Without a wait: posts of one account leave in the order in which they were due.
        try:
            return await asyncio.to_thread(self._read, wanted)
        except MediaGone as error:
            raise Rejected("media_gone", str(error.params.get("name", ""))) from error

    def _read(self, wanted: Sequence[Mapping[str, Any]]) -> tuple[Media, ...]:
        return tuple(to_act(self._shelf.get(str(file["digest"])), str(file.get("alt", ""))) for file in wanted)

    def _post(self, delivery: Delivery) -> Planned:
        post = self._posts.get(delivery.planned_id or 0)
        if post is None:
            raise Rejected("invalid", "a part without a post")
        return post

    def _after(self, delivery: Delivery) -> Ref:
        """What the part goes on from, or the comment stands under. Raises `Rejected` where that is not public."""
        before = [row for row in self._before.get(delivery.planned_id or 0, ()) if row.lane == delivery.lane]
        part = delivery.payload.get("part", 0)
        if delivery.verb == Verb.PUBLISH and part == 0:
            return {}
        wanted = part - 1 if delivery.verb == Verb.PUBLISH else 0
        for row in before:
            if row.verb == Verb.PUBLISH and row.payload.get("part") == wanted and row.id in self._receipts:
                ref: Mapping[str, Any] = self._receipts[row.id].get("ref") or {}
                if ref:
                    return dict(ref)
        raise Rejected(BROKEN, f"part {wanted + 1} is not public")

    async def _act(self, delivery: Delivery) -> Act:
        files = await self._files(delivery)
        return Act(Verb(delivery.verb), self._text(delivery), self._after(delivery), files)

    def _waits(self, delivery: Delivery, post: Planned) -> bool:
        """Whether a comment links to a post on another account that is still on its way."""
        if delivery.verb != Verb.COMMENT:
            return False
        wanted = crosslinks.named(delivery.payload["text"], delivery.lane) - {delivery.lane}
        missing = {each.account for each in post.targets if each.account in wanted and each.published_at is None}
        firsts = [row for row in self._before.get(post.id, ()) if row.payload.get("part") == 0 and row.lane in missing]
        return any(row.phase in (Phase.READY, Phase.SENDING) for row in firsts)

    def _text(self, delivery: Delivery) -> str:
        """What is said, with the addresses of what is out. Raises `Rejected` where one has none."""
        text = str(delivery.payload["text"])
        if delivery.verb != Verb.COMMENT:
            return text
        urls = {target.account: target.url for target in self._post(delivery).targets if target.url}
        urls |= self._own(delivery)
        try:
            return crosslinks.filled(text, delivery.lane, urls)
        except KeyError as error:
            raise Rejected("link_missing", str(error)) from error

    def _own(self, delivery: Delivery) -> dict[str, str]:
        """The address on this account, which may not be written down yet."""
        for row in self._before.get(delivery.planned_id or 0, ()):
            receipt = self._receipts.get(row.id, {}) if row.lane == delivery.lane else {}
            if row.payload.get("part") == 0 and receipt.get("url"):
                return {delivery.lane: str(receipt["url"])}
        return {}


def _out(target: Target, receipt: Mapping[str, Any], now: datetime) -> None:
    target.native_id, target.url = receipt.get("native_id"), receipt.get("url")
    target.ref, target.published_at = dict(receipt.get("ref") or {}), now
