"""A day at one place of a text: 下週三, 12/24（四）, 民國115年12月31日, next Friday, the 24th of December.
Knows no hours, and never takes a day that is not there (2/30) for another one.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.posts.reading.hours import Half
from bot.posts.reading.numbers import ENGLISH, HAN, number

SLIP = 30
"""Days: one without a year that is no longer ago than this is a slip and therefore past, not meant for next year."""

_WEEK = {day: index for index, days in enumerate(["一", "二", "三", "四", "五", "六末", "日天"]) for day in days}
_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october"]
_MONTHS += ["november", "december"]
_WEEKDAY = r"(?P<weekday>mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?"
_WEEKDAY += r"|sun(?:day)?|weekend)(?![a-z'])"
_MONTH = rf"(?P<month>{'|'.join(f'{name}|{name[:3]}' for name in _MONTHS)}|sept)(?![a-z'])\.?"
_YEAR = r"(?:\s*(?:,\s*)?(?P<year>2[0-9]{3})(?![0-9:]))?"
_ENDED = r"(?![a-z0-9%]|:[0-9])"
_LATER = r"\s*(?:以|之)?後"


@dataclass(frozen=True, slots=True)
class Day:
    """Which day, where its words end, and how sure it is. `day`: None where it clearly is a date that there is not."""

    end: int
    day: date | None
    guessed: tuple[str, ...] = ()
    half: Half | None = None
    weekly: bool = False
    """A mere weekday: where its hour today is past, it is the one of next week."""
    loose: bool = False
    """Could be a score, a version, a number in a list: it is a day only where an hour follows."""
    shy: bool = False
    """Behind an hour it is as likely the beginning of the text ("8pm Friday deals"), unless "on" leads to it."""


def read_days(text: str, at: int, today: date, last: bool = False) -> Iterator[Day]:
    """Every day that folded `text` may mean at `at`, with and without a weekday beside it that has to agree.

    `last`: nothing of the time can follow, so a weekday that is not in brackets is left to the text ("… Monday deals").
    """
    for shape, meaning in _SHAPES:
        match = shape.match(text, at)
        if match is None or (found := meaning(match, today)) is None:
            continue
        yield found
        beside = None if meaning is _of_week else _BESIDE.match(text, found.end)
        if beside and (not last or "(" in beside[0]):
            yield _agreed(found, _weekday(beside), beside.end())
        if found.weekly and (gap := _GAP.match(text, found.end)):
            yield from (
                _agreed(replace(dated, shy=False), _weekday(match), dated.end)
                for dated_shape, dated_meaning in _DATES
                if (dated_match := dated_shape.match(text, gap.end())) and (dated := dated_meaning(dated_match, today))
            )


def _agreed(found: Day, weekday: int, end: int) -> Day:
    same = found.day is not None and found.day.weekday() == weekday
    return replace(found, end=end, day=found.day if same else None, weekly=False)


def _weekday(match: re.Match[str]) -> int:
    said = match.groupdict()
    if said.get("han"):
        return _WEEK[said["han"]]
    return next((index for index, name in enumerate(_NAMES) if name.startswith(said["weekday"][:3])), 5)


def _on(year: int, month: int, day: int) -> date | None:
    """A day of this century or the next; None where there is no such."""
    return date(year, month, day) if 2000 <= year < 2200 and 1 <= month <= 12 and _holds(year, month, day) else None


def _holds(year: int, month: int, day: int) -> bool:
    return 1 <= day <= monthrange(year, month)[1]


def _coming(end: int, month: int, day: int, today: date) -> Day:
    """Without a year: the next such day, this year's where that is today or a slip."""
    for year in (today.year, today.year + 1):
        found = _on(year, month, day)
        if found and found >= today - timedelta(days=SLIP):
            return Day(end, found, ("year",) * (year != today.year))
    return Day(end, None)


def _near(match: re.Match[str], today: date) -> Day:
    word = re.sub(r"\s+", " ", match[0])
    ahead = next(days for begins, days in _NEAR.items() if word.startswith(begins))
    half = next((half for ends, half in _NEAR_HALF.items() if word.endswith(ends)), None)
    return Day(match.end(), today + timedelta(days=ahead), half=half)


