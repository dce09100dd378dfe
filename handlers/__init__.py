"""Everything Slack: this page is the table of every entry point; `handlers.host` puts it together and keeps it running.
No message event is in it, and none may be: what people say in a channel or thread never reaches the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from handlers.actions import Actions
from handlers.commands import Commands
from handlers.events import Events
from handlers.middleware import Gate
from handlers.shortcuts import Shortcuts
from handlers.ui import modals
from handlers.verbs import COMMAND, Event, Verb
from handlers.views import Views

ANY = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entries:
    """What the entry points lead to."""

    actions: Actions
    views: Views
    commands: Commands
    shortcuts: Shortcuts
    events: Events


def register(app: AsyncApp, to: Entries, gate: Gate) -> None:
    """Every Slack entry point. Catch-alls come last: bolt takes the first that fits."""
    app.middleware(gate.__call__)

    app.action(Verb.APPROVE)(to.actions.on(to.actions.approve))
    app.action(Verb.EDIT)(to.actions.on(to.actions.edit))
    app.action(Verb.CLAIM)(to.actions.on(to.actions.claim))
    app.action(Verb.RELEASE)(to.actions.on(to.actions.release))
    app.action(Verb.SNOOZE)(to.actions.on(to.actions.snooze))
    app.action(Verb.IGNORE)(to.actions.on(to.actions.ignore))
    app.action(Verb.ESCALATE)(to.actions.on(to.actions.escalate))
    app.action(Verb.REOPEN)(to.actions.on(to.actions.reopen))
    app.action(Verb.MARK_SENT)(to.actions.on(to.actions.mark_sent))
    app.action(Verb.SEND_AGAIN)(to.actions.on(to.actions.send_again))
    app.action(Verb.PERSON)(to.actions.on(to.actions.person))
    app.action(Verb.REVEAL)(to.actions.on(to.actions.reveal))
    app.action(Verb.OPEN)(to.actions.open)

    app.view_submission(Verb.EDIT)(to.views.on(to.views.edit, modals.TEXT, push=True))
    app.view_submission(Verb.APPROVE)(to.views.on(to.views.approve))
    app.view_submission(Verb.SNOOZE)(to.views.on(to.views.snooze, modals.UNTIL))
    app.view_submission(Verb.ESCALATE)(to.views.on(to.views.escalate, modals.NOTE))
    app.view_submission(Verb.PERSON)(to.views.on(to.views.person))
    app.view_closed(Verb.EDIT)(to.views.closed)

    app.command(COMMAND)(to.commands.engage)
    app.message_shortcut(Verb.SUGGEST_AGAIN)(to.shortcuts.suggest_again)

    app.event(Event.HOME_OPENED)(to.events.home_opened)
    app.event(Event.UNINSTALLED)(to.events.gone)
    app.event(Event.TOKENS_REVOKED)(to.events.gone)

    app.action(ANY)(to.actions.on(to.actions.unknown))
    app.view_submission(ANY)(to.views.on(to.views.unknown))
    app.view_closed(ANY)(to.events.nothing)
    app.command(ANY)(to.shortcuts.unknown)
    app.shortcut(ANY)(to.shortcuts.unknown)
    app.event(ANY)(to.events.nothing)
