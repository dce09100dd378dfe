"""What words mean, as far as a person wrote it down: which of them customers use for the same thing.
It decides no answer and names no topic; a word that stands in no list has no concept and counts by its letters alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from replies.reading import read
from replies.stems import forms

Words = Sequence[str]
"""Stems, or the characters of a run: a run is a text of words one character long."""


class _List:
    """Members by their first word; the longest that stands at a place is the one meant there."""

    def __init__(self) -> None:
        self._members: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}

    def __contains__(self, first: str) -> bool:
        return first in self._members

    def add(self, member: Words, concept: str) -> None:
        """`concept` besides what `member` stands for already."""
        members, key = self._members.setdefault(member[0], {}), tuple(member)
        members[key] = tuple(dict.fromkeys((*members.get(key, ()), concept)))
        lengths = self._lengths.get(member[0], ())
        if len(key) not in lengths:
            self._lengths[member[0]] = tuple(sorted((*lengths, len(key)), reverse=True))

    def found(self, words: Words) -> Iterator[str]:
        """The concepts of `words` in order; what one member took is not looked at again."""
        at, end = 0, len(words)
        while at < end:
            step = 1
            for length in self._lengths.get(words[at], ()):
                meant = self._members[words[at]].get(tuple(words[at : at + length]))
                if meant is not None:
                    yield from meant
                    step = length
                    break
            at += step


class Lexicon:
    """The two lists in memory, folded as comments are: some 7,000 members of 900 concepts."""

    def __init__(self, english: Mapping[str, Sequence[str]], chinese: Mapping[str, Sequence[str]]) -> None:
        """`english` and `chinese`: members by concept. Latin members of a Chinese concept are whole words there too."""
        self._english, self._runs, self._beside = _List(), _List(), _List()
        for concept, members in english.items():
            for member in members:
                self._english.add(stemmed(read(member).words), concept)
        for concept, members in chinese.items():
            for member in members:
                reading = read(member)
                for run in reading.runs:
                    self._runs.add(run, concept)
                if not reading.runs:
                    self._beside.add(stemmed(reading.words), concept)

    def knows(self, stem: str) -> bool:
        """Whether an English member begins with `stem`: then it is a word, and not a typo of another."""
        return stem in self._english

    def concepts(self, stems: Words) -> list[str]:
        """Those of English words, in order."""
        return list(self._english.found(stems))

    def notions(self, runs: Iterable[str], stems: Words) -> list[str]:
        """Those of Chinese runs, in order, and of the Latin words beside them."""
        return [notion for run in runs for notion in self._runs.found(run)] + list(self._beside.found(stems))


def stemmed(words: Iterable[str]) -> tuple[str, ...]:
    """The stems of folded words, in order."""
    return tuple(stem for word in words for stem in forms(word))


@cache
def lexicon() -> Lexicon:
    """The lists that come with the package, read once."""
    folder = resources.files("replies.lexicon")
    english, chinese = (
        tomllib.loads(folder.joinpath(name).read_text("utf-8"))["concepts"] for name in ("en.toml", "zh.toml")
    )
    return Lexicon(english, chinese)
