"""The webhook alternative: the proof in the header, the update in the body, and Telegram calling a real address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from aiohttp import web

from platforms.base import Item
from platforms.errors import BadSignature, Unsupported
from platforms.telegram import Telegram
from tests.platforms.telegram_server import BotApi

Account = Callable[..., Telegram]
SECRET = "a-secret_of-ours"
HEADERS = {"x-telegram-bot-api-secret-token": SECRET}
HOOKED = {"webhook_url": "https://desk.example/hooks/tg", "webhook_secret": SECRET}


async def test_opening_sets_the_webhook_and_claims_push_instead_of_poll(api: BotApi, account: Account) -> None:
    platform = account(**HOOKED)
    info = await platform.open()
    assert api.webhook == {"url": "https://desk.example/hooks/tg", "secret": SECRET}
    assert (platform.caps.push, platform.caps.poll, platform.feeds) == (True, False, ())
    assert "telegram.webhook_set" not in info.notes
    with pytest.raises(Unsupported):
        await platform.poll("updates", None)


async def test_an_update_with_the_secret_becomes_an_item(api: BotApi, account: Account) -> None:
    platform = account(**HOOKED)
    mei = api.chats.user("小美")
    api.chats.say(mei, mei, "嗨 👋")
    hook = platform.webhook(HEADERS, json.dumps(api.chats.updates[0]).encode(), {})
    assert [item.text for item in hook.items] == ["嗨 👋"]
    assert (hook.status, hook.body) == (200, b"")


@pytest.mark.parametrize("headers", [{}, {"x-telegram-bot-api-secret-token": "wrong"}, {next(iter(HEADERS)): "é"}])
def test_without_the_secret_nothing_is_even_parsed(account: Account, headers: dict[str, str]) -> None:
    with pytest.raises(BadSignature):
        account(**HOOKED).webhook(headers, b"not json", {})


def test_a_body_that_is_no_json_is_refused(account: Account) -> None:
    assert account(**HOOKED).webhook(HEADERS, b"not json", {}).status == 400


@pytest.mark.parametrize("body", [b'{"update_id": 1, "message": {"text": "x"}}', b'{"update_id": 1}', b"[]"])
def test_an_update_nobody_can_read_is_accepted_so_that_it_does_not_come_for_ever(account: Account, body: bytes) -> None:
    hook = account(**HOOKED).webhook(HEADERS, body, {})
    assert (hook.status, hook.items) == (200, ())


async def test_telegram_calls_until_it_is_answered(api: BotApi, account: Account) -> None:
    platform = account(**HOOKED)
    items: list[Item] = []
    statuses = iter([500, 200])
    done = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        headers = {name.lower(): value for name, value in request.headers.items()}
        items.extend(platform.webhook(headers, await request.read(), dict(request.query)).items)
        status = next(statuses)
        if status == 200:
            done.set()
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    opened = account(webhook_url=url, webhook_secret=SECRET)
    await opened.open()
    mei = api.chats.user("小美")
    api.chats.say(mei, mei, "叫兩次")
    async with asyncio.timeout(5):
        await done.wait()
    await runner.cleanup()
    assert [item.text for item in items] == ["叫兩次", "叫兩次"], "not answered with 200, it came again"
    assert items[0].native_id == items[1].native_id
