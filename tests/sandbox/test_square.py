"""The square over a true loopback connection: its platform API and what its people do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.sandbox.bus import Bus
from bot.sandbox.square import Square


class Clock:
    """A clock that only moves when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


class Rig:
    """One running square and a client for both of its sides."""

    def __init__(self, square: Square, clock: Clock, http: aiohttp.ClientSession, url: str) -> None:
        self.square, self.clock, self.http, self.url = square, clock, http, url

    async def api(
        self, verb: str, path: str, *, key: str | None = None, token: str | None = Square.token, **sent: Any
    ) -> tuple[int, Any]:
        """A call as the bot makes it: status and JSON."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if key:
            headers["Idempotency-Key"] = key
        async with self.http.request(verb, f"{self.url}/square/api{path}", headers=headers, **sent) as answer:
            return answer.status, await answer.json()

    async def act(self, name: str, **sent: Any) -> Any:
        """What a person does; only a success is returned."""
        async with self.http.post(f"{self.url}/sandbox/square/{name}", json=sent) as answer:
            assert answer.status in (200, 201), await answer.text()
            return await answer.json()

    async def state(self, query: str = "") -> Any:
        """What the page sees."""
        async with self.http.get(f"{self.url}/sandbox/square/state{query}") as answer:
            return await answer.json()


@asynccontextmanager
async def serve(seed: str) -> AsyncIterator[Rig]:
    """A square of its own on a free port."""
    clock = Clock()
    square = Square(Bus(), seed=seed, clock=clock)
    app = web.Application()
    app.add_routes(square.routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        yield Rig(square, clock, http, f"http://127.0.0.1:{runner.addresses[0][1]}")
    await runner.cleanup()


@pytest.fixture
async def empty() -> AsyncIterator[Rig]:
    async with serve("empty") as rig:
        yield rig


@pytest.fixture
async def demo() -> AsyncIterator[Rig]:
    async with serve("demo") as rig:
        yield rig


async def test_without_the_token_nothing_is_answered(empty: Rig) -> None:
    assert (await empty.api("GET", "/me", token=None))[0] == 401
    assert (await empty.api("GET", "/feed", token="guess"))[0] == 401


async def test_me_says_who_and_what_may_be_done(empty: Rig) -> None:
    status, me = await empty.api("GET", "/me")
    assert status == 200
    assert me["name"] == "晨光咖啡 Morning Light Coffee"
    assert me["scopes"] == ["read", "reply", "publish"]
    assert me["idempotency"] == {"kind": "key", "seconds": 3600}
    assert (me["lookup"], me["max_length"], me["direct"]) == (True, 500, True)


async def test_a_missing_scope_is_named(empty: Rig) -> None:
    await empty.act("settings", scopes=["read"])
    said = await empty.act("comment", member="m-tom", post="p-hello", text="Hi")
    status, body = await empty.api("POST", f"/comments/{said['id']}/replies", json={"text": "Hello"})
    assert (status, body) == (403, {"error": "missing_scope", "needed": "reply"})


async def test_the_feed_tells_a_comment_its_edit_and_its_end_in_order(empty: Rig) -> None:
    mark = (await empty.api("GET", "/feed"))[1]["cursor"]
    said = await empty.act("comment", member="m-tom", post="p-welcome", text="Frist")
    await empty.act("edit", id=said["id"], text="First")
    await empty.act("delete", id=said["id"])
    _, page = await empty.api("GET", f"/feed?after={mark}")
    assert [event["type"] for event in page["events"]] == [
        "comment.created",
        "comment.edited",
        "comment.deleted",
    ]
    created, edited, deleted = (event["comment"] for event in page["events"])
    assert (created["text"], created["edited_at"], created["author"]["name"]) == ("Frist", None, "Tom Becker")
    assert (edited["text"], edited["edited_at"]) == ("First", "2026-11-23T02:00:00.000Z")
    assert (deleted["text"], deleted["deleted"]) == ("", True)
    assert created["post"]["id"] == "p-welcome"
    assert created["url"].startswith(empty.url)


async def test_the_feed_is_read_in_pages_without_gap_or_repeat(demo: Rig) -> None:
    seen, cursor, more = [], "", True
    while more:
        query = f"/feed?limit=7&after={cursor}" if cursor else "/feed?limit=7"
        _, page = await demo.api("GET", query)
        seen += [event["seq"] for event in page["events"]]
        cursor, more = page["cursor"], page["more"]
    assert seen == list(range(1, len(demo.square.state.events) + 1))


async def test_a_waiting_reader_is_told_at_once(empty: Rig) -> None:
    mark = (await empty.api("GET", "/feed?after=latest"))[1]["cursor"]
    started = time.monotonic()
    reading = asyncio.create_task(empty.api("GET", f"/feed?after={mark}&wait=20"))
    await empty.act("direct", member="m-jiawei", text="在嗎")
    _, page = await reading
    assert [event["type"] for event in page["events"]] == ["direct.created"]
    assert page["events"][0]["comment"]["post"] is None
    assert time.monotonic() - started < 5


async def test_a_cursor_older_than_the_feed_is_a_gap_that_names_where_to_go_on(empty: Rig) -> None:
    mark = (await empty.api("GET", "/feed"))[1]["cursor"]
    await empty.act("settings", keep=3)
    await empty.act("bulk", count=10)
    status, body = await empty.api("GET", f"/feed?after={mark}")
    assert (status, body["error"]) == (410, "gap")
    status, page = await empty.api("GET", f"/feed?after={body['oldest']}")
    assert (status, len(page["events"])) == (200, 3)


async def test_a_cursor_of_an_earlier_run_is_a_gap(empty: Rig) -> None:
    status, body = await empty.api("GET", "/feed?after=18c0ffee.4")
    assert (status, body["error"]) == (410, "gap")


async def test_an_answer_stands_under_the_comment_as_the_brands_own(empty: Rig) -> None:
    said = await empty.act("comment", member="m-siyu", post="p-hello", text="幾點開門？")
    status, made = await empty.api("POST", f"/comments/{said['id']}/replies", json={"text": "早上八點喔！"})
    assert status == 201
    assert (made["by_brand"], made["parent"], made["thread"]) == (True, said["id"], said["id"])
    _, comment = await empty.api("GET", f"/comments/{said['id']}")
    assert [reply["text"] for reply in comment["replies"]] == ["早上八點喔！"]


async def test_the_same_key_makes_one_reply_for_an_hour(empty: Rig) -> None:
    said = await empty.act("comment", member="m-siyu", post="p-hello", text="幾點開門？")
    path = f"/comments/{said['id']}/replies"
    first = await empty.api("POST", path, key="k1", json={"text": "八點"})
    empty.clock.at += timedelta(minutes=59)
    again = await empty.api("POST", path, key="k1", json={"text": "八點"})
    assert (first[0], again[0]) == (201, 200)
    assert again[1]["id"] == first[1]["id"]
    assert (await empty.api("POST", path, key="k1", json={"text": "九點"}))[0] == 409
    empty.clock.at += timedelta(minutes=2)
    late = await empty.api("POST", path, key="k1", json={"text": "八點"})
    assert late[0] == 201
    assert late[1]["id"] != first[1]["id"]


async def test_the_same_key_makes_one_post(empty: Rig) -> None:
    first = await empty.api("POST", "/posts", key="p1", json={"text": "今日公休"})
    again = await empty.api("POST", "/posts", key="p1", json={"text": "今日公休"})
    assert (first[0], again[0], again[1]["id"]) == (201, 200, first[1]["id"])
    assert (await empty.api("GET", f"/posts/{first[1]['id']}"))[1]["text"] == "今日公休"


async def test_without_keys_a_repeat_is_a_second_reply_and_lookup_finds_both(empty: Rig) -> None:
    await empty.act("settings", idempotency="none")
    said = await empty.act("comment", member="m-siyu", post="p-hello", text="幾點開門？")
    path = f"/comments/{said['id']}/replies"
    for _ in range(2):
        assert (await empty.api("POST", path, key="k1", json={"text": "八點"}))[0] == 201
    await empty.act("comment", member="m-tom", post="p-hello", text="+1", parent=said["id"])
    _, found = await empty.api("GET", f"{path}?by=brand")
    assert [reply["text"] for reply in found["replies"]] == ["八點", "八點"]
    await empty.act("settings", lookup=False)
    assert await empty.api("GET", f"{path}?by=brand") == (403, {"error": "lookup_off"})


async def test_too_long_counts_code_points_and_the_limit_itself_is_allowed(empty: Rig) -> None:
    said = await empty.act("comment", member="m-siyu", post="p-hello", text="幾點開門？")
    path = f"/comments/{said['id']}/replies"
    assert (await empty.api("POST", path, json={"text": "好" * 500}))[0] == 201
    status, body = await empty.api("POST", path, json={"text": "好" * 501})
    assert (status, body["error"], body["max_length"]) == (422, "too_long", 500)


async def test_a_deleted_comment_cannot_be_answered_and_a_strange_one_is_unknown(empty: Rig) -> None:
    said = await empty.act("comment", member="m-siyu", post="p-hello", text="幾點開門？")
    await empty.act("delete", id=said["id"])
    assert (await empty.api("POST", f"/comments/{said['id']}/replies", json={"text": "八點"}))[0] == 410
    assert (await empty.api("GET", f"/comments/{said['id']}"))[0] == 410
    assert (await empty.api("GET", "/comments/c-none"))[0] == 404


async def test_an_answer_to_a_direct_message_stays_in_that_conversation(empty: Rig) -> None:
    said = await empty.act("direct", member="m-marcus", text="Charged twice?")
    status, made = await empty.api("POST", f"/comments/{said['id']}/replies", json={"text": "On it!"})
    assert (status, made["kind"], made["thread"]) == (201, "direct", "d-m-marcus")
    assert [direct["by_brand"] for direct in (await empty.state())["directs"]] == [False, True]


@pytest.mark.parametrize(
    "text", ["<!channel> <@U1> <script>alert(1)</script>", "\ud83d alone", "‮反轉\u200b\x00", "x" * 40_000]
)
async def test_hostile_text_reaches_the_bot_as_it_came(empty: Rig, text: str) -> None:
    mark = (await empty.api("GET", "/feed"))[1]["cursor"]
    await empty.act("comment", member="m-tom", post="p-hello", text=text)
    _, page = await empty.api("GET", f"/feed?after={mark}")
    assert page["events"][0]["comment"]["text"] == text


async def test_ten_thousand_comments_arrive_within_seconds(empty: Rig) -> None:
    started = time.monotonic()
    made = await empty.act("bulk", count=10_000, texts=["在嗎", "+1"], post="p-hello")
    assert time.monotonic() - started < 5
    assert made["count"] == 10_000
    assert len(empty.square.state.comments) == 10_000
    cut = await empty.state("?latest=50")
    posts = {post["id"]: post for post in cut["posts"]}
    assert (posts["p-hello"]["total"], len(posts["p-hello"]["comments"])) == (10_000, 50)
    assert posts["p-hello"]["earlier"] == 9_950


async def test_metrics_count_likes_and_standing_comments(empty: Rig) -> None:
    said = await empty.act("comment", member="m-siyu", post="p-hello", text="推")
    await empty.act("comment", member="m-tom", post="p-hello", text="nice")
    await empty.act("delete", id=said["id"])
    assert (await empty.act("like", member="m-tom", post="p-hello"))["liked"] is True
    _, metrics = await empty.api("GET", "/metrics?posts=p-hello,p-none")
    assert metrics["posts"] == {"p-hello": {"likes": 1, "comments": 1, "views": 0}}
    assert metrics["account"]["followers"] == 18432
    assert (await empty.act("like", member="m-tom", post="p-hello"))["liked"] is False


async def test_a_hidden_comment_is_marked_for_people(empty: Rig) -> None:
    said = await empty.act("comment", member="m-jiawei", post="p-hello", text="加賴領 88 折")
    assert (await empty.api("POST", f"/comments/{said['id']}/hide"))[0] == 200
    comments = [comment for post in (await empty.state())["posts"] for comment in post["comments"]]
    assert [comment["hidden"] for comment in comments] == [True]


@pytest.mark.parametrize(
    ("name", "sent", "status"),
    [
        ("comment", {"member": "m-none", "post": "p-hello", "text": "x"}, 404),
        ("comment", {"member": "m-tom", "post": "p-none", "text": "x"}, 404),
        ("comment", {"member": "m-tom", "post": "p-hello", "text": " "}, 422),
        ("edit", {"id": "c-none", "text": "x"}, 404),
        ("settings", {"idempotency": "maybe"}, 422),
        ("settings", {"unheard": 1}, 422),
        ("bulk", {"count": 0}, 422),
    ],
)
async def test_nonsense_is_refused(empty: Rig, name: str, sent: dict[str, Any], status: int) -> None:
    async with empty.http.post(f"{empty.url}/sandbox/square/{name}", json=sent) as answer:
        assert answer.status == status


async def test_the_empty_seed_is_members_and_two_silent_posts(empty: Rig) -> None:
    state = await empty.state()
    assert len(state["members"]) == 12
    assert [len(post["comments"]) for post in state["posts"]] == [0, 0]


async def test_the_demo_seed_is_a_living_square_in_two_languages(demo: Rig) -> None:
    state = await demo.state()
    comments = [comment for post in state["posts"] for comment in post["comments"]]
    assert len(state["posts"]) == 6
    assert len(comments) >= 20
    assert {comment["author"]["locale"] for comment in comments} >= {"zh-TW", "en-US", None}
    assert [post["created_at"] for post in state["posts"]] == sorted(
        (post["created_at"] for post in state["posts"]), reverse=True
    )
