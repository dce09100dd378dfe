"""The square as a platform: the HTTP API the bot's adapter speaks, with a bearer token and scopes.

It is as strict as a public platform would be, and never shows what only people of the sandbox may see.
"""

from __future__ import annotations

import json
import math

from aiohttp import web

from bot.sandbox.square.door import Handler, body_of, guarded, origin, text_of
from bot.sandbox.square.keys import KEY_LIFE
from bot.sandbox.square.media import ALT_MOST, SIZE_MOST, TYPES
from bot.sandbox.square.state import State
from bot.sandbox.square.world import Comment, Event, Refused, show_comment, show_post

PAGE_MOST = 500  # events per feed answer
WAIT_MOST = 30.0  # seconds a feed request may hang on


class Api:
    """Routes under `/square/api` but those of posts, which are in `publishing`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        """Every entry on one screen: method, path, scope, handler."""
        table: list[tuple[str, str, str, Handler]] = [
            ("GET", "/me", "", self.me),
            ("GET", "/feed", "read", self.feed),
            ("GET", "/comments/{id}", "read", self.comment),
            ("GET", "/comments/{id}/replies", "read", self.replies),
            ("POST", "/comments/{id}/replies", "reply", self.reply),
            ("POST", "/comments/{id}/hide", "reply", self.hide),
            ("GET", "/metrics", "read", self.metrics),
        ]
        return [
            web.route(verb, f"/square/api{path}", guarded(self.state, scope, handler))
            for verb, path, scope, handler in table
        ]

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
                "media": _media(settings.media),
                "threads": settings.threads,
                "comments": settings.comments,
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
        if earlier := self.state.keys.earlier(key, asked):
            return web.json_response(self._comment(self.state.comments[earlier], request))
        text = text_of(body, self.state.settings.max_length)
        made = self.state.answer(request.match_info["id"], text)
        self.state.keys.keep(key, asked, made.id)
        return web.json_response(self._comment(made, request), status=201)

    async def hide(self, request: web.Request) -> web.Response:
        """Hide a comment from everybody but its author."""
        return web.json_response(self._comment(self.state.hide(request.match_info["id"]), request))

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


def _media(most: int) -> dict[str, object] | None:
    """What may stand in a post, for `/me`; None where nothing may."""
    return {"most": most, "types": list(TYPES), "size": SIZE_MOST, "alt": ALT_MOST} if most else None
