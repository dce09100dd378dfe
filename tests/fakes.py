"""The outside world in memory: an audience's platform, a team's channel and a clock that can be turned.
They keep the promises of the ports they stand for and fail on demand; nothing here patches or looks inside our code.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

from bot.clock import now
from bot.team import Card, Notice, Place, PostCard
from platforms import checks, counters
from platforms.base import (
    Absent,
    AccountInfo,
    Act,
    Author,
    Batch,
    Change,
    Hook,
    Item,
    Look,
    Media,
    Metric,
    Post,
    Problem,
    Receipt,
    Ref,
    Standing,
    Verb,
)
from platforms.caps import Caps, Counter, Find, Idempotency, Kind, MediaLimit, Seen, TextLimit
from platforms.errors import Gone, Unsupported

DEADLINE = 10.0
"""Seconds a condition may take on a busy machine."""

NOBODY = Caps(
    reads=frozenset({Kind.COMMENT}),
    poll=True,
    push=True,
    backfill=True,
    edits=Seen.EVENT,
    deletions=Seen.EVENT,
    reply=True,
    text=TextLimit(280, Counter.CODEPOINTS),
)
"""A platform that drops no repeats, finds nothing and cannot be looked at: only a person can tell."""

KEYED = replace(NOBODY, look=True, idempotency=Idempotency.KEY, key_life=timedelta(hours=24), find=Find.SCAN)
"""A platform that helps in every way."""

PUBLISHER = replace(
    KEYED,
    publish=True,
    threads=True,
    comments=True,
    media=MediaLimit(4, frozenset({"image/png", "image/jpeg"}), 5_000_000, alt=1000, uploads=True),
)
"""One that also takes posts, with pictures that are handed over before."""


async def until(condition: Callable[[], object], what: str = "the condition", within: float = DEADLINE) -> None:
    """Wait until the condition holds; it is looked at every few milliseconds."""

    async def look() -> object:
        return condition()

    await until_async(look, what, within)


async def until_async(
    condition: Callable[[], Awaitable[object]], what: str = "the condition", within: float = DEADLINE
) -> None:
    """As `until`, for a condition that has to be awaited."""
    loop = asyncio.get_running_loop()
    end = loop.time() + within
    while not await condition():
        assert loop.time() < end, f"not within {within} s: {what}"
        await asyncio.sleep(0.005)


class Turning:
    """A `Clock` that runs like the real one and can be turned forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return now() + self._ahead

    def turn(self, **by: float) -> None:
        """Turn it by a `timedelta`'s arguments."""
        self._ahead += timedelta(**by)


@dataclass(frozen=True, slots=True)
class Before:
    """The call fails and had no effect."""

    error: Exception


@dataclass(frozen=True, slots=True)
class After:
    """The call has its effect, and fails then."""

    error: Exception


class Works:
    """The call does what it should."""


Step = Before | After | Works


class Gate:
    """Holds a call where it is: `await reached.wait()`, look around, `open.set()`."""

    def __init__(self) -> None:
        self.reached = asyncio.Event()
        self.open = asyncio.Event()

    async def passed(self) -> None:
        """Wait here until it is opened."""
        self.reached.set()
        await self.open.wait()


@dataclass(frozen=True, slots=True)
class Said:
    """What the public reads from the brand."""

    native_id: str
    text: str
    target: Ref
    key: UUID
    at: datetime
    verb: Verb = Verb.REPLY
    media: tuple[Media, ...] = ()


