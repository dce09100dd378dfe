"""What holds for any text at all, friendly or hostile, short or as long as it may be."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.risk import Kind, assess, mask, outcome, personal, tone
from tests.bench.risk import labelled

unhurried = settings(deadline=None)  # a busy machine is no bug; speed has a test of its own
ANY_TEXT = st.text(st.characters(codec=None), max_size=200)  # lone surrogates included
NASTY_PIECES = (
    "0912|345|678|-| |０|九|@|a|A123456789|.com|加賴|台北市|路|12|號|3樓|4111 1111 1111 1111|\u200b|\ufe0f\u20e3"
    "|帳號|難喝|不|嗎|but|+886|line: |bit.ly/|\n"
)
NASTY = st.lists(st.sampled_from(NASTY_PIECES.split("|")), max_size=25).map("".join)


@unhurried
@given(ANY_TEXT | NASTY)
def test_any_text_is_judged_the_same_twice(text: str) -> None:
    assert (assess(text), tone(text), outcome(text)) == (assess(text), tone(text), outcome(text))


@unhurried
@given(ANY_TEXT | NASTY)
def test_each_kind_is_flagged_once_with_words_in_the_order_of_seriousness(text: str) -> None:
    found = [flag.kind for flag in assess(text)]
    assert found == sorted(set(found), key=list(Kind).index)
    assert all(1 <= len(flag.words) <= 5 for flag in assess(text))


@unhurried
@given(ANY_TEXT | NASTY)
def test_a_mask_changes_nothing_but_what_was_found(text: str) -> None:
    shown = mask(text)
    inside = {place for found in personal(text) for place in range(found.start, found.end)}
    assert len(shown) == len(text)
    assert [
        i for i, (a, b) in enumerate(zip(text, shown, strict=True)) if a != b and (i not in inside or b != "•")
    ] == []


@unhurried
@given(ANY_TEXT | NASTY)
def test_what_is_found_is_in_order_and_never_overlaps(text: str) -> None:
    ends = 0
    for found in personal(text):
        assert ends <= found.start < found.end <= len(text)
        ends = found.end


@unhurried
@given(NASTY)
def test_the_words_of_a_flag_are_those_of_the_masked_text(text: str) -> None:
    shown = mask(text)
    assert [word for flag in assess(text) for word in flag.words if word not in shown] == []


LONG = {
    "zh": "請問什麼時候出貨呢，",
    "en": "I am not happy with the lawyer. ",
    "angry": "等了一個月爛死了",
    "digits": "1",
    "spaced digits": "1 ",
    "phones": "0912345678 ",
    "at": "a@",
    "dots": "a.b.",
    "roads": "路一段",
    "numerals": "一",
    "line": "line ",
    "links": "bit.ly/a ",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
def test_forty_thousand_characters_are_judged_and_masked_in_time(piece: str) -> None:
    """Aimed at are 30 ms; ten times that is what no backtracking pattern and no quadratic loop stays under."""
    text = (piece * 40_000)[:40_000]
    times = []
    for _ in range(3):
        started = time.process_time()
        assess(text)
        mask(text)
        times.append(time.process_time() - started)
    assert min(times) < 0.3, f"{min(times) * 1e3:.0f} ms"


def test_a_usual_comment_takes_well_under_a_millisecond() -> None:
    texts = [comment.text for comment in labelled("dev")]
    rounds = []
    for _ in range(3):
        started = time.process_time()
        for text in texts:
            assess(text)
        rounds.append((time.process_time() - started) / len(texts))
    assert min(rounds) < 0.000_5, f"{min(rounds) * 1e6:.0f} µs"
