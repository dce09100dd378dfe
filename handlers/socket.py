"""Keeps the Socket Mode connections: two of them, each watched and built anew when it misbehaves.
It never connects in a loop: the SDK does (80 connections in 2 s were measured), and Slack counts.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

log = structlog.get_logger()

Build = Callable[[], AsyncSocketModeHandler]
Ghosts = Callable[[int, int], Awaitable[None]]
"""Called with (connections Slack counts, connections we hold)."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Every duration of the supervisor in seconds, so that tests need not wait."""

    connect: float = 30.0
    """A wrong token or a used-up ticket makes the SDK try for ever."""
    close: float = 3.0
    """Closing took 10 s when the peer never answered; a container has 10 s for everything."""
    storm: float = 60.0
    """So many disconnects within this time are a storm …"""
    disconnects: int = 3
    rest: float = 30.0
    """… after which nothing connects for this long, doubled each time up to `rest_most`, give or take a quarter."""
    rest_most: float = 300.0
    look: float = 15.0
    """How often a connection is looked at; twice down in a row and it is built anew."""
    ghosts: float = 3600.0
    """How often people are told about connections that are not ours."""


class Sockets:
    """`start` when the handlers are registered, `close` at the end."""

    def __init__(self, build: Build, count: int, ghosts: Ghosts, timing: Timing | None = None) -> None:
        """`build` makes a handler that is not connected yet; it is called inside the running loop."""
        self._build, self._count, self._ghosts, self._timing = build, count, ghosts, timing or Timing()
        self._lines: list[asyncio.Task[None]] = []
        self._telling: set[asyncio.Task[None]] = set()
        self._told = -self._timing.ghosts
        self.open = 0
        """How many of our own are connected."""

    async def start(self) -> bool:
        """Connect; True once the first one is up, False when none was within the time allowed (it goes on trying)."""
        up = asyncio.Event()
        self._lines = [asyncio.create_task(self._line(up)) for _ in range(self._count)]
        try:
            await asyncio.wait_for(up.wait(), self._timing.connect)
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """End every connection, each within `Timing.close`."""
        tasks = [*self._lines, *self._telling]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._lines = []

    async def _line(self, up: asyncio.Event) -> None:
        """One connection, for ever: hold it until it has to go, rest if it was stormy, build anew."""
        storms = 0
        while True:
            started = time.monotonic()
            stormy = await self._hold(up)
            if time.monotonic() - started > self._timing.rest_most:
                storms = 0
            if not stormy:
                continue
            rest = min(self._timing.rest_most, self._timing.rest * 2**storms) * random.uniform(0.75, 1.25)  # noqa: S311
            storms = min(storms + 1, 10)
            log.warning("socket_rests", seconds=round(rest, 1))
            await asyncio.sleep(rest)

    async def _hold(self, up: asyncio.Event) -> bool:
        """Connect and watch one handler; True when it should rest before the next is built."""
        handler = self._build()
        watch = _Watch(self._timing, self._hello)
        handler.client.on_message_listeners.append(watch.frame)
        connected = False
        try:
            try:
                await asyncio.wait_for(handler.connect_async(), self._timing.connect)  # type: ignore[no-untyped-call]
            except TimeoutError:
                log.warning("socket_not_connected", seconds=self._timing.connect)
                return True
            connected = True
            self.open += 1
            up.set()
            return await self._watched(handler, watch)
        finally:
            self.open -= connected
            await self._end(handler)

    async def _watched(self, handler: AsyncSocketModeHandler, watch: _Watch) -> bool:
        down = 0
        while down < 2:
            with suppress(TimeoutError):
                await asyncio.wait_for(watch.stormy.wait(), self._timing.look)
                log.warning("socket_storm", reason=watch.reason)
                return True
            # After a refused reconnect the SDK repeats a used-up ticket for ever: only a new handler gets a new one.
            down = 0 if await handler.client.is_connected() else down + 1
        log.warning("socket_down", seconds=2 * self._timing.look)
        return False

    async def _end(self, handler: AsyncSocketModeHandler) -> None:
        try:
            await asyncio.wait_for(handler.close_async(), self._timing.close)  # type: ignore[no-untyped-call]
        except (TimeoutError, OSError, aiohttp.ClientError) as error:
            log.info("socket_close_cut", error=type(error).__name__)
            await handler.client.aiohttp_client_session.close()

    def _hello(self, counted: int) -> None:
        """Slack's own count against ours; half-open connections swallow clicks (python-slack-sdk issue 1940).

        Twice ours is not worth a word to people: after a restart the connections of before are counted for a while.
        """
        ours = max(self.open, self._count)
        log.debug("socket_hello", counted=counted, ours=ours)
        now = time.monotonic()
        if counted <= 2 * ours or now - self._told < self._timing.ghosts:
            return
        self._told = now
        log.warning("socket_ghosts", counted=counted, ours=ours)
        task = asyncio.create_task(self._tell(counted, ours))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, counted: int, ours: int) -> None:
        await self._ghosts(counted, ours)


class _Watch:
    """Reads every frame of one connection for what the SDK keeps to itself."""

    def __init__(self, timing: Timing, hello: Callable[[int], None]) -> None:
        self._timing, self._hello = timing, hello
        self._when: deque[float] = deque(maxlen=timing.disconnects)
        self.stormy = asyncio.Event()
        self.reason = ""

    async def frame(self, message: aiohttp.WSMessage) -> None:
        """Must return at once: the SDK's receiver waits for it."""
        text = message.data
        if not isinstance(text, str) or not ('"hello"' in text or '"disconnect"' in text):
            return
        try:
            said = json.loads(text)
        except ValueError:
            return
        if said.get("type") == "hello":
            self._hello(int(said.get("num_connections") or 0))
        elif said.get("type") == "disconnect":
            self._disconnect(str(said.get("reason", "")))

    def _disconnect(self, reason: str) -> None:
        self.reason = reason
        log.info("socket_disconnect", reason=reason)
        self._when.append(time.monotonic())
        full = len(self._when) == self._timing.disconnects
        if reason == "link_disabled" or (full and self._when[-1] - self._when[0] <= self._timing.storm):
            self.stormy.set()
