"""The card: what each state shows and offers, literal whatever the audience wrote, within every limit of Slack's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.desk.board import AccountLine, Queue, QueueLine, Status
from bot.desk.drafting import Preview
from bot.i18n import LOCALES, Words
from bot.sandbox.slack.limits import check_blocks, check_view
from bot.sandbox.slack.mrkdwn import pings
from bot.store.models import State
from bot.team import Card, CardSuggestion, Exchange, Notice, Place, Trouble
from handlers.ui import blocks as kit
from handlers.ui import home, modals
from handlers.ui import text as txt
from handlers.ui.card import render
from handlers.ui.notice import render_notice
from handlers.ui.text import Staff
from tests.handlers.fake_desk import NOW, card

ENGLISH, CHINESE = Words("en"), Words("zh-TW")
STAFF = Staff({"U0PINYU": "林品妤"}, ("S0APPROVERS",))
HOSTILE = (
    "<!channel> <@U0PINYU> <!subteam^S0APPROVERS> <https://evil.example|nice> &lt;!here&gt; *b* `c` :tada: "
    "\u202eabc\u202c\u200b\u2066x\ud800 @channel\n> quote"
)


def parts(value: object) -> Iterator[dict[str, Any]]:
    """Every object inside."""
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from parts(each)


def buttons(shown: Card, words: Words = ENGLISH) -> list[str]:
    """The action ids on a card, in order."""
    return [part["action_id"] for part in parts(render(shown, words, NOW, STAFF).blocks) if "action_id" in part]


def said(shown: Card, words: Words = ENGLISH) -> str:
    """The card's text for screen readers."""
    return render(shown, words, NOW, STAFF).text


def whole(blocks: object) -> str:
    return json.dumps(blocks, ensure_ascii=False)


def fits(shown: Card, words: Words = ENGLISH, staff: Staff = STAFF) -> None:
    """Slack takes the card, the sandbox being the judge, and it pings nobody."""
    message = render(shown, words, NOW, staff)
    assert check_blocks(message.blocks, "message") == []
    assert message.size <= kit.BLOCKS_MOST
    assert 0 < txt.units(message.text) <= kit.TEXT_MOST
    called = set(pings(message.text, message.blocks))
    assert called <= ({"S0APPROVERS"} if shown.state == State.ESCALATED else set())
    json.dumps(message.blocks, ensure_ascii=False).encode()


def test_an_open_card_shows_everything_a_decision_needs() -> None:
    shown = card(
        edited_at=NOW,
        parent_text="請問幾點開門",
        attachments=("photo",),
        exchanges=(Exchange("早安", NOW - timedelta(days=2), "answered", "早安！"),),
        exchanges_total=4,
    )
    message = render(shown, CHINESE, NOW, STAFF)
    for held in (whole(message.blocks), message.text):
        for word in (
            "小美",
            "@mei",
            "廣場",
            "正體中文",
            "3 分鐘前",
            "新品上市",
            "請問幾點開門",
            "謝謝，很好喝",
            "photo",
        ):
            assert word in held, word
        for word in (
            "先前有 4 則",
            "2 天前：「早安」",
            "我們回：「早安！」",
            "建議 1",
            "謝謝你！",
            "依據：謝謝・很接近",
        ):
            assert word in held, word
    assert "已編輯" in whole(message.blocks)


def test_an_open_card_offers_every_button() -> None:
    assert buttons(card()) == [
        "item.approve",
        "item.edit",
        "item.edit",
        "item.claim",
        "item.snooze",
        "item.ignore",
        "item.escalate",
        "item.person",
        "item.open",
    ]


def test_the_send_button_carries_what_approval_is_bound_to() -> None:
    shown = card()
    (send,) = [part for part in parts(render(shown, ENGLISH, NOW).blocks) if part.get("action_id") == "item.approve"]
    assert send["value"] == f"1:11:{shown.suggestions[0].stamp}"
    assert send["style"] == "primary"


