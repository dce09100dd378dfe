"""Numbers as people type them before 點, 月 or "hours": digits, Chinese numerals, a few English words.
Never what says two numbers at once: 三四點 is "three or four o'clock", no time.
"""

from __future__ import annotations

import re
from fractions import Fraction

HAN = "[0-9]{1,4}|[零一二兩三四五六七八九十廿卅]{1,4}"
"""Pattern of what `number` may be asked to read in Chinese; one that it cannot read is no number."""

WORDS = {
    word: count
    for count, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
} | {"a": 1, "an": 1}

ENGLISH = rf"[0-9]{{1,4}}|(?:{'|'.join(WORDS)})\b"
"""The same in English."""

_DIGITS = {digit: value for value, digit in enumerate("零一二三四五六七八九")} | {"兩": 2}
_TENS = re.compile("([一二兩三四五六七八九]?)([十廿卅])([一二三四五六七八九]?)")
_TEN = {"十": 1, "廿": 2, "卅": 3}


def number(said: str) -> int | None:
    """What folded `said` counts: 24 for "24", "二十四" and "廿四", 5 for "零五", 2026 for "二零二六", 3 for "three"."""
    if said.isdigit():
        return int(said)
    if said in WORDS:
        return WORDS[said]
    if tens := _TENS.fullmatch(said):
        before, ten, after = tens.groups()
        if before and ten != "十":
            return None
        return (_DIGITS[before] if before else _TEN[ten]) * 10 + _DIGITS.get(after, 0)
    if not said or any(digit not in _DIGITS for digit in said):
        return None
    if len(said) == 2 and said[0] != "零":
        return None
    return int("".join(str(_DIGITS[digit]) for digit in said))


def amount(said: str) -> Fraction | None:
    """The same where it may be a part of one: "1.5", "半", "half an"."""
    if said.startswith(("半", "half")):
        return Fraction(1, 2)
    if "." in said:
        return Fraction(said)
    count = number(said)
    return None if count is None else Fraction(count)
