"""The square, the sandbox's audience platform: posts with comment threads and direct messages over a small JSON API.
It never knows that it talks to a sandbox, and takes from the platform's own `/me` what may be claimed.

Settings: `url` (…/square/api), `token`; `timeout` (10 s) and `long_poll` (20 s).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID

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
    Metric,
    Post,
    Problem,
    Receipt,
    Ref,
    Standing,
    Verb,
)
from platforms.caps import Caps, Counter, Find, Idempotency, Kind, Seen, TextLimit
from platforms.checks import problems, refuse
from platforms.counters import count
from platforms.errors import AuthBroken, Gone, NotSent, PlatformError, Rejected, Unsupported, Unsure
from platforms.http import TIMEOUT, Answer, Http, shaped
from platforms.settings import Settings

FEED = "feed"
LIMIT = 100
LONG_POLL = 20.0
"""Seconds the square may hold the feed back; it takes up to 30."""
SKEW = timedelta(seconds=5)
"""How far the square's clock may lag ours: taking an equal answer of 5 s ago for the lost one beats saying it twice."""
SCOPES = ("read", "reply", "publish")
_CHANGES = {
    "comment.created": Change.CREATED,
    "comment.edited": Change.EDITED,
    "comment.deleted": Change.DELETED,
    "direct.created": Change.CREATED,
}
_WORD = re.compile(r"[a-z_]{1,40}")


