"""How the windows around templates behave: opened in time, refused where people look, answered before Slack gives up.
It knows nothing of what a window is about, and lets nobody in who may not work the desk.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import BotError, NotPermitted
from handlers.client import Api
from handlers.errors import Errors
from handlers.payloads import Body, Click
from handlers.people import Actor, People
from handlers.runner import Runner
from handlers.ui import modals
from handlers.ui.blocks import Block
from handlers.views import VERDICT_SECONDS
from platforms.errors import PlatformError

log = structlog.get_logger()

VERB = "templates"
"""What `error.not_permitted` says they may not do."""

Work = Callable[[Click, Actor], Awaitable[None]]
Answer = dict[str, Any]
"""What Slack is told about a submission: `{}` closes the window."""
Submission = Callable[[Click, Actor], Awaitable[Answer]]
Drawing = Callable[[Body, Actor], Awaitable[Block]]
"""Draws a window anew from what it remembered."""
Listener = Callable[[AsyncAck, AsyncBoltContext], Awaitable[None]]


class Windows:
    """Makes bolt's listeners of what is done in windows. `drawings`: by the word under `window` in their memory."""

    def __init__(
        self, api: Api, people: People, runner: Runner, errors: Errors, *, patience: float = VERDICT_SECONDS
    ) -> None:
        self.api, self.people, self.runner, self.errors = api, people, runner, errors
        self._patience = patience
        self.drawings: dict[str, Drawing] = {}

    def on(self, work: Work) -> Listener:
        """Acknowledge, then do it; a refusal is shown on top of the window that was clicked in."""

        async def listener(ack: AsyncAck, context: AsyncBoltContext) -> None:
            await ack()
            self.runner.spawn(context["click"], self._done(context["click"], work))

        return listener

    def submitted(self, work: Submission) -> Listener:
        """Wait for the verdict and answer with it; what comes too late changes the window that says so."""

        async def listener(ack: AsyncAck, context: AsyncBoltContext) -> None:
            click: Click = context["click"]
            answer = asyncio.get_running_loop().create_future()
            self.runner.spawn(click, self._judged(click, work, answer))
            await ack(**await answer)

        return listener

    async def open(self, click: Click, actor: Actor, content: Callable[[], Awaitable[Block]]) -> None:
        """Open at once (the trigger lives three seconds), on top of the window clicked in; then fill it."""
        push = click.view is not None and not click.home
        view = await self.api.open_view(click.trigger, modals.loading(actor.words), push=push)
        await self.api.update_view(await self._shown(actor, content), view_id=view)

    async def again(self, view: str | None, memory: Body, actor: Actor) -> None:
        """Draw an open window anew: something it shows has changed."""
        draw = self.drawings.get(str(memory.get("window")))
        if view is not None and draw is not None:
            await self.api.update_view(await self._shown(actor, lambda: draw(memory, actor)), view_id=view)

    async def _shown(self, actor: Actor, content: Callable[[], Awaitable[Block]]) -> Block:
        try:
            return await content()
        except (BotError, PlatformError) as error:
            return modals.problem(actor.words, await self.errors.sentence(error, actor.words))

    async def _may(self, click: Click) -> Actor:
        actor = await self.people.get(click.who)
        if not actor.may:
            raise NotPermitted(verb=VERB)
        return actor

    async def _done(self, click: Click, work: Work) -> None:
        try:
            await work(click, await self._may(click))
        except (BotError, PlatformError) as error:
            if click.view is None or click.home:
                raise
            words = self.people.known(click.who).words
            view = modals.problem(words, await self.errors.sentence(error, words))
            log.info("window_refused", verb=click.name, who=click.who, error=type(error).__name__)
            await self.api.open_view(click.trigger, view, push=True)

    async def _judged(self, click: Click, work: Submission, answer: asyncio.Future[Answer]) -> None:
        verdict = asyncio.ensure_future(self._verdict(click, work))
        done, _ = await asyncio.wait({verdict}, timeout=self._patience)
        if done:
            answer.set_result(verdict.result())
            return
        words, name = self.people.known(click.who).words, secrets.token_hex(12)
        waiting = modals.problem(words, words("error.slow"), external_id=name)
        answer.set_result({"response_action": "update", "view": waiting})
        late = await verdict
        sentence = next(iter(late.get("errors", {}).values()), None)
        shown = modals.problem(words, sentence) if sentence else late.get("view") or modals.done(words)
        await self.api.update_view(shown, external_id=name)

    async def _verdict(self, click: Click, work: Submission) -> Answer:
        words = self.people.known(click.who).words
        try:
            actor = await self._may(click)
            words = actor.words
            return await work(click, actor)
        except (
            Exception
        ) as error:  # An unanswered submission reads "trouble connecting": everything ends in the window.
            log.info("window_refused", verb=click.name, who=click.who, error=type(error).__name__)
            sentence = await self.errors.sentence(error, words)
            return {"response_action": "update", "view": modals.problem(words, sentence)}
