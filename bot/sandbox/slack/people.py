"""The people's side of the local Slack over HTTP: what the page and the tests press.

It never does for a person what Slack's own client would not let them do.
"""

import base64
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.slack import payloads, seed
from bot.sandbox.slack.api import Api
from bot.sandbox.slack.errors import NoSuchThing, SlackError
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.model import Json, Message, User, View
from bot.sandbox.slack.sockets import REASONS, Ack, Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.views import Views
from bot.sandbox.slack.views import as_slack as view_json

Door = Callable[[Json], Awaitable[Json]]


class People:
    """`/sandbox/slack/…`; every answer is JSON, `{"error": …}` with 404 or 400 when it cannot be done."""

    def __init__(
        self,
        state: State,
        views: Views,
        sockets: Sockets,
        events: Events,
        interactions: Interactions,
        api: Api,
        files: Files,
    ) -> None:
        self._state = state
        self._views = views
        self._sockets = sockets
        self._events = events
        self._interactions = interactions
        self._api = api
        self._files = files

    def routes(self) -> list[web.RouteDef]:
        """Every door on one screen."""
        doors: dict[str, Door] = {
            "click": self._click,
            "type": self._type,
            "submit": self._submit,
            "close": self._close,
            "command": self._command,
            "shortcut": self._shortcut,
            "open_home": self._open_home,
            "say": self._say,
            "attach": self._attach,
            "event": self._event,
            "disconnect": self._disconnect,
            "settings": self._settings,
        }
        return [
            web.get("/sandbox/slack/state", self._show),
            web.get("/sandbox/slack/log", self._log),
            web.get("/archives/{channel}/{message}", _visit),
            *(web.post(f"/sandbox/slack/{name}", _open(door)) for name, door in doors.items()),
        ]

    async def _click(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        return _outcome(await self._interactions.click(user, self._place(user, given), given))

    async def _type(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        view = self._views.of(user.id, given.get("view_id"))
        told = await self._interactions.type(user, view, given)
        return {"outcome": "kept", "ms": 0} if told is None else _outcome(told)

    async def _submit(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        view = self._views.of(user.id, given.get("view_id"))
        outcome, errors = await self._interactions.submit(user, view, given.get("values") or {})
        return {"outcome": outcome, "errors": errors}

    async def _close(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        view = self._views.of(user.id, given.get("view_id"))
        told = await self._interactions.close(user, view, everything=bool(given.get("everything")))
        return {"outcome": "closed", "ms": 0} if told is None else _outcome(told)

    async def _command(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        channel = self._state.channel(given.get("channel"))
        return _outcome(await self._interactions.command(user, channel, str(given.get("text", ""))))

    async def _shortcut(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        message = self._message(given) if given.get("ts") else None
        return _outcome(await self._interactions.shortcut(user, str(given.get("callback_id")), message))

    async def _open_home(self, given: Json) -> Json:
        return {"outcome": await self._interactions.open_home(self._state.user(given.get("user")))}

    async def _say(self, given: Json) -> Json:
        user = self._state.user(given.get("user"))
        channel = self._state.channel(given.get("channel"))
        text = given.get("text")
        if not isinstance(text, str) or not text.strip():
            raise NoSuchThing("no_text", 400)
        return {"ts": (await self._interactions.say(user, channel, text, given.get("thread_ts"))).ts}

    async def _attach(self, given: Json) -> Json:
        """A file chosen in a window, its content in base64; what `files` of the field then holds."""
        user = self._state.user(given.get("user"))
        content = base64.b64decode(str(given.get("content", "")), validate=True)
        return self._files.attach(user.id, str(given.get("name", "")), content)

    async def _event(self, given: Json) -> Json:
        """Any Events API event; `retry` {"attempt", "reason"} and `event_id` repeat one."""
        retry = given.get("retry")
        numbered = (int(retry.get("attempt", 1)), str(retry.get("reason", "timeout"))) if retry else None
        event_id, ack = await self._events.tell(
            given["event"], event_id=str(given.get("event_id") or ""), retry=numbered
        )
        return {"event_id": event_id, **_outcome(ack)}

    async def _disconnect(self, given: Json) -> Json:
        if given.get("reason") not in REASONS:
            raise NoSuchThing("no_such_reason", 400)
        await self._sockets.disconnect(given["reason"])
        return {"connected": self._sockets.connected}

    async def _settings(self, given: Json) -> Json:
        """Bend the workspace's numbers (see `Settings`); who asks does not matter."""
        given.pop("user", None)
        try:
            self._state.settings.change(given)
        except ValueError as wrong:
            raise NoSuchThing(str(wrong), 400) from None
        return vars(self._state.settings) | {"ok": True}

    async def _show(self, request: web.Request) -> web.Response:
        """Everything one person sees (`?user=U…`); `&latest=n` keeps the n newest messages of each channel."""
        try:
            user = self._state.user(request.query.get("user"))
        except NoSuchThing as missing:
            return web.json_response({"error": missing.error}, status=missing.status)
        state = self._state
        home = state.homes.get(user.id)
        latest = request.query.get("latest", "")
        most = int(latest) if latest.isdecimal() else None
        mine = [channel for channel in state.channels.values() if channel.user in (None, user.id)]
        shown = {
            "team": seed.TEAM,
            "me": user.id,
            "users": [payloads.user_json(one, locale=True) for one in state.users.values()],
            "channels": [
                {"id": one.id, "name": one.name, "topic": one.topic, "direct": one.user is not None} for one in mine
            ],
            "messages": {one.id: [m.as_json() for m in state.newest(one.id, most)] for one in mine},
            "ephemerals": [m.as_json() for m in state.ephemerals.values() if m.only_for == user.id],
            "home": _client(home) if home else None,
            "views": [_client(view) for view in state.views.get(user.id, [])],
            "notices": [
                {"id": one.id, "kind": one.kind, "text": one.text} for one in state.notices if one.user == user.id
            ],
            "pending": [
                {"id": one.id, "what": one.what, "where": one.where} for one in state.pending if one.user == user.id
            ],
            "groups": [vars(group) for group in state.groups.values()],
            "bookmarks": state.bookmarks,
            "commands": list(seed.COMMANDS),
            "shortcuts": list(seed.SHORTCUTS),
            "connected": self._sockets.connected,
        }
        return web.json_response(shown)

    async def _log(self, request: web.Request) -> web.Response:
        """Web API calls received after number `since`."""
        since = int(request.query.get("since", "0"))
        return web.json_response([call for call in self._api.log if call["n"] > since])

    def _place(self, user: User, given: Json) -> Message | View:
        if given.get("ephemeral"):
            whispered = self._state.ephemerals.get(str(given["ephemeral"]))
            if whispered is None or whispered.only_for != user.id:
                raise NoSuchThing("no_such_message")
            return whispered
        if given.get("view_id"):
            return self._views.of(user.id, given["view_id"])
        if given.get("home"):
            if (home := self._state.homes.get(user.id)) is None:
                raise NoSuchThing("no_such_view")
            return home
        return self._message(given)

    def _message(self, given: Json) -> Message:
        message = self._state.message(str(given.get("channel")), given.get("ts"))
        if message is None:
            raise NoSuchThing("no_such_message")
        return message


def _open(door: Door) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def opened(request: web.Request) -> web.Response:
        try:
            given = await request.json()
            if not isinstance(given, dict):
                raise NoSuchThing("not_an_object", 400)
            return web.json_response(await door(given))
        except ValueError:
            return web.json_response({"error": "not_json"}, status=400)
        except KeyError as missing:
            return web.json_response({"error": f"missing {missing}"}, status=400)
        except NoSuchThing as missing:
            return web.json_response({"error": missing.error}, status=missing.status)
        except SlackError as refused:
            return web.json_response({"error": refused.error}, status=404)

    return opened


async def _visit(request: web.Request) -> web.Response:
    """A permalink: the page, at this message."""
    raise web.HTTPFound("/#{channel}/{message}".format_map(request.match_info))


def _outcome(ack: Ack) -> Json:
    return {"outcome": ack.outcome, "ms": ack.ms}


def _client(view: View) -> Json:
    """A view as a person's client shows it: with the complaints now under its fields."""
    return view_json(view) | {"errors": view.errors}
