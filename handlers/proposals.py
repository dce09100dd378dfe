"""What is done with what the desk proposes: accepted, changed, declined; and with questions nobody could answer.
Nothing is decided here twice: the desk says who was first.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.errors import BotError, NotFound
from handlers.payloads import Body, Click, pack
from handlers.people import Actor
from handlers.templates import Templates
from handlers.ui import proposals as ui
from handlers.ui.blocks import Block
from handlers.windows import Windows
from platforms.errors import PlatformError

if TYPE_CHECKING:
    from bot.desk import Desk


class Proposals:
    """One method for each button."""

    def __init__(self, desk: Desk, windows: Windows, templates: Templates, clock: Clock) -> None:
        self._desk, self._windows, self._templates, self._clock = desk, windows, templates, clock
        windows.drawings["proposals"] = self._proposals
        windows.drawings["questions"] = self._questions

    async def list(self, click: Click, actor: Actor) -> None:
        """What waits for a decision."""
        memory = {"channel": click.channel or click.memory.get("channel")}
        await self._windows.open(click, actor, lambda: self._proposals(memory, actor))

    async def questions(self, click: Click, actor: Actor) -> None:
        """What nobody could answer."""
        memory = {"channel": click.channel or click.memory.get("channel")}
        await self._windows.open(click, actor, lambda: self._questions(memory, actor))

    async def accept(self, click: Click, actor: Actor) -> None:
        """Do as proposed."""
        try:
            await self._desk.lessons.accept(_proposal(click), actor.id)
        finally:
            await self._windows.again(click.view, click.memory, actor)

    async def decline(self, click: Click, actor: Actor) -> None:
        """Leave it as it is."""
        try:
            await self._desk.lessons.decline(_proposal(click), actor.id)
        finally:
            await self._windows.again(click.view, click.memory, actor)

    async def change(self, click: Click, actor: Actor) -> None:
        """Look at it in the template's own window, or make a new template of it."""
        offer = await self._desk.lessons.proposal(_proposal(click))
        if offer.template_id is not None:
            language = str(offer.detail.get("language", "zh-TW"))
            await self._templates.change(click, actor, offer.template_id, offer.number, offer.after, language)
        else:
            items = [offer.item] if offer.item is not None else []
            await self._templates.from_items(click, actor, items, offer.number)

    async def make(self, click: Click, actor: Actor) -> None:
        """A template of a question that was asked again and again."""
        items = [int(number) for number in click.value.split(",") if number.isdecimal()]
        await self._templates.from_items(click, actor, items)

    async def _proposals(self, memory: Body, actor: Actor) -> Block:
        count, offers = await self._desk.lessons.proposals(ui.OFFERS)
        items = [offer.item for offer in offers if offer.item is not None]
        found = await asyncio.gather(*map(self._link, items))
        links = {item: url for item, url in zip(items, found, strict=True) if url}
        kept = pack(window="proposals", channel=memory.get("channel"), locale=actor.locale)
        return ui.proposals(count, offers, links, kept, self._clock(), actor.words)

    async def _questions(self, memory: Body, actor: Actor) -> Block:
        folds = await self._desk.lessons.unanswered(ui.FOLDS)
        kept = pack(window="questions", channel=memory.get("channel"), locale=actor.locale)
        return ui.questions(folds, kept, actor.words)

    async def _link(self, item: int) -> str | None:
        try:
            place = await self._desk.board.place(item)
            return await self._windows.api.permalink(place) if place is not None else None
        except (BotError, PlatformError):
            return None


def _proposal(click: Click) -> int:
    if not click.value.isdecimal():
        raise NotFound(what=click.value)
    return int(click.value)
