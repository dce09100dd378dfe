"""Socket Mode as the real one runs it: tickets, hello, refreshes, drops, crowds, lost clicks and retried events."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.sandbox.conftest import (
    DESK,
    PINYU,
    Bolt,
    Json,
    Person,
    put_card,
    refused,
    until,
)

APP_TOKEN = "xapp-sandbox-morning-light-coffee"


async def fresh_url(box: Sandbox, http: aiohttp.ClientSession) -> str:
    """A socket URL, as the SDK asks for one."""
    headers = {"Authorization": f"Bearer {APP_TOKEN}"}
    async with http.post(f"{box.url}/api/apps.connections.open", headers=headers) as answer:
        return str((await answer.json())["url"])


def acking(bolt: Bolt) -> list[str]:
    """Let the app ack the card's button; gives who clicked."""
    clicks: list[str] = []

    @bolt.app.action("item.approve")
    async def clicked(ack: Any, body: Json) -> None:
        clicks.append(body["user"]["id"])
        await ack()

    return clicks


async def test_hello_comes_first_and_counts_connections(box: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(await fresh_url(box, http)) as first:
        assert (await first.receive_json())["num_connections"] == 1
        box.slack.settings.ghosts = 3
        async with http.ws_connect(await fresh_url(box, http)) as second:
            hello = await second.receive_json()
    assert (hello["type"], hello["num_connections"]) == ("hello", 5)
    assert hello["connection_info"]["app_id"] == "A0XIAOBIAN"
    assert hello["debug_info"]["approximate_connection_time"] > 0


async def test_ticket_opens_one_socket_only(box: Sandbox, http: aiohttp.ClientSession) -> None:
    url = await fresh_url(box, http)
    async with http.ws_connect(url) as first:
        assert (await first.receive_json())["type"] == "hello"
        with pytest.raises(aiohttp.WSServerHandshakeError) as again:
            await http.ws_connect(url)
    assert again.value.status == 401


async def test_eleventh_socket_is_sent_away(box: Sandbox, http: aiohttp.ClientSession) -> None:
    box.slack.settings.ghosts = 9
    async with http.ws_connect(await fresh_url(box, http)) as tenth:
        assert (await tenth.receive_json())["type"] == "hello"
        async with http.ws_connect(await fresh_url(box, http)) as eleventh:
            said = await eleventh.receive_json()
            assert (said["type"], said["reason"]) == ("disconnect", "too_many_websockets")
            assert (await eleventh.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_server_answers_a_ping_with_the_same_payload(box: Sandbox, http: aiohttp.ClientSession) -> None:
    async with http.ws_connect(await fresh_url(box, http), autoping=False) as socket:
        await socket.receive_json()
        await socket.ping(b"sdk-ping-pong:1")
        pong = await socket.receive()
    assert (pong.type, pong.data) == (aiohttp.WSMsgType.PONG, b"sdk-ping-pong:1")


async def test_clicks_go_to_any_of_two_sockets(
    box: Sandbox, http: aiohttp.ClientSession, pinyu: Person, web: AsyncWebClient
) -> None:
    ts = await put_card(web)
    seen: list[int] = []

    async def serve(number: int, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            said = json.loads(frame.data)
            if said["type"] == "interactive":
                seen.append(number)
                await socket.send_json({"envelope_id": said["envelope_id"]})

    sockets = [await http.ws_connect(await fresh_url(box, http)) for _ in range(2)]
    serving = [asyncio.create_task(serve(number, socket)) for number, socket in enumerate(sockets)]
    await until(lambda: box.slack.sockets.connected == 2)
    outcomes = [await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve") for _ in range(4)]
    for socket in sockets:
        await socket.close()
    await asyncio.gather(*serving)
    assert {one["outcome"] for one in outcomes} == {"acked"}
    assert set(seen) == {0, 1}


async def test_refresh_is_survived_without_losing_a_click(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    clicks = acking(bolt)
    await bolt.connect(sockets=2)
    ts = await put_card(web)
    await pinyu.does("disconnect", reason="refresh_requested")
    await until(lambda: box.slack.sockets.connected == 2)
    assert (await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve"))["outcome"] == "acked"
    assert clicks == [PINYU]
    assert any('"refresh_requested"' in frame for frame in bolt.frames)


async def test_warning_comes_before_the_end(box: Sandbox, http: aiohttp.ClientSession, pinyu: Person) -> None:
    box.slack.settings.warning_seconds = 0.05
    async with http.ws_connect(await fresh_url(box, http)) as socket:
        await socket.receive_json()
        assert (await pinyu.does("disconnect", reason="warning"))["connected"] == 1
        assert (await socket.receive_json())["reason"] == "warning"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE


async def test_link_disabled_stays_off_until_switched_on(
    box: Sandbox, bolt: Bolt, http: aiohttp.ClientSession, pinyu: Person, web: AsyncWebClient
) -> None:
    async with http.ws_connect(await fresh_url(box, http)) as socket:
        await socket.receive_json()
        await pinyu.does("disconnect", reason="link_disabled")
        assert (await socket.receive_json())["reason"] == "link_disabled"
    denied = await refused(web.apps_connections_open(app_token=APP_TOKEN))
    assert denied["error"] == "socket_mode_not_enabled"
    await pinyu.does("settings", socket_mode=True)
    assert (await web.apps_connections_open(app_token=APP_TOKEN))["url"].startswith("ws://127.0.0.1")


async def test_click_without_an_ack_in_time_shows_slacks_own_error_and_is_not_repeated(
    box: Sandbox, http: aiohttp.ClientSession, pinyu: Person, web: AsyncWebClient
) -> None:
    box.slack.settings.ack_seconds = 0.1
    box.slack.settings.retry_seconds = (0.0,)
    ts = await put_card(web)
    async with http.ws_connect(await fresh_url(box, http)) as socket:
        await socket.receive_json()
        late = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
        await pinyu.does("event", event={"type": "user_change", "user": {"id": PINYU}})
        heard = [(await socket.receive_json())["type"] for _ in range(3)]
    assert late["outcome"] == "timeout"
    assert [one["text"] for one in (await pinyu.sees())["notices"]] == [
        "Operation timed out. Apps need to respond within 3 seconds."
    ]
    assert heard == ["interactive", "events_api", "events_api"]


async def test_ack_after_its_time_changes_nothing(
    box: Sandbox, http: aiohttp.ClientSession, pinyu: Person, web: AsyncWebClient
) -> None:
    box.slack.settings.ack_seconds = 0.1
    ts = await put_card(web)
    async with http.ws_connect(await fresh_url(box, http)) as socket:
        await socket.receive_json()
        late = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
        envelope = (await socket.receive_json())["envelope_id"]
        await socket.send_json({"envelope_id": envelope})
        assert late["outcome"] == "timeout"
        assert len((await pinyu.sees())["notices"]) == 1


async def test_unacked_event_is_retried_with_the_same_id_and_the_reason(
    box: Sandbox, http: aiohttp.ClientSession, pinyu: Person
) -> None:
    box.slack.settings.ack_seconds = 0.1
    box.slack.settings.retry_seconds = (0.0, 0.05, 0.05)
    async with http.ws_connect(await fresh_url(box, http)) as socket:
        await socket.receive_json()
        told = await pinyu.does("event", event={"type": "user_change", "user": {"id": PINYU}})
        heard = [await socket.receive_json() for _ in range(4)]
    assert told["outcome"] == "timeout"
    assert [one["retry_attempt"] for one in heard] == [0, 1, 2, 3]
    assert [one["retry_reason"] for one in heard] == ["", "timeout", "timeout", "timeout"]
    assert {one["payload"]["event_id"] for one in heard} == {told["event_id"]}
    assert all(one["accepts_response_payload"] is False for one in heard)


async def test_event_without_a_socket_arrives_later_as_a_retry(
    box: Sandbox, http: aiohttp.ClientSession, pinyu: Person
) -> None:
    box.slack.settings.retry_seconds = (0.0, 0.3)
    assert (await pinyu.does("open_home"))["outcome"] == "not_connected"
    async with http.ws_connect(await fresh_url(box, http)) as socket:
        await socket.receive_json()
        heard = await socket.receive_json()
        await socket.send_json({"envelope_id": heard["envelope_id"]})
    assert heard["payload"]["event"]["type"] == "app_home_opened"
    assert heard["retry_attempt"] == 2


async def test_event_can_be_repeated_as_slack_repeats_it(bolt: Bolt, pinyu: Person) -> None:
    heard: list[tuple[str, Any]] = []

    @bolt.app.event("user_change")
    async def changed(body: Json, request: Any) -> None:
        heard.append((body["event_id"], request.headers.get("x-slack-retry-num")))

    await bolt.connect()
    event = {"type": "user_change", "user": {"id": PINYU}}
    first = await pinyu.does("event", event=event)
    again = await pinyu.does(
        "event", event=event, event_id=first["event_id"], retry={"attempt": 1, "reason": "timeout"}
    )
    assert again["event_id"] == first["event_id"]
    await until(lambda: len(heard) == 2)
    assert [event_id for event_id, _ in heard] == [first["event_id"]] * 2
    assert heard[1][1] == ["1"]


async def test_talk_in_the_channel_reaches_only_an_app_that_subscribed(box: Sandbox, bolt: Bolt, pinyu: Person) -> None:
    heard: list[str] = []

    @bolt.app.event("message")
    async def said(event: Json) -> None:
        heard.append(event["text"])

    await bolt.connect()
    await pinyu.does("say", channel=DESK, text="沒人聽")
    await pinyu.does("settings", events=["message.channels"])
    await pinyu.does("say", channel=DESK, text="a < b")
    await until(lambda: heard)
    assert heard == ["a &lt; b"]
    assert [one["text"] for one in (await pinyu.sees())["messages"][DESK]] == ["沒人聽", "a &lt; b"]


async def test_ghost_connections_swallow_clicks_as_half_open_ones_do(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    acking(bolt)
    await bolt.connect()
    ts = await put_card(web)
    box.slack.settings.ghosts = 1
    box.slack.settings.ack_seconds = 0.3
    outcomes = {(await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve"))["outcome"] for _ in range(2)}
    assert outcomes == {"acked", "timeout"}
