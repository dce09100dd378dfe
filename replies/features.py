"""A text as numbers that can be compared: words, letters, Chinese characters, and what the words mean.
It only measures how alike two texts are; what is right or close enough is decided elsewhere.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import pairwise
from typing import Protocol

import numpy as np
import numpy.typing as npt
from opencc import OpenCC
from rapidfuzz import process
from rapidfuzz.distance import OSA

from replies.senses import senses
from replies.stems import forms
from replies.text import flat

Array = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int32]

READ = 1_000
"""Code points of a text that are compared: what is asked stands at the front, and time stays bounded."""

WORDS, LETTERS, SINGLES, PAIRS = range(4)
_WEIGHTS = (
    0.5,
    0.5,
    0.6,
    0.4,
)  # of a block within its script; chosen on banking77 and clinc150, and for Chinese by hand
_SENSE = (
    0.4,
    0.25,
)  # weight of the word vectors beside the blocks, in spaced and in unspaced scripts; best on the development sets
_TYPO_FROM = 5  # letters; in shorter words one letter makes another word
_SENTENCE = 0.7  # weight of the sentence vectors when there is an encoder
_RUN = 0.5  # a Chinese character says about as much as half an English word

_UNSPACED = (  # Han, kana, Bopomofo
    "\u3005-\u3007\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"([{_UNSPACED}]+)|\+0+|[^\W_{_UNSPACED}]+(?:'[^\W_{_UNSPACED}]+)*")


class Encoder(Protocol):
    """Makes vectors of whole sentences, of length 1: `(n, d)` float32 for `n` texts. See `replies.embed`."""

    def encode(self, texts: Sequence[str]) -> Array:
        """One row a text."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a text, folded: `words` of spaced scripts as they stand, `runs` of unspaced ones."""

    words: list[str]
    runs: list[str]


@cache
def _simpler() -> Mapping[int, str]:
    """Traditional characters to simplified ones and digits to 0, for `str.translate`: comparing knows one writing only.

    By single characters, so the table is made once and OpenCC is not asked again (2,800 entries, 0.05 s).
    """
    characters = [chr(code) for code in (*range(0x3400, 0xA000), *range(0xF900, 0xFB00))]
    written = OpenCC("t2s").convert("\n".join(characters)).split("\n")
    table = {ord(a): b for a, b in zip(characters, written, strict=True) if a != b and len(b) == 1}
    return table | {ord(digit): "0" for digit in "123456789"}


def simplified(text: str) -> str:
    """`text`, already folded, with simplified characters and every digit 0."""
    return text.translate(_simpler())


def read(text: str) -> Reading:
    """The tokens of the first `READ` code points."""
    folded = simplified(flat(text[:READ]).replace("’", "'"))
    words: list[str] = []
    runs: list[str] = []
    for found in _TOKEN.finditer(folded):
        if found.lastindex:
            runs.append(found.group())
        else:
            words.append(found.group())
    return Reading(words, runs)


@lru_cache(maxsize=4_096)
def _letters(word: str) -> tuple[str, ...]:
    """Two to four neighbouring letters inside a word; a word's ends are marked."""
    marked = f"^{word[:40]}$"
    return tuple(marked[at : at + n] for n in (2, 3, 4) for at in range(max(1, len(marked) - n + 1)))


def grams(reading: Reading) -> tuple[list[str], list[str], list[str], list[str]]:
    """What the four blocks count: words, pairs and pairs with a gap; letters; characters; pairs of characters."""
    stems = [stem for word in reading.words for stem in forms(word)]
    words = stems + [f"{a} {b}" for a, b in pairwise(stems)]
    words += [f"{a} {b}" for a, b in zip(stems, stems[2:], strict=False)]
    letters = [gram for word in reading.words for gram in _letters(word)]
    singles = [character for run in reading.runs for character in run]
    pairs = [run[at : at + 2] for run in reading.runs for at in range(len(run) - 1)]
    return words, letters, singles, pairs


def balance(reading: Reading) -> tuple[float, float, float, float]:
    """What each block counts for, by how much of the text is in which script; the sum is 1, or 0 without a word."""
    spaced, unspaced = len(reading.words), _RUN * sum(map(len, reading.runs))
    share = spaced / ((spaced + unspaced) or 1)
    other = (1 - share) if unspaced else 0.0
    words, letters, singles, pairs = _WEIGHTS
    return words * share, letters * share, singles * other, pairs * other


@dataclass(frozen=True, slots=True)
class Vector:
    """A text: `ids` of known n-grams (intp) with their `values`, and a `dense` part; the length of all is 1 or less.

    `known`: the share of the text's weight that the library has ever seen, 0..1.
    """

    ids: Whole
    values: Array
    dense: Array
    known: float


def _words(readings: Sequence[Reading]) -> frozenset[str]:
    return frozenset(word for reading in readings for word in reading.words)


