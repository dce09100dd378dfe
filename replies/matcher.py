"""Which template fits a comment: the `Matcher` port, and the matcher behind it.
It never guesses to please: when nothing is likely enough it returns nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
import numpy.typing as npt

from replies.calibration import Calibration
from replies.features import Array, Encoder, Space, Vector
from replies.head import MANY, Head, fit
from replies.index import Index
from replies.reading import Reading, read
from replies.reasons import Reasons

# A second template is worth a line on a card from this share of the first's probability, and from this one of its own:
# on the development sets half of what would be right at places 2 and 3 is shown, and one right first in eleven has
# company (banking77 and clinc150, 10 phrases).
_BESIDE, _LEAST = 0.2, 0.08
_SHARED = (
    35.0  # log-odds a point of score, among the templates that are not the best: where it is not the first, likeliest
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way people ask for what the template answers."""

    template_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """A template that fits: `score` is the probability, 0..1, that it is right; `words` as the comment has them."""

    template_id: str
    score: float
    words: tuple[str, ...]


class Matcher(Protocol):
    """Learns phrases, ranks templates for a text.

    All methods are CPU work: callers run them off the event loop. All may be called from any thread; `rank` answers at
    once, also while another thread is in `fit`, and then from the phrases of before. A matcher may also take in and
    leave out a few templates at once: `replies.suggest.Incremental`.
    """

    def fit(self, examples: Sequence[Phrase]) -> None:
        """Forget everything, learn `examples`."""

    def rank(self, text: str, k: int) -> list[Match]:
        """At most `k` templates, the best first, each once. Empty: the matcher abstains."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What was learned; never changed, so threads may share it."""

    templates: tuple[str, ...]
    alive: npt.NDArray[np.bool_]
    gold: npt.NDArray[np.int32]
    phrases: tuple[Phrase, ...]
    space: Space
    index: Index
    late: Index  # of the phrases learned since the fit, the last in `phrases`
    learned: tuple[Vector, ...]  # theirs
    head: Head
    calibration: Calibration

    def compare(self, vector: Vector) -> tuple[Array, Array]:
        """Likeness and kernel value of a text with every phrase, as `Index.compare` has them."""
        alike, bent = self.index.compare(self.space, vector)
        if not self.late.count:
            return alike, bent
        more, bent_more = self.late.compare(self.space, vector)
        return np.concatenate([alike, more]), np.concatenate([bent, bent_more])

    def scores(self, vector: Vector, alike: Array, bent: Array) -> Array:
        """What the head makes of them, `(templates,)`."""
        return self.head.scores(self.space, vector, alike, bent, self.gold)


