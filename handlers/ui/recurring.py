"""Says in words how often a post comes round, for the rules people really give.
Pure; a rule with more to it than these words can say is shown as it is written, never half told.
"""

from __future__ import annotations

import re
from datetime import datetime

from bot.i18n import Words
from handlers.ui import text as txt

RULE_MOST = 160
"""Characters shown of a rule that is not put into words."""

_KNOWN = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "COUNT", "UNTIL", "WKST"}
_EVERY = {
    "DAILY": ("rule.daily", "rule.days"),
    "WEEKLY": ("rule.weekly", "rule.weeks"),
    "MONTHLY": ("rule.monthly", "rule.months"),
    "YEARLY": ("rule.yearly", "rule.years"),
}
_WORKDAYS = ["MO", "TU", "WE", "TH", "FR"]
_WEEK = [*_WORKDAYS, "SA", "SU"]
_ORDINAL = re.compile(r"(-1|\+?[1-5])(MO|TU|WE|TH|FR|SA|SU)")
_SHORTEST_MONTH = 28


def in_words(rule: str, words: Words) -> str:
    """An RFC 5545 rule in words, as literal text. What it takes from its start (the weekday of a weekly one that names
    none) is left to the date that stands beside it.
    """
    said = _said(rule, words)
    return txt.one_line(rule, RULE_MOST) if said is None else said


def _said(rule: str, words: Words) -> str | None:
    pairs = [piece.partition("=")[::2] for piece in rule.upper().removeprefix("RRULE:").split(";")]
    parts = dict(pairs)
    if len(parts) < len(pairs) or not set(parts) <= _KNOWN or parts.get("FREQ") not in _EVERY:
        return None
    often = parts.get("INTERVAL", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,2}", often) or (often != "1" and parts.get("WKST", "MO") != "MO"):
        return None
    when = _when(parts["FREQ"], int(often), parts, words)
    return None if when is None else _end(when, parts, words)


def _when(freq: str, often: int, parts: dict[str, str], words: Words) -> str | None:
    if freq == "DAILY" and often == 1 and "BYDAY" in parts:
        freq = "WEEKLY"  # Every day that is one of these is every week on these.
    once, more = _EVERY[freq]
    every = words(once) if often == 1 else words(more, n=often)
    days, dates = parts.get("BYDAY"), parts.get("BYMONTHDAY")
    if days is None and dates is None:
        return every
    if freq == "WEEKLY" and days is not None and dates is None:
        return _on_days(every, days.split(","), words)
    if freq == "MONTHLY" and days is None and dates is not None:
        return _on_dates(every, dates.split(","), words)
    if freq == "MONTHLY" and days is not None and dates is None and (found := _ORDINAL.fullmatch(days)):
        nth, day = int(found[1]), words(f"rule.day.{found[2]}")
        said = words("rule.on_nth", every=every, nth=words(f"rule.nth.{nth}"), day=day)
        return _where_there(said, nth == 5, words)
    return None


def _on_days(every: str, days: list[str], words: Words) -> str | None:
    if not set(days) <= set(_WEEK):
        return None
    inside = [day for day in _WEEK if day in days]
    names = [words(f"rule.day.{day}") for day in inside]
    said = words("rule.workdays") if inside == _WORKDAYS else words("mark.comma").join(names)
    return words("rule.on_days", every=every, days=said)


def _on_dates(every: str, dates: list[str], words: Words) -> str | None:
    if dates == ["-1"]:
        return words("rule.on_last_day", every=every)
    if not all(re.fullmatch(r"[1-9]|[12][0-9]|3[01]", date) for date in dates):
        return None
    numbers = sorted({int(date) for date in dates})
    said = words("rule.on_day", every=every, day=words("mark.comma").join(map(str, numbers)))
    return _where_there(said, numbers[-1] > _SHORTEST_MONTH, words)


def _where_there(said: str, missing: bool, words: Words) -> str:
    """With the note that some months lack such a day, and then nothing goes out."""
    return words("mark.aside", text=said, aside=words("rule.where_there")) if missing else said


def _end(said: str, parts: dict[str, str], words: Words) -> str | None:
    if "COUNT" in parts:
        return (
            words("rule.times", rule=said, n=int(parts["COUNT"]))
            if re.fullmatch(r"[0-9]{1,3}", parts["COUNT"])
            else None
        )
    if "UNTIL" not in parts:
        return said
    until = parts["UNTIL"]
    if not re.fullmatch(r"[0-9]{8}(T[0-9]{6}Z?)?", until):
        return None
    try:
        last = datetime.fromisoformat(until)
    except ValueError:
        return None
    return words(
        "rule.until", rule=said, until=f"{last:%Y-%m-%d %H:%M %Z}".strip() if "T" in until else f"{last:%Y-%m-%d}"
    )
