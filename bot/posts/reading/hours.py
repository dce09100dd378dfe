"""An hour of the day at one place of a text: 早上九點半, 晚上 8:00, 9:30 am, noon.
Knows no dates: how many days an hour lies after the day that is named (今晚十二點: one) is all it says about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum, auto

from bot.posts.reading.numbers import HAN, number


class Half(Enum):
    """The part of the day that is named beside an hour."""

    AM = auto()
    PM = auto()
    SMALL = auto()
    """凌晨: after midnight, the beginning of the day named."""
    MORNING = auto()
    NOON = auto()
    EVENING = auto()
    """晚上: after midnight it is the night that follows the day named."""
    MIDNIGHT = auto()
    """半夜, the same, until the morning."""


_PM = {hour: (hour % 12 + 12, 0) for hour in range(1, 13)} | {hour: (hour, 0) for hour in range(13, 24)}
_NIGHT = {0: (0, 1), 12: (0, 1), 24: (0, 1)} | {hour: (hour, 1) for hour in range(1, 5)}
_LATE = {hour: (hour % 12 + 12, 0) for hour in range(9, 12)} | {hour: (hour, 0) for hour in range(21, 24)}
PLACE: dict[Half, dict[int, tuple[int, int]]] = {
    Half.AM: {hour: (hour % 12, 0) for hour in range(13)},
    Half.PM: _PM,
    Half.SMALL: {hour: (hour % 12, 0) for hour in [*range(7), 12]},
    Half.MORNING: {hour: (hour, 0) for hour in range(1, 13)},
    Half.NOON: {11: (11, 0), 12: (12, 0), 1: (13, 0), 2: (14, 0), 13: (13, 0), 14: (14, 0)},
    Half.EVENING: _NIGHT
    | {hour: (hour + 12, 0) for hour in range(5, 12)}
    | {hour: (hour, 0) for hour in range(17, 24)},
    Half.MIDNIGHT: _NIGHT | {5: (5, 1)} | _LATE,
}
"""Per half: the hour as written -> the hour of 24 and how many days after the day named. What is absent contradicts."""

USUAL = {Half.MORNING: 9, Half.AM: 9, Half.NOON: 12, Half.PM: 15, Half.EVENING: 20}
"""The hour where only the half was said: ours to choose, and reported as `default_time`."""

_WORDS = {
    Half.AM: ["上午", "am"],
    Half.PM: ["下午", "午後", "傍晚", "afternoon", "pm"],
    Half.SMALL: ["凌晨"],
    Half.MORNING: ["早上", "早晨", "清晨", "早", "morning"],
    Half.NOON: ["中午"],
    Half.EVENING: ["晚上", "晚間", "夜晚", "夜間", "晚", "夜", "evening", "night"],
    Half.MIDNIGHT: ["半夜", "深夜"],
}
_HALF_OF = {word: half for half, words in _WORDS.items() for word in words}
_BEFORE = re.compile(
    rf"(?:in\s+the\s+)?(?P<half>{'|'.join(sorted(_HALF_OF, key=len, reverse=True))})"
    r"(?:\s*(?:,\s*)?(?P<at>at\s+)|\s*,\s*|\s*)(?![a-z])"
)
_COLON = re.compile(r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::00)?(?![0-9]|:[0-9])")
_DOT = re.compile(r"(?P<hour>[0-9]{1,2})\.(?P<minute>[0-9]{2})(?=\s*[ap]\.?m)")
_POINT = re.compile(rf"(?P<hour>{HAN})\s*[點時](?:鐘|整)?")
_PAST_POINT = re.compile(
    rf"(?P<half>半)|(?P<quarter>{HAN})刻|\s*(?P<minute>{HAN})\s*分鐘?"
    r"|(?P<mere>[0-5][0-9]|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九])"
)
_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})\s*o'?clock(?![a-z])")
_MERE = re.compile(r"(?P<hour>[0-9]{1,2})(?![0-9:%/]|[.-][0-9])")
_NAMED = {"noon": (12, 0), "midday": (12, 0), "中午": (12, 0), "正午": (12, 0), "midnight": (0, 1), "午夜": (0, 1)}
_NAME = re.compile(rf"(?P<name>{'|'.join(_NAMED)})(?![a-z])")
_AFTER = re.compile(
    r"\s*(?P<letters>[ap])(?:m|\.m\.?)(?![a-z0-9])|\s+(?:in\s+the|at)\s+(?P<word>morning|afternoon|evening|night)(?![a-z])"
)


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour says and where it ends. `after`: days after the day named; `guessed` as in `when.Understood`."""

    end: int
    hour: int = 0
    minute: int = 0
    after: int = 0
    guessed: tuple[str, ...] = ()
    wrong: bool = False
    """It contradicts itself (晚上十五點) or there is no such hour (25:00)."""
    shy: bool = False
    """Without a day, such words begin a sentence as easily: 一點 is also "a little", 中午 asks what to eat."""
    mute: bool = False
    """A mere number or half: no time at all without a day, and not before more words ("Monday 9 tips", 明天早上 …)."""

    @property
    def open(self) -> bool:
        """Nobody said which half of the day, so twelve hours later is as good a reading."""
        return "half" in self.guessed and self.hour < 12


