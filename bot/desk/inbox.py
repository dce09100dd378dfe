"""What comes in, and what the team does with it short of answering: claim, release, ignore, snooze, escalate, reopen.
Every method is one transaction that writes who did it; none touches the network.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.desk.tombstone import bury
from bot.dispatch import AHEAD, REFRESH, TEAM, Dispatch
from bot.steps import Step, Trace
from bot.store import deliveries, intake, items, templates
from bot.store.columns import storable
from bot.store.engine import Store, Unit
from bot.store.models import WAITING, Item, State
from platforms import base
from replies.text import language

CHUNK = 500
"""Items stored in one transaction at most: a large batch must not hold the writer for long."""


class Inbox:
    """The audience's words, and whose turn it is."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock, trace: Trace) -> None:
        self._store, self._dispatch, self._clock, self._trace = store, dispatch, clock, trace
        # Two deliveries of the same comment at once must not both find it new.
        self._turns: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def take(
        self, account: int, found: Sequence[base.Item], *, feed: str | None = None, batch: base.Batch | None = None
    ) -> int:
        """Store what a platform delivered, and the cursor with it; how many items are new.

        Delivery is at-least-once: what is known already changes nothing. For a batch larger than `CHUNK` the cursor
        moves with the last part, so that a crash in between reads everything again.
        """
        merged = _merge(found)
        parts = [merged[at : at + CHUNK] for at in range(0, len(merged), CHUNK)] or [[]]
        new = 0
        for part in parts:
            async with self._turns[account], self._store.write() as unit:
                new += await self._take(unit, account, part)
                if part is parts[-1] and feed is not None and batch is not None:
                    await intake.move_cursor(unit, account, feed, batch.cursor, self._clock(), batch.gap)
        self._trace(Step.TAKEN, 0)
        return new

    async def claim(self, item: int, who: str) -> None:
        """`who` works on it. Raises `AlreadyHandled`, `ClaimedByOther`, `NotAllowed`, `NotFound`; so do all below."""
        await self._change(item, who, "claim", lambda row, now: row.claim(who))

    async def release(self, item: int, who: str) -> None:
        """`who` gives it back."""
        await self._change(item, who, "release", lambda row, now: row.release(who))

    async def ignore(self, item: int, who: str) -> None:
        """It needs no answer."""
        await self._change(item, who, "ignore", lambda row, now: row.ignore(who, now))

    async def snooze(self, item: int, who: str, until: datetime) -> None:
        """Out of the queue until then. Raises `BadTime` besides."""
        await self._change(
            item, who, "snooze", lambda row, now: row.snooze(who, until, now), until=until.isoformat(timespec="minutes")
        )

    async def escalate(self, item: int, who: str, note: str) -> None:
        """Ask the approvers."""
        await self._change(item, who, "escalate", lambda row, now: row.escalate(who, note, now))

    async def reopen(self, item: int, who: str) -> None:
        """Back into the queue."""
        await self._change(item, who, "reopen", lambda row, now: row.reopen(who, now))

    async def wake(self) -> int:
        """End the snoozes that are over; how many."""
        now = self._clock()
        async with self._store.read() as session:
            asleep = await items.asleep(session, now)
        for item in asleep:
            await self._change(item, "clock", "wake", _wake)
        return len(asleep)

    async def _change(
        self, item: int, who: str, verb: str, change: Callable[[Item, datetime], None], **detail: str
    ) -> None:
        now = self._clock()
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            before = row.version
            change(row, now)
            if row.version != before:
                await intake.log(unit, [{"item_id": item, "at": now, "who": who, "verb": verb, "detail": detail}])
                await self._dispatch.ready(unit, REFRESH)

    async def _take(self, unit: Unit, account: int, found: Sequence[base.Item]) -> int:
        now = self._clock()
        answered = [item.answers for item in found if item.by_brand and item.answers]
        rows = await intake.known(unit, account, [item.native_id for item in found] + answered)
        fresh = [
            item
            for item in found
            if not item.by_brand and item.native_id not in rows and item.change is not base.Change.DELETED
        ]
        made: list[int] = []
        if fresh:
            made = await self._add(unit, account, fresh, now)
            if late := {item.native_id for item in fresh} & set(answered):
                # Answered while nobody listened: comment and answer arrive together.
                rows |= await intake.known(unit, account, sorted(late))
        events: list[dict[str, Any]] = []
        gone: list[Item] = []
        other: list[int] = []
        restless: list[int] = []
        for item in found:
            row = rows.get(item.answers or "" if item.by_brand else item.native_id)
            if row is None:
                continue
            if item.by_brand:
                verb = _close(row, item, now)
            elif item.change is base.Change.DELETED and row.state != State.DELETED:
                verb = "delete"
                gone.append(row)
            else:
                wanted = row.suggested == row.revision and row.state in WAITING and row.card_ts is not None
                verb = _renew(row, item, now)
                if verb is not None:
                    other.append(row.id)
                    if wanted:
                        restless.append(row.id)
            if verb is not None:
                events.append(_event(row, now, verb))
        await bury(unit, gone, now)
        if other:  # What a template learnt to answer were the words before.
            await templates.unlearn(unit, other)
        # What arrived together with its answer wants nobody. New words want other suggestions: the team's lane makes
        # them, and redraws the card.
        closed = {row.id for row in rows.values() if row.state not in WAITING}
        if cards := [number for number in made if number not in closed] + restless:
            await deliveries.add(unit, [deliveries.card(number, now) for number in cards])
            await self._dispatch.ready(unit, AHEAD)
            await self._dispatch.ready(unit, TEAM)
        await intake.log(unit, events)
        if events:
            await self._dispatch.ready(unit, REFRESH)
        return len(fresh)

    async def _add(self, unit: Unit, account: int, fresh: Sequence[base.Item], now: datetime) -> list[int]:
        """Store what is new; the ids of the rows, in order."""
        authors = {item.author.native_id: item.author for item in fresh}
        people = await intake.people(
            unit,
            account,
            [
                {
                    "account_id": account,
                    "native_id": author.native_id,
                    "name": author.name,
                    "handle": author.handle,
                    "language": author.language,
                    "first_seen_at": now,
                }
                for author in authors.values()
            ],
        )
        under = {item.post.native_id: item.post for item in fresh if item.post is not None}
        posts = await intake.posts(
            unit,
            account,
            [
                {
                    "account_id": account,
                    "native_id": post.native_id,
                    "text": post.text,
                    "url": post.url,
                    "created_at": post.created_at,
                }
                for post in under.values()
            ],
        )
        return await intake.add_items(
            unit,
            [
                {
                    "account_id": account,
                    "native_id": item.native_id,
                    "kind": item.kind,
                    "conversation": item.conversation,
                    "person_id": people[storable(item.author.native_id)],
                    "post_id": posts[storable(item.post.native_id)] if item.post else None,
                    "answers": item.answers,
                    "text": item.text,
                    "language": language(item.text),
                    "attachments": list(item.attachments),
                    "url": item.url,
                    "ref": dict(item.ref),
                    "created_at": item.created_at,
                    "received_at": now,
                    "edited_at": item.edited_at,
                }
                for item in fresh
            ],
        )


