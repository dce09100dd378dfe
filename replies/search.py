"""Finds templates by what somebody types: their id, purpose, phrases and wordings, typos forgiven.
It looks at all of a library for every query and keeps nothing of what was asked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from replies.templates import Template
from replies.text import fold, normalise

_QUERY = 200  # code points that are looked for; what is longer is not a search
_WEIGHTS = (4.0, 2.0, 1.0)  # of a token found in id or purpose, in a phrase, in a wording
_TYPO = 80.0  # fuzz.partial_ratio, 0..100, of the whole query within id and purpose: "shiping" in "shipping" is 92
_LIKE = 3.0  # what such a likeness is worth, next to a token found in id or purpose


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    languages: frozenset[str]
    fields: tuple[str, str, str]


class Index:
    """The folded texts of a library's templates. About 0.1 ms of work a template to build; never changed after."""

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
        self._heads = [entry.fields[0] for entry in self._entries]

    def search(self, query: str, language: str | None, limit: int) -> list[str]:
        """Ids, the likeliest first; of equals, those with wordings in `language`, then by place."""
        whole, tokens = fold(query[:_QUERY]).strip(), normalise(query[:_QUERY]).split()
        if not whole:
            return [entry.name for entry in self._entries[:limit]]
        scores: dict[int, float] = {}
        for place, entry in enumerate(self._entries):
            found = 0.0
            for weight, text in zip(_WEIGHTS, entry.fields, strict=True):
                if whole in text:
                    found += 2 * weight  # as it stands: worth more than its tokens scattered
                found += weight * sum(token in text for token in tokens) / (len(tokens) or 1)
            if found:
                scores[place] = found
        for _, likeness, place in process.extract(
            whole, self._heads, scorer=fuzz.partial_ratio, processor=None, limit=limit, score_cutoff=_TYPO
        ):
            if len(whole) > 2:  # two letters are within everything
                scores[place] = scores.get(place, 0.0) + _LIKE * likeness / 100
        ranked = sorted(
            scores, key=lambda place: (-scores[place], language not in self._entries[place].languages, place)
        )
        return [self._entries[place].name for place in ranked[:limit]]
