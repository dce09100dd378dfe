"""Which words of a comment made the match, as the comment wrote them: what a person sees beside a suggestion.
It explains what was decided elsewhere and decides nothing.
"""

from __future__ import annotations

from itertools import pairwise

from rapidfuzz import fuzz, process

from replies.reading import Reading, simplified
from replies.stems import forms
from replies.text import pieces

_TYPO = 84.0  # fuzz.ratio, 0..100: "recieve" to "receive" is 86, but "watching" to "waiting" 80
_TYPO_FROM = 4  # letters; in shorter words one letter makes another word
_SHOWN = 1_000  # code points


class Reasons:
    """A comment's words and runs, to be held against phrases."""

    def __init__(self, text: str) -> None:
        self._pieces = [
            (piece.raw, piece.unspaced, [simplified(token) for token in piece.tokens])
            for piece in pieces(text[:_SHOWN])
        ]

    def shared(self, phrase: Reading) -> tuple[str, ...]:
        """The words also in `phrase`, each once, in order; of unspaced runs, the stretches.

        A run whose folding changed its length (stretched letters) cannot be cut and is given whole.
        """
        stems = {stem for word in phrase.words for stem in forms(word)}
        pairs = {a + b for run in phrase.runs for a, b in pairwise(run)} | {run for run in phrase.runs if len(run) == 1}
        long = [word for word in phrase.words if len(word) >= _TYPO_FROM and word.isalpha()]
        words: dict[str, None] = {}
        for raw, unspaced, tokens in self._pieces:
            if not unspaced:
                if any(self._same(token, stems, long) for token in tokens):
                    words.setdefault(raw)
            elif len(tokens) != len(raw) - 1:
                if not pairs.isdisjoint(tokens):
                    words.setdefault(raw)
            else:
                start = None
                for at, token in enumerate((*tokens, "")):
                    if token in pairs:
                        start = at if start is None else start
                    elif start is not None:
                        words.setdefault(raw[start : at + 1])
                        start = None
        return tuple(words)

    @staticmethod
    def _same(token: str, stems: set[str], long: list[str]) -> bool:
        if not stems.isdisjoint(forms(token)):
            return True
        if len(token) < _TYPO_FROM or not token.isalpha() or not long:
            return False
        return process.extractOne(token, long, scorer=fuzz.ratio, score_cutoff=_TYPO) is not None
