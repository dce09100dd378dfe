"""What a reader is called: the rules of `replies.names`, name by name, and any text at all."""

from __future__ import annotations

import time

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.names import NEUTRAL, called, one_line

unhurried = settings(deadline=None)  # a busy machine is no bug

AS_THEY_STAND = [
    "王小明", "歐陽菲菲", "陳怡君", "林", "王先生", "陳小姐", "小美的媽媽", "阿姨我不想努力了", "洪榮宏",
    "Amy Lin", "amy", "van Gogh", "José Álvarez", "Nguyễn Văn A", "Jean-Luc O'Neil", "Dr. Wang", "D'Angelo",
    "瓦歷斯·諾幹", "夏曼‧藍波安", "Sayun Nomin", "利格拉樂・阿𡠄", "伊央·撒耘", "Kolas Yotaka",
    "さくら", "タロウ", "田中 花子", "ロマン・ポランスキー", "김민수", "박 지영", "สมชาย", "Анна", "नेहा", "محمد",
    "晨光咖啡 Morning Light", "小美手作甜點", "信義房屋 王小明", "AMY LIN", "meiyu1958", "hank_tsai", "Amy.L", "小🌸美",
    "I ♥ Coffee", "Taipei 101 迷", "7-ELEVEN 店員", "小7", "B2 咖啡",
]  # fmt: skip

CLEANED = [
    ("  Amy   Lin ", "Amy Lin"),
    ("a\nb\r\tc", "a b c"),
    ("evil\u202egnp", "evilgnp"),
    ("小\u200b明", "小明"),
    ("@amy", "amy"),
    ("＠小美", "小美"),
    ("Bob @everyone", "Bob everyone"),
    ("Ａｍｙ　Ｌｉｎ", "Amy Lin"),
    ("𝓐𝓶𝔂", "Amy"),
    ("🌸小美🌸", "小美"),
    ("Amy 🇹🇼", "Amy"),
    ("👨‍👩‍👧王媽媽", "王媽媽"),
    ("小👩🏽‍🍳廚", "小 廚"),
    ("★彡小美彡★", "小美"),
    ("꧁Amy꧂", "Amy"),
    ("~*Amy*~", "Amy"),
    ("小美^_^", "小美"),
    ("小美(≧▽≦)", "小美"),
    ("阿德(´･ω･`)ゞ", "阿德"),
    ("小美♡", "小美"),
    ("（小美）", "小美"),
    ("小美（代購）", "小美"),
    ("Amy (she/her)", "Amy"),
    ("【韓國代購】小美", "小美"),
    ("王小明｜房仲", "王小明"),
    ("王小明|信義房屋 0912345678", "王小明"),
    ("Amy Lin | Realtor", "Amy Lin"),
    ("陳怡君•保險規劃", "陳怡君"),
    ("阿德／水電", "阿德"),
    ("小美/https://evil.example", "小美"),
    ("小美（https://evil.example）", "小美"),
    ("長" * 50, "長" * 40),
]  # fmt: skip

NOT_SAYABLE = [
    "", "  ", "\u200b", "\u3164", "...", "@", "\ud83d", "🌸", "👨‍👩‍👧‍👦", "🇹🇼", "★☆★", "♡♡", "{{ 7*7 }}",
    "(´･ω･`)", "ヽ(ﾟДﾟ)ﾉ", "¯\\_(ツ)_/¯", "ಠ_ಠ", "^_^", "T_T",
    "0912345678", "０９１２", "88", "٣٤", "小美0912345678", "user82736451", "王Ａ０００",
    "AMY", "ABC_SHOP", "ＡＭＹ", "JJ",
    "https://evil.example", "shop at evil.com", "加賴 line.me/xx88", "x" * 60 + "www.a.b", "evil.com/小美",
    "｜房仲", "88｜房仲",
    "Deleted Account", "Facebook 使用者", "facebook user", "LINE 用戶", "匿名成員", "Anonymous",
]  # fmt: skip


def test_the_table_has_at_least_sixty_names() -> None:
    assert len({*AS_THEY_STAND, *(name for name, _ in CLEANED), *NOT_SAYABLE}) >= 60


@pytest.mark.parametrize("name", AS_THEY_STAND)
def test_a_name_stays_as_its_owner_writes_it(name: str) -> None:
    assert called(name, "zh-TW") == called(name, "en") == name


@pytest.mark.parametrize(("name", "shown"), CLEANED)
def test_decoration_advertising_and_tricks_go(name: str, shown: str) -> None:
    assert called(name, "zh-TW") == shown


@pytest.mark.parametrize("name", NOT_SAYABLE)
def test_what_cannot_be_said_becomes_the_neutral_word(name: str) -> None:
    assert called(name, "en") == "there"
    assert called(name, "zh-TW") == "朋友"


@pytest.mark.parametrize(("wish", "shown"), [("小明", "小明"), (" JJ ", "JJ"), ("王先生", "王先生"), ("@amy", "amy")])
def test_what_somebody_asked_to_be_called_wins(wish: str, shown: str) -> None:
    assert called("王小明｜房仲", "zh-TW", wish) == shown


@pytest.mark.parametrize("wish", ["", " ", "🌸", "www.evil.com", "123"])
def test_a_wish_that_cannot_be_said_leaves_the_name(wish: str) -> None:
    assert called("王小明", "zh-TW", wish) == "王小明"


@unhurried
@given(st.text(st.characters(codec=None), max_size=200), st.sampled_from(sorted(NEUTRAL)), st.text(max_size=20))
def test_any_name_gives_one_short_line_without_mentions(name: str, language: str, wish: str) -> None:
    for shown in (called(name, language), called(name, language, wish)):
        assert 1 <= len(regex.findall(r"\X", shown)) <= 40
        assert shown == shown.strip()
        assert not regex.search(r"[@＠\n\r\x00\u202e]", shown)
        assert one_line(shown) == shown
        shown.encode()


@pytest.mark.parametrize("piece", ["ω", "(", "(ω", "｜", "[(", "👨‍👩‍👧‍👦", "ﾟ", "a ", "http"])
def test_forty_thousand_characters_are_no_name_to_wait_for(piece: str) -> None:
    name = (piece * 40_000)[:40_000]
    started = time.process_time()
    called(name + "(" + name, "en")
    assert time.process_time() - started < 0.05
