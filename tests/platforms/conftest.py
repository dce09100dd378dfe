"""What the Telegram tests share: a local Bot API server and an account that is polled from it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from platforms.telegram import Telegram
from tests.platforms.telegram_server import TOKEN, BotApi


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
async def account(api: BotApi) -> AsyncIterator[Callable[..., Telegram]]:
    """Makes adapters for the bot of `api` with further settings; closes them all in the end."""
    made: list[Telegram] = []

    def make(**settings: Any) -> Telegram:
        basis = {"token": TOKEN, "base_url": api.url, "timeout": 1, "long_poll": 1}
        made.append(Telegram("tg", basis | settings))
        return made[-1]

    yield make
    for platform in made:
        await platform.close()
