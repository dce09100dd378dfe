"""Which template fits a comment: the `Matcher` port, and a plain matcher behind it built on rapidfuzz.
It never guesses to please: when nothing is close enough it returns nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process

from replies.text import Piece, pieces

_READ = 1_000  # code points of a comment that are compared: what is asked stands at the front, and time stays bounded
_CANDIDATES = 40  # phrases weighed for one comment (matching.md: "rerank some 30 candidates")
_TYPO = 75.0  # fuzz.ratio, 0..100: "cafeine" to "caffeine" is 93, "shop" to "ship" 75
_TYPO_FROM = 4  # letters; in shorter words one letter makes another word


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way people ask for what the template answers."""

    template_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits. `score` is 0..1 and only comparable within one matcher; `words` as they stand in the comment."""

    template_id: str
    score: float
    words: tuple[str, ...]


class Matcher(Protocol):
    """Learns phrases, ranks templates for a text.

    Both methods are CPU work: callers run them off the event loop. `rank` may be called from any thread, also while `fit`
    runs in another; it then answers from the phrases of before.
    """

    def fit(self, examples: Sequence[Phrase]) -> None:
        """Forget everything, learn `examples`."""

    def rank(self, text: str, k: int) -> list[Match]:
        """At most `k` templates, the best first, each once. Empty: the matcher abstains."""
