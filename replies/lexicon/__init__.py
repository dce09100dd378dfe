"""What words mean, as far as a person wrote it down: which of them customers use for the same thing.
It decides no answer and names no topic; a word that stands in no list has no concept and counts by its letters alone.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from replies.reading import read
from replies.stems import forms


class Lexicon:
    """The two lists in memory, folded as comments are: some 7,000 members of 900 concepts."""

    def __init__(self, english: Mapping[str, Sequence[str]], chinese: Mapping[str, Sequence[str]]) -> None:
        """`english` and `chinese`: members by concept. Latin members of a Chinese concept are whole words there too."""
        self._phrases: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {}
        self._runs: dict[str, dict[str, tuple[str, ...]]] = {}
        self._words: dict[str, tuple[str, ...]] = {}
        for concept, members in english.items():
            for member in members:
                stems = stemmed(read(member).words)
                by_rest = self._phrases.setdefault(stems[0], {})
                by_rest[stems] = tuple(dict.fromkeys((*by_rest.get(stems, ()), concept)))
        for concept, members in chinese.items():
            for member in members:
                reading = read(member)
                for run in reading.runs:
                    by_run = self._runs.setdefault(run[0], {})
                    by_run[run] = tuple(dict.fromkeys((*by_run.get(run, ()), concept)))
                if not reading.runs:
                    word = " ".join(reading.words)
                    self._words[word] = tuple(dict.fromkeys((*self._words.get(word, ()), concept)))
        self._lengths = {
            first: sorted({len(key) for key in keys}, reverse=True) for first, keys in self._phrases.items()
        }
        self._sizes = {first: sorted({len(key) for key in keys}, reverse=True) for first, keys in self._runs.items()}

    def knows(self, stem: str) -> bool:
        """Whether an English member begins with `stem`: then it is a word, and not a typo of another."""
        return stem in self._phrases

    def concepts(self, stems: Sequence[str]) -> list[str]:
        """Those of English words, in order: the longest member from each place on, and on from its end."""
        found: list[str] = []
        at, end = 0, len(stems)
        while at < end:
            first = stems[at]
            step = 1
            for length in self._lengths.get(first, ()):
                meant = self._phrases[first].get(tuple(stems[at : at + length]))
                if meant is not None:
                    found += meant
                    step = length
                    break
            at += step
        return found

    def notions(self, runs: Iterable[str], words: Iterable[str]) -> list[str]:
        """Those of Chinese runs, the longest member from each place on, and of the Latin words beside them."""
        found: list[str] = []
        for run in runs:
            at, end = 0, len(run)
            while at < end:
                first = run[at]
                step = 1
                for length in self._sizes.get(first, ()):
                    meant = self._runs[first].get(run[at : at + length])
                    if meant is not None:
                        found += meant
                        step = length
                        break
                at += step
        for word in words:
            found += self._words.get(word, ())
        return found


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
