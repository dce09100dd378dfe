"""Counting and cutting: the figures of known texts, and what must hold for any text at all."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from platforms.caps import Counter
from platforms.counters import COUNTERS, count, cut

SIGNS = st.sampled_from(
    ["a", "好", "👋", "👨‍👩‍👧‍👦", "🇹🇼", "葛󠄀", "𠮷", "e\u0301", "\u200b", "\ud83d", "\r\n", "क्षि", "👍🏽", " "]
)
TEXTS = st.one_of(st.text(), st.lists(SIGNS).map("".join))


@pytest.mark.parametrize(
    ("text", "codepoints", "utf16", "utf8", "graphemes"),
    [
        # Figures: measured with ICU (Intl.Segmenter) and Python's codecs.
        ("Hello, world! 👋", 15, 16, 18, 15),
        ("大家好,今天的活動幾點開始?", 14, 14, 38, 14),
        ("👨‍👩‍👧‍👦", 7, 11, 25, 1),
        ("🇹🇼🇹🇼", 4, 8, 16, 2),
        ("葛󠄀城", 3, 4, 10, 2),
        ("𠮷野家", 3, 4, 10, 3),
        ("", 0, 0, 0, 0),
        ("\ud83d", 1, 1, 3, 1),
    ],
)
def test_known_texts_have_known_lengths(text: str, codepoints: int, utf16: int, utf8: int, graphemes: int) -> None:
    assert count(text, Counter.CODEPOINTS) == codepoints
    assert count(text, Counter.UTF16) == utf16
    assert count(text, Counter.UTF8) == utf8
    assert count(text, Counter.GRAPHEMES) == graphemes


def test_every_counter_of_the_port_has_a_function() -> None:
    assert set(COUNTERS) == set(Counter)


@given(TEXTS, st.integers(0, 60), st.sampled_from(Counter))
def test_a_cut_text_fits_begins_alike_and_ends_between_graphemes(text: str, limit: int, counter: Counter) -> None:
    shorter = cut(text, limit, counter)
    assert count(shorter, counter) <= limit
    assert text.startswith(shorter)
    ends = {0} | {match.end() for match in regex.finditer(r"\X", text)}
    assert len(shorter) in ends


@given(TEXTS, st.integers(0, 60), st.sampled_from(Counter))
def test_a_cut_drops_no_more_than_it_must(text: str, limit: int, counter: Counter) -> None:
    shorter = cut(text, limit, counter)
    rest = regex.match(r"\X", text[len(shorter) :])
    if rest is not None:
        assert count(shorter, counter) + count(rest.group(), counter) > limit
    else:
        assert shorter == text


@given(TEXTS, st.integers(0, 60), st.sampled_from(Counter))
def test_the_tail_counts_too_and_only_shows_where_something_was_cut(text: str, limit: int, counter: Counter) -> None:
    shorter = cut(text, limit, counter, tail="…")
    assert count(shorter, counter) <= limit
    if count(text, counter) <= limit:
        assert shorter == text
    elif limit >= count("…", counter):
        assert shorter.endswith("…")


@given(TEXTS, TEXTS)
def test_all_but_graphemes_add_up(one: str, other: str) -> None:
    for counter in (Counter.CODEPOINTS, Counter.UTF16, Counter.UTF8):
        assert count(one + other, counter) == count(one, counter) + count(other, counter)
