"""Faults on demand, seen from a real SDK client: before the effect, after it, and instead of an answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.sandbox.conftest import (
    DESK,
    Bolt,
    Json,
    Person,
    put_card,
    until,
)
from tests.sandbox.test_slack_sockets import acking

Add = Callable[..., Awaitable[Json]]


def posted(box: Sandbox) -> list[str]:
    """The texts in the desk's channel."""
    return [message.text for message in box.slack.state.messages[DESK].values()]


async def test_reset_after_looks_like_a_failure_yet_the_message_is_there(
    box: Sandbox, web: AsyncWebClient, add_fault: Add
) -> None:
    await add_fault("slack", "reset_after", operation="chat.postMessage")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=DESK, text="一次")
    assert posted(box) == ["一次"]


async def test_sdk_that_retries_resets_posts_twice(box: Sandbox, web: AsyncWebClient, add_fault: Add) -> None:
    web.retry_handlers.append(AsyncConnectionErrorRetryHandler(max_retry_count=1))
    await add_fault("slack", "reset_after", operation="chat.postMessage")
    await web.chat_postMessage(channel=DESK, text="兩次")
    assert posted(box) == ["兩次", "兩次"]


async def test_reset_before_has_no_effect(box: Sandbox, web: AsyncWebClient, add_fault: Add) -> None:
    await add_fault("slack", "reset_before", operation="chat.*")
    with pytest.raises(aiohttp.ClientError):
        await web.chat_postMessage(channel=DESK, text="沒有")
    assert posted(box) == []
    await web.chat_postMessage(channel=DESK, text="有")
    assert posted(box) == ["有"]


@pytest.mark.parametrize(("kind", "effect"), [("500_before", []), ("500_after", ["試試"])])
async def test_server_errors_come_before_or_after_the_effect(
    box: Sandbox, web: AsyncWebClient, add_fault: Add, kind: str, effect: list[str]
) -> None:
    await add_fault("slack", kind, operation="chat.postMessage", status=503)
    with pytest.raises(SlackApiError) as failed:
        await web.chat_postMessage(channel=DESK, text="試試")
    assert failed.value.response.status_code == 503
    assert posted(box) == effect


async def test_429_names_the_seconds_and_counts_its_hits(
    box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient, add_fault: Add
) -> None:
    fault = await add_fault("slack", "429", operation="chat.update", times=2, retry_after=7)
    for _ in range(2):
        with pytest.raises(SlackApiError) as limited:
            await web.chat_update(channel=DESK, ts="1.1", text="x")
        assert limited.value.response.status_code == 429
        assert limited.value.response.headers["Retry-After"] == "7"
        assert limited.value.response["error"] == "ratelimited"
    with pytest.raises(SlackApiError) as missing:
        await web.chat_update(channel=DESK, ts="1.1", text="x")
    assert missing.value.response["error"] == "message_not_found"
    async with http.get(f"{box.url}/sandbox/faults") as listed:
        shown = (await listed.json())["faults"]
    assert [(one["id"], one["hits"], one["times"]) for one in shown] == [(fault["id"], 2, 0)]


async def test_hang_holds_the_answer_until_the_fault_is_cleared(
    box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient, add_fault: Add
) -> None:
    fault = await add_fault("slack", "hang_after", operation="chat.postMessage")
    call = asyncio.create_task(web.chat_postMessage(channel=DESK, text="等等"))
    await until(lambda: posted(box))
    assert not call.done()
    async with http.delete(f"{box.url}/sandbox/faults/{fault['id']}") as cleared:
        assert cleared.status == 200
    assert (await call)["ok"] is True
    async with http.delete(f"{box.url}/sandbox/faults/{fault['id']}") as again:
        assert again.status == 404


async def test_hang_before_forgets_a_client_that_went_away(
    box: Sandbox, http: aiohttp.ClientSession, add_fault: Add
) -> None:
    await add_fault("slack", "hang_before", operation="chat.postMessage")
    impatient = aiohttp.ClientTimeout(total=0.2)
    body = {"channel": DESK, "text": "不等了"}
    headers = {"Authorization": "Bearer xoxb-sandbox-morning-light-coffee"}
    with pytest.raises(TimeoutError):
        await http.post(f"{box.url}/api/chat.postMessage", json=body, headers=headers, timeout=impatient)
    async with http.delete(f"{box.url}/sandbox/faults") as cleared:
        assert (await cleared.json())["ok"] is True
    assert posted(box) == []


