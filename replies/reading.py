"""The tokens of a text, folded so that two ways of writing the same are one: what comparing begins with.
It knows no template and weighs nothing, and what it makes is never shown or sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from opencc import OpenCC

from replies.text import flat

READ = 1_000
"""Code points of a text that are compared: what is asked stands at the front, and time stays bounded."""

_UNSPACED = (  # Han, kana, Bopomofo
    "\u3005-\u3007\u3040-\u30ff\u3105-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_TOKEN = re.compile(rf"([{_UNSPACED}]+)|\+0+|[^\W_{_UNSPACED}]+(?:'[^\W_{_UNSPACED}]+)*")


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
