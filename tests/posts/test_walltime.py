"""Dates and times as spreadsheets write them: which are read, which are not, and when month and day are open."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.posts.walltime import Skipped, Stamp, decided, stamp

TAIPEI, BERLIN = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Berlin")


def told(cell: str) -> Stamp:
    found = stamp(cell)
    assert found is not None, cell
    return found


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("2027-03-31 17:30", "2027-03-31 17:30"),
        (" 2027/3/31  5:30 ", "2027-03-31 05:30"),
        ("2027.03.31 17:30:15", "2027-03-31 17:30:15"),
        ("2027-03-31T17:30:00.000", "2027-03-31 17:30"),
        ("2027/3/31 下午 05:30:00", "2027-03-31 17:30"),
        ("2027/3/31 上午 12:05", "2027-03-31 00:05"),
        ("2027年3月31日 下午5:30", "2027-03-31 17:30"),
        ("２０２７／３／３１　１７：３０", "2027-03-31 17:30"),
        ("3/31/2027 5:30 PM", "2027-03-31 17:30"),
        ("3/31/2027 12:30 a.m.", "2027-03-31 00:30"),
        ("3/31/2027, 12:30 pm", "2027-03-31 12:30"),
        ("2027-03-31T09:30:00Z", "2027-03-31 17:30"),
        ("2027-03-31T23:30+02:00", "2027-04-01 05:30"),
        ("2027-03-31 03:00-0500", "2027-03-31 16:00"),
    ],
)
def test_dates_are_read_as_spreadsheets_write_them(cell: str, expected: str) -> None:
    assert told(cell).wall(TAIPEI, "mdy") == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "cell",
    ["", "soon", "2027-03-31", "17:30", "3/31/27 17:30", "115/3/31 17:30", "1997-03-31 17:30", "2027-03-31 17:30 x",
     "2027-03-31 13:30 pm", "2027-03-31 0:30 am", "2027-03-31 下午 5:30 pm", "2027-03-31 1730", "46112.72"],
)  # fmt: skip
def test_what_is_no_full_date_with_a_time_is_not_guessed(cell: str) -> None:
    assert stamp(cell) is None


@pytest.mark.parametrize(
    "cell",
    ["2027-02-29 10:00", "2027-13-01 10:00", "2027-03-31 24:00", "2027-03-31 10:60", "13/13/2027 10:00",
     "2027-03-31 10:00+99:00"],
)  # fmt: skip
def test_a_date_that_no_calendar_has_is_an_error(cell: str) -> None:
    with pytest.raises(ValueError, match=r"day|month|hour|minute|offset"):
        told(cell).wall(TAIPEI, "mdy")


def test_a_time_the_clocks_jump_over_is_told_apart() -> None:
    with pytest.raises(Skipped):
        told("2027-03-28 02:30").wall(BERLIN, None)
    assert told("2027-10-31 02:30").wall(BERLIN, None) == datetime.fromisoformat("2027-10-31 02:30")


def test_only_dates_with_the_year_last_and_two_small_numbers_are_open() -> None:
    cells = ("3/4/2027 9:00", "3/31/2027 9:00", "31/3/2027 9:00", "5/5/2027 9:00", "13/13/2027 9:00", "2027-03-04 9:00")
    assert [told(cell).open for cell in cells] == [True, True, True, False, False, False]
    assert [told(cell).tells for cell in cells] == [None, "mdy", "dmy", None, None, None]


def test_the_dates_decide_only_where_they_agree() -> None:
    open_, month_first, day_first = told("3/4/2027 9:00"), told("3/31/2027 9:00"), told("31/3/2027 9:00")
    assert decided([open_, month_first]) == "mdy"
    assert decided([day_first, open_]) == "dmy"
    assert decided([open_]) is decided([]) is decided([month_first, day_first]) is None
