"""The whole desk between a platform and a team that are fakes: everything `bot.app` assembles, without Slack.
It only wires what the product wires; tests drive it step by step or let it run.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.desk.board import Board
from bot.desk.drafting import Drafting
from bot.desk.inbox import Inbox
from bot.desk.lessons import Lessons
from bot.desk.people import People
from bot.desk.suggesting import Suggesting
from bot.desk.templates import Templates
from bot.desk.unsure import Unsure
from bot.dispatch import POST_CARDS, POSTS, REFRESH, TEAM, InProcess
from bot.intake import Intake
from bot.outbox.account import AccountSender
from bot.outbox.cards import CardSender
from bot.outbox.due import Due
from bot.outbox.lane import Lane
from bot.outbox.publishing import PostSender
from bot.outbox.refresh import Refresher
from bot.outbox.replies import ReplySender
from bot.posts.brake import Brakes
from bot.posts.desk import Posts
from bot.posts.media import Shelf
from bot.posts.policy import Policy
from bot.posts.warnings import Rules
from bot.steps import Step
from bot.store import deliveries
from bot.store import intake as accounts
from bot.store.engine import Store, Unit
from bot.store.models import Account, Delivery, Event, Feed, Item, Suggestion
from platforms import base
from platforms.caps import Caps
from replies.matcher import BlockMatcher, Matcher
from replies.recall import Recall
from replies.suggest import Suggester
from replies.templates import Pack, Template
from tests.fakes import KEYED, FakePlatform, FakeTeam, Turning, comment, until, until_async

BRAND = "日和"
TAIPEI = ZoneInfo("Asia/Taipei")
POLICY = Policy(queue=())

ADDRESS = "請問可以改地址嗎？"
"""A comment that matches one template of the world's pack."""

PACK = Pack(
    "world",
    (
        Template(
            "address",
            {"zh-TW": "改地址", "en": "Change of address"},
            ("可以改地址嗎", "can i change my address"),
            {"zh-TW": ("可以，請私訊訂單編號。",), "en": ("Yes, send us your order number.",)},
        ),
        Template(
            "opening",
            {"zh-TW": "營業時間", "en": "Opening hours"},
            ("營業時間是幾點", "when are you open"),
            {"zh-TW": ("每天十點到九點。",), "en": ("Ten to nine, every day.",)},
        ),
    ),
)


