"""The square's doors for posts over a true loopback connection: pictures, threads, the brand's own comments, faults."""

from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest

from bot.sandbox import Sandbox

PNG, JPEG = b"\x89PNG\r\n\x1a\n pixels", b"\xff\xd8\xff pixels"
Api = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture
def api(box: Sandbox, http: aiohttp.ClientSession) -> Api:
    """A call as the bot makes it: status and JSON."""

    async def call(verb: str, path: str, *, key: str = "", headers: dict[str, str] | None = None, **sent: Any) -> Any:
        given = {"Authorization": f"Bearer {box.square.token}", **({"Idempotency-Key": key} if key else {})}
        url = f"{box.url}/square/api{path}"
        async with http.request(verb, url, headers=given | (headers or {}), **sent) as answer:
            return answer.status, await answer.json()

    return call


@pytest.fixture
def put(api: Api) -> Api:
    """A picture comes up."""

    async def up(content: bytes = PNG, kind: str = "image/png", alt: str = "", *, key: str = "") -> tuple[int, Any]:
        headers = {"Content-Type": kind, "X-Alt": quote(alt)}
        return await api("POST", "/media", key=key, headers=headers, data=io.BytesIO(content))

    return up


async def test_me_says_what_a_post_may_hold(box: Sandbox, api: Api) -> None:
    types = ["image/png", "image/jpeg", "image/gif", "image/webp"]
    _, me = await api("GET", "/me")
    assert me["media"] == {"most": 4, "types": types, "size": 5_000_000, "alt": 1000}
    assert (me["threads"], me["comments"]) == (True, True)
    box.square.state.settings.media = 0
    assert (await api("GET", "/me"))[1]["media"] is None


async def test_a_picture_comes_up_goes_out_with_a_post_and_anybody_may_see_it(
    http: aiohttp.ClientSession, api: Api, put: Api
) -> None:
    status, picture = await put(alt="一杯拿鐵 ☕")
    assert (status, picture["alt"], picture["size"]) == (201, "一杯拿鐵 ☕", len(PNG))
    status, post = await api("POST", "/posts", json={"text": "", "media": [picture["id"]]})
    assert (status, post["media"]) == (201, [picture])
    async with http.get(picture["url"]) as seen:
        assert (await seen.read(), seen.content_type) == (PNG, "image/png")
        assert seen.headers["X-Content-Type-Options"] == "nosniff"


async def test_the_same_key_brings_the_same_picture_and_never_another(put: Api) -> None:
    first, again = await put(key="k1"), await put(key="k1")
    assert (first[0], again) == (201, (200, first[1]))
    assert await put(JPEG, "image/jpeg", key="k1") == (409, {"error": "key_reused"})
    assert (await put())[1]["id"] != first[1]["id"]


@pytest.mark.parametrize(
    ("content", "kind", "alt", "word"),
    [
        (PNG, "image/svg+xml", "", "media_type"),
        (PNG, "image/jpeg", "", "media_type"),
        (b"<html>", "image/png", "", "media_type"),
        (b"", "image/png", "", "media_type"),
        (PNG + b"x" * 5_000_000, "image/png", "", "media_size"),
        (PNG, "image/png", "字" * 1001, "alt_too_long"),
    ],
)
async def test_a_picture_that_may_not_come_up_is_refused_with_a_word(
    put: Api, content: bytes, kind: str, alt: str, word: str
) -> None:
    status, body = await put(content, kind, alt)
    assert (status, body["error"]) == (422, word)


async def test_the_limits_themselves_are_allowed(put: Api) -> None:
    status, made = await put(PNG + b"x" * (5_000_000 - len(PNG)), alt="👋" * 1000)
    assert (status, made["size"], len(made["alt"])) == (201, 5_000_000, 1000)


async def test_a_post_with_pictures_nobody_brought_or_too_many_is_refused(box: Sandbox, api: Api, put: Api) -> None:
    before = len(box.square.state.posts)
    names = [(await put())[1]["id"] for _ in range(5)]
    for media, word in ((names, "too_many_media"), (["m-none"], "media_unknown"), ("m-none", "media_unknown")):
        status, body = await api("POST", "/posts", json={"text": "x", "media": media})
        assert (status, body["error"]) == (422, word)
    assert (await api("POST", "/posts", json={"text": " ", "media": []}))[1] == {"error": "empty"}
    assert len(box.square.state.posts) == before
    assert (await api("POST", "/posts", json={"text": " ", "media": names[:4]}))[0] == 201


