"""What the menu of a message offers: suggest again, on a card or on any message in its thread.
What people write there is never read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.errors import NotPermitted
from handlers.errors import Errors, NoCard, UnknownShortcut
from handlers.payloads import Click
from handlers.people import People
from handlers.runner import Runner
from handlers.ui.blocks import Message, section
from handlers.verbs import Verb

if TYPE_CHECKING:
    from bot.desk import Desk


class Shortcuts:
    """The message menu."""

    def __init__(self, desk: Desk, people: People, runner: Runner, errors: Errors) -> None:
        self._desk, self._people, self._runner, self._errors = desk, people, runner, errors

    async def suggest_again(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """Match the comment anew."""
        await ack()
        self._runner.spawn(context["click"], self._suggest_again(context["click"]))

    async def unknown(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """A shortcut or a command that is not in the table."""
        await ack()
        self._runner.spawn(context["click"], self._refuse())

    async def _suggest_again(self, click: Click) -> None:
        actor = await self._people.get(click.who)
        if not actor.may:
            raise NotPermitted(verb=Verb.SUGGEST_AGAIN.word)
        item = await self._desk.board.item_at(click.place) if click.place else None
        if item is None:
            raise NoCard
        n = await self._desk.suggesting.suggest_again(item, actor.id)
        words = actor.words
        said = words("engage.suggested", n=n) if n else words("engage.suggested_none")
        await self._errors.tell(click, Message([section(said)], said))

    async def _refuse(self) -> None:
        raise UnknownShortcut
