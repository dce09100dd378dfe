"""The calendar of posts in Slack: a window to leaf through, and the page as a picture for everybody.
It changes nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.posts.calendar import Kind, Only, Page, page, span
from bot.posts.labels import labels, title
from bot.posts.slot import State
from handlers.files import Files
from handlers.payloads import Body, Click, pack
from handlers.people import Actor
from handlers.ui import blocks as kit
from handlers.ui.blocks import Block, Message, section
from handlers.ui.calendar import ANY, Doors, Look, calendar_blocks, calendar_message
from handlers.verbs import Verb
from handlers.windows import Windows
from platforms.errors import AuthBroken

if TYPE_CHECKING:
    from bot.desk import Desk

DOORS = Doors(
    previous=Verb.CALENDAR_BEFORE,
    next=Verb.CALENDAR_AFTER,
    today=Verb.CALENDAR,
    kind=Verb.CALENDAR_KIND,
    account=Verb.CALENDAR_ACCOUNT,
    pillar=Verb.CALENDAR_PILLAR,
    state=Verb.CALENDAR_STATE,
)
KINDS = {"week": Kind.WEEK, "month": Kind.MONTH, "週": Kind.WEEK, "月": Kind.MONTH}
"""What may follow `/engage calendar`."""


class Calendar:
    """One method for each button."""

    def __init__(
        self, desk: Desk, windows: Windows, files: Files, clock: Clock, channel: str, public: str = ""
    ) -> None:
        """`channel`: where pictures go when the bot is not where they were asked for; `public`: our own address."""
        self._desk, self._windows, self._files, self._public = desk, windows, files, public
        self._clock, self._channel = clock, channel
        windows.drawings["calendar"] = self._view

    async def open(self, click: Click, actor: Actor, typed: str = "") -> None:
        """This week, or this month; or the address for other programs."""
        match typed.strip().lower():
            case "link" | "訂閱":
                return await self.link(click, actor)
            case "unlink" | "取消訂閱":
                return await self.unlink(click, actor)
        kind = KINDS.get(typed.strip().lower(), Kind.WEEK)
        look = Look(kind, self._clock().astimezone(actor.zone).date())
        memory = {"look": look.written(), "channel": click.channel}
        await self._windows.open(click, actor, lambda: self._view(memory, actor))

    async def link(self, click: Click, actor: Actor) -> None:
        """A new address of the feed, shown once to this person; the one they had before leads nowhere any more."""
        if not self._public:
            said = actor.words("calendar.no_link")
        else:
            secret = await self._desk.posts.subscription.make(actor.id)
            said = actor.words("calendar.link", url=f"{self._public.rstrip('/')}/calendar/{secret}.ics")
        await self._windows.errors.tell(click, Message([section(said)], said))

    async def unlink(self, click: Click, actor: Actor) -> None:
        """Take it back."""
        gone = await self._desk.posts.subscription.revoke(actor.id)
        said = actor.words("calendar.unlinked" if gone else "calendar.not_linked")
        await self._windows.errors.tell(click, Message([section(said)], said))

    async def show(self, click: Click, actor: Actor) -> None:
        """From a button anywhere; in the calendar itself, the page with today."""
        if click.view is not None and click.memory.get("window") == "calendar":
            return await self.turn(click, actor)
        await self.open(click, actor)

    async def turn(self, click: Click, actor: Actor) -> None:
        """Another page: the one the button leads to."""
        await self._windows.again(click.view, {**click.memory, "window": "calendar", "look": click.value}, actor)

    async def narrow(self, click: Click, actor: Actor) -> None:
        """Only one account's, pillar's or state's."""
        look, value = Look.read(str(click.memory.get("look"))), "" if click.value == ANY else click.value
        only = look.only
        match click.name:
            case Verb.CALENDAR_ACCOUNT:
                only = replace(only, account=value)
            case Verb.CALENDAR_PILLAR:
                only = replace(only, pillar=value)
            case _:
                only = Only(only.account, only.pillar, State(value) if value else None)
        memory = {**click.memory, "window": "calendar", "look": replace(look, only=only).written()}
        await self._windows.again(click.view, memory, actor)

    async def picture(self, click: Click, actor: Actor) -> None:
        """The page as a picture in the channel."""
        # Only here: most desks never draw one.
        from bot.posts.picture import draw
        from bot.posts.typeset import NoFont

        look = Look.read(str(click.memory.get("look")))

        async def show() -> Block:
            found = await self._page(look, actor)
            words, today = actor.words, self._clock().astimezone(actor.zone).date()
            try:
                content = await asyncio.to_thread(draw, found, labels(found, words), today)
                asked = click.memory.get("channel")
                channels = tuple(dict.fromkeys(filter(None, (asked if isinstance(asked, str) else "", self._channel))))
                comment = f"{title(found, words)} <@{actor.id}>"
                channel = await self._files.share(channels, f"calendar-{look.day}.png", content, comment)
            except NoFont:
                said = words("calendar.no_font")
            except AuthBroken as error:
                if error.evidence != "missing_scope":
                    raise
                said = words("calendar.no_scope", scope=error.scope or "files:write")
            else:
                said = words("calendar.shared", channel=f"<#{channel}>")
            return kit.modal(words("calendar.window"), [section(said)], close=words("modal.close"))

        await self._windows.open(click, actor, show)

    async def message(self, actor: Actor, kind: Kind = Kind.WEEK) -> Message:
        """This week or month as a message, with nothing to press."""
        look = Look(kind, self._clock().astimezone(actor.zone).date())
        return calendar_message(await self._page(look, actor), actor.words, self._clock())

    async def _view(self, memory: Body, actor: Actor) -> Block:
        look = Look.read(str(memory.get("look")))
        found = await self._page(look, actor)
        words = actor.words
        kept = pack(window="calendar", look=look.written(), channel=memory.get("channel"), locale=actor.locale)
        picture = kit.actions(kit.button(words("calendar.picture"), Verb.CALENDAR_PICTURE))
        blocks = [*calendar_blocks(found, words, self._clock(), DOORS), picture]
        return kit.modal(words("calendar.window"), blocks, close=words("modal.close"), private_metadata=kept)

    async def _page(self, look: Look, actor: Actor) -> Page:
        first, last = span(look.kind, look.day, actor.zone)
        slots = await self._desk.posts.board.slots(first, last)
        return page(slots, look.kind, look.day, actor.zone, look.only)
