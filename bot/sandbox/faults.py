"""Faults on demand: makes a service answer badly, late or not at all, before or after it did what was asked.

It never changes what a handler does, only whether it runs and what becomes of its answer.
"""

import asyncio
import fnmatch
import json
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.sandbox.bus import Bus

TARGETS = ("slack", "square")
#: Kinds the middleware applies to a request; "before" and "after" mean the effect.
REQUEST_KINDS = (
    "429",
    "500_before",
    "500_after",
    "hang_before",
    "hang_after",
    "reset_before",
    "reset_after",
    "slow",
    "down",
    "refuse_socket",
)
#: Kinds somebody else asks for with `take`: the socket and the delivery of clicks.
TAKEN_KINDS = ("lose_click", "too_many_websockets")
KINDS = (*REQUEST_KINDS, *TAKEN_KINDS, "drop_socket")
#: Kinds that last until cleared unless `times` says otherwise.
STANDING_KINDS = ("down", "refuse_socket")
#: How often a held request looks whether its client has gone, in seconds.
HANG_POLL_SECONDS = 0.05


@dataclass
class Fault:
    """One fault: `times` hits are left (None: until cleared), `hits` have happened."""

    id: int
    target: str
    kind: str
    operation: str = "*"
    times: int | None = 1
    status: int = 500
    retry_after: int = 1
    delay: float = 1.0
    hits: int = 0
    cleared: asyncio.Event = field(default_factory=asyncio.Event)

    def wants(self, target: str, operation: str) -> bool:
        """Whether this fault still has a hit left for the operation (a glob, case counts)."""
        return (
            self.target == target
            and self.times != 0
            and not self.cleared.is_set()
            and fnmatch.fnmatchcase(operation, self.operation)
        )

    def as_json(self) -> dict[str, object]:
        """What `GET /sandbox/faults` lists."""
        names = ("id", "target", "kind", "operation", "times", "status", "retry_after", "delay", "hits")
        return {name: getattr(self, name) for name in names}


class Faults:
    """The list of faults, the middleware that applies them and the routes that edit them."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._ids = count(1)
        self._faults: list[Fault] = []
        self._open: dict[asyncio.Transport, tuple[str, str]] = {}

    def add(
        self,
        target: str,
        kind: str,
        operation: str = "*",
        *,
        times: int | None = -1,
        status: int = 500,
        retry_after: int = 1,
        delay: float = 1.0,
    ) -> Fault:
        """Arm a fault; `times` left out means once, or until cleared for the standing kinds.

        `retry_after` and `delay` are seconds. Raises ValueError for an unknown target or kind. `drop_socket` and
        `down` also cut what is open at this moment.
        """
        if target not in TARGETS or kind not in KINDS:
            raise ValueError(f"unknown target or kind: {target} {kind}")
        if times == -1:
            times = None if kind in STANDING_KINDS else 1
        fault = Fault(next(self._ids), target, kind, operation, times, status, retry_after, delay)
        self._faults.append(fault)
        if kind == "drop_socket":
            self._cut(fault, "link")
        elif kind == "down":
            self._cut(fault, operation)
        return fault

    def clear(self, fault_id: int | None = None) -> bool:
        """Forget one fault or all of them and let go of what they hold; False when there is no such fault."""
        chosen = [fault for fault in self._faults if fault_id in (None, fault.id)]
        for fault in chosen:
            fault.cleared.set()
            self._faults.remove(fault)
        return bool(chosen) or fault_id is None

    def take(self, target: str, operation: str, *kinds: str) -> Fault | None:
        """Use up one hit of the oldest fault of these kinds that fits, if there is one."""
        for fault in self._faults:
            if fault.kind in kinds and fault.wants(target, operation):
                self._hit(fault, operation)
                return fault
        return None

    def routes(self) -> list[web.RouteDef]:
        """`/sandbox/faults`, for pages and tests in other processes."""
        return [
            web.get("/sandbox/faults", self._list),
            web.post("/sandbox/faults", self._add),
            web.delete("/sandbox/faults", self._clear),
            web.delete(r"/sandbox/faults/{id:\d+}", self._clear),
        ]

    @property
    def middleware(self) -> Middleware:
        """The one aiohttp middleware through which every request passes."""

        @web.middleware
        async def faulty(request: web.Request, handler: Handler) -> web.StreamResponse:
            target, operation = _aim(request)
            if target is None:
                return await handler(request)
            with self._watch(request, target, operation):
                fault = self.take(target, operation, *REQUEST_KINDS)
                return await (handler(request) if fault is None else _spoil(fault, request, handler))

        return faulty

    def _hit(self, fault: Fault, operation: str) -> None:
        fault.hits += 1
        if fault.times is not None:
            fault.times -= 1
        self._bus.publish("faults", "hit", id=fault.id, fault=fault.kind, operation=operation)

    def _cut(self, fault: Fault, pattern: str) -> None:
        """Abort what is open now; for `drop_socket` that is its whole hit, `down` goes on refusing."""
        for transport, (target, operation) in list(self._open.items()):
            if target == fault.target and fnmatch.fnmatchcase(operation, pattern):
                reset(transport)
        if fault.kind == "drop_socket":
            fault.times = 0
            fault.hits = 1

    @contextmanager
    def _watch(self, request: web.Request, target: str, operation: str) -> Iterator[None]:
        transport = request.transport
        if transport is None:
            yield
            return
        self._open[transport] = (target, operation)
        try:
            yield
        finally:
            self._open.pop(transport, None)

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response({"faults": [fault.as_json() for fault in self._faults]})

    async def _add(self, request: web.Request) -> web.Response:
        body = await request.json()
        try:
            fault = self.add(body.pop("target"), body.pop("kind"), **body)
        except (KeyError, TypeError, ValueError) as wrong:
            return web.json_response({"error": "bad_fault", "detail": str(wrong)}, status=400)
        return web.json_response(fault.as_json(), status=201)

    async def _clear(self, request: web.Request) -> web.Response:
        chosen = request.match_info.get("id")
        found = self.clear(int(chosen) if chosen else None)
        return web.json_response({"ok": found}, status=200 if found else 404)


def reset(transport: asyncio.Transport | None) -> None:
    """End a TCP connection with RST, as a crashed peer or a rude middlebox does."""
    if transport is None:
        return
    raw = transport.get_extra_info("socket")
    if raw is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _aim(request: web.Request) -> tuple[str | None, str]:
    """Which service and operation a request is for; people's own doors (`/sandbox`, the page) have none."""
    path = request.path
    if path.startswith("/square/api/"):
        return "square", f"{request.method} {path}"
    first, _, rest = path.lstrip("/").partition("/")
    if first == "api":
        return "slack", rest
    if first in ("link", "hook", "upload", "files"):
        return "slack", first
    return None, ""


