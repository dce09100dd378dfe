"""What the buttons of a post's card do: approve, send back, move, publish, cancel, mend, pause.
The desk decides whether it is allowed; a card that is out of date changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.errors import BadTime, NotPermitted
from handlers.errors import UnknownButton
from handlers.payloads import Click, pack
from handlers.people import Actor
from handlers.post_fields import KEYS
from handlers.post_window import in_memory, value, zones
from handlers.posts import aimed
from handlers.ui import post_form as ui
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message, section
from handlers.windows import Answer, Windows

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.posts.desk import Posts as Use


class PostCards:
    """One method for each button, and for the windows that two of them open."""

    def __init__(self, desk: Desk, windows: Windows, zone: ZoneInfo) -> None:
        """`zone`: the team's."""
        self._desk, self._windows, self._zone = desk, windows, zone

    async def ask(self, click: Click, actor: Actor) -> None:
        """Ask for approval again, from the card."""
        await self._use.approval.submit(aimed(click).item, actor.id)

    async def approve(self, click: Click, actor: Actor) -> None:
        """Exactly what the card shows may go out."""
        aim = aimed(click)
        await self._use.approval.approve(aim.item, actor.id, aim.stamp, approver=actor.approves)

    async def changes(self, click: Click, actor: Actor) -> None:
        """A window for what should be changed."""
        aim = aimed(click)
        if not actor.approves:
            raise NotPermitted(verb="changes")

        async def draw() -> Block:
            return ui.changes(pack(post=aim.item, locale=actor.locale), actor.words)

        await self._windows.open(click, actor, draw)

    async def changed(self, click: Click, actor: Actor) -> Answer:
        """Send it back."""
        number, note = in_memory(click.memory, "post"), click.typed("note") or ""
        if number is None:
            raise UnknownButton
        await self._use.approval.ask_changes(number, actor.id, note, approver=actor.approves)
        self._windows.runner.spawn(click, self._call_author(number, note, actor))
        return {}

    async def move(self, click: Click, actor: Actor) -> None:
        """A window for another time."""
        aim = aimed(click)

        async def draw() -> Block:
            content, _ = await self._use.writing.content(aim.item)
            return ui.move(
                content, pack(post=aim.item, locale=actor.locale), zones(content, actor, self._zone), actor.words
            )

        await self._windows.open(click, actor, draw)

    async def moved(self, click: Click, actor: Actor) -> Answer:
        """Put it there."""
        number = in_memory(click.memory, "post")
        day, clock = click.typed("day", KEYS["day"]), click.typed("clock", KEYS["clock"])
        zone = value(click, "zone") or actor.zone.key
        if number is None or not day or not clock:
            raise UnknownButton
        try:
            wall = datetime.fromisoformat(f"{day}T{clock}")
            await self._use.approval.move(number, actor.id, wall, zone)
        except BadTime as error:
            sentence = await self._windows.errors.sentence(error, actor.words)
            return {"response_action": "errors", "errors": {"day": sentence}}
        return {}

    async def publish(self, click: Click, actor: Actor) -> None:
        """Now."""
        aim = aimed(click)
        if not actor.approves:
            raise NotPermitted(verb="publish")
        await self._use.schedule.publish(aim.item, actor.id, aim.stamp)

    async def cancel(self, click: Click, actor: Actor) -> None:
        """It does not go out."""
        await self._use.writing.cancel(aimed(click).item, actor.id)

    async def again(self, click: Click, actor: Actor) -> None:
        """Send what is missing."""
        await self._use.mending.again(aimed(click).item, actor.id)

    async def leave(self, click: Click, actor: Actor) -> None:
        """What is missing stays missing."""
        await self._use.mending.leave(aimed(click).item, actor.id)

    async def mark_sent(self, click: Click, actor: Actor) -> None:
        """I looked: the part is there."""
        await self._use.mending.mark_sent(self._part(click), actor.id)

    async def send_again(self, click: Click, actor: Actor) -> None:
        """I looked: it is not."""
        await self._use.mending.send_again(self._part(click), actor.id)

    async def pause(self, click: Click, actor: Actor) -> None:
        """A series stops coming round."""
        await self._use.schedule.pause(aimed(click).item, actor.id, True)

    async def resume(self, click: Click, actor: Actor) -> None:
        """It comes round again."""
        await self._use.schedule.pause(aimed(click).item, actor.id, False)

    @property
    def _use(self) -> Use:
        return self._desk.posts

    async def _call_author(self, number: int, note: str, actor: Actor) -> None:
        """Tell the author in the card's thread: a changed card notifies nobody."""
        card, place = await self._use.board.card(number), await self._use.board.place(number)
        if place is None or not txt.is_member(card.author):
            return
        words = self._windows.people.known("").words
        said = words("post_form.call_author", who=txt.mention(card.author), note=txt.marked(note, 500))
        await self._windows.api.post(place.channel, Message([section(said)], said), thread=place.ts)

    def _part(self, click: Click) -> int:
        aim = aimed(click)
        if aim.second is None:
            raise UnknownButton
        return aim.second
