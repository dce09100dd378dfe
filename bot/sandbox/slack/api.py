"""Slack's Web API: who may call what, how often, in which of three encodings, and a log of it all.

It never does the work of a method: those are in `methods`.
"""

import json
import math
import time
from collections import deque
from itertools import count

import regex
from aiohttp import web

from bot.sandbox.slack import pace, seed
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.desk import Desk
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.methods import METHODS, Method
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.views import Views

#: Half of a surrogate pair, or the whole of one: a body that was UTF-8 holds them only as escapes.
_SURROGATE = regex.compile(r"\\u[dD][89a-fA-F]")
#: How many calls the log remembers.
LOG_MOST = 5000


class Api:
    """`/api/{method}`; `log` lists calls as `{n, at, method, args, ok, error, status, ms}`, without tokens."""

    def __init__(self, state: State, messages: Messages, views: Views, sockets: Sockets, files: Files) -> None:
        self._state = state
        self._desk = Desk(state, messages, views, sockets, files)
        self._pace = pace.Pace()
        self._numbers = count(1)
        self.log: deque[Json] = deque(maxlen=LOG_MOST)

    def routes(self) -> list[web.RouteDef]:
        """GET and POST of any method."""
        return [web.get("/api/{method}", self._call), web.post("/api/{method}", self._call)]

    async def _call(self, request: web.Request) -> web.Response:
        started = time.monotonic()
        name = request.match_info["method"]
        # A literal copy: the log must show what came, whatever a method does with it.
        given: Json = {}
        try:
            given, token = await self._read(request)
            method = self._admit(name, token)
            self._limit(name, method, given)
            body, status, headers = {"ok": True, **method.call(self._desk, Args(given))}, 200, {}
        except SlackError as refused:
            body, status, headers = refused.as_json(), refused.status, refused.headers
        if name != "apps.connections.open":
            headers = {**headers, "x-oauth-scopes": ",".join(self._state.settings.granted)}
        entry = {
            "n": next(self._numbers),
            "at": time.time(),
            "method": name,
            "args": given,
            "ok": body["ok"],
            "error": body.get("error"),
            "status": status,
            "ms": round((time.monotonic() - started) * 1000, 1),
        }
        self.log.append(entry)
        self._state.changed("call", n=entry["n"], method=name, ok=body["ok"], error=body.get("error"))
        return web.json_response(body, status=status, headers=headers)

    async def _read(self, request: web.Request) -> tuple[Json, str]:
        """Arguments from query, form and JSON body together, and the token from wherever it was put."""
        given: Json = dict(request.query)
        token = request.headers.get("Authorization", "")
        if request.method == "POST" and request.can_read_body:
            if request.content_type == "application/json":
                given |= _parse(await request.text())
                given.pop("token", None)  # in a JSON body Slack does not look for one
            elif request.content_type in ("application/x-www-form-urlencoded", "multipart/form-data"):
                given |= dict(await request.post())
            elif await request.read():
                raise SlackError("invalid_post_type")
        loose = given.pop("token", "")
        scheme, _, bearer = token.partition(" ")
        return given, bearer if scheme == "Bearer" else str(loose)

    def _admit(self, name: str, token: str) -> Method:
        """The method, if it exists and this token may call it."""
        if name not in METHODS:
            raise SlackError("unknown_method", req_method=name)
        method = METHODS[name]
        if not token:
            raise SlackError("not_authed")
        if token not in (seed.BOT_TOKEN, seed.APP_TOKEN):
            raise SlackError("invalid_auth")
        if token != (seed.APP_TOKEN if method.app_token else seed.BOT_TOKEN):
            raise SlackError("not_allowed_token_type")
        scopes = self._state.settings.granted
        if method.scope and method.scope not in scopes:
            raise SlackError("missing_scope", needed=method.scope, provided=",".join(scopes))
        return method

    def _limit(self, name: str, method: Method, given: Json) -> None:
        """Refuse what comes too often, with the seconds to wait."""
        if not self._state.settings.pacing:
            return
        wait = self._pace.take(name, method.per_minute, pace.MINUTE) if method.per_minute else 0.0
        if name == "chat.postMessage":
            wait = self._pace.take(f"{name} {given.get('channel')}", 1, pace.POST_SECONDS)
        if wait > 0:
            headers = {"Retry-After": str(math.ceil(wait))}
            raise SlackError("ratelimited", status=429, headers=headers)


def _parse(text: str) -> Json:
    """A JSON body. Slack's own parser refuses half of a surrogate pair, and so does this one."""
    try:
        given = json.loads(text or "{}")
        if _SURROGATE.search(text):
            json.dumps(given, ensure_ascii=False).encode()
    except ValueError:
        raise SlackError("invalid_json") from None
    if not isinstance(given, dict):
        raise SlackError("json_not_object")
    return given
