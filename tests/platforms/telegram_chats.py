"""What a Telegram server knows for one bot: users, chats, messages, and the updates that tell the bot of them.
Written from the Bot API's own description (core.telegram.org/bots/api, sections named beside the code); no network.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

BOT_ID = 7_000_000_001
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Section "Message", `from`: a fake sender user in non-channel chats when a message is sent on behalf of a chat."""
AS_CHANNEL = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
SERVICE = {"id": 777000, "is_bot": False, "first_name": "Telegram"}


class BotApiError(Exception):
    """Section "Making requests": an answer with ok=false, error_code, description and ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters


@dataclass
class ChatState:
    """A chat as the server keeps it. `kind` is Chat.type; `status` the bot's own ChatMember.status."""

    id: int
    kind: str
    title: str
    username: str | None = None
    linked: int | None = None
    forum: bool = False
    status: str = "member"
    rights: Json = field(default_factory=dict)
    members: int = 3
    moved_to: int | None = None
    next_message: int = 0
    messages: dict[int, Json] = field(default_factory=dict)

    def public(self) -> Json:
        """Section "Chat"."""
        name = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        chat: Json = {"id": self.id, "type": self.kind, **name}
        if self.username:
            chat["username"] = self.username
        if self.forum:
            chat["is_forum"] = True
        return chat


