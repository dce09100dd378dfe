"""The local Bot API server is as strict as its description, and runs as a process of its own."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.platforms.telegram_server import BotApi

JPEG = b"\xff\xd8\xff"
ALBUM = [{"type": "photo", "media": f"attach://{name}"} for name in "ab"]
FEW = "Bad Request: wrong number of messages to send as an album"
GONE = "Bad Request: message to be replied not found"


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=5) as it:
        yield it


async def call(client: httpx.AsyncClient, api: BotApi, method: str, **arguments: Any) -> Any:
    return (await client.post(f"{api.url}/bot{api.token}/{method}", json=arguments)).json()


async def test_an_offset_confirms_what_is_before_it(api: BotApi, client: httpx.AsyncClient) -> None:
    mei = api.chats.user("小美")
    for text in "一二三":
        api.chats.say(mei, mei, text)
    first = (await call(client, api, "getUpdates", limit=2))["result"]
    assert len(first) == 2
    assert (await call(client, api, "getUpdates", limit=2))["result"] == first
    rest = (await call(client, api, "getUpdates", offset=first[-1]["update_id"] + 1))["result"]
    assert [update["message"]["text"] for update in rest] == ["三"]


async def test_only_allowed_updates_are_kept(api: BotApi, client: httpx.AsyncClient) -> None:
    mei = api.chats.user("小美")
    await call(client, api, "getUpdates", allowed_updates=["edited_message"])
    said = api.chats.say(mei, mei, "一")
    api.chats.edit(mei, said, "二")
    assert [sorted(update) for update in api.chats.updates] == [["edited_message", "update_id"]]


async def test_privacy_mode_hides_what_is_not_said_to_the_bot(client: httpx.AsyncClient) -> None:
    async with BotApi(reads_all=False) as api:
        mei = api.chats.user("小美")
        group = api.chats.chat("群")
        for text in ("大家好", "@morninglight_bot 你好", "/menu"):
            api.chats.say(group, mei, text)
        texts = [update["message"]["text"] for update in api.chats.updates]
    assert texts == ["@morninglight_bot 你好", "/menu"]


@pytest.mark.parametrize(
    ("arguments", "description"),
    [
        ({"text": "x", "chat_id": 1}, "Bad Request: chat not found"),
        ({"text": " "}, "Bad Request: message text is empty"),
        ({"text": "👋" * 2049}, "Bad Request: message is too long"),
        ({"text": "x", "reply_parameters": {"message_id": 9999}}, "Bad Request: message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "Bad Request: message thread not found"),
    ],
)
async def test_send_message_refuses_in_the_bot_apis_own_words(
    api: BotApi, client: httpx.AsyncClient, arguments: dict[str, Any], description: str
) -> None:
    group = api.chats.chat("群")
    answer = await call(client, api, "sendMessage", **({"chat_id": group} | arguments))
    assert answer == {"ok": False, "error_code": 400, "description": description}
    assert api.chats.sent == []


@pytest.mark.parametrize(
    ("method", "arguments", "files", "description"),
    [
        ("sendPhoto", {}, {}, "Bad Request: there is no photo in the request"),
        ("sendPhoto", {}, {"photo": b"<html>"}, "Bad Request: IMAGE_PROCESS_FAILED"),
        ("sendPhoto", {}, {"photo": JPEG + b"x" * 10_485_760}, "Request Entity Too Large"),
        ("sendPhoto", {"caption": "👋" * 513}, {"photo": JPEG}, "Bad Request: message caption is too long"),
        ("sendPhoto", {"reply_parameters": '{"message_id": 9}'}, {"photo": JPEG}, GONE),
        (
            "sendMediaGroup",
            {"media": ALBUM[:1]},
            {"a": JPEG},
            "Bad Request: wrong number of messages to send as an album",
        ),
        ("sendMediaGroup", {"media": ALBUM}, {"a": JPEG}, "Bad Request: there is no photo in the request"),
    ],
)
async def test_photos_are_refused_whole_and_in_words(
    api: BotApi, client: httpx.AsyncClient, method: str, arguments: Any, files: dict[str, bytes], description: str
) -> None:
    fields = {"chat_id": str(api.chats.chat("群"))} | {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()
    }
    answer = await client.post(f"{api.url}/bot{api.token}/{method}", data=fields, files=files)
    assert answer.json()["description"] == description
    assert api.chats.sent == []


async def test_an_unknown_method_and_a_wrong_token(api: BotApi, client: httpx.AsyncClient) -> None:
    assert (await call(client, api, "sendCake"))["error_code"] == 404
    api.revoke()
    wrong = await client.post(f"{api.url}/bot1:wrong/getMe")
    assert (wrong.status_code, wrong.json()["description"]) == (401, "Unauthorized")


async def test_it_runs_as_a_process_and_people_act_over_http(client: httpx.AsyncClient) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.platforms.telegram_server", "--port", "0", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(20):
            ready = json.loads(await process.stdout.readline())
        people, bot = f"{ready['url']}/people", f"{ready['url']}/bot{ready['token']}"
        mei = (await client.post(f"{people}/user", json={"name": "小美"})).json()["result"]
        await client.post(f"{people}/say", json={"chat": mei, "user": mei, "text": "嗨"})
        updates = (await client.post(f"{bot}/getUpdates")).json()["result"]
        assert updates[0]["message"]["text"] == "嗨"
        await client.post(f"{people}/fault", json={"method": "sendMessage", "kind": "500_after"})
        assert (await client.post(f"{bot}/sendMessage", json={"chat_id": mei, "text": "好"})).status_code == 500
        sent = (await client.get(f"{people}/sent")).json()["sent"]
        assert [message["text"] for message in sent] == ["好"]
    finally:
        process.terminate()
        await process.wait()
