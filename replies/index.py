"""How alike a text is to every phrase at once: lists of who holds what, walked in numpy.
It knows no words and no templates, only rows of numbers; it is never changed once built.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from replies.features import Array, Vector
from replies.senses import SIZE

_LISTED = 0.05  # share of phrases up to which an n-gram is kept as a list of them
_KEPT_WHOLE = 4_000  # phrases above which the most common n-grams are left out: they say little, and cost the most


class Index:
    """Which phrases hold which n-gram: how alike a text is to every phrase.

    N-grams that many phrases hold are kept as whole rows, the others as lists: at 770 phrases a third of the
    time of lists alone.
    """

    def __init__(self, vectors: Sequence[Vector], size: int) -> None:
        self.count = len(vectors)
        width = len(vectors[0].dense) if vectors else SIZE
        self.dense = np.array([vector.dense for vector in vectors], np.float32).reshape(-1, width)
        ids = np.concatenate([vector.ids for vector in vectors] or [np.empty(0, np.int32)])
        values = np.concatenate([vector.values for vector in vectors] or [np.empty(0, np.float32)])
        rows = np.repeat(np.arange(self.count, dtype=np.int32), [len(vector.ids) for vector in vectors])
        held = np.bincount(ids, minlength=size)
        often = np.flatnonzero(held > max(_LISTED * self.count, 8))
        self._place = np.full(size, -1, np.int32)
        self._place[often] = np.arange(len(often), dtype=np.int32)
        whole = self._place[ids] >= 0
        if self.count > _KEPT_WHOLE:
            often = often[:0]
            self._place[:] = -1
        self._whole = np.zeros((len(often), self.count), np.float32)
        if len(often):
            self._whole[self._place[ids[whole]], rows[whole]] = values[whole]
        ids, values, rows = ids[~whole], values[~whole], rows[~whole]
        order = np.argsort(ids, kind="stable")
        self._rows, self._values = rows[order].astype(np.int32), values[order]
        self._starts = np.zeros(size + 1, np.intp)
        np.cumsum(np.bincount(ids, minlength=size), out=self._starts[1:])

    def likeness(self, vector: Vector) -> Array:
        """Cosines, `(count,)`, of a text with every phrase: 0 nothing in common, 1 the same."""
        total: Array = self.dense @ vector.dense
        if not len(vector.ids):
            return total
        place = self._place[vector.ids]
        whole = place >= 0
        total += vector.values[whole] @ self._whole[place[whole]]
        starts = self._starts[vector.ids]
        lengths = self._starts[vector.ids + 1] - starts
        ends = lengths.cumsum()
        places = np.arange(ends[-1])
        places += (starts - ends + lengths).repeat(lengths)
        shares = self._values[places] * vector.values.repeat(lengths)
        total += np.bincount(self._rows[places], shares, self.count)
        return total