def _ahead(match: re.Match[str], today: date) -> Day | None:
    count = number(match["count"])
    unit = 1 if match["unit"][0] in "天日d" else 7
    return None if count is None else Day(match.end(), today + timedelta(days=unit * count))


def _of_week(match: re.Match[str], today: date) -> Day:
    """A week begins on Monday. 下週五 is next week's, so is "next Friday"; "week" is guessed where another may be."""
    weekday, which = _weekday(match), match["which"] or ""
    monday = today - timedelta(days=today.weekday())
    coming = today + timedelta(days=(weekday - today.weekday()) % 7)
    weekend = ("day",) * (match[0].endswith(("末", "weekend")))
    if which in ("這", "本"):
        return Day(match.end(), monday + timedelta(days=weekday), weekend)
    if which.startswith(("下", "next")):
        day = monday + timedelta(days=weekday + 7 * max(which.count("下"), 1))
        unsure = today.weekday() == 6 or (which.startswith("next") and day != coming)
        return Day(match.end(), day, ("week",) * unsure + weekend)
    return Day(match.end(), coming, weekend, weekly=True, shy=not which)


def _year_first(match: re.Match[str], today: date) -> Day:
    """Three digits count from the Republic: 115/12/31."""
    year = int(match["year"])
    return Day(match.end(), _on(year + 1911 * (year < 1000), int(match["month"]), int(match["day"])))


def _numbers(match: re.Match[str], today: date) -> Day | None:
    """12/24 or 24/12; where both may be the month, the first is it and "order" is guessed."""
    first, second, year = int(match["first"]), int(match["second"]), match["year"]
    loose = not (match["sep"] == "/" or year) or first > 12
    month, day = (second, first) if first > 12 else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    order = ("order",) * (first != second and first <= 12 and second <= 12)
    if not year:
        found = _coming(match.end(), month, day, today)
        return replace(found, guessed=(*found.guessed, *order), loose=loose, shy=True)
    full = int(year) + 2000 * (len(year) == 2)
    guessed = ("year",) * (len(year) == 2) + order
    return Day(match.end(), _on(full, month, day), guessed, loose=loose and len(year) == 2, shy=True)


def _han(match: re.Match[str], today: date) -> Day | None:
    month, day = number(match["month"]), number(match["day"])
    if month is None or day is None:
        return None
    loose = not match["unit"]
    if match["near"]:
        return Day(match.end(), _on(today.year + "今明後".index(match["near"]), month, day), loose=loose)
    if not match["year"]:
        return replace(_coming(match.end(), month, day, today), loose=loose)
    year = number(match["year"])
    if year is None:
        return None
    republic = match["republic"] or 100 <= year < 200
    short = year < 100 and not republic
    full = year + (1911 if republic else 2000 if short else 0)
    return Day(match.end(), _on(full, month, day), ("year",) * short, loose=loose)


def _of_month(match: re.Match[str], today: date) -> Day | None:
    """24號, the 24th: the next month that has such a day from today on; "month" is guessed where it is not this one."""
    said = match.groupdict()
    which, count = said.get("which"), number(match["day"])
    if count is None:
        return None
    if which:
        year, month = _month(today, int(which == "下"))
        return Day(match.end(), _on(year, month, count))
    for later in range(3):
        year, month = _month(today, later)
        found = _on(year, month, count)
        if found and found >= today:
            return Day(match.end(), found, ("month",) * bool(later), loose=True)
    return Day(match.end(), None, loose=True)


def _month_end(match: re.Match[str], today: date) -> Day:
    year, month = _month(today, int(match.groupdict().get("which") == "下"))
    return Day(match.end(), date(year, month, monthrange(year, month)[1]))


def _month(today: date, later: int) -> tuple[int, int]:
    return today.year + (today.month + later - 1) // 12, (today.month + later - 1) % 12 + 1


