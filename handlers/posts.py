"""Posts written in Slack: the window, its preview, and the one thing to do next.
The desk decides what may go out; what somebody typed is never lost to a refusal.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.clock import Clock
from bot.errors import BadTime, BotError
from bot.posts.content import Content, readable
from bot.posts.slot import State
from handlers.errors import UnknownButton
from handlers.files import Files
from handlers.payloads import Aim, Click, pack
from handlers.people import Actor
from handlers.post_window import PostWindow, in_memory
from handlers.ui import post_form as ui
from handlers.ui.blocks import Block, Message, section
from handlers.ui.modals import zone_name
from handlers.windows import Answer, Windows

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.posts.desk import Posts as Use


class Posts:
    """One method for each button and window."""

    def __init__(self, desk: Desk, windows: Windows, files: Files, clock: Clock, zone: ZoneInfo) -> None:
        """`zone`: the team's."""
        self._desk, self._windows, self._clock, self._zone = desk, windows, clock, zone
        self._window = PostWindow(desk, files, clock, zone)

    async def write(self, click: Click, actor: Actor, typed: str = "") -> None:
        """A window for a new post; a time that the text begins with is filled in and said back."""
        await self._windows.open(click, actor, lambda: self._window.new(typed, actor, click.channel))

    async def edit(self, click: Click, actor: Actor) -> None:
        """The same for a post there is."""
        number = aimed(click).item

        async def draw() -> Block:
            content, version = await self._use.writing.content(number)
            return await self._window.drawn(content, number, version, actor, click.channel)

        await self._windows.open(click, actor, draw)

    async def vary(self, click: Click, actor: Actor) -> None:
        """A field for one account's own text, in the same window."""
        content = await self._window.typed(click, (), strict=False)
        memory = click.memory
        number, seen = in_memory(memory, "post"), in_memory(memory, "seen")
        variants = [*(memory.get("variants") or []), click.value]
        view = await self._window.drawn(content, number, seen, actor, click.channel, variants=variants)
        await self._windows.api.update_view(view, view_id=click.view)

    async def save(self, click: Click, actor: Actor) -> Answer:
        """Keep what was typed, and show what would be public."""
        try:
            kept = await self._window.kept(click)
            content = await self._window.typed(click, kept)
            readable(content)
            number, void = await self._stored(click, actor, content)
        except ValueError as half:
            sentence = actor.words("post_form.half_a_time")
            return {"response_action": "errors", "errors": {str(half): sentence}}
        except BadTime as error:
            sentence = await self._windows.errors.sentence(error, actor.words)
            field = "rule" if error.params.get("field") == "rule" else "day"
            return {"response_action": "errors", "errors": {field: sentence}}
        except BotError as error:
            sentence = await self._windows.errors.sentence(error, actor.words)
            return {"response_action": "errors", "errors": {"files" if kept_failed(error) else "text": sentence}}
        said = [actor.words("post_form.voided")] if void else []
        # Whoever comes back from the preview goes on with this post, and does not begin another.
        self._windows.runner.spawn(click, self._go_on(click, number, actor))
        return {"response_action": "push", "view": await self._preview(number, actor, said, click.channel)}

    async def closed(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """The window was closed: what was typed stays a draft."""
        await ack()
        self._windows.runner.spawn(context["click"], self._keep(context["click"]))

    async def preview(self, click: Click, actor: Actor) -> None:
        """All of a post that a card is too small for."""
        number = aimed(click).item
        await self._windows.open(click, actor, lambda: self._preview(number, actor, [], click.channel))

    async def submit(self, click: Click, actor: Actor) -> Answer:
        """Ask for approval of what was previewed, or give it, whichever the preview's button said."""
        number, stamp = in_memory(click.memory, "post"), str(click.memory.get("stamp", ""))
        if number is None:
            raise UnknownButton
        if click.memory.get("approve"):
            await self._use.approval.approve(number, actor.id, stamp, approver=actor.approves)
            self._windows.runner.spawn(click, self._told(click, actor, "post_form.approved", number))
        elif click.memory.get("ask"):
            seen = in_memory(click.memory, "seen")
            at_once = await self._use.approval.submit(number, actor.id, seen)
            key = "post_form.scheduled" if at_once else "post_form.asked"
            self._windows.runner.spawn(click, self._told(click, actor, key, number))
        return {"response_action": "clear"}

    async def copy(self, click: Click, actor: Actor) -> None:
        """A new draft of the same, opened at once."""
        source = aimed(click).item

        async def draw() -> Block:
            number = await self._use.writing.copy(source, actor.id)
            content, version = await self._use.writing.content(number)
            return await self._window.drawn(content, number, version, actor, click.channel)

        await self._windows.open(click, actor, draw)

    @property
    def _use(self) -> Use:
        return self._desk.posts

    async def _keep(self, click: Click) -> None:
        """What others were asked about is not changed by closing a window."""
        actor = await self._windows.people.get(click.who)
        content = await self._window.typed(click, (), strict=False)
        number, seen = in_memory(click.memory, "post"), in_memory(click.memory, "seen")
        if not actor.may or not content.text.strip():
            return
        if number is None:
            await self._use.writing.begin(actor.id, content)
            return
        with suppress(BotError):  # Gone or changed meanwhile: they closed the window, they need no lecture.
            stored, _ = await self._use.writing.content(number)
            if (await self._use.board.card(number)).state == State.DRAFT and stored != content:
                await self._use.approval.change(number, actor.id, content, seen)

    async def _stored(self, click: Click, actor: Actor, content: Content) -> tuple[int, bool]:
        number, seen = in_memory(click.memory, "post"), in_memory(click.memory, "seen")
        if number is None:
            return await self._use.writing.begin(actor.id, content), False
        return number, await self._use.approval.change(number, actor.id, content, seen)

    async def _go_on(self, click: Click, number: int, actor: Actor) -> None:
        content, version = await self._use.writing.content(number)
        view = await self._window.drawn(content, number, version, actor, click.channel)
        await self._windows.api.update_view(view, view_id=click.view)

    async def _preview(self, number: int, actor: Actor, said: list[str], channel: str | None) -> Block:
        """What would be public, and the one thing this person can do about it next."""
        content, _ = await self._use.writing.content(number)
        card = await self._use.board.card(number)
        seen = self._use.writing.preview(content)
        fine = bool(seen) and not any(each.problems for each in seen)
        asks = fine and card.state == State.DRAFT
        approves = fine and card.state == State.WAITING and actor.approves
        words = actor.words
        submit = words("post.submit") if asks else words("post.approve") if approves else None
        if content.wall is not None:
            zone = ZoneInfo(content.zone)
            said = [*said, ui.understood(content.wall, zone, self._zone, self._clock(), words)]
        else:
            said = [*said, words("post_form.as_soon")]
        said += [f":warning: {words(f'warning.{key}', **params)}" for key, params in card.warned]
        memory = pack(
            post=number,
            seen=card.version,
            stamp=card.stamp,
            ask=asks,
            approve=approves,
            channel=channel,
            locale=actor.locale,
        )
        return ui.preview(seen, content, memory, said, submit, words)

    async def _told(self, click: Click, actor: Actor, key: str, number: int) -> None:
        content, _ = await self._use.writing.content(number)
        when = actor.words("post_form.as_soon")
        if content.wall is not None:
            zone = ZoneInfo(content.zone)
            when = f"{content.wall:%Y-%m-%d %H:%M} {zone_name(zone, content.wall.replace(tzinfo=zone))}"
        said = actor.words(key, post=number, when=when)
        await self._windows.errors.tell(click, Message([section(said)], said))


def aimed(click: Click) -> Aim:
    """The post a button is about. Raises `UnknownButton`."""
    if click.aim is None:
        raise UnknownButton
    return click.aim


def kept_failed(error: BotError) -> bool:
    """Whether it is about a file."""
    return error.key in ("error.bad_media", "error.no_file", "error.cannot_keep")
