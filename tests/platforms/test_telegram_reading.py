"""What the audience says on Telegram, and how it reads here: kinds, posts, threads, media, and who is the brand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from platforms.base import Change, Item
from platforms.caps import Kind
from platforms.errors import Occupied
from platforms.telegram import Telegram
from tests.platforms.telegram_server import BotApi

Account = Callable[..., Telegram]


async def read(platform: Telegram, cursor: str | None = None) -> list[Item]:
    """Everything there is, page by page."""
    items: list[Item] = []
    more = True
    while more:
        batch = await platform.poll("updates", cursor)
        items += batch.items
        cursor, more = batch.cursor, batch.more
    return items


async def test_a_comment_on_a_channel_post_carries_the_post(api: BotApi, account: Account) -> None:
    channel, group = api.chats.channel("晨光咖啡", username="morninglight")
    mei, tom = api.chats.user("小美"), api.chats.user("Tom", language="en")
    forward = api.chats.post(channel, "新豆上架：衣索比亞日曬。")
    first = api.chats.say(group, mei, "多少錢？", reply_to=forward)
    api.chats.say(group, tom, "Same question", reply_to=first)
    platform = account()
    await platform.open()
    items = await read(platform)
    assert [item.text for item in items] == ["多少錢？", "Same question"]
    for item in items:
        assert item.post is not None
        assert (item.post.text, item.post.url) == ("新豆上架：衣索比亞日曬。", "https://t.me/morninglight/1")
        assert item.kind is Kind.COMMENT
        assert item.conversation == f"{group}/{forward}"
    assert items[0].answers is None
    assert items[1].answers == f"{group}:{first}"
    assert (items[0].author.language, items[1].author.language) == ("zh-hant", "en")


async def test_a_direct_message_is_one_and_the_start_button_is_nothing(api: BotApi, account: Account) -> None:
    mei = api.chats.user("小美", username="mei")
    for text in ("/start", "/start from_poster", "請問有無麩質的蛋糕嗎？"):
        api.chats.say(mei, mei, text)
    platform = account()
    await platform.open()
    (item,) = await read(platform)
    assert (item.kind, item.text, item.url) == (Kind.DIRECT, "請問有無麩質的蛋糕嗎？", None)
    assert (item.author.name, item.author.handle, item.conversation) == ("小美", "mei", str(mei))


async def test_the_brands_own_words_are_marked_and_say_what_they_answer(api: BotApi, account: Account) -> None:
    channel, group = api.chats.channel("晨光咖啡")
    mei, amy = api.chats.user("小美"), api.chats.user("品妤")
    asked = api.chats.say(group, mei, "幾點開？")
    for speaker in (None, channel, amy):
        api.chats.say(group, speaker, "八點。", reply_to=asked)
    platform = account(staff=[amy])
    await platform.open()
    question, *answers = await read(platform)
    assert not question.by_brand
    assert [answer.by_brand for answer in answers] == [True, True, True]
    assert {answer.answers for answer in answers} == {question.native_id}


async def test_a_group_that_cannot_be_looked_up_does_not_stop_the_feed(api: BotApi, account: Account) -> None:
    channel, group = api.chats.channel("晨光咖啡")
    api.chats.say(group, channel, "八點。")
    api.fault("getChat", "500_before")
    platform = account()
    await platform.open()
    assert [item.text for item in await read(platform)] == ["八點。"]


async def test_somebody_who_speaks_as_a_channel_of_their_own_is_audience(api: BotApi, account: Account) -> None:
    _, group = api.chats.channel("晨光咖啡")
    fan = api.chats.chat("咖啡地圖", "channel", username="coffeemap")
    api.chats.say(group, fan, "可以合作嗎？")
    platform = account()
    await platform.open()
    (item,) = await read(platform)
    assert not item.by_brand
    assert (item.author.name, item.author.handle, item.author.language) == ("咖啡地圖", "coffeemap", None)


async def test_other_bots_and_service_messages_are_nobodys_words(api: BotApi, account: Account) -> None:
    group = api.chats.chat("晨光咖啡之友")
    mei = api.chats.user("小美")
    helper = api.chats.user("PollBot")
    api.chats.users[helper]["is_bot"] = True
    api.chats.say(group, helper, "Vote now!")
    joined: dict[str, Any] = {"new_chat_members": [api.chats.users[mei]], "new_chat_member": api.chats.users[mei]}
    api.chats.say(group, mei, **joined)
    api.chats.say(group, mei, new_chat_title="晨光之友")
    api.chats.say(group, mei, "我來了")
    platform = account()
    await platform.open()
    assert [item.text for item in await read(platform)] == ["我來了"]


PHOTO = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 90}]
DOCUMENT = {"file_id": "f", "file_unique_id": "u"}


@pytest.mark.parametrize(
    ("content", "text", "attachments"),
    [
        ({"photo": PHOTO, "caption": "這是什麼豆？"}, "這是什麼豆？", ("photo",)),
        ({"photo": PHOTO}, "", ("photo",)),
        ({"voice": DOCUMENT | {"duration": 3}}, "", ("voice",)),
        (
            {"animation": DOCUMENT | {"width": 9, "height": 9, "duration": 1}, "document": DOCUMENT},
            "",
            ("animation",),
        ),
        ({"something_of_next_year": {"x": 1}}, "", ("unknown",)),
    ],
)
async def test_media_are_named_and_captions_are_text(
    api: BotApi, account: Account, content: dict[str, Any], text: str, attachments: tuple[str, ...]
) -> None:
    group = api.chats.chat("晨光咖啡之友")
    api.chats.say(group, api.chats.user("小美"), **content)
    platform = account()
    await platform.open()
    (item,) = await read(platform)
    assert (item.text, item.attachments) == (text, attachments)


async def test_links_lead_to_the_message_where_there_is_such_a_link(api: BotApi, account: Account) -> None:
    mei = api.chats.user("小美")
    public = api.chats.chat("公開", username="morninglight_fans")
    private = api.chats.chat("私人")
    forum = api.chats.chat("論壇", forum=True)
    basic = api.chats.chat("小群", "group")
    for group in (public, private, basic):
        api.chats.say(group, mei, "嗨")
    api.chats.say(forum, mei, "嗨", message_thread_id=77, is_topic_message=True)
    platform = account()
    await platform.open()
    items = await read(platform)
    assert [item.url for item in items] == [
        "https://t.me/morninglight_fans/1",
        f"https://t.me/c/{str(private)[4:]}/1",
        None,
        f"https://t.me/c/{str(forum)[4:]}/77/1",
    ]
    assert items[3].ref["topic"] == 77


async def test_a_thread_in_a_plain_group_keeps_one_conversation(api: BotApi, account: Account) -> None:
    group = api.chats.chat("晨光咖啡之友")
    mei = api.chats.user("小美")
    first = api.chats.say(group, mei, "有人在嗎")
    second = api.chats.say(group, mei, "哈囉", reply_to=first)
    api.chats.say(group, mei, "？", reply_to=second)
    api.chats.say(group, mei, "另一件事")
    platform = account()
    await platform.open()
    conversations = [item.conversation for item in await read(platform)]
    assert len(set(conversations[:3])) == 1
    assert conversations[3] != conversations[0]


@pytest.mark.parametrize("by_name", [True, False])
async def test_only_the_named_groups_are_listened_to(api: BotApi, account: Account, by_name: bool) -> None:
    mei = api.chats.user("小美")
    ours = api.chats.chat("我們的", username="ours")
    theirs = api.chats.chat("別人的")
    api.chats.say(theirs, mei, "你好")
    api.chats.say(ours, mei, "你好呀")
    api.chats.say(mei, mei, "私訊")
    platform = account(chats="@ours" if by_name else [ours])
    await platform.open()
    assert [item.text for item in await read(platform)] == ["你好呀", "私訊"]


async def test_named_groups_that_cannot_be_found_do_not_mean_every_group(api: BotApi, account: Account) -> None:
    api.chats.say(api.chats.chat("別人的"), api.chats.user("小美"), "你好")
    platform = account(chats="@mistyped")
    info = await platform.open()
    assert info.missing == ("membership of @mistyped",)
    assert await read(platform) == []


async def test_updates_are_confirmed_only_by_the_cursor_of_the_next_poll(api: BotApi, account: Account) -> None:
    group = api.chats.chat("晨光咖啡之友")
    api.chats.say(group, api.chats.user("小美"), "別弄丟我")
    crashed = account()
    await crashed.open()
    lost = await crashed.poll("updates", None)
    await crashed.close()
    platform = account()
    await platform.open()
    again = await platform.poll("updates", None)
    assert again.items == lost.items
    assert api.chats.updates, "not confirmed yet"
    after = await platform.poll("updates", again.cursor)
    assert (after.items, after.cursor) == ((), again.cursor)
    assert api.chats.updates == []


async def test_one_unreadable_update_does_not_stop_the_others(
    api: BotApi, account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    group = api.chats.chat("晨光咖啡之友")
    mei = api.chats.user("小美")
    api.chats.say(group, mei, "一")
    api.chats.say(group, mei, "毒", photo=[{"no": "file id"}])
    api.chats.say(group, mei, "二")
    platform = account()
    await platform.open()
    batch = await platform.poll("updates", None)
    assert [item.text for item in batch.items] == ["一", "二"]
    assert batch.gap == "unreadable"
    assert "毒" not in caplog.text, "what the audience says does not go to the log"


async def test_an_edited_comment_is_a_newer_version_of_the_same(api: BotApi, account: Account) -> None:
    mei = api.chats.user("小美")
    said = api.chats.say(mei, mei, "我要兩杯")
    api.chats.edit(mei, said, "我要三杯")
    platform = account()
    await platform.open()
    first, second = await read(platform)
    assert (first.change, second.change) == (Change.CREATED, Change.EDITED)
    assert first.native_id == second.native_id
    assert second.text == "我要三杯"


async def test_a_long_poll_ends_when_something_is_said(api: BotApi, account: Account) -> None:
    mei = api.chats.user("小美")
    platform = account(long_poll=20)
    await platform.open()
    polling = asyncio.create_task(platform.poll("updates", None))
    async with asyncio.timeout(5):
        await api.called("getUpdates")
        api.chats.say(mei, mei, "在嗎")
        batch = await polling
    assert batch.items[0].text == "在嗎"
    assert batch.wait == 0


async def test_a_second_poller_makes_the_first_one_say_who_is_in_the_way(api: BotApi, account: Account) -> None:
    ours, theirs = account(long_poll=20), account()
    await ours.open()
    await theirs.open()
    polling = asyncio.create_task(ours.poll("updates", None))
    async with asyncio.timeout(5):
        await api.called("getUpdates")
        await theirs.poll("updates", None)
        with pytest.raises(Occupied) as caught:
            await polling
    assert caught.value.by == "poller"
    assert caught.value.retry
    assert caught.value.after


async def test_a_webhook_in_the_way_is_said_at_once_and_again(api: BotApi, account: Account) -> None:
    api.webhook = {"url": "https://elsewhere.example/hook", "secret": ""}
    platform = account()
    info = await platform.open()
    assert "telegram.webhook_set" in info.notes
    with pytest.raises(Occupied) as caught:
        await platform.poll("updates", None)
    assert caught.value.by == "webhook"
