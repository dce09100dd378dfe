"""Comments that ask the same fall into one fold, whoever asks, and every comment into one."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from replies.folds import folded


@given(st.lists(st.text("ab 可以帶狗嗎😀", max_size=12), max_size=20))
def test_every_place_is_in_one_fold_and_folds_come_in_order(said: list[str]) -> None:
    folds = folded(said)
    assert sorted(place for fold in folds for place in fold) == list(range(len(said)))
    assert [fold[0] for fold in folds] == sorted(fold[0] for fold in folds)
    assert all(list(fold) == sorted(fold) for fold in folds)


@given(st.text(min_size=1, max_size=40), st.integers(2, 5))
def test_the_same_words_are_one_fold_where_they_say_anything(said: str, times: int) -> None:
    folds = folded([said] * times)
    assert len(folds) in (1, times)


def test_ways_to_ask_the_same_are_one_fold_and_another_question_is_none_of_it() -> None:
    said = [
        "可以帶狗進店嗎",
        "what time do you open",
        "請問可以帶狗狗進店嗎？",
        "What time do you open today?",
        "我要退款",
    ]
    assert folded(said) == [(0, 2), (1, 3), (4,)]


def test_five_hundred_comments_are_folded_in_a_moment() -> None:
    said = [f"請問第{n % 97}號商品還有貨嗎，我想買{n}個" for n in range(500)]
    began = time.perf_counter()
    assert folded(said)
    assert time.perf_counter() - began < 2.0
