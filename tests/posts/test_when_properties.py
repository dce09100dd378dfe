"""Any text and any time: nothing breaks, nothing of the text is lost, and every way of writing a time is read back."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadTime
from bot.posts.when import understand

TAIPEI = ZoneInfo("Asia/Taipei")
NOW = datetime(2026, 11, 25, 10, 0, tzinfo=TAIPEI)
unhurried = settings(deadline=None)  # a busy machine is no bug

MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October"]
MONTHS += ["November", "December"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
PIECES = [
    *("明天", "今", "早", "晚上", "八", "十", "點", "半", "分", "年", "月", "日", "民國", "下", "週", "後", "小時"),
    *("天", "末"),
    *("12", "/", "24", ":", "：", "00", "2/29", "9999", "-", "T", ".", ",", " ", "  ", "\n", "　", "１", "時"),
    *("的", "刻", "底"),
    *("in ", "at ", "on ", "next ", "Fri", "Dec", "am", "pm", "tonight", "noon", "hours", "half an ", "from now"),
    *("th", "to "),
]  # fmt: skip


def wall(iso: str) -> datetime:
    """A naive local time."""
    return datetime.fromisoformat(iso)


def spoken(number: int) -> str:
    """28 as 二十八."""
    digits = "零一二三四五六七八九"
    tens, ones = divmod(number, 10)
    return digits[ones] if not tens else ("" if tens == 1 else digits[tens]) + "十" + (digits[ones] if ones else "")


def by_half(at: datetime, number: Callable[[int], str]) -> str:
    half = next(
        name for end, name in [(6, "凌晨"), (12, "早上"), (13, "中午"), (18, "下午"), (24, "晚上")] if at.hour < end
    )
    return f"{half}{number((at.hour - 1) % 12 + 1)}點{number(at.minute)}分"


def twelve(at: datetime) -> str:
    return f"{(at.hour - 1) % 12 + 1}:{at:%M}"


WRITTEN: dict[str, Callable[[datetime], str]] = {
    "iso": lambda at: f"{at:%Y-%m-%d %H:%M}",
    "iso with T": lambda at: f"{at:%Y-%m-%dT%H:%M}",
    "slashes": lambda at: f"{at.year}/{at.month}/{at.day} {at:%H:%M}",
    "dots": lambda at: f"{at.year}.{at.month}.{at.day} {at:%H:%M}",
    "full width": lambda at: f"{at:%Y/%m/%d %H:%M}".translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}),
    "chinese digits": lambda at: f"{at.year}年{at.month}月{at.day}日 {by_half(at, str)}",
    "chinese words": lambda at: f"民國{at.year - 1911}年{spoken(at.month)}月{spoken(at.day)}號{by_half(at, spoken)}",
    "with its weekday": lambda at: f"{at.year}年{at.month}月{at.day}日（{'一二三四五六日'[at.weekday()]}）{at:%H:%M}",
    "american": lambda at: f"{MONTHS[at.month - 1]} {at.day}, {at.year} at {twelve(at)} {at:%p}",
    "american in numbers": lambda at: f"{at.month}/{at.day}/{at.year} {twelve(at)}{at:%p}".lower(),
    "american with its weekday": lambda at: (
        f"{DAYS[at.weekday()]}, {MONTHS[at.month - 1][:3]}. {at.day}, {at.year}, {at:%H:%M}"
    ),
    "british": lambda at: f"{at.day} {MONTHS[at.month - 1]} {at.year}, {at:%H:%M}",
    "hour first": lambda at: f"at {twelve(at)}{at:%p} on {MONTHS[at.month - 1]} {at.day}, {at.year}",
}


@unhurried
@given(st.text() | st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_any_text_is_read_or_left_and_none_of_it_is_lost(typed: str) -> None:
    with contextlib.suppress(BadTime):
        if understood := understand(typed, NOW, TAIPEI):
            assert typed.endswith(understood.rest)
            assert typed.lstrip().startswith(understood.said)
            assert understood.wall == understood.wall.replace(second=0, microsecond=0, tzinfo=None)


@pytest.mark.parametrize("way", WRITTEN)
@settings(deadline=None, max_examples=60)
@given(
    at=st.datetimes(wall("2024-11-25 10:00"), wall("2028-11-25 10:00")),
    opening=st.sampled_from(
        ["新品", "3 tips", "12 ways", "今天的", "Monday", "May your", "10% off", "「", "#咖啡", ":tada:"]
    ),
    text=st.text(),
)
def test_a_time_is_read_back_however_it_is_written(way: str, at: datetime, opening: str, text: str) -> None:
    minute = at.replace(second=0, microsecond=0)
    understood = understand(f"{WRITTEN[way](minute)} {opening}{text}", NOW, TAIPEI)
    assert understood is not None
    assert (understood.wall, understood.rest) == (minute, opening + text)
    assert ("past" in understood.guessed) == (minute <= NOW.replace(tzinfo=None))
    assert not {"half", "day", "default_time"} & {*understood.guessed}


@unhurried
@given(st.datetimes(wall("2026-11-25 10:01"), wall("2027-09-25 00:00")))
def test_without_a_year_the_coming_date_is_meant(at: datetime) -> None:
    minute = at.replace(second=0, microsecond=0)
    for typed in (f"{at.month}/{at.day} {at:%H:%M} hi", f"{MONTHS[at.month - 1]} {at.day} {at:%H:%M} hi"):
        understood = understand(typed, NOW, TAIPEI)
        assert understood is not None
        assert understood.wall == minute
        assert ("year" in understood.guessed) == (at.year == 2027)


@pytest.mark.parametrize(
    "typed",
    [
        "tomorrow 9:30 " + "coffee 咖啡 " * 300, "a" * 3_000, "明天" * 1_500, "一" * 3_000, "1" * 3_000,
        " " * 3_000 + "x",
        "12/24" + " " * 3_000 + "x", "tomorrow" + " " * 3_000 + "at" + " " * 3_000 + "9x",
        "in " + " " * 3_000 + "3 hours",
        "Monday:" + "a" * 3_000, "明天 9:30 " + ":a" * 1_500, "明天 9:30 - " * 300, "12月24日" + "　" * 3_000 + "(四",
    ],
    ids=lambda typed: typed[:12].strip() or "spaces",
)  # fmt: skip
def test_three_thousand_characters_take_no_time(typed: str) -> None:
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        understand(typed, NOW, TAIPEI)
        taken.append(time.perf_counter() - begun)
    assert min(taken) < 0.05


def test_every_minute_of_a_day_is_read_as_it_is_said() -> None:
    for minutes in range(0, 24 * 60, 7):
        at = wall("2026-11-26 00:00") + timedelta(minutes=minutes)
        understood = understand(f"明天{by_half(at, spoken)} 新品", NOW, TAIPEI)
        assert understood is not None
        assert (understood.wall, understood.guessed) == (at, ())
