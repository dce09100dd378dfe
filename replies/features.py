"""A text as numbers that can be compared: words, letters, Chinese characters, and the concepts they stand for.
It only measures how alike two texts are; what is right or close enough is decided elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from replies.lexicon import lexicon, stemmed
from replies.reading import READ, Reading
from replies.stems import forms

Array = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int32]

WORDS, NEIGHBOURS, LETTERS, ACROSS, CONCEPTS, SINGLES, PAIRS, NOTIONS = range(8)
SPACED = 5
"""Blocks of spaced scripts; those of Chinese and kana follow."""

BLOCKS = 8
# Of a block within its script: chosen on banking77 and clinc150 (5 and 10 phrases), for Chinese on zh_tw, part dev.
_WEIGHTS = np.array([0.35, 0.13, 0.22, 0.17, 0.13, 0.45, 0.45, 0.1], np.float64)
_RUN = 0.5  # a Chinese character says about as much as half an English word

_TYPO_FROM = 5  # letters; in shorter words one letter makes another word

# Of how purely an n-gram belongs to one template: (1 - entropy) * _PURE + _PLAIN, entropy 0..1 with half a phrase of
# every other template mixed in; one that is unknown counts as the purest fifth begins. Same sets as the weights.
_SMOOTH, _PURE, _PLAIN, _UNKNOWN = 0.5, 3.0, 0.6, 0.8


class Encoder(Protocol):
    """Makes vectors of whole sentences, of length 1: `(n, d)` float32 for `n` texts. See `replies.embed`."""

    def encode(self, texts: Sequence[str]) -> Array:
        """One row a text."""


@lru_cache(maxsize=4_096)
def _letters(word: str) -> tuple[str, ...]:
    """Two to four neighbouring letters inside a word; a word's ends are marked."""
    marked = f"^{word[:40]}$"
    return tuple(marked[at : at + n] for n in (2, 3, 4) for at in range(max(1, len(marked) - n + 1)))


def grams(reading: Reading) -> tuple[list[str], ...]:
    """What the blocks count, in their order; a gram may stand there twice."""
    words, runs = reading.words, reading.runs
    stems = stemmed(words)
    letters: list[str] = []
    for word in words:
        letters += _letters(word)
    line = f"^{' '.join(words)}$" if words else ""
    last = len(line)
    across = [line[at : at + n] for n in (3, 4, 5) for at in range(last - n + 1)]
    known = lexicon()
    return (
        list(stems),
        [f"{a} {b}" for a, b in pairwise(stems)],
        letters,
        across,
        known.concepts(stems),
        [character for run in runs for character in run],
        [run[at : at + 2] for run in runs for at in range(len(run) - 1)],
        known.notions(runs, words) if runs else [],
    )


def balance(reading: Reading) -> Array:
    """What each block counts for, `(BLOCKS,)`, by how much of the text is in which script; the sum is 1, or 0."""
    spaced, unspaced = len(reading.words), _RUN * sum(map(len, reading.runs))
    share = spaced / ((spaced + unspaced) or 1)
    weights = _WEIGHTS.copy()
    weights[:SPACED] *= share
    weights[SPACED:] *= 1 - share if unspaced else 0.0
    return weights.astype(np.float32)


@dataclass(frozen=True, slots=True)
class Vector:
    """A text: `ids` of known n-grams with their `values`, block after block, the length of each block 1 or less.

    `weights`: what each block counts for, `(BLOCKS,)`, the sum 1. `dense`: the sentence, `(0,)` without an encoder.
    `known`: the share of the text's weight that the library has ever seen, 0..1.
    """

    ids: Whole
    values: Array
    weights: Array
    dense: Array
    known: float


_NO_SENTENCE = np.empty(0, np.float32)