class Space:
    """The n-grams of a library and what each weighs; never changed, `wider` makes a new one.

    A value is `1 + ln((1 + n) / (1 + df))`, however often a text repeats it; n-grams nobody ever wrote count as the
    rarest and make the length of their block, so that a text of unknown words stays far from everything.
    """

    def __init__(
        self,
        vocabulary: tuple[dict[str, int], ...],
        weights: Array,
        rarest: tuple[float, ...],
        lone: npt.NDArray[np.bool_],
        encoder: Encoder | None,
        words: frozenset[str],
    ) -> None:
        self._words = words
        self._spelt: dict[str, list[str]] = {}
        for word in sorted(words):
            if len(word) >= _TYPO_FROM - 1:
                self._spelt.setdefault(word[0], []).append(word)
        self._vocabulary, self._weights, self._rarest, self._encoder = vocabulary, weights, rarest, encoder
        self.size = len(weights)
        self._lone = lone  # what one phrase alone holds

    @classmethod
    def of(cls, readings: Sequence[Reading], encoder: Encoder | None = None, least: int = 1) -> Space:
        """The space of a library's phrases: of n-grams that at least `least` of them hold."""
        counts: tuple[Counter[str], ...] = tuple(Counter() for _ in _WEIGHTS)
        for reading in readings:
            for count, found in zip(counts, grams(reading), strict=True):
                count.update(list(dict.fromkeys(found)))
        if least > 1:
            counts = tuple(Counter({gram: n for gram, n in count.items() if n >= least}) for count in counts)
        vocabulary, start = [], 0
        for count in counts:
            vocabulary.append({gram: start + at for at, gram in enumerate(count)})
            start += len(count)
        frequency = np.array([n for count in counts for n in count.values()], np.float64)
        # Each script by itself: a second language in the library must not make the words of the first rarer.
        spaced = sum(bool(reading.words) for reading in readings)
        unspaced = sum(bool(reading.runs) for reading in readings)
        totals = (spaced, spaced, unspaced, unspaced)
        total = np.repeat(np.array(totals, np.float64), [len(count) for count in counts])
        weights = (np.log((1 + total) / (1 + frequency)) + 1).astype(np.float32)
        rarest = tuple(math.log(1 + each) + 1 for each in totals)
        return cls(tuple(vocabulary), weights, rarest, frequency == 1, encoder, _words(readings))

    def wider(self, readings: Sequence[Reading]) -> Space:
        """This space and the n-grams of `readings`, as rare as can be."""
        vocabulary, size = tuple(dict(known) for known in self._vocabulary), self.size
        added: list[float] = []
        for reading in readings:
            for known, found, rarest in zip(vocabulary, grams(reading), self._rarest, strict=True):
                for gram in found:
                    if gram not in known:
                        known[gram] = size + len(added)
                        added.append(rarest)
        weights = np.concatenate([self._weights, np.array(added, np.float32)])
        lone = np.concatenate([self._lone, np.ones(len(added), np.bool_)])
        return Space(vocabulary, weights, self._rarest, lone, self._encoder, self._words | _words(readings))

    def vectors(self, texts: Sequence[str], readings: Sequence[Reading]) -> list[Vector]:
        """The texts measured in this space."""
        if self._encoder is None:
            return [self._vector(reading) for reading in readings]
        sentences = self._encoder.encode([text[:READ] for text in texts])
        return [_beside(self._vector(reading), row) for reading, row in zip(readings, sentences, strict=True)]

    def corrected(self, reading: Reading) -> Reading:
        """`reading` with its unknown words of five letters and more as the library writes them, if a typo apart."""
        words = [self._meant(word) for word in reading.words]
        return reading if words == reading.words else Reading(words, reading.runs)

    def _meant(self, word: str) -> str:
        if len(word) < _TYPO_FROM or word in self._words or not word.isalpha() or senses().knows(word):
            return word
        near = self._spelt.get(word[0], ())
        meant = process.extractOne(word, near, scorer=OSA.distance, score_cutoff=1 + (len(word) > 8))
        return str(meant[0]) if meant else word

    def known_without(self, vector: Vector) -> float:
        """`Vector.known` of a phrase of this library, had it not been in it: what it alone holds is then unknown."""
        energy = vector.values * vector.values
        total = float(energy.sum())
        return vector.known * float(energy[~self._lone[vector.ids]].sum()) / total if total else 0.0

    def _vector(self, reading: Reading) -> Vector:
        weights = balance(reading)
        spaced = weights[WORDS] + weights[LETTERS]
        meaning = _SENSE[0] * spaced + _SENSE[1] * (1 - spaced)
        table = senses()
        dense = table.vector(table.units(reading.words, reading.runs)) * np.float32(math.sqrt(meaning))
        all_ids: list[Whole] = []
        all_values: list[Array] = []
        known = 0.0
        for block, found in enumerate(grams(reading)):
            if not found:
                continue
            places = [*map(self._vocabulary[block].get, dict.fromkeys(found))]
            strange = places.count(None)
            if strange == len(places):
                continue
            ids = np.array([place for place in places if place is not None] if strange else places, np.int32)
            values = self._weights[ids]
            square = float(values @ values)
            share = square / (square + strange * self._rarest[block] ** 2)
            weight = weights[block]
            known += weight * share
            all_ids.append(ids)
            all_values.append(values * np.float32(math.sqrt((1 - meaning) * weight * share / square)))
        if not all_ids:
            return Vector(np.empty(0, np.int32), np.empty(0, np.float32), dense, 0.0)
        return Vector(np.concatenate(all_ids), np.concatenate(all_values), dense, known)


def _beside(vector: Vector, sentence: Array) -> Vector:
    rest, whole = np.float32(math.sqrt(1 - _SENTENCE)), np.float32(math.sqrt(_SENTENCE))
    return replace(vector, values=vector.values * rest, dense=np.concatenate([vector.dense * rest, sentence * whole]))
