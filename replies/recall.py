"""Finds earlier questions that ask what a new one asks, so that the answer a person once gave is at hand.
It learns one text at a time and fits nothing; it never says which answer is right.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from replies.features import CONCEPTS, NEIGHBOURS, NOTIONS, PAIRS, WORDS, balance, grams
from replies.reading import Reading, read
from replies.reasons import Reasons

ENOUGH = 0.45
"""Likeness from which an earlier question is shown. The first found then asks the same in 74 % on banking77, 88 % on
clinc150, 91 % on zh_tw, part dev (10 a question known); for what asks nothing known, something is found in 0 to 5 %."""

_TELLING = (WORDS, NEIGHBOURS, PAIRS, CONCEPTS, NOTIONS)
_LOOKED_AT = 30  # earlier questions that share the most, weighed exactly; with 60 the same are found
_COMMON = 400  # texts that share an n-gram before it says nothing


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    reading: Reading


class Recall:
    """Earlier questions by number, some 5,000; any thread may call. Learning one takes 0.1 ms, asking some 6 ms."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: dict[int, _Text] = {}
        self._holding: dict[str, set[int]] = {}

    def learn(self, number: int, text: str) -> None:
        """This question has an answer. A number learned again has the newer text."""
        reading = read(text)
        with self._lock:
            self._drop(number)
            self._texts[number] = _Text(text, reading)
            for gram in _telling(reading):
                self._holding.setdefault(gram, set()).add(number)

    def forget(self, numbers: Collection[int]) -> None:
        """These no longer have; unknown numbers are passed over."""
        with self._lock:
            for number in numbers:
                self._drop(number)

    def similar(self, text: str, k: int) -> list[tuple[int, float, tuple[str, ...]]]:
        """At most `k`, the most alike first: number, likeness `ENOUGH`..1, the words of `text` that are in both."""
        asked = read(text)
        if k < 1 or not (asked.words or asked.runs):
            return []
        with self._lock:
            total = len(self._texts)
            shared: defaultdict[int, float] = defaultdict(float)
            for gram in _telling(asked):
                holding = self._holding.get(gram, ())
                if holding and len(holding) <= max(_COMMON, total // 20):
                    weight = 1 + math.log((1 + total) / (1 + len(holding)))
                    for number in holding:
                        shared[number] += weight
            near = sorted(shared, key=lambda number: (-shared[number], number))[:_LOOKED_AT]
            texts = {number: self._texts[number] for number in near}
            rarity = self._rarity([asked, *(known.reading for known in texts.values())])
        found = [(_likeness(asked, known.reading, rarity), number) for number, known in texts.items()]
        best = sorted((-likeness, number) for likeness, number in found if likeness >= ENOUGH)[:k]
        reasons = Reasons(text)
        return [(number, min(1.0, -minus), reasons.shared(texts[number].reading)) for minus, number in best]

    def _drop(self, number: int) -> None:
        known = self._texts.pop(number, None)
        for gram in _telling(known.reading) if known else ():
            holding = self._holding[gram]
            holding.discard(number)
            if not holding:
                del self._holding[gram]

    def _rarity(self, readings: Sequence[Reading]) -> dict[str, float]:
        total = len(self._texts)
        return {
            gram: 1 + math.log((1 + total) / (1 + len(self._holding.get(gram, ()))))
            for reading in readings
            for gram in _telling(reading)
        }


def _telling(reading: Reading) -> dict[str, None]:
    """The n-grams earlier questions are looked up by: words and their pairs, pairs of characters, concepts."""
    return dict.fromkeys(gram for block in _TELLING for gram in _counted(reading)[block]) | dict.fromkeys(
        run for run in reading.runs if len(run) == 1
    )


def _counted(reading: Reading) -> list[list[str]]:
    """The blocks of the matcher; a concept is marked, for its name may be a word."""
    blocks = list(grams(reading))
    for block in (CONCEPTS, NOTIONS):
        blocks[block] = [f"#{concept}" for concept in blocks[block]]
    return blocks


def _likeness(a: Reading, b: Reading, rarity: dict[str, float]) -> float:
    """As the matcher sees it, with rarity for words, pairs and concepts; letters and characters are counted plainly."""
    total = 0.0
    weights = np.sqrt(balance(a) * balance(b)).tolist()
    for weigh, left, right in zip(weights, _counted(a), _counted(b), strict=True):
        one, two = dict.fromkeys(left), dict.fromkeys(right)
        if not weigh or not (one or two):
            continue
        sizes = [sum(rarity.get(gram, 1.0) ** 2 for gram in side) for side in (one, two)]
        both = sum(rarity.get(gram, 1.0) ** 2 for gram in one if gram in two)
        total += weigh * both / math.sqrt(sizes[0] * sizes[1]) if sizes[0] and sizes[1] else 0.0
    return total
