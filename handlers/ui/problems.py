"""Says why a platform would refuse a text or its files, or has refused them.
Pure; numbers come as people write them, and the sentence is literal text that still has to be escaped.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.i18n import Words
from handlers.ui import text as txt

_MEGABYTE = 1_000_000


def problem(key: str, params: Mapping[str, str | int], words: Words) -> str:
    """The sentence for `problem.<key>`, or for what is said of one `verb` alone (`problem.gone_comment`); a key without
    one is said as `problem.invalid`.
    """
    given = {name: _said(key, name, value, words) for name, value in params.items()}
    return words.first(f"problem.{key}_{params.get('verb', '')}", f"problem.{key}", "problem.invalid", **given)


def _said(key: str, name: str, value: str | int, words: Words) -> str:
    if name == "counter":
        return words.first(f"counter.{value}", "counter.codepoints")
    if not isinstance(value, int):
        return txt.one_line(value, 120)
    if key == "media_size":  # In bytes.
        return f"{value / _MEGABYTE:,.1f} MB"
    return f"{value:,}"