class Square:
    """One brand's account. See `platforms.base.Platform` for what each method promises."""

    kind = "square"

    def __init__(self, name: str, settings: Mapping[str, object]) -> None:
        """Raises `BadSettings`. The keys are in the module's docstring."""
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
        """Verify the token; read the scopes, the limit of text, and what makes a repeated send harmless."""
        me = await self._read("/me")
        with shaped("GET /me", write=False):
            scopes = tuple(str(scope) for scope in me["scopes"])
            keyed = me["idempotency"]["kind"] == "key"
            self._caps = replace(
                self._caps,
                reads=frozenset({Kind.COMMENT, Kind.DIRECT} if me["direct"] else {Kind.COMMENT}),
                reply="reply" in scopes,
                hide="reply" in scopes,
                publish="publish" in scopes,
                text=TextLimit(int(me["max_length"]), Counter.CODEPOINTS),
                idempotency=Idempotency.KEY if keyed else Idempotency.NONE,
                key_life=timedelta(seconds=int(me["idempotency"]["seconds"])) if keyed else None,
                find=Find.SCAN if me["lookup"] else Find.NONE,
            )
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
        page = _document(answer)
        with shaped("GET /feed", write=False):
            events = [event for event in page["events"] if event.get("comment")]
            items = tuple(_item(event["comment"], _CHANGES.get(event["type"], Change.CREATED)) for event in events)
            return Batch(items, str(page["cursor"]), more=bool(page["more"]), wait=0.0)

    def webhook(self, headers: Mapping[str, str], raw: bytes, query: Mapping[str, str]) -> Hook:
        raise Unsupported("webhook")

    def check(self, act: Act) -> list[Problem]:
        return problems(act, self._caps)

    def length(self, text: str) -> int:
        return count(text, self._caps.text.counter)

    async def look(self, target: Ref, seen: str) -> Look:
        try:
            found = await self._read(_comment_path(target))
        except Gone:
            return Look(Standing.DELETED)
        with shaped("GET /comments", write=False):
            answers = [reply for reply in found["replies"] if reply["by_brand"]]
            if answers:
                return Look(Standing.ANSWERED, _item(answers[-1], Change.CREATED))
            if found["text"] != seen:
                return Look(Standing.EDITED, _item(found, Change.EDITED))
            return Look(Standing.AS_SEEN)

    async def send(self, act: Act, key: UUID, memo: Mapping[str, str]) -> Receipt:
        """Reply or publish under an Idempotency-Key (where the square has none it ignores the header), or hide."""
        refuse(self.check(act))
        if act.verb is Verb.PUBLISH:
            path = "/posts"
        elif act.verb is Verb.HIDE:
            path = f"{_comment_path(act.target)}/hide"
        else:
            path = f"{_comment_path(act.target)}/replies"
        content = None if act.verb is Verb.HIDE else {"text": act.text}
        headers = {"Idempotency-Key": str(key)}
        answer = await self._http.request("POST", path, write=True, content=content, headers=headers)
        document = _document(answer)
        with shaped(answer.what, write=True):
            return _receipt(document, act.verb)

    async def find(self, act: Act, key: UUID, memo: Mapping[str, str], since: datetime) -> Receipt | Absent:
        """Our answers under the comment with the same text, since then. A lost post cannot be looked for."""
        if self._caps.find is Find.NONE:
            raise Unsupported("find")
        if act.verb is Verb.PUBLISH:
            return Absent.UNKNOWN
        path = _comment_path(act.target)
        try:
            if act.verb is Verb.HIDE:
                found = [await self._read(path)]
            else:
                found = (await self._read(f"{path}/replies", {"by": "brand"})).get("replies", [])
        except (Gone, Unsupported):
            return Absent.UNKNOWN  # deleted with what stood under it, or lookup was switched off since `open`
        with shaped(f"GET {path}", write=False):
            for made in found:
                if made["hidden"] if act.verb is Verb.HIDE else _is_ours(made, act.text, since):
                    return _receipt(made, act.verb)
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

    async def _read(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        return _document(await self._http.request("GET", path, write=False, query=query))


def _document(answer: Answer) -> dict[str, Any]:
    """The answer's JSON object, or the error for a refusal of the square's."""
    if answer.status < HTTPStatus.BAD_REQUEST:
        document = answer.document()
        if isinstance(document, dict):
            return document
        raise (Unsure if answer.write else NotSent)(f"no object in the {answer.status} answer on {answer.what}")
    raise _refused(answer)


def _refused(answer: Answer) -> PlatformError:
    try:
        document = answer.document()
    except PlatformError:
        document = {}
    document = document if isinstance(document, dict) else {}
    error = _word(document.get("error"))
    evidence = f"{answer.status} {error} on {answer.what}"
    if answer.status == HTTPStatus.UNAUTHORIZED:
        return AuthBroken(evidence=evidence)
    if answer.status == HTTPStatus.FORBIDDEN and error == "missing_scope":
        return AuthBroken(_word(document.get("needed")), evidence)
    if answer.status == HTTPStatus.FORBIDDEN:
        return Unsupported("find") if error == "lookup_off" else Rejected("forbidden", evidence)
    if answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return Gone("target")
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY and error:
        return Rejected(error, evidence)
    return Rejected("invalid", evidence)


def _word(value: object) -> str:
    """A machine word of the platform's, or nothing: free text has no place in our errors."""
    return value if isinstance(value, str) and _WORD.fullmatch(value) else ""


def _comment_path(ref: Ref) -> str:
    if not ref.get("comment"):
        raise Rejected("invalid", "a target without a comment")
    return f"/comments/{quote(str(ref['comment']), safe='')}"


def _receipt(made: Mapping[str, Any], verb: Verb) -> Receipt:
    ref = {"post" if verb is Verb.PUBLISH else "comment": str(made["id"])}
    return Receipt(str(made["id"]), made.get("url"), _time(made["created_at"]), ref)


def _is_ours(reply: Mapping[str, Any], text: str, since: datetime) -> bool:
    return bool(reply["by_brand"]) and reply["text"] == text and _time(reply["created_at"]) >= since - SKEW


def _item(comment: Mapping[str, Any], change: Change) -> Item:
    author, post = comment["author"], comment["post"]
    return Item(
        native_id=comment["id"],
        kind=Kind(comment["kind"]),
        conversation=comment["thread"],
        author=Author(author["id"], author["name"], author["handle"], author["locale"]),
        text=comment["text"],
        created_at=_time(comment["created_at"]),
        ref={"comment": comment["id"]},
        change=change,
        edited_at=_time(comment["edited_at"]) if comment["edited_at"] else None,
        post=Post(post["id"], post["text"], post["url"], _time(post["created_at"])) if post else None,
        answers=comment["parent"],
        url=comment["url"],
        by_brand=comment["by_brand"],
    )


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
