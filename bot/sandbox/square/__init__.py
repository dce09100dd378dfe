"""The square: a local audience platform with an API of its own, and the people who talk on it.

It is the outside world to the bot, and never knows that the bot exists.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from aiohttp import web

from bot.sandbox.bus import Bus
from bot.sandbox.square.api import Api
from bot.sandbox.square.door import TOKEN
from bot.sandbox.square.people import People
from bot.sandbox.square.publishing import Publishing
from bot.sandbox.square.seed import plant
from bot.sandbox.square.state import now
from bot.sandbox.square.talk import Pause, Talk

__all__ = ["Square"]


class Square:
    """One brand and its audience. `seed` is "demo" or "empty"; `clock` gives the time in UTC.

    `state` is there for tests that stand in the same process: `square.state.comment("m-tom", "p-hello", "Hi")`.
    """

    token = TOKEN

    def __init__(self, bus: Bus, *, seed: str, clock: Callable[[], datetime] = now) -> None:
        self.state = plant(bus, seed, clock)

    def routes(self) -> list[web.RouteDef]:
        """The platform's API and what people do, in one list."""
        return [*Api(self.state).routes(), *Publishing(self.state).routes(), *People(self.state).routes()]

    async def talk(self, pause: Pause = asyncio.sleep) -> None:
        """Keeps the audience talking until cancelled."""
        await Talk(self.state, pause).run()
