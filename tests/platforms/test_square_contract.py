"""The square keeps the contract, against the sandbox's own server: with all it can do, and as poorer platforms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.faults import Fault as Armed
from bot.sandbox.server import Sandbox
from platforms.contract import Fault, PlatformContract, Where, World
from platforms.square import Square

OPERATION = {Where.READ: "GET /square/api/*", Where.SEND: "POST /square/api/*"}
NOWHERE = "http://127.0.0.1:9/square/api"


class Plaza:
    """One post of the brand, and one member who comments on it."""

    page = 100

    def __init__(self, box: Sandbox) -> None:
        self.box = box
        self.state = box.square.state
        self.secret = box.square.token
        self.post = self.state.publish("新豆上架：衣索比亞日曬。").id
        self.member = next(iter(self.state.members))
        self._planted = set(self.state.posts)
        self._counting: Armed | None = None

    def account(self, *, reachable: bool = True, **more: Any) -> Square:
        url = f"{self.box.url}/square/api" if reachable else NOWHERE
        return Square("square", {"url": url, "token": self.secret, "timeout": 0.8, "long_poll": 1} | more)

    async def say(self, text: str) -> str:
        return self.state.comment(self.member, self.post, text).id

    async def edit(self, native_id: str, text: str) -> None:
        self.state.edit(native_id, text)

    async def delete(self, native_id: str) -> None:
        self.state.delete(native_id)

    async def answer(self, native_id: str, text: str) -> None:
        self.state.answer(native_id, text)

    async def spoil(self, where: Where, fault: Fault, after: int = 1) -> None:
        self.box.faults.add("square", fault.value, OPERATION[where], retry_after=after)

    async def revoke(self) -> None:
        self.secret = "square-another-token"
        self.state.settings.scopes = []

    def public(self) -> list[str]:
        said = [comment.text for comment in self.state.comments.values() if comment.by_brand]
        return said + [post.text for post in self.state.posts.values() if post.id not in self._planted]

    def pictures(self) -> list[tuple[bytes, str]]:
        shelf = self.state.shelf
        shown = [picture for post in self.state.posts.values() for picture in post.media]
        return [(shelf.get(picture.id).content, picture.alt) for picture in shown]

    def before(self, native_id: str) -> str | None:
        return self.state.posts[native_id].after

    def under(self, native_id: str) -> list[str]:
        return [comment.text for comment in self.state.under(native_id)]

    def requests(self) -> int:
        if self._counting is None:  # a fault that does nothing but count
            self._counting = self.box.faults.add("square", "slow", times=None, delay=0)
        return self._counting.hits


class TestSquareContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with Sandbox(seed="empty", talk=False) as box:
            yield Plaza(box)


class TestSquareOfTextAloneContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with Sandbox(seed="empty", talk=False) as box:
            settings = box.square.state.settings
            settings.media, settings.threads, settings.comments = 0, False, False
            yield Plaza(box)


class TestSquareThatMayNotPublishContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with Sandbox(seed="empty", talk=False) as box:
            box.square.state.settings.scopes = ["read", "reply"]
            box.square.state.settings.comments = False
            yield Plaza(box)


class TestSquareWithoutKeyOrLookupContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with Sandbox(seed="empty", talk=False) as box:
            box.square.state.settings.idempotency = "none"
            box.square.state.settings.lookup = False
            yield Plaza(box)
