"""One template for one reader: conditions, parts around it, facts and links in it, length, and never twice the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.suggest import Question, Reason
from replies.templates import Condition, Fact, Hours, Link, Part, Role
from tests.replies.shop import fixed, template

NOON = datetime(2027, 6, 1, 4, tzinfo=UTC)  # in Taipei
HELLO = Part("hello", Role.GREETING, {"zh-TW": ("{{ name }} 您好，", "哈囉 {{ name }}！"), "en": ("Hi {{ name }},",)})
BYE = Part("bye", Role.CLOSING, {"zh-TW": ("祝順心。", "再見 ☕"), "en": ("See you!",)})
TEAM = Part("team", Role.SIGNATURE, {"zh-TW": ("{{ brand }} {{ manager }}",), "en": ("{{ brand }}",)})
SALE = Fact("sale", date(2027, 5, 31), {"zh-TW": "特價"})
ASKED = Question("好", 1, name="小美", brand="晨光", manager="阿哲", at=NOON)


@pytest.mark.parametrize(
    ("when", "fitting", "other", "reason"),
    [
        (
            Condition(platforms=frozenset({"telegram", "line"})),
            {"platform": "Telegram"},
            [{"platform": "square"}, {}],
            Reason("platform", {"wanted": "line, telegram"}),
        ),
        (
            Condition(kinds=frozenset({"direct"})),
            {"kind": "direct"},
            [{"kind": "comment"}, {}],
            Reason("kind", {"wanted": "direct"}),
        ),
        (
            Condition(segments=frozenset({"vip", "press"})),
            {"segments": ["vip"]},
            [{"segments": ["fan"]}, {}],
            Reason("segment", {"wanted": "press, vip"}),
        ),
        (
            Condition(segments=frozenset({"returning"})),
            {"returning": True},
            [{}],
            Reason("segment", {"wanted": "returning"}),
        ),
        (Condition(segments=frozenset({"new"})), {}, [{"returning": True}], Reason("segment", {"wanted": "new"})),
        (
            Condition(tones=frozenset({"negative"})),
            {"tone": "negative"},
            [{"tone": "positive"}, {}],
            Reason("tone", {"wanted": "negative"}),
        ),
        (
            Condition(hours=Hours(time(22), time(8))),
            {"at": datetime(2027, 6, 1, 14, tzinfo=UTC)},  # 22:00 in Taipei
            [{"at": NOON}, {"at": datetime(2027, 6, 1, 0, tzinfo=UTC)}],
            Reason("hours", {"wanted": "22:00-08:00"}),
        ),
        (Condition(hours=Hours(time(9), time(18))), {"at": NOON}, [{"at": None}], Reason("no_time")),
    ],
)
def test_a_condition_lets_through_what_it_names_and_withholds_the_rest_with_its_reason(
    when: Condition, fitting: dict[str, Any], other: list[dict[str, Any]], reason: Reason
) -> None:
    suggester = fixed(template("a", ["好"], when=when))
    assert suggester.advise(replace(ASKED, **fitting)).withheld == {}
    for values in other:
        advice = suggester.advise(replace(ASKED, **values))
        assert (advice.suggestions, advice.withheld) == ((), {"a": reason})
        assert "{" not in str(advice.withheld["a"])


def test_a_platform_with_wordings_of_its_own_reads_those() -> None:
    suggester = fixed(template("a", ["共用"], ["common"], platforms={"telegram": {"zh-TW": ("電報",)}}))
    found = suggester.suggest(replace(ASKED, platform="Telegram"))[0]
    assert (found.text, found.wording) == ("電報", "platforms.telegram.zh-TW.1")
    assert suggester.suggest(replace(ASKED, platform="Telegram", text="good"))[0].wording == "bodies.en.1"
    assert suggester.suggest(replace(ASKED, platform="square"))[0].text == "共用"


def test_greeting_closing_and_signature_stand_around_the_wording() -> None:
    around = {"greeting": "hello", "closing": "bye", "signature": True}
    suggester = fixed(template("a", ["有的"], ["Yes."], **around), parts=(HELLO, BYE, TEAM))
    seen = {suggester.suggest(replace(ASKED, seed=seed))[0].text for seed in range(4)}
    assert seen == {
        f"{hello}有的 {bye}\n晨光 阿哲" for hello in ("小美 您好，", "哈囉 小美！") for bye in ("祝順心。", "再見 ☕")
    }
    assert suggester.suggest(replace(ASKED, text="yes", name="Amy"))[0].text == "Hi Amy, Yes. See you!\n晨光"


def test_an_optional_part_with_a_missing_value_or_language_is_left_out_whole() -> None:
    shout = Part("shout", Role.CLOSING, {"en": ("Bye {{ last_topic }}",)})
    around = {"greeting": "gone", "closing": "shout", "signature": "team"}
    suggester = fixed(template("a", ["有的"], ["Yes."], **around), parts=(shout, TEAM))
    assert suggester.advise(replace(ASKED, manager="")).suggestions[0].text == "有的"
    assert suggester.advise(replace(ASKED, text="yes", brand="")).suggestions[0].text == "Yes."


def test_what_somebody_asked_last_is_known_of_those_who_come_back() -> None:
    suggester = fixed(template("a", ["上次的{{ last_topic }}還順利嗎？", "好"]))
    texts = {suggester.suggest(replace(ASKED, seed=seed, last_topic="訂單"))[0].text for seed in range(2)}
    assert texts == {"好"}
    asked = replace(ASKED, last_topic="訂單", returning=True)
    assert "上次的訂單還順利嗎？" in {suggester.suggest(replace(asked, seed=seed))[0].text for seed in range(2)}


def test_the_name_somebody_asked_for_is_used() -> None:
    suggester = fixed(template("a", ["{{ name }} 您好"]))
    assert suggester.suggest(replace(ASKED, called="小美老師"))[0].text == "小美老師 您好"


@pytest.mark.parametrize(
    ("fact", "at", "reason"),
    [
        (None, NOON, Reason("unknown_fact", {"id": "sale"})),
        (Fact("sale", None, {"en": "sale"}), NOON, Reason("fact_language", {"id": "sale"})),
        (SALE, NOON, Reason("fact_ended", {"id": "sale", "until": "2027-05-31"})),
        (Fact("sale", date(2027, 6, 1), {"zh-TW": "特價"}), None, Reason("no_time")),
    ],
)  # fmt: skip
def test_a_fact_that_is_not_there_or_no_longer_true_withholds(
    fact: Fact | None, at: datetime | None, reason: Reason
) -> None:
    suggester = fixed(template("a", ["現在{{ facts.sale }}"]), facts=[fact] if fact else [])
    assert suggester.advise(replace(ASKED, at=at)).withheld == {"a": reason}


def test_another_wording_is_used_once_a_fact_has_ended() -> None:
    suggester = fixed(template("a", ["現在{{ facts.sale }}", "歡迎"]), facts=[SALE])
    assert {suggester.suggest(replace(ASKED, seed=seed))[0].text for seed in range(4)} == {"歡迎"}
    may = replace(ASKED, at=datetime(2027, 5, 31, 4, tzinfo=UTC))
    assert {suggester.suggest(replace(may, seed=seed))[0].text for seed in range(4)} == {"現在特價", "歡迎"}


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (Link("shop", "https://shop.example/a?b=1&c#d"), "https://shop.example/a?b=1&c#d"),
        (
            Link("shop", "https://shop.example/", {"utm_campaign": "夏天 sale"}),
            "https://shop.example/?utm_source=telegram&utm_medium=social&utm_campaign=%E5%A4%8F%E5%A4%A9+sale",
        ),
        (
            Link("shop", "https://shop.example/a?b=1&utm_source=mine#d", {"utm_medium": "reply"}),
            "https://shop.example/a?b=1&utm_source=mine&utm_medium=reply#d",
        ),
    ],
)
def test_a_link_tells_where_a_click_came_from_and_keeps_its_own_query(link: Link, address: str) -> None:
    suggester = fixed(template("a", ["看這裡 {{ links.shop }}"]), links=[link])
    assert suggester.suggest(replace(ASKED, platform="Telegram"))[0].text == f"看這裡 {address}"
    assert fixed(template("a", ["{{ links.none }}"])).advise(ASKED).withheld == {
        "a": Reason("unknown_link", {"id": "none"})
    }


def test_too_long_gives_the_short_wording_then_the_shortest_and_then_nothing() -> None:
    suggester = fixed(
        template("a", ["一二三四五六七八", "一二三四五六七八九", "一二三"], short={"zh-TW": ("一二三四五",)})
    )
    assert {suggester.suggest(replace(ASKED, seed=seed, max_length=7))[0].text for seed in range(3)} == {
        "一二三四五",
        "一二三",
    }
    assert [suggester.suggest(replace(ASKED, seed=seed, max_length=4))[0].text for seed in range(3)] == ["一二三"] * 3
    advice = suggester.advise(replace(ASKED, max_length=2))
    assert (advice.suggestions, advice.withheld) == ((), {"a": Reason("too_long", {"limit": "2"})})


def test_where_room_is_short_the_closing_goes_first_and_then_the_greeting_but_never_the_signature() -> None:
    suggester = fixed(
        template("a", en=["Yes."], greeting="hello", closing="bye", signature=True), parts=(HELLO, BYE, TEAM)
    )
    asked = replace(ASKED, text="yes", name="Amy", brand="Tea")

    def within(limit: int) -> list[str]:
        return [suggestion.text for suggestion in suggester.suggest(replace(asked, max_length=limit))]

    assert within(25) == ["Hi Amy, Yes. See you!\nTea"]
    assert within(24) == ["Hi Amy, Yes.\nTea"]
    assert within(15) == ["Yes.\nTea"]
    assert within(7) == []


def test_length_is_counted_as_the_platform_counts() -> None:
    suggester = fixed(template("a", ["☕😀"]))

    def utf16(text: str) -> int:
        return len(text.encode("utf-16-le")) // 2

    assert suggester.suggest(replace(ASKED, max_length=2)) != []
    assert suggester.suggest(replace(ASKED, max_length=2, length=utf16)) == []


def test_a_text_sent_lately_is_not_said_again_until_every_combination_was() -> None:
    suggester = fixed(template("a", ["有", "有的"], greeting="hello", closing="bye"), parts=(HELLO, BYE))
    sent: list[str] = []
    for _ in range(8):
        found = suggester.suggest(replace(ASKED, avoid=sent))[0]
        assert not found.repeated
        sent.append(found.text)
    assert len(set(sent)) == 8
    assert all(a != b for a, b in pairwise(sent))
    again = suggester.suggest(replace(ASKED, avoid=[f" {text}\n" for text in sent]))[0]
    assert (again.text, again.repeated) == (sent[0], True)


def test_a_short_wording_serves_when_all_others_were_said() -> None:
    suggester = fixed(template("a", ["有的"], short={"zh-TW": ("有",)}))
    assert suggester.suggest(replace(ASKED, avoid=["有的"]))[0].text == "有"


TEXTS = st.text(max_size=80)


@settings(deadline=None)
@given(TEXTS, TEXTS, TEXTS, st.integers(0, 120), st.integers(), st.lists(TEXTS, max_size=3))
def test_whatever_is_known_of_a_reader_the_text_fits_and_has_no_hole(
    name: str, manager: str, topic: str, limit: int, seed: int, avoid: list[str]
) -> None:
    wordings = ["{{ manager }}回您", "有 {{ last_topic }}", "有的"]
    around = template("a", wordings, greeting="hello", closing="bye", signature=True)
    suggester = fixed(around, parts=(HELLO, BYE, TEAM))
    asked = Question("好", seed, name, "晨光", manager, last_topic=topic, returning=True, max_length=limit, avoid=avoid)
    found = suggester.advise(asked)
    assert found == suggester.advise(asked)
    assert bool(found.suggestions) != bool(found.withheld)
    for suggestion in found.suggestions:
        assert 0 < len(suggestion.text) <= limit
        assert "{{" not in suggestion.text or "{{" in name + manager + topic