class Space:
    """The n-grams of a library and what each weighs; never changed, `wider` makes a new one.

    What an n-gram weighs is the mean square of how rare it is, `1 + ln((1 + n) / (1 + df))`, and how purely it belongs
    to one template, however often a text repeats it. N-grams nobody ever wrote count as rare and make the length of
    their block, so that a text of unknown words stays far from everything.
    """

    def __init__(
        self,
        vocabulary: tuple[dict[str, int], ...],
        block: npt.NDArray[np.int8],
        weights: Array,
        unknown: Array,
        lone: npt.NDArray[np.bool_],
        encoder: Encoder | None,
        words: frozenset[str],
    ) -> None:
        self._vocabulary, self._weights, self._unknown, self._encoder = vocabulary, weights, unknown, encoder
        self._lone = lone  # what one phrase alone holds
        self._words = words
        self._spelt: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= _TYPO_FROM - 1:
                self._spelt.setdefault(word[0], []).append(word)
        self.block = block
        self.size = len(weights)

    @classmethod
    def of(cls, readings: Sequence[Reading], gold: Whole, encoder: Encoder | None = None, least: int = 1) -> Space:
        """The space of a library's phrases, `gold` their templates: of n-grams that at least `least` of them hold."""
        found = [grams(reading) for reading in readings]
        templates = int(gold.max()) + 1 if len(gold) else 0
        vocabulary, weights, unknown, frequencies = [], [], [], []
        start = 0
        for block in range(BLOCKS):
            places: dict[str, int] = {}
            held = [[places.setdefault(gram, len(places)) for gram in dict.fromkeys(each[block])] for each in found]
            sizes = np.fromiter(map(len, held), np.intp, len(held))
            ids = np.fromiter((place for each in held for place in each), np.intp, int(sizes.sum()))
            frequency = np.bincount(ids, minlength=len(places))
            weight, rarest = _weights(ids, np.repeat(gold, sizes), frequency, int((sizes > 0).sum()), templates)
            kept = frequency >= least
            names = [gram for gram, keep in zip(places, kept.tolist(), strict=True) if keep]
            vocabulary.append({gram: start + at for at, gram in enumerate(names)})
            start += len(names)
            weights.append(weight[kept])
            unknown.append(rarest)
            frequencies.append(frequency[kept])
        return cls(
            tuple(vocabulary),
            np.repeat(np.arange(BLOCKS, dtype=np.int8), [len(known) for known in vocabulary]),
            np.concatenate(weights).astype(np.float32),
            np.array(unknown, np.float32),
            np.concatenate(frequencies) == 1,
            encoder,
            frozenset(word for reading in readings for word in reading.words),
        )

    def wider(self, readings: Sequence[Reading]) -> Space:
        """This space and the n-grams of `readings`, which weigh what the unknown do."""
        vocabulary = list(self._vocabulary)
        added: list[int] = []
        for reading in readings:
            for block, found in enumerate(grams(reading)):
                new = [gram for gram in dict.fromkeys(found) if gram not in vocabulary[block]]
                if new:
                    first = self.size + len(added)
                    vocabulary[block] = vocabulary[block] | {gram: first + at for at, gram in enumerate(new)}
                    added += [block] * len(new)
        return Space(
            tuple(vocabulary),
            np.concatenate([self.block, np.array(added, np.int8)]),
            np.concatenate([self._weights, self._unknown[added]]),
            self._unknown,
            np.concatenate([self._lone, np.ones(len(added), np.bool_)]),
            self._encoder,
            self._words | {word for reading in readings for word in reading.words},
        )

    def vectors(self, texts: Sequence[str], readings: Sequence[Reading]) -> list[Vector]:
        """The texts measured in this space."""
        if self._encoder is None:
            return [self._vector(reading, _NO_SENTENCE) for reading in readings]
        sentences = self._encoder.encode([text[:READ] for text in texts])
        return [self._vector(reading, row) for reading, row in zip(readings, sentences, strict=True)]

    def weighted(self, vector: Vector) -> Array:
        """The values of `vector` with what their blocks count for: the length of the whole is 1 or less."""
        weighted: Array = vector.values * np.sqrt(vector.weights)[self.block[vector.ids]]
        return weighted

    def corrected(self, reading: Reading) -> Reading:
        """`reading` with its unknown words of five letters and more as the library writes them, if a typo apart."""
        if self._words.issuperset(reading.words):
            return reading
        words = [self._meant(word) for word in reading.words]
        return reading if words == reading.words else Reading(words, reading.runs)

    def _meant(self, word: str) -> str:
        if len(word) < _TYPO_FROM or word in self._words or not word.isalpha() or lexicon().knows(forms(word)[0]):
            return word
        near = self._spelt.get(word[0], ())
        meant = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=1 + (len(word) > 8))
        return str(meant[0]) if meant else word

    def known_without(self, vector: Vector) -> float:
        """`Vector.known` of a phrase of this library, had it not been in it: what it alone holds is then unknown."""
        weighted = self.weighted(vector)
        return float((weighted * weighted)[~self._lone[vector.ids]].sum())

    def _vector(self, reading: Reading, sentence: Array) -> Vector:
        places: list[int | None] = []
        sizes, strange = [], []
        for known, found in zip(self._vocabulary, grams(reading), strict=True):
            before = len(places)
            if found:
                places += map(known.get, dict.fromkeys(found))
            sizes.append(len(places) - before)
        if None in places:
            start = 0
            known_sizes = []
            for size in sizes:
                missing = places[start : start + size].count(None)
                strange.append(missing)
                known_sizes.append(size - missing)
                start += size
            ids = np.array([place for place in places if place is not None], np.int32)
            sizes = known_sizes
        else:
            strange = [0] * BLOCKS
            ids = np.array(places, np.int32)
        weights = balance(reading)
        if not len(ids):
            return Vector(ids, np.empty(0, np.float32), weights, sentence, 0.0)
        values = self._weights[ids]
        ends = np.cumsum(sizes)
        sums = np.concatenate([[0.0], np.cumsum(values * values, dtype=np.float64)])[np.concatenate([[0], ends])]
        own = np.diff(sums)
        whole = own + np.array(strange) * self._unknown**2
        whole[whole <= 0] = 1
        values *= np.repeat((1 / np.sqrt(whole)).astype(np.float32), sizes)
        return Vector(ids, values, weights, sentence, float(weights @ (own / whole)))


def _weights(
    ids: npt.NDArray[np.intp], labels: Whole, frequency: npt.NDArray[np.intp], phrases: int, templates: int
) -> tuple[npt.NDArray[np.float64], float]:
    """What each n-gram of a block weighs, and what an unknown one does.

    `ids` and `labels`: an n-gram and the template of a phrase that holds it; `phrases`: how many hold any. Counting
    these alone, a second language in the library does not make the words of the first rarer.
    """
    if not len(frequency):
        return np.empty(0), 1.0
    rare = np.log((1 + phrases) / (1 + frequency)) + 1
    pairs, count = np.unique(ids * max(templates, 1) + labels, return_counts=True)
    all_of_it = frequency + _SMOOTH
    share = count / all_of_it[pairs // max(templates, 1)]
    entropy = np.bincount(pairs // max(templates, 1), -share * np.log(share), len(frequency))
    rest = _SMOOTH / all_of_it
    entropy -= rest * np.log(rest / templates)
    pure = np.maximum(0.05, 1 - entropy / math.log(templates + 1)) * _PURE + _PLAIN
    scale = rare.mean() / pure.mean()
    both = np.sqrt((rare**2 + (scale * pure) ** 2) / 2)
    unknown = ((math.log(1 + phrases) + 1) ** 2 + (scale * float(np.quantile(pure, _UNKNOWN))) ** 2) / 2
    return both, math.sqrt(unknown)
