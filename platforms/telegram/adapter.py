"""The Telegram account as a `Platform`: one bot, its groups, its private chats and, for posts, one channel.
It keeps nothing that a restart may not lose, repeats nothing, and moves the update offset only when handed a cursor.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
from collections.abc import Coroutine, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters, Update
from telegram.constants import UpdateType
from telegram.error import TelegramError

from platforms.base import Absent, AccountInfo, Act, Batch, Hook, Item, Look, Media, Metric, Problem, Receipt, Ref, Verb
from platforms.caps import Caps, Counter, Idempotency, Kind, Seen, TextLimit
from platforms.checks import problems, refuse
from platforms.counters import count
from platforms.errors import BadSignature, Gone, PlatformError, Unsupported
from platforms.http import Redaction, classify
from platforms.telegram.audit import audit
from platforms.telegram.errors import moved, translate
from platforms.telegram.options import Options
from platforms.telegram.parsing import Reader, is_channel, link, native_id
from platforms.telegram.posting import PHOTOS, publish, shape_problems, target
from platforms.telegram.wire import UpdatesWire, Wire, read_update

log = logging.getLogger(__name__)

FEED = "updates"
LIMIT = 100
"""Updates in one answer at most (Bot API, "getUpdates", `limit`)."""
ALLOWED = (UpdateType.MESSAGE, UpdateType.EDITED_MESSAGE)
"""What is asked for; channel posts reach us as the automatic forward in the linked group."""
MAX_TEXT = 4096
"""Bot API, "sendMessage", `text`: 1-4096 characters; entity offsets count UTF-16, so the stricter reading is UTF-16."""
PACE = 3.0
"""Seconds between sends: 20 messages a minute in one group (Bots FAQ, "My bot is hitting limits")."""
LEAKY = ("httpx", "telegram.Bot")
"""Loggers that write whole addresses, and the address holds the token."""
SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 (a header name)

T = TypeVar("T")


class Telegram:
    """One bot. See `platforms.base.Platform` for what each method promises."""

    kind = "telegram"

    def __init__(self, name: str, settings: Mapping[str, object]) -> None:
        """Raises `BadSettings`. The keys are in the package's docstring."""
        self.name = name
        self._options = Options.read(name, settings)
        self._reader = Reader(staff=self._options.staff, chats=self._options.chats)
        self._redaction = Redaction([self._options.token])
        self._bot: Bot | None = None
        self._caps = Caps(
            reads=frozenset({Kind.COMMENT, Kind.DIRECT}),
            poll=not self._options.hooked,
            push=self._options.hooked,
            edits=Seen.EVENT,
            reply=True,
            publish=self._options.channel is not None,
            threads=self._options.channel is not None,
            media=PHOTOS if self._options.channel is not None else None,
            text=TextLimit(MAX_TEXT, Counter.UTF16),
            idempotency=Idempotency.NONE,
            pace=PACE,
            metrics=frozenset({"followers"} if self._options.channel is not None else ()),
        )

    def __repr__(self) -> str:
        return f"Telegram({self.name!r})"

    @property
    def caps(self) -> Caps:
        return self._caps

    @property
    def feeds(self) -> tuple[str, ...]:
        return () if self._options.hooked else (FEED,)

    async def open(self) -> AccountInfo:
        """Verify the token; in webhook mode set the webhook; look at the chats the settings name.

        Notes (locale keys): `telegram.privacy_mode`, `telegram.webhook_set`, `telegram.chat_moved`.
        """
        if self._bot is None:
            for name in LEAKY:
                logging.getLogger(name).addFilter(self._redaction)
            self._bot = self._build()
        bot = self._bot
        await self._call("getMe", bot.initialize())
        me = bot.bot
        self._reader.bot_id = me.id
        found = await audit(self._call, bot, self._options, self._reader)
        if self._options.hooked:
            await self._call(
                "setWebhook",
                bot.set_webhook(
                    self._options.webhook_url,
                    secret_token=self._options.webhook_secret,
                    allowed_updates=list(ALLOWED),
                ),
            )
        return AccountInfo(
            native_id=str(me.id),
            name=me.full_name,
            url=f"https://t.me/{me.username}" if me.username else None,
            granted=tuple(found.granted),
            missing=tuple(found.missing),
            notes=tuple(found.notes),
        )

    async def close(self) -> None:
        bot, self._bot = self._bot, None
        for name in LEAKY:
            logging.getLogger(name).removeFilter(self._redaction)
        if bot is not None:
            await bot.shutdown()

    async def poll(self, feed: str, cursor: str | None) -> Batch:
        """Held by Telegram until there is news. The cursor is the next update's id: asking with it is what tells
        Telegram that everything before was kept, so it must be handed in only after the items were stored.
        """
        if feed not in self.feeds:
            raise Unsupported(f"feed {feed}")
        updates = await self._call(
            "getUpdates",
            self._ready().get_updates(
                offset=int(cursor) if cursor else None,
                limit=LIMIT,
                timeout=round(self._options.long_poll),
                allowed_updates=list(ALLOWED),
            ),
            hold=self._options.long_poll,
        )
        items: list[Item] = []
        gap = None
        for update in updates:
            if update.effective_message is None:
                # Nothing else was asked for, so this one came empty: see `UpdatesWire`.
                log.warning("an update could not be read", extra={"event": "unreadable", "update": update.update_id})
                gap = "unreadable"
            await self._learn_channel(update)
            if item := self._reader.read(update):
                items.append(item)
        end = str(updates[-1].update_id + 1) if updates else cursor
        return Batch(tuple(items), end, more=len(updates) == LIMIT, wait=0.0, gap=gap)

    def webhook(self, headers: Mapping[str, str], raw: bytes, query: Mapping[str, str]) -> Hook:
        """One update a call (Bot API, "setWebhook"). Telegram repeats a call that is not answered with 2xx."""
        if not self._options.hooked:
            raise Unsupported("webhook")
        given = headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._options.webhook_secret.encode()):
            raise BadSignature("the secret token is not ours")
        try:
            update = read_update(json.loads(raw))
        except ValueError:
            return Hook(status=400)
        if update is None:
            log.warning("a webhook update could not be read", extra={"event": "unreadable"})
            return Hook()  # asking for it again would bring the same
        item = self._reader.read(update)
        return Hook((item,) if item else ())

    def check(self, act: Act) -> list[Problem]:
        return problems(act, self._caps) + shape_problems(act.media)

    def length(self, text: str) -> int:
        return count(text, Counter.UTF16)

    async def look(self, target: Ref, seen: str) -> Look:
        raise Unsupported("look")  # a bot cannot read a message it was once sent

    async def upload(self, media: Media, key: UUID) -> str:
        raise Unsupported("upload")  # files go out with the post

    async def send(self, act: Act, key: UUID, memo: Mapping[str, str]) -> Receipt:
        """Plain text, never markup. A group that became a supergroup raises `Gone` with `moved_to`: not sent, and
        safe to send again with that ref (which quotes nothing: the old message's new id is unknown).
        """
        refuse(self.check(act))
        if act.verb is Verb.PUBLISH:
            channel = self._options.channel or ""
            sent = await publish(self._call, self._ready(), channel, act, self._options.timeout)
        else:
            sent = await self._reply(act)
        topic = sent.message_thread_id if sent.is_topic_message else None
        ref = {"chat": sent.chat.id, "message": sent.message_id, "topic": topic}
        return Receipt(native_id(sent.chat.id, sent.message_id), link(sent), sent.date, ref)

    async def find(self, act: Act, key: UUID, memo: Mapping[str, str], since: datetime) -> Receipt | Absent:
        raise Unsupported("find")  # a bot cannot read what it has sent

    async def metrics(self, refs: Sequence[Ref]) -> list[Metric]:
        """The channel's followers. Posts have no counts in the Bot API, so naming posts brings nothing."""
        if self._options.channel is None:
            raise Unsupported("metrics")
        if refs:
            return []
        members = await self._call("getChatMemberCount", self._ready().get_chat_member_count(self._options.channel))
        return [Metric("followers", members, datetime.now(UTC))]

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _reply(self, act: Act) -> Message:
        chat, message, topic = target(act.target)
        if chat in self._reader.moved:
            raise Gone("conversation", moved_to=moved(self._reader.moved[chat]))
        quote = None
        if message is not None:
            # False: an answer to nothing, after the comment was deleted, would puzzle everybody.
            quote = ReplyParameters(message, allow_sending_without_reply=False)
        said = self._ready().send_message(
            chat,
            act.text,
            reply_parameters=quote,
            message_thread_id=topic,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return await self._call("sendMessage", said, write=True)

    def _build(self) -> Bot:
        wait = self._options.timeout
        limits: dict[str, Any] = {"connect_timeout": wait, "read_timeout": wait, "write_timeout": wait}
        return Bot(
            self._options.token,
            base_url=f"{self._options.base_url}/bot",
            request=Wire(connection_pool_size=8, pool_timeout=wait, **limits),
            # The library adds the long poll's own time to this read time-out.
            get_updates_request=UpdatesWire(connection_pool_size=1, pool_timeout=wait, **limits),
        )

    def _ready(self) -> Bot:
        if self._bot is None:
            raise RuntimeError("open() comes first")
        return self._bot

    async def _call(self, what: str, call: Coroutine[Any, Any, T], *, write: bool = False, hold: float = 0.0) -> T:
        """Await a method of the library; its errors, and answers it cannot read, become ours."""
        failure: PlatformError
        try:
            async with asyncio.timeout(hold + 4 * self._options.timeout):
                return await call
        except TelegramError as error:
            failure = translate(error, write=write, what=what)
        except (AttributeError, KeyError, TypeError, ValueError, TimeoutError) as error:
            failure = classify(error, write=write, what=what)
        # Raised out here so that no context hangs on it: the library's errors may hold the token.
        raise failure

    async def _learn_channel(self, update: Update) -> None:
        """Whether a channel that speaks in a group is the brand's own can only be told with the group's linked one."""
        message = update.effective_message
        if message is None or not is_channel(message.sender_chat) or message.chat.id in self._reader.channels:
            return
        try:
            chat = await self._call("getChat", self._ready().get_chat(message.chat.id))
        except PlatformError:
            return  # taken for the audience: a card too many, rather than a feed that stands still
        self._reader.channels[message.chat.id] = chat.linked_chat_id