def test_only_the_first_suggestion_is_primary() -> None:
    three = tuple(CardSuggestion(n, f"回覆 {n}", "t", 0.5, (), "s") for n in (1, 2, 3))
    blocks = render(card(suggestions=three), ENGLISH, NOW).blocks
    assert [part.get("style") for part in parts(blocks) if part.get("action_id") == "item.approve"] == [
        "primary",
        None,
        None,
    ]


def test_a_suggestion_not_shown_whole_cannot_be_sent_from_the_card() -> None:
    for text in ("長" * 801, "hidden\u202e text", "bro\ud800ken"):
        shown = card(suggestions=(CardSuggestion(1, text, "t", 0.5, (), "s"),))
        assert "item.approve" not in buttons(shown)
        assert "press “Edit” to see exactly" in whole(render(shown, ENGLISH, NOW).blocks)


def test_a_whole_suggestion_is_shown_character_by_character() -> None:
    text = "*謝謝* <你> &amp; :tada:\n下次見"
    shown = card(suggestions=(CardSuggestion(1, text, "t", 0.5, (), "s"),))
    assert {"type": "text", "text": text} in list(parts(render(shown, ENGLISH, NOW).blocks))


def test_a_card_without_suggestions_says_so() -> None:
    assert "No template fits" in said(card(suggestions=()))
    assert "cannot be answered from here" in said(card(can_reply=False))
    assert "item.edit" not in buttons(card(can_reply=False))


@pytest.mark.parametrize(
    ("changes", "word", "offered"),
    [
        ({"claimed_by": "U0PINYU"}, "林品妤 is working on this", "item.release"),
        ({"state": "snoozed", "by": "U0PINYU", "snoozed_until": NOW}, "Snoozed by 林品妤 until", "item.reopen"),
        ({"state": "escalated", "by": "U0PINYU", "note": "refund?"}, "refund?", "item.approve"),
        ({"state": "answering", "by": "U0PINYU", "reply": "好的"}, "Sending… approved by 林品妤", "item.open"),
        ({"state": "answered", "by": "U0PINYU", "reply": "好的"}, "Answered by 林品妤", "item.reopen"),
        ({"state": "answered", "by": "platform"}, "Answered on the platform itself", "item.reopen"),
        ({"state": "ignored", "by": "U0PINYU"}, "Ignored by 林品妤", "item.reopen"),
    ],
)
def test_each_state_says_what_it_is_and_offers_the_way_on(changes: dict[str, object], word: str, offered: str) -> None:
    shown = card(**changes)  # type: ignore[arg-type]
    assert word in said(shown)
    assert offered in buttons(shown)
    for words in (ENGLISH, CHINESE):
        fits(shown, words)


def test_an_answered_card_shows_the_exact_reply_and_where_it_is() -> None:
    blocks = render(
        card(state="answered", by="U0PINYU", reply="*好*", reply_url="https://x.example/1"), ENGLISH, NOW
    ).blocks
    assert {"type": "text", "text": "*好*"} in list(parts(blocks))
    assert {"type": "link", "url": "https://x.example/1", "text": "See it on the platform"} in list(parts(blocks))


def test_a_deleted_card_keeps_no_text_and_no_button() -> None:
    shown = card(state="deleted", by="platform", text="", suggestions=())
    assert buttons(shown) == []
    assert "no longer kept" in said(shown)


@pytest.mark.parametrize(
    ("trouble", "detail", "word"),
    [
        (Trouble.UNSURE, None, "the platform cannot tell"),
        (Trouble.REJECTED, "too_long", "Shorten it"),
        (Trouble.REJECTED, "never_heard_of", "Change the text"),
        (Trouble.EDITED, None, "held back"),
        (Trouble.WAITING, None, "goes out by itself"),
        (Trouble.AUTH, None, "refuses our access"),
    ],
)
def test_each_trouble_says_what_to_do(trouble: Trouble, detail: str | None, word: str) -> None:
    assert word in said(card(trouble=trouble, trouble_detail=detail, delivery=5, reply="好"))


