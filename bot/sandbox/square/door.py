"""What every door of the square shares: who may come in, how a request is read, how a refusal is answered.

It never changes anything: that is for the handler behind the door.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.square.state import State
from bot.sandbox.square.world import Refused

TOKEN = "square-morninglight-demo"  # noqa: S105 - the sandbox's fixed, readable demo token

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def body_of(request: web.Request) -> dict[str, object]:
    """The JSON object of a request; Refused 400 `bad_json` for anything else."""
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError:
        raise Refused(400, "bad_json") from None
    if not isinstance(body, dict):
        raise Refused(400, "bad_json")
    return body


def text_of(body: dict[str, object], most: int | None = None, *, needed: bool = True) -> str:
    """The `text` of a body, untouched; Refused 422 over `most` code points and, where one is needed, when empty."""
    text = body.get("text", "")
    if not isinstance(text, str) or (needed and not text.strip()):
        raise Refused(422, "empty")
    if most is not None and len(text) > most:
        raise Refused(422, "too_long", max_length=most, length=len(text))
    return text


def origin(request: web.Request) -> str:
    """Where the page lives, as the caller sees it."""
    return f"{request.scheme}://{request.host}"


def answers(handler: Handler) -> Handler:
    """Turn a refusal into its JSON answer."""

    async def answering(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as refused:
            return web.json_response(refused.body, status=refused.status)

    return answering


def guarded(state: State, scope: str, handler: Handler) -> Handler:
    """A door of the platform API: 401 without the token, 403 without the scope."""

    async def checked(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise Refused(401, "bad_token")
        if scope and scope not in state.settings.scopes:
            raise Refused(403, "missing_scope", needed=scope)
        return await handler(request)

    return answers(checked)
