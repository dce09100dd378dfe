"""The calendar as a message: what a day says, where the buttons lead, and that it fits however much there is."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from bot.i18n import LOCALES, Words
from bot.posts.calendar import Kind, Only, Page, page
from bot.posts.slot import Slot, State
from bot.sandbox.slack.limits import check_blocks
from bot.sandbox.slack.mrkdwn import pings
from handlers.ui import blocks as kit
from handlers.ui.blocks import Message
from handlers.ui.calendar import ANY, MARKS, MOST, Doors, Look, calendar_blocks, calendar_message
from tests.handlers.test_card import HOSTILE, parts
from tests.posts.slots import NOON, TAIPEI, many, slot

ENGLISH, CHINESE = Words("en"), Words("zh-TW")
DOORS = Doors(*(f"calendar.{name}" for name in ("previous", "next", "today", "kind", "account", "pillar", "state")))
WEDNESDAY = date(2026, 8, 12)


def around(day: date, slots: list[Slot], kind: Kind = Kind.WEEK, only: Only = Only()) -> Page:  # noqa: B008
    return page(slots, kind, day, TAIPEI, only)


def fits(message: Message) -> None:
    assert check_blocks(message.blocks, "message") == []
    assert len(message.blocks) <= 50
    assert message.size <= MOST
    assert 0 < len(message.text) <= kit.TEXT_MOST
    names = [block["block_id"] for block in message.blocks]
    assert len(set(names)) == len(names)


def sections(message: Message) -> list[str]:
    return [block["text"]["text"] for block in message.blocks if block["type"] == "section"]


def pressed(message: Message) -> dict[str, Look]:
    """Where each button leads."""
    return {
        part["action_id"]: Look.read(part["value"])
        for part in parts(message.blocks)
        if part.get("value", "")[:1] == "["
    }


def menus(message: Message) -> dict[str, dict[str, Any]]:
    return {part["action_id"]: part for part in parts(message.blocks) if part.get("type") == "static_select"}


def test_a_day_lists_its_posts_by_their_times_and_a_day_without_says_so() -> None:
    posts = [
        slot(2, NOON + timedelta(hours=3), state=State.FAILED, text="下午茶\n買一送一"),
        slot(1, accounts=("coffee-fb", "line-oa")),
    ]
    message = calendar_message(around(WEDNESDAY, posts), CHINESE, NOON, DOORS)
    said = sections(message)
    assert len(said) == 7
    assert said[2].splitlines() == [
        "*8 月 12 日（週三）*・今天",
        "12:00・coffee-fb、line-oa・:alarm_clock: 早安",
        "15:00・coffee-fb・:warning: 下午茶 買一送一",
    ]
    assert said[3].splitlines() == ["*8 月 13 日（週四）*", "–"]
    fits(message)


def test_a_screen_reader_hears_everything_with_the_states_in_words() -> None:
    posts = [slot(), slot(2, NOON + timedelta(days=1), text="", state=State.DRAFT)]
    text = calendar_message(around(WEDNESDAY, posts, Kind.MONTH), ENGLISH, NOON, DOORS).text
    assert text.splitlines() == [
        "August 2026",
        "2 posts · Asia/Taipei",
        "Wed, 12 August · today",
        "12:00 · coffee-fb · Scheduled: 早安",
        "Thu, 13 August",
        "12:00 · coffee-fb · Draft: No text yet",
    ]


def test_each_mark_is_explained_where_it_is_used() -> None:
    posts = [slot(n, state=state) for n, state in enumerate(State)]
    blocks = calendar_blocks(around(WEDNESDAY, posts), ENGLISH, NOON)
    legend = blocks[-1]["elements"][0]["text"]
    assert [legend.count(mark) for mark in MARKS.values()] == [1] * len(State)
    assert len(set(MARKS.values())) == len(State)
    assert ":warning: Failed 1" in legend


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
def test_an_empty_page_says_so_and_still_leads_on(kind: Kind, locale: str) -> None:
    words = Words(locale)
    message = calendar_message(around(WEDNESDAY, [], kind), words, NOON, DOORS)
    assert words(f"calendar.none_{kind}") in message.text
    assert sections(message) == [words(f"calendar.none_{kind}")]
    assert set(pressed(message)) == {DOORS.previous, DOORS.next, DOORS.kind}
    fits(message)


def test_buttons_lead_to_the_pages_around_with_the_same_filter() -> None:
    only = Only("coffee-fb", "人物", State.DRAFT)
    assert pressed(calendar_message(around(WEDNESDAY, [], only=only), ENGLISH, NOON, DOORS)) == {
        DOORS.previous: Look(Kind.WEEK, date(2026, 8, 3), only),
        DOORS.next: Look(Kind.WEEK, date(2026, 8, 17), only),
        DOORS.kind: Look(Kind.MONTH, WEDNESDAY, only),
    }
    ways = pressed(calendar_message(around(date(2026, 7, 30), [], only=only), ENGLISH, NOON, DOORS))
    assert ways[DOORS.today] == Look(Kind.WEEK, WEDNESDAY, only)
    assert ways[DOORS.kind].day == date(2026, 7, 30)
    ways = pressed(calendar_message(around(date(2026, 10, 5), [], Kind.MONTH), ENGLISH, NOON, DOORS))
    assert ways[DOORS.kind] == Look(Kind.WEEK, date(2026, 10, 1))


def test_menus_offer_what_there_is_and_show_what_is_chosen() -> None:
    posts = [slot(1, pillar="人物"), slot(2, accounts=("line-oa",), pillar="product")]
    only = Only(account="line-oa")
    message = calendar_message(around(WEDNESDAY, posts, only=only), CHINESE, NOON, DOORS)
    found = menus(message)
    assert [each["value"] for each in found[DOORS.account]["options"]] == [ANY, "coffee-fb", "line-oa"]
    assert [each["value"] for each in found[DOORS.pillar]["options"]] == [ANY, "product", "人物"]
    assert [each["value"] for each in found[DOORS.state]["options"]] == [ANY, *State]
    chosen = {name: each["initial_option"]["value"] for name, each in found.items()}
    assert chosen == {DOORS.account: "line-oa", DOORS.pillar: ANY, DOORS.state: ANY}
    row = next(block for block in message.blocks if "static_select" in str(block))
    assert Look.read(row["block_id"]) == Look(Kind.WEEK, date(2026, 8, 10), only)


def test_a_menu_holds_what_is_chosen_even_where_no_post_has_it() -> None:
    message = calendar_message(around(WEDNESDAY, [], only=Only("gone", "", State.HELD)), ENGLISH, NOON, DOORS)
    found = menus(message)
    assert found[DOORS.account]["initial_option"]["value"] == "gone"
    assert found[DOORS.state]["initial_option"]["value"] == "held"
    assert DOORS.pillar not in found
    fits(message)


def test_names_no_menu_can_hold_are_not_offered() -> None:
    odd = ('"' * 51, "a\nb", ANY, "ok", '"' * 50)
    posts = [slot(n, accounts=(name,), pillar=name) for n, name in enumerate(odd)]
    message = calendar_message(around(WEDNESDAY, posts), ENGLISH, NOON, DOORS)
    assert [each["value"] for each in menus(message)[DOORS.account]["options"]] == [ANY, '"' * 50, "ok"]
    fits(message)
    fits(calendar_message(around(WEDNESDAY, posts, only=Only('"' * 50, '"' * 50)), ENGLISH, NOON, DOORS))
    alone = calendar_message(around(WEDNESDAY, posts, only=Only('"' * 51)), ENGLISH, NOON, DOORS)
    assert menus(alone) == {}
    fits(alone)


def test_nothing_can_be_pressed_without_doors() -> None:
    blocks = calendar_blocks(around(WEDNESDAY, [slot()]), ENGLISH, NOON)
    assert not [part for part in parts(blocks) if "action_id" in part]


@pytest.mark.parametrize(
    "wrong", ["", "{}", "[]", '["week","2026-08-10","","",1]', '["year","2026-08-10","","",""]', "[" * 9]
)
def test_what_is_no_look_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's, date's and ours alike
        Look.read(wrong)


def overfull() -> Iterator[tuple[str, list[Slot]]]:
    """Months that are hard to fit: by number, by texts Slack's escapes lengthen, by names."""
    first = date(2026, 8, 1)
    yield "many", many(10_000, first, 31)
    for text in (HOSTILE * 3, "&" * 500, '"\\' * 300, "👨‍👩‍👧" * 100, "長" * 500):
        yield (
            text[:9],
            [
                slot(
                    post.post,
                    post.at,
                    text=text,
                    accounts=(f"{text[:60]}{post.post % 40}",),
                    pillar=f"{post.post % 40}{text[:40]}",
                )
                for post in many(600, first, 31)
            ],
        )


