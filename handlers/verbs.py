"""The ids Slack knows our buttons, windows and commands by: the same words as the methods called and the locale keys.
Names only: what a click means is in `actions` and `views`.
"""

from __future__ import annotations

from enum import StrEnum

COMMAND = "/engage"


class Verb(StrEnum):
    """`action_id` of buttons and menus, `callback_id` of windows and shortcuts."""

    APPROVE = "item.approve"
    EDIT = "item.edit"
    CLAIM = "item.claim"
    RELEASE = "item.release"
    SNOOZE = "item.snooze"
    IGNORE = "item.ignore"
    ESCALATE = "item.escalate"
    REOPEN = "item.reopen"
    OPEN = "item.open"
    PERSON = "item.person"
    REVEAL = "item.reveal"
    SUGGEST_AGAIN = "item.suggest_again"
    MARK_SENT = "delivery.mark_sent"
    SEND_AGAIN = "delivery.send_again"
    MAKE_TEMPLATE = "template.make"
    FIND = "template.find"
    PREVIOUS = "template.previous"
    NEXT = "template.next"
    NEW = "template.new"
    CHANGE = "template.edit"
    SAMPLE = "template.preview"
    RETIRE = "template.retire"
    RESTORE = "template.restore"
    TAKE_IN = "template.take_in"
    EXPORT_CSV = "template.export_csv"
    EXPORT_PACK = "template.export_pack"
    PROPOSALS = "proposal.list"
    ACCEPT = "proposal.accept"
    REVISE = "proposal.change"
    DECLINE = "proposal.decline"
    QUESTIONS = "question.list"
    TO_TEMPLATE = "question.make"
    WRITE_POST = "post.write"
    POST_FORM = "post.form"
    PREVIEW_POST = "post.preview"
    SUBMIT_POST = "post.submit"
    APPROVE_POST = "post.approve"
    EDIT_POST = "post.edit"
    ASK_CHANGES = "post.changes"
    CANCEL_POST = "post.cancel"
    PUBLISH_NOW = "post.publish"
    MOVE_POST = "post.move"
    COPY_POST = "post.copy"
    TRY_AGAIN = "post.again"
    LEAVE_POST = "post.leave"
    PAUSE_POST = "post.pause"
    RESUME_POST = "post.resume"
    IMPORT_POSTS = "post.take_in"
    SUBMIT_ALL = "post.submit_all"
    PART_SENT = "part.mark_sent"
    PART_AGAIN = "part.send_again"
    PULL_BRAKE = "brake.pull"
    LIFT_BRAKE = "brake.lift"
    CALENDAR = "calendar.show"
    CALENDAR_BEFORE = "calendar.before"
    CALENDAR_AFTER = "calendar.after"
    CALENDAR_KIND = "calendar.kind"
    CALENDAR_ACCOUNT = "calendar.account"
    CALENDAR_PILLAR = "calendar.pillar"
    CALENDAR_STATE = "calendar.state_menu"
    CALENDAR_PICTURE = "calendar.picture"

    @property
    def word(self) -> str:
        """Its last part: the method's name, and what `error.not_permitted` calls it."""
        return self.value.partition(".")[2]


class Snooze(StrEnum):
    """The choices of the snooze menu."""

    HOUR = "h1"
    THREE_HOURS = "h3"
    TOMORROW = "tomorrow"
    PICK = "pick"


class Word(StrEnum):
    """What may follow `/engage`."""

    HELP = "help"
    QUEUE = "queue"
    STATUS = "status"
    POST = "post"
    CALENDAR = "calendar"
    HOLD = "hold"
    RESUME = "resume"
    TEMPLATES = "templates"
    PROPOSALS = "proposals"
    UNANSWERED = "unanswered"


class Event(StrEnum):
    """The events we subscribe to. No message event is among them, and none may ever be."""

    HOME_OPENED = "app_home_opened"
    UNINSTALLED = "app_uninstalled"
    TOKENS_REVOKED = "tokens_revoked"
