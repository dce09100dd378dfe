"""From how alike a comment is to every phrase to one score a template: kernel ridge, and a linear classifier where phrases are many.
It is fitted on template phrases alone, and tries itself on what each phrase would have scored had it not been there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from replies.features import Array, Index, Space, Vector

Whole = npt.NDArray[np.int32]

MANY = 3_000
"""Phrases from which on the linear classifier takes over: ridge takes N^3 time and N^2 memory (3,000: 1.5 s, 110 MB)."""

_SHARP = 2.0  # the kernel is exp(2 (cosine - 1)); 1.5 to 3 are the same within 0.3 points on the development sets
_RIDGE = 0.2
_ROUNDS = 6  # passes of the linear classifier; ten gained nothing
_RATE = 0.5
_APART = 0.1  # share of templates, and of phrases, the linear classifier is tried on
_TRIED = 1_500  # phrases tried at most


@dataclass(frozen=True, slots=True)
class Trial:
    """What `n` phrases score as if they were comments, without being there themselves.

    `first` and `second`: the two best scores; `near`: likeness to the nearest phrase; `right`: whether the best template is
    theirs; `answerable`: False where the whole template was held back.
    """

    first: Array
    second: Array
    near: Array
    right: npt.NDArray[np.bool_]
    answerable: npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Head:
    """Weights of what was fitted: by phrase (`phrases`, kernel) or by n-gram and sense (`grams`, `senses`, linear)."""

    phrases: Array
    grams: Array | None = None
    senses: Array | None = None

    def scores(self, vector: Vector, alike: Array) -> Array:
        """About 1 for the right template and 0 for others, `(templates,)`; `alike` as `Index.likeness` gives it."""
        if self.grams is None or self.senses is None:
            return kernel(alike) @ self.phrases
        linear = vector.values @ self.grams[vector.ids] + vector.dense @ self.senses
        late = len(self.phrases)
        scores = (linear + 1) / 2
        return scores + kernel(alike[-late:]) @ self.phrases if late else scores

    def more(self, errors: Array, sizes: tuple[int, int]) -> Head:
        """With phrases learned later: `errors` (new phrases, templates) are what their scores lack.

        One step of coordinate descent; `sizes` are n-grams and templates as they now are.
        """
        grams, templates = sizes
        phrases = np.pad(self.phrases, ((0, 0), (0, templates - self.phrases.shape[1])))
        head = replace(self, phrases=np.concatenate([phrases, errors / (1 + _RIDGE)]).astype(np.float32))
        if self.grams is None or self.senses is None:
            return head
        wider = ((0, grams - len(self.grams)), (0, templates - self.grams.shape[1]))
        return replace(
            head,
            grams=np.pad(self.grams, wider, constant_values=0),
            senses=np.pad(self.senses, ((0, 0), wider[1])),
        )


def kernel(alike: Array) -> Array:
    """Likeness 0..1 bent so that the near count more than the far."""
    return np.exp(np.float32(_SHARP) * (alike - np.float32(1)))


def fit(space: Space, index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """The head for these phrases, and its trial."""
    if len(vectors) <= MANY:
        return _ridge(index, vectors, gold, templates)
    return _linear(space, index, vectors, gold, templates)


def _ridge(index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """Kernel ridge; both what a phrase scores without itself, and without its whole template, from the one inverse."""
    count = len(vectors)
    everyone = np.arange(count)
    alike = np.stack([index.likeness(vector) for vector in vectors])
    target = np.zeros((count, templates), np.float32)
    target[everyone, gold] = 1
    gram = kernel(alike)
    gram[everyone, everyone] += _RIDGE
    inverse = np.linalg.inv(gram)
    del gram
    weights = inverse @ target
    alone = target - weights / np.diag(inverse)[:, None]
    hidden = np.empty_like(alone)
    alike[everyone, everyone] = 0
    near = alike.max(axis=1)
    far = np.empty_like(near)
    for template in range(templates):
        own = np.flatnonzero(gold == template)
        hidden[own] = target[own] - np.linalg.solve(inverse[np.ix_(own, own)], weights[own])
        hidden[own, template] = -1
        rows = alike[own]
        rows[:, own] = 0
        far[own] = rows.max(axis=1)
    paired = np.bincount(gold, minlength=templates)[gold] > 1
    return Head(weights.astype(np.float32)), _joined(
        _trial(alone[paired], near[paired], gold[paired], True), _trial(hidden, far, gold, False)
    )


def _linear(space: Space, index: Index, vectors: Sequence[Vector], gold: Whole, templates: int) -> tuple[Head, Trial]:
    """One squared-hinge classifier a template, by stochastic descent: once without a tenth, to be tried on it, once on all."""
    chance = np.random.default_rng(0)
    apart = chance.random(templates)[gold] < _APART
    single = ~apart & (chance.random(len(gold)) < _APART)
    training = np.flatnonzero(~apart & ~single)
    less = _descend(space, vectors, gold, templates, training, chance)
    held = np.zeros(index.count, np.bool_)
    held[apart | single] = True
    trials = []
    for which, answerable in ((single, True), (apart, False)):
        rows = chance.permutation(np.flatnonzero(which))[:_TRIED]
        alike = np.array([np.where(held, 0, index.likeness(vectors[row])).max() for row in rows], np.float32)
        scores = np.array([less.scores(vectors[row], alike) for row in rows], np.float32).reshape(-1, templates)
        trials.append(_trial(scores, alike, gold[rows], answerable))
    return _descend(space, vectors, gold, templates, np.arange(len(gold)), chance), _joined(*trials)


def _descend(
    space: Space,
    vectors: Sequence[Vector],
    gold: Whole,
    templates: int,
    rows: Sequence[int] | npt.NDArray[np.int64],
    chance: np.random.Generator,
) -> Head:
    grams = np.zeros((space.size, templates), np.float32)
    senses = np.zeros((len(vectors[0].dense), templates), np.float32)
    for turn in range(_ROUNDS):
        rate = np.float32(_RATE * (1 - turn / _ROUNDS))
        for row in chance.permutation(rows):
            vector, right = vectors[row], gold[row]
            known = grams[vector.ids]
            scores = vector.values @ known + vector.dense @ senses
            step = -np.maximum(1 + scores, 0)
            step[right] = max(1 - scores[right], 0)
            step *= rate
            known += vector.values[:, None] * step
            grams[vector.ids] = known
            senses += vector.dense[:, None] * step
    return Head(np.zeros((0, templates), np.float32), grams, senses)


def _trial(scores: Array, near: Array, gold: Whole, answerable: bool) -> Trial:
    count = len(scores)
    if scores.shape[1] < 2:
        scores = np.pad(scores, ((0, 0), (0, 2 - scores.shape[1])))
    two = np.partition(scores, -2, axis=1)[:, -2:]
    return Trial(
        two[:, 1], two[:, 0], near, (scores.argmax(axis=1) == gold) & answerable, np.full(count, answerable, np.bool_)
    )


def _joined(a: Trial, b: Trial) -> Trial:
    return Trial(
        np.concatenate([a.first, b.first]),
        np.concatenate([a.second, b.second]),
        np.concatenate([a.near, b.near]),
        np.concatenate([a.right, b.right]),
        np.concatenate([a.answerable, b.answerable]),
    )
