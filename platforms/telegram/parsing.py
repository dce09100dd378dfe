"""From a Bot API update to an item: who speaks, in which conversation, under which post, in whose name.
It never talks to Telegram; what it remembers (posts, moved groups) only ever adds detail, and may be lost.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from telegram import Chat, Message, MessageOriginChannel, Update
from telegram.constants import ChatType, MessageType

from platforms.base import Author, Change, Item, Post
from platforms.caps import Kind

_MEDIA = (
    "animation",
    "audio",
    "checklist",
    "contact",
    "dice",
    "document",
    "game",
    "live_photo",
    "location",
    "paid_media",
    "photo",
    "poll",
    "sticker",
    "story",
    "venue",
    "video",
    "video_note",
    "voice",
)
"""The fields of Message that hold content which is not text (Bot API, "Message")."""
_DOUBLED = {"animation": "document", "live_photo": "photo", "venue": "location"}
"""Set along with the other field "for backward compatibility" (Bot API, "Message")."""
_POSTS = 1000
"""Channel posts remembered, so that a comment on a comment still shows its post."""


def native_id(chat: int, message: int) -> str:
    """A message's id for us: message ids are unique in their chat only."""
    return f"{chat}:{message}"


def link(message: Message) -> str | None:
    """The public address of a message: channels and supergroups have one, private chats and small groups do not."""
    chat = message.chat
    if chat.username and chat.type in (ChatType.SUPERGROUP, ChatType.CHANNEL):
        place = chat.username
    elif chat.type in (ChatType.SUPERGROUP, ChatType.CHANNEL):
        place = f"c/{str(chat.id).removeprefix('-100')}"
    else:
        return None
    topic = f"{message.message_thread_id}/" if message.is_topic_message and message.message_thread_id else ""
    return f"https://t.me/{place}/{topic}{message.message_id}"


