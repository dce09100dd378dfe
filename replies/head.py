"""From likeness to every phrase to one score a template: kernel ridge, or a linear classifier for many phrases.
It is fitted on template phrases alone, and tries itself on what each phrase would have scored had it not been there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from replies.features import Array, Space, Vector, Whole
from replies.index import Index

MANY = 3_000
"""Phrases above which the linear classifier takes over: ridge takes N^3 time, N^2 memory (3,000: 5 s, 110 MB)."""

_RIDGE = 0.1
_ROUNDS = 6  # passes of the linear classifier; ten gained nothing
_RATE = 0.5
_APART = 0.1  # share of phrases the linear classifier is tried on
_LARGEST = 30_000_000  # templates times n-grams the linear classifier may have: 120 MB
_TRIED = 1_500  # phrases tried at most
_SENTENCE = 0.6  # as in the index

# What refuses best at 10 phrases a template (ridge) and at 100 (linear) on banking77, clinc150 and zh_tw, part dev.
_NEAREST, _SEEN = 0.3, 0.3
_LINEAR, _SEEN_LINEAR, _FIVE = 0.2, 0.3, 5


@dataclass(frozen=True, slots=True)
class Trial:
    """What `n` phrases score as if they were comments, without being there themselves.

    `sure`: how sure the head is of its best template; `right`: whether that is theirs.
    """

    sure: Array
    right: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of what was fitted: by phrase (`phrases`, kernel) or by n-gram and sentence (`grams`, `dense`, linear);
    `nearest`: no weights, a template is as good as its nearest phrase."""

    phrases: Array
    grams: Array | None = None
    dense: Array | None = None
    nearest: bool = False

    def scores(self, space: Space, vector: Vector, alike: Array, bent: Array, gold: Whole) -> Array:
        """About 1 for the right template and 0 for others, `(templates,)`; `alike`, `bent` as `Index.compare` has."""
        if self.nearest:
            best = np.zeros(self.phrases.shape[1], np.float32)
            np.maximum.at(best, gold, alike)
            return best
        if self.grams is None or self.dense is None:
            return bent @ self.phrases
        values, sentence = _parts(space, vector)
        linear = values @ self.grams[vector.ids]
        if len(sentence):
            linear += sentence @ self.dense
        scores = np.asarray((linear + 1) / 2, np.float32)
        late = len(self.phrases)
        return scores + bent[-late:] @ self.phrases if late else scores

    def sure(self, scores: Array, alike: Array, known: float, gold: Whole) -> float:
        """How sure the best template is an answer at all: what refusing goes by; about 0 to 1.5.

        `known` is `Vector.known`, `gold` each phrase's template. By ridge the score and the nearest phrase say it
        best; the linear classifier's score hardly does, there it is the five nearest phrases of the template it chose.
        """
        first = float(scores.max())
        if self.grams is None:
            return first + _NEAREST * float(alike.max()) + _SEEN * known
        own = alike[gold == int(scores.argmax())]
        near = float(np.sort(own)[-_FIVE:].mean()) if len(own) else 0.0
        return _LINEAR * first + near + _SEEN_LINEAR * known

    def more(self, errors: Array, sizes: tuple[int, int], among: Array | None = None) -> Head:
        """With phrases learned later: `errors` (new phrases, templates) are what their scores lack.

        One step of block coordinate descent, the new phrases together: many that are nearly the same must not each mend
        the whole error. `among`: their kernel with each other; `sizes` are n-grams and templates as they now are.
        """
        grams, templates = sizes
        phrases = np.pad(self.phrases, ((0, 0), (0, templates - self.phrases.shape[1])))
        if self.nearest:
            return replace(self, phrases=phrases)
        if among is not None:
            errors = np.linalg.solve(among + _RIDGE * np.eye(len(among), dtype=np.float32), errors)
        head = replace(self, phrases=np.concatenate([phrases, errors]).astype(np.float32))
        if self.grams is None or self.dense is None:
            return head
        wider = ((0, grams - len(self.grams)), (0, templates - self.grams.shape[1]))
        return replace(head, grams=np.pad(self.grams, wider), dense=np.pad(self.dense, ((0, 0), wider[1])))


