"""What the bot may and may not do, found out when the account is opened, before the first comment is lost to it.
It never changes anything, and a chat that cannot be looked at is reported, not raised.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from telegram import Bot, ChatFullInfo, ChatMember, ChatMemberAdministrator, ChatMemberRestricted
from telegram.constants import ChatMemberStatus, ChatType

from platforms.errors import Gone, Rejected
from platforms.telegram.options import Options
from platforms.telegram.parsing import Reader
from platforms.telegram.wire import Call


@dataclass(slots=True)
class Findings:
    """For `AccountInfo`; permissions are in the Bot API's own words, with the chat they concern."""

    granted: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


async def audit(call: Call, bot: Bot, options: Options, reader: Reader) -> Findings:
    """Look at the bot, the webhook and every chat the settings name; tell `reader` what it learns of them."""
    found = Findings()
    reads_all = bool(bot.bot.can_read_all_group_messages)
    if reads_all:
        found.granted.append("can_read_all_group_messages")
    if not options.hooked and (await call("getWebhookInfo", bot.get_webhook_info())).url:
        found.notes.append("telegram.webhook_set")
    for name in options.chats:
        await _group(call, bot, name, reader, found, reads_all=reads_all)
    if not options.chats and not reads_all:
        # Where the bot is administrator it reads everything all the same, but which groups those are nobody tells.
        found.notes.append("telegram.privacy_mode")
    if options.channel is not None:
        await _channel(call, bot, options.channel, found)
    return found


async def _group(call: Call, bot: Bot, name: int | str, reader: Reader, found: Findings, *, reads_all: bool) -> None:
    chat = await _chat(call, bot, name, found)
    if chat is None:
        return
    if chat.id != name and isinstance(name, int):
        found.notes.append("telegram.chat_moved")
        reader.moved[name] = chat.id
    reader.groups.add(chat.id)
    reader.channels[chat.id] = chat.linked_chat_id
    member = await _member(call, bot, chat, found)
    if member is None:
        return
    if not reads_all and member.status != ChatMemberStatus.ADMINISTRATOR:
        found.missing.append(f"can_read_all_group_messages in {chat.effective_name}")
        found.notes.append("telegram.privacy_mode")
    if isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
        found.missing.append(f"can_send_messages in {chat.effective_name}")


async def _channel(call: Call, bot: Bot, name: int | str, found: Findings) -> None:
    chat = await _chat(call, bot, name, found)
    if chat is None:
        return
    if chat.type != ChatType.CHANNEL:
        found.missing.append(f"channel {name}: it is a {chat.type}")
        return
    member = await _member(call, bot, chat, found)
    if isinstance(member, ChatMemberAdministrator) and member.can_post_messages:
        found.granted.append(f"can_post_messages in {chat.effective_name}")
    elif member is not None:
        found.missing.append(f"can_post_messages in {chat.effective_name}")


async def _chat(call: Call, bot: Bot, name: int | str, found: Findings) -> ChatFullInfo | None:
    try:
        chat: ChatFullInfo = await call("getChat", bot.get_chat(name))
    except Gone as gone:
        if gone.moved_to and isinstance(new := gone.moved_to.get("chat"), int) and new != name:
            return await _chat(call, bot, new, found)
        found.missing.append(f"membership of {name}")
        return None
    except Rejected:
        found.missing.append(f"membership of {name}")
        return None
    return chat


async def _member(call: Call, bot: Bot, chat: ChatFullInfo, found: Findings) -> ChatMember | None:
    try:
        member: ChatMember = await call("getChatMember", bot.get_chat_member(chat.id, bot.bot.id))
    except Rejected:
        found.missing.append(f"membership of {chat.effective_name}")
        return None
    if member.status in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
        found.missing.append(f"membership of {chat.effective_name}")
        return None
    return member
