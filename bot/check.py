"""`xiaobian check`: what is set, what is missing, which permission a token lacks, and what the desk will do.
It asks the platforms who we are and changes nothing; no secret is ever part of a line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import AsyncExitStack

from bot.config import Settings
from bot.errors import BotError
from bot.i18n import Words
from bot.store.engine import Store
from bot.store.schema import HEAD, revision
from handlers.host import SlackDesk
from platforms.base import AccountInfo, Platform
from platforms.caps import Find, Idempotency
from platforms.errors import AuthBroken, BadSettings, PlatformError
from platforms.registry import create

PATIENCE = 30.0
"""Seconds an account has to answer."""

HISTORY = {"C": "channels:history", "G": "groups:history"}
"""The scope that lets us look for a card in a channel, by the first letter of the channel's id."""

FILES = ("files:read", "files:write")
"""The scopes for templates as files, in and out."""

GOOD, BAD, NOTE = "✓", "✗", "·"


async def report(settings: Settings, words: Words) -> tuple[list[str], bool]:
    """The lines to print, and whether all is well."""
    parts = [await _database(settings, words), await _slack(settings, words)]
    if not settings.accounts:
        parts.append([f"{BAD} {words('check.no_accounts')}"])
    for name in settings.accounts:
        parts.append(await _account(settings, name, words))
    lines = [line for part in parts for line in part]
    good = not any(line.lstrip().startswith(BAD) for line in lines)
    return [*lines, "", words("check.good" if good else "check.bad")], good


async def _database(settings: Settings, words: Words) -> list[str]:
    try:
        async with Store(settings.database_url) as store:
            where = store.url.render_as_string(hide_password=True)
            at = await revision(store)
    except BotError as error:
        return [f"{BAD} {words.sentence(error)}"]
    state = words("check.database_ready") if at == HEAD else words("check.database_behind", at=at or "–", head=HEAD)
    return [f"{GOOD} {words('check.database', where=where)} {state}"]


async def _slack(settings: Settings, words: Words) -> list[str]:
    try:
        async with SlackDesk(settings.slack, zone=settings.zone) as slack:
            seat = slack.seat
    except BotError as error:
        return [f"{BAD} Slack: {words.sentence(error)}"]
    lines = [f"{GOOD} {words('check.slack', team=seat.team, bot=seat.bot, channel=settings.slack.channel)}"]
    history = HISTORY[settings.slack.channel[0]]
    if settings.slack.history and history not in seat.scopes:
        lines.append(f"  {NOTE} {words('check.scope_optional', scope=history)}")
    if missing := [scope for scope in FILES if seat.scopes and scope not in seat.scopes]:
        lines.append(f"  {NOTE} {words('check.scope_files', scope=', '.join(missing))}")
    lines.append(f"  {NOTE} {_who(words, 'check.managers', settings.slack.managers)}")
    lines.append(f"  {NOTE} {_who(words, 'check.approvers', settings.slack.approvers)}")
    return lines


async def _account(settings: Settings, name: str, words: Words) -> list[str]:
    account = settings.accounts[name]
    title = f"{name} ({account.platform})"
    try:
        async with asyncio.timeout(PATIENCE), AsyncExitStack() as stack:
            platform = create(account.platform, name, account.options())
            stack.push_async_callback(platform.close)
            info = await platform.open()
            plan = _plan(platform, words)
    except BadSettings as error:
        return [f"{BAD} {title}: {error.key} {error.remedy}"]
    except AuthBroken as error:
        said = words("check.scope_missing", scope=error.scope) if error.scope else words("check.token_refused")
        return [f"{BAD} {title}: {said}"]
    except (PlatformError, TimeoutError) as error:
        return [f"{BAD} {title}: {words('check.unreachable', problem=type(error).__name__)}"]
    return [f"{GOOD} {title}: {info.name}", *_details(info, words), *(f"  {NOTE} {line}" for line in plan)]


def _details(info: AccountInfo, words: Words) -> Iterable[str]:
    if info.granted:
        yield f"  {GOOD} {words('check.granted', scopes=', '.join(info.granted))}"
    for scope in info.missing:
        yield f"  {BAD} {words('check.scope_missing', scope=scope)}"
    for note in info.notes:
        yield f"  {NOTE} {words(f'note.{note}') if words.has(f'note.{note}') else note}"


def _plan(platform: Platform, words: Words) -> list[str]:
    """What the desk will do with this account, from what its caps claim."""
    caps = platform.caps
    reads = ", ".join(sorted(words(f"kind.{kind.value}") for kind in caps.reads)) or "–"
    lines = [words("check.reads", kinds=reads)]
    lines.append(words("check.polls" if platform.feeds else "check.pushed"))
    if not caps.reply:
        lines.append(words("check.no_reply"))
    elif caps.idempotency is not Idempotency.NONE:
        lines.append(words("check.repeats"))
    else:
        lines.append(words("check.asks" if caps.find is Find.NONE else "check.looks"))
    return lines


def _who(words: Words, key: str, ids: Sequence[str]) -> str:
    return words(f"{key}.some", who=", ".join(ids)) if ids else words(f"{key}.all")
