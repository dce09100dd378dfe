"""What words mean, roughly: a table of word vectors, so that "parcel" stands near "package" and 包裹 near 快遞.
Nothing is learned here and no model runs; a word that is not in the table has no sense and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from replies.stems import forms

Array = npt.NDArray[np.float32]

SIZE = 64
"""Numbers a vector has. 128 gained 0.1 points of top-1 on the development sets, 32 lost 0.8."""

_LONGEST = 4  # characters of a Chinese word in the table


class Senses:
    """The table in memory: some 2 MB of vectors and 3 MB of words."""

    def __init__(self, words: Sequence[str], vectors: npt.NDArray[np.int8], scales: npt.NDArray[np.float32]) -> None:
        self._rows = {word: row for row, word in enumerate(words)}
        self._vectors, self._scales = vectors, scales

    def knows(self, word: str) -> bool:
        """Whether `word` is in the table as it stands."""
        return word in self._rows

    def units(self, words: Iterable[str], runs: Iterable[str]) -> list[int]:
        """Rows of the table for a text: of its words, and of its unspaced runs cut into the longest known words."""
        get = self._rows.get
        rows: list[int] = []
        for word in words:
            if (row := get(word)) is not None:
                rows.append(row)
            else:
                rows += [row for form in forms(word) if (row := get(form)) is not None]
        for run in runs:
            at, end = 0, len(run)
            while at < end:
                for length in range(min(_LONGEST, end - at), 0, -1):
                    if (row := get(run[at : at + length])) is not None:
                        rows.append(row)
                        break
                at += length
        return rows

    def vector(self, rows: Sequence[int]) -> Array:
        """The sum of `rows`, of length 1; zeros when there are none."""
        if not rows:
            return np.zeros(SIZE, np.float32)
        total = self._scales[rows] @ self._vectors[rows]
        length = float(np.sqrt(total @ total))
        return (total / length).astype(np.float32) if length else np.zeros(SIZE, np.float32)


@cache
def senses() -> Senses:
    """The table that comes with the package, read once; some 30 ms."""
    with resources.files("replies").joinpath("senses.npz").open("rb") as file, np.load(file) as table:
        words = bytes(table["words"]).decode().split("\n")
        return Senses(words, table["vectors"], table["scales"].astype(np.float32))
