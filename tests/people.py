"""The people of the sandbox, worked over its HTTP API: an audience member who writes, a colleague who clicks.
Used by every test that runs the whole program; it looks at the world only through what a person could see.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

T = TypeVar("T")

PINYU, POHAN, EMMA = "U0PINYU", "U0POHAN", "U0EMMA"
"""Colleagues: two who read Traditional Chinese, one who reads English."""

DEADLINE = 25.0
"""Seconds a condition may take: starting the program on a busy machine is the longest part of any."""


async def until(look: Callable[[], Awaitable[T | None]], what: str, deadline: float = DEADLINE) -> T:
    """Look again and again until there is something to see."""
    loop = asyncio.get_running_loop()
    end = loop.time() + deadline
    while (found := await look()) is None:
        assert loop.time() < end, f"not within {deadline} s: {what}"
        await asyncio.sleep(0.03)
    return found


class People:
    """`async with People(url)`: everybody in one sandbox."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(self.url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def get(self, path: str) -> dict[str, Any]:
        """One of the sandbox's own pages of JSON."""
        async with self._session.get(f"/sandbox/{path}") as answer:
            answer.raise_for_status()
            return dict(await answer.json())

    async def do(self, path: str, **body: object) -> dict[str, Any]:
        """Do something as a person, or set the sandbox."""
        async with self._session.post(f"/sandbox/{path}", json=body) as answer:
            assert answer.status < 300, f"{path}: {answer.status} {await answer.text()}"
            return dict(await answer.json())

    async def forget_faults(self) -> None:
        """Everything works again."""
        async with self._session.delete("/sandbox/faults") as answer:
            answer.raise_for_status()

    async def comment(self, text: str, member: int = 0) -> str:
        """The n-th audience member writes under the first post; the comment's id."""
        square = await self.get("square/state")
        said = await self.do(
            "square/comment",
            member=square["members"][member]["id"],
            post=square["posts"][0]["id"],
            text=text,
        )
        return str(said["id"])

    async def replies(self, comment: str) -> list[str]:
        """What the public reads from the brand under this comment."""
        square = await self.get("square/state")
        return [
            said["text"]
            for post in square["posts"]
            for said in post["comments"]
            if said["parent"] == comment and said["by_brand"]
        ]

    async def slack(self, user: str = PINYU) -> dict[str, Any]:
        """What this colleague's Slack shows."""
        return await self.get(f"slack/state?user={user}")

    async def cards(self, holding: str, user: str = PINYU) -> list[dict[str, Any]]:
        """The messages of the first channel whose words hold this, oldest first."""
        state = await self.slack(user)
        shown = state["messages"][state["channels"][0]["id"]]
        return [message for message in shown if holding in message["text"]]

    async def card(self, holding: str, user: str = PINYU, *, with_action: str | None = None) -> dict[str, Any]:
        """The one card that holds this, once it is there (and offers this action)."""

        async def look() -> dict[str, Any] | None:
            found = [card for card in await self.cards(holding, user) if not with_action or offers(card, with_action)]
            return found[-1] if found else None

        return await until(look, f"a card with “{holding}” that offers {with_action}")

    async def click(self, card: dict[str, Any], action: str, user: str = PINYU, **more: object) -> str:
        """Click the first button of this action; what Slack made of it."""
        state = await self.slack(user)
        told = await self.do(
            "slack/click", user=user, channel=state["channels"][0]["id"], ts=card["ts"], action_id=action, **more
        )
        return str(told["outcome"])


def offers(card: dict[str, Any], action: str) -> bool:
    """Does the card have a button of this action?"""
    return any(
        element.get("action_id") == action
        for block in card["blocks"]
        for element in [*block.get("elements", []), block.get("accessory") or {}]
    )
