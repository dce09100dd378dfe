"""Errors a person of the team reads: a key and its parameters, turned into a sentence in their language by `bot.i18n`.
Never raised for a bug; every sentence says what to do next. What a platform does wrong is in `platforms.errors`.

    BotError                 (key: error.<name>)
    ├── AlreadyHandled       somebody was first: by, state
    ├── ClaimedByOther       a colleague works on it: by
    ├── NotAllowed           the state does not allow it: verb, state
    ├── NotPermitted         the person's role does not allow it: verb
    ├── StaleCard            what was clicked is not what is stored any more
    ├── CannotSend           the platform would refuse the text: problem (a locale key) and its parameters
    ├── NoAccount            a post that goes nowhere
    ├── SelfApproval         the author may not approve their own post
    ├── StalePost            somebody else changed the post meanwhile: by
    ├── NeedsLook            flagged: not with one click
    ├── Repeated             the same words went to somebody else lately
    ├── CannotKeep           a template that cannot be used: where, code and its parameters
    ├── StaleTemplate        somebody else changed the template meanwhile: by, id
    ├── NotFound             no such item: what
    ├── BadTime              a time that cannot be used: reason
    ├── AppRemoved           the Slack app was taken out of the workspace
    └── BadConfig            a setting is wrong: where, remedy
"""

from __future__ import annotations


class BotError(Exception):
    """Something a person can mend."""

    key = "error.bot"

    def __init__(self, **params: str | int) -> None:
        super().__init__(f"{self.key} {params}" if params else self.key)
        self.params = params


class AlreadyHandled(BotError):
    """Somebody was first. `by`: who (a Slack user id or `platform`); `state`: what the item is now."""

    key = "error.already_handled"


class ClaimedByOther(BotError):
    """A colleague has claimed the item. `by`: who."""

    key = "error.claimed_by_other"


class NotAllowed(BotError):
    """The item's state does not allow this. `verb`, `state`."""

    key = "error.not_allowed"


class NotPermitted(BotError):
    """The person's role does not allow this. `verb`."""

    key = "error.not_permitted"


class StaleCard(BotError):
    """What was clicked is no longer what is stored: the comment or the suggestion has changed."""

    key = "error.stale_card"


class CannotSend(BotError):
    """The platform would refuse this text. `problem`: too_long, empty, unsupported …; with length and limit."""

    key = "error.cannot_send"


class NoAccount(BotError):
    """The post names no account to go to."""

    key = "error.no_account"


class SelfApproval(BotError):
    """The team's rules want somebody else than its author to approve a post."""

    key = "error.self_approval"


class StalePost(BotError):
    """What was approved or changed is no longer what is stored: somebody changed the post. `by`: who."""

    key = "error.stale_post"


class NeedsLook(BotError):
    """The comment is flagged: what goes out to it is edited and previewed, never sent with one click."""

    key = "error.needs_look"


class Repeated(BotError):
    """Exactly these words went to somebody else on this account lately, which its platform takes for spam."""

    key = "error.repeated"


class CannotKeep(BotError):
    """A template or a file of them that cannot be used. `where`: the dotted path to what is wrong; `code`: a key below
    `template_error.`; with its parameters.
    """

    key = "error.cannot_keep"


class StaleTemplate(BotError):
    """Somebody else changed the template while it was open. `by`: who; `id`: of the template."""

    key = "error.stale_template"


class NotFound(BotError):
    """There is no such item. `what`."""

    key = "error.not_found"


class BadTime(BotError):
    """The time given cannot be used. `reason`: none, past, too_far, unreadable, never, braked …"""

    key = "error.bad_time"


class AppRemoved(BotError):
    """The Slack app was removed from the workspace, or its tokens were taken back, while we ran."""

    key = "error.app_removed"


class BadConfig(BotError):
    """A setting is missing or wrong. `where`: the key; `remedy`: what to do, as a locale key below `remedy.` whose
    parameters stand beside it, or as an adapter's own sentence.
    """

    key = "error.bad_config"
