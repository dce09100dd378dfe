"""A text as numbers that can be compared: words, letters, Chinese characters, and the concepts they stand for.
It only measures how alike two texts are; what is right or close enough is decided elsewhere.
"""

from __future__ import annotations

import math
from array import array
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, pairwise, repeat
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

# Share of phrases above which letters say nothing and are passed over (but never up to `_FEW` of them): the same
# top-1 within 0.3 points, at a quarter of the time.
_OFTEN = {LETTERS: 0.2, ACROSS: 0.05}
_FEW = 8
_UNSEEN, _STOPPED = -2, -1  # in place of an id

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


@lru_cache(maxsize=4_096)
def _joint(left: str, right: str) -> tuple[str, ...]:
    """Four and five neighbouring letters with the space between two words among them, never at an end."""
    line, space = f"{left} {right}", len(left)
    spans = [(at, n) for n in (4, 5) for at in range(space - n + 2, space) if at >= 0]
    return tuple(line[at : at + n] for at, n in spans if at + n <= len(line))


def grams(reading: Reading) -> tuple[list[str], ...]:
    """What the blocks count, in their order; a gram may stand there twice."""
    words, runs = reading.words, reading.runs
    stems = stemmed(words)
    letters: list[str] = []
    for word in words:
        letters += _letters(word)
    across: list[str] = []
    for left, right in pairwise(words):
        across += _joint(left[-4:], right[:4])
    known = lexicon()
    return (
        list(stems),
        [f"{a} {b}" for a, b in pairwise(stems)],
        letters,
        across,
        known.concepts(stems),
        [character for run in runs for character in run],
        [run[at : at + 2] for run in runs for at in range(len(run) - 1)],
        known.notions(runs, stems) if runs else [],
    )


def balance(reading: Reading) -> Array:
    """What each block counts for, `(BLOCKS,)`, by how much of the text is in which script; the sum is 1, or 0."""
    return _balance(len(reading.words), sum(map(len, reading.runs)))


@lru_cache(maxsize=4_096)
def _balance(words: int, characters: int) -> Array:
    spaced, unspaced = words, _RUN * characters
    whole = (spaced + unspaced) or 1
    weights = _WEIGHTS * np.repeat([spaced / whole, unspaced / whole], [SPACED, BLOCKS - SPACED])
    shared: Array = weights.astype(np.float32)
    shared.flags.writeable = False
    return shared


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
        self._padded = np.concatenate([weights, np.zeros(2, np.float32)])  # so that _UNSEEN and _STOPPED weigh nothing
        self._strange = unknown * unknown
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
        places = tuple(defaultdict[str, int](count().__next__) for _ in range(BLOCKS))
        held = tuple(array("i") for _ in range(BLOCKS))
        sizes = np.zeros((BLOCKS, len(readings)), np.intp)
        for row, reading in enumerate(readings):
            for block, found in enumerate(grams(reading)):
                each = list(map(places[block].__getitem__, dict.fromkeys(found)))
                held[block].extend(each)
                sizes[block, row] = len(each)
        vocabulary, weights, unknown, lone = [], [], [], []
        start = 0
        for block, known in enumerate(places):
            ids = np.array(held[block], np.intp)
            frequency = np.bincount(ids, minlength=len(known))
            phrases = int((sizes[block] > 0).sum())
            weight, rarest = _weights(ids, np.repeat(gold, sizes[block]), frequency, phrases)
            often = frequency > max(_OFTEN.get(block, 1) * phrases, _FEW)
            kept = (frequency >= least) & ~often
            numbers = np.where(kept, start + np.cumsum(kept) - 1, _STOPPED).tolist()
            wanted = (kept | often).tolist()
            vocabulary.append({gram: at for gram, at, want in zip(known, numbers, wanted, strict=True) if want})
            start += int(kept.sum())
            weights.append(weight[kept])
            unknown.append(rarest)
            lone.append(frequency[kept] == 1)
        return cls(
            tuple(vocabulary),
            np.repeat(np.arange(BLOCKS, dtype=np.int8), [len(weight) for weight in weights]),
            np.concatenate(weights).astype(np.float32),
            np.array(unknown, np.float32),
            np.concatenate(lone),
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
        return np.asarray(vector.values * np.sqrt(vector.weights)[self.block[vector.ids]], np.float32)

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
        places: list[int] = []
        blocks, starts, sizes = [], [], []
        for block, found in enumerate(grams(reading)):
            if found:
                blocks.append(block)
                starts.append(len(places))
                each = dict.fromkeys(found)
                sizes.append(len(each))
                places += map(self._vocabulary[block].get, each, repeat(_UNSEEN))
        weights = balance(reading)
        if not places:
            return Vector(np.empty(0, np.int32), np.empty(0, np.float32), weights, sentence, 0.0)
        ids = np.array(places, np.int32)
        values = self._padded[ids]
        own = np.add.reduceat(values * values, starts)
        unseen = np.add.reduceat(ids == _UNSEEN, starts, dtype=np.float32)
        whole = np.maximum(own + unseen * self._strange[blocks], 1e-9)
        values *= np.sqrt(1 / whole).repeat(sizes)
        there = ids >= 0
        return Vector(ids[there], values[there], weights, sentence, float(weights[blocks] @ (own / whole)))


def _weights(
    ids: npt.NDArray[np.intp], labels: Whole, frequency: npt.NDArray[np.intp], phrases: int
) -> tuple[npt.NDArray[np.float64], float]:
    """What each n-gram of a block weighs, and what an unknown one does.

    `ids` and `labels`: an n-gram and the template of a phrase that holds it; `phrases`: how many hold any. Counting
    these alone, a second language in the library does not make the words of the first rarer.
    """
    if not len(frequency):
        return np.empty(0), 1.0
    templates = len(np.unique(labels))
    rare = np.log((1 + phrases) / (1 + frequency)) + 1
    several = int(labels.max()) + 1
    pairs, times = np.unique(ids * several + labels, return_counts=True)
    all_of_it = frequency + _SMOOTH
    share = times / all_of_it[pairs // several]
    rest = _SMOOTH / all_of_it
    own = np.bincount(pairs // several, share * np.log(share), len(frequency))
    entropy = -own - rest * np.log(rest / templates)
    pure = np.maximum(0.05, 1 - entropy / math.log(templates + 1)) * _PURE + _PLAIN
    scale = rare.mean() / pure.mean()
    both = np.sqrt((rare**2 + (scale * pure) ** 2) / 2)
    unknown = ((math.log(1 + phrases) + 1) ** 2 + (scale * float(np.quantile(pure, _UNKNOWN))) ** 2) / 2
    return both, math.sqrt(unknown)