def _english(match: re.Match[str], today: date) -> Day:
    month, day = next(i for i, name in enumerate(_MONTHS, 1) if name.startswith(match["month"][:3])), int(match["day"])
    if match["year"]:
        return Day(match.end(), _on(int(match["year"]), month, day))
    return _coming(match.end(), month, day, today)


_NEAR = {"大後": 3, "後": 2, "明": 1, "今": 0, "the day": 2, "day": 2, "tomorrow": 1, "tm": 1, "to": 0, "this": 0}
_NEAR_HALF = {"night": Half.EVENING, "evening": Half.EVENING, "morning": Half.MORNING, "noon": Half.PM}

_Meaning = Callable[[re.Match[str], date], Day | None]
_DATES: list[tuple[re.Pattern[str], _Meaning]] = [
    (
        re.compile(
            r"(?P<year>[0-9]{4}|1[0-9]{2})(?P<sep>[-/.])(?P<month>[0-9]{1,2})(?P=sep)(?P<day>[0-9]{1,2})(?![0-9])"
        ),
        _year_first,
    ),
    (
        re.compile(
            r"(?P<first>[0-9]{1,2})(?P<sep>[-/.])(?P<second>[0-9]{1,2})(?:(?P=sep)(?P<year>[0-9]{4}|[0-9]{2}))?(?![0-9/%]|[.-][0-9])"
        ),
        _numbers,
    ),
    (
        re.compile(
            rf"(?:(?:(?P<republic>民國)\s*)?(?:(?P<near>[今明後])|(?P<year>{HAN}))\s*年\s*)?"
            rf"(?P<month>{HAN})\s*月\s*(?P<day>{HAN})\s*(?P<unit>[日號])?"
        ),
        _han,
    ),
    (re.compile(rf"{_MONTH}\s*(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?{_ENDED}{_YEAR}"), _english),
    (re.compile(rf"(?:the\s+)?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?{_MONTH}{_YEAR}"), _english),
    (re.compile(r"(?:the\s+)?(?P<day>[0-9]{1,2})(?:st|nd|rd|th)(?![a-z])"), _of_month),
]
_SHAPES: list[tuple[re.Pattern[str], _Meaning]] = [
    *_DATES,
    (re.compile(r"大後天|後天|後(?=[早晚])|[明今][天日]|明(?=[早晚])|今(?=[早晚夜])"), _near),
    (
        re.compile(
            r"(?:(?:the\s+)?day\s+after\s+tomorrow|tomorrow|tmrw?|tonight|today|this\s+(?:morning|afternoon|evening))(?![a-z'])"
        ),
        _near,
    ),
    (re.compile(rf"(?P<count>{HAN})\s*個?(?P<unit>天|日|週|星期|禮拜){_LATER}"), _ahead),
    (re.compile(rf"in\s+(?P<count>{ENGLISH})\s*(?P<unit>days?|weeks?)(?![a-z'])"), _ahead),
    (re.compile(rf"(?P<count>{ENGLISH})\s*(?P<unit>days?|weeks?)\s+from\s+now(?![a-z])"), _ahead),
    (re.compile(r"(?:(?P<which>下下|下|這|本)個?)?(?:週|星期|禮拜|拜)(?P<han>[一二三四五六日天末])"), _of_week),
    (re.compile(rf"(?:(?P<which>next|this\s+coming|this|coming)\s+)?{_WEEKDAY}\.?"), _of_week),
    (re.compile(rf"(?:(?P<which>[這本下])個?月\s*)?(?P<day>{HAN})\s*[號日](?!{_LATER})"), _of_month),
    (re.compile(r"(?:(?P<which>[這本下])個?)?月底|end\s+of\s+(?:the\s+)?month(?![a-z'])"), _month_end),
]
"""Every way a day is written, and what it means on the day it is typed."""

_BESIDE = re.compile(
    r"\s*(?:\(\s*(?:週|星期|禮拜)?|(?:週|星期|禮拜))(?P<han>[一二三四五六日天])(?:\s*\))?"
    rf"|\s*(?:[,(]\s*)?{_WEEKDAY}(?:\s*\))?"
)
_GAP = re.compile(r"\s*(?:,\s*)?")
