"""When a post goes out: the day and hour with which the words after `/engage post` begin, in Chinese and English.
What is not clearly set off from the post's own words is left to them, and no time is ever made out of half a sentence.

1. A time is set off: behind it stands a space, a comma, a colon, a bar, a free-standing dash, or nothing. 今晚八點開賣
   and "tonight 8pm!" are texts.
2. A day without an hour (Monday, 明天, 12/24, 今晚) is a time only before ":" "：" "|" "｜" or as the whole text, and
   is 9:00 then; 今晚 and "tonight" are 20:00. The same holds for an hour that begins sentences as well, 中午 or 一點.
   A mere number is an hour only behind a day ("Friday at 9 …") and, without "at", only before those marks ("Monday 9").
3. Two times (8pm to 10pm, 12/24-12/26) and deadlines (20:00 以前) are what the post tells its readers. The colon of
   `:tada:` is none.
4. 20:00, 9:30 and 03:30 are of the 24-hour clock. 三點, 3:30 and "at 3" are in the afternoon, 九點 in the morning,
   unless the half is said, or is past today; "half" is guessed.
5. Midnight, and 晚上 or 半夜 up to 四點, belong to the night that follows the day named: "Friday midnight" is 0:00 on
   Saturday ("day" is guessed). 凌晨, 0:00 and 12 am are the beginning of the day named, 24:00 its end. Without a day
   every hour is the next such one.
6. A week begins on Monday: 這週五 is this week's, 下週五 and "next Friday" the next one's, a mere 週五 the coming one.
7. Without a year a date is the next such one. One up to thirty days ago is past, not next year's.
8. "In 3 hours" are three real hours, whatever the clocks do meanwhile, and never less by a second.

Standard library only: `tests/posts/test_why_own_rules.py` holds what dateparser and dateutil make of the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import BadTime
from bot.posts.reading.days import Day, read_days
from bot.posts.reading.hours import Hour, read_hours
from bot.posts.reading.spans import read_span

OPENING = time(9)
"""The hour of a day that was named without one: ours to choose, and reported as `default_time`."""


@dataclass(frozen=True, slots=True)
class Understood:
    """A time and the text after it.

    `wall`: naive local time in the zone, to the minute; where the clocks go back, its `fold` says which of the two.
    `rest`: what follows, exactly as typed, without the separator. `said`: the words that were read as the time.
    `guessed`: what was assumed, in this order where it applies:

    - `default_time`: only a day, or only a part of it, was named
    - `half`: morning or afternoon was not said
    - `day`: only an hour was named; or the day is today's weekday; or the night after the day named; or a weekend
    - `week`: "next Friday" may mean another; `month`, `year`: not this one; `order`: 5/6 was read month first
    - `skipped`, `twice`: the clocks are changed, and there is no such time, or two (the first to come is meant)
    - `past`: not after now; whoever asked refuses it
    """

    wall: datetime
    rest: str
    said: str
    guessed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read the beginning as a time. `clear`: more words may follow after a mere space."""

    end: int
    clear: bool
    day: Day | None = None
    hour: Hour | None = None
    span: timedelta | None = None


_WIDE = {0xFF00 + code: 0x20 + code for code in range(1, 0x5F)}
_UPPER = {code: code + 0x20 for code in range(ord("A"), ord("Z") + 1)}
_OTHER = str.maketrans("点两后周礼号钟这个时间国为〇\u3000’︰", "點兩後週禮號鐘這個時間國為零 ':")
_FOLD = _UPPER | {wide: _UPPER.get(plain, plain) for wide, plain in _WIDE.items()} | _OTHER
"""Character for character, so that a place in the folded text is the same place in the typed one."""

_TO_HOUR = re.compile(r"(?:t(?=[0-9])|\s*(?:[,的]\s*)?(?P<at>(?:at\s|@)\s*)?)")
_TO_DAY = re.compile(r"\s*(?:,\s*)?(?P<on>on\s+)?(?=[a-z0-9])")
_LEAD = re.compile(r"(?P<on>on\s+)|(?P<at>at\s+)")
_COLON = (
    r":(?!\)|\(|[dpo](?![a-z])|(?![0-9]{1,2}:[0-9])[a-z0-9_+'-]{1,100}:)"  # not the one of :) and not those of :tada:
)
_SET_OFF = re.compile(rf"\s*(?:(?:{_COLON}|\|)\s*|\Z)")
_SET_OFF_WEAKLY = re.compile(r"\s*[,;、]\s*|\s+(?:[-–—]+\s+)?")
_UNTIL = re.compile(r"\s*(?:[到至和跟及或~]|(?:to|till|until|through|and|or)(?![a-z]))\s*")
_DASH = re.compile(r"\s*[-–—、&+/]\s*")
_DEADLINE = re.compile(r"\s*(?:以前|之前|為止|截止|[起止前](?![\u4e00-\u9fff])|or\s+(?:less|more|so)(?![a-z]))")
# As typed: "8pm ET" is another zone's, "8 pm et al." is not.
_ZONE = re.compile(
    r"\s*[(（]?(?:(?:UTC|GMT|BST|CES?T|EES?T|[ECMP][SD]?T|[JKI]ST|HKT|SGT|AE[SD]?T)(?![A-Za-z])"
    r"|(?:[台臺]灣|[台臺]北|美[國東西]|英國|日本|韓國|香港|當地)時間)"
)


