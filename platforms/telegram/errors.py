"""From what python-telegram-bot raises to our errors, by phase for the transport and by description for refusals.
It never guesses that something was sent or not: what the answer does not prove is `Unsure`.

The Bot API gives errors a status and an English description ("Making requests"); the wording below is the one of its
open-source server (tdlib/telegram-bot-api, `Client::fail_query_with_error` and the checks of each method).
"""

from __future__ import annotations

from http import HTTPStatus

from telegram.error import TelegramError

from platforms.errors import AuthBroken, Gone, NotSent, Occupied, PlatformError, Rejected, Unsure
from platforms.http import classify, classify_status
from platforms.telegram.wire import Refusal

OTHER_POLLER_GONE = 30.0
"""Seconds after which another program's long poll has ended for sure (the Bot API holds one for 50 s at most; two
programs that both repeat at once would cut each other off for ever)."""

_GONE = (
    ("message to be replied not found", "target"),
    ("reply message not found", "target"),
    ("replied message not found", "target"),
    ("message thread not found", "target"),
    ("topic_deleted", "target"),
    ("bot was blocked by the user", "person"),
    ("user is deactivated", "person"),
    ("can't initiate conversation", "person"),
    ("chat not found", "conversation"),
    ("peer_id_invalid", "conversation"),
    ("bot was kicked", "conversation"),
    ("bot is not a member", "conversation"),
    ("chat was deleted", "conversation"),
)
_REJECTED = (
    ("message is too long", "too_long"),
    ("caption is too long", "too_long"),
    ("photo_invalid_dimensions", "media_shape"),
    ("photo_ext_invalid", "media_type"),
    ("image_process_failed", "media_type"),
    ("request entity too large", "media_size"),
    ("text must be non-empty", "empty"),
    ("text is empty", "empty"),
    ("not enough rights", "forbidden"),
    ("have no rights", "forbidden"),
    ("need administrator rights", "forbidden"),
    ("chat_write_forbidden", "forbidden"),
    ("chat_restricted", "forbidden"),
    ("chat_admin_required", "forbidden"),
    ("topic_closed", "forbidden"),
)


def translate(error: TelegramError, *, write: bool, what: str) -> PlatformError:
    """Our error for one of the library's; `write`: the call has an effect in public."""
    if isinstance(error, Refusal):
        return _refused(error, write=write, what=what)
    if error.__cause__ is not None:
        return classify(error.__cause__, write=write, what=what)
    # An answer that is no JSON: somebody between us and Telegram, after the request left.
    evidence = f"unreadable answer on {what}"
    return Unsure(evidence) if write else NotSent(evidence)


def _refused(error: Refusal, *, write: bool, what: str) -> PlatformError:
    evidence = f"{error.status} on {what}: {error.description}"
    words = error.description.lower()
    if error.migrate_to is not None:
        return Gone("conversation", moved_to=moved(error.migrate_to))
    if general := classify_status(error.status, write=write, what=what, after=error.after):
        return general
    if error.status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
        # 404: the token is not even of a token's form; an unknown chat is a 400.
        return AuthBroken(evidence=f"{error.status} on {what}")
    if error.status == HTTPStatus.CONFLICT:
        return Occupied("webhook" if "webhook is active" in words else "poller", after=OTHER_POLLER_GONE)
    for part, gone in _GONE:
        if part in words:
            return Gone(gone)
    for part, code in _REJECTED:
        if part in words:
            return Rejected(code, evidence)
    return Rejected("forbidden" if error.status == HTTPStatus.FORBIDDEN else "invalid", evidence)


def moved(chat: int) -> dict[str, int | None]:
    """The ref of a group that became the supergroup `chat`: its messages have new ids nobody can look up, so a reply
    there quotes nothing.
    """
    return {"chat": chat, "message": None, "topic": None}
