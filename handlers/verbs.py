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


class Event(StrEnum):
    """The events we subscribe to. No message event is among them, and none may ever be."""

    HOME_OPENED = "app_home_opened"
    UNINSTALLED = "app_uninstalled"
    TOKENS_REVOKED = "tokens_revoked"
