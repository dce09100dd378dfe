"""Text folded for finding words and numbers in it: width, case, simplified writing and invisible characters taken off.
It never loses a place: every position of the folded text leads back to the text as it was written.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_INVISIBLE = re.compile(
    "[\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\U000e0000-\U000e0fff]"  # the enclosing keycap too: 0️⃣9️⃣1️⃣2️⃣ is how a number slips past a filter
)
# One character each whose compatibility form is one ASCII character; whatever grows under NFKC would move positions.
_COMPATIBLE = (
    *range(0x00B2, 0x00BA),  # ² ³ ¹
    *range(0x2070, 0x209D),  # superscripts, subscripts
    *range(0x2460, 0x24EB),  # circled
    *range(0xFF01, 0xFF5F),  # full width
    *range(0x1D400, 0x1D800),  # mathematical letters and digits
    *range(0x1F130, 0x1F150),  # squared letters
)
_SPACES = "\t\x0b\x0c\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_ALIKE = {"。": ".", "、": ",", "‧": ".", "·": ".", "・": ".", "•": ".", "’": "'", "‘": "'", "“": '"', "”": '"'}
_DASHES = "‐‑‒–—―−－﹣"
_SIMPLIFIED = Path(__file__).parent / "words" / "simplified.toml"


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` as it compares; `at`: for each of its positions the one in the original, None where they are the same."""

    text: str
    at: Sequence[int] | None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where the folded `start`..`end` (not empty) stands in the original."""
        return (start, end) if self.at is None else (self.at[start], self.at[end - 1] + 1)


def fold(text: str) -> Folded:
    """`text` in lower-case ASCII and simplified characters where it has such a form, without invisible characters.

    Traditional is folded to simplified, not the other way: only that way each character has one answer.
    """
    at: list[int] | None = None
    if not text.isascii() and _INVISIBLE.search(text):
        at = [i for i, char in enumerate(text) if not _INVISIBLE.match(char)]
        text = _INVISIBLE.sub("", text)
    return Folded(same(text), at)


def same(text: str) -> str:
    """`text` folded character by character, as long as it was: for the words that are looked for."""
    return text.translate(_table()) if not text.isascii() else text.lower()


def pattern(source: str) -> re.Pattern[str]:
    """A regular expression that is matched against folded text. Written in traditional characters and ASCII syntax."""
    return re.compile(source if source.isascii() else "".join(c if c.isascii() else same(c) for c in source))


@cache
def _table() -> dict[int, str]:
    table = {ord(char): char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    for code in _COMPATIBLE:
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii():
            table[code] = plain.lower()
    table |= {ord(char): " " for char in _SPACES}
    table |= {ord(char): "-" for char in _DASHES}
    table |= {ord(char): plain for char, plain in _ALIKE.items()}
    for pair in tomllib.loads(_SIMPLIFIED.read_text(encoding="utf-8"))["pairs"].split():
        table[ord(pair[0])] = pair[1]
    return table
