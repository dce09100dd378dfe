"""What Slack itself tells us: a Home tab was opened, the app was removed.
Every other event is acknowledged and forgotten.
"""

from __future__ import annotations

import asyncio

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from handlers.home import Home
from handlers.payloads import Click
from handlers.people import People
from handlers.runner import Runner

log = structlog.get_logger()


class Events:
    """The events we subscribe to; bolt acknowledges them by itself."""

    def __init__(self, people: People, runner: Runner, home: Home, removed: asyncio.Event) -> None:
        """`removed`: set when the app may no longer work here."""
        self._people, self._runner, self._home, self._removed = people, runner, home, removed

    async def home_opened(self, context: AsyncBoltContext) -> None:
        """Draw the Home tab (the other tab of the app needs nothing)."""
        click: Click = context["click"]
        if click.value == "home" and click.who:
            self._runner.spawn(click, self._draw(click))

    async def gone(self, context: AsyncBoltContext) -> None:
        """The app was removed, or its tokens were taken back: nothing can be shown any more."""
        log.error("slack_removed_us", event_type=context["click"].name)
        self._removed.set()

    async def nothing(self, ack: AsyncAck) -> None:
        """Acknowledge what needs no answer."""
        await ack()

    async def _draw(self, click: Click) -> None:
        await self._home.open(await self._people.get(click.who))
