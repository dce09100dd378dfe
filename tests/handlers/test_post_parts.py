"""What a post's card says of its accounts: texts, lengths, fates, links, files, warnings, numbers, and what it asks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.team import PostPart
from tests.handlers.post_cards import (
    CHINESE,
    OUT,
    SENT,
    buttons,
    drawn,
    offered,
    post,
    quoted,
    target,
    thread,
    whole,
)


def test_every_part_stands_there_character_by_character() -> None:
    texts = ("*上市* <了> &amp; :tada:\n\n\n\n一起來", "第二段 `x`", "")
    message = drawn(post(targets=(target("brand", *texts),), comment="_連結_ <!here>"))
    assert quoted(message) == [texts[0], texts[1], "(no text)", "_連結_ <!here>"]
    for mark in ("1/3", "2/3", "3/3"):
        assert mark in message.text
        assert mark in whole(message)
    assert "post.approve" in offered(post(targets=(target("brand", *texts),)))


def test_lengths_are_counted_against_the_limit_in_the_platforms_own_unit() -> None:
    long = target("cafe", "一", "二", platform="telegram", limit=4096, counter="utf16")
    assert "Square · brand: 6 / 500 characters" in drawn(post()).text
    assert "Telegram・cafe：1、1 / 4,096 字（依平台算法，UTF-16）" in drawn(post(targets=(long,)), CHINESE).text


def test_what_several_accounts_say_alike_stands_there_once() -> None:
    alike = (target("brand", "同一句"), target("cafe", "同一句"), target("shop", "另一句"))
    message = drawn(post(targets=alike))
    assert quoted(message) == ["同一句", "另一句"]
    assert all(name in message.text for name in ("brand", "cafe", "shop"))


def test_what_a_platform_would_refuse_is_said_and_cannot_be_approved() -> None:
    problems: tuple[tuple[str, dict[str, str | int]], ...] = (
        ("too_long", {"length": 600, "limit": 500, "counter": "graphemes"}),
        ("media_size", {"size": 7_500_000, "limit": 5_000_000}),
        ("unsupported", {"verb": "thread"}),
        ("never_heard_of", {}),
    )
    card = post(targets=(target(problems=problems),))
    for said in ("600 of 500", "7.5 MB, and at most 5.0 MB", "has no threads", "does not accept this text"):
        assert said in drawn(card).text
        assert said in whole(drawn(card))
    assert offered(card) == ["post.edit", "post.changes", "post.cancel"]


def test_the_fate_of_every_part_is_told_with_where_it_is() -> None:
    parts = (
        PostPart("一", 1, "sent", 1, url="https://x.example/1"),
        PostPart("二", 1, "unsure", 2, "unsure"),
        PostPart("三", 1, "failed", 3, "part_missing"),
        PostPart("四", 1, "ready", 4, "auth"),
    )
    under = PostPart("留言", 2, "failed", 5, "gone")
    message = drawn(post(state="failed", targets=(target(parts=parts, comment=under),)))
    assert "1/4 public · 2/4 unsure · 3/4 not public · 4/4 waiting to go out · comment: not public" in message.text
    assert '{"type": "link", "url": "https://x.example/1", "text": "1/4 public"}' in whole(message)
    for why in (
        "3/4: The part before it is not public",
        "4/4: The platform refuses our access",
        "the comment: The post",
    ):
        assert why in message.text


def test_each_unsure_part_is_asked_about_by_itself() -> None:
    under = PostPart("留言", 2, "unsure", 200)
    one, other = thread("sent", "unsure", comment=under), thread("unsure", first=300, account="cafe")
    message = drawn(post(state="failed", targets=(one, other)))
    asked = [button for button in buttons(message) if button["action_id"].startswith("part.")]
    assert [button["value"] for button in asked] == ["12:102", "12:102", "12:200", "12:200", "12:301", "12:301"]
    assert [button["text"]["text"] for button in asked] == [
        "It is there (brand · 2/2)",
        "Send it again (brand · 2/2)",
        "It is there (brand · the comment)",
        "Send it again (brand · the comment)",
        "It is there (cafe)",
        "Send it again (cafe)",
    ]
    assert "brand · 2/2" in asked[1]["confirm"]["text"]["text"]
    assert "post.again" not in [button["action_id"] for button in buttons(message)]


def test_more_unsure_parts_than_fit_are_counted() -> None:
    many = tuple(thread("unsure", "unsure", first=10 * n, account=f"a{n}") for n in range(1, 9))
    message = drawn(post(state="failed", targets=many))
    asked = {button["value"] for button in buttons(message) if button["action_id"] == "part.mark_sent"}
    said = re.search(r"(\d+) more are unsure", message.text)
    assert said is not None
    assert len(asked) + int(said[1]) == 16


def test_what_is_public_is_a_click_away_on_every_account() -> None:
    outs = tuple(replace(OUT, account=name, url=f"https://x.example/{name}") for name in ("brand", "cafe"))
    found = [button for button in buttons(drawn(post(state="published", targets=outs))) if "url" in button]
    assert [button["url"] for button in found] == ["https://x.example/brand", "https://x.example/cafe"]
    assert [button["text"]["text"] for button in found] == ["Open on Square (brand)", "Open on Square (cafe)"]
    evil = replace(OUT, url="javascript:alert(1)", parts=(replace(SENT, url="http://evil.example/"),))
    assert "evil" not in whole(drawn(post(state="published", targets=(evil,))))


def test_files_are_shown_with_their_descriptions_and_the_lack_of_one_is_told() -> None:
    message = drawn(post(media=(("latte.jpg", "一杯拿鐵"), ("menu.png", ""))))
    for held in (message.text, whole(message)):
        assert "1. latte.jpg: “一杯拿鐵”" in held
        assert "2. menu.png: no description" in held
    assert "no description" not in drawn(post(state="published", media=(("menu.png", ""),))).text
    assert "post.preview" in offered(post(media=(("latte.jpg", "字" * 1001),)))


WARNED = {
    "same_text": ({"post": 3, "days": 1, "share": 96}, "post #3 (96% alike), 1 day apart"),
    "same_hour": ({"post": 3, "account": "brand"}, "Post #3 goes out on brand in the same hour"),
    "quiet_hours": ({"start": "22:00", "end": "08:00"}, "22:00–08:00"),
    "blackout": ({"date": "2026-11-25", "name": "國殤日"}, "國殤日"),
    "token_ends": ({"account": "brand", "at": "2026-11-24"}, "Access to brand ends on 2026-11-24"),
    "skipped_hour": ({"zone": "Europe/London"}, "skip this hour"),
    "doubled_hour": ({"zone": "Europe/London"}, "twice that day"),
    "too_close": ({"minutes": 3}, "due in 3 min"),
    "holiday": ({"name": "元旦"}, "元旦"),
}


@pytest.mark.parametrize("key", WARNED)
def test_each_warning_is_a_sentence_in_both_languages(key: str) -> None:
    params, said = WARNED[key]
    card = post(warned=((key, params),))
    assert said in drawn(card).text
    assert said in whole(drawn(card))
    assert "?" not in drawn(card).text + drawn(card, CHINESE).text


def test_what_was_counted_stands_with_its_age_and_nothing_else_is_made_up() -> None:
    measured: tuple[tuple[str, str, dict[str, int]], ...] = (
        ("brand", "24h", {"likes": 1204, "stars": 3, "replies": 0}),
        ("brand", "7d", {}),
    )
    card = post(state="published", targets=(OUT,), measured=measured)
    for held in (drawn(card).text, whole(drawn(card))):
        assert "brand, after 24 h: Likes: 1,204 · stars: 3 · Replies: 0" in held
        assert "brand, after 7 days: –" in held
    assert "brand，發布 24 小時後：讚：1,204・stars：3・回覆：0" in drawn(card, CHINESE).text
