"""Tells the app what happened (Events API) until it acks, with Slack's retries.

It never gives an event a second id: a retry is the same event.
"""

import asyncio

from bot.sandbox.slack import payloads
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.sockets import Ack, Sockets
from bot.sandbox.slack.state import State


class Events:
    """Events on their way to the app."""

    def __init__(self, state: State, sockets: Sockets) -> None:
        self._state = state
        self._sockets = sockets
        self._tasks: set[asyncio.Task[None]] = set()

    async def tell(self, event: Json, *, event_id: str = "", retry: tuple[int, str] | None = None) -> tuple[str, Ack]:
        """Send one event; answers after the first attempt with its id, retries go on behind.

        `event_id` and `retry` let a test repeat an event as Slack would.
        """
        payload = payloads.event(event, event_id or self._state.new_id("Ev"))
        ack = await self._sockets.deliver("events_api", payload, retry=retry)
        if not ack.acked:
            task = asyncio.create_task(self._retry(payload))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return payload["event_id"], ack

    async def tell_subscribed(self, name: str, event: Json) -> None:
        """Send an event if the app is subscribed to it, without waiting for the answer."""
        if name in self._state.settings.events:
            task = asyncio.create_task(self._tell(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is still on its way."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _tell(self, event: Json) -> None:
        await self.tell(event)

    async def _retry(self, payload: Json) -> None:
        """What arose while no socket was up arrives this way too, and only this way."""
        for attempt, seconds in enumerate(self._state.settings.retry_seconds, start=1):
            await asyncio.sleep(seconds)
            ack = await self._sockets.deliver("events_api", payload, retry=(attempt, "timeout"))
            if ack.acked:
                return
        self._state.changed("event_lost", event_id=payload["event_id"])
