"""Which steps the story of a comment comes by, and which that of a post: a process dies at each, in two files of tests.
A step that stands in neither list fails a test.
"""

from __future__ import annotations

from bot.steps import Step

REPLY = (
    *(Step.POLLED, Step.TAKEN, Step.SUGGESTED, Step.CARD_CLAIMED, Step.CARD_POSTED, Step.CARD_SETTLED, Step.CLICKED),
    *(Step.APPROVED, Step.REPLY_CLAIMED, Step.REPLY_LOOKED, Step.REPLY_SENT, Step.REPLY_SETTLED, Step.CARD_REFRESHED),
)
"""From a comment's arrival to the card that says it was answered."""

PARTS = (Step.PART_CLAIMED, Step.PART_SENT, Step.PART_SETTLED)
"""What every part of a thread comes by, and the comment under it."""

POST = (Step.POST_DUE, Step.MEDIA_UPLOADED, *PARTS, Step.CARD_REFRESHED)
"""From the moment a post is due to the card that says it is published."""
