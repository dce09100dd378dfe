"""What leaves for Telegram, byte for byte, and what each refusal of the Bot API means for the one who approved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx
import pytest
from telegram.error import NetworkError, TelegramError, TimedOut

from platforms.base import Act, Item, Receipt, Verb
from platforms.errors import AuthBroken, Gone, NotSent, Occupied, PlatformError, Rejected, Unsure
from platforms.telegram import Telegram
from platforms.telegram.errors import translate
from platforms.telegram.wire import Refusal
from tests.platforms.telegram_server import TOKEN, BotApi

Account = Callable[..., Telegram]


async def heard(platform: Telegram) -> Item:
    """Open the account; the one comment there is."""
    await platform.open()
    (item,) = (await platform.poll("updates", None)).items
    return item


async def answer(platform: Telegram, target: Any, text: str = "早上八點。") -> Receipt:
    return await platform.send(Act(Verb.REPLY, text, target), uuid4(), {})


async def test_a_reply_is_plain_text_that_quotes_and_shows_no_preview(api: BotApi, account: Account) -> None:
    group = api.chats.chat("公開", username="morninglight_fans")
    asked = api.chats.say(group, api.chats.user("小美"), "幾點開？")
    platform = account()
    receipt = await answer(platform, (await heard(platform)).ref, "*八點* https://example.com <b>")
    method, sent = api.calls[-1]
    assert method == "sendMessage"
    assert sent == {
        "chat_id": str(group),
        "text": "*八點* https://example.com <b>",
        "reply_parameters": {"message_id": asked, "allow_sending_without_reply": False},
        "link_preview_options": {"is_disabled": True},
    }
    assert receipt.url == "https://t.me/morninglight_fans/2"
    assert receipt.native_id == f"{group}:2"


async def test_only_in_a_forum_is_the_topic_named(api: BotApi, account: Account) -> None:
    forum = api.chats.chat("論壇", forum=True)
    api.chats.say(forum, api.chats.user("小美"), "嗨", message_thread_id=77, is_topic_message=True)
    platform = account()
    await answer(platform, (await heard(platform)).ref)
    assert api.chats.sent[0]["message_thread_id"] == 77


async def test_a_comment_in_a_thread_that_is_no_topic_is_answered_without_naming_it(
    api: BotApi, account: Account
) -> None:
    channel, group = api.chats.channel("晨光咖啡")
    forward = api.chats.post(channel, "新豆上架")
    api.chats.say(group, api.chats.user("小美"), "多少錢？", reply_to=forward)
    platform = account()
    await answer(platform, (await heard(platform)).ref)
    assert "message_thread_id" not in api.calls[-1][1]
    assert api.chats.sent[0]["message_thread_id"] == forward, "the quote alone puts it under the post"


async def test_a_post_goes_to_the_channel_with_its_preview(api: BotApi, account: Account) -> None:
    api.chats.channel("晨光咖啡", username="morninglight")
    platform = account(channel="@morninglight")
    info = await platform.open()
    assert "can_post_messages in 晨光咖啡" in info.granted
    receipt = await platform.send(Act(Verb.PUBLISH, "週五爵士之夜"), uuid4(), {})
    assert receipt.url == "https://t.me/morninglight/1"
    assert api.calls[-1][1] == {"chat_id": "@morninglight", "text": "週五爵士之夜"}
    (metric,) = await platform.metrics([])
    assert (metric.name, metric.value) == ("followers", 3)
    assert await platform.metrics([receipt.ref]) == []


async def test_a_group_that_became_a_supergroup_is_gone_to_a_new_place(api: BotApi, account: Account) -> None:
    group = api.chats.chat("小群", "group")
    api.chats.say(group, api.chats.user("小美"), "幾點開？")
    platform = account()
    item = await heard(platform)
    new = api.chats.migrate(group)
    with pytest.raises(Gone) as caught:
        await answer(platform, item.ref)
    assert caught.value.certain
    assert caught.value.moved_to == {"chat": new, "message": None, "topic": None}
    assert api.chats.sent == []
    await answer(platform, caught.value.moved_to)
    assert api.chats.sent[0]["chat"]["id"] == new


async def test_a_migration_told_by_an_update_needs_no_request_to_be_known(api: BotApi, account: Account) -> None:
    group = api.chats.chat("小群", "group")
    api.chats.say(group, api.chats.user("小美"), "幾點開？")
    platform = account(chats=[group])
    item = await heard(platform)
    new = api.chats.migrate(group)
    api.chats.say(new, api.chats.user("阿明"), "搬家了？")
    batch = await platform.poll("updates", None)
    assert [item.text for item in batch.items] == ["幾點開？", "搬家了？"], "the named group is known by its new id too"
    before = len(api.calls)
    with pytest.raises(Gone) as caught:
        await answer(platform, item.ref)
    assert caught.value.moved_to == {"chat": new, "message": None, "topic": None}
    assert len(api.calls) == before


async def test_a_named_group_that_moved_long_ago_is_found_when_opening(api: BotApi, account: Account) -> None:
    group = api.chats.chat("小群", "group")
    new = api.chats.migrate(group)
    api.chats.say(new, api.chats.user("小美"), "還在嗎")
    platform = account(chats=[group])
    info = await platform.open()
    assert "telegram.chat_moved" in info.notes
    batch = await platform.poll("updates", None)
    assert [item.text for item in batch.items] == ["還在嗎"]


async def test_a_person_who_blocked_the_bot_is_gone(api: BotApi, account: Account) -> None:
    mei = api.chats.user("小美")
    api.chats.say(mei, mei, "嗨")
    platform = account()
    item = await heard(platform)
    api.chats.blocked.add(mei)
    with pytest.raises(Gone) as caught:
        await answer(platform, item.ref)
    assert caught.value.what == "person"


@pytest.mark.parametrize(
    ("status", "kind", "word"),
    [("kicked", Gone, "conversation"), ("left", Gone, "conversation"), ("restricted", Rejected, "forbidden")],
)
async def test_a_group_where_the_bot_may_not_write(
    api: BotApi, account: Account, status: str, kind: type[Rejected], word: str
) -> None:
    group = api.chats.chat("晨光咖啡之友")
    api.chats.say(group, api.chats.user("小美"), "嗨")
    platform = account()
    item = await heard(platform)
    api.chats.chats[group].status = status
    with pytest.raises(kind) as caught:
        await answer(platform, item.ref)
    error = caught.value
    assert (error.what if isinstance(error, Gone) else error.code) == word


@pytest.mark.parametrize(
    ("status", "granted", "missing", "notes"),
    [
        ("administrator", (), (), ()),
        ("member", (), ("can_read_all_group_messages in 晨光咖啡之友",), ("telegram.privacy_mode",)),
        ("left", (), ("membership of 晨光咖啡之友",), ()),
    ],
)
async def test_opening_says_what_the_bot_cannot_read(
    account: Account, status: str, granted: tuple[str, ...], missing: tuple[str, ...], notes: tuple[str, ...]
) -> None:
    async with BotApi(reads_all=False) as private:
        group = private.chats.chat("晨光咖啡之友", status=status)
        info = await account(base_url=private.url, chats=[group]).open()
    assert (info.granted, info.missing, info.notes) == (granted, missing, notes)


async def test_opening_says_that_the_bot_may_not_post_or_write(api: BotApi, account: Account) -> None:
    channel = api.chats.chat("頻道", "channel", status="administrator")
    group = api.chats.chat("群", status="restricted")
    info = await account(channel=channel, chats=[group]).open()
    assert info.missing == ("can_send_messages in 群", "can_post_messages in 頻道")
    assert info.url == "https://t.me/morninglight_bot"


async def test_the_token_is_in_no_log_line_and_no_error(
    api: BotApi, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    mei = api.chats.user("小美")
    api.chats.say(mei, mei, "嗨")
    errors: list[PlatformError] = []
    with caplog.at_level(logging.DEBUG):
        platform = account(timeout=0.8)
        item = await heard(platform)
        for kind in ("429", "500_after", "hang_after", "reset_after"):
            api.fault("sendMessage", kind)
            with pytest.raises(PlatformError) as caught:
                await answer(platform, item.ref)
            errors.append(caught.value)
        api.revoke()
        with pytest.raises(AuthBroken) as broken:
            await account().open()
        errors.append(broken.value)
    assert any("HTTP Request" in line for line in caplog.messages), "httpx did write its lines"
    assert TOKEN not in caplog.text
    for error in errors:
        assert TOKEN not in f"{error!r} {error.evidence}"
        assert error.__context__ is None
        assert error.__cause__ is None
    assert TOKEN not in repr(platform)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


REQUEST = httpx.Request("POST", "http://127.0.0.1/")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (caused(NetworkError("x"), httpx.ConnectError("refused")), NotSent),
        (caused(TimedOut(), httpx.ConnectTimeout("slow")), NotSent),
        (caused(TimedOut("Pool timeout"), httpx.PoolTimeout("full")), NotSent),
        (caused(TimedOut(), httpx.ReadTimeout("slow")), Unsure),
        (caused(TimedOut(), httpx.WriteTimeout("slow")), Unsure),
        (caused(NetworkError("x"), httpx.WriteError("broken pipe")), Unsure),
        (caused(NetworkError("x"), httpx.ReadError("reset")), Unsure),
        (caused(NetworkError("x"), httpx.RemoteProtocolError("gone", request=REQUEST)), Unsure),
        (TelegramError("the answer is no JSON object with a result"), Unsure),
        (Refusal(500, "Internal Server Error"), Unsure),
        (Refusal(502, ""), Unsure),
        (Refusal(302, ""), Rejected),
        (Refusal(401, "Unauthorized"), AuthBroken),
        (Refusal(404, "Not Found"), AuthBroken),
        (Refusal(409, "Conflict: terminated by other getUpdates request"), Occupied),
        (Refusal(429, "Too Many Requests: retry after 7", after=7), NotSent),
        (Refusal(400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to=-1002), Gone),
        (Refusal(400, "Bad Request: message to be replied not found"), Gone),
        (Refusal(400, "Bad Request: chat not found"), Gone),
        (Refusal(403, "Forbidden: user is deactivated"), Gone),
        (Refusal(403, "Forbidden: bot can't initiate conversation with a user"), Gone),
        (Refusal(403, "Forbidden: bot was kicked from the supergroup chat"), Gone),
        (Refusal(403, "Forbidden: something new"), Rejected),
        (Refusal(400, "Bad Request: message is too long"), Rejected),
        (Refusal(413, "Request Entity Too Large"), Rejected),
    ],
)
def test_what_the_library_raises_on_a_send_is_classed_by_phase(error: TelegramError, kind: type[PlatformError]) -> None:
    assert type(translate(error, write=True, what="sendMessage")) is kind


@pytest.mark.parametrize("error", [caused(TimedOut(), httpx.ReadTimeout("slow")), Refusal(500, ""), TelegramError("")])
def test_a_read_is_never_unsure(error: TelegramError) -> None:
    assert type(translate(error, write=False, what="getUpdates")) is NotSent


async def test_a_send_that_is_answered_with_nonsense_is_unsure(api: BotApi, account: Account) -> None:
    mei = api.chats.user("小美")
    api.chats.say(mei, mei, "嗨")
    platform = account()
    item = await heard(platform)
    api.chats.send = lambda arguments: {"not": "a message"}  # type: ignore[method-assign]
    with pytest.raises(Unsure):
        await answer(platform, item.ref)
