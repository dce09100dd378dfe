"""What an approved answer teaches: how far it is from what was suggested, what changed, and what of it others may read.
Pure; it proposes words, and never decides that they are used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

from replies.names import called
from replies.text import language

SAME = 0.02
"""Distance up to which an answer counts as sent as suggested: a space, a full stop."""

REWORDED = 0.6
"""Distance from which nothing of the suggestion is left that would be worth calling a wording of it."""

_WORD = re.compile(r"[A-Za-z0-9À-ɏ'’]+|\s+|.", re.DOTALL)
_MARKS = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")


class Run(NamedTuple):
    """A stretch of text that stayed, went or came."""

    kind: Literal["same", "gone", "new"]
    text: str


def distance(suggested: str, sent: str) -> float:
    """How much of the suggestion was changed: 0.0 nothing, 1.0 all of it. Levenshtein over the longer one's length,
    in characters, line breaks and runs of spaces alike.
    """
    return float(Levenshtein.normalized_distance(" ".join(suggested.split()), " ".join(sent.split())))


def difference(before: str, after: str) -> list[Run]:
    """What to show somebody who decides: the runs of both texts in order; Latin words are never cut."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    runs: list[Run] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            runs.append(Run("same", "".join(old[a:b])))
            continue
        if a < b:
            runs.append(Run("gone", "".join(old[a:b])))
        if c < d:
            runs.append(Run("new", "".join(new[c:d])))
    return runs


def wording(text: str, names: Sequence[str], brand: str) -> str:
    """A wording made of an answer: the reader's name and the brand become variables, braces lose their meaning.

    `names`: what the reader may have been called in it; a name of one character is left alone, for it is in every text.
    """
    made = _MARKS.sub(lambda found: found.group()[0], text.strip())
    spoken = language(made) or "zh-TW"
    neutral = called("", "zh-TW" if spoken.startswith("zh") else "en")
    for name in sorted({name.strip() for name in names}, key=len, reverse=True):
        if len(name) > 1 and name != neutral:
            made = re.sub(
                rf"(?<![\w{{]){re.escape(name)}(?!\w)" if name.isascii() else re.escape(name), "{{ name }}", made
            )
    if len(brand) > 1:
        made = made.replace(brand, "{{ brand }}")
    return made
