"""Threads: every part fits, nothing but space is lost, cuts fall where a reader pauses, and parts are evenly long."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from bot.posts.places import DoesNotFit
from bot.posts.threads import Fits, split
from platforms.caps import Counter
from platforms.counters import count

ZH = (
    "今天麵包店有新口味，是用台灣的芋頭做的、很香！大家快來吃喔…「真的好吃。」老闆說：不好吃不用錢😋。\n\n"
    "早上八點開門，數量限量300個；詳情看 https://shop.tw/a?b=1 #台南美食 @shop\n"
)


def within(limit: int, counter: Counter = Counter.CODEPOINTS) -> Fits:
    return lambda text: count(text, counter) <= limit


def gaps(text: str, parts: list[str]) -> list[str]:
    """What of the text stands between the parts."""
    at, found = len(text) - len(text.lstrip()), []
    for part in parts:
        begin = text.index(part, at)
        found.append(text[at:begin])
        at = begin + len(part)
    return [*found, text[at:]]


def test_a_text_that_fits_is_one_part_without_a_number() -> None:
    assert split(" Hello.\n", within(6), numbered=True) == ["Hello."]
    assert split("", within(6)) == [""]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("One. Two.\n\nThree. Four.", 15, ["One. Two.", "Three. Four."]),
        ("One. Two.\nThree. Four.", 15, ["One. Two.", "Three. Four."]),
        ("One two three. Four, five six.", 20, ["One two three.", "Four, five six."]),
        ("我們明天開門。歡迎大家來，", 8, ["我們明天開門。", "歡迎大家來，"]),
        ("今天有新口味，明天也有新口味", 8, ["今天有新口味，", "明天也有新口味"]),
        ("「今天開門了。」他說好的", 8, ["「今天開門了。」", "他說好的"]),
        ('"We are open." She said so', 16, ['"We are open."', "She said so"]),
        ("今天很好吃！😋🎉明天再來吧", 8, ["今天很好吃！😋🎉", "明天再來吧"]),
        ("Ask Dr. Lin today. Or me then.", 20, ["Ask Dr. Lin today.", "Or me then."]),
        ("We open at 8 a.m. daily now", 20, ["We open at 8", "a.m. daily now"]),
        ("價格是一百元，特價1,200元整", 10, ["價格是一百元，", "特價1,200元整"]),
    ],
)
def test_cuts_fall_where_a_reader_pauses(text: str, limit: int, parts: list[str]) -> None:
    assert split(text, within(limit)) == parts


def test_parts_are_evenly_long_and_not_full_with_a_rest() -> None:
    assert [len(part) for part in split("好" * 503, within(500))] == [251, 252]
    assert [len(part) for part in split("word " * 101, within(500))] == [254, 249]


def test_a_thread_may_be_one_part_longer_to_keep_sentences_whole() -> None:
    sentence = "這是一個長度為三十個字的句子所以它寫得特別長才能剛好湊滿啊。"
    assert split(sentence * 3, within(46)) == [sentence] * 3
    assert len(split("好" * 93, within(46))) == 3
    assert len(split("好" * 92, within(46))) == 2


@pytest.mark.parametrize(
    "whole",
    ["https://shop.tw/a,b?c=d&e=(f)#g", "https://zh.wikipedia.org/wiki/臺灣", "#台南美食節2027好吃",
     "@shop.tainan_bakery", "1,234,567.89", "www.shop.tw/path", "me@shop.tw", "👨‍👩‍👧‍👦👨‍👩‍👧‍👦", "don’t-you-dare"],
)  # fmt: skip
def test_what_belongs_together_stays_whole_wherever_it_stands(whole: str) -> None:
    for before in range(40):
        for text in (f"{'好' * before} {whole} 再見。{'好' * 20}", f"{'go ' * before}{whole} {'go ' * 20}"):
            parts = split(text, within(40))
            if "👨" in whole:
                assert all(part.count("👨") == part.count("👦") for part in parts)
            else:
                assert sum(whole in part for part in parts) == 1


def test_a_run_that_is_too_long_is_cut_between_graphemes() -> None:
    assert [len(part) for part in split("a" * 30, within(12))] == [10, 10, 10]
    family = "👨‍👩‍👧‍👦"
    assert sorted(split(family * 5, within(2 * len(family)))) == [family, family * 2, family * 2]
    assert sorted(split("e\u0301" * 5, within(4))) == ["e\u0301", "e\u0301" * 2, "e\u0301" * 2]
    assert split("#" + "好" * 9, within(5)) == ["#好好好好", "好好好好好"]


def test_words_right_behind_a_link_are_cut_only_where_they_must_be() -> None:
    parts = split("https://shop.tw/" + "好" * 40, within(20))
    assert parts[0].startswith("https://shop.tw/")
    assert "".join(parts) == "https://shop.tw/" + "好" * 40


@pytest.mark.parametrize("numbered", [False, True])
def test_a_link_or_a_sign_that_alone_does_not_fit_is_an_error_that_names_it(numbered: bool) -> None:
    with pytest.raises(DoesNotFit) as told:
        split("請看 https://shop.tw/a-long-address 喔", within(20), numbered=numbered)
    assert told.value.piece == "https://shop.tw/a-long-address"
    with pytest.raises(ValueError, match="alone does not fit"):
        split("好", within(0), numbered=numbered)
    with pytest.raises(ValueError, match="alone does not fit"):
        split("ab👨‍👩‍👧‍👦", within(3), numbered=numbered)


def test_numbers_count_and_change_the_split_when_they_grow() -> None:
    nine = split("好" * 90, within(16), numbered=True)
    assert [part[-6:] for part in nine] == [f" ({n}/9)" for n in range(1, 10)]
    more = split("好" * 91, within(16), numbered=True)
    assert len(more) == 12
    assert more[9].endswith("好 (10/12)")
    assert max(len(part) for part in more) <= 16


PIECE = st.sampled_from(
    ["今天開門", "麵包，", "好吃！", "……", "「", "」", "（", "）", '"', "'", "。", "、", " ", "  ", "\n", "\n\n",
     "\r\n", "Hello", "world.", "e\u0301", "\u0301", "👍🏽", "👨‍👩‍👧‍👦", "🇹🇼", "🇹", "1️⃣", "3,500", "#台南", "@shop", "https://a.tw/x",
     "https://a.tw/臺", "(", ")", "a", "กำ", "\u200d", "한글", "ー", "々", "\u3000", "$", ":)"]
)  # fmt: skip
TEXT = st.lists(PIECE | st.text(max_size=3), max_size=40).map("".join)


@given(TEXT, st.integers(26, 60), st.sampled_from(list(Counter)), st.booleans())
def test_every_part_fits_and_nothing_but_space_is_lost(text: str, limit: int, counter: Counter, numbered: bool) -> None:
    fits = within(limit, counter)
    alone = ""
    try:
        parts = split(text, fits, numbered=numbered)
    except DoesNotFit as error:
        alone = error.piece
        parts = []
    if not parts:
        assert regex.fullmatch(r"\X|https?://\S+", alone)
        assert not fits(alone + " (10/10)" * numbered)
        return
    assert all(fits(part) for part in parts)
    assert all(parts) or not text.strip()
    if numbered and len(parts) > 1:
        endings = [f" ({n}/{len(parts)})" for n in range(1, len(parts) + 1)]
        assert all(part.endswith(ending) for part, ending in zip(parts, endings, strict=True))
        parts = [part.removesuffix(ending) for part, ending in zip(parts, endings, strict=True)]
    assert "".join(gaps(text, parts)).strip() == ""
    edges = {found.end() for found in regex.finditer(r"\X", text.strip())} | {0}
    at = 0
    for gap, part in zip(gaps(text, parts), parts, strict=False):
        at += len(gap) + len(part)
        assert at in edges


@given(st.lists(PIECE, max_size=30).map(" ".join) | st.lists(PIECE, max_size=30).map("好".join))
def test_no_part_begins_with_what_closes_or_ends_with_what_opens(text: str) -> None:
    wrong = [p for p in split(text, within(400))[1:] if p[0] in "」）)。、！，"]
    assert wrong == []
    parts = split(text, within(60))
    glued = regex.compile(
        r"[「（($」）)。、，！…ー々\"':\u0301\u200d\s]{8}"
    )  # longer than that is a run that may be cut
    if not glued.search(text):
        assert [part for part in parts[1:] if part[0] in "」）)。、，"] == []
        assert [part for part in parts[:-1] if part[-1] in "「（("] == []


@given(
    st.lists(st.sampled_from(["好吃！", "今天有開，", "來吧 ", "word ", "嗨。\n\n"]), min_size=40, max_size=99).map(
        "".join
    )
)
def test_no_part_is_much_shorter_than_the_others(text: str) -> None:
    parts = split(text, within(60))
    assert min(len(part) for part in parts) >= 8  # a quarter of the share of two that just need to be two


@pytest.mark.parametrize(
    "text", [ZH * 400, "We baked a new bread, with taro. Come by! " * 1_000, "好" * 40_000, "a" * 40_000]
)
def test_forty_thousand_characters_take_a_moment(text: str) -> None:
    text = text[:40_000]
    took = []
    for _ in range(3):
        began = time.process_time()  # not the time others take from a busy machine
        parts = split(text, within(500))
        took.append(time.process_time() - began)
    assert len(parts) >= 80
    assert min(took) < 0.2
