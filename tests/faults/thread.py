"""A thread of three parts with two pictures and a comment under it: written and approved as the desk does, with nobody
there to send it yet. What the public then reads of it, and what the rows say became of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import now
from bot.dispatch import InProcess
from bot.posts.brake import Brakes
from bot.posts.content import Content, To
from bot.posts.desk import Posts
from bot.posts.media import Shelf
from bot.posts.policy import Policy
from bot.posts.slot import State
from bot.posts.warnings import Rules
from bot.sandbox.server import Sandbox
from bot.steps import no_trace
from bot.store import planned
from bot.store.engine import Store
from bot.store.models import Delivery, Phase
from platforms.registry import create
from tests.people import PINYU, POHAN, until
from tests.posts.pictures import drawing, saved

SENTENCES = ("衣索比亞的豆子到了，有茉莉花香。", "週六下午現場試喝。", "Come by, the first cup is on us. ")
PARTS = tuple((sentence * 60)[:400].strip() for sentence in SENTENCES)
"""Each fits into one post of the square, no two do."""
COMMENT = "菜單在這裡：https://example.com/menu"
ALTS = ("一包咖啡豆", "店裡的吧台")


def account(box: Sandbox) -> dict[str, Any]:
    """A square's account, as the settings name it."""
    told: Any = box.credentials()["square"]
    return {"platform": "square", "url": told["url"], "token": told["token"]}


async def approved(store: Store, boxes: Mapping[str, Sandbox], folder: Path) -> int:
    """The thread for these accounts, due as soon as somebody works the database; its number."""
    async with AsyncExitStack() as stack:
        platforms = {}
        for name, box in boxes.items():
            options = {key: value for key, value in account(box).items() if key != "platform"}
            platforms[name] = await stack.enter_async_context(create("square", name, options))
        zone, shelf = ZoneInfo("Asia/Taipei"), Shelf(folder)
        desk = Posts.of(store, InProcess(), now, no_trace, platforms, Policy(), Rules(), zone, Brakes(), shelf)
        said = Content(
            "\n\n".join(PARTS), tuple(To(name, split=True) for name in boxes), await _files(shelf), comment=COMMENT
        )
        number = await desk.writing.begin(PINYU, said)
        await desk.approval.submit(number, PINYU)
        card = await desk.board.card(number)
        assert [tuple(part.text for part in target.parts) for target in card.targets] == [PARTS] * len(boxes)
        await desk.approval.approve(number, POHAN, card.stamp, approver=True)
    return number


async def _files(shelf: Shelf) -> tuple[dict[str, Any], ...]:
    found = []
    for n, alt in enumerate(ALTS):
        kept = await asyncio.to_thread(shelf.put, saved("PNG", drawing(shift=n)), f"{n}.png")
        size = {"size": kept.size, "width": kept.width, "height": kept.height}
        found.append({"digest": kept.digest, "name": kept.name, "type": kept.type, "alt": alt, **size})
    return tuple(found)


def texts(box: Sandbox) -> list[str]:
    """What the brand published since the square was made, and said under it, in order."""
    made = _made(box)
    return [*(post.text for post in made), *(said.text for post in made for said in box.square.state.under(post.id))]


def nothing_doubled(box: Sandbox, parts: int = len(PARTS), comments: int = 1) -> None:
    """The first `parts` of the thread once each, in order, each after the right one; the pictures on the first, and so
    many comments under it.
    """
    made = _made(box)
    assert [post.text for post in made] == list(PARTS[:parts])
    assert [post.after for post in made] == [None, *(post.id for post in made[:-1])]
    assert [tuple(picture.alt for picture in post.media) for post in made] == [ALTS, *[()] * (parts - 1)]
    under = [(said.post, said.text) for post in made for said in box.square.state.under(post.id)]
    assert under == [(made[0].id, COMMENT)] * comments


def _made(box: Sandbox) -> list[Any]:
    return [post for post in box.square.state.posts.values() if post.id not in ("p-hello", "p-welcome")]


async def rests(store: Store, number: int) -> tuple[State, list[Delivery]]:
    """What became of the post once nothing of it waits or is under way, and of its parts."""

    async def look() -> tuple[State, list[Delivery]] | None:
        async with store.read() as session:
            # In this order: PostgreSQL shows each statement what is committed by then.
            rows, post = (await planned.parts(session, [number]))[number], await planned.one(session, number)
        moving = {row.phase for row in rows} & {Phase.READY, Phase.SENDING}
        return None if moving or not rows else (State(post.state), rows)

    return await until(look, f"post {number} comes to rest")