async def test_a_thread_is_posts_linked_by_after(box: Sandbox, api: Api) -> None:
    _, first = await api("POST", "/posts", json={"text": "一"})
    status, second = await api("POST", "/posts", key="k", json={"text": "二", "after": first["id"]})
    assert (status, first["after"], second["after"]) == (201, None, first["id"])
    assert (await api("POST", "/posts", key="k", json={"text": "二"})) == (409, {"error": "key_reused"})
    assert (await api("POST", "/posts", json={"text": "三", "after": "p-none"}))[0] == 404
    box.square.state.settings.threads = False
    assert await api("POST", "/posts", json={"text": "三", "after": first["id"]}) == (422, {"error": "threads_off"})


async def test_the_brand_says_something_under_its_own_post_once_a_key(box: Sandbox, api: Api) -> None:
    mark = (await api("GET", "/feed?after=latest"))[1]["cursor"]
    first = await api("POST", "/posts/p-hello/comments", key="k1", json={"text": "報名連結"})
    again = await api("POST", "/posts/p-hello/comments", key="k1", json={"text": "報名連結"})
    assert (first[0], again) == (201, (200, first[1]))
    (event,) = (await api("GET", f"/feed?after={mark}"))[1]["events"]
    assert (event["comment"]["by_brand"], event["comment"]["parent"]) == (True, None)
    assert (await api("POST", "/posts/p-none/comments", json={"text": "x"}))[0] == 404
    assert (await api("POST", "/posts/p-hello/comments", json={"text": "好" * 501}))[1]["error"] == "too_long"
    box.square.state.settings.comments = False
    assert await api("POST", "/posts/p-hello/comments", json={"text": "x"}) == (422, {"error": "comments_off"})


async def test_what_was_lost_can_be_looked_up_where_lookup_is_on(box: Sandbox, api: Api) -> None:
    _, made = await api("POST", "/posts", json={"text": "不見了？"})
    since = quote(made["created_at"])
    assert (await api("GET", f"/posts?by=brand&since={since}"))[1] == {"posts": [made]}
    assert len((await api("GET", "/posts?by=brand"))[1]["posts"]) == 3
    _, said = await api("POST", f"/posts/{made['id']}/comments", json={"text": "補充"})
    box.square.state.comment("m-tom", made["id"], "補充")
    assert (await api("GET", f"/posts/{made['id']}/comments?by=brand"))[1] == {"comments": [said]}
    for wrong in ("yesterday", "2026-11-23T08:00:00"):
        assert await api("GET", f"/posts?since={wrong}") == (400, {"error": "bad_time"})
    box.square.state.settings.lookup = False
    for path in ("/posts?by=brand", f"/posts/{made['id']}/comments"):
        assert await api("GET", path) == (403, {"error": "lookup_off"})


@pytest.mark.parametrize(
    ("path", "scope"), [("/posts", "publish"), ("/media", "publish"), ("/posts/p/comments", "reply")]
)
async def test_without_the_scope_nothing_goes_out(box: Sandbox, api: Api, path: str, scope: str) -> None:
    box.square.state.settings.scopes = ["read"]
    assert await api("POST", path, data=b"{}") == (403, {"error": "missing_scope", "needed": scope})


@pytest.mark.parametrize(("kind", "made"), [("500_before", 0), ("500_after", 1)])
@pytest.mark.parametrize("door", ["media", "posts", "posts/p-hello/comments"])
async def test_faults_come_before_or_after_the_effect_here_too(
    box: Sandbox, api: Api, put: Api, door: str, kind: str, made: int
) -> None:
    def count() -> int:
        state = box.square.state
        return len(state.posts) + len(state.comments) + len(state.shelf)

    before = count()
    box.faults.add("square", kind, f"POST /square/api/{door}")
    status, _ = await (put() if door == "media" else api("POST", f"/{door}", json={"text": "早安"}))
    assert (status, count() - before) == (500, made)
