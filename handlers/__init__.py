"""Everything Slack: this page is the table of every entry point; `handlers.host` puts it together and keeps it running.
No message event is in it, and none may be: what people say in a channel or thread never reaches the desk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from handlers.actions import Actions
from handlers.brake import Brake
from handlers.calendar import Calendar
from handlers.commands import Commands
from handlers.events import Events
from handlers.exchange import Exchange
from handlers.importing import Importing
from handlers.middleware import Gate
from handlers.post_cards import PostCards
from handlers.posts import Posts
from handlers.proposals import Proposals
from handlers.shortcuts import Shortcuts
from handlers.templates import Templates
from handlers.ui import modals
from handlers.verbs import COMMAND, Event, Verb
from handlers.views import Views
from handlers.windows import Windows

ANY = re.compile(".*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Entries:
    """What the entry points lead to."""

    actions: Actions
    views: Views
    commands: Commands
    shortcuts: Shortcuts
    events: Events
    windows: Windows
    templates: Templates
    proposals: Proposals
    exchange: Exchange
    posts: Posts
    post_cards: PostCards
    brake: Brake
    calendar: Calendar
    importing: Importing


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
    app.action(Verb.MAKE_TEMPLATE)(to.actions.on(to.templates.from_answer))
    app.action(Verb.OPEN)(to.actions.open)

    app.action(Verb.FIND)(to.windows.on(to.templates.find))
    app.action(Verb.PREVIOUS)(to.windows.on(to.templates.turn))
    app.action(Verb.NEXT)(to.windows.on(to.templates.turn))
    app.action(Verb.NEW)(to.windows.on(to.templates.new))
    app.action(Verb.CHANGE)(to.windows.on(to.templates.edit))
    app.action(Verb.SAMPLE)(to.windows.on(to.templates.preview))
    app.action(Verb.RETIRE)(to.windows.on(to.templates.retire))
    app.action(Verb.RESTORE)(to.windows.on(to.templates.restore))
    app.action(Verb.TAKE_IN)(to.windows.on(to.exchange.take_in))
    app.action(Verb.EXPORT_CSV)(to.windows.on(to.exchange.export_csv))
    app.action(Verb.EXPORT_PACK)(to.windows.on(to.exchange.export_pack))
    app.action(Verb.PROPOSALS)(to.windows.on(to.proposals.list))
    app.action(Verb.ACCEPT)(to.windows.on(to.proposals.accept))
    app.action(Verb.REVISE)(to.windows.on(to.proposals.change))
    app.action(Verb.DECLINE)(to.windows.on(to.proposals.decline))
    app.action(Verb.QUESTIONS)(to.windows.on(to.proposals.questions))
    app.action(Verb.TO_TEMPLATE)(to.windows.on(to.proposals.make))

    app.action(Verb.WRITE_POST)(to.windows.on(to.posts.write))
    app.action(Verb.POST_FORM)(to.windows.on(to.posts.vary))
    app.action(Verb.PREVIEW_POST)(to.windows.on(to.posts.preview))
    app.action(Verb.SUBMIT_POST)(to.windows.on(to.post_cards.ask))
    app.action(Verb.APPROVE_POST)(to.windows.on(to.post_cards.approve))
    app.action(Verb.EDIT_POST)(to.windows.on(to.posts.edit))
    app.action(Verb.ASK_CHANGES)(to.windows.on(to.post_cards.changes))
    app.action(Verb.CANCEL_POST)(to.windows.on(to.post_cards.cancel))
    app.action(Verb.PUBLISH_NOW)(to.windows.on(to.post_cards.publish))
    app.action(Verb.MOVE_POST)(to.windows.on(to.post_cards.move))
    app.action(Verb.COPY_POST)(to.windows.on(to.posts.copy))
    app.action(Verb.TRY_AGAIN)(to.windows.on(to.post_cards.again))
    app.action(Verb.LEAVE_POST)(to.windows.on(to.post_cards.leave))
    app.action(Verb.PAUSE_POST)(to.windows.on(to.post_cards.pause))
    app.action(Verb.RESUME_POST)(to.windows.on(to.post_cards.resume))
    app.action(Verb.PART_SENT)(to.windows.on(to.post_cards.mark_sent))
    app.action(Verb.PART_AGAIN)(to.windows.on(to.post_cards.send_again))
    app.action(Verb.IMPORT_POSTS)(to.windows.on(to.importing.take_in))
    app.action(Verb.SUBMIT_ALL)(to.windows.on(to.importing.ask_all))
    app.action(Verb.CALENDAR)(to.windows.on(to.calendar.show))
    app.action(Verb.CALENDAR_BEFORE)(to.windows.on(to.calendar.turn))
    app.action(Verb.CALENDAR_AFTER)(to.windows.on(to.calendar.turn))
    app.action(Verb.CALENDAR_KIND)(to.windows.on(to.calendar.turn))
    app.action(Verb.CALENDAR_ACCOUNT)(to.windows.on(to.calendar.narrow))
    app.action(Verb.CALENDAR_PILLAR)(to.windows.on(to.calendar.narrow))
    app.action(Verb.CALENDAR_STATE)(to.windows.on(to.calendar.narrow))
    app.action(Verb.CALENDAR_PICTURE)(to.windows.on(to.calendar.picture))

    app.view_submission(Verb.POST_FORM)(to.windows.submitted(to.posts.save))
    app.view_submission(Verb.SUBMIT_POST)(to.windows.submitted(to.posts.submit))
    app.view_submission(Verb.ASK_CHANGES)(to.windows.submitted(to.post_cards.changed))
    app.view_submission(Verb.MOVE_POST)(to.windows.submitted(to.post_cards.moved))
    app.view_submission(Verb.IMPORT_POSTS)(to.windows.submitted(to.importing.taken_in))
    app.view_submission(Verb.PULL_BRAKE)(to.windows.submitted(to.brake.pulled))
    app.view_submission(Verb.LIFT_BRAKE)(to.windows.submitted(to.brake.lifted))
    app.view_submission(Verb.EDIT)(to.views.on(to.views.edit, modals.TEXT, push=True))
    app.view_submission(Verb.APPROVE)(to.views.on(to.views.approve))
    app.view_submission(Verb.SNOOZE)(to.views.on(to.views.snooze, modals.UNTIL))
    app.view_submission(Verb.ESCALATE)(to.views.on(to.views.escalate, modals.NOTE))
    app.view_submission(Verb.PERSON)(to.views.on(to.views.person))
    app.view_submission(Verb.FIND)(to.windows.submitted(to.templates.found))
    app.view_submission(Verb.CHANGE)(to.windows.submitted(to.templates.save))
    app.view_submission(Verb.TAKE_IN)(to.windows.submitted(to.exchange.taken_in))
    app.view_submission(Verb.EXPORT_CSV)(to.windows.submitted(to.exchange.copied))
    app.view_closed(Verb.EDIT)(to.views.closed)
    app.view_closed(Verb.POST_FORM)(to.posts.closed)

    app.command(COMMAND)(to.commands.engage)
    app.message_shortcut(Verb.SUGGEST_AGAIN)(to.shortcuts.suggest_again)
    app.global_shortcut(Verb.WRITE_POST)(to.windows.on(to.posts.write))

    app.event(Event.HOME_OPENED)(to.events.home_opened)
    app.event(Event.UNINSTALLED)(to.events.gone)
    app.event(Event.TOKENS_REVOKED)(to.events.gone)

    app.action(ANY)(to.actions.on(to.actions.unknown))
    app.view_submission(ANY)(to.views.on(to.views.unknown))
    app.view_closed(ANY)(to.events.nothing)
    app.command(ANY)(to.shortcuts.unknown)
    app.shortcut(ANY)(to.shortcuts.unknown)
    app.event(ANY)(to.events.nothing)
