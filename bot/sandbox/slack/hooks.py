"""`response_url`: how an app answers one interaction without a token, five times within half an hour.

It never reaches any other message than the one the interaction came from.
"""

import json
import time

from aiohttp import web

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.state import State


class Hooks:
    """`POST /hook/{id}`."""

    def __init__(self, state: State, interactions: Interactions) -> None:
        self._state = state
        self._interactions = interactions

    def routes(self) -> list[web.RouteDef]:
        """One route."""
        return [web.post("/hook/{id}", self._answer)]

    async def _answer(self, request: web.Request) -> web.Response:
        """ "ok" as text; 404 with Slack's word once it is used up or too old."""
        hook = self._state.hooks.get(request.match_info["id"])
        if hook is None:
            return _refuse("no_such_hook", 404)
        if time.monotonic() >= hook.expires:
            return _refuse("expired_url", 404)
        if hook.uses <= 0:
            return _refuse("used_url", 404)
        try:
            said = json.loads(await request.text())
        except ValueError:
            return _refuse("invalid_payload", 400)
        if not isinstance(said, dict):
            return _refuse("invalid_payload", 400)
        hook.uses -= 1
        gone = hook.message is not None and (
            hook.message.deleted
            or (hook.message.only_for is not None and hook.message.id not in self._state.ephemerals)
        )
        try:
            if gone and (said.get("replace_original") or said.get("delete_original")):
                raise SlackError("message_not_found")
            channel = self._state.channel(hook.channel)
            self._interactions.answer(hook.user, channel, said, hook.message)
        except SlackError as refused:
            return web.json_response(refused.as_json(), status=400 if refused.error == "invalid_blocks" else 200)
        return web.Response(text="ok")


def _refuse(error: str, status: int) -> web.Response:
    return web.json_response({"ok": False, "error": error}, status=status)