async def test_slow_answers_late_but_well(web: AsyncWebClient, add_fault: Add) -> None:
    await add_fault("slack", "slow", delay=0.2)
    started = time.monotonic()
    assert (await web.auth_test())["ok"] is True
    assert time.monotonic() - started >= 0.2


async def test_dropped_sockets_come_back(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person, add_fault: Add
) -> None:
    clicks = acking(bolt)
    await bolt.connect(sockets=2)
    ts = await put_card(web)
    fault = await add_fault("slack", "drop_socket")
    assert fault["hits"] == 1
    await until(lambda: box.slack.sockets.connected == 0)
    await until(lambda: box.slack.sockets.connected == 2)
    assert (await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve"))["outcome"] == "acked"
    assert len(clicks) == 1


async def test_lost_click_is_lost_once(bolt: Bolt, web: AsyncWebClient, pinyu: Person, add_fault: Add) -> None:
    clicks = acking(bolt)
    await bolt.connect()
    ts = await put_card(web)
    await add_fault("slack", "lose_click")
    outcomes = [(await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve"))["outcome"] for _ in range(2)]
    assert outcomes == ["lost", "acked"]
    assert len(clicks) == 1
    assert len((await pinyu.sees())["notices"]) == 1


async def test_refused_socket_fails_until_cleared(
    box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient, add_fault: Add
) -> None:
    token = "xapp-sandbox-morning-light-coffee"
    good = (await web.apps_connections_open(app_token=token))["url"]
    await add_fault("slack", "refuse_socket")
    for _ in range(2):
        with pytest.raises(SlackApiError) as denied:
            await web.apps_connections_open(app_token=token)
        assert denied.value.response["error"] == "internal_error"
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await http.ws_connect(good)
    assert (await web.auth_test())["ok"] is True
    box.faults.clear()
    async with http.ws_connect(good) as socket:
        assert (await socket.receive_json())["type"] == "hello"


async def test_crowded_socket_is_told_so_at_once(
    box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient, add_fault: Add
) -> None:
    await add_fault("slack", "too_many_websockets")
    url = (await web.apps_connections_open(app_token="xapp-sandbox-morning-light-coffee"))["url"]
    async with http.ws_connect(url) as socket:
        assert (await socket.receive_json())["reason"] == "too_many_websockets"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    assert box.slack.sockets.connected == 0


async def test_service_that_is_down_drops_everything_until_it_is_back(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, add_fault: Add
) -> None:
    await bolt.connect()
    await add_fault("slack", "down")
    await until(lambda: box.slack.sockets.connected == 0)
    for _ in range(2):
        with pytest.raises(aiohttp.ClientError):
            await web.auth_test()
    box.faults.clear()
    assert (await web.auth_test())["ok"] is True
    await until(lambda: box.slack.sockets.connected == 1)


async def test_square_suffers_apart_from_slack(
    box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient, add_fault: Add
) -> None:
    await add_fault("square", "429", operation="GET /square/api/*", times=None, retry_after=3)
    square: Any = box.credentials()["square"]
    headers = {"Authorization": f"Bearer {square['token']}"}
    async with http.get(f"{square['url']}/me", headers=headers) as limited:
        assert (limited.status, limited.headers["Retry-After"]) == (429, "3")
    assert (await web.auth_test())["ok"] is True
    box.faults.clear()
    async with http.get(f"{square['url']}/me", headers=headers) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": "mars", "kind": "429"},
        {"target": "slack", "kind": "bad mood"},
        {"target": "slack"},
        {"target": "slack", "kind": "429", "colour": "red"},
    ],
)
async def test_unknown_faults_are_refused(box: Sandbox, http: aiohttp.ClientSession, wrong: Json) -> None:
    async with http.post(f"{box.url}/sandbox/faults", json=wrong) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"] == "bad_fault"
