"""Why the times before a post are read by rules of our own: what the well-kept libraries make of the same words.
They also check us: wherever dateparser reads a phrase right, we agree with it. The product imports neither.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import dateparser
import pytest
from dateparser.search import search_dates
from dateutil import parser as dateutil

from bot.posts.when import understand

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=TAIPEI)  # a Wednesday
LOCAL = NOW.replace(tzinfo=None)
LANGUAGES = ["zh-Hant", "en"]
SETTINGS = {"PREFER_DATES_FROM": "future", "RELATIVE_BASE": LOCAL}

NOT_READ = [
    "明天早上九點半", "今晚八點", "後天下午3點15分", "12月24日晚上8點", "下週三 10點", "這禮拜五 晚上七點半",
    "半小時後", "3小時後", "兩天後 9點", "明早 9:00", "凌晨一點", "月底 18:00", "十二月二十四號", "一點三十分",
    "20點", "民國115年12月31日",
]  # fmt: skip
"""Times of which dateparser makes nothing, read as a whole."""

READ_ALIKE = [
    "大後天 中午", "12/24 20:00", "禮拜天 21:00", "週一早上9:30", "2026-12-31 23:59", "tomorrow 9:30",
    "tomorrow at 9:30am", "tonight 8pm", "on Friday at noon", "Dec 24 8pm", "24 December 20:00", "12/24 8:00 pm",
    "in 3 hours", "in 90 minutes", "today at 5pm", "2026-12-31T23:59", "１２／２４　２０：００",
]  # fmt: skip

SWALLOWED = [
    ("Monday motivation: start slow", "Monday"),
    ("12 ways to brew coffee", "12"),
    ("May your coffee be strong", "May"),
    ("今天的豆子…", "今天"),
    ("明天見！", "明天"),
]
"""Texts out of which dateparser's search makes a time."""


@pytest.mark.parametrize("typed", NOT_READ)
def test_the_library_does_not_read_how_taiwan_writes_a_time_and_we_do(typed: str) -> None:
    assert dateparser.parse(typed, languages=LANGUAGES, settings=SETTINGS) is None
    assert understand(typed, NOW, TAIPEI) is not None


@pytest.mark.parametrize("typed", READ_ALIKE)
def test_where_the_library_reads_a_time_right_we_agree_with_it(typed: str) -> None:
    ours = understand(typed, NOW, TAIPEI)
    assert ours is not None
    assert ours.wall == dateparser.parse(typed, languages=LANGUAGES, settings=SETTINGS)


@pytest.mark.parametrize(("typed", "word"), SWALLOWED)
def test_the_library_makes_times_out_of_the_words_of_a_post_and_we_do_not(typed: str, word: str) -> None:
    assert [said for said, _ in search_dates(typed, languages=LANGUAGES, settings=SETTINGS)] == [word]
    assert understand(typed, NOW, TAIPEI) is None


def test_the_library_cuts_a_time_short_and_takes_the_hour_of_now() -> None:
    typed = "明天早上九點半 新品上市"
    assert search_dates(typed, languages=LANGUAGES, settings=SETTINGS) == [
        ("明天", datetime.fromisoformat("2026-11-26 10:00"))
    ]
    ours = understand(typed, NOW, TAIPEI)
    assert ours is not None
    assert (ours.wall, ours.rest) == (datetime.fromisoformat("2026-11-26 09:30"), "新品上市")


def test_the_library_reads_monday_at_nine_as_a_day_of_september() -> None:
    read = dateparser.parse("Monday 9", languages=LANGUAGES, settings=SETTINGS)
    assert read == datetime.fromisoformat("2027-09-25")


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("tomorrow 9:30", "2026-11-25 09:30"),
        ("on Friday at noon", "2026-11-27 00:00"),
        ("in 3 hours", "2026-11-25 03:00"),
        ("12月24日晚上8點", "2008-12-24 00:00"),
        ("１２／２４　２０：００", "2020-12-24 00:00"),
        ("12 ways to brew coffee", "2026-11-12 00:00"),
    ],
)
def test_dateutil_is_wrong_without_a_word(typed: str, wrong: str) -> None:
    read, _ = dateutil.parse(typed, default=LOCAL.replace(hour=0), fuzzy_with_tokens=True)
    assert read == datetime.fromisoformat(wrong)
