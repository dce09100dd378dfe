"""Telegram keeps the contract, against the local Bot API server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from platforms.contract import Fault, PlatformContract, Where, World
from platforms.telegram import Telegram
from tests.platforms.telegram_server import TOKEN, BotApi

METHOD = {Where.READ: "getUpdates", Where.SEND: "send*"}
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
        return [
            str(message.get("text", message.get("caption", "")))
            for number, message in enumerate(self.api.chats.sent)
            if not self._goes_on(number)
        ]

    def _goes_on(self, number: int) -> bool:
        """Is it a further photo of the album before it?"""
        album = self.api.chats.sent[number].get("media_group_id")
        return album is not None and number > 0 and self.api.chats.sent[number - 1].get("media_group_id") == album

    def pictures(self) -> list[tuple[bytes, str]]:
        photos = [message["photo"] for message in self.api.chats.sent if "photo" in message]
        return [(self.api.chats.photos[sizes[-1]["file_id"]], "") for sizes in photos]

    def before(self, native_id: str) -> str | None:
        chat, message = map(int, native_id.split(":"))
        quoted = self.api.chats.chats[chat].messages[message].get("reply_to_message")
        return f"{chat}:{quoted['message_id']}" if quoted else None

    def under(self, native_id: str) -> list[str]:
        raise AssertionError("comments are not claimed")

    def requests(self) -> int:
        return len(self.api.calls)


class Bare(Group):
    """The same without a channel: replies only."""

    def account(self, *, reachable: bool = True, **more: Any) -> Telegram:
        return super().account(reachable=reachable, channel="", **more)


class TestTelegramContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with BotApi() as api:
            yield Group(api)


class TestTelegramWithoutAChannelContract(PlatformContract):
    @pytest.fixture
    async def world(self) -> AsyncIterator[World]:
        async with BotApi() as api:
            yield Bare(api)
