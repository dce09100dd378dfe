"""From comment to suggestions: language, wording in turn, what is withheld, changes at once, and many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.library import Library
from replies.matcher import BlockMatcher, Match, Phrase
from replies.packfile import load_packs
from replies.suggest import POSSIBLE, Advice, Question, Reason, Suggester
from replies.templates import Fact, Pack, Risk
from tests.replies.shop import Fixed, Taught, fixed, template


@pytest.fixture(scope="module")
def desk() -> Suggester:
    return Suggester(Library.of(load_packs()), BlockMatcher())


ASKED = Question(
    "請問什麼時候出貨？", seed=1, name="小美", brand="晨光咖啡", manager="阿哲", post="新豆上市", platform="Telegram"
)


def test_a_chinese_comment_is_answered_in_chinese_with_reason_and_name(desk: Suggester) -> None:
    first = desk.suggest(ASKED)[0]
    assert (first.template_id, first.language) == ("shipping-time", "zh-TW")
    assert "小美" in first.text
    assert first.words == ("請問什麼時候出貨",)
    assert first.purpose == {"en": "When orders ship", "zh-TW": "出貨時間"}
    assert first.score == pytest.approx(1, abs=0.01)


def test_an_english_comment_is_answered_in_english(desk: Suggester) -> None:
    first = desk.suggest(replace(ASKED, text="Hi, when will my order ship?", name="Amy"))[0]
    assert first.language == "en"
    assert first.text.startswith(("Hi Amy! ", "Hello Amy! "))


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


def test_a_template_that_gains_a_phrase_is_not_learned_anew() -> None:
    matcher = Taught("a")
    before = Library.of([Pack("p", (template("a", ["一"]), template("b", ["二"])))])
    suggester = Suggester(before, matcher)
    gained = replace(before.templates["a"], phrases=(*before.templates["a"].phrases, "還有這樣問的"))
    matcher.told.clear()
    suggester.replace(replace(before, templates={**before.templates, "a": gained}))
    assert matcher.told == [("learn", [("a", "還有這樣問的")])]


class Unsure(Fixed):
    """A matcher with little to say for what it finds."""

    def __init__(self, **found: float) -> None:
        super().__init__(*found)
        self.scores = found

    def rank(self, text: str, k: int) -> list[Match]:
        return [Match(name, score, ()) for name, score in self.scores.items()][:k]


def test_what_may_well_be_wrong_is_not_shown() -> None:
    library = Library.of([Pack("p", (template("a", ["一"]), template("b", ["二"])))])
    offered = Suggester(library, Unsure(a=POSSIBLE, b=POSSIBLE - 0.01)).suggest(ASKED)
    assert [offer.template_id for offer in offered] == ["a"]
    assert Suggester(library, Unsure(a=POSSIBLE - 0.01)).suggest(ASKED) == []


def test_neighbours_read_different_wordings_and_the_same_item_always_the_same(desk: Suggester) -> None:
    texts = [desk.suggest(replace(ASKED, seed=seed))[0].text for seed in range(6)]
    assert all(a != b for a, b in pairwise(texts))
    assert len(set(texts)) == 6  # three wordings, two greetings
    again = Suggester(Library.of(load_packs()), BlockMatcher())
    assert [again.suggest(replace(ASKED, seed=seed))[0].text for seed in range(6)] == texts


def test_a_text_seed_picks_every_wording_sooner_or_later(desk: Suggester) -> None:
    assert len({desk.suggest(replace(ASKED, seed=f"item-{n}"))[0].text for n in range(60)}) == 6
    assert desk.suggest(replace(ASKED, seed="\ud83d"))


def test_a_template_that_needs_an_unknown_value_is_withheld_by_name(desk: Suggester) -> None:
    asked = replace(ASKED, text="想談合作", manager="")
    assert desk.advise(asked).withheld == {"wholesale": Reason("unknown_value", {"variable": "manager"})}
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
    assert advice.withheld == {
        "a": Reason("unknown_value", {"variable": "manager"}),
        "b": Reason("too_long", {"limit": "5"}),
    }


@pytest.mark.parametrize(("text", "greeting"), [("請問什麼時候出貨", "朋友"), ("when will it ship", " there!")])
def test_a_reader_without_a_name_is_greeted_neutrally(desk: Suggester, text: str, greeting: str) -> None:
    assert greeting in desk.suggest(Question(text, 1, name="\u200b"))[0].text


def test_a_hostile_name_and_comment_stay_words(desk: Suggester) -> None:
    asked = replace(ASKED, text="<!channel> {{ 7*7 }} 什麼時候出貨\u202e", name="Amy {{ 7*7 }}\n@everyone <!channel> x")
    first = desk.suggest(asked)[0]
    assert "Amy {{ 7*7 }} everyone <!channel> x" in first.text
    assert "49" not in first.text
    assert "channel" not in first.words


def test_a_comment_nothing_fits_gets_no_suggestion(desk: Suggester) -> None:
    assert desk.suggest(replace(ASKED, text="昨天那場球賽真的太誇張")) == []


def test_all_phrases_of_templates_in_use_are_taught() -> None:
    matcher = Fixed()
    packs = [Pack("p", (template("a", ["好"]), template("c", ["好"]))), Pack("q", (template("b", ["好"]),))]
    Suggester(Library.of(packs, retired={"c"}), matcher)
    assert matcher.learned == [Phrase("a", "about a"), Phrase("b", "about b")]


def test_a_replaced_library_tells_the_matcher_only_what_changed() -> None:
    matcher = Taught("a", "b", "c")
    before = (template("a", ["一"]), template("b", ["一"]), template("c", ["一"]))
    suggester = Suggester(Library.of([Pack("p", before)]), matcher)
    reworded = template("a", ["二"])
    asked_otherwise = replace(template("b", ["一"]), phrases=("new words",))
    library = Library.of([Pack("p", before)], {"a": reworded, "b": asked_otherwise, "d": template("d", ["四"])}, {"c"})
    suggester.replace(library)
    assert matcher.told == [
        ("fit", 3),
        ("forget", ["b", "c"]),
        ("learn", [("b", "new words"), ("d", "about d")]),
    ]
    assert [s.template_id for s in suggester.suggest(Question("好", 1))] == ["a", "b"]
    assert suggester.suggest(Question("好", 1))[0].text == "二"
    suggester.replace(library)
    assert len(matcher.told) == 3


def test_a_matcher_that_cannot_learn_is_taught_anew() -> None:
    matcher = Fixed()
    suggester = Suggester(Library.of([Pack("p", (template("a", ["一"]),))]), matcher)
    suggester.replace(Library.of([Pack("p", (template("a", ["一"]), template("b", ["一"])))]))
    assert matcher.learned == [Phrase("a", "about a"), Phrase("b", "about b")]


def test_a_template_the_matcher_still_knows_but_the_library_does_not_is_passed_over() -> None:
    suggester = Suggester(Library.of([Pack("p", (template("a", ["一"]),))]), Fixed("gone", "a"))
    assert [s.template_id for s in suggester.suggest(Question("好", 1))] == ["a"]


def test_a_comment_in_a_language_the_template_lacks_is_not_answered_in_another() -> None:
    suggester = fixed(template("a", en=["good"]))
    advice = suggester.advise(Question("請問多少錢", 1))
    assert advice == Advice((), {"a": Reason("no_language", {"language": "zh-TW"})})
    assert suggester.suggest(Question("how much", 1))[0].text == "good"


def test_a_comment_that_tells_no_language_is_answered_in_what_the_template_speaks() -> None:
    assert fixed(template("a", en=["good"])).suggest(Question("+1", 1))[0].language == "en"


def test_a_suggestion_says_how_long_it_is_true_and_whether_a_rule_may_send_it() -> None:
    fact = Fact("sale", date(2027, 6, 1), {"zh-TW": "特價"})
    safe = template("a", ["好"], risk=Risk.SAFE, until=date(2027, 6, 3))
    suggester = fixed(
        safe, template("b", ["{{ facts.sale }}"], until=date(2027, 6, 3)), template("c", ["好好"]), facts=[fact]
    )
    a, b, c = suggester.suggest(Question("好", 1, at=datetime(2027, 6, 1, 12, tzinfo=UTC)))
    assert (a.safe, a.until) == (True, datetime(2027, 6, 4, tzinfo=ZoneInfo("Asia/Taipei")))
    assert (b.safe, b.until) == (False, datetime(2027, 6, 2, tzinfo=ZoneInfo("Asia/Taipei")))
    assert (c.safe, c.until, c.source, c.repeated) == (False, None, "template", False)
    assert [s.wording for s in (a, b, c)] == ["bodies.zh-TW.1"] * 3


def test_days_are_those_of_the_teams_zone() -> None:
    suggester = fixed(template("a", ["好"], until=date(2027, 6, 1)))
    late = datetime(2027, 6, 1, 15, 59, tzinfo=UTC)
    assert suggester.suggest(Question("好", 1, at=late))
    assert suggester.advise(Question("好", 1, at=late + timedelta(minutes=1))).withheld == {
        "a": Reason("ended", {"until": "2027-06-01"})
    }
    assert suggester.advise(Question("好", 1)).withheld == {"a": Reason("no_time")}
    with pytest.raises(ValueError, match="aware"):
        suggester.advise(Question("好", 1, at=late.replace(tzinfo=None)))


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
