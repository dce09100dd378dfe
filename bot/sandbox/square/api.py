"""The square as a platform: the HTTP API the bot's adapter speaks, with a bearer token and scopes.

It is as strict as a public platform would be, and never shows what only people of the sandbox may see.
"""

from __future__ import annotations

import json
import math
from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.sandbox.square.state import KEY_LIFE, State
from bot.sandbox.square.world import Comment, Event, Refused, show_comment, show_post

TOKEN = "square-morninglight-demo"  # noqa: S105 - the sandbox's fixed, readable demo token
PAGE_MOST = 500  # events per feed answer
WAIT_MOST = 30.0  # seconds a feed request may hang on

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


def text_of(body: dict[str, object], most: int | None = None) -> str:
    """The `text` of a body, untouched; Refused 422 when it is missing, empty or over `most` code points."""
    text = body.get("text")
    if not isinstance(text, str) or not text.strip():
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


class Api:
    """Routes under `/square/api`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        """Every entry of the platform API on one screen: method, path, scope, handler."""
        table: list[tuple[str, str, str, Handler]] = [
            ("GET", "/me", "", self.me),
            ("GET", "/feed", "read", self.feed),
            ("GET", "/comments/{id}", "read", self.comment),
            ("GET", "/comments/{id}/replies", "read", self.replies),
            ("POST", "/comments/{id}/replies", "reply", self.reply),
            ("POST", "/comments/{id}/hide", "reply", self.hide),
            ("GET", "/posts/{id}", "read", self.post),
            ("POST", "/posts", "publish", self.publish),
            ("GET", "/metrics", "read", self.metrics),
        ]
        return [
            web.route(verb, f"/square/api{path}", answers(self.guarded(scope, handler)))
            for verb, path, scope, handler in table
        ]

    def guarded(self, scope: str, handler: Handler) -> Handler:
        """401 without the token, 403 without the scope."""

        async def checked(request: web.Request) -> web.StreamResponse:
            if request.headers.get("Authorization") != f"Bearer {TOKEN}":
                raise Refused(401, "bad_token")
            if scope and scope not in self.state.settings.scopes:
                raise Refused(403, "missing_scope", needed=scope)
            return await handler(request)

        return checked

    async def me(self, request: web.Request) -> web.Response:
        """The account and what it may do."""
        brand, settings = self.state.brand, self.state.settings
        seconds = int(KEY_LIFE.total_seconds()) if settings.idempotency == "key" else 0
        return web.json_response(
            {
                "id": brand.id,
                "name": brand.name,
                "handle": brand.handle,
                "url": f"{origin(request)}/",
                "scopes": settings.scopes,
                "idempotency": {"kind": settings.idempotency, "seconds": seconds},
                "lookup": settings.lookup,
                "max_length": settings.max_length,
                "direct": True,
            }
        )

    async def feed(self, request: web.Request) -> web.Response:
        """Events after a cursor, oldest first; 410 `gap` when the cursor is older than what is kept."""
        limit = int(self._number(request, "limit", 100, PAGE_MOST))
        wait = self._number(request, "wait", 0, WAIT_MOST)
        mark = self.state.mark(request.query.get("after"))
        events = await self.state.after(mark, limit, wait)
        last = events[-1].seq if events else mark
        return web.json_response(
            {
                "events": [self._event(event, origin(request)) for event in events],
                "cursor": self.state.cursor(last),
                "more": last < self.state.mark("latest"),
                "oldest": self.state.cursor(self.state.oldest),
            }
        )

    async def comment(self, request: web.Request) -> web.Response:
        """One comment with its replies."""
        comment = self.state.live(request.match_info["id"])
        replies = [self._comment(reply, request) for reply in self.state.replies(comment.id)]
        return web.json_response({**self._comment(comment, request), "replies": replies})

    async def replies(self, request: web.Request) -> web.Response:
        """Answers to a comment, only the brand's own with `by=brand`; the way to find a lost send."""
        if not self.state.settings.lookup:
            raise Refused(403, "lookup_off")
        comment = self.state.live(request.match_info["id"])
        own = request.query.get("by") == "brand"
        found = [reply for reply in self.state.replies(comment.id) if reply.by_brand or not own]
        return web.json_response({"replies": [self._comment(reply, request) for reply in found]})

    async def reply(self, request: web.Request) -> web.Response:
        """The brand answers; the same Idempotency-Key gives the same reply with 200 instead of 201."""
        key, body = request.headers.get("Idempotency-Key"), await body_of(request)
        asked = json.dumps([request.path, body.get("text")])
        if earlier := self.state.remembered(key, asked):
            return web.json_response(self._comment(self.state.comments[earlier], request))
        text = text_of(body, self.state.settings.max_length)
        made = self.state.answer(request.match_info["id"], text)
        self.state.remember(key, asked, made.id)
        return web.json_response(self._comment(made, request), status=201)

    async def hide(self, request: web.Request) -> web.Response:
        """Hide a comment from everybody but its author."""
        return web.json_response(self._comment(self.state.hide(request.match_info["id"]), request))

    async def post(self, request: web.Request) -> web.Response:
        """One post."""
        return web.json_response(show_post(self.state.post(request.match_info["id"]), origin(request)))

    async def publish(self, request: web.Request) -> web.Response:
        """A new post, under the same key rule as a reply."""
        key, body = request.headers.get("Idempotency-Key"), await body_of(request)
        asked = json.dumps([request.path, body.get("text")])
        if earlier := self.state.remembered(key, asked):
            return web.json_response(show_post(self.state.posts[earlier], origin(request)))
        made = self.state.publish(text_of(body, self.state.settings.max_length))
        self.state.remember(key, asked, made.id)
        return web.json_response(show_post(made, origin(request)), status=201)

    async def metrics(self, request: web.Request) -> web.Response:
        """Counts of posts and of the account; a post nobody knows is left out."""
        wanted = [name for name in request.query.get("posts", "").split(",") if name in self.state.posts]
        counted = dict.fromkeys(wanted, 0)
        for comment in self.state.comments.values():
            if comment.post in counted and not comment.deleted:
                counted[comment.post] += 1
        posts = {
            name: {
                "likes": self.state.posts[name].crowd + len(self.state.likes.get(name, ())),
                "comments": counted[name],
                "views": self.state.posts[name].views,
            }
            for name in wanted
        }
        return web.json_response({"posts": posts, "account": {"followers": self.state.brand.followers}})

    @staticmethod
    def _number(request: web.Request, name: str, default: float, most: float) -> float:
        try:
            number = float(request.query.get(name, default))
        except ValueError:
            number = math.nan
        if math.isnan(number):
            raise Refused(400, "bad_number", name=name)
        return min(max(number, 0), most)

    def _comment(self, comment: Comment, request: web.Request) -> dict[str, object]:
        post = self.state.posts.get(comment.post or "")
        return show_comment(comment, self.state.author(comment), post, origin(request))

    def _event(self, event: Event, where: str) -> dict[str, object]:
        if event.comment is None:
            assert event.post is not None  # noqa: S101 - an event is about one or the other
            return {
                "seq": event.seq,
                "type": event.type,
                "comment": None,
                "post": show_post(event.post, where),
            }
        post = self.state.posts.get(event.comment.post or "")
        shown = show_comment(event.comment, self.state.author(event.comment), post, where)
        return {"seq": event.seq, "type": event.type, "comment": shown}
