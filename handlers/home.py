"""Keeps people's Home tabs: drawn when opened, and again after what its owner does.
It never draws for somebody who has not looked since the start, and shows nothing to whoever may not work the desk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from bot.clock import Clock
from handlers.client import Api
from handlers.people import Actor, People
from handlers.ui import home as ui
from handlers.ui import post_lists
from handlers.ui.text import Staff
from platforms.errors import PlatformError

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.desk.board import Queue, QueueLine


class Home:
    """The Home tabs."""

    def __init__(self, desk: Desk, api: Api, people: People, clock: Clock) -> None:
        self._desk, self._api, self._people, self._clock = desk, api, people, clock
        self._watching: set[str] = set()

    async def open(self, actor: Actor) -> None:
        """Draw a person's tab, and from now on keep it up to date after what they do."""
        if not actor.may:
            await self._api.publish(actor.id, ui.closed(actor.words))
            return
        self._watching.add(actor.id)
        queue, status, posts, brakes = await asyncio.gather(
            self._desk.board.queue(actor.id),
            self._desk.board.status(),
            self._desk.posts.board.lists(actor.id),
            self._desk.posts.braking.pulled(),
        )
        staff, links = await self.around(queue)
        shown = ui.home(queue, status, actor.words, self._clock(), staff, links)
        planned = post_lists.section(posts, brakes, actor.words, actor.zone)
        await self._api.publish(actor.id, {**shown, "blocks": [*planned, *shown["blocks"]]})

    async def follow(self, actor: Actor) -> None:
        """Draw it again if they ever looked at it."""
        if actor.id in self._watching:
            await self.open(actor)

    async def around(self, queue: Queue) -> tuple[Staff, dict[int, str]]:
        """Names and card addresses for what a queue shows."""
        lines = [*queue.mine[: ui.LINES], *queue.oldest[: ui.LINES], *queue.troubles[: ui.LINES]]
        staff, links = await asyncio.gather(self._people.staff(line.claimed_by for line in lines), self._links(lines))
        return staff, links

    async def _links(self, lines: Iterable[QueueLine]) -> dict[int, str]:
        placed = {line.item: line.place for line in lines if line.place is not None}
        try:
            found = await asyncio.gather(*(self._api.permalink(place) for place in placed.values()))
        except PlatformError:
            return {}
        return {item: url for item, url in zip(placed, found, strict=True) if url}
