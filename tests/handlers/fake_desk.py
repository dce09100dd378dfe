"""A desk in memory with the real one's signatures and refusals, which remembers what it was asked.
It knows no database and no outbox: a card changes only in here.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import cast

from bot.desk import Desk
from bot.desk.board import AccountLine, Queue, QueueLine, Status
from bot.desk.drafting import Preview
from bot.desk.people import Known, Pledge
from bot.errors import AlreadyHandled, BadTime, ClaimedByOther, NotFound, StaleCard
from bot.posts.board import Lists
from bot.posts.brake import Pulled
from bot.store.models import WAITING, State
from bot.team import Card, CardSuggestion, Place
from platforms.base import Problem

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
LIMIT = 100


def card(item: int = 1, **more: object) -> Card:
    """A card with one suggestion."""
    offered = CardSuggestion(11, "謝謝你！", "thanks", 0.9, ("謝謝",), stamp(item, "謝謝你！"))
    base = Card(
        item=item,
        version=1,
        state="open",
        account="brand",
        platform="square",
        kind="comment",
        author="小美",
        handle="mei",
        text="謝謝，很好喝",
        language="zh-Hant",
        attachments=(),
        created_at=NOW - timedelta(minutes=3),
        received_at=NOW - timedelta(minutes=3),
        url="http://127.0.0.1/c/1",
        post_text="新品上市",
        post_url="http://127.0.0.1/p/1",
        suggestions=(offered,),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def stamp(item: int, text: str) -> str:
    """What an approval of this text is bound to."""
    return sha256(f"{item}:{text}".encode()).hexdigest()


@dataclass
class FakeDesk:
    """Inbox, drafting, unsure and board in one; `desk` is what handlers take."""

    cards: dict[int, Card] = field(default_factory=dict)
    places: dict[int, Place] = field(default_factory=dict)
    drafts: dict[tuple[int, str], str] = field(default_factory=dict)
    calls: list[tuple[object, ...]] = field(default_factory=list)
    refuse: Exception | None = None
    """Raised once by the next call that changes something."""
    bases: list[int | None] = field(default_factory=list)
    """The suggestions that approved replies were made of."""
    signs: bool = False
    """Suggestions are signed by whoever answers."""
    held: asyncio.Event | None = None
    """While set and not fired, every call waits for it: a slow database."""

    @property
    def desk(self) -> Desk:
        """This, as a `Desk`."""
        return cast(Desk, _Parts(self, self, self, self, self, self, _NoPosts()))

    def named(self, verb: str) -> list[tuple[object, ...]]:
        """The calls of one method that went through."""
        return [call[1:] for call in self.calls if call[0] == verb]

    async def claim(self, item: int, who: str) -> None:
        self._set(await self._take(item, who), ("claim", item, who), claimed_by=who)

    async def release(self, item: int, who: str) -> None:
        self._set(await self._take(item, who), ("release", item, who), claimed_by=None)

    async def ignore(self, item: int, who: str) -> None:
        self._set(await self._take(item, who), ("ignore", item, who), state=State.IGNORED, by=who)

    async def snooze(self, item: int, who: str, until: datetime) -> None:
        row = await self._take(item, who)
        if until <= NOW:
            raise BadTime(reason="past")
        self._set(row, ("snooze", item, who, until), state=State.SNOOZED, by=who, snoozed_until=until)

    async def escalate(self, item: int, who: str, note: str) -> None:
        row = await self._take(item, who)
        self._set(row, ("escalate", item, who, note), state=State.ESCALATED, by=who, note=note)

    async def reopen(self, item: int, who: str) -> None:
        self._set(self._card(item), ("reopen", item, who), state=State.OPEN)

    async def open(self, item: int, suggestion: int | None, who: str) -> Preview:
        await self._wait()
        offered = [each.text for each in self._card(item).suggestions if each.id == suggestion]
        draft = self.drafts.get((item, who)) if suggestion is None else None
        return self._preview(item, draft if draft is not None else (offered or [""])[0], draft is not None)

    async def preview(self, item: int, text: str) -> Preview:
        return self._preview(item, text, False)

    async def keep(self, item: int, who: str, text: str) -> Preview:
        await self._take(item, who)
        self.drafts[item, who] = text
        self.calls.append(("keep", item, who, text))
        return self._preview(item, text, True)

    async def approve(
        self, item: int, who: str, *, stamp: str, suggestion: int | None = None, text: str | None = None
    ) -> None:
        row = await self._take(item, who)
        offered = [each.text for each in row.suggestions if each.id == suggestion]
        words = text if text is not None else (offered or [""])[0]
        if self._preview(item, words, False).stamp != stamp:
            raise StaleCard
        self.bases.append(suggestion)
        self._set(row, ("approve", item, who, words), state=State.ANSWERING, by=who, reply=words)

    async def suggest_again(self, item: int, who: str) -> int:
        self.calls.append(("suggest_again", item, who))
        return len(self._card(item).suggestions)

    async def suggest(self, numbers: list[int], *, again: bool = False) -> None:
        self.calls.append(("suggest", *numbers))

    async def signed(self, item: int, suggestion: int, manager: str) -> str | None:
        return next(
            (f"{e.text} {manager}" for e in self._card(item).suggestions if e.id == suggestion and self.signs), None
        )

    async def signed_by(self, item: int, manager: str) -> None:
        if self.signs:
            self.calls.append(("signed_by", item, manager))

    async def known(self, item: int) -> Known:
        row = self._card(item)
        pledges = tuple(Pledge(n, text, "U0PINYU", NOW) for n, text in enumerate(row.promises, 1))
        return Known(row.author, row.handle, row.called, NOW, pledges)

    async def note(self, item: int, who: str, called: str, promise: str, kept: list[int]) -> bool:
        await self._wait()
        self._set(self._card(item), ("note", item, who, called, promise, tuple(kept)), called=called)
        return True

    async def reveal(self, item: int, who: str) -> str:
        self.calls.append(("reveal", item, who))
        return "我的電話是 0912-345-678"

    async def mark_sent(self, delivery: int, who: str) -> None:
        await self._wait()
        self.calls.append(("mark_sent", delivery, who))

    async def send_again(self, delivery: int, who: str) -> None:
        await self._wait()
        self.calls.append(("send_again", delivery, who))

    async def card(self, item: int) -> Card:
        return self._card(item)

    async def place(self, item: int) -> Place | None:
        self._card(item)
        return self.places.get(item)

    async def item_at(self, place: Place) -> int | None:
        return next((item for item, at in self.places.items() if at == place), None)

    async def queue(self, who: str) -> Queue:
        lines = tuple(self._line(row) for row in self.cards.values() if row.state in WAITING)
        mine = tuple(line for line in lines if line.claimed_by == who)
        return Queue(mine, tuple(line for line in lines if not line.claimed_by), (), len(lines), 0, 0)

    async def status(self) -> Status:
        accounts = (AccountLine("brand", "square", "晨光咖啡", None, NOW, None, None, len(self.cards)),)
        return Status(accounts, len(self.cards), timedelta(minutes=9), 0, 0, 0, 2, NOW - timedelta(hours=5))

    def _card(self, item: int) -> Card:
        if item not in self.cards:
            raise NotFound(what=f"#{item}")
        return self.cards[item]

    async def _wait(self) -> None:
        refuse, self.refuse = self.refuse, None
        if self.held is not None:
            await self.held.wait()
        if refuse is not None:
            raise refuse

    async def _take(self, item: int, who: str) -> Card:
        await self._wait()
        row = self._card(item)
        if row.state not in WAITING:
            raise AlreadyHandled(by=row.by or "?", state=row.state)
        if row.claimed_by not in (None, who):
            raise ClaimedByOther(by=str(row.claimed_by))
        return row

    def _set(self, row: Card, call: tuple[object, ...], **changes: object) -> None:
        self.calls.append(call)
        self.cards[row.item] = replace(row, version=row.version + 1, at=NOW, **changes)  # type: ignore[arg-type]

    def _preview(self, item: int, text: str, draft: bool) -> Preview:
        problems: tuple[Problem, ...] = ()
        if not text:
            problems = (Problem("empty"),)
        elif len(text) > LIMIT:
            problems = (Problem("too_long", {"length": len(text), "limit": LIMIT, "counter": "codepoints"}),)
        return Preview(item, text, len(text), LIMIT, "codepoints", problems, stamp(item, text), draft)

    def _line(self, row: Card) -> QueueLine:
        at = self.places.get(row.item)
        return QueueLine(
            row.item,
            row.author,
            row.text,
            row.account,
            row.platform,
            row.state,
            row.received_at,
            row.claimed_by,
            None,
            at,
        )


class _NoPosts:
    """Nothing is planned, and no brake is pulled."""

    board: _NoPosts
    braking: _NoPosts

    def __init__(self) -> None:
        self.board = self.braking = self

    async def lists(self, who: str) -> Lists:
        return Lists((), (), ())

    async def pulled(self) -> tuple[Pulled, ...]:
        return ()


@dataclass(frozen=True)
class _Parts:
    inbox: FakeDesk
    suggesting: FakeDesk
    drafting: FakeDesk
    unsure: FakeDesk
    board: FakeDesk
    people: FakeDesk
    posts: _NoPosts