class FakePlatform:
    """A `platforms.base.Platform` in memory. `public` is what everybody reads; `sends` is what was asked of it.

    `will`, `upload_will`, `look_will`, `find_will` and `reads` script the next calls; without a script everything
    works. A post whose files were not uploaded under the handles in its memo is a mistake of the caller's.
    """

    kind = "fake"

    def __init__(self, caps: Caps = KEYED, *, name: str = "shop", clock: Callable[[], datetime] = now) -> None:
        self.name = name
        self.caps = caps
        self.feeds: tuple[str, ...] = ("comments",)
        self.public: list[Said] = []
        self.sends: list[tuple[str, UUID]] = []
        self.uploads: dict[str, tuple[Media, UUID]] = {}
        self.looks: list[Ref] = []
        self.finds: list[UUID] = []
        self.polls: list[str | None] = []
        self.script: deque[Step] = deque()
        self.upload_script: deque[Step] = deque()
        self.look_script: deque[Look | Exception] = deque()
        self.find_script: deque[Receipt | Absent | Exception] = deque()
        self.reads: deque[Batch | Exception] = deque()
        self.gate: Gate | None = None
        self.news = asyncio.Event()
        self._clock = clock

    def will(self, *steps: Step) -> None:
        """What becomes of the next sends, in order."""
        self.script.extend(steps)

    def upload_will(self, *steps: Step) -> None:
        """What becomes of the next uploads, in order."""
        self.upload_script.extend(steps)

    def look_will(self, *outcomes: Look | Exception) -> None:
        """What the next looks see."""
        self.look_script.extend(outcomes)

    def find_will(self, *outcomes: Receipt | Absent | Exception) -> None:
        """What the next searches find."""
        self.find_script.extend(outcomes)

    def brings(self, *batches: Batch | Exception) -> None:
        """What the next polls bring; without any, a poll is held back until there are some."""
        self.reads.extend(batches)
        self.news.set()

    def hold(self) -> Gate:
        """Hold every send that begins from now on, until the gate is opened."""
        self.gate = Gate()
        return self.gate

    async def open(self) -> AccountInfo:
        return AccountInfo(self.name, self.name)

    async def close(self) -> None:
        self.news.set()

    async def poll(self, feed: str, cursor: str | None) -> Batch:
        self.polls.append(cursor)
        while not self.reads:
            self.news.clear()
            await self.news.wait()
        batch = self.reads.popleft()
        if isinstance(batch, Exception):
            raise batch
        return batch

    def webhook(self, headers: Mapping[str, str], raw: bytes, query: Mapping[str, str]) -> Hook:
        """The body names comments, one a line: `id text`."""
        lines = [line.split(" ", 1) for line in raw.decode().splitlines()]
        return Hook(tuple(comment(native_id, text) for native_id, text in lines), body=b"taken")

    def check(self, act: Act) -> list[Problem]:
        return checks.problems(act, self.caps)

    def length(self, text: str) -> int:
        return counters.count(text, self.caps.text.counter)

    async def look(self, target: Ref, seen: str) -> Look:
        if not self.caps.look:
            raise Unsupported("look")
        self.looks.append(target)
        outcome = self.look_script.popleft() if self.look_script else Look(Standing.AS_SEEN)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def upload(self, media: Media, key: UUID) -> str:
        """The handle; `uploads` keeps what it stands for."""
        limit = self.caps.media
        if limit is None or not limit.uploads:
            raise Unsupported("upload")
        checks.refuse(checks.media_problems((media,), limit))
        step = self.upload_script.popleft() if self.upload_script else Works()
        if isinstance(step, Before):
            raise step.error
        handle = f"m{len(self.uploads) + 1}"
        self.uploads[handle] = (media, key)
        if isinstance(step, After):
            raise step.error
        return handle

    async def send(self, act: Act, key: UUID, memo: Mapping[str, str]) -> Receipt:
        self.sends.append((act.text, key))
        checks.refuse(self.check(act))
        if self.caps.media is not None and self.caps.media.uploads:
            handed = [self.uploads[memo[str(number)]] for number in range(len(act.media))]
            assert handed == [(media, key) for media in act.media], "every file was uploaded for this post"
        step = self.script.popleft() if self.script else Works()
        if self.gate is not None:
            await self.gate.passed()
        if isinstance(step, Before):
            raise step.error
        said = self._say(act, key)
        if isinstance(step, After):
            raise step.error
        return _receipt(said)

    async def find(self, act: Act, key: UUID, memo: Mapping[str, str], since: datetime) -> Receipt | Absent:
        if self.caps.find is Find.NONE:
            raise Unsupported("find")
        self.finds.append(key)
        if self.find_script:
            outcome = self.find_script.popleft()
            if isinstance(outcome, Exception):
                raise outcome
            return outcome
        for said in self.public:
            same = (
                said.key == key
                if self.caps.find is Find.LOOKUP
                else (said.verb, said.text, said.target) == (act.verb, act.text, act.target)
            )
            if same and said.at >= since - timedelta(seconds=1):
                return _receipt(said)
        return Absent.NOT_SENT

    async def metrics(self, refs: Sequence[Ref]) -> list[Metric]:
        raise Unsupported("metrics")

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _say(self, act: Act, key: UUID) -> Said:
        if self.caps.idempotency is not Idempotency.NONE:
            life = self.caps.key_life
            for said in self.public:
                if said.key == key and (life is None or self._clock() < said.at + life):
                    return said
        number = f"r{len(self.public) + 1}"
        said = Said(number, act.text, act.target, key, self._clock(), act.verb, act.media)
        self.public.append(said)
        return said


def _receipt(said: Said) -> Receipt:
    ref = {"post" if said.verb is Verb.PUBLISH else "comment": said.native_id}
    return Receipt(said.native_id, f"https://fake.example/{said.native_id}", said.at, ref)


