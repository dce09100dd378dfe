"""The word lists of `words/*.toml`, and where in a folded text their entries stand.
It judges nothing: what a word means for a comment is decided in `judge`.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path

from replies.risk.fold import same

SHIPPED = Path(__file__).parent / "words"

_PART = re.compile(r"\(([^()]*)\)|([^()]+)")
_SPECIAL = re.compile(r"[…#]|[*$]$")  # a "*" inside a word is how people write around a filter: "f*ck"
_NUMERALS = "0123456789零〇一二兩三四五六七八九十半百千幾"
_GAP = {"zh-TW": r"[^.,!?;~\n]{0,6}?", "en": r"[^.,!?;\n]{0,20}?"}
_MEETING = re.compile(r"(?<=[\u3400-\u9fff])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u3400-\u9fff])")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789'")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found at `start`..`end` of the folded text; `lists`: where it stands, as "complaint.sure"."""

    start: int
    end: int
    lists: frozenset[str]


class Words:
    """The lists of one language, ready to be found. Never changed after it is built; any thread may use it."""

    def __init__(self, lists: Mapping[str, Sequence[str]], language: str) -> None:
        self._spaced = language == "en"
        literal: dict[str, set[str]] = defaultdict(set)
        shaped: dict[str, set[str]] = defaultdict(set)
        for name, entries in lists.items():
            for form in (form for entry in entries for form in forms(entry)):
                (shaped if _SPECIAL.search(form) else literal)[form].add(name)
        self._literal = {form: frozenset(names) for form, names in literal.items()}
        # By the first two characters: they rule out nearly every place at the price of one look-up.
        lengths: dict[str, set[int]] = defaultdict(set)
        for form in literal:
            lengths[form[:2]].add(len(form))
        self._lengths = {begin: sorted(found, reverse=True) for begin, found in lengths.items()}
        self._shaped = _patterns(shaped, _GAP[language])
        firsts = "[" + re.escape("".join(sorted({begin[0] for begin in (*self._lengths, *self._shaped)}))) + "]"
        self._first = re.compile(rf"(?<![a-z0-9']){firsts}" if self._spaced else firsts)

    def find(self, text: str) -> Iterator[Hit]:
        """The entries in folded `text` from left to right, the longest at each place; none inside another."""
        end = 0
        for place in self._first.finditer(text):
            start = place.start()
            if start >= end and (hit := self._at(text, start)):
                end = hit.end
                yield hit

    def _at(self, text: str, start: int) -> Hit | None:
        best = start
        lists: frozenset[str] = frozenset()
        for begin in (text[start : start + 2], text[start]):
            for length in self._lengths.get(begin, ()):
                end = start + length
                found = self._literal.get(text[start:end]) if best < end <= len(text) else None
                if found and self._whole(text, end):
                    best, lists = end, found
                    break
            for source, names in self._shaped.get(begin, ()):
                match = _compiled(source).match(text, start)
                if match and match.end() > best and self._whole(text, match.end()):
                    best, lists = match.end(), names
        return Hit(start, best, lists) if best > start else None

    def _whole(self, text: str, end: int) -> bool:
        """In a spaced script an entry ends where its word ends."""
        return not self._spaced or end >= len(text) or text[end - 1] not in _LETTERS or text[end] not in _LETTERS


def _patterns(shaped: Mapping[str, set[str]], gap: str) -> dict[str, list[tuple[str, frozenset[str]]]]:
    """The forms with a gap, a number or an open end, by how they begin."""
    patterns: dict[str, list[tuple[str, frozenset[str]]]] = defaultdict(list)
    parts = {"…": gap, "#": f"[{same(_NUMERALS)}]{{1,6}}"}
    endings = {"*": "[a-z]{0,12}", "$": r"\s*$"}
    for form, names in shaped.items():
        stem = form[:-1] if form[-1] in endings else form
        source = "".join(parts.get(char) or re.escape(char) for char in stem)
        begin = form[0] if _SPECIAL.match(form, 1) else form[:2]
        for each in same(_NUMERALS) if form[0] == "#" else (begin,):
            patterns[each].append((source + endings.get(form[-1], ""), frozenset(names)))
    return dict(patterns)


@cache
def _compiled(source: str) -> re.Pattern[str]:
    """Compiled when a text first needs it: all of them together would cost a start a third of a second."""
    return re.compile(source)


def forms(entry: str) -> list[str]:
    """Every way the entry may be written, folded; Chinese beside Latin letters with and without a space between."""
    found = []
    for chosen in product(*_parts(entry)):
        form = same("".join(chosen))
        found.append(form)
        if (spaced := _MEETING.sub(" ", form)) != form:
            found.append(spaced)
    if bad := [form for form in found if not form or form[0] in "…*$" or form[-1] == "…"]:
        raise ValueError(f"{entry!r}: {bad[0]!r} has to begin and end with characters")
    return found


def _parts(entry: str) -> Iterator[list[str]]:
    """The pieces of an entry in order, each with the ways it may be written."""
    end = 0
    for part in _PART.finditer(entry):
        if part.start() != end:
            break
        end = part.end()
        yield [part[2]] if part[1] is None else part[1].split("|")
    if end != len(entry):
        raise ValueError(f"{entry!r}: a parenthesis without its twin")


@cache
def read(language: str) -> Mapping[str, tuple[str, ...]]:
    """The shipped lists of a language by "section.list"."""
    sections = tomllib.loads((SHIPPED / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{name}": tuple(entries) for section, lists in sections.items() for name, entries in lists.items()
    }


@cache
def words(language: str) -> Words:
    """The shipped lists that are looked for in a text. `shift` is not: it is about what stands before a word."""
    return Words({name: entries for name, entries in read(language).items() if not name.startswith("shift.")}, language)