def read_hours(text: str, at: int, half: Half | None = None, led: bool = False) -> Iterator[Hour]:
    """Every hour that folded `text` may mean at `at`. `half`: the day said it (tonight); `led`: "at" stands before."""
    if name := _NAME.match(text, at):
        hour, after = _NAMED[name["name"]]
        yield Hour(name.end(), hour, after=after, guessed=("day",) * after, shy=True)
    if named := _BEFORE.match(text, at):
        half, led, at = _HALF_OF[named["half"]], led or bool(named["at"]), named.end()
        if half in USUAL:
            yield Hour(named.end("half"), USUAL[half], guessed=("default_time",), mute=True)
    for shape in (_COLON, _DOT, _CLOCK, _MERE):
        if written := shape.match(text, at):
            hour, later, end = int(written["hour"]), *_half_after(text, written.end())
            minute = int(written["minute"]) if shape in (_COLON, _DOT) else 0
            exact = shape is _COLON and (written["hour"][0] == "0" or not 1 <= hour <= 6)
            mere = shape is _MERE and later is None
            yield _placed(Hour(end, hour, minute, shy=mere, mute=mere and not led), half, later, exact)
    if point := _POINT.match(text, at):
        hour = _or_wrong(number(point["hour"]))
        yield _placed(Hour(point.end(), hour, shy=hour == 1 and half is None), half, None, exact=False)
        if past := _PAST_POINT.match(text, point.end()):
            yield _placed(Hour(past.end(), hour, _minute(past)), half, None, exact=False)


def _half_after(text: str, at: int) -> tuple[Half | None, int]:
    if after := _AFTER.match(text, at):
        return _HALF_OF[after["word"] or after["letters"] + "m"], after.end()
    return None, at


def _or_wrong(count: int | None) -> int:
    """No hour and no minute is 99."""
    return 99 if count is None else count


def _minute(past: re.Match[str]) -> int:
    if past["half"]:
        return 30
    if past["quarter"]:
        quarters = _or_wrong(number(past["quarter"]))
        return 15 * quarters if 1 <= quarters <= 3 else 99
    return _or_wrong(number(past["minute"] or past["mere"]))


def _placed(hour: Hour, half: Half | None, later: Half | None, exact: bool) -> Hour:
    """`hour` as written put into 24 hours: `half` stands before it, `later` (am, "at night") after it.

    `exact`: it is of the 24-hour clock where neither does: 20:00, 9:30, 03:30. Otherwise one to six (also 3:30, without
    the nought) is taken for the afternoon, seven to twelve stand as they are, and "half" is guessed.
    """
    if hour.minute > 59 or hour.hour > 24 or (hour.hour == 24 and hour.minute):
        return replace(hour, wrong=True)
    said = later or half
    if said is None:
        if exact or not 1 <= hour.hour <= 12:
            return replace(hour, hour=hour.hour % 24, after=hour.hour // 24)
        return replace(hour, hour=hour.hour + 12 * (hour.hour <= 6), guessed=("half",))
    place = PLACE[said].get(hour.hour)
    if place and half and later:  # "tonight 8pm": both have to agree, and the night decides which day 12 am is
        place = next((other for other in PLACE[half].values() if other[0] == place[0]), None)
    if place is None:
        return replace(hour, wrong=True)
    guessed = ("day",) if place[1] else ("half",) if half is Half.MORNING and place[0] == 12 else ()
    return replace(hour, hour=place[0], after=place[1], guessed=guessed)
