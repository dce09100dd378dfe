"""Earlier questions: which are found, which are not, and that one is learned and forgotten at once."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from replies.recall import ENOUGH, Recall


@pytest.fixture
def earlier() -> Recall:
    recall = Recall()
    for number, text in enumerate(
        (
            "請問什麼時候會出貨",
            "可以用信用卡付款嗎",
            "how do I return a broken cup",
            "有沒有實體店面",
            "do you ship to Japan",
        )
    ):
        recall.learn(number, text)
    return recall


def test_a_question_like_an_earlier_one_finds_it_and_says_by_which_words(earlier: Recall) -> None:
    number, likeness, words = earlier.similar("請問到底什麼時候出貨", 3)[0]
    assert number == 0
    assert ENOUGH <= likeness <= 1
    assert words == ("請問", "什麼時候", "出貨")


def test_the_same_text_is_fully_alike(earlier: Recall) -> None:
    number, likeness, _ = earlier.similar("Do you ship to JAPAN?", 1)[0]
    assert number == 4
    assert likeness > 0.99


def test_simplified_writing_finds_the_traditional(earlier: Recall) -> None:
    assert earlier.similar("可以用信用卡付款吗", 1)[0][0] == 1


def test_nothing_alike_is_nothing(earlier: Recall) -> None:
    assert earlier.similar("今天天氣真好", 3) == []
    assert earlier.similar("🐶🐶", 3) == []
    assert earlier.similar("請問什麼時候會出貨", 0) == []
    assert Recall().similar("請問什麼時候會出貨", 3) == []


def test_what_is_forgotten_is_not_found(earlier: Recall) -> None:
    earlier.forget([0, 99])
    assert earlier.similar("請問什麼時候會出貨", 3) == []


def test_a_number_learned_again_has_the_newer_text(earlier: Recall) -> None:
    earlier.learn(0, "咖啡豆有哪些產地")
    assert earlier.similar("請問什麼時候會出貨", 3) == []
    assert earlier.similar("咖啡豆有哪些產地", 1)[0][0] == 0


def test_equals_come_in_the_order_of_their_numbers() -> None:
    recall = Recall()
    for number in (7, 3, 5):
        recall.learn(number, "請問運費多少")
    assert [number for number, _, _ in recall.similar("請問運費多少", 3)] == [3, 5, 7]


def test_five_thousand_are_learned_one_by_one_and_asked_in_time() -> None:
    recall = Recall()
    started = time.process_time()
    for number in range(5_000):
        recall.learn(number, f"請問第 {number} 號商品什麼時候到貨，顏色 {number % 37} 還有嗎")
    assert (time.process_time() - started) / 5_000 < 0.005
    started = time.process_time()
    recall.similar("請問第 4321 號商品還有嗎", 3)
    assert time.process_time() - started < 0.2


def test_threads_may_ask_while_others_learn(earlier: Recall) -> None:
    def work(number: int) -> bool:
        if number % 2:
            earlier.learn(100 + number, f"第 {number} 個問題")
            earlier.forget([100 + number])
            return True
        return earlier.similar("請問什麼時候會出貨", 1)[0][0] == 0

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(200)))
