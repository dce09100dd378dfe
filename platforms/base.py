"""The port every platform adapter implements, and the values that cross it: one adapter object serves one account.
It never touches a database, Slack or any module of the ranks above; what it must remember is handed in and out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import TracebackType
from typing import Protocol, Self
from uuid import UUID

from platforms.caps import Caps, Kind

Ref = Mapping[str, str | int | bool | None]
"""What an adapter needs to find a thing again: flat, JSON-safe, opaque to everybody else, never a secret."""


class Change(StrEnum):
    """What happened to the item since it was last seen."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True)
class Author:
    """The audience member, as the platform shows them. `language`: a BCP 47 tag if the platform says one."""

    native_id: str
    name: str
    handle: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """The brand's post a comment stands under."""

    native_id: str
    text: str
    url: str | None = None
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One thing an audience member said. Times are aware UTC; `text` is exactly what the platform gave.

    `conversation` is the key in which order is kept (a comment thread, a chat); `answers` is the native id of the
    item this is a reply to. `by_brand` marks what the brand itself wrote there by other means (the native app): never a
    card, but the proof that `answers` was answered. `attachments` names what cannot be shown as text (photo, sticker).
    """

    native_id: str
    kind: Kind
    conversation: str
    author: Author
    text: str
    created_at: datetime
    ref: Ref
    change: Change = Change.CREATED
    edited_at: datetime | None = None
    post: Post | None = None
    answers: str | None = None
    url: str | None = None
    by_brand: bool = False
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Batch:
    """What one poll brought, oldest first. Store `items` and `cursor` in one transaction, then poll again if `more`.

    `wait`: seconds until the next poll makes sense (0: the platform itself holds the answer back until there is news).
    `gap`: set when the platform could not reach back to the cursor: a machine word of what may have been missed.
    """

    items: tuple[Item, ...]
    cursor: str | None
    more: bool = False
    wait: float = 5.0
    gap: str | None = None


@dataclass(frozen=True, slots=True)
class Hook:
    """What a webhook call held. Answer with `status` and `body` only after `items` are committed."""

    items: tuple[Item, ...] = ()
    status: int = 200
    body: bytes = b""


class Verb(StrEnum):
    """What can be asked of a platform."""

    REPLY = "reply"
    PUBLISH = "publish"
    COMMENT = "comment"
    """Say something under a post of our own."""
    HIDE = "hide"


@dataclass(frozen=True, slots=True)
class Media:
    """A file that goes out with a post: `path` on this machine, its MIME `type` as its bytes say, `size` in bytes.

    `alt`: what it shows, for whoever cannot see it. `width`, `height`: pixels, 0 where it has none.
    """

    path: str
    type: str
    size: int
    alt: str = ""
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do in public, frozen when it was approved.

    `target`: the ref of the item answered or hidden; of a post, the ref of the part of the thread it goes on from
    (empty: it stands alone); of a comment, the ref of the post.
    """

    verb: Verb
    text: str = ""
    target: Ref = field(default_factory=dict)
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's word that it happened. `ref`: how to find what was made again, for `metrics` or a later act."""

    native_id: str
    url: str | None = None
    at: datetime | None = None
    ref: Ref = field(default_factory=dict)


class Absent(StrEnum):
    """What `find` says when it has no receipt."""

    NOT_SENT = "not_sent"
    """Surely never happened: it may be sent again."""
    UNKNOWN = "unknown"
    """The platform cannot tell: a person has to look."""


class Standing(StrEnum):
    """What a comment looks like right now, for the last look before sending."""

    AS_SEEN = "as_seen"
    EDITED = "edited"
    DELETED = "deleted"
    ANSWERED = "answered"
    """The brand answered it by other means since."""


@dataclass(frozen=True, slots=True)
class Look:
    """The present standing of a comment. `item`: its newest version when it was edited; when it was answered, the
    brand's latest answer (which may be one of our own: compare `native_id`).
    """

    standing: Standing
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text cannot go out as it is: a locale key and its parameters (`too_long`: length, limit, counter)."""

    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """What the platform says of the account. `missing`: permissions the token lacks, in the platform's own words;
    `notes`: locale keys of what the team should know (`telegram.privacy_mode`).
    """

    native_id: str
    name: str
    url: str | None = None
    granted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Metric:
    """A cumulative count at `at`; what a platform does not give is absent, never zero. `ref`: None for the account."""

    name: str
    value: int
    at: datetime
    ref: str | None = None


class Platform(Protocol):
    """One account on one platform. Every method may raise `platforms.errors.PlatformError`, and nothing else for the
    platform's own failings; what `caps` does not claim raises `Unsupported`.
    """

    name: str
    """The account's name in our settings, unique."""
    kind: str
    """The platform's name, the entry point's: `telegram`."""

    @property
    def caps(self) -> Caps:
        """Final only after `open` (some limits are read from the platform)."""

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds `poll` takes; empty for a platform that only pushes."""

    async def open(self) -> AccountInfo:
        """Verify the token, read limits. The only call that must come first."""

    async def close(self) -> None:
        """Let go of connections; may be called twice, and without `open`."""

    async def poll(self, feed: str, cursor: str | None) -> Batch:
        """Read on after `cursor` (None: from now, or as far back as the platform gives). Delivery is at-least-once."""

    def webhook(self, headers: Mapping[str, str], raw: bytes, query: Mapping[str, str]) -> Hook:
        """Check the proof over the raw body, then parse. Pure. Raises `BadSignature`; header names are lower case."""

    def check(self, act: Act) -> list[Problem]:
        """What would be refused, found offline; empty when nothing."""

    def length(self, text: str) -> int:
        """The platform's own count of `text`, in units of `caps.text.counter`."""

    async def look(self, target: Ref, seen: str) -> Look:
        """The comment's standing now; `seen` is the text that was approved against."""

    async def upload(self, media: Media, key: UUID) -> str:
        """Hand over a file of a post that is to be sent under `key`; the handle, to be written down under the file's
        number (`"0"`, `"1"` …) in the `memo` of `send`. Only where `caps.media.uploads`; uploading twice does no harm.
        """

    async def send(self, act: Act, key: UUID, memo: Mapping[str, str]) -> Receipt:
        """Do it, once: no retries inside. `memo`: the handles of what was uploaded."""

    async def find(self, act: Act, key: UUID, memo: Mapping[str, str], since: datetime) -> Receipt | Absent:
        """Look for an earlier `send` of the same act and key made at or after `since`."""

    async def metrics(self, refs: Sequence[Ref]) -> list[Metric]:
        """Counts of the posts named (and of the account when `refs` is empty)."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
