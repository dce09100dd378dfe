"""How a post leaves for the channel: a message, a photo with its caption or an album, alone or after an earlier part.
It repeats nothing, and opens no file before everything that can be refused without it was refused.
"""

from __future__ import annotations

from telegram import Bot, InputMediaPhoto, Message, ReplyParameters

from platforms.base import Act, Media, Problem, Ref
from platforms.caps import MediaLimit
from platforms.errors import Rejected, Unsure
from platforms.files import SUFFIX, content
from platforms.telegram.wire import Call

PHOTOS = MediaLimit(most=10, types=frozenset({"image/jpeg", "image/png"}), size=10_000_000, text=1024)
"""Bot API, "sendMediaGroup": 2-10 items; "sendPhoto": at most 10 MB, `caption` 0-1024 characters, read as UTF-16 like
`text`. Of the types it names none: these two surely stay photos (a GIF would stand still, a WebP become a sticker).
"""
MAX_SIDES = 10_000
"""Pixels, width and height together (Bot API, "sendPhoto")."""
MAX_RATIO = 20
"""The longer side over the shorter (Bot API, "sendPhoto")."""
PATIENCE = 3
"""Times the account's time-out: Telegram answers only after it took in and reduced every file."""
HOLD = 60.0
"""Seconds more for the whole call: ten photos of 10 MB over 10 Mbit/s take 80 s."""


def shape_problems(media: tuple[Media, ...]) -> list[Problem]:
    """`media_shape` (width, height: pixels) of every photo that Telegram would find too large or too narrow."""
    return [
        Problem("media_shape", {"width": each.width, "height": each.height})
        for each in media
        if each.width + each.height > MAX_SIDES
        or max(each.width, each.height) > MAX_RATIO * max(min(each.width, each.height), 1)
    ]


def target(ref: Ref) -> tuple[int, int | None, int | None]:
    """Chat, message and topic of a ref. Raises `Rejected` for one without a chat."""
    chat, message, topic = ref.get("chat"), ref.get("message"), ref.get("topic")
    if not isinstance(chat, int):
        raise Rejected("invalid", "a target without a chat")
    return chat, message if isinstance(message, int) else None, topic if isinstance(topic, int) else None


async def publish(call: Call, bot: Bot, channel: int | str, act: Act, phase: float) -> Message:
    """The post's first message. A part of a thread quotes the part before it, in the chat where that one stands.

    `phase`: seconds for one phase of a request without files.
    """
    chat, quote = channel, None
    if act.target:
        chat, message, _ = target(act.target)
        if message is None:
            raise Rejected("invalid", "a part without the part before it")
        quote = ReplyParameters(message, allow_sending_without_reply=False)
    if not act.media:
        sent: Message = await call("sendMessage", bot.send_message(chat, act.text, reply_parameters=quote), write=True)
        return sent
    return await _photos(call, bot, chat, act, quote, PATIENCE * phase)


async def _photos(
    call: Call, bot: Bot, chat: int | str, act: Act, quote: ReplyParameters | None, wait: float
) -> Message:
    caption = act.text or None
    files = [(await content(each), f"{number}{SUFFIX[each.type]}") for number, each in enumerate(act.media, 1)]
    if len(files) == 1:
        ((photo, name),) = files
        one = bot.send_photo(
            chat, photo, caption, filename=name, reply_parameters=quote, read_timeout=wait, write_timeout=wait
        )
        sent: Message = await call("sendPhoto", one, write=True, hold=HOLD)
        return sent
    album = bot.send_media_group(
        chat,
        [InputMediaPhoto(photo, filename=name) for photo, name in files],
        caption=caption,
        reply_parameters=quote,
        read_timeout=wait,
        write_timeout=wait,
    )
    messages: tuple[Message, ...] = await call("sendMediaGroup", album, write=True, hold=HOLD)
    if not messages:
        raise Unsure("no message in the answer on sendMediaGroup")
    return messages[0]
