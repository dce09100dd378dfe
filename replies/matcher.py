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

from replies.text import Piece, normalise, pieces

_READ = 1_000  # code points of a comment that are compared: what is asked stands at the front, and time stays bounded
_CANDIDATES = 40  # phrases weighed for one comment: reranking more gained nothing
_TYPO = 84.0  # fuzz.ratio, 0..100: "recieve" to "receive" is 86, but "watching" to "waiting" 80
_TYPO_FROM = 4  # letters; in shorter words one letter makes another word

# A token only one side has counts against the match: less if the comment has it (people tell a story around the
# question). Chosen on banking77's public training and dev parts (10 phrases: top-1 63 %, token_set_ratio alone 52 %)
# and on `tune` of tests/replies/comments.toml.
_ONLY_COMMENT = 0.2
_ONLY_PHRASE = 0.3
_ENOUGH = 0.4  # score below which the matcher abstains, chosen on `tune` alone

# Words that say little about what is asked. A pack is too small a sample to learn that "my" is everywhere.
_FILLERS = frozenset(
    normalise(
        """
        a an and any are as at be but can could did do does for from get go got had has have he her his i i'd i'm in is
        it its it's just like me my no of on or our out she so some that the their them there they this to up us was we
        were will with would you your u hi hello hey
        請問 想問 可以 以請 問一 一下 這個 那個 你們 我們 小編 有沒 沒有 是不 不是 是什 還是
        """
    ).split()
)
_FILLER = 0.4  # of their weight


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way people ask for what the template answers."""

    template_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits; `score` is 0..1, comparable within one matcher only; `words` as written in the comment."""

    template_id: str
    score: float
    words: tuple[str, ...]


class Matcher(Protocol):
    """Learns phrases, ranks templates for a text.

    Both methods are CPU work: callers run them off the event loop. `rank` may be called from any thread, also while
    `fit` runs in another; it then answers from the phrases of before.
    """

    def fit(self, examples: Sequence[Phrase]) -> None:
        """Forget everything, learn `examples`."""

    def rank(self, text: str, k: int) -> list[Match]:
        """At most `k` templates, the best first, each once. Empty: the matcher abstains."""


@dataclass(frozen=True, slots=True)
class _Known:
    template_id: str
    tokens: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Corpus:
    """What one `fit` learned; never changed, so threads may share it."""

    phrases: tuple[_Known, ...]
    normalised: tuple[str, ...]
    weights: Mapping[str, float]
    unknown: float

    def weigh(self, tokens: Iterable[str]) -> float:
        # fsum: a set has no order, and the order of a plain sum would leak into the last digit
        return math.fsum(self.weights.get(token, self.unknown) for token in tokens)


class FuzzyMatcher:
    """rapidfuzz finds the near phrases, the tokens they share decide: each weighs the more, the fewer templates use it.

    `fuzz.token_set_ratio` alone cannot decide: one shared word that makes up a whole comment or phrase is a perfect
    score to it. (`WRatio`, the default of `process.extract`, is worse still: 15 % right on banking77.) Words of four
    letters and more may hold a typo. About 1 ms a comment at 350 phrases, 3 ms at 770, linear.
    """

    def __init__(self, enough: float = _ENOUGH) -> None:
        self._enough = enough
        self._corpus = _Corpus((), (), {}, 0.0)

    def fit(self, examples: Sequence[Phrase]) -> None:
        """Forget everything, learn `examples`; those that fold to nothing (only emoji) are left out."""
        folded = [(example.template_id, normalise(example.text)) for example in examples]
        templates: dict[str, set[str]] = {}
        for template_id, text in folded:
            templates.setdefault(template_id, set()).update(text.split())
        used = Counter(token for tokens in templates.values() for token in tokens)
        self._corpus = _Corpus(
            phrases=tuple(_Known(template_id, frozenset(text.split())) for template_id, text in folded if text),
            normalised=tuple(text for _, text in folded if text),
            weights={
                token: math.log(1 + len(templates) / count) * (_FILLER if token in _FILLERS else 1.0)
                for token, count in used.items()
            },
            unknown=math.log(1 + 2 * len(templates)),
        )

    def rank(self, text: str, k: int) -> list[Match]:
        """At most `k` templates, the best first, each once. Empty: nothing is close enough."""
        corpus, said = self._corpus, list(pieces(text[:_READ]))
        tokens = [token for piece in said for token in piece.tokens]
        best: dict[str, tuple[float, frozenset[str]]] = {}
        for _, _, index in process.extract(
            " ".join(tokens), corpus.normalised, scorer=fuzz.token_set_ratio, processor=None, limit=_CANDIDATES
        ):
            known = corpus.phrases[index]
            score, shared = _compare(frozenset(tokens), known.tokens, corpus)
            if score >= self._enough and score > best.get(known.template_id, (0.0, shared))[0]:
                best[known.template_id] = score, shared
        ranked = sorted(best.items(), key=lambda entry: (-entry[1][0], entry[0]))[:k]
        return [Match(template_id, score, _as_written(said, shared)) for template_id, (score, shared) in ranked]


def _compare(comment: frozenset[str], phrase: frozenset[str], corpus: _Corpus) -> tuple[float, frozenset[str]]:
    """How alike, 0..1, and the comment's tokens that made it so. Tversky's index over weighted tokens."""
    shared, missing = comment & phrase, set(phrase - comment)
    agreed, typos = corpus.weigh(shared), set()
    wordlike = [token for token in missing if len(token) >= _TYPO_FROM and token.isalpha() and token.isascii()]
    for token in sorted(comment - phrase) if wordlike else ():
        if token in corpus.weights or len(token) < _TYPO_FROM:
            continue
        if meant := process.extractOne(token, wordlike, scorer=fuzz.ratio, score_cutoff=_TYPO):
            typos.add(token)
            wordlike.remove(meant[0])
            missing.remove(meant[0])
            agreed += corpus.weigh([meant[0]]) * meant[1] / 100
    if not agreed:
        return 0.0, frozenset()
    extra = corpus.weigh(comment - shared - typos)
    score = agreed / (agreed + _ONLY_COMMENT * extra + _ONLY_PHRASE * corpus.weigh(missing))
    return score, shared | typos


def _as_written(said: Iterable[Piece], shared: frozenset[str]) -> tuple[str, ...]:
    """The words of the comment that hold a shared token, each once, in order; of an unspaced run, the stretches.

    A run whose folding changed its length (stretched letters) cannot be cut and is given whole.
    """
    words: dict[str, None] = {}
    for piece in said:
        if not piece.unspaced or len(piece.tokens) != len(piece.raw) - 1:
            if not shared.isdisjoint(piece.tokens):
                words.setdefault(piece.raw)
            continue
        start = None
        for at, token in enumerate((*piece.tokens, "")):
            if token in shared:
                start = at if start is None else start
            elif start is not None:
                words.setdefault(piece.raw[start : at + 1])
                start = None
    return tuple(words)
