"""The card of a post: what each state says and offers, every text literal and whole, within every limit of Slack's."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LOCALES, Words
from bot.posts.slot import State
from bot.store.models import Phase
from bot.team import PostCard, PostPart, PostTarget
from tests.handlers.conftest import Office
from tests.handlers.post_cards import (
    CHINESE,
    ENGLISH,
    NOW,
    OUT,
    STAMP,
    buttons,
    drawn,
    offered,
    post,
    quoted,
    target,
    thread,
    whole,
)
from tests.handlers.test_card import HOSTILE

STATES = {
    "changes": (
        post(state="draft", by="U0EMMA", note="語氣太硬"),
        "Emma asks for changes",
        "Emma 退回修改",
        ["post.edit", "post.submit", "post.cancel"],
    ),
    "draft": (post(state="draft"), "Draft", "草稿", ["post.edit", "post.submit", "post.cancel"]),
    "waiting": (
        post(),
        "Waiting for approval",
        "等待核准",
        ["post.approve", "post.edit", "post.changes", "post.cancel"],
    ),
    "step": (
        post(wanted=("", "U0EMMA"), approved=("U0PINYU",)),
        "Waiting for approval by Emma (step 2 of 2)",
        "等待 Emma 核准（第 2 關，共 2 關）",
        ["post.approve", "post.edit", "post.changes", "post.cancel"],
    ),
    "scheduled": (
        post(state="scheduled", approved=("U0EMMA",)),
        "Scheduled, approved by Emma",
        "已排程，Emma 核准",
        ["post.edit", "post.move", "post.publish", "post.cancel", "post.copy"],
    ),
    "series": (
        post(state="scheduled", rule="FREQ=DAILY"),
        "A series that repeats",
        "定期重複的系列貼文",
        ["post.edit", "post.move", "post.pause", "post.cancel", "post.copy"],
    ),
    "paused": (
        post(state="scheduled", rule="FREQ=DAILY", paused=True, by="U0EMMA"),
        "Series paused by Emma",
        "Emma 已暫停這個系列",
        ["post.edit", "post.move", "post.resume", "post.cancel", "post.copy"],
    ),
    "unapproved": (
        post(state="held", held="unapproved", by="clock"),
        "On hold: it was not approved in time",
        "暫緩發布：沒有在時間內核准",
        ["post.approve", "post.move", "post.cancel"],
    ),
    "late": (
        post(state="held", held="late", by="clock"),
        "On hold: its time passed before it could go out",
        "暫緩發布：時間已經過了還沒發出",
        ["post.publish", "post.move", "post.cancel"],
    ),
    "brake": (
        post(state="held", held="brake", by="clock"),
        "On hold: the brake was on when it was due",
        "暫緩發布：時間到的時候正在緊急停發",
        ["post.publish", "post.move", "post.cancel"],
    ),
    "publishing": (post(state="publishing", targets=(thread("sent", "sending"),)), "Publishing…", "發布中……", []),
    "published": (
        post(state="published", by="outbox", targets=(OUT,)),
        "Published",
        "已發布",
        ["post.copy", "item.open"],
    ),
    "failed": (
        post(state="failed", by="outbox", targets=(thread("sent", "failed"),)),
        "Not everything went out",
        "沒有全部發布",
        ["post.again", "post.leave"],
    ),
    "unsure": (
        post(state="failed", by="outbox", targets=(thread("unsure"),)),
        "Nobody can tell whether all of it went out",
        "無法確定是否全部發出",
        ["part.mark_sent", "part.send_again", "post.leave"],
    ),
    "cancelled": (post(state="cancelled", by="U0EMMA"), "Cancelled by Emma", "Emma 已取消", ["post.copy"]),
    "skipped": (
        post(state="cancelled", by="clock"),
        "its time passed while nobody was there",
        "已經錯過",
        ["post.copy"],
    ),
    "dropped": (post(state="cancelled", by="outbox"), "nothing of it is public", "沒有任何內容公開", ["post.copy"]),
}


@pytest.mark.parametrize("name", STATES)
def test_each_state_says_what_it_is_and_offers_the_way_on(name: str) -> None:
    card, english, chinese, actions = STATES[name]
    for words, banner in ((ENGLISH, english), (CHINESE, chinese)):
        message = drawn(card, words)
        assert banner in message.text.splitlines()[0]
        assert banner in message.blocks[0]["text"]["text"]
        assert [button["action_id"] for button in buttons(message)] == actions


@pytest.mark.parametrize("name", STATES)
def test_a_button_names_the_post_and_what_its_card_shows(name: str) -> None:
    found = {button["action_id"]: button for button in buttons(drawn(STATES[name][0]))}
    for action, button in found.items():
        if action.startswith("post."):
            assert button["value"] == f"12::{STAMP}"
            assert "Post #12" in button["accessibility_label"]
    asked = {action for action, button in found.items() if "confirm" in button}
    assert asked == set(found) & {"post.cancel", "post.publish", "part.send_again"}
    assert {action for action, button in found.items() if button.get("style") == "primary"} <= {
        "post.approve",
        "post.again",
    }


def test_what_was_asked_to_be_changed_stands_on_the_card() -> None:
    message = drawn(STATES["changes"][0], CHINESE)
    assert "語氣太硬" in quoted(message)
    assert "要修改的地方：語氣太硬" in message.text
    assert "再次送審" in [button["text"]["text"] for button in buttons(message)]


def test_the_time_is_said_in_the_readers_zone_and_as_people_said_it() -> None:
    card = post()
    assert card.at is not None
    for words, said in ((ENGLISH, "Wed 2026-11-25 20:00, Taipei time"), (CHINESE, "週三 2026-11-25 20:00，台北時間")):
        message = drawn(card, words)
        assert said in message.text
        assert said in whole(message)
        assert f"<!date^{int(card.at.timestamp())}^" in whole(message)
    assert "Goes out" in drawn(card).text
    assert "Was due" in drawn(card, now=NOW + timedelta(days=9)).text
    assert "Indiana/Knox time" in drawn(post(zone="America/Indiana/Knox")).text
    assert "2026-11-25 12:00 UTC" in drawn(post(zone="Middle/Earth")).text
    assert "as soon as it is approved" in drawn(post(at=None)).text


def test_a_series_says_how_often_and_one_of_its_times_says_which_series() -> None:
    assert "Repeats every week on Mon, Thu" in drawn(post(rule="FREQ=WEEKLY;BYDAY=MO,TH")).text
    assert "重複：每週的週一、週四" in drawn(post(rule="FREQ=WEEKLY;BYDAY=MO,TH"), CHINESE).text
    assert "One time of the series #4" in drawn(post(series=4)).text


def test_who_wrote_it_who_approved_it_and_its_tags_are_named() -> None:
    card = post(approved=("U0EMMA",), wanted=("", ""), pillar="新品", intervention="抽獎", campaign="聖誕")
    for part in ("By 林品妤", "Approved by Emma", "Pillar: 新品", "Intervention: 抽獎", "Campaign: 聖誕"):
        assert part in drawn(card).text
        assert part in whole(drawn(card))


@pytest.mark.parametrize("words", [ENGLISH, CHINESE])
def test_what_does_not_fit_is_read_whole_and_not_approved(words: Words) -> None:
    targets = tuple(target(f"account{n}", *(f"{n}{p}" + "字" * 498 for p in "abc")) for n in range(10))
    card = post(targets=targets)
    assert offered(card, words) == ["post.preview", "post.edit", "post.changes", "post.cancel"]
    assert words("post_card.not_whole") in drawn(card, words).text + whole(drawn(card, words))
    fitting = post(targets=targets[:5])
    assert offered(fitting, words)[0] == "post.approve"
    assert len(quoted(drawn(fitting, words))) == 15


@pytest.mark.parametrize("text", ["長" * 3001, "hidden\u202e text", "bro\ud800ken", "a" + "\n" * 9 + "b"])
def test_a_text_that_cannot_be_shown_as_it_is_cannot_be_approved(text: str) -> None:
    for card in (
        post(targets=(target("brand", text),)),
        post(comment=text),
        post(state="held", held="unapproved", comment=text),
    ):
        assert offered(card)[0] == "post.preview"
        assert "post.approve" not in offered(card)


def test_plainer_blocks_whose_words_may_be_cut_offer_no_approval() -> None:
    message = drawn(post())
    plain = [each["action_id"] for block in message.plain().blocks if "elements" in block for each in block["elements"]]
    assert plain == ["post.preview", "post.edit", "post.changes", "post.cancel"]


def test_every_update_has_new_block_ids() -> None:
    first, second = (drawn(post(version=n)).blocks for n in (1, 2))
    assert not {block["block_id"] for block in first} & {block["block_id"] for block in second}


hostile = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.sampled_from([HOSTILE, "字" * 5000, "<" * 3000, '"\\' * 2000, "", " ", "\u200b", "👩‍👩‍👧‍👦" * 400, "\n" * 50]),
)
urls = st.sampled_from([None, "https://x.example/" + "a" * 470, "https://evil.example/<!channel>"])
phase = st.sampled_from(["", *Phase])
parts = st.builds(PostPart, hostile, st.integers(0, 9999), phase, st.sampled_from([None, 2**62]), hostile, urls)
targets = st.builds(
    PostTarget,
    hostile,
    st.one_of(hostile, st.just("square")),
    st.lists(parts, max_size=8).map(tuple),
    st.sampled_from([0, 500]),
    st.sampled_from(["utf16", "else"]),
    st.lists(st.tuples(hostile, st.dictionaries(st.just("type"), hostile)), max_size=9).map(tuple),
    st.one_of(st.none(), parts),
    urls,
)
cards = st.builds(
    post,
    post=st.just(2**62),
    state=st.sampled_from([*State]),
    targets=st.lists(targets, max_size=22).map(tuple),
    media=st.lists(st.tuples(hostile, hostile), max_size=12).map(tuple),
    comment=hostile,
    pillar=hostile,
    intervention=hostile,
    campaign=hostile,
    at=st.sampled_from([None, NOW]),
    zone=st.one_of(hostile, st.just("Asia/Taipei")),
    rule=st.one_of(hostile, st.just("FREQ=DAILY"), st.just("")),
    approved=st.lists(st.just("U0EMMA"), max_size=20).map(tuple),
    stamp=st.just("s" * 64),
    by=st.one_of(st.none(), hostile),
    note=st.one_of(st.none(), hostile),
    held=st.one_of(st.none(), hostile, st.just("unapproved")),
    paused=st.booleans(),
    warned=st.lists(
        st.tuples(st.sampled_from(["holiday", "same_text", "unheard_of"]), st.just({"name": HOSTILE, "days": 3})),
        max_size=20,
    ).map(tuple),
    measured=st.lists(
        st.tuples(hostile, hostile, st.dictionaries(hostile, st.integers(0, 10**12), max_size=30)), max_size=20
    ).map(tuple),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])
@given(card=cards, locale=st.sampled_from(LOCALES))
def test_any_card_fits_and_pings_nobody(card: PostCard, locale: str) -> None:
    message = drawn(card, Words(locale))
    assert "\u202e" not in whole(message) + message.text


async def test_the_card_stands_in_the_channel_and_is_kept_up_to_date(office: Office) -> None:
    await office.start(serve=False)
    key = uuid4()
    place = await office.slack.team.show_post(post(wanted=("U0EMMA",)), key)
    (call,) = await office.log("chat.postMessage")
    assert call["args"]["metadata"] == {"event_type": "xiaobian_card", "event_payload": {"key": str(key)}}
    shown = await office.message(place)
    assert shown is not None
    assert "的貼文 #12：等待" in shown["text"]
    await office.slack.team.refresh(place, post(state="cancelled", version=4))
    shown = await office.message(place)
    assert shown is not None
    assert "已取消" in shown["text"]
