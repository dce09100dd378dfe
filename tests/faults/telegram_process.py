"""The local Bot API server as a process of its own, and what people in its chats do, over HTTP.
It outlives every desk that is killed while talking to it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any, Self

import aiohttp

from tests.people import until

START = 30.0
"""Seconds the server may take to start on a busy machine."""


class TelegramProcess:
    """`async with TelegramProcess() as telegram`: `account` is what an account on it is told."""

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.platforms.telegram_server", stdout=asyncio.subprocess.PIPE
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START):
            told = json.loads(await self._process.stdout.readline())
        self.account = {"platform": "telegram", "token": told["token"], "base_url": told["url"], "long_poll": 2}
        self._session = aiohttp.ClientSession(told["url"])
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        self._process.terminate()
        async with asyncio.timeout(START):
            await self._process.wait()

    async def do(self, act: str, **arguments: object) -> Any:
        """What a person does: a method of `telegram_chats.Chats`."""
        async with self._session.post(f"/people/{act}", json=arguments) as answer:
            assert answer.status == 200, await answer.text()
            return (await answer.json())["result"]

    async def sent(self) -> list[dict[str, Any]]:
        """What the bot has sent, as the audience sees it."""
        async with self._session.get("/people/sent") as answer:
            said: list[dict[str, Any]] = (await answer.json())["sent"]
            return said

    async def heard(self) -> list[dict[str, Any]]:
        """The same, once there is something."""

        async def look() -> list[dict[str, Any]] | None:
            return await self.sent() or None

        return await until(look, "a message of the bot")
