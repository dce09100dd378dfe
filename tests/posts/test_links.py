"""Links in a post say where a click came from, and nothing else in the post is touched."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.posts.links import filled, tagged

UTM = {"utm_source": "fb", "utm_medium": "social"}
ADDED = "utm_source=fb&utm_medium=social"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://shop.example", "https://shop.example?{}"),
        ("http://shop.example/", "http://shop.example/?{}"),
        ("HTTPS://Shop.Example/A", "HTTPS://Shop.Example/A?{}"),
        ("https://shop.example:8443/a", "https://shop.example:8443/a?{}"),
        ("https://shop.example/a?size=m", "https://shop.example/a?size=m&{}"),
        ("https://shop.example/a?size=m&", "https://shop.example/a?size=m&{}"),
        ("https://shop.example/a?b[]=1&b[]=2", "https://shop.example/a?b[]=1&b[]=2&{}"),
        ("https://shop.example/a#price", "https://shop.example/a?{}#price"),
        ("https://shop.example/a?b=1#/c?d=2", "https://shop.example/a?b=1&{}#/c?d=2"),
        ("https://shop.example/%E6%96%B0%e5%93%81", "https://shop.example/%E6%96%B0%e5%93%81?{}"),
        ("https://web.example/https://shop.example/a", "https://web.example/https://shop.example/a?{}"),
    ],
)
def test_a_link_keeps_its_path_query_and_fragment(text: str, wanted: str) -> None:
    assert tagged(text, UTM) == wanted.replace("{}", ADDED)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("新品看這裡：", "，快來"),
        ("看", "。"),
        ("（", "）"),
        ("「", "」"),
        ("(", ")"),
        ("[菜單](", ")!"),
        ("<", ">"),
        ("See ", "."),
        ("Seen ", "?"),
        ("**", "**"),
        ("", "、https://shop.example/b"),
        ("", "\n第二行"),
        ("", "新品上市"),
        ("", "🎉"),
        ("", "は新しい"),
        ("", "好嗎?"),
    ],
)
def test_what_stands_around_a_link_stays_outside(before: str, after: str) -> None:
    wanted = f"{before}https://shop.example/a?{ADDED}{tagged(after, UTM)}"
    assert tagged(f"{before}https://shop.example/a{after}", UTM) == wanted


def test_a_bracket_the_link_opened_is_its_own() -> None:
    assert tagged("(https://a.example/latte_(drink))", UTM) == f"(https://a.example/latte_(drink)?{ADDED})"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://晨光咖啡.tw/menu", "https://晨光咖啡.tw/menu?{}"),
        ("https://晨光咖啡.台灣/menu", "https://晨光咖啡.台灣/menu?{}"),
        ("https://晨光咖啡.台灣", "https://晨光咖啡.台灣?{}"),
        ("https://xn--kpry57d.xn--kprw13d/", "https://xn--kpry57d.xn--kprw13d/?{}"),
        ("https://shop.example新品上市", "https://shop.example?{}新品上市"),
        ("https://shop.example。新品", "https://shop.example?{}。新品"),
        ("https://shop.example.快來", "https://shop.example?{}.快來"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
    ],
)
def test_a_host_may_be_written_in_any_script(text: str, wanted: str) -> None:
    assert tagged(text, UTM) == wanted.replace("{}", ADDED)


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/新品",
        "https://shop.example/a新品/b",
        "https://shop.example/a?name=新品",
        "https://shop.example/a新品?size=m",
        "https://name@shop.example/",
        "https://name:word@shop.example/",
        "https://first.last:80@shop.example/",
        "https://shop.example%40other.example/",
        "https://shop.example\\@other.example/",
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "ftp://shop.example/",
        "xhttps://shop.example/",
        "shop.example/a",
        "https://",
        "https://。",
        "沒有連結的貼文",
        "",
    ],
)
def test_what_is_no_clear_link_is_left_alone(text: str) -> None:
    assert tagged(text, UTM) == text


@pytest.mark.parametrize(
    "there", ["utm_source=poster", "UTM_Source=poster", "utm%5Fsource=poster", "utm_source=", "utm_source"]
)
def test_what_a_link_says_itself_is_never_said_twice(there: str) -> None:
    assert tagged(f"https://a.example/?{there}", UTM) == f"https://a.example/?{there}&utm_medium=social"


def test_a_value_is_written_so_that_it_ends_where_it_ends() -> None:
    found = tagged("https://a.example/", {"utm_campaign": "週年慶 50%&more=1#x"})
    assert found == "https://a.example/?utm_campaign=%E9%80%B1%E5%B9%B4%E6%85%B6%2050%25%26more%3D1%23x"


@pytest.mark.parametrize(
    ("hosts", "link", "own"),
    [
        (["shop.example"], "https://shop.example/", True),
        (["shop.example"], "https://WWW.Shop.Example/", True),
        (["Shop.Example"], "https://shop.example/", True),
        (["shop.example"], "https://myshop.example/", False),
        (["shop.example"], "https://shop.example.evil.example/", False),
        (["www.shop.example"], "https://shop.example/", False),
        (["晨光咖啡.tw"], "https://xn--54q53forz85c.tw/", True),
        (["xn--54q53forz85c.tw"], "https://晨光咖啡.tw/", True),
        ([], "https://shop.example/", False),
        (None, "https://shop.example/", True),
    ],
)
def test_only_links_to_the_brands_own_hosts_are_tagged(hosts: list[str] | None, link: str, own: bool) -> None:
    assert tagged(link, UTM, hosts) == (f"{link}?{ADDED}" if own else link)


def test_values_name_the_account_the_post_and_the_campaign_and_nothing_else() -> None:
    told = {"utm_source": "{account}", "utm_content": "p{post}", "utm_campaign": "{campaign}", "ref": "{account.x} {}"}
    assert filled(told, account="fb", post="7") == {"utm_source": "fb", "utm_content": "p7", "ref": "{account.x} {}"}
    assert filled(told, account="{post}", post="7", campaign="夏")["utm_source"] == "{post}"
    assert filled(told, account="fb", post="7", campaign="夏")["utm_campaign"] == "夏"


LINKS = ["https://", "http://", "HTTPS://", "shop.example", "晨光.台灣", "a.tw", "user@", ":80", "utm_source"]
SIGNS = [*"/?&=#.,)(][']%_- \n\ud83d", "%41", "。", "，", "新品", "🎉"]
TEXTS = st.lists(st.sampled_from(LINKS + SIGNS), max_size=24).map("".join) | st.text(max_size=80)
NAMES = st.sampled_from(["utm_source", "UTM_SOURCE", "utm_medium", "a b", "新", "a&b"])


@settings(deadline=None, max_examples=500)
@given(TEXTS, st.dictionaries(NAMES, st.text(max_size=8), max_size=4))
def test_tagging_twice_is_tagging_once_and_takes_nothing_away(text: str, parameters: dict[str, str]) -> None:
    once = tagged(text, parameters)
    assert tagged(once, parameters) == once
    rest = iter(once)
    assert all(sign in rest for sign in text)  # Every sign is still there, in order.


@pytest.mark.parametrize(
    "piece", ["https://", "https://a.", "https://a.tw/", "https://a.tw/(", "a.", "新", "https://a.tw新品", "."]
)
def test_a_hostile_text_takes_no_longer_than_a_blink(piece: str) -> None:
    text = "https://a" + piece * 3_000
    times = []
    for _ in range(3):
        started = time.process_time()
        tagged(text, UTM)
        times.append(time.process_time() - started)
    assert min(times) < 0.1, f"{min(times) * 1e3:.1f} ms"
