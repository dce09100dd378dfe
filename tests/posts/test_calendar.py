"""The days of a page, what stands on them, and how a page is called: in every zone and over every change of clocks."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.i18n import Words
from bot.posts.calendar import Kind, Only, neighbour, page, span
from bot.posts.labels import about, day_title, labels, none, title
from bot.posts.slot import State
from tests.posts.slots import NOON, TAIPEI, many, slot

ENGLISH, CHINESE = Words("en"), Words("zh-TW")
ZONES = ("Asia/Taipei", "America/New_York", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Africa/Casablanca")
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(date(1990, 1, 1), date(2040, 12, 31))


def test_a_week_begins_on_monday() -> None:
    for day in (date(2026, 8, 10), date(2026, 8, 16)):
        assert span(Kind.WEEK, day, TAIPEI) == (
            datetime(2026, 8, 9, 16, tzinfo=UTC),
            datetime(2026, 8, 16, 16, tzinfo=UTC),
        )


def test_a_month_has_its_own_days_alone() -> None:
    shown = page([], Kind.MONTH, date(2028, 2, 10), TAIPEI)
    assert (shown.first, shown.last, len(shown.days)) == (date(2028, 2, 1), date(2028, 2, 29), 29)


def test_a_day_begins_with_the_change_of_clocks_that_takes_its_midnight_away() -> None:
    begins, _ = span(Kind.MONTH, date(2026, 3, 1), ZoneInfo("Asia/Beirut"))
    assert begins == datetime(2026, 2, 28, 22, tzinfo=UTC)
    shown = page(
        [slot(at=datetime(2026, 3, 28, 22, tzinfo=UTC))], Kind.WEEK, date(2026, 3, 29), ZoneInfo("Asia/Beirut")
    )
    assert [day.date.day for day in shown.days if day.slots] == [29]
    assert shown.clock(shown.days[6].slots[0]) == "01:00"


@given(st.sampled_from(Kind), days, zones)
def test_periods_follow_each_other_without_gap_or_overlap(kind: Kind, day: date, zone: ZoneInfo) -> None:
    begins, ends = span(kind, day, zone)
    assert begins < ends
    assert span(kind, neighbour(kind, day, 1), zone)[0] == ends
    assert span(kind, neighbour(kind, day, -1), zone)[1] == begins
    assert neighbour(kind, neighbour(kind, day, 5), -5) == neighbour(kind, day, 0)


@given(st.sampled_from(Kind), days, zones, st.lists(st.integers(-2_000_000, 2_000_000), max_size=20))
def test_every_post_of_the_period_stands_on_the_day_its_clock_shows(
    kind: Kind, day: date, zone: ZoneInfo, seconds: list[int]
) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    slots = [slot(n, noon + timedelta(seconds=each)) for n, each in enumerate(seconds)]
    begins, ends = span(kind, day, zone)
    shown = page(slots, kind, day, zone)
    found = [each for one in shown.days for each in one.slots]
    assert sorted(each.post for each in found) == sorted(each.post for each in slots if begins <= each.at < ends)
    for one in shown.days:
        assert all(each.at.astimezone(zone).date() == one.date for each in one.slots)
    assert all(one.at <= other.at for one, other in pairwise(found))


def test_years_without_a_next_one_are_refused() -> None:
    for kind, day in ((Kind.MONTH, date(9999, 12, 1)), (Kind.WEEK, date(9999, 12, 31))):
        with pytest.raises(OverflowError):
            page([], kind, day, TAIPEI)


def test_a_page_narrowed_to_something_still_says_what_else_there_is() -> None:
    slots = [
        slot(1, accounts=("coffee-fb", "coffee-ig"), pillar="people"),
        slot(2, accounts=("line-oa",), state=State.FAILED),
        slot(3, NOON + timedelta(days=40), accounts=("elsewhere",), pillar="later"),
    ]

    def kept(only: Only) -> list[int]:
        shown = page(slots, Kind.WEEK, date(2026, 8, 12), TAIPEI, only)
        assert (shown.accounts, shown.pillars) == (("coffee-fb", "coffee-ig", "line-oa"), ("people",))
        return [each.post for day in shown.days for each in day.slots]

    assert kept(Only()) == [1, 2]
    assert kept(Only(account="coffee-ig")) == [1]
    assert kept(Only(pillar="people")) == [1]
    assert kept(Only(state=State.FAILED)) == [2]
    assert kept(Only("line-oa", "people")) == []


def test_of_two_posts_at_one_time_the_older_comes_first() -> None:
    shown = page([slot(9), slot(4)], Kind.WEEK, date(2026, 8, 12), TAIPEI)
    assert [each.post for each in shown.days[2].slots] == [4, 9]


def test_states_are_counted_in_their_order() -> None:
    slots = [slot(1, state=State.FAILED), slot(2, state=State.DRAFT), slot(3, state=State.FAILED)]
    counts = page(slots, Kind.WEEK, date(2026, 8, 12), TAIPEI).counts()
    assert list(counts.items()) == [(State.DRAFT, 1), (State.FAILED, 2)]


def test_ten_thousand_posts_in_one_month_are_paged_in_fifty_milliseconds() -> None:
    slots = many(10_000, date(2026, 8, 1), 31)
    began = time.process_time()
    shown = page(slots, Kind.MONTH, date(2026, 8, 12), TAIPEI)
    assert time.process_time() - began < 0.05
    assert sum(shown.counts().values()) == 10_000


def test_pages_are_called_as_people_call_them() -> None:
    def named(kind: Kind, day: date) -> list[str]:
        return [title(page([], kind, day, TAIPEI), words) for words in (ENGLISH, CHINESE)]

    assert named(Kind.MONTH, date(2026, 8, 9)) == ["August 2026", "2026 年 8 月"]
    assert named(Kind.WEEK, date(2026, 8, 12)) == ["10–16 August 2026", "2026 年 8 月 10–16 日"]
    assert named(Kind.WEEK, date(2026, 7, 30)) == ["27 July – 2 August 2026", "2026 年 7 月 27 日 – 8 月 2 日"]
    assert named(Kind.WEEK, date(2027, 1, 1)) == [
        "28 December 2026 – 3 January 2027",
        "2026 年 12 月 28 日 – 2027 年 1 月 3 日",
    ]
    assert [day_title(date(2026, 8, 3), words) for words in (ENGLISH, CHINESE)] == [
        "Mon, 3 August",
        "8 月 3 日（週一）",
    ]


def test_a_page_says_what_it_is_narrowed_to_and_whose_clock_it_goes_by() -> None:
    only = Only("coffee-fb", "", State.SCHEDULED)
    shown = page([slot()], Kind.WEEK, date(2026, 8, 12), TAIPEI, only)
    assert about(shown, ENGLISH) == "1 post · coffee-fb · Scheduled · Asia/Taipei"
    assert about(shown, CHINESE) == "1 則貼文・coffee-fb・已排程・Asia/Taipei"


def test_an_empty_page_says_why_it_is_empty() -> None:
    day = date(2026, 8, 12)
    said = [none(page([], kind, day, TAIPEI), CHINESE) for kind in Kind]
    said.append(none(page([], Kind.WEEK, day, TAIPEI, Only("coffee-fb")), CHINESE))
    assert said == ["這一週沒有貼文。", "這個月沒有貼文。", "這裡沒有符合條件的貼文。"]


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh-TW"])
def test_every_state_weekday_and_month_has_a_name_of_its_own(words: Words) -> None:
    said = labels(page([], Kind.WEEK, date(2026, 8, 12), TAIPEI), words)
    assert len(set(said.states.values())) == len(State)
    assert len(set(said.weekdays)) == 7
    months = {title(page([], Kind.MONTH, date(2026, n, 1), TAIPEI), words) for n in range(1, 13)}
    assert len(months) == 12
    assert "3" in said.more(3)
