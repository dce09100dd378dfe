"""The door for platforms that push: one HTTP server, one path per account, answered only after the commit.
It checks nothing itself (the adapter checks the proof over the raw body), and tells a stranger nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Self

import structlog
from aiohttp import web

from bot.errors import BadConfig
from platforms.base import Hook
from platforms.errors import BadSignature, Unsupported

log = structlog.get_logger(__name__)

BODY = 1024 * 1024
"""Bytes of a call at most; the largest a platform sends us (a Telegram update) is a few kilobytes."""

DRAINING = 2.0
"""Seconds for calls that are under way when we stop."""

PRIVATE = {"Cache-Control": "private, no-store", "Referrer-Policy": "no-referrer"}
"""What nobody on the way may keep."""

Take = Callable[[str, Mapping[str, str], bytes, Mapping[str, str]], Awaitable[Hook]]
"""`take(account, headers, raw body, query)`: stores what the call holds, then says how to answer it."""

Feed = Callable[[str], Awaitable[bytes | None]]
"""`calendar(secret)`: the calendar, None where the secret opens nothing."""


class Webhooks:
    """`async with Webhooks(host, port, take, calendar)`: listens on `/hooks/<account>` and `/calendar/<secret>.ics`;
    nowhere when `port` is None.

    Raises `BadConfig` when that cannot be listened on.
    """

    def __init__(self, host: str, port: int | None, take: Take, calendar: Feed) -> None:
        self._host, self._port, self._take, self._calendar = host, port, take, calendar
        app = web.Application(client_max_size=BODY)
        app.router.add_route("*", "/hooks/{account}", self._call)
        app.router.add_get("/calendar/{secret}.ics", self._feed)
        app.router.add_get("/healthz", self._healthy)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=DRAINING)

    @property
    def address(self) -> str | None:
        """Where we listen, as `http://host:port`; None when nowhere."""
        if not self._runner.addresses:
            return None
        host, port = self._runner.addresses[0][:2]
        return f"http://{host}:{port}"

    async def __aenter__(self) -> Self:
        if self._port is not None:
            await self._runner.setup()
            try:
                await web.TCPSite(self._runner, self._host, self._port).start()
            except OSError as error:
                await self._runner.cleanup()
                where = f"{self._host}:{self._port}"
                raise BadConfig(
                    where="webhooks.port", remedy="no_listening", at=where, said=error.strerror or ""
                ) from None
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _healthy(self, _: web.Request) -> web.Response:
        return web.Response(text="ok\n")

    async def _feed(self, request: web.Request) -> web.Response:
        content = await self._calendar(request.match_info["secret"])
        if content is None:
            return web.Response(status=404)
        return web.Response(body=content, content_type="text/calendar", charset="utf-8", headers=PRIVATE)

    async def _call(self, request: web.Request) -> web.Response:
        account = request.match_info["account"]
        headers = {name.lower(): value for name, value in request.headers.items()}
        raw = await request.read()
        try:
            hook = await self._take(account, headers, raw, request.query)
        except (KeyError, Unsupported):
            return web.Response(status=404)
        except BadSignature:
            log.warning("webhook_refused", account=account, size=len(raw))
            return web.Response(status=401)
        return web.Response(status=hook.status, body=hook.body)
