"""How alike a text is to every phrase at once: lists of who holds what, walked in numpy.
It knows no words and no templates, only rows of numbers; it is never changed once built.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from replies.features import BLOCKS, SPACED, Array, Space, Vector

_SHARP = np.float32(2.5)  # the kernel of a block is exp(2.5 (cosine - 1)): the near count more than the far
_SHARP_SENTENCE = np.float32(3.0)
_SENTENCE = np.float32(0.6)  # what the sentence counts for beside the blocks, when there is an encoder
_COMMON = 0.1  # share of phrases above which an n-gram is left out of a `whole` index: it says little and costs most


class Index:
    """Which phrases hold which n-gram: how alike a text is to every phrase, each block by itself.

    `whole`: all blocks in one, for many phrases: a third of the time, and less exact.
    """

    def __init__(self, space: Space, vectors: Sequence[Vector], whole: bool = False) -> None:
        self.count, self._size, self.whole = len(vectors), space.size, whole
        width = len(vectors[0].dense) if vectors else 0
        self._dense = np.array([vector.dense for vector in vectors], np.float32).reshape(self.count, width)
        weights = np.array([vector.weights for vector in vectors], np.float32).reshape(self.count, BLOCKS)
        self._roots: Array = np.ascontiguousarray(np.sqrt(weights).T)
        rows = np.repeat(np.arange(self.count, dtype=np.intp), [len(vector.ids) for vector in vectors])
        ids = np.concatenate([vector.ids for vector in vectors] or [np.empty(0, np.int32)])
        values = [space.weighted(vector) if whole else vector.values for vector in vectors]
        every = np.concatenate(values or [np.empty(0, np.float32)])
        if whole:
            rare = (np.bincount(ids, minlength=self._size) <= max(_COMMON * self.count, 200))[ids]
            rows, ids, every = rows[rare].astype(np.int32), ids[rare], every[rare]
        else:
            rows += space.block[ids].astype(np.intp) * self.count
        order = np.argsort(ids, kind="stable")
        self._rows, self._values = rows[order], every[order]
        self._starts = np.zeros(self._size + 1, np.intp)
        np.cumsum(np.bincount(ids, minlength=self._size), out=self._starts[1:])

    def compare(self, space: Space, vector: Vector) -> tuple[Array, Array]:
        """Of a text with every phrase, `(count,)` each: cosines, 0 nothing in common, 1 the same; and kernel values.

        `space` is where `vector` was measured: this index's own, or a wider one.
        """
        weights = vector.weights
        if self.whole:
            alike = self._sums(vector.ids, space.weighted(vector), self.count).astype(np.float32)
            bent: Array = np.exp(_SHARP * (alike - 1))
        else:
            first, last = (0 if weights[0] else SPACED), (BLOCKS if weights[SPACED] else SPACED)
            sums = self._sums(vector.ids, vector.values, BLOCKS * self.count)
            cosines = sums.reshape(BLOCKS, self.count)[first:last].astype(np.float32)
            shares = np.sqrt(weights[first:last])
            roots = self._roots[first:last]
            alike = shares @ (cosines * roots)
            cosines -= 1
            cosines *= _SHARP
            np.exp(cosines, out=cosines)
            cosines *= roots
            bent = shares @ cosines
        if not len(vector.dense):
            return alike, bent
        sentence = self._dense @ vector.dense
        bent_sentence = np.exp(_SHARP_SENTENCE * (sentence - 1))
        return _mixed(alike, sentence), _mixed(bent, bent_sentence)

    def _sums(self, ids: npt.NDArray[np.int32], values: Array, size: int) -> npt.NDArray[np.float64]:
        if self._size <= (int(ids.max()) if len(ids) else 0):  # n-grams learned since
            values, ids = values[ids < self._size], ids[ids < self._size]
        if not len(ids):
            return np.zeros(size)
        starts = self._starts[ids]
        lengths = self._starts[ids + 1] - starts
        ends = lengths.cumsum()
        places = np.arange(ends[-1])
        places += (starts - ends + lengths).repeat(lengths)
        shares = self._values[places]
        shares *= values.repeat(lengths)
        return np.asarray(np.bincount(self._rows[places], shares, size), np.float64)


def _mixed(blocks: Array, sentence: Array) -> Array:
    return np.asarray((1 - _SENTENCE) * blocks + _SENTENCE * sentence, np.float32)
