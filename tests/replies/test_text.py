"""Folding, cleaning and the language of audience text, friendly and hostile."""

from __future__ import annotations

import sys
import time
import unicodedata

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from replies import text
from replies.text import clean, graphemes, language, normalise, spoken

unhurried = settings(deadline=None)  # a busy machine is no bug; speed has a test of its own
ANY_TEXT = st.text(st.characters(codec=None), max_size=300)  # lone surrogates included
NASTY = st.text(
    st.sampled_from("a 字\n\r\u200b\u200d\ufe0f\u202e\U0001f468\U0001f1f9\U0001f1fc\u0301\ud83d\U000e0041"), max_size=80
)

HOSTILE = {
    "zh": "請問什麼時候出貨呢，",
    "ascii": "hello there ",
    "zero-width": "\u200b",
    "alternating": "a\u200b",
    "bidi": "\u202e",
    "surrogates": "\ud83d",
    "families": "👨‍👩‍👧‍👦",
    "joiners": "\u200d",
    "flags": "🇹🇼",
    "tags": "\U000e0041",
    "marks": "\u0301",
    "newlines": "\n ",
    "spaces": " ",
}


@pytest.mark.parametrize("piece", HOSTILE.values(), ids=HOSTILE)
def test_forty_thousand_characters_are_cleaned_in_a_blink(piece: str) -> None:
    text = (piece * 40_000)[:40_000]
    times = []
    for _ in range(5):
        started = time.process_time()
        shown = clean(text, 1_000)
        times.append(time.process_time() - started)
    assert len(shown) <= 1_000
    assert min(times) < 0.005, f"{min(times) * 1e3:.1f} ms"


@unhurried
@given(ANY_TEXT | NASTY, st.integers(1, 120))
def test_cleaned_text_is_short_encodable_and_without_controls(text: str, limit: int) -> None:
    shown = clean(text, limit)
    assert len(shown) <= limit
    shown.encode()
    assert not [c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"]
    assert not regex.search(r"[\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f\ufeff]|\n\n\n", shown)


@unhurried
@given(ANY_TEXT | NASTY)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean(text, 400)
    assert clean(once, 400) == once


@unhurried
@given(
    st.lists(st.sampled_from(["👨‍👩‍👧‍👦", "🇹🇼", "e\u0301", "字", "a", "👍🏽", "❤️"]), min_size=1, max_size=30),
    st.integers(1, 60),
)
def test_a_cut_never_splits_a_grapheme(whole: list[str], limit: int) -> None:
    shown = clean("".join(whole), limit)
    kept = regex.findall(r"\X", shown.removesuffix("…"))
    assert kept == whole[: len(kept)]


def test_emoji_keep_their_joiners_and_lose_loose_ones() -> None:
    assert clean("👩‍🍳 ❤️ 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏳️‍🌈", 100) == "👩‍🍳 ❤️ 1️⃣ 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏳️‍🌈"
    assert clean("a\u200db 字\ufe0f x\U000e0041\U000e0042", 100) == "ab 字 x"


def test_slack_markup_and_punctuation_stay_literal() -> None:
    assert clean("<!channel> <@U123> <https://evil|nice> & *b*", 100) == "<!channel> <@U123> <https://evil|nice> & *b*"


def test_bidi_tricks_are_taken_apart() -> None:
    assert clean("invoice\u202egnp.exe", 100) == "invoicegnp.exe"


def test_line_ends_become_one_kind_and_blank_lines_collapse() -> None:
    assert clean("一\r\n二\r三\u2028四\n \n\n\n五", 100) == "一\n二\n三\n四\n\n五"


def test_broken_surrogates_become_the_replacement_character() -> None:
    assert clean("a\ud83d b\udc00c", 100) == "a\ufffd b\ufffdc"


def test_a_cut_is_marked_and_a_fit_is_not() -> None:
    assert clean("一二三四五", 5) == "一二三四五"
    assert clean("一二三四五六", 5) == "一二三四…"
    assert graphemes("👨‍👩‍👧‍👦" * 3, 2) == "👨‍👩‍👧‍👦" * 2


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        clean("x", 0)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＡＢＣ優惠碼", "abc 優惠 惠碼"),
        ("How Much?? 💰", "how much"),
        ("出\u200b貨", "出貨"),
        ("在哪ㄋ", "在哪 哪呢"),
        ("＋１", "+1"),
        ("soooo good", "soo good"),
        ("請問drip bag怎麼泡", "請問 drip bag 怎麼 麼泡"),
        ("don’t", "don't"),
        ("貨", "貨"),
        ("🙏❤️", ""),
    ],
)
def test_one_question_written_differently_folds_alike(text: str, folded: str) -> None:
    assert normalise(text) == folded


@unhurried
@given(ANY_TEXT | NASTY)
def test_folded_text_is_tokens_with_single_spaces(text: str) -> None:
    folded = normalise(text)
    assert folded == " ".join(folded.split())
    assert "\u200b" not in folded


@unhurried
@given(st.text(st.characters(codec="ascii"), max_size=100))
def test_case_and_width_do_not_matter(text: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else c for c in text)
    assert normalise(wide) == normalise(text) == normalise(text.upper())


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("請問什麼時候出貨？", "zh-Hant"),
        ("Morning Light Coffee 的 drip bag 怎麼泡", "zh-Hant"),
        ("好喝の咖啡", "zh-Hant"),
        ("请问什么时候发货", "zh-Hans"),
        ("How much is the 晨光 blend?", "en"),
        ("コーヒーください", "ja"),
        ("日本に送れますか", "ja"),
        ("얼마예요?", "ko"),
        ("Сколько стоит?", "und"),
        ("🙏❤️", None),
        ("+1", None),
        ("", None),
    ],
)
def test_the_script_tells_the_language(text: str, tag: str | None) -> None:
    assert language(text) == tag


@pytest.mark.parametrize(
    ("told", "answered"),
    [
        ("zh-Hant", "zh-TW"),
        ("ZH", "zh-TW"),
        ("yue", "zh-TW"),
        ("en", "en"),
        ("ja", "en"),
        ("und", "en"),
        (None, "zh-TW"),
    ],
)
def test_everybody_is_answered_in_one_of_our_languages(told: str | None, answered: str) -> None:
    assert spoken(told) == answered


@unhurried
@given(ANY_TEXT | NASTY)
def test_any_text_has_a_language_or_none(text: str) -> None:
    assert language(text) in {"zh-Hant", "zh-Hans", "ja", "ko", "en", "und", None}


def test_what_counts_as_plain_has_nothing_to_take_off() -> None:
    odd = (text._ODD_SPACE, text._LINE_ENDS, text._INVISIBLE, text._TAGS, text._SURROGATES)
    plain = [character for character in map(chr, range(sys.maxunicode + 1)) if text._PLAIN.fullmatch(character)]
    assert len(plain) > 20_000
    assert [hex(ord(character)) for character in plain if any(pattern.search(character) for pattern in odd)] == []
    assert not text._PILED_MARKS.search("".join(plain))
    assert not text._LOOSE_GLUE.search("".join(plain))
