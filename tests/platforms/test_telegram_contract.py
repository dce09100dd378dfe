"""Telegram keeps the contract, against the local Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from platforms.contract import Fault, PlatformContract, Where, World
from platforms.telegram import Telegram
from tests.platforms.telegram_server import TOKEN, BotApi

METHOD = {Where.READ: "getUpdates", Where.SEND: "sendMessage"}
NOWHERE = "http://127.0.0.1:9"
"""Port 9, "discard": nobody listens there."""


class Group:
    """A supergroup with one talkative member, and a channel for posts."""

    page = 100
    secret = TOKEN

    def __init__(self, api: BotApi) -> None:
        self.api = api
        self.channel, _ = api.chats.channel("晨光咖啡", username="morninglight")
        self.group = api.chats.chat("晨光咖啡之友")
        self.member = api.chats.user("小美", username="mei")

    def account(self, *, reachable: bool = True, **more: Any) -> Telegram:
        settings = {
            "token": TOKEN,
            "base_url": self.api.url if reachable else NOWHERE,
            "channel": "@morninglight",
            "timeout": 0.8,
            "long_poll": 1,
        }
        return Telegram("tg", settings | more)

    async def say(self, text: str) -> str:
        return f"{self.group}:{self.api.chats.say(self.group, self.member, text)}"

    async def edit(self, native_id: str, text: str) -> None:
        self.api.chats.edit(self.group, int(native_id.split(":")[1]), text)

    async def delete(self, native_id: str) -> None:
        self.api.chats.delete(self.group, int(native_id.split(":")[1]))

    async def answer(self, native_id: str, text: str) -> None:
        self.api.chats.say(self.group, None, text, reply_to=int(native_id.split(":")[1]))

    async def spoil(self, where: Where, fault: Fault, after: int = 1) -> None:
        self.api.fault(METHOD[where], fault.value, retry_after=after)

    async def revoke(self) -> None:
        self.api.revoke()

    def public(self) -> list[str]:
        return [message["text"] for message in self.api.chats.sent]

    def requests(self) -> int:
        return len(self.api.calls)


class TestTelegramContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with BotApi() as api:
            yield Group(api)
