"""The words on a calendar in one language, for whoever draws or writes one.
It never decides what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from bot.i18n import Words
from bot.posts.calendar import EVERYTHING, Kind, Page
from bot.posts.slot import State


@dataclass(frozen=True, slots=True)
class Labels:
    """All words on one page. `about`: zone, number of posts, filter; `more`: what stands for n slots not shown."""

    title: str
    about: str
    weekdays: tuple[str, ...]
    states: Mapping[State, str]
    none: str
    no_text: str
    more: Callable[[int], str]


def labels(page: Page, words: Words) -> Labels:
    """The words on `page`."""
    return Labels(
        title(page, words),
        about(page, words),
        tuple(weekday(n, words) for n in range(1, 8)),
        states(words),
        none(page, words),
        words("calendar.no_text"),
        lambda n: words("calendar.more", n=n),
    )


def title(page: Page, words: Words) -> str:
    """What the page is called: "August 2026", "27 July – 2 August 2026", "2026 年 8 月"."""
    first, last = page.first, page.last
    if page.kind is Kind.MONTH:
        return words("calendar.month_title", month=_month(first, words), year=first.year)
    if first.month == last.month:
        return words(
            "calendar.week_title",
            first=first.day,
            last=last.day,
            month=_month(first, words),
            year=first.year,
        )
    names = {"first": _day(first, words), "last": _day(last, words)}
    if first.year == last.year:
        return words("calendar.week_months", **names, year=first.year)
    return words("calendar.week_years", **names, first_year=first.year, last_year=last.year)


def about(page: Page, words: Words) -> str:
    """How many posts are shown, what the page is narrowed to, and where its times are those of the clock."""
    n, only = sum(page.counts().values()), page.only
    narrowed = [only.account, only.pillar, words(f"calendar.state.{only.state}") if only.state else ""]
    return words("mark.dot").join([words("calendar.count", n=n), *filter(None, narrowed), page.zone.key])


def none(page: Page, words: Words) -> str:
    """What an empty page says."""
    return words(f"calendar.none_{page.kind}" if page.only == EVERYTHING else "calendar.none_like_that")


def states(words: Words) -> Mapping[State, str]:
    """What each state is called."""
    return {state: words(f"calendar.state.{state}") for state in State}


def weekday(number: int, words: Words) -> str:
    """`number`: from 1 for Monday to 7 for Sunday, as ISO 8601 counts."""
    return words(f"calendar.weekday.{number}")


def day_title(day: date, words: Words) -> str:
    """A day as a heading: "Mon, 3 August", "8 月 3 日（週一）"."""
    return words("calendar.day_title", weekday=weekday(day.isoweekday(), words), day=_day(day, words))


def _day(day: date, words: Words) -> str:
    return words("calendar.day", day=day.day, month=_month(day, words))


def _month(day: date, words: Words) -> str:
    return words(f"calendar.month.{day.month}")
