"""Finds templates by what somebody types: their id, purpose, phrases and wordings, typos forgiven.
It looks at all of a library for every query and keeps nothing of what was asked.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from replies.templates import Template
from replies.text import fold, normalise

_QUERY = 200  # code points that are looked for; what is longer is not a search
_WEIGHTS = (4.0, 2.0, 1.0)  # of a token found in id or purpose, in a phrase, in a wording
_TYPO = 80.0  # fuzz.ratio, 0..100: "houres" to "hours" is 91, "shiping" to "shipping" 93, "hour" to "four" 75
_WORD = re.compile("[a-z]{4,}")  # in shorter words one letter makes another word, and Chinese has no spelling


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    languages: frozenset[str]
    fields: tuple[str, str, str]


class Index:
    """The folded texts of a library's templates; never changed after. Some 25 µs of work a template to build."""

    def __init__(self, templates: Iterable[Template]) -> None:
        self._entries = [
            _Entry(
                template.id,
                frozenset(template.bodies),
                (
                    fold("\n".join((template.id, *template.purpose.values()))),
                    fold("\n".join(template.phrases)),
                    fold("\n".join(template.wordings().values())),
                ),
            )
            for template in templates
        ]
        self._texts = ["\n".join(entry.fields) for entry in self._entries]
        self._words = sorted(
            {word for entry in self._entries for text in entry.fields[:2] for word in _WORD.findall(text)}
        )

    def search(self, query: str, language: str | None, limit: int) -> list[str]:
        """Ids, the likeliest first; of equals, those with wordings in `language`, then by place."""
        whole, tokens = fold(query[:_QUERY]).strip(), normalise(query[:_QUERY]).split()
        if not whole:
            return [entry.name for entry in self._entries[:limit]]
        tokens = [self._meant(token) for token in dict.fromkeys(tokens)]
        scores: dict[int, float] = {}
        for place, text in enumerate(self._texts):
            held = [token for token in tokens if token in text]
            if held or whole in text:
                scores[place] = _score(whole, held, len(tokens), self._entries[place].fields)
        best = heapq.nlargest(limit, set(scores.values()))
        worst = best[-1] if best else 0.0  # of ten thousand alike, only those that may be shown are put in order

        def order(place: int) -> tuple[float, bool, int]:
            return -scores[place], language not in self._entries[place].languages, place

        shown = sorted((place for place, score in scores.items() if score >= worst), key=order)
        return [self._entries[place].name for place in shown[:limit]]

    def _meant(self, token: str) -> str:
        """The token, or the library's nearest word where nothing in it holds this one."""
        if not _WORD.fullmatch(token) or any(token in word for word in self._words):
            return token
        near = process.extractOne(token, self._words, scorer=fuzz.ratio, processor=None, score_cutoff=_TYPO)
        return near[0] if near else token


def _score(whole: str, held: list[str], tokens: int, fields: tuple[str, str, str]) -> float:
    """How much of the query an entry says, and where; `held` are those of its `tokens` that are in it at all."""
    score = 0.0
    for weight, text in zip(_WEIGHTS, fields, strict=True):
        if whole in text:
            score += 2 * weight  # as it stands: worth more than its tokens scattered
        for token in held:
            if token in text:
                score += weight / tokens
    return score
