"""The posts that are planned, as a sheet of our own that can be changed in any spreadsheet and taken in again.
It changes nothing; what a sheet cannot hold (pictures without an address, repetition) is counted and said.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.posts.recurrence import instant
from bot.posts.sheet import Row, write
from bot.store import planned
from bot.store.engine import Store
from bot.store.posts import Planned


@dataclass(frozen=True, slots=True)
class Exported:
    """A sheet of `posts` rows, whose times are on the wall of `zone`. `files`: how many pictures are not in it."""

    content: bytes
    posts: int
    files: int
    zone: ZoneInfo


class Exporting:
    """Writes sheets, with times in the team's zone."""

    def __init__(self, store: Store, zone: ZoneInfo) -> None:
        self._store, self._zone = store, zone

    async def sheet(self) -> Exported:
        """Every post of which nothing has left, as it reads where no account has a text of its own."""
        async with self._store.read() as session:
            posts = await planned.to_come(session)
        content = await asyncio.to_thread(write, [self._row(line, post) for line, post in enumerate(posts, start=2)])
        files = sum(1 for post in posts for file in post.media if not file.get("source"))
        return Exported(content, len(posts), files, self._zone)

    def _row(self, line: int, post: Planned) -> Row:
        at = instant(datetime.fromisoformat(post.wall), ZoneInfo(post.zone)) if post.wall else None
        return Row(
            line,
            post.text,
            at.astimezone(self._zone).replace(tzinfo=None) if at is not None else None,
            tuple(str(file["source"]) for file in post.media if file.get("source")),
            accounts=tuple(target.account for target in post.targets),
            pillar=post.pillar,
            campaign=post.campaign,
            first_comment=post.comment,
        )
