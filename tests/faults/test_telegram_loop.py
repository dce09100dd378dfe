"""The whole loop with Telegram instead of the square: groups, channel comments, private chats, edits, webhooks, moves.
The program is the true one; only the Bot API server is ours.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.steps import Step
from tests.faults.conftest import OpenDesk
from tests.faults.screens import write
from tests.people import PINYU, People, until
from tests.platforms.telegram_server import BotApi

QUESTION = "請問你們的豆子什麼時候出貨？"
SECRET = "a-secret_of-ours"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


@pytest.fixture
def accounts(api: BotApi) -> dict[str, Any]:
    """Telegram as the one more account."""
    return {"telegram": {"platform": "telegram", "token": api.token, "base_url": api.url, "long_poll": 2}}


async def heard(api: BotApi, count: int = 1) -> list[dict[str, Any]]:
    """What the chats have read from the bot, once it is so much."""

    async def look() -> list[dict[str, Any]] | None:
        return api.chats.sent if len(api.chats.sent) >= count else None

    return await until(look, f"{count} messages of the bot")


async def send(people: People, holding: str = QUESTION) -> None:
    """A colleague sends the first suggestion, and the card says that it went out."""
    await people.click(await people.card(holding, with_action="item.approve"), "item.approve")
    await people.card(holding, with_action="item.reopen")


async def test_a_question_in_a_group_is_answered_with_a_reply_that_quotes_it(
    people: People, open_desk: OpenDesk, api: BotApi, accounts: dict[str, Any], database_url: str
) -> None:
    group = api.chats.chat("晨光咖啡 粉絲團")
    question = api.chats.say(group, api.chats.user("小美"), QUESTION)
    async with open_desk(database_url, accounts=accounts):
        card = await people.card(QUESTION, with_action="item.approve")
        assert "小美" in card["text"]
        assert "Telegram" in card["text"]
        await send(people)
        (reply,) = api.chats.sent
    assert reply["chat"]["id"] == group
    assert reply["reply_to_message"]["message_id"] == question
    assert reply["text"] in str(card["blocks"])


async def test_an_edited_question_changes_its_card_and_is_answered_by_its_new_words(
    people: People, open_desk: OpenDesk, api: BotApi, accounts: dict[str, Any], file_url: str
) -> None:
    group = api.chats.chat("晨光咖啡 粉絲團")
    async with open_desk(file_url, accounts=accounts):
        question = api.chats.say(group, api.chats.user("Ben"), QUESTION)
        before = await people.card(QUESTION)
        api.chats.edit(group, question, "What are your opening hours?")
        card = await people.card("opening hours", with_action="item.approve")
        assert card["ts"] == before["ts"]
        preview = await write(people, card, "Daily from 8 to 6 ☕")
        await people.do("slack/submit", user=PINYU, view_id=preview["id"])
        (reply,) = await heard(api)
        assert (reply["text"], reply["reply_to_message"]["message_id"]) == ("Daily from 8 to 6 ☕", question)
        assert len(await people.cards("")) == 1


async def test_a_private_message_is_answered_in_private(
    people: People, open_desk: OpenDesk, api: BotApi, accounts: dict[str, Any], file_url: str
) -> None:
    mei = api.chats.user("小美")
    async with open_desk(file_url, accounts=accounts):
        api.chats.say(mei, mei, QUESTION)
        card = await people.card(QUESTION)
        assert "私訊" in card["text"]
        await send(people)
        (reply,) = api.chats.sent
    assert reply["chat"]["id"] == mei


async def test_a_comment_on_a_channel_shows_the_post_it_stands_under(
    people: People, open_desk: OpenDesk, api: BotApi, accounts: dict[str, Any], file_url: str
) -> None:
    channel, group = api.chats.channel("晨光咖啡")
    async with open_desk(file_url, accounts=accounts):
        forward = api.chats.post(channel, "衣索比亞新豆到貨，今天開始出貨！")
        question = api.chats.say(group, api.chats.user("小美"), QUESTION, reply_to=forward)
        card = await people.card(QUESTION)
        assert "衣索比亞新豆到貨" in card["text"]
        await send(people)
        (reply,) = api.chats.sent
        assert (reply["chat"]["id"], reply["reply_to_message"]["message_id"]) == (group, question)
        assert len(await people.cards("")) == 1


@pytest.mark.parametrize("known", [True, False], ids=["told", "found out when sending"])
async def test_a_reply_follows_a_group_that_moved_and_arrives_once(
    known: bool, people: People, open_desk: OpenDesk, api: BotApi, accounts: dict[str, Any], database_url: str
) -> None:
    group = api.chats.chat("晨光咖啡 小群組", "group")
    async with open_desk(database_url, accounts=accounts):
        api.chats.say(group, api.chats.user("小美"), QUESTION)
        await people.card(QUESTION, with_action="item.approve")
        if not known:
            api.chats.allowed = ["edited_message"]  # Nobody tells the bot.
            api.fault("getUpdates", "hang_before", times=100)
        new = api.chats.migrate(group)
        await send(people)
        (reply,) = api.chats.sent
        assert reply["chat"]["id"] == new
        api.heal()
    assert len(api.chats.sent) == 1


@pytest.fixture
def hooked(accounts: dict[str, Any], free_port: int) -> dict[str, Any]:
    """Telegram calls us."""
    address = f"http://127.0.0.1:{free_port}/hooks/telegram"
    accounts["telegram"] |= {"webhook_url": address, "webhook_secret": SECRET}
    return {"accounts": accounts, "webhooks": {"port": free_port}}


async def test_telegram_calls_us_and_the_loop_is_the_same(
    people: People, open_desk: OpenDesk, api: BotApi, hooked: dict[str, Any], database_url: str
) -> None:
    group = api.chats.chat("晨光咖啡 粉絲團")
    async with open_desk(database_url, **hooked):
        question = api.chats.say(group, api.chats.user("小美"), QUESTION)
        await send(people)
        (reply,) = api.chats.sent
        assert reply["reply_to_message"]["message_id"] == question
        assert len(await people.cards("")) == 1
    assert "getUpdates" not in {name for name, _ in api.calls}


async def test_a_call_without_the_secret_is_refused_and_leaves_no_trace(
    people: People, open_desk: OpenDesk, api: BotApi, hooked: dict[str, Any], file_url: str
) -> None:
    async with open_desk(file_url, **hooked) as app, aiohttp.ClientSession(app.webhooks.address) as stranger:
        group = api.chats.chat("晨光咖啡 粉絲團")
        forged = update(api, group, "forged")
        for headers, path, status in (
            ({HEADER: "not-it"}, "/hooks/telegram", 401),
            ({}, "/hooks/telegram", 401),
            ({HEADER: SECRET}, "/hooks/nobody", 404),
            ({HEADER: SECRET}, "/hooks/square", 404),
        ):
            async with stranger.post(path, data=forged, headers=headers) as answer:
                assert answer.status == status
                assert SECRET not in await answer.text()
        api.chats.say(group, api.chats.user("小美"), QUESTION)
        await people.card(QUESTION)
        assert len(await people.cards("")) == 1


async def test_a_call_is_answered_only_after_its_comment_is_stored(
    people: People, open_desk: OpenDesk, api: BotApi, hooked: dict[str, Any], file_url: str
) -> None:
    arrived = asyncio.Event()

    def trace(step: Step, item: int) -> None:
        if step is Step.POLLED:
            arrived.set()

    async with (
        open_desk(file_url, trace=trace, **hooked) as app,
        aiohttp.ClientSession(app.webhooks.address, headers={HEADER: SECRET}) as telegram,
    ):
        call = update(api, api.chats.chat("晨光咖啡 粉絲團"), QUESTION)
        async with app.store.write():  # Nobody else can store anything until this ends.
            answered = asyncio.create_task(telegram.post("/hooks/telegram", data=call))
            await asyncio.wait_for(arrived.wait(), 10)
            done, _ = await asyncio.wait({answered}, timeout=0.3)
            assert not done
        assert (await answered).status == 200
        async with telegram.post("/hooks/telegram", data=call) as again:
            assert again.status == 200
        await people.card(QUESTION)
        assert len(await people.cards("")) == 1


def update(api: BotApi, chat: int, text: str) -> str:
    """An update as Telegram would send it, that it does not send."""
    webhook, api.webhook = api.webhook, {}
    api.chats.say(chat, api.chats.user("Somebody"), text)
    api.webhook = webhook
    return json.dumps(api.chats.updates.pop())
