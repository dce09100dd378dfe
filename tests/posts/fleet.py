"""The posts' side of the desk over many accounts that are fakes, wired as `bot.app` wires it; a second one on the same
database stands for a second process. It shows no cards.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from bot.dispatch import POSTS, InProcess
from bot.outbox.account import AccountSender
from bot.outbox.due import Due
from bot.outbox.lane import Lane
from bot.outbox.publishing import PostSender
from bot.outbox.replies import ReplySender
from bot.posts.brake import Brakes
from bot.posts.content import Content, To
from bot.posts.desk import Posts
from bot.posts.media import Shelf
from bot.posts.policy import Policy
from bot.posts.slot import State
from bot.posts.stamp import stamp
from bot.posts.warnings import Rules
from bot.posts.writing import fill
from bot.steps import no_trace
from bot.store import intake
from bot.store.engine import Store
from bot.store.models import Delivery
from bot.store.posts import Planned
from platforms.caps import Caps
from tests.fakes import FakePlatform, Turning, until

TAIPEI = ZoneInfo("Asia/Taipei")


@dataclass(slots=True)
class Fleet:
    """`platforms` and `lanes` by account."""

    store: Store
    clock: Turning
    platforms: dict[str, FakePlatform]
    lanes: dict[str, Lane]
    posts: Posts
    due: Due

    async def scheduled(self, count: int, minutes: int = 5) -> datetime:
        """So many approved posts, one account after the other in turn, all due in the same minute: the time of it.

        Written past the desk, which would take its time over thousands. Their texts are their numbers, in order.
        """
        wall = (self.clock() + timedelta(minutes=minutes)).astimezone(TAIPEI).replace(second=0, microsecond=0)
        names = list(self.platforms)
        made = [self._row(str(n), names[n % len(names)], wall.replace(tzinfo=None)) for n in range(count)]
        async with self.store.write() as unit:
            unit.add_all(made)
        return wall

    def comes(self, at: datetime) -> None:
        """It is now `at`."""
        self.clock.turn(seconds=(at - self.clock()).total_seconds())

    def said(self) -> list[str]:
        """What the public reads, account by account."""
        return [said.text for platform in self.platforms.values() for said in platform.public]

    async def states(self) -> list[str]:
        """Of all posts, by number."""
        async with self.store.read() as session:
            return list(await session.scalars(select(Planned.state).order_by(Planned.id)))

    async def parts(self) -> Sequence[Delivery]:
        """All of the posts that is or was in the outbox."""
        async with self.store.read() as session:
            wanted = select(Delivery).where(Delivery.verb.in_(("publish", "comment"))).order_by(Delivery.id)
            return (await session.scalars(wanted)).all()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Everything works; at the end it has to stop by itself."""
        workers: list[Due | Lane] = [self.due, *self.lanes.values()]
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            try:
                await until(lambda: all(task.done() for task in tasks), "the workers have stopped", 60)
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)

    def _row(self, text: str, account: str, wall: datetime) -> Planned:
        now = self.clock()
        post = Planned(author="U1", created_at=now, by="U2", at=now, state=State.SCHEDULED, targets=[])
        fill(post, Content(text, (To(account),), wall=wall, zone=TAIPEI.key))
        post.targets[0].parts = [text]
        post.stamp = stamp(post)
        post.card_channel, post.card_ts, post.card_shown = "C1", f"{text}.0", 1
        return post


async def fleet(store: Store, accounts: int, caps: Caps, clock: Turning | None = None) -> Fleet:
    """So many accounts on an open, migrated store."""
    clock = clock or Turning()
    platforms = {f"shop{n}": FakePlatform(caps, name=f"shop{n}", clock=clock) for n in range(accounts)}
    async with store.write() as unit:
        for name in platforms:
            await intake.ensure_account(unit, name, "fake", name)
    dispatch, brakes, shelf = InProcess(), Brakes(), Shelf(Path("nowhere"))
    posts = Posts.of(store, dispatch, clock, no_trace, platforms, Policy(), Rules(), TAIPEI, brakes, shelf)
    lanes = {}
    for name, platform in platforms.items():
        sending = PostSender(platform, store, dispatch, clock, no_trace, shelf)
        both = AccountSender(ReplySender(platform, dispatch, clock), sending)
        lanes[name] = Lane(name, both, store, dispatch.lane(name), clock, no_trace, doubt=0.0, brakes=brakes)
    return Fleet(store, clock, platforms, lanes, posts, Due(posts.schedule, dispatch.lane(POSTS), clock))
