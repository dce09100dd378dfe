"""What an audience member does on the square, for the page and for tests: no token, because it is only loopback.

It never goes through the platform API, so a fault put on that API leaves the audience untouched.
"""

from __future__ import annotations

from dataclasses import asdict

from aiohttp import web

from bot.sandbox.square.door import Handler, answers, body_of, origin, text_of
from bot.sandbox.square.state import SCOPES, State
from bot.sandbox.square.world import Comment, Post, Refused, show_comment, show_post

BULK_MOST = 200_000  # comments per call: the largest load any benchmark here asks for, with room


class People:
    """Routes under `/sandbox/square`."""

    def __init__(self, state: State) -> None:
        self.state = state

    def routes(self) -> list[web.RouteDef]:
        """Every act of a person on one screen."""
        acts: list[tuple[str, Handler]] = [
            ("comment", self.comment),
            ("edit", self.edit),
            ("delete", self.delete),
            ("direct", self.direct),
            ("bulk", self.bulk),
            ("answer", self.answer),
            ("like", self.like),
            ("settings", self.settings),
        ]
        return [
            web.get("/sandbox/square/state", answers(self.show)),
            *(web.post(f"/sandbox/square/{name}", answers(handler)) for name, handler in acts),
        ]

    async def show(self, request: web.Request) -> web.Response:
        """All of it; `?latest=n` cuts every post to the threads its n newest comments belong to."""
        latest = request.query.get("latest", "")
        under: dict[str, list[Comment]] = {name: [] for name in self.state.posts}
        directs: list[Comment] = []
        for comment in self.state.comments.values():
            directs.append(comment) if comment.post is None else under[comment.post].append(comment)
        cut = int(latest) if latest.isdecimal() else None
        newest = sorted(self.state.posts.values(), key=lambda post: post.created_at, reverse=True)
        return web.json_response(
            {
                "brand": asdict(self.state.brand),
                "members": [asdict(member) for member in self.state.members.values()],
                "posts": [self._post(post, under[post.id], cut, origin(request)) for post in newest],
                "directs": [self._comment(direct, origin(request)) for direct in directs],
                "settings": asdict(self.state.settings),
            }
        )

    async def comment(self, request: web.Request) -> web.Response:
        """`{member, post, text, parent?}`."""
        body = await body_of(request)
        parent = body.get("parent")
        made = self.state.comment(
            self.state.member(body.get("member")).id,
            self.state.post(body.get("post")).id,
            text_of(body),
            str(parent) if parent else None,
        )
        return web.json_response(self._comment(made, origin(request)), status=201)

    async def edit(self, request: web.Request) -> web.Response:
        """`{id, text}`."""
        body = await body_of(request)
        changed = self.state.edit(str(body.get("id")), text_of(body))
        return web.json_response(self._comment(changed, origin(request)))

    async def delete(self, request: web.Request) -> web.Response:
        """`{id}`."""
        changed = self.state.delete(str((await body_of(request)).get("id")))
        return web.json_response(self._comment(changed, origin(request)))

    async def direct(self, request: web.Request) -> web.Response:
        """`{member, text}`."""
        body = await body_of(request)
        made = self.state.direct(self.state.member(body.get("member")).id, text_of(body))
        return web.json_response(self._comment(made, origin(request)), status=201)

    async def answer(self, request: web.Request) -> web.Response:
        """`{id, text}`: the brand answers in the native app, past the bot."""
        body = await body_of(request)
        made = self.state.answer(str(body.get("id")), text_of(body))
        return web.json_response(self._comment(made, origin(request)), status=201)

    async def like(self, request: web.Request) -> web.Response:
        """`{member, post | comment}`: on, or off again."""
        body = await body_of(request)
        target = body.get("post") or body.get("comment")
        return web.json_response({"liked": self.state.like(str(target), str(body.get("member")))})

    async def bulk(self, request: web.Request) -> web.Response:
        """`{count, texts?, post?, member?}`: many comments at once, for load."""
        body = await body_of(request)
        count, texts = body.get("count"), body.get("texts") or ["請問這款豆子適合冷萃嗎？"]
        if not isinstance(count, int) or not 0 < count <= BULK_MOST:
            raise Refused(422, "bad_count", most=BULK_MOST)
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise Refused(422, "bad_texts")
        post = self.state.post(body.get("post") or next(iter(self.state.posts)))
        one = body.get("member")
        members = [self.state.member(one).id] if one else list(self.state.members)
        first, last = self.state.bulk(count, texts, post.id, members)
        return web.json_response({"count": count, "first": first, "last": last}, status=201)

    async def settings(self, request: web.Request) -> web.Response:
        """Any of the names in `bot.sandbox.square.state.Settings`; answers with all of them."""
        settings, body = self.state.settings, await body_of(request)
        for name, value in body.items():
            if not _fits(name, value):
                raise Refused(422, "bad_setting", name=name)
        for name, value in body.items():
            setattr(settings, name, value)
        self.state.trim()
        self.state.bus.publish("square", "settings")
        return web.json_response(asdict(settings))

    def _comment(self, comment: Comment, where: str) -> dict[str, object]:
        post = self.state.posts.get(comment.post or "")
        shown = show_comment(comment, self.state.author(comment), post, where)
        return {**shown, "likes": sorted(self.state.likes.get(comment.id, ()))}

    def _post(self, post: Post, comments: list[Comment], cut: int | None, where: str) -> dict[str, object]:
        shown = comments
        if cut is not None and len(comments) > cut:
            threads = {comment.thread for comment in comments[-cut:]} if cut else set()
            shown = [comment for comment in comments if comment.thread in threads]
        return {
            **show_post(post, where),
            "art": post.art,
            "crowd": post.crowd,
            "views": post.views,
            "likes": sorted(self.state.likes.get(post.id, ())),
            "total": sum(not comment.deleted for comment in comments),
            "earlier": len(comments) - len(shown),
            "comments": [self._comment(comment, where) for comment in shown],
        }


def _fits(name: str, value: object) -> bool:
    """Whether a setting of this name may hold this value."""
    match name:
        case "idempotency":
            return value in ("key", "none")
        case "lookup" | "talk" | "threads" | "comments":
            return isinstance(value, bool)
        case "max_length" | "keep":
            return isinstance(value, int) and not isinstance(value, bool) and value > 0
        case "media":
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        case "scopes":
            return isinstance(value, list) and set(map(str, value)) <= set(SCOPES)
        case _:
            return False