def _merge(found: Iterable[base.Item]) -> list[base.Item]:
    """One item per native id, as the last news left it, in the order of first appearance."""
    merged: dict[str, base.Item] = {}
    for item in map(_named, found):
        first = merged.get(item.native_id)
        if first is not None:
            if first.change is base.Change.DELETED or _older(item, first.edited_at):
                continue
            if item.change is base.Change.EDITED and first.change is base.Change.CREATED:
                item = replace(item, change=base.Change.CREATED)
        merged[item.native_id] = item
    return list(merged.values())


def _named(item: base.Item) -> base.Item:
    """The item under the ids it has in our rows, or it would be new every time."""
    native_id = storable(item.native_id)
    answers = None if item.answers is None else storable(item.answers)
    same = (native_id, answers) == (item.native_id, item.answers)
    return item if same else replace(item, native_id=native_id, answers=answers)


def _older(item: base.Item, edited_at: datetime | None) -> bool:
    """Is this what was there before an edit we know of? A first version tells no time of edit, and may come again."""
    if edited_at is None or item.change is base.Change.DELETED:
        return False
    return item.edited_at < edited_at if item.edited_at is not None else item.change is base.Change.CREATED


def _renew(row: Item, item: base.Item, now: datetime) -> str | None:
    """Bring a stored item up to what the platform says now; the verb of what happened, None when nothing did."""
    text = storable(item.text)
    if row.state == State.DELETED or text == row.text or _older(item, row.edited_at):
        return None
    row.edited(text, language(text), item.edited_at or now)
    return "edit"


def _close(row: Item, answer: base.Item, now: datetime) -> str | None:
    """The brand answered by other means, unless the answer is the one we know of already (ours, for one)."""
    known = row.state not in WAITING or row.reply_native_id == answer.native_id
    if known or answer.change is base.Change.DELETED:
        return None
    row.answered("platform", now)
    row.reply_native_id = answer.native_id
    return "answer"


def _wake(row: Item, now: datetime) -> None:
    """Somebody may have snoozed it anew since we looked."""
    if row.snoozed_until is not None and row.snoozed_until <= now:
        row.wake(now)


def _event(row: Item, now: datetime, verb: str) -> dict[str, Any]:
    return {"item_id": row.id, "at": now, "who": "platform", "verb": verb}
