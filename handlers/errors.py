"""The one place every failure of a click comes to: a sentence in the person's language that says what to do next.
It never shows a traceback, a token or what the audience wrote, and never raises itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Iterator

import structlog

from bot.errors import BotError, CannotKeep
from bot.i18n import Words
from handlers.client import Api
from handlers.payloads import Click, Source
from handlers.people import People
from handlers.ui import text as txt
from handlers.ui.blocks import Message, section
from handlers.ui.problems import problem
from handlers.ui.text import Staff
from platforms.errors import AuthBroken, PlatformError, Rejected, Unsure

log = structlog.get_logger()


class UnknownButton(BotError):
    """A button nobody answers to: from an older version, or made up."""

    key = "error.unknown_action"


class UnknownView(BotError):
    """A window nobody answers to."""

    key = "error.unknown_view"


class UnknownShortcut(BotError):
    """A shortcut or a command nobody answers to."""

    key = "error.unknown_shortcut"


class NoCard(BotError):
    """The message is not a card, nor in a card's thread."""

    key = "error.no_card"


class CardMoved(BotError):
    """The item's card stands somewhere else. `link`: where, as mrkdwn."""

    key = "error.moved"


class CannotEditHere(BotError):
    """Longer than Slack's text field takes. `length`, `limit`."""

    key = "error.cannot_edit_here"


class CannotOpenTemplate(BotError):
    """A template longer than Slack's text fields take. `field` (what it is called), `length`, `limit`."""

    key = "error.cannot_open_template"


def problem_of(error: CannotKeep, words: Words) -> str:
    """What is wrong with a template, as the end of a sentence that begins with what it is about."""
    return words.first(f"template_error.{error.params.get('code')}", "tpl_field.other", **error.params)


def explain(error: Exception, words: Words, staff: Staff) -> str:
    """The sentence for an error, as plain text. What is neither ours nor the platform's is a bug: logged, numbered."""
    if isinstance(error, BotError):
        return _bot_error(error, words, staff)
    if isinstance(error, PlatformError):
        return _platform_error(error, words)
    code = secrets.token_hex(3)
    log.error("bug", code=code, exc_info=error)
    return words("error.bug", code=code)


class Errors:
    """Tells people things only they see, errors above all."""

    def __init__(self, api: Api, people: People) -> None:
        self._api, self._people = api, people

    async def report(self, click: Click, error: Exception) -> None:
        """Say what went wrong to whoever clicked; a person who cannot be reached is only logged.

        Nobody asked for what an event started (a Home tab that could not be drawn): that is logged too, not said.
        """
        actor = await self._people.get(click.who)
        sentence = await self.sentence(error, actor.words)
        log.info("click_refused", verb=click.name, who=click.who, error=type(error).__name__)
        if click.source is Source.EVENT:
            return
        marked = sentence if isinstance(error, CardMoved) else txt.escape(sentence)
        await self.tell(click, Message([section(marked)], marked))

    async def sentence(self, error: Exception, words: Words) -> str:
        """`explain`, with the names of the colleagues in it."""
        by = error.params.get("by") if isinstance(error, BotError) else None
        return explain(error, words, await self._people.staff([str(by)] if by else []))

    async def tell(self, click: Click, message: Message) -> None:
        """Where they are looking if that can be done, else as a direct message."""
        for way in self._ways(click, message):
            try:
                await way
            except PlatformError as error:
                log.info("not_told_here", who=click.who, error=type(error).__name__, evidence=error.evidence)
            else:
                return
        log.warning("not_told", who=click.who, verb=click.name)

    def _ways(self, click: Click, message: Message) -> Iterator[Awaitable[object]]:
        """Awaitables, best first; made only when reached, so that none is left unawaited."""
        if click.source is Source.COMMAND and click.response_url:
            yield self._api.respond(click.response_url, message)
        if click.channel and not click.home:
            yield self._api.whisper(click.channel, click.who, message, click.thread)
        if click.response_url:
            yield self._api.respond(click.response_url, message)
        if click.who:
            # A person's id as the channel needs no more than chat:write; conversations.open would need im:write too.
            yield self._api.post(click.who, message)


def _bot_error(error: BotError, words: Words, staff: Staff) -> str:
    given = dict(error.params)
    if "by" in given:
        given["by"] = staff.name(str(given["by"]), words)
    if "state" in given:
        given["state"] = words.first(f"state.{given['state']}", "state.open")
    if "verb" in given:
        given["verb"] = words.first(f"verb.{given['verb']}", "verb.other")
    if "counter" in given:
        given["counter"] = words.first(f"counter.{given['counter']}", "counter.codepoints")
    if "reason" in given:
        given["reason"] = words.first(f"reason.{given['reason']}", "reason.none", **given)
    if "problem" in given:
        given["problem"] = problem(str(given["problem"]), error.params, words)
    if isinstance(error, CannotKeep):
        given["problem"] = problem_of(error, words)
    return words.first(error.key, "error.bot", **given)


def _platform_error(error: PlatformError, words: Words) -> str:
    if isinstance(error, AuthBroken):
        return words("platform_error.auth", scope=error.scope or error.evidence)
    if isinstance(error, Rejected):
        return words("platform_error.rejected", code=error.evidence or error.code)
    return words("platform_error.unsure" if isinstance(error, Unsure) else "platform_error.not_sent")
