"""What a platform can do, as data with limits: callers ask these fields and never the platform's name.
Nothing here talks to anybody; an adapter fills it in, and the contract suite holds it to every claim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What an audience item is."""

    COMMENT = "comment"
    MENTION = "mention"
    DIRECT = "direct"
    REVIEW = "review"


class Seen(StrEnum):
    """How we learn that something was edited or deleted."""

    EVENT = "event"
    """The platform tells us."""
    REREAD = "reread"
    """Only by looking again."""
    NO = "no"


class Counter(StrEnum):
    """The unit a platform counts text in (see `platforms.counters`)."""

    UTF16 = "utf16"
    CODEPOINTS = "codepoints"
    GRAPHEMES = "graphemes"
    UTF8 = "utf8"


class Idempotency(StrEnum):
    """What makes a repeated send harmless."""

    KEY = "key"
    """The platform drops a second request with the same key while the key lives."""
    OWN_ID = "own_id"
    """We choose the id; writing it twice is one write."""
    NONE = "none"


class Find(StrEnum):
    """How a send whose answer was lost is found again."""

    LOOKUP = "lookup"
    """Exactly, by our key or id."""
    SCAN = "scan"
    """By reading our own recent replies under the same target and comparing the text."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TextLimit:
    """At most `max` units of `counter` in one message."""

    max: int
    counter: Counter


@dataclass(frozen=True, slots=True)
class MediaLimit:
    """At most `most` files with a post, each of one of the MIME `types` and of at most `size` bytes.

    `alt`: the longest description in code points, 0 where there is no place for one. `uploads`: files are handed over
    one by one with `upload` before the post; else they go out with it. `text`: how long a post with files may be, in
    the unit of `Caps.text`, 0 where it is no less than without.
    """

    most: int
    types: frozenset[str]
    size: int
    alt: int = 0
    uploads: bool = False
    text: int = 0


@dataclass(frozen=True, slots=True)
class Caps:
    """The capabilities of one account. A field that is left out claims nothing."""

    reads: frozenset[Kind]
    poll: bool = False
    """`poll` works."""
    push: bool = False
    """`webhook` works."""
    backfill: bool = False
    """The feed can be read again from an older cursor (else what was missed while nobody listened may be gone)."""
    edits: Seen = Seen.NO
    deletions: Seen = Seen.NO
    reply: bool = False
    publish: bool = False
    threads: bool = False
    """A post can go on in a further one (`Act.target` of a `PUBLISH`)."""
    comments: bool = False
    """Something can be said under a post of our own (`Verb.COMMENT`)."""
    media: MediaLimit | None = None
    """What may go out with a post; None: text only."""
    hide: bool = False
    look: bool = False
    """`look` tells the present state of a comment, so that it can be checked right before sending."""
    spots_repeats: bool = False
    """Takes equal public replies to several people for spam: no two people are then told exactly the same."""
    text: TextLimit = field(default=TextLimit(0, Counter.CODEPOINTS))
    idempotency: Idempotency = Idempotency.NONE
    key_life: timedelta | None = None
    """How long a key is remembered; None: for ever (or no key)."""
    find: Find = Find.NONE
    windows: Mapping[Kind, timedelta] = field(default_factory=dict)
    """How long after the item a reply is allowed; a kind that is missing has no limit."""
    pace: float = 0.0
    """Seconds between two sends of one account that the platform asks for."""
    metrics: frozenset[str] = frozenset()
    """Names of the metrics `metrics` can answer, in our one vocabulary."""
    costs_money: bool = False

    def takes_for_spam(self, kind: str) -> bool:
        """Whether equal replies to several people would be taken for spam under items of this kind."""
        return self.spots_repeats and kind != Kind.DIRECT