class BlockMatcher:
    """Blocks of n-grams and hand-listed concepts say how alike two texts are; kernel ridge says which template it is.

    `encoder`: vectors of sentences besides (`replies.embed`), more right, 5 ms slower. What each part brings is in
    docs/adr/0013; `python -m tests.bench.matching` measures it.
    """

    def __init__(self, encoder: Encoder | None = None) -> None:
        self._encoder = encoder
        self._writing = threading.Lock()
        self._known: _Known | None = None

    def fit(self, examples: Sequence[Phrase]) -> None:
        """Forget everything, learn `examples`; those that say nothing (only emoji) are left out."""
        with self._writing:
            self._known = self._fitted(examples)

    def learn(self, examples: Sequence[Phrase]) -> None:
        """Know `examples` besides: one step towards what a `fit` would find."""
        with self._writing:
            if self._known is None:
                self._known = self._fitted(examples)
            else:
                self._known = self._added(self._known, examples)

    def forget(self, template_ids: Collection[str]) -> None:
        """Never offer these again; what their phrases taught about others goes with the next `fit`."""
        gone = set(template_ids)
        with self._writing:
            if self._known is not None:
                stay = np.array([template not in gone for template in self._known.templates], np.bool_)
                self._known = replace(self._known, alive=self._known.alive & stay)

    def rank(self, text: str, k: int) -> list[Match]:
        """At most `k` templates, the best first, others only if they are worth a look beside it.

        Empty when the best is less sure than nearly all phrases were when they were tried.
        """
        known = self._known
        if known is None or k < 1:
            return []
        (vector,) = known.space.vectors([text], [known.space.corrected(read(text))])
        if not vector.known:
            return []
        alike, bent = known.compare(vector)
        found, sure = _scored(known, vector, alike, bent, k)
        if not found or sure < known.calibration.line:
            return []
        reasons = Reasons(text)
        matches = []
        for at, (template, probability) in enumerate(found):
            if at and probability < max(_BESIDE * found[0][1], _LEAST):
                break
            near = max(np.flatnonzero(known.gold == template), key=lambda row: (alike[row], -row))
            words = reasons.shared(read(known.phrases[near].text))
            matches.append(Match(known.templates[template], probability, words))
        return matches

    def scores(self, text: str, k: int) -> list[tuple[str, float]]:
        """As `rank`, with no word about the words and never abstaining, if the text says anything at all."""
        known = self._known
        if known is None:
            return []
        (vector,) = known.space.vectors([text], [known.space.corrected(read(text))])
        found, _ = _scored(known, vector, *known.compare(vector), k)
        return [(known.templates[template], probability) for template, probability in found]

    @property
    def line(self) -> float:
        """The learned line, as a probability: 95 % of the answerable reach it; 0 before anything is learned."""
        return self._known.calibration.probability(self._known.calibration.line) if self._known else 0.0

    def _fitted(self, examples: Sequence[Phrase]) -> _Known | None:
        phrases, readings = _saying(examples)
        if not phrases:
            return None
        templates = tuple(sorted({phrase.template_id for phrase in phrases}))
        place = {template: at for at, template in enumerate(templates)}
        gold = np.array([place[phrase.template_id] for phrase in phrases], np.int32)
        # What one phrase alone holds teaches nothing where templates have many, and is half of the memory.
        least = 2 if len(phrases) > max(MANY, 20 * len(templates)) else 1
        space = Space.of(readings, gold, self._encoder, least)
        vectors = space.vectors([phrase.text for phrase in phrases], readings)
        whole = len(phrases) > MANY
        index = Index(space, vectors, whole)
        head, trial = fit(space, index, vectors, gold, len(templates))
        calibration = Calibration.of(trial, len(phrases) / len(templates))
        alive = np.ones(len(templates), np.bool_)
        late = Index(space, [], whole)
        return _Known(templates, alive, gold, tuple(phrases), space, index, late, (), head, calibration)

    def _added(self, known: _Known, examples: Sequence[Phrase]) -> _Known:
        phrases, readings = _saying(examples)
        if not phrases:
            return known
        new = sorted({phrase.template_id for phrase in phrases} - set(known.templates))
        templates = (*known.templates, *new)
        place = {template: at for at, template in enumerate(templates)}
        gold = np.array([place[phrase.template_id] for phrase in phrases], np.int32)
        space = known.space.wider(readings)
        vectors = space.vectors([phrase.text for phrase in phrases], readings)
        sizes = (space.size, len(templates))
        before = replace(known, space=space, head=known.head.more(np.zeros((0, len(templates)), np.float32), sizes))
        lacking = -np.stack([before.scores(vector, *before.compare(vector)) for vector in vectors])
        lacking[np.arange(len(gold)), gold] += 1
        among = Index(space, vectors, known.index.whole)
        gram = np.stack([among.compare(space, vector)[1] for vector in vectors])
        alive = np.concatenate([known.alive, np.ones(len(new), np.bool_)])
        alive[gold] = True
        learned = (*known.learned, *vectors)
        return replace(
            known,
            templates=templates,
            alive=alive,
            gold=np.concatenate([known.gold, gold]),
            phrases=(*known.phrases, *phrases),
            space=space,
            late=Index(space, learned, known.index.whole),
            learned=learned,
            head=before.head.more(lacking, sizes, gram),
        )


def _saying(examples: Sequence[Phrase]) -> tuple[list[Phrase], list[Reading]]:
    """The phrases that hold any word, with what was read."""
    pairs = [(example, reading) for example in examples if (reading := read(example.text)).words or reading.runs]
    return [phrase for phrase, _ in pairs], [reading for _, reading in pairs]


def _scored(known: _Known, vector: Vector, alike: Array, bent: Array, k: int) -> tuple[list[tuple[int, float]], float]:
    """The `k` best templates, each with its probability; and how sure that the first answers."""
    scores = known.scores(vector, alike, bent)
    if not known.alive.all():
        scores = np.where(known.alive, scores, -np.inf)
    order = np.argsort(-scores, kind="stable")[:k].tolist()
    first = scores[order[0]]
    if first == -np.inf:
        return [], 0.0
    sure = known.head.sure(scores, alike, vector.known, known.gold)
    best = known.calibration.probability(sure)
    others = np.exp(_SHARED * (scores - first))
    left = (1 - best) / max(float(others.sum()) - 1, 1e-9)
    rest = [(at, min(best, left * float(others[at]))) for at in order[1:] if scores[at] > -np.inf]
    return [(order[0], best), *rest], sure


class Benchmarked:
    """A matcher as the harness takes it: pairs in, scores out, no threshold."""

    def __init__(self, matcher: BlockMatcher) -> None:
        self.matcher = matcher

    def fit(self, examples: Sequence[tuple[str, str]]) -> None:
        """Learn pairs of template id and phrase."""
        self.matcher.fit([Phrase(template_id, text) for template_id, text in examples])

    def rank(self, texts: Sequence[str], k: int) -> list[list[tuple[str, float]]]:
        """The `k` best templates of each text, with their probabilities."""
        return [self.matcher.scores(text, k) for text in texts]


def for_benchmark() -> Benchmarked:
    """The matcher as the desk uses it."""
    return Benchmarked(BlockMatcher())


def for_benchmark_embed() -> Benchmarked:
    """The matcher with the extra `embed`."""
    from replies.embed import SentenceEncoder

    return Benchmarked(BlockMatcher(SentenceEncoder()))