def comment(
    native_id: str = "c1",
    text: str = "請問可以改地址嗎？",
    *,
    author: str = "amy",
    thread: str | None = None,
    change: Change = Change.CREATED,
    edited_at: datetime | None = None,
    answers: str | None = None,
    by_brand: bool = False,
    post: str | None = "p1",
    attachments: tuple[str, ...] = (),
) -> Item:
    """What a platform would deliver; every comment is a conversation of its own unless `thread` says otherwise."""
    return Item(
        native_id=native_id,
        kind=Kind.COMMENT,
        conversation=thread or native_id,
        author=Author(author, author.title(), f"@{author}"),
        text=text,
        created_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
        ref={"comment": native_id},
        change=change,
        edited_at=edited_at,
        post=Post(post, "新品上市") if post else None,
        answers=answers,
        by_brand=by_brand,
        attachments=attachments,
    )


@dataclass(slots=True)
class Message:
    """A message in the team's channel, as it looks now."""

    place: Place
    key: UUID
    shows: Card | PostCard | Notice
    at: datetime
    drawn: int = 1
    """How often it was drawn: posted once, and every refresh."""


def _number(card: Card | PostCard) -> int:
    """An item's, or a post's: below zero, so that the two are not mixed up."""
    return card.item if isinstance(card, Card) else -card.post


@dataclass(slots=True)
class FakeTeam:
    """A `bot.team.Team` in memory. `messages` stand in the order they were posted.

    `away`: raised by every call while it is set, before any effect; `will` and `refresh_will` script single calls;
    `blind`: `find` cannot tell.
    """

    pace: float = 0.0
    clock: Callable[[], datetime] = now
    messages: list[Message] = field(default_factory=list)
    away: Exception | None = None
    blind: bool = False
    script: deque[Step] = field(default_factory=deque)
    refresh_script: dict[int, deque[Step]] = field(default_factory=lambda: defaultdict(deque))
    gate: Gate | None = None
    """Holds every new message until it is opened."""
    tried: int = 0
    """How many calls there were that would post or change something, failed ones too."""
    refreshed: list[int] = field(default_factory=list)
    """The items whose cards were refreshed, one entry for each time."""

    @property
    def cards(self) -> list[Card]:
        """The cards in the channel."""
        return [message.shows for message in self.messages if isinstance(message.shows, Card)]

    @property
    def notices(self) -> list[str]:
        """The keys of the warnings in the channel."""
        return [message.shows.key for message in self.messages if isinstance(message.shows, Notice)]

    def card(self, item: int) -> Card:
        """The newest card of the item, as it looks now."""
        return [card for card in self.cards if card.item == item][-1]

    def will(self, *steps: Step) -> None:
        """What becomes of the next messages, in order."""
        self.script.extend(steps)

    def refresh_will(self, item: int, *steps: Step) -> None:
        """What becomes of the next refreshes of this item's card."""
        self.refresh_script[item].extend(steps)

    def delete(self, item: int) -> None:
        """Somebody deletes the item's cards."""
        self.messages = [
            message for message in self.messages if not (isinstance(message.shows, Card) and message.shows.item == item)
        ]

    async def draw(self, card: Card) -> None:
        """Nothing to draw."""

    async def show(self, card: Card, key: UUID) -> Place:
        return await self._post(card, key)

    async def show_post(self, card: PostCard, key: UUID) -> Place:
        return await self._post(card, key)

    async def warn(self, notice: Notice, key: UUID) -> Place:
        return await self._post(notice, key)

    async def find(self, key: UUID, since: datetime) -> Place | Absent:
        self._here()
        if self.blind:
            return Absent.UNKNOWN
        found = [message.place for message in self.messages if message.key == key and message.at >= since]
        return found[0] if found else Absent.NOT_SENT

    async def refresh(self, place: Place, card: Card | PostCard) -> None:
        self.tried += 1
        self._here()
        steps = self.refresh_script[_number(card)]
        step = steps.popleft() if steps else Works()
        if isinstance(step, Before):
            raise step.error
        found = [message for message in self.messages if message.place == place]
        if not found:
            raise Gone("message")
        found[0].shows = card
        found[0].drawn += 1
        self.refreshed.append(_number(card))
        if isinstance(step, After):
            raise step.error

    async def _post(self, shows: Card | PostCard | Notice, key: UUID) -> Place:
        self.tried += 1
        self._here()
        step = self.script.popleft() if self.script else Works()
        if self.gate is not None:
            await self.gate.passed()
        if isinstance(step, Before):
            raise step.error
        place = Place("C1", f"{self.tried}.000")
        self.messages.append(Message(place, key, shows, self.clock()))
        if isinstance(step, After):
            raise step.error
        return place

    def _here(self) -> None:
        if self.away is not None:
            raise self.away
