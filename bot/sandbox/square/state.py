"""Everything the square remembers, in memory, and the rules by which it changes.

It never touches the network and never changes a text it was given: hostile text must reach the bot as it came.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.sandbox.bus import Bus
from bot.sandbox.square.keys import Keys
from bot.sandbox.square.media import Shelf
from bot.sandbox.square.world import Brand, Comment, Event, Member, Picture, Post, Refused

SCOPES = ("read", "reply", "publish")


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Settings:
    """What a person may turn at run time. `keep` is how many events the feed can reach back, `media` how many pictures
    a post may hold (0: the square takes none).
    """

    idempotency: str = "key"  # "key" | "none"
    lookup: bool = True
    max_length: int = 500  # code points
    media: int = 4
    threads: bool = True
    comments: bool = True
    talk: bool = True
    scopes: list[str] = field(default_factory=lambda: list(SCOPES))
    keep: int = 200_000


class State:
    """Members, posts, comments, likes, the feed, and the keys already used.

    `clock` gives the time in UTC. Ids of what is written at run time carry the moment the state was made, so that a
    bot which remembers an earlier run never takes a new comment for an old one; seeded ids stay the same.
    """

    def __init__(self, bus: Bus, brand: Brand, members: Iterable[Member], clock: Callable[[], datetime]) -> None:
        self.bus, self.brand, self.clock = bus, brand, clock
        self.members = {member.id: member for member in members}
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Comment] = {}
        self.children: dict[str, list[str]] = {}
        self.likes: dict[str, set[str]] = {}
        self.settings = Settings()
        self.run = f"{int(clock().timestamp() * 1000):x}"
        self.events: list[Event] = []
        self._seq = 0
        self._number = 0
        self.keys = Keys(clock, lambda: self.settings.idempotency == "key")
        self.shelf = Shelf(lambda: self._id("m"))
        self._moved = asyncio.Event()

    # --- reading ---------------------------------------------------------------------------------------------------

    def author(self, comment: Comment) -> Member | Brand:
        """Who wrote it."""
        return self.brand if comment.by_brand else self.members[comment.author]

    def post(self, post_id: object) -> Post:
        """Refused 404 `unknown` when there is none."""
        post = self.posts.get(str(post_id))
        if post is None:
            raise Refused(404, "unknown", what="post")
        return post

    def member(self, member_id: object) -> Member:
        """Refused 404 `unknown` when there is none."""
        member = self.members.get(str(member_id))
        if member is None:
            raise Refused(404, "unknown", what="member")
        return member

    def live(self, comment_id: object) -> Comment:
        """Refused 404 `unknown` when it never was, 410 `deleted` when it is no more."""
        comment = self.comments.get(str(comment_id))
        if comment is None:
            raise Refused(404, "unknown", what="comment")
        if comment.deleted:
            raise Refused(410, "deleted")
        return comment

    def replies(self, comment_id: str) -> list[Comment]:
        """Direct answers to a comment that still stand, oldest first."""
        found = (self.comments[child] for child in self.children.get(comment_id, ()))
        return [reply for reply in found if not reply.deleted]

    def under(self, post_id: str) -> list[Comment]:
        """What the brand itself said right under a post and still stands, oldest first."""
        found = (comment for comment in self.comments.values() if comment.post == post_id)
        return [comment for comment in found if comment.by_brand and comment.parent is None and not comment.deleted]

    # --- the feed --------------------------------------------------------------------------------------------------

    def cursor(self, seq: int) -> str:
        """Opaque to callers: the run and the number of the last event read."""
        return f"{self.run}.{seq}"

    @property
    def oldest(self) -> int:
        """The mark from which everything still kept can be read."""
        return self._seq - len(self.events)

    def mark(self, after: str | None) -> int:
        """The number a cursor stands for; Refused 410 `gap` when the feed cannot reach back to it."""
        if after is None:
            return self.oldest
        if after == "latest":
            return self._seq
        run, _, seq = after.rpartition(".")
        if run != self.run or not seq.isdecimal() or not self.oldest <= int(seq) <= self._seq:
            raise Refused(410, "gap", oldest=self.cursor(self.oldest))
        return int(seq)

    async def after(self, mark: int, limit: int, wait: float) -> list[Event]:
        """Up to `limit` events past `mark`; holds on for up to `wait` seconds until there is one."""
        if mark >= self._seq and wait > 0 and limit > 0:
            moved = self._moved
            try:
                await asyncio.wait_for(moved.wait(), wait)
            except TimeoutError:
                return []
        start = max(mark - self.oldest, 0)
        return self.events[start : start + limit]

    def let_go(self) -> None:
        """Answer everybody who waits for news: there will be none."""
        self._moved.set()

    def since(self, mark: int) -> tuple[list[Event], int]:
        """What is still kept of the events past `mark`, and the mark to ask with next time."""
        return self.events[max(mark - self.oldest, 0) :], self._seq

    # --- writing ---------------------------------------------------------------------------------------------------

    def publish(
        self,
        text: str,
        *,
        at: datetime | None = None,
        post_id: str = "",
        art: str = "",
        crowd: int = 0,
        after: str | None = None,
        media: tuple[Picture, ...] = (),
    ) -> Post:
        """A new post of the brand; with `after` it goes on from that one."""
        crowd_views = crowd * 23  # about one like per 23 views is what small brands see; only decoration
        above = self.post(after).id if after else None
        post = Post(post_id or self._id("p"), text, at or self.clock(), art, crowd, crowd_views, above, media)
        self.posts[post.id] = post
        self._tell("post.created", post=post)
        return post

    def comment(
        self,
        member: str | None,
        post: str,
        text: str,
        parent: str | None = None,
        *,
        at: datetime | None = None,
        comment_id: str = "",
    ) -> Comment:
        """A comment under a post, or a reply when `parent` is given. `member` None means the brand itself."""
        author = self.member(member).id if member is not None else self.brand.id
        above = self.live(parent) if parent else None
        if above is not None and above.post != post:
            raise Refused(422, "other_post")
        name = comment_id or self._id("c")
        made = Comment(
            name,
            "comment",
            text,
            at or self.clock(),
            author,
            self.post(post).id,
            parent,
            above.thread if above else name,
            by_brand=member is None,
        )
        self._add(made)
        self._tell("comment.created", comment=made)
        return made

    def direct(self, member: str, text: str, *, parent: str | None = None, by_brand: bool = False) -> Comment:
        """A direct message from a member to the brand, or back."""
        author = self.brand.id if by_brand else self.member(member).id
        made = Comment(
            self._id("d"),
            "direct",
            text,
            self.clock(),
            author,
            None,
            parent,
            f"d-{self.member(member).id}",
            by_brand=by_brand,
        )
        self._add(made)
        self._tell("direct.created", comment=made)
        return made

    def answer(self, comment_id: str, text: str) -> Comment:
        """The brand answers a comment or a direct message, whether by API or in the native app."""
        above = self.live(comment_id)
        if above.kind == "direct":
            member = above.thread.removeprefix("d-")
            return self.direct(member, text, parent=above.id, by_brand=True)
        assert above.post is not None  # noqa: S101 - a comment always stands under a post
        return self.comment(None, above.post, text, above.id)

    def edit(self, comment_id: str, text: str) -> Comment:
        """A new text in the same place."""
        return self._change(comment_id, "comment.edited", text=text, edited_at=self.clock())

    def delete(self, comment_id: str) -> Comment:
        """A tombstone: the id stays, the text goes."""
        return self._change(comment_id, "comment.deleted", text="", deleted=True)

    def hide(self, comment_id: str) -> Comment:
        """Only its author and the brand still see it."""
        return self._change(comment_id, "comment.edited", hidden=True)

    def bulk(self, count: int, texts: list[str], post: str, members: list[str]) -> tuple[str, str]:
        """`count` comments at once, texts and members taken in turn; returns the first and the last id."""
        at, first, name = self.clock(), "", ""
        for number in range(count):
            name = self._id("c")
            first = first or name
            text, author = texts[number % len(texts)], members[number % len(members)]
            made = Comment(name, "comment", text, at, author, post, None, name)
            self._add(made)
            self._log("comment.created", comment=made)
        self._wake("bulk", count=count)
        return first, name

    def like(self, target: str, member: str) -> bool:
        """On, or off again; True when it is now liked."""
        if target not in self.posts:
            self.live(target)
        fans = self.likes.setdefault(target, set())
        fans ^= {self.member(member).id}
        self.bus.publish("square", "like", id=target)
        return member in fans

    # --- inside ----------------------------------------------------------------------------------------------------

    def _id(self, letter: str) -> str:
        self._number += 1
        return f"{letter}{self.run}-{self._number}"

    def _add(self, comment: Comment) -> None:
        self.comments[comment.id] = comment
        if comment.parent:
            self.children.setdefault(comment.parent, []).append(comment.id)

    def _change(self, comment_id: str, kind: str, **changes: object) -> Comment:
        changed = replace(self.live(comment_id), **changes)  # type: ignore[arg-type]
        self.comments[comment_id] = changed
        self._tell(kind, comment=changed)
        return changed

    def _log(self, kind: str, comment: Comment | None = None, post: Post | None = None) -> None:
        self._seq += 1
        self.events.append(Event(self._seq, kind, comment, post))

    def _tell(self, kind: str, comment: Comment | None = None, post: Post | None = None) -> None:
        self._log(kind, comment, post)
        subject = comment or post
        self._wake(kind, id=subject.id if subject else "")

    def _wake(self, kind: str, **data: object) -> None:
        self.trim()
        self._moved.set()
        self._moved = asyncio.Event()
        self.bus.publish("square", kind, **data)

    def trim(self) -> None:
        """Let go of events beyond what the feed keeps."""
        del self.events[: max(0, len(self.events) - self.settings.keep)]
