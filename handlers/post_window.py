"""The window in which a post is written: what stands in it when it opens, and what it means when it is handed in.
It stores nothing but the files that were put into it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import BadTime
from bot.posts.content import Content, To
from bot.posts.media import stored
from handlers.files import Files
from handlers.payloads import Body, Click, pack
from handlers.people import Actor
from handlers.post_fields import KEYS, merged, shown
from handlers.ui import best
from handlers.ui import post_form as ui
from handlers.ui.blocks import Block

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.posts.desk import Posts as Use

QUEUE = ("queue", "排隊")
"""The word behind `/engage post` that asks for the next free time of the queue."""


class PostWindow:
    """Draws the window, and reads it."""

    def __init__(self, desk: Desk, files: Files, clock: Clock, zone: ZoneInfo) -> None:
        """`zone`: the team's."""
        self._desk, self._files, self._clock, self._zone = desk, files, clock, zone

    async def new(self, typed: str, actor: Actor, channel: str | None) -> Block:
        """For a new post. A time that the text begins with is filled in and said back; so is the queue's."""
        to = tuple(map(To, self._use.accounts[:1]))
        word, *rest = typed.split(None, 1) or [""]
        if word in QUEUE:
            content, said = await self._queued(Content("".join(rest), to, zone=actor.zone.key), actor)
            return await self.drawn(content, None, None, actor, channel, said)
        text, wall, said = self._understood(typed, actor)
        return await self.drawn(Content(text, to, wall=wall, zone=actor.zone.key), None, None, actor, channel, said)

    async def drawn(
        self,
        content: Content,
        number: int | None,
        seen: int | None,
        actor: Actor,
        channel: str | None,
        said: Sequence[str] = (),
        variants: list[str] | None = None,
    ) -> Block:
        """For this content; `number` and `seen`: of the post it is of, and the version that was looked at."""
        varied = variants if variants is not None else [to.account for to in content.to if to.text is not None]
        accounts = [(name, self._use.platforms[name].kind) for name in self._use.accounts]
        memory = pack(post=number, seen=seen, variants=varied, locale=actor.locale, channel=channel)
        habits = [(to.account, await self._use.habits.of(to.account)) for to in content.to[: best.ACCOUNTS_MOST]]
        made = ui.Form(
            shown(content),
            number,
            memory,
            accounts,
            varied,
            content.media,
            self._use.policy,
            zones(content, actor, self._zone),
            said,
            self._files.reads,
            [name for name in self._use.accounts if self._use.platforms[name].caps.threads],
            best.lines(habits, self._use.habits.zone, actor.words),
        )
        return ui.form(made, actor.words)

    async def kept(self, click: Click) -> tuple[dict[str, Any], ...]:
        """The files that were put into the window, on the shelf."""
        found = []
        for told in click.typed("files", "files") or []:
            raw = await self._files.fetch(told)
            found.append(stored(await asyncio.to_thread(self._use.shelf.put, raw, str(told.get("name", "")))))
        return tuple(found)

    async def typed(self, click: Click, kept: tuple[dict[str, Any], ...], *, strict: bool = True) -> Content:
        """What the window means: what is stored, with what was changed in it."""
        number = in_memory(click.memory, "post")
        present = (await self._use.writing.content(number))[0] if number is not None else Content("", ())
        typed = {name: value(click, name) for name in click.values}
        try:
            return merged(present, typed, kept)
        except ValueError:
            if strict:
                raise
            return merged(present, {**typed, "day": None, "clock": None}, kept)

    def _understood(self, typed: str, actor: Actor) -> tuple[str, datetime | None, list[str]]:
        """The text without the time it begins with, that time, and what to say of it."""
        # Only here: its patterns take a twentieth of a start to compile.
        from bot.posts.when import understand

        words, now = actor.words, self._clock()
        try:
            found = understand(typed, now, actor.zone) if typed else None
        except BadTime as error:
            reason = words(f"reason.{error.params['reason']}")
            return typed, None, [f":warning: {reason}"]
        if found is None:
            return typed, None, []
        said = [ui.understood(found.wall, actor.zone, self._zone, now, words)]
        said += [f":information_source: {words(f'guessed.{each}')}" for each in found.guessed]
        return found.rest, found.wall, said

    async def _queued(self, content: Content, actor: Actor) -> tuple[Content, list[str]]:
        """The content at the next free time of its accounts, and what to say of that."""
        words, names = actor.words, [to.account for to in content.to]
        at = await self._use.board.next_free(names)
        if at is None:
            return content, [words("post_form.queue_full" if self._use.policy.queue else "post_form.queue_unset")]
        wall = at.replace(tzinfo=None, fold=0)
        where = best.names(names, words)
        said = [
            words("post_form.queued", accounts=where),
            ui.understood(wall, self._zone, actor.zone, self._clock(), words),
        ]
        return Content(content.text, content.to, wall=wall, zone=self._zone.key), said

    @property
    def _use(self) -> Use:
        return self._desk.posts


def zones(content: Content, actor: Actor, team: ZoneInfo) -> list[str]:
    """The zones a time may be given in: the post's, the person's, the team's."""
    return list(dict.fromkeys((content.zone, actor.zone.key, team.key, "UTC")))


def in_memory(memory: Body, name: str) -> int | None:
    """A number that a window carries."""
    held = memory.get(name)
    return held if isinstance(held, int) else None


def value(click: Click, name: str) -> Any:
    """What a field of the window holds: a text, a value, a list of values, or None."""
    held = click.typed(name, KEYS.get(name, "value"))
    if name == "files":
        return None
    if isinstance(held, list):
        return [each["value"] for each in held]
    return held["value"] if isinstance(held, Mapping) else held
