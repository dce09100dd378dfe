"""The steps of a comment's way from the platform to the settled reply, as one enumeration.
The code announces each step as it reaches it; nothing here acts on that, listeners (benchmark, crash tests) do.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    """In the order a comment meets them. A process may die at any of them: see `tests/faults`."""

    POLLED = "polled"
    """The platform's answer is in memory, nothing is stored."""
    TAKEN = "taken"
    """Items and cursor are committed."""
    SUGGESTED = "suggested"
    """Suggestions are worked out, not yet stored."""
    CARD_CLAIMED = "card_claimed"
    """The card is committed as `sending`; Slack has not heard of it."""
    CARD_POSTED = "card_posted"
    """Slack has answered; we have not recorded it."""
    CARD_SETTLED = "card_settled"
    """The card's place is committed."""
    CLICKED = "clicked"
    """An approval is acknowledged to Slack, nothing is stored."""
    APPROVED = "approved"
    """The approval and its delivery are committed."""
    REPLY_CLAIMED = "reply_claimed"
    """The reply is committed as `sending`."""
    REPLY_LOOKED = "reply_looked"
    """The comment was looked at again; the reply has not left."""
    REPLY_SENT = "reply_sent"
    """The platform has answered; we have not recorded it."""
    REPLY_SETTLED = "reply_settled"
    """The reply is committed as `sent`."""
    POST_DUE = "post_due"
    """A post's parts are committed to the outbox, nothing has left."""
    MEDIA_UPLOADED = "media_uploaded"
    """The platform has a file; its handle is not yet recorded."""
    PART_CLAIMED = "part_claimed"
    """A part of a post is committed as `sending`."""
    PART_SENT = "part_sent"
    """The platform has answered; we have not recorded it."""
    PART_SETTLED = "part_settled"
    """The part is committed as `sent`."""
    CARD_REFRESHED = "card_refreshed"
    """Slack shows the outcome; the version shown is not yet recorded."""


Trace = Callable[[Step, int], None]
"""`trace(step, item id or 0)`: called from the event loop, must return at once."""


def no_trace(step: Step, item: int) -> None:
    """Listen to nothing: the default."""