def fit(space: Space, index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """The head for these phrases, and its trial."""
    if len(vectors) <= MANY:
        return _ridge(space, index, vectors, gold, templates)
    if templates * space.size > _LARGEST or len(vectors) < 3 * templates:
        return _nearest(space, index, vectors, gold, templates)
    return _linear(space, index, vectors, gold, templates)


def _parts(space: Space, vector: Vector) -> tuple[Array, Array]:
    """What the linear classifier reads of a text; the length of both together is 1 or less."""
    values = space.weighted(vector)
    if not len(vector.dense):
        return values, vector.dense
    return values * np.float32((1 - _SENTENCE) ** 0.5), vector.dense * np.float32(_SENTENCE**0.5)


def _nearest(space: Space, index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """For thousands of templates, where weights would not fit: nothing is learned but how sure to be."""
    head = Head(np.zeros((0, templates), np.float32), nearest=True)
    paired = np.flatnonzero(np.bincount(gold, minlength=templates)[gold] > 1)
    sure, right = [], []
    for row in np.random.default_rng(0).permutation(paired)[:_TRIED].tolist():
        alike, bent = index.compare(space, vectors[row])
        alike[row] = 0
        scores = head.scores(space, vectors[row], alike, bent, gold)
        sure.append(head.sure(scores, alike, space.known_without(vectors[row]), gold))
        right.append(scores.argmax() == gold[row])
    return head, Trial(np.array(sure, np.float32), np.array(right, np.bool_))


def _ridge(space: Space, index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """Kernel ridge; what a phrase scores without itself comes in closed form from the same inverse."""
    count = len(vectors)
    everyone = np.arange(count)
    gram = np.empty((count, count), np.float32)
    near = np.empty(count, np.float32)
    for row, vector in enumerate(vectors):
        alike, gram[row] = index.compare(space, vector)
        alike[row] = 0
        near[row] = alike.max()
    target = np.zeros((count, templates), np.float32)
    target[everyone, gold] = 1
    gram[everyone, everyone] += _RIDGE
    inverse = np.linalg.inv(gram)
    del gram
    weights = np.asarray(inverse @ target, np.float32)
    alone = np.asarray(target - weights / np.diag(inverse)[:, None], np.float32)
    head = Head(weights)
    paired = np.flatnonzero(np.bincount(gold)[gold] > 1)  # a lone phrase has no template without itself
    sure = [
        head.sure(alone[row], near[row : row + 1], space.known_without(vectors[row]), gold) for row in paired.tolist()
    ]
    return head, Trial(np.array(sure, np.float32), alone[paired].argmax(axis=1) == gold[paired])


def _linear(space: Space, index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """One squared-hinge classifier a template, by stochastic descent: once without a tenth, to try it; once on all."""
    chance = np.random.default_rng(0)
    held = chance.random(len(gold)) < _APART
    less = _descend(space, vectors, gold, templates, np.flatnonzero(~held), chance)
    sure, right = [], []
    for row in chance.permutation(np.flatnonzero(held))[:_TRIED].tolist():
        alike, bent = index.compare(space, vectors[row])
        alike = np.where(held, np.float32(0), alike)
        scores = less.scores(space, vectors[row], alike, bent, gold)
        sure.append(less.sure(scores, alike, vectors[row].known, gold))
        right.append(scores.argmax() == gold[row])
    del less  # two of them are the most memory that is ever needed
    head = _descend(space, vectors, gold, templates, np.arange(len(gold)), chance)
    return head, Trial(np.array(sure, np.float32), np.array(right, np.bool_))


def _descend(
    space: Space,
    vectors: Sequence[Vector],
    gold: Whole,
    templates: int,
    rows: Sequence[int] | npt.NDArray[np.int64],
    chance: np.random.Generator,
) -> Head:
    grams = np.zeros((space.size, templates), np.float32)
    dense = np.zeros((len(vectors[0].dense), templates), np.float32)
    for turn in range(_ROUNDS):
        rate = np.float32(_RATE * (1 - turn / _ROUNDS))
        for row in chance.permutation(rows):
            vector, right = vectors[row], gold[row]
            values, sentence = _parts(space, vector)
            known = grams[vector.ids]
            scores = values @ known
            if len(sentence):
                scores += sentence @ dense
            step = -np.maximum(1 + scores, 0)
            step[right] = max(1 - scores[right], 0)
            step *= rate
            known += values[:, None] * step
            grams[vector.ids] = known
            if len(sentence):
                dense += sentence[:, None] * step
    return Head(np.zeros((0, templates), np.float32), grams, dense)
