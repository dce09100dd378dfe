"""The word lists: how an entry is read, and that every shipped one can be found as it is meant."""

from __future__ import annotations

import pytest

from replies.risk.fold import fold, same
from replies.risk.words import Words, forms, read, words
from replies.text import LANGUAGES


def found(text: str, language: str = "zh-TW", **lists: list[str]) -> list[str]:
    folded = fold(text).text
    return [folded[hit.start : hit.end] for hit in Words(lists, language).find(folded)]


def test_the_longest_entry_at_a_place_wins() -> None:
    assert found("消毒", a=["毒"], b=["消毒"]) == ["消毒"]
    assert found("白目", a=["白(|目)"]) == ["白目"]


def test_a_gap_stays_in_its_clause() -> None:
    assert found("訂單一直沒到", a=["訂單…沒到"]) == [same("訂單一直沒到")]
    assert found("訂單，一直沒到", a=["訂單…沒到"]) == []


def test_a_number_may_be_written_either_way() -> None:
    assert found("等了40分鐘 等了四十分鐘", a=["等了#分鐘"]) == [same("等了40分鐘"), same("等了四十分鐘")]


def test_an_english_entry_is_whole_words() -> None:
    assert found("classic ass", "en", a=["ass"]) == ["ass"]
    assert found("facebook f**k", "en", a=["f**k"]) == ["f**k"]
    assert found("disappointing disappoint", "en", a=["disappoint*"]) == ["disappointing", "disappoint"]


def test_chinese_beside_latin_letters_may_have_a_space_between() -> None:
    assert found("加 LINE 領 加line領", a=["加line領"]) == [same("加 line 領"), same("加line領")]


@pytest.mark.parametrize("entry", ["(爛", "爛)", "((爛)|壞)", "…爛", "爛…", ""])
def test_an_entry_that_cannot_be_read_is_refused(entry: str) -> None:
    with pytest.raises(ValueError, match=r"to begin and end|parenthesis"):
        forms(entry)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_shipped_entry_finds_itself(language: str) -> None:
    lost = []
    for name, entries in read(language).items():
        if name.startswith("shift."):
            continue
        for form in (form for entry in entries for form in forms(entry)):
            text = form.replace("…", "").replace("#", "3").removesuffix("*").removesuffix("$")
            hits = list(words(language).find(text))
            if not any(name in hit.lists and hit.end - hit.start == len(text) for hit in hits):
                lost.append((name, form, [text[hit.start : hit.end] for hit in hits]))
    assert lost == []