@dataclass(slots=True)
class World:
    """One account on one platform, one team. Lanes stand still until `running` or until they are told to work."""

    store: Store
    clock: Turning
    platform: FakePlatform
    team: FakeTeam
    account: int
    dispatch: InProcess
    inbox: Inbox
    suggesting: Suggesting
    drafting: Drafting
    unsure: Unsure
    board: Board
    templates: Templates
    lessons: Lessons
    people: People
    posts: Posts
    brakes: Brakes
    lane: Lane
    """The account's."""
    cards: Lane
    """The team's."""
    refresher: Refresher
    post_cards: Refresher
    due: Due
    intake: Intake
    steps: list[tuple[Step, int]] = field(default_factory=list)

    async def takes(self, *found: base.Item) -> list[int]:
        """The platform delivered these; the ids of their rows, in order."""
        await self.inbox.take(self.account, found)
        return [await self.number(item.native_id) for item in found]

    async def takes_only(self, *found: base.Item) -> None:
        """The platform delivered these, and not all of them become items."""
        await self.inbox.take(self.account, found)

    async def number(self, native_id: str) -> int:
        """The row id of this comment."""
        async with self.store.read() as session:
            return (await session.scalars(select(Item.id).where(Item.native_id == native_id))).one()

    async def approved(
        self, native_id: str = "c1", text: str = "可以，請私訊我們。", *, who: str = "U1", thread: str | None = None
    ) -> int:
        """A new comment with an approved reply; its row id."""
        (item,) = await self.takes(comment(native_id, thread=thread))
        await self.approve(item, text, who=who)
        return item

    async def approve(self, item: int, text: str = "可以，請私訊我們。", *, who: str = "U1") -> None:
        """Preview this text and approve what was previewed."""
        preview = await self.drafting.preview(item, text)
        await self.drafting.approve(item, who, stamp=preview.stamp, text=text)

    async def item(self, number: int) -> Item:
        """The row as it is stored."""
        async with self.store.read() as session:
            found = await session.get(Item, number)
        assert found is not None
        return found

    async def items(self) -> list[Item]:
        """All rows."""
        async with self.store.read() as session:
            return list(await session.scalars(select(Item).order_by(Item.id)))

    async def replies(self, item: int | None = None) -> list[Delivery]:
        """The replies of an item (or of all), oldest first."""
        return [row for row in await self.deliveries("reply") if item is None or row.item_id == item]

    async def deliveries(self, verb: str) -> list[Delivery]:
        """What left or is to leave, oldest first."""
        async with self.store.read() as session:
            return list(await session.scalars(select(Delivery).where(Delivery.verb == verb).order_by(Delivery.id)))

    async def notices(self) -> list[str]:
        """The keys of the warnings, posted or not."""
        return [row.payload["key"] for row in await self.deliveries("notice")]

    async def events(self, item: int) -> list[tuple[str, str]]:
        """Who did what to the item."""
        async with self.store.read() as session:
            rows = await session.scalars(select(Event).where(Event.item_id == item).order_by(Event.id))
            return [(row.who, row.verb) for row in rows]

    async def suggestions(self, item: int) -> list[Suggestion]:
        """What is stored of suggestions, for any revision."""
        async with self.store.read() as session:
            return list(await session.scalars(select(Suggestion).where(Suggestion.item_id == item)))

    async def feed(self) -> Feed | None:
        """How far the feed was read."""
        async with self.store.read() as session:
            return await session.get(Feed, (self.account, "comments"))

    async def paused(self) -> str | None:
        """Why the account is paused."""
        async with self.store.read() as session:
            found = await session.get(Account, self.account)
        assert found is not None
        return found.paused

    async def work(self) -> None:
        """Both lanes work until neither finds anything that is due."""
        while await self.cards.work() + await self.lane.work():
            continue

    async def works_until(self, condition: Callable[[], object], what: str = "the condition") -> None:
        """Both lanes work, again and again, until the condition holds: for what has to wait a little."""

        async def look() -> object:
            await self.work()
            return condition()

        await until_async(look, what)

    async def recover(self) -> int:
        """What a new process does first with what a dead one left behind."""
        async with self.store.write() as unit:
            return await deliveries.orphans(unit, self.clock())

    @contextmanager
    def signals(self, lane: str) -> Iterator[list[bool]]:
        """Whether the lane was woken during the block: the list is filled at its end."""
        seen: list[bool] = []
        self.dispatch.lane(lane).clear()
        yield seen
        seen.append(self.dispatch.lane(lane).is_set())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Both lanes and the refresher run; at the end they are stopped and have to return by themselves."""
        workers = (self.lane, self.cards, self.refresher, self.post_cards, self.due)
        tasks = [asyncio.create_task(worker.run()) for worker in workers]
        try:
            yield
        finally:
            for worker in workers:
                worker.stop()
            try:
                await until(lambda: all(task.done() for task in tasks), "the workers have stopped")
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)


async def world(
    store: Store,
    *,
    caps: Caps = KEYED,
    doubt: float = 0.0,
    matcher: Matcher | None = None,
    name: str = "shop",
    pack: Pack = PACK,
    policy: Policy = POLICY,
    shelf: Path | None = None,
    team: FakeTeam | None = None,
) -> World:
    """Assemble it on an open, migrated store; a second one on the same store stands for a second process."""
    clock = Turning()
    platform = FakePlatform(caps, name=name, clock=clock)
    team = team or FakeTeam()
    team.clock = clock
    steps: list[tuple[Step, int]] = []

    def trace(step: Step, item: int) -> None:
        steps.append((step, item))

    async with store.write() as unit:
        account = await accounts.ensure_account(unit, platform.name, platform.kind, platform.name)
    dispatch = InProcess()
    inbox = Inbox(store, dispatch, clock, trace)
    platforms = {platform.name: platform}
    templates = Templates(
        store,
        clock,
        [pack],
        Recall(),
        lambda library, memory: Suggester(library, matcher or BlockMatcher(), memory=memory),
        ZoneInfo("Asia/Taipei"),
        BRAND,
    )
    await templates.follow()
    board = Board(store, clock, templates.purpose)
    lessons = Lessons(store, dispatch, clock, templates, BRAND)
    brakes, files = Brakes(), Shelf(shelf or Path("nowhere"))
    await brakes.read(store)
    rules = Rules(policy.quiet, policy.blackouts, policy.holidays)
    posts = Posts.of(store, dispatch, clock, trace, platforms, policy, rules, TAIPEI, brakes, files)
    publishing = PostSender(platform, store, dispatch, clock, trace, files)
    suggesting = Suggesting(store, dispatch, clock, trace, templates, platforms, BRAND)
    drafting = Drafting(store, dispatch, clock, trace, platforms, templates, lessons)
    return World(
        store,
        clock,
        platform,
        team,
        account,
        dispatch,
        inbox,
        suggesting,
        drafting,
        Unsure(store, dispatch, clock),
        board,
        templates,
        lessons,
        People(store, dispatch, clock),
        posts,
        brakes,
        Lane(
            platform.name,
            AccountSender(ReplySender(platform, dispatch, clock), publishing),
            store,
            dispatch.lane(platform.name),
            clock,
            trace,
            doubt=doubt,
            brakes=brakes,
        ),
        Lane(
            TEAM,
            CardSender(team, board, suggesting, dispatch, posts.board),
            store,
            dispatch.lane(TEAM),
            clock,
            trace,
            doubt=doubt,
        ),
        Refresher(team, board, dispatch.lane(REFRESH), trace),
        Refresher(team, posts.board, dispatch.lane(POST_CARDS), trace),
        Due(posts.schedule, dispatch.lane(POSTS), clock),
        Intake(inbox, store, dispatch, clock, trace, {platform.name: (account, platform)}),
        steps,
    )


class Broken(Exception):
    """The database failed."""


class BreakingStore(Store):
    """A store of which, after `spare` more transactions, `failures` fail: before their commit, or `after_commit`."""

    spare = 0
    failures = 0
    after_commit = False
    reads_fail = 0
    """How many reads fail, from the next one on."""

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        if self.reads_fail:
            self.reads_fail -= 1
            raise Broken
        async with super().read() as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        fails = self._fails()
        async with super().write() as unit:
            yield unit
            if fails and not self.after_commit:
                raise Broken
        if fails:
            raise Broken

    def _fails(self) -> bool:
        if self.spare:
            self.spare -= 1
            return False
        if self.failures:
            self.failures -= 1
            return True
        return False
