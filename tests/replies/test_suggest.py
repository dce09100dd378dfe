"""From comment to suggestions: language, wording in turn, length, what is withheld, and many threads at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.library import Library
from replies.matcher import BlockMatcher, Match, Phrase
from replies.packfile import load_packs
from replies.suggest import Question, Suggester
from replies.templates import Pack, Template


def template(name: str, zh: Sequence[str], en: Sequence[str]) -> Template:
    return Template(name, {"en": name, "zh-TW": name}, (f"about {name}",), {"zh-TW": tuple(zh), "en": tuple(en)})


class Fixed:
    """A matcher that always finds the same, and remembers what it was taught."""

    def __init__(self, *found: str) -> None:
        self.found = found
        self.learned: list[Phrase] = []

    def fit(self, examples: Sequence[Phrase]) -> None:
        self.learned = list(examples)

    def rank(self, text: str, k: int) -> list[Match]:
        return [Match(name, 0.9 - place / 10, ("word",)) for place, name in enumerate(self.found)][:k]


@pytest.fixture(scope="module")
def desk() -> Suggester:
    return Suggester(Library.of(load_packs()), BlockMatcher())


def fixed(*templates: Template) -> Suggester:
    return Suggester(Library.of([Pack("test", templates)]), Fixed(*(t.id for t in templates)))


ASKED = Question(
    "請問什麼時候出貨？", seed=1, name="小美", brand="晨光咖啡", manager="阿哲", post="新豆上市", platform="Telegram"
)


def test_a_chinese_comment_is_answered_in_chinese_with_reason_and_name(desk: Suggester) -> None:
    first = desk.suggest(ASKED)[0]
    assert (first.template_id, first.language) == ("shipping-time", "zh-TW")
    assert "小美" in first.text
    assert first.words == ("請問什麼時候出貨",)
    assert first.purpose == {"en": "When orders ship", "zh-TW": "出貨時間"}
    assert first.score == pytest.approx(1)


def test_an_english_comment_is_answered_in_english(desk: Suggester) -> None:
    first = desk.suggest(replace(ASKED, text="Hi, when will my order ship?", name="Amy"))[0]
    assert first.language == "en"
    assert first.text.startswith("Hi Amy, ")


@pytest.mark.parametrize(
    ("text", "told", "language"),
    [
        ("x", "zh-Hant", "zh-TW"),
        ("x", "zh-TW", "zh-TW"),
        ("x", "ZH", "zh-TW"),
        ("x", "yue", "zh-TW"),
        ("出貨", "fr", "en"),
        ("出貨嗎", None, "zh-TW"),
        ("コーヒーください", None, "en"),
        ("+1", None, "zh-TW"),
        ("🙏", None, "zh-TW"),
    ],
)
def test_the_comment_decides_the_language(text: str, told: str | None, language: str) -> None:
    suggester = fixed(template("a", ["好"], ["good"]))
    assert suggester.suggest(Question(text, 1, language=told))[0].language == language


def test_a_comment_without_language_takes_the_default() -> None:
    suggester = Suggester(
        Library.of([Pack("p", (template("a", ["好"], ["good"]),))]), Fixed("a"), default_language="en"
    )
    assert suggester.suggest(Question("+1", 1))[0].text == "good"


def test_neighbours_read_different_wordings_and_the_same_item_always_the_same(desk: Suggester) -> None:
    texts = [desk.suggest(replace(ASKED, seed=seed))[0].text for seed in range(6)]
    assert all(a != b for a, b in pairwise(texts))
    assert len(set(texts)) == 3
    again = Suggester(Library.of(load_packs()), BlockMatcher())
    assert [again.suggest(replace(ASKED, seed=seed))[0].text for seed in range(6)] == texts


def test_a_text_seed_picks_every_wording_sooner_or_later(desk: Suggester) -> None:
    assert len({desk.suggest(replace(ASKED, seed=f"item-{n}"))[0].text for n in range(40)}) == 3
    assert desk.suggest(replace(ASKED, seed="\ud83d"))


def test_too_long_gives_the_shortest_wording_and_then_nothing() -> None:
    suggester = fixed(template("a", ["一二三四五六七八", "一二三"], ["x"]))
    wordings = [suggester.suggest(Question("好", seed, max_length=8))[0].text for seed in range(2)]
    assert set(wordings) == {"一二三四五六七八", "一二三"}
    assert [suggester.suggest(Question("好", seed, max_length=5))[0].text for seed in range(2)] == ["一二三"] * 2
    advice = suggester.advise(Question("好", 1, max_length=2))
    assert (advice.suggestions, advice.too_long) == ((), ("a",))


def test_length_is_counted_as_the_platform_counts() -> None:
    suggester = fixed(template("a", ["☕😀"], ["x"]))

    def utf16(text: str) -> int:
        return len(text.encode("utf-16-le")) // 2

    assert suggester.suggest(Question("好", 1, max_length=2)) != []
    assert suggester.suggest(Question("好", 1, max_length=2, length=utf16)) == []


def test_a_template_that_needs_an_unknown_value_is_withheld_by_name(desk: Suggester) -> None:
    asked = replace(ASKED, text="想談合作", manager="")
    assert desk.advise(asked).withheld == {"wholesale": "manager"}
    assert "wholesale" not in [s.template_id for s in desk.suggest(asked)]
    assert "阿哲" in desk.suggest(replace(asked, manager="阿哲"))[0].text


def test_a_wording_that_can_do_without_the_unknown_value_is_used() -> None:
    suggester = fixed(template("a", ["{{ manager }} 回覆您", "我們回覆您"], ["x"]))
    assert {suggester.suggest(Question("好", seed))[0].text for seed in range(4)} == {"我們回覆您"}


def test_what_is_left_out_makes_room_for_the_next() -> None:
    suggester = fixed(
        template("a", ["{{ manager }}"], ["x"]),
        template("b", ["太長太長太長太長"], ["x"]),
        *(template(name, [name], ["x"]) for name in "cdef"),
    )
    advice = suggester.advise(Question("好", 1, max_length=5))
    assert [s.template_id for s in advice.suggestions] == ["c", "d", "e"]
    assert (advice.withheld, advice.too_long) == ({"a": "manager"}, ("b",))


@pytest.mark.parametrize(("text", "greeting"), [("請問什麼時候出貨", "朋友"), ("when will it ship", "Hi there,")])
def test_a_reader_without_a_name_is_greeted_neutrally(desk: Suggester, text: str, greeting: str) -> None:
    assert greeting in desk.suggest(Question(text, 1, name="\u200b"))[0].text


def test_a_hostile_name_and_comment_stay_words(desk: Suggester) -> None:
    asked = replace(ASKED, text="<!channel> {{ 7*7 }} 什麼時候出貨\u202e", name="{{ 7*7 }}\n@everyone <!channel>")
    first = desk.suggest(asked)[0]
    assert "{{ 7*7 }} everyone <!channel>" in first.text
    assert "49" not in first.text
    assert "channel" not in first.words


def test_a_comment_nothing_fits_gets_no_suggestion(desk: Suggester) -> None:
    assert desk.suggest(replace(ASKED, text="昨天那場球賽真的太誇張")) == []


def test_all_phrases_are_taught_and_a_double_id_is_refused() -> None:
    matcher = Fixed()
    Suggester([Pack("p", (template("a", ["好"], ["x"]),)), Pack("q", (template("b", ["好"], ["x"]),))], matcher)
    assert matcher.learned == [Phrase("a", "about a"), Phrase("b", "about b")]
    with pytest.raises(ValueError, match="same id"):
        Suggester([Pack("p", (template("a", ["好"], ["x"]),)), Pack("q", (template("a", ["好"], ["x"]),))], matcher)


def test_an_empty_library_suggests_nothing() -> None:
    assert Suggester(Library(), BlockMatcher()).suggest(ASKED) == []


def test_threads_may_ask_at_once(desk: Suggester) -> None:
    questions = [replace(ASKED, seed=seed) for seed in range(40)]
    alone = [desk.suggest(question) for question in questions]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(desk.suggest, questions)) == alone


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200), name=st.text(max_size=60), limit=st.integers(0, 300))
def test_any_comment_gets_fitting_answers_or_none(desk: Suggester, text: str, name: str, limit: int) -> None:
    for suggestion in desk.suggest(Question(text + " 多少錢 price", 3, name=name, max_length=limit)):
        assert 0 < len(suggestion.text) <= limit
        assert "{{" not in suggestion.text or "{{" in name
        suggestion.text.encode()
