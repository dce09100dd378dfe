"""One brand's account on the square: what it reads, says, publishes and looks up, over the square's own API.
It repeats nothing, and what it must remember (a cursor, the handles of pictures) is handed in and out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID, uuid5

from platforms import files
from platforms.base import (
    Absent,
    AccountInfo,
    Act,
    Batch,
    Change,
    Hook,
    Look,
    Media,
    Metric,
    Problem,
    Receipt,
    Ref,
    Standing,
    Verb,
)
from platforms.caps import Caps, Counter, Find, Kind, Seen, TextLimit
from platforms.checks import problems, refuse
from platforms.counters import count
from platforms.errors import Gone, Unsupported
from platforms.http import TIMEOUT, Http, shaped
from platforms.settings import Settings
from platforms.square.errors import document
from platforms.square.parsing import CHANGES, SKEW, body, granted, item, path, place, receipt, same

FEED = "feed"
LIMIT = 100
LONG_POLL = 20.0
"""Seconds the square may hold the feed back; it takes up to 30."""
SCOPES = ("read", "reply", "publish")


class Square:
    """One brand's account. See `platforms.base.Platform` for what each method promises."""

    kind = "square"

    def __init__(self, name: str, settings: Mapping[str, object]) -> None:
        """Raises `BadSettings`. The keys are in the package's docstring."""
        read = Settings(name, settings)
        base = read.url("url", "Give the address the sandbox printed, ending in /square/api.")
        token = read.text("token", "Give the token the sandbox printed.")
        timeout = read.seconds("timeout", TIMEOUT)
        self._hold = read.seconds("long_poll", LONG_POLL, most=30)
        read.done()
        self.name = name
        self._http = Http(base, headers={"Authorization": f"Bearer {token}"}, timeout=timeout)
        self._caps = Caps(
            reads=frozenset({Kind.COMMENT, Kind.DIRECT}),
            poll=True,
            backfill=True,
            edits=Seen.EVENT,
            deletions=Seen.EVENT,
            reply=True,
            spots_repeats=True,
            publish=True,
            hide=True,
            look=True,
            text=TextLimit(500, Counter.CODEPOINTS),
            metrics=frozenset({"likes", "comments", "views", "followers"}),
        )

    def __repr__(self) -> str:
        return f"Square({self.name!r})"

    @property
    def caps(self) -> Caps:
        return self._caps

    @property
    def feeds(self) -> tuple[str, ...]:
        return (FEED,)

    async def open(self) -> AccountInfo:
        """Verify the token; read the scopes, the limits, and what makes a repeated send harmless."""
        me = await self._read("/me")
        with shaped("GET /me", write=False):
            scopes = tuple(str(scope) for scope in me["scopes"])
            self._caps = granted(self._caps, me)
            missing = tuple(scope for scope in SCOPES if scope not in scopes)
            return AccountInfo(str(me["id"]), str(me["name"]), me["url"], granted=scopes, missing=missing)

    async def close(self) -> None:
        await self._http.close()

    async def poll(self, feed: str, cursor: str | None) -> Batch:
        """Held by the square until there is news. Behind a cursor it no longer knows, `gap` says so and the cursor
        is the oldest it still has.
        """
        if feed != FEED:
            raise Unsupported(f"feed {feed}")
        query: dict[str, str | int] = {"limit": LIMIT, "wait": round(self._hold)}
        if cursor:
            query["after"] = cursor
        answer = await self._http.request("GET", "/feed", write=False, query=query, hold=self._hold)
        if answer.status == HTTPStatus.GONE:
            with shaped("GET /feed", write=False):
                return Batch((), str(answer.document()["oldest"]), more=True, wait=0.0, gap="feed_trimmed")
        page = document(answer)
        with shaped("GET /feed", write=False):
            events = [event for event in page["events"] if event.get("comment")]
            items = tuple(item(event["comment"], CHANGES.get(event["type"], Change.CREATED)) for event in events)
            return Batch(items, str(page["cursor"]), more=bool(page["more"]), wait=0.0)

    def webhook(self, headers: Mapping[str, str], raw: bytes, query: Mapping[str, str]) -> Hook:
        raise Unsupported("webhook")

    def check(self, act: Act) -> list[Problem]:
        return problems(act, self._caps)

    def length(self, text: str) -> int:
        return count(text, self._caps.text.counter)

    async def look(self, target: Ref, seen: str) -> Look:
        try:
            found = await self._read(path(target, "comment"))
        except Gone:
            return Look(Standing.DELETED)
        with shaped("GET /comments", write=False):
            answers = [reply for reply in found["replies"] if reply["by_brand"]]
            if answers:
                return Look(Standing.ANSWERED, item(answers[-1], Change.CREATED))
            if found["text"] != seen:
                return Look(Standing.EDITED, item(found, Change.EDITED))
            return Look(Standing.AS_SEEN)

    async def upload(self, media: Media, key: UUID) -> str:
        """The square's id for the file. Each file of a post has a key of its own, made of the post's and of the file,
        so that a repeat brings the same id where the square honours keys, and elsewhere a picture nobody sees.
        """
        refuse(self.check(Act(Verb.PUBLISH, media=(media,))))
        content = await files.content(media)
        own = uuid5(key, f"{media.type} {sha256(content).hexdigest()} {media.alt}")
        headers = {"Idempotency-Key": str(own), "Content-Type": media.type, "X-Alt": quote(media.alt, safe="")}
        # Not a write: the public sees nothing of it before the post is out.
        answer = await self._http.request("POST", "/media", write=False, content=content, headers=headers)
        with shaped(answer.what, write=False):
            return str(document(answer)["id"])

    async def send(self, act: Act, key: UUID, memo: Mapping[str, str]) -> Receipt:
        """Do it under an Idempotency-Key (where the square has none it ignores the header)."""
        refuse(self.check(act))
        headers = {"Idempotency-Key": str(key)}
        answer = await self._http.request("POST", place(act), write=True, content=body(act, memo), headers=headers)
        made = document(answer)
        with shaped(answer.what, write=True):
            return receipt(made, act.verb)

    async def find(self, act: Act, key: UUID, memo: Mapping[str, str], since: datetime) -> Receipt | Absent:
        """What we made since then in the same place, with the same text (and as many files)."""
        if self._caps.find is Find.NONE:
            raise Unsupported("find")
        try:
            found = await self._made(act, since)
        except (Gone, Unsupported):
            return Absent.UNKNOWN  # deleted with what stood under it, or lookup was switched off since `open`
        with shaped(f"GET {place(act)}", write=False):
            for made in found:
                if same(made, act, since):
                    return receipt(made, act.verb)
        return Absent.NOT_SENT

    async def metrics(self, refs: Sequence[Ref]) -> list[Metric]:
        posts = [str(ref["post"]) for ref in refs if ref.get("post")]
        answer = await self._read("/metrics", {"posts": ",".join(posts)})
        now = datetime.now(UTC)
        with shaped("GET /metrics", write=False):
            if not refs:
                return [Metric("followers", int(answer["account"]["followers"]), now)]
            return [
                Metric(name, int(value), now, ref=post)
                for post, counts in answer["posts"].items()
                for name, value in counts.items()
                if name in self._caps.metrics
            ]

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _read(self, where: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        return document(await self._http.request("GET", where, write=False, query=query))

    async def _made(self, act: Act, since: datetime) -> list[dict[str, Any]]:
        """All of ours that stands where `act` would, oldest first."""
        if act.verb is Verb.HIDE:
            return [await self._read(path(act.target, "comment"))]
        where = place(act)
        answer = await self._read(where, {"by": "brand", "since": (since - SKEW).isoformat()})
        with shaped(f"GET {where}", write=False):
            return list(answer[where.rpartition("/")[2]])
