"""Puts the local Slack, the local audience, the faults and the page on one origin, and takes them down again.

It never keeps anything on disk and never listens beyond the address it was given.
"""

import asyncio
import json
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sandbox import page
from bot.sandbox.bus import Bus
from bot.sandbox.faults import Faults
from bot.sandbox.slack import Workspace
from bot.sandbox.square import Square

#: Comment lines keep proxies and browsers from closing a quiet event stream, in seconds.
KEEP_ALIVE_SECONDS = 15
MAX_BODY_BYTES = 64 * 1024**2
#: A picture's description comes in a header: 1,000 signs of four bytes each, percent-encoded, and some room.
MAX_HEADER_BYTES = 16 * 1024
#: In a container one listens everywhere; nobody can connect to that address, though.
EVERYWHERE = "0.0.0.0"  # noqa: S104


class Sandbox:
    """`async with Sandbox() as box:` serves until the block ends; `port=0` takes a free one.

    `seed` is "demo" (people, posts, comments) or "empty" (people only); `talk` lets the audience write on its own;
    `pacing` makes Slack enforce its rate limits.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        seed: str = "demo",
        talk: bool = True,
        pacing: bool = True,
    ) -> None:
        self._host, self._port, self._talks = host, port, talk
        self.bus = Bus()
        self.faults = Faults(self.bus)
        self.slack = Workspace(self.bus, self.faults, pacing=pacing)
        self.square = Square(self.bus, seed=seed)
        self.url = ""
        self._runner: web.AppRunner | None = None
        self._talk: asyncio.Task[None] | None = None

    def credentials(self) -> dict[str, object]:
        """Everything a bot needs to use the sandbox instead of the real services."""
        return {
            "url": self.url,
            "slack": self.slack.credentials(),
            "square": {"url": f"{self.url}/square/api", "token": self.square.token},
        }

    async def __aenter__(self) -> Self:
        app = web.Application(middlewares=[_own_pages_only, self.faults.middleware], client_max_size=MAX_BODY_BYTES)
        app.add_routes([web.get("/sandbox/events", self._events), *self.faults.routes()])
        app.add_routes([*self.slack.routes(), *self.square.routes(), *page.routes()])
        # Open connections are ours to end (see __aexit__); nothing is worth waiting for after that.
        self._runner = web.AppRunner(
            app, access_log=None, shutdown_timeout=0.5, max_field_size=MAX_HEADER_BYTES, max_line_size=MAX_HEADER_BYTES
        )
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, self._host, self._port).start()
        except OSError:
            await self._runner.cleanup()
            raise
        host = "127.0.0.1" if self._host == EVERYWHERE else self._host
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"
        self.slack.origin = self.url
        if self._talks:
            self._talk = asyncio.create_task(self.square.talk())
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._talk is not None:
            self._talk.cancel()
            with suppress(asyncio.CancelledError):
                await self._talk
        self.faults.clear()
        self.square.state.let_go()
        await self.slack.close()
        self.bus.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events, one JSON object per change; `?topic=slack` keeps only that topic."""
        topic = request.query.get("topic")
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        # A page that was closed is no error of ours.
        with self.bus.subscribe() as queue, suppress(ConnectionResetError):
            await stream.prepare(request)
            await stream.write(b": hello\n\n")
            while not self.bus.closed:
                try:
                    change = await asyncio.wait_for(queue.get(), KEEP_ALIVE_SECONDS)
                except TimeoutError:
                    await stream.write(b": still here\n\n")
                    continue
                if topic in (None, change["topic"]):
                    await stream.write(f"data: {json.dumps(change, default=str)}\n\n".encode())
        return stream


@web.middleware
async def _own_pages_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of some other site in the same browser must not press our buttons."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        return web.Response(status=403, text="only the sandbox's own page may do this")
    return await handler(request)
