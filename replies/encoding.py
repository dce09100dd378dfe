"""Turns the bytes of a file somebody sent into text, or says what they are written in.
It never guesses between encodings: text that is silently wrong would be answered with.
"""

from __future__ import annotations

import codecs

from replies.errors import BadTemplate

_BIGGEST = 8_000_000  # bytes; ten thousand templates are about five million
_MARKED = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # Excel's "Unicode text"


def decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 that says so by its mark. Raises `BadTemplate` (`encoding`, `too_big`) for anything else."""
    if len(data) > _BIGGEST:
        raise BadTemplate("too_big", limit=_BIGGEST // 1_000_000)
    named = next((name for mark, name in _MARKED.items() if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(named)
    except UnicodeDecodeError:
        raise BadTemplate("encoding", encoding=_looks(data)) from None
    if "\0" in text:  # every second byte of Latin text in UTF-16
        raise BadTemplate("encoding", encoding="UTF-16" if len(data) % 2 == 0 else "binary")
    return text


def _looks(data: bytes) -> str:
    """What the bytes are most likely written in, for the sentence alone."""
    if len(data) % 2 == 0 and data.count(0) > len(data) // 8:
        return "UTF-16"
    try:
        data.decode("cp950")
    except UnicodeDecodeError:
        return "?"
    return "Big5"
