"""What an approved answer teaches: how far it is from what was suggested, what changed, and what of it others may read.
Pure; it proposes words, and never decides that they are used.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from rapidfuzz.distance import Levenshtein

from replies.library import Library
from replies.names import called
from replies.templates import Part, Template
from replies.text import language, spoken

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


def bare(made: str, template: Template, library: Library, language: str) -> str:
    """A wording without the greeting, closing and signature that the template puts around it by itself."""
    greeting, closing = (library.part(name) if name else None for name in (template.greeting, template.closing))
    for part in (library.signature(template), closing):
        ends = [body for body in _bodies(part, language) if made.endswith(body)]
        made = made.removesuffix(max(ends, key=len, default="")).rstrip()
    starts = [body for body in _bodies(greeting, language) if made.startswith(body)]
    return made.removeprefix(max(starts, key=len, default="")).lstrip()


def _bodies(part: Part | None, language: str) -> Sequence[str]:
    return part.bodies.get(language, ()) if part is not None else ()


def wording(text: str, names: Sequence[str], brand: str) -> str:
    """A wording made of an answer: the reader's name and the brand become variables, braces lose their meaning.

    `names`: what the reader may have been called in it; a name of one character is left alone, for it is in every text.
    """
    made = text.strip()
    while _MARKS.search(made):  # Of three braces in a row two are left, which are a mark again.
        made = _MARKS.sub(lambda found: found.group()[0], made)
    neutral = called("", spoken(language(made)))
    known = sorted({name.strip() for name in names} - {neutral}, key=len, reverse=True)
    ways = [
        rf"(?<!\w){re.escape(name)}(?!\w)" if name.isascii() else re.escape(name) for name in known if len(name) > 1
    ]
    ways += [f"(?P<brand>{re.escape(brand)})"] if len(brand) > 1 else []
    if not ways:
        return made

    def variable(found: re.Match[str]) -> str:
        made = "{{ brand }}" if found.groupdict().get("brand") else "{{ name }}"
        before, after = found.string[: found.start()].endswith("{"), found.string[found.end() :].startswith("}")
        return f"{' ' * before}{made}{' ' * after}"  # A brace that touches it would be taken for one of its own.

    return re.sub("|".join(ways), variable, made)  # In one pass: a reader may be called "name", as the variables are.
