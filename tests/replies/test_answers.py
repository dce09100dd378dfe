"""Earlier answers: offered to others with their greeting turned round, never with somebody's name or data in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.answers import Answer, Memory, looks_personal
from replies.library import Library
from replies.suggest import Question, Suggester
from replies.templates import Pack, Template
from tests.replies.shop import Fixed, template


class Remembered:
    """Earlier questions that are always found, in this order."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = numbers

    def similar(self, text: str, k: int) -> Sequence[tuple[int, float, tuple[str, ...]]]:
        return [(number, 0.8, ("word",)) for number in self.numbers][:k]


def desk(answers: Mapping[int, Answer], *templates: Template) -> Suggester:
    matcher = Fixed(*(t.id for t in templates))
    memory = Memory(Remembered(*answers, 99), answers)
    return Suggester(Library.of([Pack("p", templates)]), matcher, memory=memory)


ASKED = Question("可以帶狗嗎", 1, name="小華")


@pytest.mark.parametrize(
    ("text", "names", "offered"),
    [
        ("可以喔，院子歡迎狗狗！", ("小美",), "可以喔，院子歡迎狗狗！"),
        ("小美 您好，可以喔！", ("小美",), "小華 您好，可以喔！"),
        ("小美您好，可以喔！", ("小美",), "小華您好，可以喔！"),
        ("哈囉 小美，可以喔！", ("小美",), "哈囉 小華，可以喔！"),
        ("王小明 您好，可以喔！", ("王小明｜房仲", "ming"), "小華 您好，可以喔！"),
        ("朋友 您好，可以喔！", ("🌸",), "小華 您好，可以喔！"),
        ("小華 您好，可以喔！", ("小華",), "小華 您好，可以喔！"),
    ],
)
def test_an_approved_answer_is_offered_with_its_greeting_turned_to_the_reader(
    text: str, names: tuple[str, ...], offered: str
) -> None:
    (found,) = desk({7: Answer(text, names)}).suggest(ASKED)
    assert (found.text, found.source, found.answer, found.template_id) == (offered, "answer", 7, "")
    assert (found.score, found.words, found.safe, found.language) == (0.8, ("word",), False, "zh-TW")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("可以喔，小美！", ("小美",)),
        ("小美 您好，小美家的狗很可愛！", ("小美",)),
        ("可以喔 @meimei", ("小美",)),
        ("可以喔，MeiMei 請帶牽繩", ("小美", "meimei")),
        ("您的訂單 ML20481 今天出貨了", ()),
        ("我們會打 0912-345-678 給您", ()),
        ("我們會打０９１２３４５６７８給您", ()),
        ("已經寄信到 a.b@example.com", ()),
        ("寄到永康街 12 號了", ()),
        ("我們的 LINE ID 換了", ()),
        ("Yes, dogs are welcome!", ()),
        ("  ", ()),
        ("太長了" * 40, ()),
    ],
)
def test_an_answer_with_somebodys_name_data_or_another_language_is_not_offered(
    text: str, names: tuple[str, ...]
) -> None:
    asked = Question(ASKED.text, 1, name="小華", max_length=100)
    assert desk({7: Answer(text, names)}).suggest(asked) == []


def test_an_answer_that_is_no_longer_true_is_not_offered() -> None:
    ends = datetime(2027, 6, 2, tzinfo=UTC)
    memory = {7: Answer("現在特價。", until=ends)}

    def at(now: datetime | None) -> list[datetime | None]:
        return [s.until for s in desk(memory).suggest(Question(ASKED.text, 1, at=now))]

    assert at(ends - timedelta(seconds=1)) == [ends]
    assert at(ends) == at(None) == []


def test_answers_stand_after_templates_and_first_where_none_fits() -> None:
    answers = {1: Answer("可以帶狗。"), 2: Answer("院子可以。"), 3: Answer("可以帶狗。"), 4: Answer("請牽好。")}
    both = desk(answers, template("dogs", ["歡迎狗狗"]), template("other", ["{{ manager }}"])).suggest(ASKED)
    assert [s.text for s in both] == ["歡迎狗狗", "可以帶狗。", "院子可以。"]
    assert [s.text for s in desk(answers).suggest(ASKED)] == ["可以帶狗。", "院子可以。", "請牽好。"]


def test_an_answer_that_says_what_a_template_says_is_not_shown_twice() -> None:
    assert len(desk({1: Answer("歡迎狗狗")}, template("dogs", ["歡迎狗狗"])).suggest(ASKED)) == 1


def test_an_answer_sent_to_somebody_lately_is_marked() -> None:
    asked = Question(ASKED.text, 1, name="小華", avoid=["可以帶狗。"])
    assert [s.repeated for s in desk({1: Answer("可以帶狗。"), 2: Answer("院子可以。")}).suggest(asked)] == [
        True,
        False,
    ]


def test_who_knows_better_what_is_personal_decides() -> None:
    memory = Memory(Remembered(1), {1: Answer("可以帶狗。")}, personal=lambda text: "狗" in text)
    assert Suggester(Library(), Fixed(), memory=memory).suggest(ASKED) == []


@pytest.mark.parametrize("text", ["每天 8:00–18:00", "滿 1,200 元免運", "半磅 420 元", "92°C、180 ml、2 分鐘"])
def test_hours_prices_and_amounts_are_not_personal(text: str) -> None:
    assert not looks_personal(text)


@settings(deadline=None)
@given(st.text(max_size=80), st.lists(st.text(max_size=12), max_size=3), st.text(max_size=20))
def test_no_answer_carries_an_earlier_name_beyond_the_greeting(text: str, names: list[str], reader: str) -> None:
    for found in desk({1: Answer(text, tuple(names))}).suggest(Question("可以嗎", 1, name=reader)):
        assert not [
            name for name in names if len(name.strip()) > 1 and name.strip() in found.text and name not in reader
        ]
