"""What the audience may write to hurt a team: pings, links, markup, invisible and broken characters, endless texts.
It stands on the card as letters and nothing else, and the reply that goes out is the one that was previewed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.sandbox.server import Sandbox
from replies.risk import mask
from replies.text import clean
from tests.faults.conftest import OpenDesk
from tests.faults.screens import elements, whispers, write
from tests.people import EMMA, PINYU, People, offers, until

LITERAL = {
    "everybody": "<!channel> <!here> <!everyone> @channel @here",
    "a colleague": "<@U0PINYU> <@U0PINYU|pinyu> @pinyu",
    "a group": "<!subteam^S0APPROVERS|approvers> @approvers",
    "a disguised link": "<https://evil.example|nice> <mailto:a@evil.example|mail> https://evil.example",
    "a channel and a date": "<#C0GENERAL|general> <!date^1^{date}^https://evil.example|now>",
    "entities": "&lt;!channel&gt; &amp;lt; &#60;!channel&#62; a < b && c > d",
    "markup": "*bold* _x_ ~y~ `code` ```pre``` > quote :tada: 1. list",
    "templates": "{{ 7 * 7 }} {% for x in y %} ${PATH} {0.__class__} %s",
    "right to left": "שלום עולם, متى تفتحون؟",
    "joined emoji": "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 🇹🇼 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    "json and sql": '"\'; DROP TABLE items; -- \\u0000 \\n {"type":"section"}',
}
"""Shown letter by letter, but for what is personal."""

CLEANED = {
    "bidi controls": "\u202e\u2066evil\u2069\u202c txt.exe",
    "no width": "\u200bf\u200dr\ufefee\u2060e\u00ad",
    "only no width": "\u200b\u200b\ufeff",
    "an ideographic variation": "葛\U000e0100飾区 辻\U000e0101",
    "broken surrogates": "\ud83d lone \ude00 pair \ud800",
    "a null": "before\0after",
    "controls": "bell\x07 escape\x1b[31m tab\there",
    "piled marks": "Z" + "\u0337\u0321\u034e" * 60 + "algo",
    "many lines": "one" + "\n" * 400 + "two\r\n\r\rthree\u2028four",
    "endless": "讚" * 40_000,
    "endless without a break": "a" * 40_000,
    "endless escapes": '"\\<>&' * 8_000,
    "endless emoji": "👨‍👩‍👧‍👦" * 5_000,
}
"""Shown without what cannot be seen, and cut."""

HOSTILE = LITERAL | CLEANED
QUESTION = "請問你們的豆子什麼時候出貨？"
ANSWER = "A & B <3 <https://a.example|b> *c* <!channel> :tada: 👨‍👩‍👧 「好」\n第二行"
"""A colleague may write all of this; the public reads just that."""


async def card_of(people: People, comment: str, action: str) -> dict[str, Any]:
    """The card of this comment, by the address its button opens."""

    async def look() -> dict[str, Any] | None:
        found = [card for card in await people.cards("") if f"#comment-{comment}" in str(card["blocks"])]
        assert len(found) <= 1
        return found[0] if found and offers(found[0], action) else None

    return await until(look, f"the card of {comment} that offers {action}")


def parts(value: object) -> Iterator[dict[str, Any]]:
    """Every object inside blocks."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from parts(inner)


def letters(card: dict[str, Any]) -> list[str]:
    """What Slack shows letter by letter: the texts of rich_text, and plain_text."""
    return [part["text"] for part in parts(card["blocks"]) if part.get("type") in ("text", "plain_text", "link")]


def harmless(card: dict[str, Any]) -> None:
    """It notifies nobody, mentions nobody, and leads nowhere but home."""
    assert card["pings"] == []
    marked = [part["text"] for part in parts(card["blocks"]) if part.get("type") == "mrkdwn"]
    for text in [*marked, card["text"]]:
        assert "<!channel" not in text
        assert "<@" not in text
        assert "<http" not in text
    for part in parts(card["blocks"]):
        assert part.get("type") not in ("user", "usergroup", "broadcast", "channel", "emoji", "image")
        assert "evil" not in str(part.get("url", ""))


async def test_a_hostile_comment_is_literal_on_its_card_and_can_be_answered(
    people: People, open_desk: OpenDesk, database_url: str
) -> None:
    async with open_desk(database_url):
        for name, text in HOSTILE.items():
            comment = await people.comment(text)
            card = await card_of(people, comment, "item.edit")
            harmless(card)
            shown = clean(mask(text), 1_500)
            if name in LITERAL:
                assert mask(text) in letters(card), name
            elif not name.startswith("endless"):
                assert (shown or "（沒有文字）") in letters(card), name
            else:
                assert any(len(piece) > 400 and piece.endswith("…") for piece in letters(card)), name
                assert any(f"{len(text)} 字" in piece for piece in letters(card)), name
            preview = await write(people, card, ANSWER)
            assert ANSWER in [part["text"] for part in parts(preview["blocks"]) if part.get("type") == "text"], name
            await people.do("slack/submit", user=PINYU, view_id=preview["id"])
            card = await card_of(people, comment, "item.reopen")
            harmless(card)
            assert await people.replies(comment) == [ANSWER], name
        assert await whispers(people, PINYU) == []
    assert len(await people.cards("")) == len(HOSTILE)


async def test_a_hostile_name_under_a_hostile_post_is_literal_and_the_suggestion_goes_out_as_it_was_shown(
    people: People, open_desk: OpenDesk, sandbox: Sandbox, database_url: str
) -> None:
    square = sandbox.square.state
    member, post = next(iter(square.members.values())), next(iter(square.posts.values()))
    async with open_desk(database_url):
        for n, (name, text) in enumerate(HOSTILE.items()):
            # A new person under a new post each time: what is known of the last one is no part of this.
            square.members[member.id] = replace(member, name=text, handle=text)
            square.posts[post.id] = replace(post, text=text)
            comment = square.comment(member.id, post.id, f"{QUESTION} {n}").id
            card = await card_of(people, comment, "item.approve")
            harmless(card)
            button = elements(card, "item.approve")[0]
            block = next(i for i, block in enumerate(card["blocks"]) if button in block.get("elements", []))
            shown = next(
                part["text"]
                for part in parts(card["blocks"][block - 2])
                if part.get("type") == "text" and "style" not in part
            )
            await people.click(card, "item.approve", EMMA)
            harmless(await card_of(people, comment, "item.reopen"))
            assert await people.replies(comment) == [shown], name
        assert await whispers(people, EMMA) == []


async def test_a_comment_edited_into_something_hostile_stays_one_harmless_card(
    people: People, open_desk: OpenDesk, database_url: str
) -> None:
    async with open_desk(database_url):
        comment = await people.comment(QUESTION)
        await card_of(people, comment, "item.approve")
        for name, text in LITERAL.items():
            await people.do("square/edit", id=comment, text=text)

            async def edited(text: str = text) -> dict[str, Any] | None:
                card = await card_of(people, comment, "item.ignore")
                return card if mask(text) in letters(card) else None

            harmless(await until(edited, f"a card that shows {name}"))
        assert len(await people.cards("")) == 1
