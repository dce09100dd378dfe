"""When a post goes out, phrase by phrase: what is a time, which one, and what stays a text. On a Wednesday, 10:00."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.errors import BadTime
from bot.posts.when import Understood, understand

TAIPEI, LONDON, NEW_YORK = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=TAIPEI)

SURE = [
    ("明天早上九點半", "11-26 09:30"), ("今晚八點", "11-25 20:00"), ("後天下午3點15分", "11-27 15:15"),
    ("大後天 中午", "11-28 12:00"), ("明早 9:00", "11-26 09:00"), ("明天凌晨一點", "11-26 01:00"),
    ("今夜十一點三刻", "11-25 23:45"), ("明晚8點05", "11-26 20:05"), ("明天下午兩點", "11-26 14:00"),
    ("后天晚上7点", "11-27 19:00"), ("明天的 20:00", "11-26 20:00"), ("明天晚上 8 點 30 分", "11-26 20:30"),
    ("12/24 20:00", "12-24 20:00"), ("12月24日晚上8點", "12-24 20:00"), ("12 月 24 日 20:00", "12-24 20:00"),
    ("12/24(四)晚上8:00", "12-24 20:00"), ("12/24（週四）20:00", "12-24 20:00"), ("12月24 20:00", "12-24 20:00"),
    ("星期四 12/24 20:00", "12-24 20:00"), ("十二月二十四號 晚上十一點四十五分", "12-24 23:45"),
    ("民國115年12月31日 23:59", "12-31 23:59"), ("一一五年十二月卅一日 23:59", "12-31 23:59"),
    ("115/12/31 23:59", "12-31 23:59"), ("二〇二六年12月31日 23:59", "12-31 23:59"),
    ("今年12月1日 24:00", "12-02 00:00"),
    ("這禮拜五 晚上七點半", "11-27 19:30"), ("禮拜天 21:00", "11-29 21:00"), ("週一早上9:30", "11-30 09:30"),
    ("下週三 22:00", "12-02 22:00"), ("下個星期一 20點", "11-30 20:00"), ("下下周五 20:00", "12-11 20:00"),
    ("月底 18:00", "11-30 18:00"), ("下個月底 18:00", "12-31 18:00"), ("下個月3號 20:00", "12-03 20:00"),
    ("30號 20:00", "11-30 20:00"), ("半小時後", "11-25 10:30"), ("3小時後", "11-25 13:00"),
    ("一個半小時後", "11-25 11:30"), ("1.5 小時後", "11-25 11:30"), ("兩小時又十分鐘後", "11-25 12:10"),
    ("一刻鐘以後", "11-25 10:15"), ("兩天後 21:00", "11-27 21:00"), ("兩個禮拜後 21:00", "12-09 21:00"),
    ("明天 PM 8:00", "11-26 20:00"), ("１２／２４　２０：００", "12-24 20:00"), ("明天中午12點半", "11-26 12:30"),
    ("tomorrow 9:30", "11-26 09:30"), ("tomorrow at 9:30am", "11-26 09:30"), ("TMR 8PM", "11-26 20:00"),
    ("tonight 8pm", "11-25 20:00"), ("tonight at 8", "11-25 20:00"), ("today at 5pm", "11-25 17:00"),
    ("this evening at 7", "11-25 19:00"), ("tomorrow morning, 9.30 a.m.", "11-26 09:30"),
    ("tomorrow at 8 in the evening", "11-26 20:00"), ("day after tomorrow 12 am", "11-27 00:00"),
    ("on Friday at noon", "11-27 12:00"), ("Fri 9am", "11-27 09:00"), ("this Friday 18:00", "11-27 18:00"),
    ("Friday night 8:15", "11-27 20:15"), ("Dec 24 8pm", "12-24 20:00"), ("24 December 20:00", "12-24 20:00"),
    ("the 24th of Dec. at 8 p.m.", "12-24 20:00"), ("Thursday, December 24, 2026 at 8:00 PM", "12-24 20:00"),
    ("12/24 8:00 pm", "12-24 20:00"), ("12/24/2026, 20:00", "12-24 20:00"), ("24/12 20:00", "12-24 20:00"),
    ("24.12.2026 20:00", "12-24 20:00"), ("2026-12-31 23:59", "12-31 23:59"), ("2026-12-31T23:59:00", "12-31 23:59"),
    ("8pm on Friday", "11-27 20:00"), ("8pm on Dec 24 (Thu)", "12-24 20:00"),
    ("8pm tomorrow", "11-26 20:00"), ("at 20:00 on 12/24", "12-24 20:00"),
    ("in 3 hours", "11-25 13:00"), ("in 90 minutes", "11-25 11:30"), ("in an hour and a half", "11-25 11:30"),
    ("in half an hour", "11-25 10:30"), ("in 2h30m", "11-25 12:30"), ("two hours from now", "11-25 12:00"),
    ("in two days at 21:00", "11-27 21:00"), ("  Tomorrow   AT   9:30   am", "11-26 09:30"),
    ("end of the month 18:00", "11-30 18:00"),
]  # fmt: skip

GUESSED = [
    ("十二月二十四號", "2026-12-24 09:00", ("default_time",)),
    ("兩天後", "2026-11-27 09:00", ("default_time",)),
    ("今晚", "2026-11-25 20:00", ("default_time",)),
    ("明天早上", "2026-11-26 09:00", ("default_time",)),
    ("三點", "2026-11-25 15:00", ("half", "day")),
    ("一點三十分", "2026-11-25 13:30", ("half", "day")),
    ("3:30", "2026-11-25 15:30", ("half", "day")),
    ("03:30", "2026-11-26 03:30", ("day",)),
    ("20點", "2026-11-25 20:00", ("day",)),
    ("9:30", "2026-11-26 09:30", ("day",)),
    ("凌晨一點", "2026-11-26 01:00", ("day",)),
    ("半夜兩點", "2026-11-26 02:00", ("day",)),
    ("at 9:30 pm", "2026-11-25 21:30", ("day",)),
    ("八點", "2026-11-25 20:00", ("half", "day")),
    ("今天8點", "2026-11-25 20:00", ("half",)),
    ("Monday 9", "2026-11-30 09:00", ("half",)),
    ("Friday at 3", "2026-11-27 15:00", ("half",)),
    ("明天12點", "2026-11-26 12:00", ("half",)),
    ("週三 21:00", "2026-11-25 21:00", ("day",)),
    ("週三 09:30", "2026-12-02 09:30", ("day",)),
    ("今晚十二點", "2026-11-26 00:00", ("day",)),
    ("明天半夜兩點", "2026-11-27 02:00", ("day",)),
    ("Friday midnight", "2026-11-28 00:00", ("day",)),
    ("tonight 12am", "2026-11-26 00:00", ("day",)),
    ("這週末 10:00", "2026-11-28 10:00", ("day",)),
    ("next Friday 18:00", "2026-12-04 18:00", ("week",)),
    ("3號 20:00", "2026-12-03 20:00", ("month",)),
    ("the 24th at 8pm", "2026-12-24 20:00", ("month",)),
    ("31號 20:00", "2026-12-31 20:00", ("month",)),
    ("1/31 20:00", "2027-01-31 20:00", ("year",)),
    ("12/24/26 8pm", "2026-12-24 20:00", ("year",)),
    ("5/6 20:00", "2027-05-06 20:00", ("year", "order")),
    ("今天 08:00", "2026-11-25 08:00", ("past",)),
    ("11/24 20:00", "2026-11-24 20:00", ("past",)),
    ("這週一 20:00", "2026-11-23 20:00", ("past",)),
    ("今天：", "2026-11-25 09:00", ("default_time", "past")),
]  # fmt: skip

TEXTS = [
    "", " ", "明天見！", "明天，我們公休", "Monday motivation: start slow", "12 ways to brew coffee", "3 tips for you",
    "今天的豆子…", "今天的豆子：衣索比亞", "2026 新品上市", "May your coffee be strong", "五月天演唱會", "一點點心意",
    "半價優惠", "Sunday is for coffee", "10% off today", "今晚八點開賣！", "tonight 8pm!", "Tomorrow at 9am. Be there",
    "1/2 price", "9/10 people", "24/7: we are here", "50/50: half and half", "3.14 是圓周率", "7-11 咖啡", "24小時營業",
    "3小時後開賣", "3 hours later", "today's beans", "中午 吃什麼", "一點 心意", "At 9 we open", "9: the number",
    "Monday :tada: fun", "Monday :) fun", "Monday 9 tips", "明天早上 喝咖啡", "今晚 直播", "週末愉快", "九點半開門",
    "一日之計在於晨", "三號店開幕", "1號：美式", "1st: espresso", "三四點 左右", "8-10pm live", "現在",
    "In a day and age",
    "12/24 20:00-22:00 市集", "12/24-12/26 市集", "今晚 8:00 到 10:00 直播", "tonight 8pm to 10pm: live",
    "Fri 9am - Sunday 5pm open", "明天 10:00 以前 下單", "12/24 20:00 止", "週一、週三 20:00 直播", "Mon-Fri 9am open",
    "Monday, Friday 9am: open", "in 5 minutes or less", "25:00 見", "晚上15點 見", "in 0 minutes", "12/24 新品上市",
]  # fmt: skip

NO_SUCH = [
    "2/30", "2/30 20:00 新品", "2月30日：新品", "2026-13-01 20:00 hi", "2026-02-29 20:00 hi", "Feb 30 8pm hi",
    "明天 25:00 hi", "12/24 20:75 hi", "12/24（五）20:00 hi", "Friday, Dec 24 8pm hi", "明天晚上15點 hi",
    "tonight 8am: hi", "明天下午99點 hi", "明天 24:30 hi", "9999-12-31 24:00 hi",
]  # fmt: skip

ZONED = [
    "tonight 8pm EST: hi",
    "8pm PT our live",
    "明天 20:00 UTC+8 hi",
    "今晚八點（台灣時間）直播",
    "Fri 9 am (GMT) hi",
]

SEPARATED = [
    ("明天 9:30 新品：上市", "新品：上市"),
    ("明天 9:30：新品", "新品"),
    ("明天 9:30，新品", "新品"),
    ("明天 9:30 | 新品", "新品"),
    ("明天 9:30｜新品", "新品"),
    ("明天 9:30 - 新品", "新品"),
    ("明天 9:30 — Sunday brunch", "Sunday brunch"),
    ("明天 9:30\n新品\n  上市 ", "新品\n  上市 "),
    ("明天 9:30 -5°C", "-5°C"),
    ("明天 9:30 :tada: 新品", ":tada: 新品"),
    ("明天 9:30 :) 新品", ":) 新品"),
    ("明天 9:30 :100: 分", ":100: 分"),
    ("明天 9:30 半價優惠", "半價優惠"),
    ("明天九點 半價優惠", "半價優惠"),
    ("明天 9:30 :tada:3 天", ":tada:3 天"),
    ("Monday: motivation", "motivation"),
    ("Monday:9:30", "9:30"),
    ("12/24：新品", "新品"),
    ("in 3 hours, coffee", "coffee"),
    ("8pm Friday deals", "Friday deals"),
    ("at 8pm on Dec 24 Monday deals", "Monday deals"),
    ("明天 9:30，12/24 20:00 有派對", "12/24 20:00 有派對"),
    ("20:00 今天的豆子", "今天的豆子"),
    ("tomorrow 9am In 3 hours: coffee", "In 3 hours: coffee"),
]


def wall(iso: str) -> datetime:
    """A naive local time."""
    return datetime.fromisoformat(iso)


def read(typed: str, now: datetime = NOW, zone: ZoneInfo = TAIPEI) -> Understood:
    understood = understand(typed, now, zone)
    assert understood is not None, typed
    return understood


@pytest.mark.parametrize(("typed", "expected"), SURE)
def test_a_time_is_understood_with_and_without_words_behind_it(typed: str, expected: str) -> None:
    unsure = {"day", "month", "year", "week", "half", "default_time", "past"}
    alone, before = read(typed), read(f"{typed} 新品上市！")
    assert (alone.wall, alone.rest) == (before.wall, "") == (wall(f"2026-{expected}"), "")
    assert before.rest == "新品上市！"
    assert alone.said == before.said == typed.strip()
    assert not unsure & {*alone.guessed, *before.guessed}


@pytest.mark.parametrize(("typed", "expected", "guessed"), GUESSED)
def test_what_was_not_said_is_guessed_by_rule_and_reported(typed: str, expected: str, guessed: tuple[str, ...]) -> None:
    understood = read(typed)
    assert understood.wall == wall(expected)
    assert understood.guessed == guessed


@pytest.mark.parametrize("typed", TEXTS)
def test_the_words_of_a_post_are_no_time(typed: str) -> None:
    assert understand(typed, NOW, TAIPEI) is None


@pytest.mark.parametrize("typed", [*NO_SUCH, *ZONED])
def test_a_date_that_there_is_not_and_a_foreign_zone_are_refused_not_published_as_text(typed: str) -> None:
    with pytest.raises(BadTime) as refused:
        understand(typed, NOW, TAIPEI)
    assert refused.value.params == {"reason": "unreadable"}


@pytest.mark.parametrize(("typed", "rest"), SEPARATED)
def test_the_rest_begins_behind_one_separator_exactly_as_typed(typed: str, rest: str) -> None:
    assert read(typed).rest == rest


def test_on_a_sunday_next_week_is_said_to_be_unsure_in_both_languages() -> None:
    sunday = datetime(2026, 11, 29, 10, 0, tzinfo=TAIPEI)
    for typed in ("下週三 20:00", "next Wednesday 20:00"):
        understood = read(typed, sunday)
        assert (understood.wall, understood.guessed) == (wall("2026-12-02 20:00"), ("week",))


def test_this_week_ends_on_sunday() -> None:
    assert read("這禮拜天 20:00").wall == wall("2026-11-29 20:00")
    assert read("下禮拜天 20:00").wall == wall("2026-12-06 20:00")


def test_just_after_midnight_tonight_is_the_evening_to_come() -> None:
    assert read("今晚八點", datetime(2026, 11, 25, 0, 30, tzinfo=TAIPEI)).wall == wall("2026-11-25 20:00")


def test_the_minute_that_runs_is_past() -> None:
    running = NOW + timedelta(seconds=30)
    assert read("今天 10:00", running).guessed == ("past",)
    assert read("10:00", running).wall == wall("2026-11-26 10:00")


def test_a_date_of_last_month_is_past_and_an_older_one_means_next_year() -> None:
    assert read("10/26 20:00").guessed == ("past",)
    assert read("10/25 20:00").wall == wall("2027-10-25 20:00")


def test_the_day_is_the_one_in_the_zone_not_in_utc() -> None:
    late = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)
    assert read("tomorrow 9:00", late, TAIPEI).wall == wall("2026-11-27 09:00")
    assert read("tomorrow 9:00", late, NEW_YORK).wall == wall("2026-11-26 09:00")


@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        (LONDON, wall("2027-03-28 00:30"), wall("2027-03-28 04:30")),
        (LONDON, wall("2026-10-25 00:30"), wall("2026-10-25 02:30")),
        (NEW_YORK, wall("2027-03-14 01:30"), wall("2027-03-14 05:30")),
        (NEW_YORK, wall("2026-11-01 00:30"), wall("2026-11-01 02:30")),
    ],
)
def test_three_hours_are_three_real_hours_when_the_clocks_change(zone: ZoneInfo, now: datetime, then: datetime) -> None:
    for typed in ("in 3 hours", "3小時後"):
        understood = read(typed, now.replace(tzinfo=zone), zone)
        assert understood.wall == then
        real = understood.wall.replace(tzinfo=zone).astimezone(UTC) - now.replace(tzinfo=zone).astimezone(UTC)
        assert real == timedelta(hours=3)


def test_the_second_of_two_equal_hours_is_marked_by_its_fold() -> None:
    before = datetime(2026, 10, 25, 0, 30, tzinfo=LONDON)
    assert (read("in 1 hour", before, LONDON).wall.fold, read("in 2 hours", before, LONDON).wall.fold) == (0, 1)
    assert read("in 2 hours", before, LONDON).wall == wall("2026-10-25 01:30")


def test_a_span_is_never_cut_short_by_the_seconds_that_run() -> None:
    assert read("in 1 minute", NOW + timedelta(seconds=40)).wall == wall("2026-11-25 10:02")


def test_wall_time_keeps_its_hour_over_a_change_of_the_clocks() -> None:
    saturday = datetime(2027, 3, 27, 10, 0, tzinfo=LONDON)
    assert read("tomorrow 9:00", saturday, LONDON).wall == wall("2027-03-28 09:00")
    assert read("in 2 days at 9:00", saturday, LONDON).wall == wall("2027-03-29 09:00")


def test_a_time_the_clocks_skip_or_repeat_is_reported() -> None:
    assert read("2027-03-28 01:30 hi", NOW, LONDON).guessed == ("skipped",)
    assert read("2027-10-31 01:30 hi", NOW, LONDON).guessed == ("twice",)


def test_between_two_equal_hours_the_one_to_come_is_meant() -> None:
    second = datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=NEW_YORK)
    understood = read("today 01:30", second, NEW_YORK)
    assert (understood.wall, understood.wall.fold, understood.guessed) == (wall("2026-11-01 01:30"), 1, ("twice",))
