"""From the square's JSON to our values and back: what it lets us do, its comments, and what we once made there.
It never talks to the square; a document of another shape raises what `platforms.http.shaped` classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from platforms.base import Act, Author, Change, Item, Post, Receipt, Ref, Verb
from platforms.caps import Caps, Counter, Find, Idempotency, Kind, MediaLimit, TextLimit
from platforms.errors import Rejected

SKEW = timedelta(seconds=5)
"""How far the square's clock may lag ours: taking an equal answer of 5 s ago for the lost one beats saying it twice."""
CHANGES = {
    "comment.created": Change.CREATED,
    "comment.edited": Change.EDITED,
    "comment.deleted": Change.DELETED,
    "direct.created": Change.CREATED,
}


def granted(caps: Caps, me: Mapping[str, Any]) -> Caps:
    """`caps` with what the square's `/me` decides."""
    scopes, keyed, media = me["scopes"], me["idempotency"]["kind"] == "key", me["media"]
    return replace(
        caps,
        reads=frozenset({Kind.COMMENT, Kind.DIRECT} if me["direct"] else {Kind.COMMENT}),
        reply="reply" in scopes,
        hide="reply" in scopes,
        publish="publish" in scopes,
        threads=bool(me["threads"]) and "publish" in scopes,
        comments=bool(me["comments"]) and "reply" in scopes,
        media=_media(media) if media and "publish" in scopes else None,
        text=TextLimit(int(me["max_length"]), Counter.CODEPOINTS),
        idempotency=Idempotency.KEY if keyed else Idempotency.NONE,
        key_life=timedelta(seconds=int(me["idempotency"]["seconds"])) if keyed else None,
        find=Find.SCAN if me["lookup"] else Find.NONE,
    )


def _media(limit: Mapping[str, Any]) -> MediaLimit:
    return MediaLimit(
        most=int(limit["most"]),
        types=frozenset(str(name) for name in limit["types"]),
        size=int(limit["size"]),
        alt=int(limit["alt"]),
        uploads=True,
    )


def path(ref: Ref, name: str) -> str:
    """Where the thing of this name (`comment`, `post`) in `ref` is. Raises `Rejected` for a ref without one."""
    if not ref.get(name):
        raise Rejected("invalid", f"a target without a {name}")
    return f"/{name}s/{quote(str(ref[name]), safe='')}"


def place(act: Act) -> str:
    """The path that `act` is posted to."""
    if act.verb is Verb.PUBLISH:
        return "/posts"
    if act.verb is Verb.COMMENT:
        return f"{path(act.target, 'post')}/comments"
    return f"{path(act.target, 'comment')}/{'hide' if act.verb is Verb.HIDE else 'replies'}"


def body(act: Act, memo: Mapping[str, str]) -> dict[str, Any] | None:
    """What is posted there. Raises `Rejected` where a file of a post was not uploaded before."""
    if act.verb is Verb.HIDE:
        return None
    content: dict[str, Any] = {"text": act.text}
    if act.verb is Verb.PUBLISH and act.target:
        path(act.target, "post")
        content["after"] = act.target["post"]
    if act.media:
        handles = [memo.get(str(number)) for number in range(len(act.media))]
        if None in handles:
            raise Rejected("invalid", "a file that was not uploaded")
        content["media"] = handles
    return content


def receipt(made: Mapping[str, Any], verb: Verb) -> Receipt:
    """For what was made, or found again."""
    ref = {"post" if verb is Verb.PUBLISH else "comment": str(made["id"])}
    return Receipt(str(made["id"]), made.get("url"), time(made["created_at"]), ref)


def same(made: Mapping[str, Any], act: Act, since: datetime) -> bool:
    """Whether this is what `act`, sent at `since` or later, would have made. Files are counted, not compared: uploaded
    again they have other ids.
    """
    if act.verb is Verb.HIDE:
        return bool(made["hidden"])
    if made["text"] != act.text or time(made["created_at"]) < since - SKEW:
        return False
    if act.verb is Verb.PUBLISH:
        return made["after"] == act.target.get("post") and len(made["media"]) == len(act.media)
    return bool(made["by_brand"])


def item(comment: Mapping[str, Any], change: Change) -> Item:
    author, post = comment["author"], comment["post"]
    return Item(
        native_id=comment["id"],
        kind=Kind(comment["kind"]),
        conversation=comment["thread"],
        author=Author(author["id"], author["name"], author["handle"], author["locale"]),
        text=comment["text"],
        created_at=time(comment["created_at"]),
        ref={"comment": comment["id"]},
        change=change,
        edited_at=time(comment["edited_at"]) if comment["edited_at"] else None,
        post=Post(post["id"], post["text"], post["url"], time(post["created_at"])) if post else None,
        answers=comment["parent"],
        url=comment["url"],
        by_brand=comment["by_brand"],
    )


def time(text: str) -> datetime:
    return datetime.fromisoformat(text)