class Chats:
    """People and chats around one bot. Every method that changes something queues the update the bot would get."""

    def __init__(self, *, reads_all: bool = True, clock: Callable[[], float] = time.time) -> None:
        """`reads_all`: privacy mode is off (User.can_read_all_group_messages)."""
        self.bot: Json = {
            "id": BOT_ID,
            "is_bot": True,
            "first_name": "晨光咖啡小編",
            "username": "morninglight_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": reads_all,
            "supports_inline_queries": False,
        }
        self.users: dict[int, Json] = {}
        self.chats: dict[int, ChatState] = {}
        self.blocked: set[int] = set()
        self.sent: list[Json] = []
        """Messages the bot has sent, as the audience sees them, oldest first."""
        self.photos: dict[str, bytes] = {}
        """What the photos in them show, by file_id."""
        self.updates: list[Json] = []
        self.tail = 870_000_000
        """The next update_id (section "Update": positive, sequential)."""
        self.allowed: list[str] | None = None
        """Section "getUpdates", `allowed_updates`; None: the default set."""
        self.on_update: Callable[[], None] = lambda: None
        self._clock = clock
        self._next_private = 100

    # -- the cast ----------------------------------------------------------------------------------------------------

    def user(self, name: str, *, username: str | None = None, language: str | None = "zh-hant") -> int:
        """A new person; their private chat with the bot has the same id. Returns the id."""
        number = 5_000_000_000 + len(self.users) + 1
        person: Json = {"id": number, "is_bot": False, "first_name": name}
        if username:
            person["username"] = username
        if language:
            person["language_code"] = language
        self.users[number] = person
        self.chats[number] = ChatState(number, "private", name, username)
        return number

    def chat(self, title: str, kind: str = "supergroup", **more: Any) -> int:
        """A new group, supergroup or channel. Returns the id (negative; -100… for the latter two)."""
        number = -(4_000_000 + len(self.chats)) if kind == "group" else -(1_001_000_000_000 + len(self.chats))
        self.chats[number] = ChatState(number, kind, title, **more)
        return number

    def channel(self, title: str, *, username: str | None = None) -> tuple[int, int]:
        """A channel whose administrator is the bot, and its linked discussion group. Returns both ids."""
        channel = self.chat(title, "channel", username=username, status="administrator")
        group = self.chat(f"{title} 討論區", "supergroup", linked=channel)
        self.chats[channel].linked = group
        self.chats[channel].rights = {"can_post_messages": True}
        return channel, group

    # -- what people do ----------------------------------------------------------------------------------------------

    def say(self, chat: int, user: int | None, text: str = "", *, reply_to: int | None = None, **more: Any) -> int:
        """A person speaks (or None: an anonymous administrator; or the id of a channel: in its name).

        `more` are further fields of Message (`photo`, `caption`, `new_chat_members` …). Returns the message id.
        """
        message = self._message(chat, reply_to, **({"text": text} if text else {}), **more)
        if user is None:
            message |= {"from": ANONYMOUS, "sender_chat": self.chats[chat].public()}
        elif user in self.users:
            message["from"] = self.users[user]
        else:
            message |= {"from": AS_CHANNEL, "sender_chat": self.chats[user].public()}
        self._tell("message", message)
        return int(message["message_id"])

    def post(self, channel: int, text: str) -> int:
        """The channel posts; the post is forwarded to the linked group by itself. Returns the forward's message id."""
        post = self._message(channel, None, text=text, sender_chat=self.chats[channel].public())
        self._tell("channel_post", post)
        group = self.chats[channel].linked
        if group is None:
            return int(post["message_id"])
        origin = {"type": "channel", "date": post["date"], "chat": self.chats[channel].public()}
        forward = self._message(
            group,
            None,
            text=text,
            sender_chat=self.chats[channel].public(),
            is_automatic_forward=True,
            forward_origin=origin | {"message_id": post["message_id"]},
        )
        forward["from"] = SERVICE
        self._tell("message", forward)
        return int(forward["message_id"])

    def edit(self, chat: int, message: int, text: str) -> None:
        """The author changes a message."""
        stored = self.chats[chat].messages[message]
        stored |= {"text": text, "edit_date": int(self._clock())}
        self._tell("edited_message", stored)

    def delete(self, chat: int, message: int) -> None:
        """The author deletes a message: a bot is not told (there is no such update for ordinary chats)."""
        del self.chats[chat].messages[message]

    def migrate(self, group: int) -> int:
        """A basic group becomes a supergroup: Message.migrate_to_chat_id there, migrate_from_chat_id here."""
        new = self.chat(self.chats[group].title, "supergroup")
        self._tell("message", self._message(group, None, migrate_to_chat_id=new) | {"from": ANONYMOUS})
        self.chats[group].moved_to = new
        self._tell("message", self._message(new, None, migrate_from_chat_id=group) | {"from": ANONYMOUS})
        return new

    # -- what the bot does -------------------------------------------------------------------------------------------

    def find(self, name: object) -> ChatState:
        """The chat by id or @name, or the errors the Bot API answers with."""
        for state in self.chats.values():
            if str(state.id) == str(name) or (state.username and f"@{state.username}" == name):
                if state.moved_to is not None:
                    raise BotApiError(
                        400,
                        "Bad Request: group chat was upgraded to a supergroup chat",
                        migrate_to_chat_id=state.moved_to,
                    )
                return state
        raise BotApiError(400, "Bad Request: chat not found")

    def send(self, arguments: Json) -> Json:
        """Section "sendMessage"."""
        state = self.find(arguments.get("chat_id"))
        text = str(arguments.get("text", "")).strip()
        if not text:
            raise BotApiError(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le", "surrogatepass")) // 2 > 4096:
            raise BotApiError(400, "Bad Request: message is too long")
        return self._deliver(state, arguments, text=text)

    def send_photo(self, arguments: Json) -> Json:
        """Section "sendPhoto"."""
        state = self.find(arguments.get("chat_id"))
        return self._deliver(state, arguments, **self._photo(arguments.get("photo"), arguments))

    def send_album(self, arguments: Json) -> list[Json]:
        """Section "sendMediaGroup": 2-10 items, each a file of the form under the name after attach://."""
        state, items = self.find(arguments.get("chat_id")), arguments.get("media") or []
        if not 2 <= len(items) <= 10:
            raise BotApiError(400, "Bad Request: wrong number of messages to send as an album")
        album = str(len(self.sent) + 1)
        photos = [self._photo(arguments.get(item["media"].removeprefix("attach://")), item) for item in items]
        return [self._deliver(state, arguments, media_group_id=album, **photo) for photo in photos]

    def _photo(self, content: object, words: Json) -> Json:
        """Sections "sendPhoto" and "PhotoSize": the fields of a message with this photo."""
        caption = str(words.get("caption", "")).strip()
        if not isinstance(content, bytes) or not content:
            raise BotApiError(400, "Bad Request: there is no photo in the request")
        if len(content) > 10 * 1024 * 1024:
            raise BotApiError(413, "Request Entity Too Large")
        if not content.startswith((b"\xff\xd8\xff", b"\x89PNG")):
            raise BotApiError(400, "Bad Request: IMAGE_PROCESS_FAILED")
        if len(caption.encode("utf-16-le", "surrogatepass")) // 2 > 1024:
            raise BotApiError(400, "Bad Request: message caption is too long")
        name = f"photo-{len(self.photos) + 1}"
        self.photos[name] = content
        size = {"file_id": name, "file_unique_id": name, "width": 90, "height": 90, "file_size": len(content)}
        return {"photo": [size], **({"caption": caption} if caption else {})}

    def _deliver(self, state: ChatState, arguments: Json, **fields: Any) -> Json:
        """What all sends share: the right to write, the quote, the topic."""
        self._may_write(state)
        reply = arguments.get("reply_parameters") or {}
        reply_to = reply.get("message_id")
        if reply_to is not None and reply_to not in state.messages:
            if not reply.get("allow_sending_without_reply"):
                raise BotApiError(400, "Bad Request: message to be replied not found")
            reply_to = None
        more: Json = {}
        if thread := arguments.get("message_thread_id"):
            if not state.forum:
                raise BotApiError(400, "Bad Request: message thread not found")
            more = {"message_thread_id": int(thread), "is_topic_message": True}
        message = self._message(state.id, reply_to, **fields, **more)
        if state.kind == "channel":
            message["sender_chat"] = state.public()
        else:
            message["from"] = {key: self.bot[key] for key in ("id", "is_bot", "first_name", "username")}
        self.sent.append(message)
        return message

    def _may_write(self, state: ChatState) -> None:
        if state.id in self.blocked:
            raise BotApiError(403, "Forbidden: bot was blocked by the user")
        if state.status == "kicked":
            raise BotApiError(403, f"Forbidden: bot was kicked from the {state.kind} chat")
        if state.status == "left":
            raise BotApiError(403, f"Forbidden: bot is not a member of the {state.kind} chat")
        if state.kind == "channel" and not state.rights.get("can_post_messages"):
            raise BotApiError(400, "Bad Request: need administrator rights in the channel chat")
        if state.status == "restricted" and not state.rights.get("can_send_messages"):
            raise BotApiError(400, "Bad Request: not enough rights to send text messages to the chat")

    # -- messages and updates ----------------------------------------------------------------------------------------

    def _message(self, chat: int, reply_to: int | None, **fields: Any) -> Json:
        """A new message, stored. Ids are the chat's own in supergroups and channels, else the bot's account's."""
        state = self.chats[chat]
        if state.kind in ("supergroup", "channel"):
            state.next_message += 1
            number = state.next_message
        else:
            self._next_private += 1
            number = self._next_private
        message: Json = {"message_id": number, "date": int(self._clock()), "chat": state.public(), **fields}
        if reply_to is not None:
            parent = state.messages[reply_to]
            message["reply_to_message"] = {key: parent[key] for key in parent if key != "reply_to_message"}
            if state.kind == "supergroup" and "message_thread_id" not in message:
                # A thread is named by its first message; for a channel's comments that is the automatic forward.
                message["message_thread_id"] = parent.get("message_thread_id", parent["message_id"])
        state.messages[number] = message
        return message

    def _tell(self, kind: str, message: Json) -> None:
        default = self.allowed is None or not self.allowed
        if not (default or kind in (self.allowed or [])) or not self._may_read(message):
            return
        self.updates.append({"update_id": self.tail, kind: dict(message)})
        self.tail += 1
        self.on_update()

    def _may_read(self, message: Json) -> bool:
        """Privacy mode (core.telegram.org/bots/features#privacy-mode): commands, mentions and replies to the bot."""
        state = self.chats[message["chat"]["id"]]
        if state.kind in ("private", "channel") or self.bot["can_read_all_group_messages"]:
            return True
        text = str(message.get("text", ""))
        to_bot = message.get("reply_to_message", {}).get("from", {}).get("id") == self.bot["id"]
        mention = re.search(rf"@{self.bot['username']}\b", text) is not None
        service = not any(key in message for key in ("text", "caption", "photo", "sticker"))
        return state.status == "administrator" or to_bot or mention or text.startswith("/") or service
