"""The feed, read back by a program that reads calendars: what it holds, and that its lines are as RFC 5545 wants."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar, Component

from bot.i18n import Words
from bot.posts.feed import SUMMARY_MOST, Revision, feed, new_token, same
from bot.posts.labels import states
from bot.posts.slot import Slot, State
from replies.text import clean
from tests.posts.slots import NOON, TAIPEI, TEXTS, many, slot

NOW = datetime(2026, 8, 1, tzinfo=UTC)


def written(slots: Iterable[Slot], **said: Any) -> bytes:
    usual: dict[str, Any] = {"name": "小編的貼文", "host": "desk.example", "now": NOW}
    return feed(slots, TAIPEI, **usual | said)


def read(slots: Iterable[Slot], **said: Any) -> list[Mapping[str, Any]]:
    """The events, as a reader of calendars understands them."""
    calendar = Component.from_ical(written(slots, **said))
    assert isinstance(calendar, Calendar)
    assert not calendar.errors
    assert all(not event.errors for event in calendar.events)
    return list(calendar.events)


def test_the_calendar_has_a_name_and_says_how_often_it_changes() -> None:
    for slots in ([], [slot()]):
        calendar: Mapping[str, Any] = Calendar.from_ical(written(slots))
        assert calendar["X-WR-CALNAME"] == calendar["NAME"] == "小編的貼文"
        assert calendar["X-WR-TIMEZONE"] == "Asia/Taipei"
        assert (calendar["VERSION"], calendar["METHOD"]) == ("2.0", "PUBLISH")
        assert calendar["REFRESH-INTERVAL"].dt == timedelta(minutes=15)


def test_an_event_says_when_where_and_what() -> None:
    post = slot(
        7,
        text="買一送一；只到週日\n第二行, 看這裡: https://shop.example/?a=1&b=2 \\o/",
        accounts=("coffee-fb", "line-oa"),
        pillar="優惠,活動",
        campaign="週年慶",
    )
    (event,) = read([post], states=states(Words("zh-TW")))
    assert event["UID"] == "post-7@desk.example"
    assert event["DTSTART"].dt == NOON
    assert event["DTSTART"].to_ical() == b"20260812T040000Z"
    assert event["DTEND"].dt > NOON
    assert event["SUMMARY"] == "買一送一；只到週日 第二行, 看這裡: https://shop.example/?a=1&b=2 \\o/"
    assert event["DESCRIPTION"] == f"已排程 · coffee-fb, line-oa · 優惠,活動 · 週年慶\n\n{post.text}"
    assert list(event["CATEGORIES"].cats) == ["優惠,活動", "週年慶"]


@pytest.mark.parametrize(
    ("state", "status"),
    [
        (State.DRAFT, "TENTATIVE"),
        (State.WAITING, "TENTATIVE"),
        (State.SCHEDULED, "CONFIRMED"),
        (State.HELD, "TENTATIVE"),
        (State.PUBLISHING, "CONFIRMED"),
        (State.PUBLISHED, "CONFIRMED"),
        (State.FAILED, "CONFIRMED"),
        (State.CANCELLED, "CANCELLED"),
    ],
)
def test_only_what_is_approved_is_certain(state: State, status: str) -> None:
    assert read([slot(state=state)])[0]["STATUS"] == status


def test_a_moved_post_keeps_its_name_and_each_time_of_a_recurring_one_has_its_own() -> None:
    later = NOON + timedelta(days=1)
    assert len({event["UID"] for event in read([slot(3), slot(3, later)])}) == 1
    names = [event["UID"] for event in read([slot(3, recurring=True), slot(3, later, recurring=True), slot(3)])]
    assert names[:2] == ["post-3-20260812T040000Z@desk.example", "post-3-20260813T040000Z@desk.example"]
    assert len(set(names)) == 3


def test_revisions_make_the_feed_the_same_whenever_it_is_asked_for() -> None:
    changed = {1: Revision(datetime(2026, 7, 30, 8, tzinfo=UTC), 4)}
    (event,) = read([slot()], revisions=changed)
    assert (event["LAST-MODIFIED"].dt, event["SEQUENCE"]) == (changed[1].at, 4)
    again = written([slot()], revisions=changed, now=NOW + timedelta(hours=1))
    assert written([slot()], revisions=changed) == again
    (event,) = read([slot(2)], revisions=changed)
    assert event["DTSTAMP"].dt == NOW
    assert "SEQUENCE" not in event


@given(st.text(max_size=400))
@example("\r\n\r\nEND:VEVENT\r\nBEGIN:VALARM")
@example(TEXTS[3] * 20)
@example("中" * 300)
@example("\ud800\x00\x1b\u2028;,:\\n\\")
def test_no_line_is_longer_than_75_octets_and_every_text_comes_back(text: str) -> None:
    raw = written([slot(text=text, pillar=text[:40])], name=text)
    lines = raw.split(b"\r\n")
    assert lines.pop() == b""
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    for line in lines:
        line.decode()  # No character is torn in two.
    (event,) = read([slot(text=text)])
    said = clean(text, len(text) + 1)
    assert event["DESCRIPTION"] == f"coffee-fb\n\n{said}" if said else "coffee-fb"
    assert 0 < len(event["SUMMARY"]) <= SUMMARY_MOST


def test_a_post_without_words_still_has_a_title() -> None:
    assert read([slot(12, text=" \u200b\n")])[0]["SUMMARY"] == "#12"


def test_two_thousand_posts_are_written_in_three_seconds() -> None:
    slots = many(2_000, date(2026, 1, 1), 365)
    began = time.process_time()
    raw = written(slots)
    assert time.process_time() - began < 3
    assert raw.count(b"BEGIN:VEVENT\r\n") == raw.count(b"END:VEVENT\r\n") == 2_000


def test_tokens_are_long_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens)


def test_a_token_is_the_same_as_itself_alone_whatever_somebody_sends() -> None:
    token = new_token()
    assert same(token, token)
    assert same("小編", "小編")
    for other in (token[:-1], token + "=", "", "小編", "\ud800", token.swapcase()):
        assert not same(token, other)