async def _spoil(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    kind, _, when = fault.kind.partition("_")
    if fault.kind == "429":
        return _refusal(fault, 429, {"Retry-After": str(fault.retry_after)})
    if fault.kind == "down":
        return _reset(request)
    if fault.kind == "refuse_socket":
        return await _refuse_socket(request, handler)
    if kind == "slow":
        await asyncio.sleep(fault.delay)
        return await handler(request)
    answer: web.StreamResponse | None = None
    if when == "after":
        try:
            answer = await handler(request)
        except web.HTTPException as refused:
            answer = refused
    if kind == "500":
        return _refusal(fault, fault.status, {})
    if kind == "hang":
        if not await _hold(fault, request):
            return _reset(request)
        return answer if answer is not None else await handler(request)
    return _reset(request)


def _refusal(fault: Fault, status: int, headers: dict[str, str]) -> web.Response:
    word = {429: "ratelimited" if fault.target == "slack" else "rate_limited"}.get(status, "internal_error")
    body = {"ok": False, "error": word} if fault.target == "slack" else {"error": word}
    return web.Response(text=json.dumps(body), status=status, headers=headers, content_type="application/json")


def _reset(request: web.Request) -> web.Response:
    reset(request.transport)
    return web.Response()  # written to a closed connection: aiohttp drops it


async def _refuse_socket(request: web.Request, handler: Handler) -> web.StreamResponse:
    if request.path == "/link":
        return web.Response(status=503)
    if request.path == "/api/apps.connections.open":
        return web.json_response({"ok": False, "error": "internal_error"})
    return await handler(request)


async def _hold(fault: Fault, request: web.Request) -> bool:
    """Keep the answer back; True when the fault was cleared, False when the client went away first."""
    while not fault.cleared.is_set():
        if request.transport is None or request.transport.is_closing():
            return False
        try:
            await asyncio.wait_for(fault.cleared.wait(), HANG_POLL_SECONDS)
        except TimeoutError:
            continue
    return request.transport is not None