def test_only_the_unsure_are_asked_and_sending_again_is_confirmed() -> None:
    shown = card(state="answering", by="U0PINYU", trouble=Trouble.UNSURE, delivery=5, reply="好")
    assert buttons(shown)[:2] == ["delivery.mark_sent", "delivery.send_again"]
    again = [
        part for part in parts(render(shown, ENGLISH, NOW).blocks) if part.get("action_id") == "delivery.send_again"
    ]
    assert "twice" in again[0]["confirm"]["text"]["text"]
    assert "delivery.send_again" not in buttons(replace(shown, trouble=Trouble.WAITING))


def test_hostile_words_are_literal_and_reach_nobody() -> None:
    shown = card(
        text=HOSTILE,
        author=HOSTILE,
        handle=HOSTILE,
        account=HOSTILE,
        post_text=HOSTILE,
        parent_text=HOSTILE,
        attachments=(HOSTILE,),
        language=HOSTILE,
        kind=HOSTILE,
        platform=HOSTILE,
        exchanges=(Exchange(HOSTILE, NOW, "answered", HOSTILE),),
        exchanges_total=1,
        suggestions=(CardSuggestion(1, HOSTILE, "t", 0.5, (HOSTILE,), "s"),),
        url="https://evil.example/<!channel>",
        post_url="javascript:alert(1)",
    )
    for words in (ENGLISH, CHINESE):
        fits(shown, words)
    message = render(shown, ENGLISH, NOW, STAFF)
    assert "\u202e" not in whole(message.blocks) + message.text
    assert "\u200b" not in whole(message.blocks)
    assert not [part for part in parts(message.blocks) if part.get("type") == "link" or "url" in part]


def test_a_comment_of_40000_characters_is_cut_with_a_note() -> None:
    shown = card(text="字" * 40_000)
    fits(shown)
    assert "1500 of 40000 characters" in said(shown)


def test_the_worst_card_still_fits() -> None:
    bad = '"\\' * 20_000
    url = "https://x.example/" + "a" * 470
    for text in (bad, "\n<&>" * 9000, "👩‍👩‍👧‍👦" * 5000, "\u0301" * 4000, ""):
        shown = card(
            text=text,
            author=text[:300],
            handle=text[:300],
            account=text[:300],
            post_text=text,
            parent_text=text,
            attachments=tuple(text[:300] for _ in range(30)),
            exchanges=tuple(Exchange(text, NOW, "answered", text) for _ in range(9)),
            exchanges_total=9,
            suggestions=tuple(CardSuggestion(n, text[:4000], "t", 0.5, (text,) * 50, "s" * 64) for n in range(5)),
            url=url,
            post_url=url,
            reply_url=url,
            note=text,
            claimed_by="U0PINYU",
            trouble=Trouble.REJECTED,
            trouble_detail=text[:100],
            reply=text,
            delivery=2**62,
            by=text[:50],
        )
        for state in State:
            for words in (ENGLISH, CHINESE):
                fits(replace(shown, state=state, item=2**62, version=2**62), words)


