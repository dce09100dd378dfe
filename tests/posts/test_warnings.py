"""What people are told stands against a time, and what they are not told."""

from __future__ import annotations

import random
import time as clock
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.posts.slot import Slot, State
from bot.posts.warnings import Rules, Warned, warnings

TAIPEI = ZoneInfo("Asia/Taipei")
NEW_YORK = ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SALE = "週年慶開跑！全館滿千折百，再抽日月潭雙人住宿券。活動只到 11 月 30 日，手刀下單不要錯過～"
MARKET = "週末市集就在草悟道！星期六下午兩點起，現場有手作體驗和街頭音樂，歡迎帶毛小孩一起來逛～"
NOON = datetime(2026, 11, 20, 12, tzinfo=TAIPEI).astimezone(UTC)
NOW = NOON - 3 * DAY
SLOT = Slot(1, NOON, ("page", "channel"), State.WAITING, SALE)
OTHER = Slot(2, NOON + 2 * DAY, ("page",), State.SCHEDULED, MARKET)
NIGHT = Rules(quiet=(time(22), time(8)))


def said(
    slot: Slot = SLOT,
    *others: Slot,
    rules: Rules | None = None,
    zone: ZoneInfo = TAIPEI,
    now: datetime = NOW,
    token_ends: dict[str, datetime] | None = None,
    wall: datetime | None = None,
) -> list[Warned]:
    return warnings(slot, others, rules or Rules(), zone, now, token_ends or {}, wall=wall)


def at(hour: int, minute: int = 0) -> Slot:
    """The post at another time of its day in Taipei."""
    return replace(SLOT, at=datetime(2026, 11, 20, hour, minute, tzinfo=TAIPEI).astimezone(UTC))


def test_nothing_is_said_where_nothing_stands_against_it() -> None:
    assert said(SLOT, OTHER, rules=NIGHT, token_ends={"page": NOON + HOUR, "elsewhere": NOW}) == []


def test_everything_against_one_time_is_said_the_worst_first() -> None:
    slot = replace(at(23), post=1)
    day = date(2026, 11, 20)
    rules = Rules((time(22), time(8)), blackouts={day: "選舉"}, holidays={day: "補假"})
    repeated = replace(OTHER, post=3, at=slot.at - 40 * DAY / 2, text=SALE)
    close = replace(OTHER, at=slot.at - HOUR / 2)
    found = said(slot, repeated, close, rules=rules, now=slot.at, token_ends={"channel": slot.at})
    assert found == [
        Warned("token_ends", {"account": "channel", "at": "2026-11-20 23:00"}),
        Warned("blackout", {"date": "2026-11-20", "name": "選舉"}),
        Warned("same_text", {"post": 3, "days": 20, "share": 100}),
        Warned("too_close", {"minutes": 0}),
        Warned("quiet_hours", {"start": "22:00", "end": "08:00"}),
        Warned("same_hour", {"post": 2, "account": "page"}),
        Warned("holiday", {"name": "補假"}),
    ]
    assert said(slot, close, repeated, rules=rules, now=slot.at, token_ends={"channel": slot.at}) == found


@pytest.mark.parametrize(
    ("hour", "minute", "quiet"),
    [(21, 59, False), (22, 0, True), (23, 30, True), (0, 0, True), (7, 59, True), (8, 0, False)],
)
def test_quiet_hours_pass_midnight_in_the_zone_of_the_team(hour: int, minute: int, quiet: bool) -> None:
    assert bool(said(at(hour, minute), rules=NIGHT)) == quiet


@pytest.mark.parametrize(("hour", "quiet"), [(11, False), (12, True), (13, True), (14, False)])
def test_quiet_hours_may_lie_within_a_day(hour: int, quiet: bool) -> None:
    assert bool(said(at(hour), rules=Rules(quiet=(time(12), time(14))))) == quiet


def test_a_day_is_a_day_of_the_zone_of_the_team() -> None:
    early = at(1)  # in UTC it is still the nineteenth
    assert said(early, rules=Rules(holidays={date(2026, 11, 20): "補假"})) == [Warned("holiday", {"name": "補假"})]
    assert said(early, rules=Rules(blackouts={date(2026, 11, 19): "選舉"})) == []


@pytest.mark.parametrize(("minutes", "expected"), [(5, []), (4, [4]), (0, [0]), (-90, [0])])
def test_a_time_in_less_than_five_minutes_is_too_close(minutes: int, expected: list[int]) -> None:
    found = said(now=NOON - timedelta(minutes=minutes))
    assert found == [Warned("too_close", {"minutes": left}) for left in expected]


