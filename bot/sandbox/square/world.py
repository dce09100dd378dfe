"""The nouns of the square and how they look as JSON: members, posts, comments, events.

Values are frozen and replaced. Nothing here knows about HTTP, and no text is ever changed on its way through.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Member:
    """A person of the audience. `initials` and `colour` (#rrggbb, dark enough for white letters) draw the avatar."""

    id: str
    name: str
    handle: str
    locale: str
    initials: str
    colour: str


@dataclass(frozen=True, slots=True)
class Brand:
    """The account the bot answers for."""

    id: str
    name: str
    handle: str
    about: str
    initials: str
    colour: str
    followers: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that may stand in a post: `type` is its MIME type, `size` is in bytes, `alt` says what it shows."""

    id: str
    type: str
    size: int
    alt: str


@dataclass(frozen=True, slots=True)
class Post:
    """Something the brand published. `crowd` likes came from people who are not members here; `art` names a drawing.

    `after` is the id of the post this one goes on from: a thread is posts that are linked by it.
    """

    id: str
    text: str
    created_at: datetime
    art: str = ""
    crowd: int = 0
    views: int = 0
    after: str | None = None
    media: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment, a reply, or a direct message, by a member or by the brand.

    `thread` is the id of the comment that opened the thread; for direct messages it is one conversation per member.
    A deleted comment keeps its place with an empty text.
    """

    id: str
    kind: str  # "comment" | "direct"
    text: str
    created_at: datetime
    author: str
    post: str | None
    parent: str | None
    thread: str
    by_brand: bool = False
    edited_at: datetime | None = None
    deleted: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the feed: what happened, with the value as it was at that moment."""

    seq: int
    type: str
    comment: Comment | None = None
    post: Post | None = None


class Refused(Exception):
    """The square says no: an HTTP status and a word, with whatever else helps the caller."""

    def __init__(self, status: int, error: str, **more: object) -> None:
        super().__init__(error)
        self.status = status
        self.body: dict[str, object] = {"error": error, **more}


def stamp(moment: datetime | None) -> str | None:
    """ISO-8601 in UTC with milliseconds and a Z, as the feed promises."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def show_post(post: Post, origin: str) -> dict[str, object]:
    """`{id, text, url, created_at, after, media}`; the link opens the page of the sandbox at that post."""
    return {
        "id": post.id,
        "text": post.text,
        "url": f"{origin}/#post-{post.id}",
        "created_at": stamp(post.created_at),
        "after": post.after,
        "media": [show_picture(picture, origin) for picture in post.media],
    }


def show_picture(picture: Picture, origin: str) -> dict[str, object]:
    """`{id, type, size, alt, url}`; anybody may fetch the link, as anybody may see a public post."""
    return {
        "id": picture.id,
        "type": picture.type,
        "size": picture.size,
        "alt": picture.alt,
        "url": f"{origin}/square/api/media/{picture.id}",
    }


def show_author(author: Member | Brand) -> dict[str, object]:
    """`{id, name, handle, locale}`; the brand has no locale of its own."""
    locale = author.locale if isinstance(author, Member) else None
    return {"id": author.id, "name": author.name, "handle": author.handle, "locale": locale}


def show_comment(comment: Comment, author: Member | Brand, post: Post | None, origin: str) -> dict[str, object]:
    """The comment as the platform's API gives it."""
    return {
        "id": comment.id,
        "kind": comment.kind,
        "text": comment.text,
        "created_at": stamp(comment.created_at),
        "edited_at": stamp(comment.edited_at),
        "deleted": comment.deleted,
        "hidden": comment.hidden,
        "author": show_author(author),
        "post": show_post(post, origin) if post else None,
        "parent": comment.parent,
        "thread": comment.thread,
        "url": f"{origin}/#{comment.kind}-{comment.id}",
        "by_brand": comment.by_brand,
    }
