"""How long from now: 半小時後, 一個半小時後, in 90 minutes. Real time, so no clock change touches it.
Days and weeks are not here: "in two days at 9" is a day with an hour, and `days` reads it.
"""

from __future__ import annotations

import re
from datetime import timedelta

from bot.posts.reading.numbers import ENGLISH, HAN, amount

_HAN = [
    re.compile(
        rf"(?P<hours>[0-9]{{1,3}}\.[0-9]{{1,2}}|半|{HAN})\s*個?\s*(?P<half>半)?\s*(?:小時|鐘頭)(?P<halved>半)?"
        rf"\s*(?:又|零)?\s*(?:(?P<minutes>{HAN})\s*分鐘?)?\s*(?:以|之)?後"
    ),
    re.compile(rf"(?P<minutes>{HAN})\s*分鐘?\s*(?:以|之)?後"),
    re.compile(rf"(?P<quarters>{HAN})\s*刻鐘?\s*(?:以|之)?後"),
]
_HOURS = rf"(?P<hours>[0-9]{{1,3}}\.[0-9]{{1,2}}|half\s+an?\b|{ENGLISH})\s*(?:hours?|hrs?|h)(?![a-z])"
_MINUTES = rf"(?P<minutes>{ENGLISH})\s*(?:minutes?|mins?|m)(?![a-z])"
_LONG = [
    rf"{_HOURS}(?:\s+(?P<half>and\s+a\s+half)\b)?",
    _MINUTES,
    _HOURS.replace("(?![a-z])", "") + rf"\s*(?:(?:,|and)\s*)?{_MINUTES}",
]
_ENGLISH = [re.compile(shape) for long in _LONG for shape in (rf"in\s+{long}", rf"{long}\s+from\s+now\b")]


def read_span(text: str) -> tuple[timedelta, int] | None:
    """The longest span with which folded `text` begins, and where it ends; None where it begins with none."""
    found = [
        (span, match.end()) for shape in [*_HAN, *_ENGLISH] if (match := shape.match(text)) if (span := _span(match))
    ]
    return max(found, key=lambda span: span[1], default=None)


def _span(match: re.Match[str]) -> timedelta | None:
    """None where a number is none; nought counts as none too."""
    said = match.groupdict()
    minutes = 30 * (bool(said.get("half")) + bool(said.get("halved")))
    for unit, factor in (("hours", 60), ("quarters", 15), ("minutes", 1)):
        if said.get(unit):
            count = amount(said[unit])
            if count is None:
                return None
            minutes += round(count * factor)
    return timedelta(minutes=minutes) or None
