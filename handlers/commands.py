"""What can be typed after `/engage`: each answered with a message or a window that only whoever asked sees.
It changes nothing.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.clock import Clock
from bot.errors import NotPermitted
from handlers.brake import Brake
from handlers.calendar import Calendar
from handlers.errors import Errors
from handlers.home import Home
from handlers.importing import IN, OUT, Importing
from handlers.payloads import Click
from handlers.people import Actor, People
from handlers.posts import Posts
from handlers.proposals import Proposals
from handlers.runner import Runner
from handlers.templates import Templates
from handlers.ui import home as ui
from handlers.ui import text as txt
from handlers.ui.blocks import Message
from handlers.verbs import Word
from handlers.windows import VERB

if TYPE_CHECKING:
    from bot.desk import Desk


class Commands:
    """The words after `/engage`."""

    def __init__(
        self,
        desk: Desk,
        people: People,
        runner: Runner,
        errors: Errors,
        home: Home,
        clock: Clock,
        channel: str,
        templates: Templates,
        proposals: Proposals,
        posts: Posts,
        brake: Brake,
        calendar: Calendar,
        importing: Importing,
    ) -> None:
        """`channel`: where the cards are, for the help text."""
        self._desk, self._people, self._runner, self._errors = desk, people, runner, errors
        self._home, self._clock, self._channel = home, clock, channel
        self._templates, self._proposals = templates, proposals
        self._posts, self._brake, self._calendar, self._importing = posts, brake, calendar, importing

    async def engage(self, ack: AsyncAck, context: AsyncBoltContext) -> None:
        """Acknowledge, then answer."""
        await ack()
        self._runner.spawn(context["click"], self._answer(context["click"]))

    async def _answer(self, click: Click) -> None:
        actor = await self._people.get(click.who)
        first, _, rest = click.value.partition(" ")
        word = first.lower() or Word.HELP.value
        if not actor.may and word in (Word.QUEUE, Word.STATUS):
            raise NotPermitted(verb="see")
        if not actor.may and word in (Word.TEMPLATES, Word.PROPOSALS, Word.UNANSWERED):
            raise NotPermitted(verb=VERB)
        if not actor.may and word in (Word.POST, Word.CALENDAR, Word.HOLD, Word.RESUME):
            raise NotPermitted(verb="posts")
        typed = txt.unescape(rest.strip())
        match word:
            case Word.POST if typed.lower() in IN:
                return await self._importing.take_in(click, actor)
            case Word.POST if typed.lower() in OUT:
                return await self._importing.give_out(click, actor)
            case Word.POST:
                return await self._posts.write(click, actor, typed)
            case Word.CALENDAR:
                return await self._calendar.open(click, actor, typed)
            case Word.HOLD:
                return await self._brake.hold(click, actor, typed)
            case Word.RESUME:
                return await self._brake.resume(click, actor)
            case Word.TEMPLATES:
                return await self._templates.open(click, actor, typed)
            case Word.PROPOSALS:
                return await self._proposals.list(click, actor)
            case Word.UNANSWERED:
                return await self._proposals.questions(click, actor)
        await self._errors.tell(click, await self._said(word, actor))

    async def _said(self, word: str, actor: Actor) -> Message:
        words = actor.words
        match word:
            case Word.QUEUE:
                queue = await self._desk.board.queue(actor.id)
                staff, links = await self._home.around(queue)
                return ui.queue_message(queue, words, self._clock(), staff, links)
            case Word.STATUS:
                return ui.status_message(await self._desk.board.status(), words, self._clock())
            case Word.HELP:
                return ui.help_message(words, self._channel)
        near = get_close_matches(word, [each.value for each in Word], n=1)
        return ui.help_message(words, self._channel, unknown=word, nearest=near[0] if near else "")