hostile = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.sampled_from([HOSTILE, "字" * 5000, "<" * 3000, "a" * 300, "", " ", "\u200b", "👩‍👩‍👧‍👦" * 400]),
)
maybe = st.one_of(st.none(), hostile)
cards = st.builds(
    card,
    state=st.sampled_from([*State]),
    author=hostile,
    handle=maybe,
    text=hostile,
    account=hostile,
    platform=hostile,
    kind=hostile,
    language=maybe,
    url=maybe,
    post_text=maybe,
    post_url=maybe,
    parent_text=maybe,
    note=maybe,
    reply=maybe,
    reply_url=maybe,
    by=maybe,
    claimed_by=st.one_of(st.none(), st.just("U0PINYU")),
    attachments=st.tuples(hostile),
    suggestions=st.lists(
        st.builds(
            CardSuggestion, st.integers(0, 99), hostile, st.just("t"), st.floats(0, 1), st.tuples(hostile), st.just("s")
        ),
        max_size=4,
    ).map(tuple),
    exchanges=st.lists(st.builds(Exchange, hostile, st.just(NOW), st.just("answered"), maybe), max_size=4).map(tuple),
    exchanges_total=st.integers(0, 9),
    trouble=st.one_of(st.none(), st.sampled_from([*Trouble])),
    trouble_detail=maybe,
    delivery=st.one_of(st.none(), st.just(7)),
    can_reply=st.booleans(),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shown=cards, locale=st.sampled_from(LOCALES))
def test_any_card_fits_and_pings_nobody(shown: Card, locale: str) -> None:
    fits(shown, Words(locale))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shown=cards, text=hostile, locale=st.sampled_from(LOCALES))
def test_any_window_fits(shown: Card, text: str, locale: str) -> None:
    words = Words(locale)
    start = Preview(1, txt.cleaned(text, 3000) or "x", 5, 500, "utf16", (), "s", True)
    for view in (
        modals.loading(words),
        modals.problem(words, text[:2000]),
        modals.edit(shown, start, "{}", words),
        modals.preview(shown, start, "{}", words),
        modals.escalate(shown, "{}", words),
    ):
        assert check_view(view, "modal") == []


@settings(max_examples=60, deadline=None)
@given(text=hostile, locale=st.sampled_from(LOCALES))
def test_any_home_queue_status_and_notice_fit(text: str, locale: str) -> None:
    words = Words(locale)
    line = QueueLine(1, text, text, text, text, text, NOW, "U0PINYU", text, Place("C", "1"))
    lines = tuple(replace(line, item=n) for n in range(25))
    queue = Queue(lines, lines, lines, 75, 2, 1)
    account = AccountLine(text, text, text, text, NOW, text, text, 3)
    status = Status((account,) * 30, 75, timedelta(days=3), 1, 2, 3, 4, NOW)
    assert check_view(home.home(queue, status, words, NOW, STAFF, {1: "https://x.example/1"}), "home") == []
    for message in (
        home.queue_message(queue, words, NOW, STAFF, {}),
        home.status_message(status, words, NOW),
        home.help_message(words, "C0DESK", text, "queue"),
        render_notice(Notice("notice.account_paused", {"account": text, "scope": text}), words),
    ):
        assert check_blocks(message.blocks, "message") == []
        assert pings(message.text, message.blocks) == []
        assert txt.units(message.text) <= 4000


def test_links_lead_only_where_they_may() -> None:
    good = ("https://x.example/a?b=c#d", "http://127.0.0.1:80/a", "http://localhost/a", "http://[::1]/a")
    bad = (
        None,
        "",
        "http://x.example/",
        "javascript:alert(1)",
        "https://",
        "https://user@x.example/",
        "https://x.example/ a",
        "https://x.example/<b>",
        "https://x.example/|b",
        "https://x.example/" + "a" * 500,
        "https://[broken/",
        "ftp://x.example/",
        "https://x.example/\u202e",
    )
    assert [txt.web_url(url) for url in good] == list(good)
    assert [txt.web_url(url) for url in bad] == [None] * len(bad)


def test_a_cut_never_splits_an_entity_or_a_mention() -> None:
    text = "&amp;" * 10 + "<@U123>" * 10
    for limit in range(1, 130):
        cut = txt.cut_marked(text, limit)
        assert txt.units(cut) <= limit
        assert cut.rstrip("…").replace("&amp;", "").replace("<@U123>", "") == ""


def test_every_update_has_new_block_ids() -> None:
    first, second = (render(card(version=n), ENGLISH, NOW).blocks for n in (1, 2))
    assert not {block["block_id"] for block in first} & {block["block_id"] for block in second}
