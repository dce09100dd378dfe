"""What leaves for a Telegram channel: messages, photos and albums, and which photos never leave."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from telegram.error import TelegramError

from platforms.base import Act, Media, Problem, Verb
from platforms.errors import Gone, Rejected, Unsupported, Unsure
from platforms.telegram import Telegram
from platforms.telegram.errors import translate
from platforms.telegram.wire import Refusal
from tests.platforms.telegram_server import BotApi

Account = Callable[..., Telegram]
JPEG, PNG = b"\xff\xd8\xff a latte", b"\x89PNG a cake"


@pytest.fixture
async def channel(api: BotApi, account: Account) -> Telegram:
    api.chats.channel("晨光咖啡", username="morninglight")
    platform = account(channel="@morninglight")
    await platform.open()
    return platform


@pytest.fixture
def album(tmp_path: Path) -> tuple[Media, ...]:
    made = []
    for name, kind, content in (("a", "image/jpeg", JPEG), ("b", "image/png", PNG)):
        (tmp_path / name).write_bytes(content)
        made.append(Media(str(tmp_path / name), kind, len(content), "一杯拿鐵", 1200, 800))
    return tuple(made)


def post(text: str, *media: Media) -> Act:
    return Act(Verb.PUBLISH, text, media=media)


async def test_one_photo_goes_out_with_its_caption(api: BotApi, channel: Telegram, album: tuple[Media, ...]) -> None:
    receipt = await channel.send(post("*今日* <b>特調</b>", album[0]), uuid4(), {})
    assert api.calls[-1] == (
        "sendPhoto",
        {"chat_id": "@morninglight", "caption": "*今日* <b>特調</b>", "photo": JPEG},
    )
    assert receipt.url == "https://t.me/morninglight/1"
    assert receipt.ref == {"chat": api.chats.sent[0]["chat"]["id"], "message": 1, "topic": None}


async def test_several_photos_are_one_album_whose_first_carries_the_words(
    api: BotApi, channel: Telegram, album: tuple[Media, ...]
) -> None:
    receipt = await channel.send(post("今日特調", *album), uuid4(), {})
    first, second = api.chats.sent
    assert [method for method, _ in api.calls].count("sendMediaGroup") == 1
    assert (first["caption"], "caption" in second) == ("今日特調", False)
    assert first["media_group_id"] == second["media_group_id"]
    assert [api.chats.photos[message["photo"][0]["file_id"]] for message in (first, second)] == [JPEG, PNG]
    assert receipt.native_id.endswith(":1"), "the receipt is the first one's"


async def test_a_photo_alone_has_no_caption_at_all(api: BotApi, channel: Telegram, album: tuple[Media, ...]) -> None:
    await channel.send(post("", album[1]), uuid4(), {})
    assert api.calls[-1][1] == {"chat_id": "@morninglight", "photo": PNG}


@pytest.mark.parametrize("number", [0, 1, 2])
async def test_a_part_quotes_the_one_before_whatever_it_holds(
    api: BotApi, channel: Telegram, album: tuple[Media, ...], number: int
) -> None:
    first = await channel.send(post("第一則", *album), uuid4(), {})
    await channel.send(Act(Verb.PUBLISH, "第二則", first.ref, album[:number]), uuid4(), {})
    arguments = api.calls[-1][1]
    assert arguments["reply_parameters"] == {"message_id": 1, "allow_sending_without_reply": False}
    assert api.chats.sent[2]["reply_to_message"]["message_id"] == 1


async def test_a_part_whose_predecessor_was_deleted_is_not_sent_alone(api: BotApi, channel: Telegram) -> None:
    first = await channel.send(post("第一則"), uuid4(), {})
    chat = api.chats.sent[0]["chat"]["id"]
    api.chats.delete(chat, 1)
    with pytest.raises(Gone) as caught:
        await channel.send(Act(Verb.PUBLISH, "第二則", first.ref), uuid4(), {})
    assert caught.value.what == "target"
    with pytest.raises(Rejected):
        await channel.send(Act(Verb.PUBLISH, "第二則", {"chat": chat}), uuid4(), {})
    assert len(api.chats.sent) == 1


async def test_a_caption_has_less_room_than_a_message_and_is_counted_in_utf16(
    channel: Telegram, album: tuple[Media, ...]
) -> None:
    assert channel.check(post("👋" * 512, album[0])) == []
    assert channel.check(post("👋" * 513, album[0])) == [
        Problem("too_long", {"length": 1026, "limit": 1024, "counter": "utf16"})
    ]
    assert channel.check(post("👋" * 513)) == []


@pytest.mark.parametrize(("width", "height", "fits"), [(5000, 5000, True), (5000, 5001, False), (2000, 100, True)])
async def test_a_photo_too_large_in_pixels_is_refused_offline(
    api: BotApi, channel: Telegram, width: int, height: int, fits: bool
) -> None:
    act, before = post("", Media("a", "image/jpeg", 10, width=width, height=height)), len(api.calls)
    expected = [] if fits else [Problem("media_shape", {"width": width, "height": height})]
    assert channel.check(act) == expected
    with pytest.raises(Rejected) as caught:
        await channel.send(act, uuid4(), {})
    assert caught.value.code == ("media_missing" if fits else "media_shape")
    assert len(api.calls) == before


def test_a_photo_too_narrow_is_refused_offline_and_one_of_unknown_size_is_not(account: Account) -> None:
    platform = account(channel="@c")
    assert [
        problem.key for problem in platform.check(post("", Media("a", "image/png", 1, width=2101, height=100)))
    ] == ["media_shape"]
    assert platform.check(post("", Media("a", "image/png", 1))) == []


async def test_without_a_channel_nothing_of_a_post_is_claimed(account: Account) -> None:
    caps = account().caps
    assert (caps.publish, caps.threads, caps.comments, caps.media) == (False, False, False, None)


async def test_no_file_is_uploaded_before_its_post(channel: Telegram, album: tuple[Media, ...]) -> None:
    with pytest.raises(Unsupported):
        await channel.upload(album[0], uuid4())


async def test_an_album_answered_with_nothing_is_unsure(
    api: BotApi, channel: Telegram, album: tuple[Media, ...]
) -> None:
    api.chats.send_album = lambda arguments: []  # type: ignore[method-assign]
    with pytest.raises(Unsure):
        await channel.send(post("", *album), uuid4(), {})


@pytest.mark.parametrize(
    ("status", "description", "code"),
    [
        (400, "Bad Request: message caption is too long", "too_long"),
        (400, "Bad Request: PHOTO_INVALID_DIMENSIONS", "media_shape"),
        (400, "Bad Request: IMAGE_PROCESS_FAILED", "media_type"),
        (413, "Request Entity Too Large", "media_size"),
    ],
)
def test_what_telegram_says_of_a_photo_has_our_words(status: int, description: str, code: str) -> None:
    error: TelegramError = Refusal(status, description)
    found = translate(error, write=True, what="sendPhoto")
    assert isinstance(found, Rejected)
    assert found.code == code
