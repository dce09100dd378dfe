"""The square's doors for posts: pictures come up, posts go out, and the brand says something under its own.

It refuses like a public platform, with a status and a word, and makes nothing twice under one Idempotency-Key.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import unquote

from aiohttp import web

from bot.sandbox.square.door import Handler, answers, body_of, guarded, origin, text_of
from bot.sandbox.square.state import State
from bot.sandbox.square.world import Comment, Refused, show_comment, show_picture, show_post


class Publishing:
    """Routes under `/square/api/posts` and `/square/api/media`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        """Every entry on one screen: method, path, scope, handler."""
        table: list[tuple[str, str, str, Handler]] = [
            ("GET", "/posts", "read", self.posts),
            ("POST", "/posts", "publish", self.publish),
            ("GET", "/posts/{id}", "read", self.post),
            ("GET", "/posts/{id}/comments", "read", self.comments),
            ("POST", "/posts/{id}/comments", "reply", self.comment),
            ("POST", "/media", "publish", self.upload),
        ]
        return [
            *(
                web.route(verb, f"/square/api{path}", guarded(self.state, scope, handler))
                for verb, path, scope, handler in table
            ),
            web.get("/square/api/media/{id}", answers(self.picture)),
        ]

    async def posts(self, request: web.Request) -> web.Response:
        """The brand's posts made at or after `since`, oldest first; the way to find a lost one."""
        self._may_look()
        since = _time(request.query.get("since"))
        found = [post for post in self.state.posts.values() if post.created_at >= since]
        return web.json_response({"posts": [show_post(post, origin(request)) for post in found]})

    async def post(self, request: web.Request) -> web.Response:
        """One post."""
        return web.json_response(show_post(self.state.post(request.match_info["id"]), origin(request)))

    async def publish(self, request: web.Request) -> web.Response:
        """`{text, after?, media?}`: a new post, under the same key rule as a reply. With pictures it needs no text."""
        state, key, body = self.state, request.headers.get("Idempotency-Key"), await body_of(request)
        after, named = body.get("after"), body.get("media") or []
        asked = json.dumps([request.path, body.get("text"), after, named])
        if earlier := state.keys.earlier(key, asked):
            return web.json_response(show_post(state.posts[earlier], origin(request)))
        text = text_of(body, state.settings.max_length, needed=not named)
        if after is not None and not state.settings.threads:
            raise Refused(422, "threads_off")
        media = state.shelf.chosen(named, state.settings.media)
        made = state.publish(text, after=None if after is None else state.post(after).id, media=media)
        state.keys.keep(key, asked, made.id)
        return web.json_response(show_post(made, origin(request)), status=201)

    async def comments(self, request: web.Request) -> web.Response:
        """What the brand said right under its post, oldest first; the way to find a lost comment."""
        self._may_look()
        found = self.state.under(self.state.post(request.match_info["id"]).id)
        return web.json_response({"comments": [self._comment(comment, request) for comment in found]})

    async def comment(self, request: web.Request) -> web.Response:
        """`{text}`: the brand says something under its own post, under the same key rule as a reply."""
        key, body = request.headers.get("Idempotency-Key"), await body_of(request)
        asked = json.dumps([request.path, body.get("text")])
        if earlier := self.state.keys.earlier(key, asked):
            return web.json_response(self._comment(self.state.comments[earlier], request))
        if not self.state.settings.comments:
            raise Refused(422, "comments_off")
        text = text_of(body, self.state.settings.max_length)
        made = self.state.comment(None, request.match_info["id"], text)
        self.state.keys.keep(key, asked, made.id)
        return web.json_response(self._comment(made, request), status=201)

    async def upload(self, request: web.Request) -> web.Response:
        """A picture's raw bytes, its type in Content-Type and what it shows, percent-encoded, in X-Alt."""
        if not self.state.settings.media:
            raise Refused(422, "media_off")
        key, content = request.headers.get("Idempotency-Key"), await request.read()
        kind, alt = request.content_type, unquote(request.headers.get("X-Alt", ""))
        asked = json.dumps([request.path, kind, alt, sha256(content).hexdigest()])
        if earlier := self.state.keys.earlier(key, asked):
            return web.json_response(show_picture(self.state.shelf.get(earlier).picture, origin(request)))
        made = self.state.shelf.put(content, kind, alt)
        self.state.keys.keep(key, asked, made.id)
        return web.json_response(show_picture(made, origin(request)), status=201)

    async def picture(self, request: web.Request) -> web.Response:
        """A picture's bytes, for everybody: a page shows it without the account's token."""
        file = self.state.shelf.get(request.match_info["id"])
        # Opened by itself, a picture must not become a page of ours.
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}
        return web.Response(body=file.content, content_type=file.picture.type, headers=headers)

    def _may_look(self) -> None:
        if not self.state.settings.lookup:
            raise Refused(403, "lookup_off")

    def _comment(self, comment: Comment, request: web.Request) -> dict[str, object]:
        return show_comment(comment, self.state.brand, self.state.post(comment.post), origin(request))


def _time(text: str | None) -> datetime:
    """An aware time; the earliest there is for none, Refused 400 `bad_time` for what is no time with a zone."""
    if text is None:
        return datetime.min.replace(tzinfo=UTC)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(400, "bad_time") from None
    if at.tzinfo is None:
        raise Refused(400, "bad_time")
    return at
