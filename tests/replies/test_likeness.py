"""How alike posts are: tracked links, hashtags, emoji and width do not hide the same words, and do not make them."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.likeness import alike, most_alike

SALE = "週年慶開跑！全館滿千折百，再抽日月潭雙人住宿券。活動只到 11 月 30 日，手刀下單不要錯過～"
SHOP = "https://shop.example.tw/sale/anniversary"
HOURS = "Our Taichung shop opens an hour earlier from Monday. Come in for breakfast, the first coffee is on us!"

SAME = {
    "tracking": (f"{SALE}\n{SHOP}?utm_source=fb&utm_medium=social", f"{SALE}\n{SHOP}?utm_source=ig&fbclid=IwAR0"),
    "one page, two ways": (f"{SALE} {SHOP}", f"{SALE} http://www.shop.example.tw/sale/anniversary/#top"),
    "another page": (f"{SALE}{SHOP}", f"{SALE} https://shop.example.tw/sale/other"),
    "a link amid Chinese": (f"點這裡 {SHOP}，{SALE}", f"點這裡{SHOP}?si=a8，{SALE}"),
    "other hashtags": (f"{SALE}\n#週年慶 #抽獎 #台中美食", f"{SALE}\n#anniversary #sale"),
    "hashtags moved": (f"{SALE}\n#週年慶 #抽獎", f"#抽獎 #週年慶\n{SALE}"),
    "emoji and punctuation": (f"🎉🎉🎉{SALE}🎉", SALE.replace("！", "! 🔥")),
    "width and lines": (SALE, SALE.replace("11 月 30 日", "１１月３０日").replace("，", "\n\n")),
    "another date": (SALE, SALE.replace("11 月 30 日", "12 月 5 日")),
    "English shouted": (HOURS, HOURS.upper().replace("!", "!!! ☕")),
    "English, another town": (HOURS, HOURS.replace("Taichung", "Tainan")),
    "nothing but hashtags": ("#早安 #咖啡", "#咖啡  #早安"),
    "nothing but a link": (SHOP, f"{SHOP}?gclid=1"),
    "nothing but emoji": ("🎂🎂", "🎂 🎂"),
}

TAGS = "#台中美食 #午餐 #定食 #日式料理"
PAGE = "https://shop.example.tw/"
DIFFERENT = {
    "Chinese": (SALE, "週末市集就在草悟道！星期六下午兩點起，現場有手作體驗和街頭音樂，歡迎帶毛小孩一起來逛～"),
    "English": (
        HOURS,
        "Our Tainan shop is closed on Monday for stocktaking. Orders placed online still go out that day.",
    ),
    "two languages": (SALE, HOURS),
    "one link under two posts": (f"中秋禮盒開賣 {SHOP}", f"母親節蛋糕預購 {SHOP}"),
    "one block of hashtags": (f"今日主廚推薦：鹽烤鯖魚 {TAGS}", f"晚上加開一場品酒會 {TAGS}"),
    "few words, two pages": (f"新品上架！{PAGE}p/81", f"新品上架！{PAGE}p/82"),
    "two pages by their query": (f"新品上架！{PAGE}?id=81", f"新品上架！{PAGE}?id=82"),
    "few words, two hashtags": ("今天的推薦 #拿鐵", "今天的推薦 #抹茶"),
    "short": ("早安", "晚安"),
    "nothing said at all": ("", ""),
    "blank": (" \n", SALE),
    "two emoji": ("🎂", "🎁"),
}


@pytest.mark.parametrize(("one", "other"), SAME.values(), ids=SAME)
def test_the_same_words_are_alike_whatever_is_hung_on_them(one: str, other: str) -> None:
    assert alike(one, other) >= 0.9
    assert alike(one, other) == alike(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_two_posts_are_not_alike_whatever_they_share_besides(one: str, other: str) -> None:
    assert alike(one, other) < 0.85


def test_only_what_is_alike_enough_is_found_and_the_most_alike_first() -> None:
    others = [HOURS, SALE.replace("11 月 30 日", "12 月 5 日"), "早安", f"{SALE} #週年慶", SALE]
    found = most_alike(f"{SALE} {SHOP}?utm_source=line", others, 0.85)
    assert [place for place, _ in found] == [4, 3, 1]
    assert [share for _, share in found] == [alike(f"{SALE} {SHOP}", others[place]) for place, _ in found]


def test_other_hashtags_and_long_links_do_not_hide_a_short_post_from_the_search() -> None:
    words = "明天公休一天，星期四恢復正常營業，造成不便敬請見諒，謝謝大家的體諒與支持。"
    one = f"{words} #公休公告 #台中咖啡廳推薦 #精誠商圈美食散步 {SHOP}?utm_campaign={'a' * 90}"
    assert most_alike(one, [f"#closed #tomorrow {words}"], 0.85) == [(0, alike(one, f"#closed #tomorrow {words}"))]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_two_texts_have_a_likeness_and_a_text_is_like_itself(one: str, other: str) -> None:
    assert 0 <= alike(one, other) == alike(other, one) <= 1
    assert alike(f"字{one}", f"字{one}") == 1


def test_two_thousand_posts_are_compared_in_a_blink() -> None:
    draw = random.Random(7)
    syllables, letters = "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主", "etaoinshrdlu "
    posts = [
        "".join(draw.choices(syllables if n % 3 else letters, k=draw.randint(80, 300)))
        + f"！👉 {SHOP}/{n}?utm_source=fb #週年慶 #台中美食"
        for n in range(2_000)
    ]
    spent = []
    for _ in range(5):
        started = time.process_time()
        found = most_alike(posts[1_500], posts, 0.9)
        spent.append(time.process_time() - started)
    assert found[0] == (1_500, 1.0)
    assert min(spent) < 0.02, f"{min(spent) * 1e3:.1f} ms"
