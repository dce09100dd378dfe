"""Socket Mode: tickets, up to ten sockets, envelopes to any one of them, acks, and every way to lose a connection.

It never reads what an envelope carries nor what an ack says.
"""

import asyncio
import json
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.sandbox.faults import Faults
from bot.sandbox.slack import seed
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.state import State

#: docs, "Using Socket Mode": up to 10 connections.
SOCKETS_MOST = 10
#: hello's `approximate_connection_time`, seconds (SDK fixtures).
CONNECTION_SECONDS = 18060
#: How long a socket that was told to go may still send acks.
GRACE_SECONDS = 1.0
CLOSE_SECONDS = 0.5
#: A server ping this often finds dead connections.
HEARTBEAT_SECONDS = 10.0
REASONS = ("warning", "refresh_requested", "link_disabled")


@dataclass(eq=False)
class Link:
    """One open socket; a leaving one gets no more envelopes."""

    ws: web.WebSocketResponse
    leaving: bool = False


@dataclass(frozen=True)
class Ack:
    """What became of an envelope: "acked", "timeout", "lost" or "not_connected"; `payload` is the answer inside."""

    outcome: str
    ms: int = 0
    payload: Json = field(default_factory=dict)

    @property
    def acked(self) -> bool:
        """Whether the app answered in time."""
        return self.outcome == "acked"


class Sockets:
    """The app's open sockets and the envelopes on their way."""

    def __init__(self, state: State, faults: Faults) -> None:
        self._state = state
        self._faults = faults
        self._tickets: set[str] = set()
        self._links: list[Link] = []
        self._turn = 0
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connected(self) -> int:
        """How many sockets take envelopes."""
        return sum(not link.leaving for link in self._links)

    def ticket(self) -> str:
        """What makes a `wss` URL work, once."""
        if not self._state.settings.socket_mode:
            # The true word is not documented; what matters is that it fails until Socket Mode is on again.
            raise SlackError("socket_mode_not_enabled")
        ticket = secrets.token_hex(16)
        self._tickets.add(ticket)
        return ticket

    async def link(self, request: web.Request) -> web.StreamResponse:
        """`GET /link?ticket=…`: one socket, from hello to its end."""
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.json_response({"ok": False, "error": "invalid_ticket"}, status=401)
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse(timeout=CLOSE_SECONDS, heartbeat=HEARTBEAT_SECONDS)
        await ws.prepare(request)
        crowded = self._faults.take("slack", "link", "too_many_websockets") is not None
        if crowded or len(self._links) + self._state.settings.ghosts >= SOCKETS_MOST:
            await self._dismiss(ws, "too_many_websockets")
            return ws
        link = Link(ws)
        self._links.append(link)
        try:
            await ws.send_json(self._hello())
            self._state.changed("connected", connected=self.connected)
            async for frame in ws:
                if frame.type is WSMsgType.TEXT:
                    self._take_ack(frame.data)
        finally:
            self._links.remove(link)
            self._state.changed("connected", connected=self.connected)
        return ws

    async def deliver(self, kind: str, payload: Json, *, retry: tuple[int, str] | None = None) -> Ack:
        """Send one envelope ("interactive", "slash_commands", "events_api") to any socket and wait for its ack."""
        started = time.monotonic()
        if kind != "events_api" and self._faults.take("slack", kind, "lose_click"):
            return Ack("lost")
        lines: list[Link | None] = [link for link in self._links if not link.leaving]
        if not lines:
            return Ack("not_connected")
        # Slack believes in half-open connections as in any other: what goes there is gone.
        lines += [None] * self._state.settings.ghosts
        self._turn += 1
        link = lines[self._turn % len(lines)]
        name = secrets.token_hex(16)
        envelope: Json = {
            "envelope_id": name,
            "type": kind,
            "payload": payload,
            "accepts_response_payload": kind != "events_api",
        }
        if kind == "events_api":
            envelope["retry_attempt"], envelope["retry_reason"] = retry or (0, "")
        answer = self._waiting[name] = asyncio.get_running_loop().create_future()
        self._state.changed("sent", envelope=name, type=kind)
        try:
            if link is not None:
                with suppress(ConnectionError, RuntimeError):  # it broke just now: nobody will ack
                    await link.ws.send_json(envelope)
            said = await asyncio.wait_for(answer, self._state.settings.ack_seconds)
        except TimeoutError:
            return Ack("timeout", _ms(started))
        finally:
            del self._waiting[name]
        return Ack("acked", _ms(started), said)

    async def disconnect(self, reason: str) -> None:
        """Tell every socket to go: now with a moment's grace, after `warning_seconds` when it is a warning."""
        if reason == "link_disabled":
            self._state.settings.socket_mode = False
        for link in list(self._links):
            if link.leaving:
                continue
            link.leaving = reason != "warning"
            with suppress(ConnectionError, RuntimeError):
                await link.ws.send_json(self._goodbye(reason))
            seconds = self._state.settings.warning_seconds if reason == "warning" else GRACE_SECONDS
            task = asyncio.create_task(self._end(link, seconds))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """End every socket."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(link.ws.close(code=1001) for link in list(self._links)))

    async def _end(self, link: Link, seconds: float) -> None:
        await asyncio.sleep(seconds)
        link.leaving = True
        await link.ws.close()

    async def _dismiss(self, ws: web.WebSocketResponse, reason: str) -> None:
        with suppress(ConnectionError):
            await ws.send_json(self._goodbye(reason))
            await ws.close()

    def _take_ack(self, text: str) -> None:
        """Any socket may carry any ack: after a refresh the SDK sends them on the new one."""
        try:
            said = json.loads(text)
        except ValueError:
            return  # the SDK's own keep-alive words
        answer = self._waiting.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
        if answer is not None and not answer.done():
            payload = said.get("payload")
            answer.set_result(payload if isinstance(payload, dict) else {})

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self._links) + self._state.settings.ghosts,
            "connection_info": {"app_id": seed.APP_ID},
            "debug_info": {**_DEBUG, "started": time.strftime("%Y-%m-%d %H:%M:%S.000", time.gmtime())},
        }

    def _goodbye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": _DEBUG["host"]}}


_DEBUG = {"host": "sandbox", "build_number": 1, "approximate_connection_time": CONNECTION_SECONDS}


def _ms(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
