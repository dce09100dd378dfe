"""Cards of posts to draw, and what tests ask of what was drawn.
Values only: nothing here knows a database.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.i18n import Words
from bot.sandbox.slack.limits import check_blocks
from bot.sandbox.slack.mrkdwn import pings
from bot.team import PostCard, PostPart, PostTarget
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Message
from handlers.ui.post_card import render_post
from handlers.ui.text import Staff

Json = dict[str, Any]

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
STAMP = "0123456789abcdef" * 2
ENGLISH, CHINESE = Words("en"), Words("zh-TW")
STAFF = Staff({"U0PINYU": "林品妤", "U0EMMA": "Emma"}, ("S0APPROVERS",))

SENT = PostPart("上市了", 3, "sent", 7, url="https://x.example/7")


def post(**more: object) -> PostCard:
    """Number 12, by 林品妤 for Wednesday at 20:00 in Taipei, that waits for approval on one account."""
    base = PostCard(
        post=12,
        version=3,
        state="waiting",
        author="U0PINYU",
        targets=(target(),),
        media=(),
        comment="",
        pillar="",
        intervention="",
        campaign="",
        at=NOW + timedelta(days=2, hours=10),
        zone="Asia/Taipei",
        rule="",
        wanted=("",),
        approved=(),
        stamp=STAMP,
        by="U0PINYU",
        since=NOW - timedelta(minutes=3),
    )
    return replace(base, **more)  # type: ignore[arg-type]


def target(account: str = "brand", *texts: str, **more: object) -> PostTarget:
    """An account of the square, with these parts or one."""
    parts = tuple(PostPart(text, len(text)) for text in texts or ("聖誕新品上市",))
    return replace(PostTarget(account, "square", parts, 500, "graphemes"), **more)  # type: ignore[arg-type]


OUT = target(parts=(SENT,), url="https://x.example/7")


def thread(*phases: str, first: int = 100, **more: object) -> PostTarget:
    """A thread in the outbox whose parts stand like this; their deliveries are numbered from `first`."""
    parts = tuple(PostPart(f"第 {n} 段", 5, phase, first + n) for n, phase in enumerate(phases, 1))
    return target(**{"parts": parts, **more})  # type: ignore[arg-type]


def drawn(card: PostCard, words: Words = ENGLISH, now: datetime = NOW) -> Message:
    """The card, which Slack takes (the sandbox being the judge), which pings nobody, and so do its plainer blocks."""
    message = render_post(card, words, now, STAFF)
    for blocks in (message.blocks, message.plain().blocks):
        assert check_blocks(blocks, "message") == []
    assert message.size <= kit.BLOCKS_MOST
    assert 0 < txt.units(message.text) <= kit.TEXT_MOST
    assert pings(message.text, message.blocks) == []
    whole(message).encode()
    return message


def whole(message: Message) -> str:
    """All blocks as one text."""
    return json.dumps(message.blocks, ensure_ascii=False)


def buttons(message: Message) -> list[Json]:
    """The buttons, in order."""
    return [each for block in message.blocks if block["type"] == "actions" for each in block["elements"]]


def offered(card: PostCard, words: Words = ENGLISH) -> list[str]:
    """The action ids, in order."""
    return [button["action_id"] for button in buttons(drawn(card, words))]


def quoted(message: Message) -> list[str]:
    """Every quotation, as it is read."""
    elements = [each for block in message.blocks if block["type"] == "rich_text" for each in block["elements"]]
    quotes = [each for each in elements if each["type"] == "rich_text_quote"]
    return ["".join(run["text"] for run in quote["elements"]) for quote in quotes]