@pytest.mark.parametrize(
    ("about", "slots"), list(overfull()), ids=lambda each: repr(each) if isinstance(each, str) else ""
)
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
def test_however_much_there_is_it_fits_and_says_what_it_leaves_out(
    kind: Kind, locale: str, about: str, slots: list[Slot]
) -> None:
    words, shown = Words(locale), around(WEDNESDAY, slots, kind)
    message = calendar_message(shown, words, NOON, DOORS)
    fits(message)
    pattern = re.escape(words("calendar.more", n=7)).replace("7", r"(\d+)")
    for day, said in zip(shown.days, sections(message), strict=True):
        left = re.search(f"^_{pattern}_$", said, re.MULTILINE)
        listed = sum(bool(re.match(r"\d\d:\d\d", line)) for line in said.splitlines())
        assert listed >= 1
        assert listed + (int(left[1]) if left else 0) == len(day.slots)
    assert pings(message.text, message.blocks) == []


def test_a_month_of_ten_thousand_posts_is_written_in_three_hundred_milliseconds() -> None:
    slots, spent = many(10_000, date(2026, 8, 1), 31), []
    for _ in range(3):
        began = time.process_time()
        calendar_message(around(WEDNESDAY, slots, Kind.MONTH), CHINESE, NOON, DOORS)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.3