@pytest.mark.parametrize(("left", "warned"), [(-DAY, True), (timedelta(), True), (timedelta(seconds=1), False)])
def test_a_token_that_ends_before_the_post_is_due_is_named(left: timedelta, warned: bool) -> None:
    assert bool(said(token_ends={"page": NOON + left, "elsewhere": NOW})) == warned


@pytest.mark.parametrize("state", State)
def test_the_same_text_counts_unless_that_post_is_cancelled_or_failed(state: State) -> None:
    again = replace(OTHER, text=f"{SALE}\nhttps://shop.example.tw/?utm_source=ig", state=state)
    keys = [each.key for each in said(SLOT, again)]
    assert keys == ([] if state in (State.CANCELLED, State.FAILED) else ["same_text"])


@pytest.mark.parametrize(
    "other",
    [
        replace(OTHER, text=SALE, accounts=("forum",)),
        replace(OTHER, text=SALE, at=NOON + 31 * DAY),
        replace(OTHER, text=SALE, at=NOON - 31 * DAY),
        replace(OTHER, text=SALE, post=SLOT.post),
        replace(OTHER, text=MARKET),
    ],
    ids=["another account", "a month later", "a month before", "its own other time", "other words"],
)
def test_what_is_not_the_same_text_nearby_is_not_held_against_it(other: Slot) -> None:
    assert said(SLOT, other) == []


def test_a_post_without_words_repeats_nothing() -> None:
    assert said(replace(SLOT, text=""), replace(OTHER, text="")) == []


def test_of_many_the_most_alike_is_named_and_of_equals_the_nearest() -> None:
    far = replace(OTHER, post=5, at=NOON - 9 * DAY, text=SALE)
    near = replace(OTHER, post=6, at=NOON + 4 * DAY, text=SALE)
    nearly = replace(OTHER, post=7, at=NOON + DAY, text=SALE.replace("30 日", "29 日"))
    assert said(SLOT, far, nearly, near) == [Warned("same_text", {"post": 6, "days": 4, "share": 100})]
    (warned,) = said(SLOT, nearly)
    assert warned.params["post"] == 7
    assert 90 <= int(warned.params["share"]) < 100


def test_another_post_within_the_hour_is_named_for_every_account_they_share() -> None:
    both = replace(OTHER, at=NOON + HOUR * 0.9, accounts=("channel", "page"))
    nearer = replace(OTHER, post=3, at=NOON - HOUR / 4, accounts=("channel",))
    cancelled = replace(OTHER, post=4, at=NOON, state=State.CANCELLED)
    exactly = replace(OTHER, post=5, at=NOON + HOUR)
    assert said(SLOT, both, nearer, cancelled, exactly) == [
        Warned("same_hour", {"post": 2, "account": "page"}),
        Warned("same_hour", {"post": 3, "account": "channel"}),
    ]


def test_two_times_of_one_recurring_post_around_it_are_said_once() -> None:
    around = [replace(OTHER, at=NOON + side * HOUR / 2, recurring=True) for side in (-1, 1)]
    assert said(SLOT, *around) == [Warned("same_hour", {"post": 2, "account": "page"})]


def test_a_time_the_clocks_skip_is_said_of_the_time_somebody_asked_for() -> None:
    asked = datetime.fromisoformat("2026-03-08T02:30")
    slot = replace(SLOT, at=datetime(2026, 3, 8, 7, 30, tzinfo=UTC))
    early = slot.at - DAY
    assert said(slot, zone=NEW_YORK, now=early, wall=asked) == [Warned("skipped_hour", {"zone": "America/New_York"})]
    assert said(slot, zone=NEW_YORK, now=early) == []


def test_a_time_the_clocks_show_twice_is_said() -> None:
    first, second = (replace(SLOT, at=datetime(2026, 11, 1, hour, 30, tzinfo=UTC)) for hour in (5, 6))
    for slot in (first, second):
        found = said(slot, zone=NEW_YORK, now=slot.at - DAY)
        assert found == [Warned("doubled_hour", {"zone": "America/New_York"})]


def test_two_thousand_other_posts_are_looked_through_in_a_blink() -> None:
    draw = random.Random(11)
    others = [
        Slot(
            post=n + 2,
            at=NOON + draw.uniform(-29, 29) * DAY,
            accounts=("page", "forum"),
            state=State.SCHEDULED,
            text="".join(draw.choices(SALE + MARKET, k=draw.randint(60, 240))) + f" https://shop.example.tw/{n} #台中",
        )
        for n in range(2_000)
    ]
    others[1_234] = replace(others[1_234], text=f"{SALE} #週年慶")
    spent = []
    for _ in range(5):
        started = clock.process_time()
        found = said(SLOT, *others)
        spent.append(clock.process_time() - started)
    assert found[0].params["post"] == others[1_234].post
    assert min(spent) < 0.02, f"{min(spent) * 1e3:.1f} ms"