class Reader:
    """Reads the updates of one account."""

    def __init__(self, *, staff: Iterable[int], chats: Iterable[int | str] = ()) -> None:
        """`staff`: ids of people whose words in a group are the brand's own; `chats`: the groups (none: all)."""
        named = tuple(chats)
        self.bot_id = 0
        self.groups = {chat for chat in named if isinstance(chat, int)}
        """The ids of the groups listened to; those named by @name are added when the account is opened."""
        self._everywhere = not named
        self.channels: dict[int, int | None] = {}
        """The channel linked to a group, where known (None: known to have none)."""
        self.moved: dict[int, int] = {}
        """Groups that became supergroups, old id to new."""
        self._staff = frozenset(staff)
        self._posts: OrderedDict[tuple[int, int], Post] = OrderedDict()

    def read(self, update: Update) -> Item | None:
        """The item in `update`, or None: a service message, a channel's post on its way to the group, another bot."""
        message = update.message or update.edited_message
        if message is None:
            return None
        chat = message.chat
        if message.migrate_to_chat_id:
            self._move(chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            self._move(message.migrate_from_chat_id, chat.id)
        if chat.type == ChatType.PRIVATE:
            return self._direct(message)
        if chat.type not in (ChatType.GROUP, ChatType.SUPERGROUP) or not (self._everywhere or chat.id in self.groups):
            return None
        if message.is_automatic_forward:
            self._remember(message)
            return None
        return self._comment(message)

    def _direct(self, message: Message) -> Item | None:
        # "Start" is a button that every new chat begins with; nobody said anything.
        if message.text is not None and (message.text == "/start" or message.text.startswith("/start ")):
            return None
        return self._item(message, Kind.DIRECT, str(message.chat.id))

    def _comment(self, message: Message) -> Item | None:
        chat, parent = message.chat, message.reply_to_message
        if parent is not None and parent.is_automatic_forward:
            self._remember(parent)
        thread = message.message_thread_id
        conversation = str(chat.id)
        if chat.type == ChatType.SUPERGROUP:
            # A comment thread is named by its first message, which does not know its own thread yet.
            conversation = f"{chat.id}/{thread or message.message_id}"
        return self._item(message, Kind.COMMENT, conversation, post=self._posts.get((chat.id, thread or 0)))

    def _item(self, message: Message, kind: Kind, conversation: str, post: Post | None = None) -> Item | None:
        by_brand = kind is Kind.COMMENT and self._is_brand(message)
        author = self._author(message)
        text, attachments = message.text or message.caption or "", _attachments(message)
        if author is None or (self._is_other_bot(message) and not by_brand) or not (text or attachments):
            return None
        return Item(
            native_id=native_id(message.chat.id, message.message_id),
            kind=kind,
            conversation=conversation,
            author=author,
            text=text,
            created_at=message.date,
            ref={
                "chat": message.chat.id,
                "message": message.message_id,
                "topic": message.message_thread_id if message.is_topic_message else None,
            },
            change=Change.EDITED if message.edit_date else Change.CREATED,
            edited_at=message.edit_date,
            post=post,
            answers=_answers(message),
            url=link(message),
            by_brand=by_brand,
            attachments=attachments,
        )

    def _is_brand(self, message: Message) -> bool:
        """Is it the bot, an anonymous administrator (the group itself), the linked channel, or one of the staff?"""
        sender, user = message.sender_chat, message.from_user
        if sender is not None:
            return sender.id in (message.chat.id, self.channels.get(message.chat.id))
        return user is not None and (user.id == self.bot_id or user.id in self._staff)

    def _is_other_bot(self, message: Message) -> bool:
        # With sender_chat set, `from` is one of Telegram's stand-in bots and says nothing about who speaks.
        return message.sender_chat is None and message.from_user is not None and message.from_user.is_bot

    def _author(self, message: Message) -> Author | None:
        sender, user = message.sender_chat, message.from_user
        if sender is not None:
            return Author(str(sender.id), sender.title or sender.username or str(sender.id), sender.username)
        if user is not None:
            return Author(str(user.id), user.full_name, user.username, user.language_code)
        return None

    def _remember(self, forward: Message) -> None:
        channel = forward.sender_chat
        if channel is not None:
            self.channels[forward.chat.id] = channel.id
        key = (forward.chat.id, forward.message_id)
        self._posts[key] = Post(
            native_id=_posted(forward),
            text=forward.text or forward.caption or "",
            url=_origin(forward),
            created_at=forward.date,
        )
        self._posts.move_to_end(key)
        while len(self._posts) > _POSTS:
            self._posts.popitem(last=False)

    def _move(self, old: int, new: int) -> None:
        self.moved[old] = new
        if old in self.groups:
            self.groups.add(new)


def _posted(forward: Message) -> str:
    """The post as the channel knows it, so that it is one with what was published there."""
    origin = forward.forward_origin
    if isinstance(origin, MessageOriginChannel):
        return native_id(origin.chat.id, origin.message_id)
    return native_id(forward.chat.id, forward.message_id)


def _origin(forward: Message) -> str | None:
    origin = forward.forward_origin
    if not isinstance(origin, MessageOriginChannel):
        return None
    place = origin.chat.username or f"c/{str(origin.chat.id).removeprefix('-100')}"
    return f"https://t.me/{place}/{origin.message_id}"


def _answers(message: Message) -> str | None:
    parent = message.reply_to_message
    if parent is None or parent.is_automatic_forward or parent.forum_topic_created:
        return None  # said to the post, or into the topic
    return native_id(message.chat.id, parent.message_id)


def _attachments(message: Message) -> tuple[str, ...]:
    found = [name for name in _MEDIA if getattr(message, name, None)]
    doubled = {_DOUBLED[name] for name in found if name in _DOUBLED}
    if not any(getattr(message, kind.value, None) for kind in MessageType) and message.api_kwargs:
        return ("unknown",)  # a kind of message newer than the library: shown without its content, not lost
    return tuple(name for name in found if name not in doubled)


def is_channel(chat: Chat | None) -> bool:
    """Is it a channel (and not a person, a group or nobody)?"""
    return chat is not None and chat.type == ChatType.CHANNEL