def understand(typed: str, now: datetime, zone: ZoneInfo) -> Understood | None:
    """The time with which `typed` begins, by the rules above; None where it begins with none.

    `now`: aware. Raises `BadTime(reason="unreadable")` where it clearly begins with a date that there is not (2/30,
    明天 25:00, 12/24 on another weekday than said), or with an hour of a zone that is named (8pm EST).
    """
    start = len(typed) - len(typed.lstrip())
    text = typed[start:].translate(_FOLD)
    now = now.astimezone(UTC)  # two times of one zone are added and compared by their wall clocks
    here = now.astimezone(zone).replace(tzinfo=None)
    for reading in sorted(_readings(text, here.date()), key=lambda one: one.end, reverse=True):
        if reading.hour and _ZONE.match(typed, start + reading.end):
            raise BadTime(reason="unreadable")
        if (rest := _set_off(text, reading)) is None:
            continue
        if _goes_on(text, reading.end, here.date()):
            return None
        wall, guessed = _settled(reading, here, now, zone)
        return Understood(wall, typed[start + rest :], typed[start : start + reading.end].rstrip(), guessed)
    return None


def _readings(text: str, today: date) -> Iterator[_Reading]:
    if span := read_span(text):
        yield _Reading(span[1], True, span=span[0])
    lead = _LEAD.match(text)
    begins = lead.end() if lead else 0
    at, on = bool(lead and lead["at"]), bool(lead and lead["on"])
    for day in read_days(text, begins, today) if not at else ():
        if not day.loose:
            yield _Reading(day.end, False, day)
        join = _TO_HOUR.match(text, day.end)
        if join is None:
            continue
        for hour in read_hours(text, join.end(), day.half, bool(join["at"])):
            yield _Reading(hour.end, not hour.mute, day, hour)
    for hour in read_hours(text, begins, led=at) if not on else ():
        if hour.mute or hour.wrong:
            continue
        yield _Reading(hour.end, not hour.shy, None, hour)
        if join := _TO_DAY.match(text, hour.end):
            for day in read_days(text, join.end(), today, last=True):
                yield _Reading(day.end, bool(join["on"]) or not day.shy, day, hour)


def _set_off(text: str, reading: _Reading) -> int | None:
    """Where the words behind the reading and its separator begin; None where nothing separates them enough."""
    found = _SET_OFF.match(text, reading.end) or (_SET_OFF_WEAKLY.match(text, reading.end) if reading.clear else None)
    return found.end() if found else None


def _goes_on(text: str, at: int, today: date) -> bool:
    """Whether a deadline or a second time follows. Behind a mere dash it has to be a time by all the rules."""
    if _DEADLINE.match(text, at):
        return True
    if until := _UNTIL.match(text, at):
        return any(read_hours(text, until.end())) or any(read_days(text, until.end(), today))
    if dash := _DASH.match(text, at):
        second = text[dash.end() :]
        return any(_set_off(second, reading) is not None for reading in _readings(second, today))
    return False


def _settled(reading: _Reading, here: datetime, now: datetime, zone: ZoneInfo) -> tuple[datetime, tuple[str, ...]]:
    """The wall time and what was guessed."""
    if reading.span is not None:
        then = (now + reading.span + timedelta(minutes=1, microseconds=-1)).astimezone(zone)
        return then.replace(second=0, microsecond=0, tzinfo=None), ()
    hour = reading.hour or Hour(reading.end, OPENING.hour, guessed=("default_time",))
    if reading.day:
        wall, unsure = _on(reading.day, hour, here)
    else:
        wall, unsure = _next(hour, here), ("day",)
    if wall.replace(tzinfo=zone).astimezone(UTC) <= now < wall.replace(tzinfo=zone, fold=1).astimezone(UTC):
        wall = wall.replace(fold=1)
    return wall, tuple(dict.fromkeys((*hour.guessed, *unsure, *_clocks(wall, now, zone))))


def _on(day: Day, hour: Hour, here: datetime) -> tuple[datetime, tuple[str, ...]]:
    if hour.wrong or day.day is None:
        raise BadTime(reason="unreadable")
    wall = datetime.combine(day.day, time(hour.hour, hour.minute)) + timedelta(days=hour.after)
    if day.day == here.date():
        wall = _later_half(wall, hour, here)
    if day.weekly and wall <= here:
        wall += timedelta(days=7)
    return wall, ("day",) * (day.weekly and day.day == here.date()) + day.guessed


def _next(hour: Hour, here: datetime) -> datetime:
    wall = _later_half(datetime.combine(here.date(), time(hour.hour, hour.minute)), hour, here)
    return wall if wall > here else wall + timedelta(days=1)


def _later_half(wall: datetime, hour: Hour, here: datetime) -> datetime:
    later = wall + timedelta(hours=12)
    return later if hour.open and wall <= here < later else wall


def _clocks(wall: datetime, now: datetime, zone: ZoneInfo) -> Iterator[str]:
    """What the zone makes of `wall`: a time that is skipped or comes twice, or one that is past."""
    then = wall.replace(tzinfo=zone)
    if then.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        yield "skipped"
    elif then.utcoffset() != then.replace(fold=1 - then.fold).utcoffset():
        yield "twice"
    if then.astimezone(UTC) <= now:
        yield "past"
