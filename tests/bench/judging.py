"""Judges a matcher by numbers: how often right, what it refuses, how honest its probabilities are, what typos cost.
It only counts what a matcher answered; no file is read and nothing is timed here.
"""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ranked = Sequence[Sequence[tuple[str, float]]]
Numbers = npt.NDArray[np.float64]

LOST = 0.05
"""Share of the answerable that may be refused while refusals are counted."""

_LONG = 5  # letters from which a word may get a typo
_TYPOS = 0.25  # share of such words that get one


def right(ranked: Ranked, gold: Sequence[str], among: int) -> float:
    """Percent of texts whose template is among the first `among`."""
    return 100 * float(
        np.mean([want in [name for name, _ in row[:among]] for row, want in zip(ranked, gold, strict=True)])
    )


def best(ranked: Ranked) -> Numbers:
    """The first score of each text; far below every score where there is none."""
    return np.array([row[0][1] if row else -1e9 for row in ranked])


def auroc(kept: Numbers, refused: Numbers) -> float:
    """Percent of pairs in which the answerable text scores higher; equal scores count half."""
    above = np.searchsorted(np.sort(refused), kept, side="left")
    equal = np.searchsorted(np.sort(refused), kept, side="right") - above
    return 100 * float((above + equal / 2).sum() / (len(kept) * len(refused)))


def refused(kept: Numbers, others: Numbers) -> float:
    """Percent of `others` below the score that 95 % of the answerable reach."""
    return 100 * float((others < np.quantile(kept, LOST)).mean())


def calibration_error(ranked: Ranked, gold: Sequence[str], bins: int = 10) -> float:
    """Expected calibration error, in points: mean distance of probability and truth over equal bins of probability."""
    sure = np.clip(best(ranked), 0, 1)
    true = np.array([bool(row) and row[0][0] == want for row, want in zip(ranked, gold, strict=True)])
    which = np.minimum((sure * bins).astype(int), bins - 1)
    return 100 * float(
        sum(
            abs(sure[which == at].mean() - true[which == at].mean()) * (which == at).mean()
            for at in set(which.tolist())
        )
    )


def mistyped(texts: Sequence[str], seed: int = 7) -> list[str]:
    """The texts with one typo in a quarter of their longer words: a letter left out, doubled, swapped or another."""
    chance = random.Random(seed)
    return [" ".join(_typo(word, chance) for word in text.split(" ")) for text in texts]


def _typo(word: str, chance: random.Random) -> str:
    if len(word) < _LONG or not (word.isascii() and word.isalpha()) or chance.random() >= _TYPOS:
        return word
    at = chance.randrange(1, len(word) - 1)
    return chance.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + chance.choice(string.ascii_lowercase) + word[at + 1 :],
        )
    )
