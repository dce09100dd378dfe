"""How long a text is in a platform's own unit, and where it may be cut: one table from `Counter` to a function.
It never changes a text except by dropping its end, and never cuts inside a grapheme (what a reader sees as one sign).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import regex

from platforms.caps import Counter

_GRAPHEME = regex.compile(r"\X")
"""One extended grapheme cluster (UAX #29). `regex` agrees with ICU on flags, ZWJ families, Indic and IVS."""


def _utf16(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _utf8(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _graphemes(text: str) -> int:
    return sum(1 for _ in _GRAPHEME.finditer(text))


COUNTERS: Mapping[Counter, Callable[[str], int]] = MappingProxyType(
    {
        Counter.UTF16: _utf16,
        Counter.CODEPOINTS: len,
        Counter.GRAPHEMES: _graphemes,
        Counter.UTF8: _utf8,
    }
)


def count(text: str, counter: Counter) -> int:
    """The length of `text` in units of `counter`. A lone surrogate counts as one unit (three bytes in UTF-8)."""
    return COUNTERS[counter](text)


def cut(text: str, limit: int, counter: Counter, *, tail: str = "") -> str:
    """`text` if it fits in `limit` units, else its longest beginning of whole graphemes followed by `tail` (say "…").

    The result never counts more than `limit`; where not even `tail` fits, it is left out.
    """
    measure = COUNTERS[counter]
    if measure(text) <= limit:
        return text
    room = limit - measure(tail)
    if room < 0:
        tail, room = "", max(limit, 0)
    end = used = 0
    for match in _GRAPHEME.finditer(text):
        used += measure(match.group())
        if used > room:
            break
        end = match.end()
    return text[:end] + tail
