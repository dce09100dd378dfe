"""Templates into the desk from a file or a pasted sheet, and out of it as a file in the channel.
What a file may hold is judged by the desk; here it is only fetched and handed on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.errors import CannotKeep
from handlers.errors import problem_of
from handlers.files import Files, NoFile
from handlers.payloads import Click, pack
from handlers.people import Actor
from handlers.ui import templates as ui
from handlers.ui.blocks import Block
from handlers.windows import Answer, Windows
from platforms.errors import AuthBroken

if TYPE_CHECKING:
    from bot.desk import Desk

NAMES = {"csv": "xiaobian-templates.csv", "pack": "xiaobian-templates.toml"}


class Exchange:
    """One method for each button; `taken_in` is the window's."""

    def __init__(self, desk: Desk, windows: Windows, files: Files, channel: str) -> None:
        """`channel`: where files go when the bot is not where they were asked for."""
        self._desk, self._windows, self._files, self._channel = desk, windows, files, channel

    async def take_in(self, click: Click, actor: Actor) -> None:
        """The window to choose a file in."""

        async def draw() -> Block:
            memory = pack(back=click.memory, channel=click.memory.get("channel"), locale=actor.locale)
            return ui.take_in(self._files.reads, memory, actor.words)

        await self._windows.open(click, actor, draw)

    async def taken_in(self, click: Click, actor: Actor) -> Answer:
        """Store what the file or the pasted text holds; the window then says what became of each row."""
        words = actor.words
        chosen, pasted = click.typed(ui.FILE, "files") or [], click.typed(ui.PASTE) or ""
        field = ui.FILE if chosen else ui.PASTE
        if not chosen and not pasted.strip():
            return {"response_action": "errors", "errors": {ui.PASTE: words("exchange.nothing")}}
        name = str(chosen[0].get("name", "")) if chosen else words("exchange.pasted")
        try:
            raw = await self._files.fetch(chosen[0]) if chosen else pasted.encode()
            result = await self._desk.templates.take_in(raw, name, actor.id)
        except CannotKeep as error:
            return {
                "response_action": "errors",
                "errors": {field: f"{words('exchange.this')}{problem_of(error, words)}"},
            }
        except NoFile as error:
            sentence = await self._windows.errors.sentence(error, words)
            return {"response_action": "errors", "errors": {field: sentence}}
        back = click.memory.get("back")
        again = self._windows.again(click.under, back if isinstance(back, dict) else {}, actor)
        self._windows.runner.spawn(click, again)
        return {"response_action": "update", "view": ui.taken_in(result, words)}

    async def export_csv(self, click: Click, actor: Actor) -> None:
        """A sheet of what they say."""
        await self._out(click, actor, "csv")

    async def export_pack(self, click: Click, actor: Actor) -> None:
        """A pack with everything in it."""
        await self._out(click, actor, "pack")

    async def copied(self, click: Click, actor: Actor) -> Answer:
        """The window a short export was copied from is closed."""
        return {}

    async def _out(self, click: Click, actor: Actor, form: str) -> None:
        async def draw() -> Block:
            content = await asyncio.to_thread(self._desk.templates.written, form)
            asked = click.memory.get("channel")
            channels = tuple(dict.fromkeys(filter(None, (asked if isinstance(asked, str) else "", self._channel))))
            comment = actor.words("exchange.comment", by=f"<@{actor.id}>")
            try:
                channel = await self._files.share(channels, NAMES[form], content, comment)
            except AuthBroken as error:
                if error.evidence != "missing_scope":
                    raise
                return ui.to_copy(content.decode("utf-8-sig"), error.scope or "files:write", actor.words)
            return ui.given_out(channel, actor.words)

        await self._windows.open(click, actor, draw)
