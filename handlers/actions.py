"""What the buttons do: each acknowledged at once, then worked in a task of its own.
Nothing here decides whether it is allowed: the desk refuses, and its refusal is told to the person who clicked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.clock import Clock
from bot.errors import BotError, NotPermitted
from handlers.client import Api
from handlers.errors import CannotEditHere, CardMoved, Errors, UnknownButton
from handlers.home import Home
from handlers.payloads import Aim, Click, pack
from handlers.people import Actor, People
from handlers.runner import Runner
from handlers.ui import modals, persons
from handlers.ui.blocks import INPUT_MOST, Block
from handlers.verbs import Snooze
from platforms.errors import PlatformError

if TYPE_CHECKING:
    from bot.desk import Desk

Work = Callable[[Click, Aim, Actor], Awaitable[None]]
Listener = Callable[[AsyncAck, AsyncBoltContext], Awaitable[None]]

SNOOZES = {Snooze.HOUR: timedelta(hours=1), Snooze.THREE_HOURS: timedelta(hours=3)}


class Actions:
    """One method for each button; `on` makes bolt's listener of it."""

    def __init__(
        self, desk: Desk, api: Api, people: People, runner: Runner, errors: Errors, home: Home, clock: Clock
    ) -> None:
        self._desk, self._api, self._people, self._clock = desk, api, people, clock
        self._runner, self._errors, self._home = runner, errors, home

    def on(self, work: Work) -> Listener:
        """Acknowledge, then do it."""

        async def listener(ack: AsyncAck, context: AsyncBoltContext) -> None:
            await ack()
            self._runner.spawn(context["click"], self._checked(context["click"], work))

        return listener

    async def open(self, ack: AsyncAck) -> None:
        """A link button: the browser has done the work."""
        await ack()

    async def approve(self, click: Click, aim: Aim, actor: Actor) -> None:
        """Send the suggestion exactly as the card shows it."""
        if aim.second is None or not aim.stamp:
            raise UnknownButton
        await self._desk.drafting.approve(aim.item, actor.id, stamp=aim.stamp, suggestion=aim.second)

    async def claim(self, click: Click, aim: Aim, actor: Actor) -> None:
        """I work on it."""
        await self._desk.inbox.claim(aim.item, actor.id)
        await self._desk.suggesting.signed_by(aim.item, actor.name)

    async def release(self, click: Click, aim: Aim, actor: Actor) -> None:
        """Somebody else may."""
        await self._desk.inbox.release(aim.item, actor.id)
        await self._desk.suggesting.signed_by(aim.item, "")

    async def ignore(self, click: Click, aim: Aim, actor: Actor) -> None:
        """It needs no answer."""
        await self._desk.inbox.ignore(aim.item, actor.id)

    async def reopen(self, click: Click, aim: Aim, actor: Actor) -> None:
        """It does after all."""
        await self._desk.inbox.reopen(aim.item, actor.id)

    async def mark_sent(self, click: Click, aim: Aim, actor: Actor) -> None:
        """I looked: the reply is there."""
        await self._desk.unsure.mark_sent(_second(aim), actor.id)

    async def send_again(self, click: Click, aim: Aim, actor: Actor) -> None:
        """I looked: it is not."""
        await self._desk.unsure.send_again(_second(aim), actor.id)

    async def snooze(self, click: Click, aim: Aim, actor: Actor) -> None:
        """Later: in some hours, tomorrow at nine where they live, or when they pick."""
        now = self._clock()
        if aim.stamp == Snooze.PICK:

            async def pick() -> Block:
                card = await self._desk.board.card(aim.item)
                return modals.snooze(card, _memory(click, aim, actor), actor.zone, now, actor.words)

            await self._window(click, actor, pick)
        elif aim.stamp == Snooze.TOMORROW:
            await self._desk.inbox.snooze(aim.item, actor.id, modals.tomorrow(now, actor.zone))
        elif aim.stamp in SNOOZES:
            await self._desk.inbox.snooze(aim.item, actor.id, now + SNOOZES[Snooze(aim.stamp)])
        else:
            raise UnknownButton

    async def escalate(self, click: Click, aim: Aim, actor: Actor) -> None:
        """Ask the approvers, with a note."""

        async def ask() -> Block:
            card = await self._desk.board.card(aim.item)
            return modals.escalate(card, _memory(click, aim, actor), actor.words)

        await self._window(click, actor, ask)

    async def edit(self, click: Click, aim: Aim, actor: Actor) -> None:
        """Write a reply, from a suggestion where one is named."""

        async def write() -> Block:
            start = await self._desk.drafting.open(aim.item, aim.second, actor.id)
            signed = await self._desk.suggesting.signed(aim.item, aim.second, actor.name) if aim.second else None
            start = replace(start, text=signed or start.text)
            if len(start.text) > INPUT_MOST:
                raise CannotEditHere(length=len(start.text), limit=INPUT_MOST)
            card = await self._desk.board.card(aim.item)
            return modals.edit(card, start, _memory(click, aim, actor, base=aim.second), actor.words)

        await self._window(click, actor, write)

    async def person(self, click: Click, aim: Aim, actor: Actor) -> None:
        """What is known of whoever wrote this, and room to note more."""

        async def show() -> Block:
            known = await self._desk.people.known(aim.item)
            card = await self._desk.board.card(aim.item)
            staff = await self._people.staff(pledge.by for pledge in known.pledges)
            return persons.person(card, known, _memory(click, aim, actor), staff, self._clock(), actor.words)

        await self._window(click, actor, show)

    async def reveal(self, click: Click, aim: Aim, actor: Actor) -> None:
        """The comment with the personal data that the card masks: to this person alone, and written down."""
        text = await self._desk.people.reveal(aim.item, actor.id)
        await self._errors.tell(click, persons.revealed(text, actor.words))

    async def unknown(self, click: Click, aim: Aim, actor: Actor) -> None:
        """A button that is not in the table."""
        raise UnknownButton

    async def _checked(self, click: Click, work: Work) -> None:
        aim = click.aim or Aim(0)
        if work != self.unknown and click.aim is None:
            raise UnknownButton
        actor = await self._people.get(click.who)
        if not actor.may:
            raise NotPermitted(verb=click.name.partition(".")[2])
        if work != self.unknown:
            await self._current(click, aim, actor)
        await work(click, aim, actor)
        await self._home.follow(actor)

    async def _current(self, click: Click, aim: Aim, actor: Actor) -> None:
        """A card that stands twice: the one not recorded goes away. Raises `CardMoved` for a click on it."""
        if click.place is None:
            return
        place = await self._desk.board.place(aim.item)
        if place is None or place == click.place:
            return
        link = await self._api.permalink(place)
        await self._api.delete(click.place)
        raise CardMoved(link=f"<{link}|{actor.words('home.show')}>" if link else "")

    async def _window(self, click: Click, actor: Actor, content: Callable[[], Awaitable[Block]]) -> None:
        """Open at once (the trigger lives three seconds), then fill; a refusal is read where they are looking."""
        view = await self._api.open_view(click.trigger, modals.loading(actor.words))
        try:
            shown = await content()
        except (BotError, PlatformError) as error:
            shown = modals.problem(actor.words, await self._errors.sentence(error, actor.words))
        await self._api.update_view(shown, view_id=view)


def _second(aim: Aim) -> int:
    if aim.second is None:
        raise UnknownButton
    return aim.second


def _memory(click: Click, aim: Aim, actor: Actor, base: int | None = None) -> str:
    return pack(
        item=aim.item,
        base=base,
        locale=actor.locale,
        channel=None if click.home else click.channel,
        thread=click.thread,
    )
