"""What the windows do when they are submitted or closed.
The desk is a local database, so its verdict is waited for, but never longer than Slack waits for us.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import BadTime, BotError, CannotSend, NotPermitted
from handlers.client import Api
from handlers.errors import Errors, UnknownView
from handlers.home import Home
from handlers.payloads import Click, pack
from handlers.people import Actor, People
from handlers.runner import Runner
from handlers.ui import modals, persons
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message, section
from platforms.errors import PlatformError

if TYPE_CHECKING:
    from bot.desk import Desk

log = structlog.get_logger()

VERDICT_SECONDS = 2.0
"""Slack gives up at three; the rest is the way there and back."""

Verdict = Block | None
"""The window to show next; None: done, close them all."""
Work = Callable[[Click, int, Actor], Awaitable[Verdict]]
Listener = Callable[[AsyncAck, AsyncBoltContext], Awaitable[None]]


class Views:
    """One method for each window; `on` makes bolt's listener of it."""

    def __init__(
        self,
        desk: Desk,
        api: Api,
        people: People,
        runner: Runner,
        errors: Errors,
        home: Home,
        *,
        patience: float = VERDICT_SECONDS,
    ) -> None:
        self._desk, self._api, self._people = desk, api, people
        self._runner, self._errors, self._home, self._patience = runner, errors, home, patience

    def on(self, work: Work, field: str = "", *, push: bool = False) -> Listener:
        """Wait for the verdict and answer with it. `field`: where a refusal is shown; `push`: the next window goes on
        top, so that closing it comes back to this one.
        """

        async def listener(ack: AsyncAck, context: AsyncBoltContext) -> None:
            click: Click = context["click"]
            answer = asyncio.get_running_loop().create_future()
            self._runner.spawn(click, self._judged(click, work, field, answer, push))
            await ack(**await answer)

        return listener

    async def edit(self, click: Click, item: int, actor: Actor) -> Verdict:
        """Keep the draft and preview it. Raises `CannotSend` with the first thing the platform would refuse."""
        shown = await self._desk.drafting.keep(item, actor.id, click.typed(modals.TEXT) or "")
        if shown.problems:
            raise CannotSend(problem=shown.problems[0].key, **shown.problems[0].params)
        card = await self._desk.board.card(item)
        memory = pack(
            item=item, base=click.memory.get("base"), stamp=shown.stamp, locale=actor.locale, channel=click.channel
        )
        return modals.preview(card, shown, memory, actor.words)

    async def approve(self, click: Click, item: int, actor: Actor) -> Verdict:
        """Send what the preview showed: the kept draft, if it still is what the stamp was made for."""
        kept = await self._desk.drafting.open(item, None, actor.id)
        stamp = str(click.memory.get("stamp", ""))
        base = click.memory.get("base")
        suggestion = base if isinstance(base, int) else None
        await self._desk.drafting.approve(item, actor.id, stamp=stamp, suggestion=suggestion, text=kept.text)
        return None

    async def person(self, click: Click, item: int, actor: Actor) -> Verdict:
        """Note how to call them, a promise, and which promises are kept."""
        called, promise = click.typed(persons.CALLED) or "", click.typed(persons.PROMISE) or ""
        ticked = click.typed(persons.KEPT, "selected_options") or []
        kept = [int(option["value"]) for option in ticked]
        if await self._desk.people.note(item, actor.id, called, promise, kept):
            self._runner.spawn(click, self._desk.suggesting.suggest([item], again=True))
        return None

    async def snooze(self, click: Click, item: int, actor: Actor) -> Verdict:
        """Until the time picked."""
        until = click.typed(modals.UNTIL, "selected_date_time")
        if not isinstance(until, int):
            raise BadTime(reason="none")
        await self._desk.inbox.snooze(item, actor.id, datetime.fromtimestamp(until, UTC))
        return None

    async def escalate(self, click: Click, item: int, actor: Actor) -> Verdict:
        """Ask the approvers: the card says it, and a message in its thread notifies them (a changed card would not)."""
        await self._desk.inbox.escalate(item, actor.id, click.typed(modals.NOTE) or "")
        self._runner.spawn(click, self._call(item, actor))
        return None

    async def closed(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """The edit window was closed: keep what was typed, where Slack tells us."""
        await ack()
        click: Click = context["click"]
        if text := click.typed(modals.TEXT):
            self._runner.spawn(click, self._keep(click, text))

    async def unknown(self, click: Click, item: int, actor: Actor) -> Verdict:
        """A window that is not in the table."""
        raise UnknownView

    async def _judged(
        self, click: Click, work: Work, field: str, answer: asyncio.Future[dict[str, Any]], push: bool
    ) -> None:
        """Set `answer` in time; what comes later changes the window that says so."""
        verdict = asyncio.ensure_future(self._verdict(click, work, field, push))
        done, _ = await asyncio.wait({verdict}, timeout=self._patience)
        if done:
            answer.set_result(verdict.result())
            return
        words = self._people.known(click.who).words
        name = secrets.token_hex(12)
        waiting = modals.problem(words, words("error.slow"), external_id=name)
        answer.set_result({"response_action": "push" if push else "update", "view": waiting})
        late = await verdict
        if "view" in late:
            await self._api.update_view(late["view"], external_id=name)
        elif "errors" in late:
            sentence = next(iter(late["errors"].values()))
            await self._api.update_view(modals.problem(words, sentence), external_id=name)

    async def _verdict(self, click: Click, work: Work, field: str, push: bool) -> dict[str, Any]:
        actor = await self._people.get(click.who)
        try:
            item = click.memory.get("item")
            if not isinstance(item, int):
                raise UnknownView
            if not actor.may:
                raise NotPermitted(verb=click.name.partition(".")[2])
            view = await work(click, item, actor)
        except (
            Exception
        ) as error:  # Everything ends in the window: an unanswered submission reads "trouble connecting".
            sentence = await self._errors.sentence(error, actor.words)
            log.info("window_refused", verb=click.name, who=click.who, error=type(error).__name__)
            if field:
                return {"response_action": "errors", "errors": {field: sentence}}
            return {"response_action": "update", "view": modals.problem(actor.words, sentence)}
        if view is not None:
            return {"response_action": "push" if push else "update", "view": view}
        self._runner.spawn(click, self._home.follow(actor))
        return {"response_action": "clear"}

    async def _keep(self, click: Click, text: str) -> None:
        item = click.memory.get("item")
        if isinstance(item, int):
            with suppress(BotError):  # Answered or claimed meanwhile: they closed the window, they need no lecture.
                await self._desk.drafting.keep(item, click.who, text)

    async def _call(self, item: int, actor: Actor) -> None:
        staff = await self._people.staff([actor.id])
        place = await self._desk.board.place(item)
        if place is None or not staff.call():
            return
        words = self._people.known("").words
        sentence = words("escalation.asks", by=staff.marked(actor.id, words))
        text = f"{staff.call()} {sentence}"
        try:
            await self._api.post(place.channel, Message([section(text)], text), thread=place.ts)
        except PlatformError as error:
            log.warning(
                "approvers_not_called", item=item, error=type(error).__name__, evidence=txt.one_line(str(error), 200)
            )
