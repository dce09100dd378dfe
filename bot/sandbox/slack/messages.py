"""Posting, changing and deleting messages under Slack's rules, for the app and for people.

It never limits how often (that is `api`) nor judges blocks itself (that is `limits`).
"""

import json
from dataclasses import dataclass

from bot.sandbox.slack import elements, limits, mrkdwn, seed
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import Channel, Json, Message
from bot.sandbox.slack.state import State

#: chat.update refuses more; chat.postMessage has been seen to split at 4,040, so that its `ts` names only a part.
TEXT_MOST = 4000
#: chat.postMessage `markdown_text` (docs).
MARKDOWN_MOST = 12_000
#: Undocumented: bolt-js issue 2509 measured `msg_blocks_too_long` from about 13,200 characters of blocks.
BLOCKS_MOST = 13_200
#: `metadata_too_large` exists, its number is not documented; nobody needs more than an id here.
METADATA_MOST = 8000


@dataclass(frozen=True)
class Content:
    """What a message says, checked."""

    text: str
    blocks: list[Json]
    metadata: Json | None = None
    pings: tuple[str, ...] = ()


class Messages:
    """All messages of the workspace."""

    def __init__(self, state: State) -> None:
        self._state = state

    def content(self, given: Json, *, required: bool = True) -> Content:
        """Check text, blocks, markdown_text and metadata as chat.postMessage does; raises SlackError."""
        text, markdown = given.get("text") or "", given.get("markdown_text")
        blocks = given.get("blocks") or []
        if markdown is not None:
            if text or blocks:
                raise SlackError("markdown_text_conflict")
            if limits.length(markdown) > MARKDOWN_MOST:
                raise SlackError("msg_too_long")
            text = markdown
        if not isinstance(text, str):
            raise SlackError("invalid_arguments", "must provide a string [json-pointer:/text]")
        if not text.strip() and not blocks and required:
            raise SlackError("no_text")
        if markdown is None and limits.length(text) > TEXT_MOST:
            raise SlackError("msg_too_long")
        blocks, packed = self._blocks(blocks)
        named = None
        if given.get("link_names") or given.get("parse") == "full":
            named = {"channel": "@channel", "here": "@here", "everyone": "@everyone"}
            named |= {group.handle: group.id for group in self._state.groups.values()}
        pings = mrkdwn.pings(text, blocks if mrkdwn.may_ping(packed) else [], named=named)
        return Content(mrkdwn.settle(text), blocks, self._metadata(given.get("metadata")), tuple(pings))

    def audience(self, given: object) -> Channel:
        """Where the app may post: a channel it is in (or public with chat:write.public), or a person's id."""
        if isinstance(given, str) and given in self._state.users:
            return self._state.direct(given)
        channel = self._state.channel(given)
        if seed.BOT not in channel.members and "chat:write.public" not in self._state.settings.scopes:
            raise SlackError("not_in_channel")
        return channel

    def post(
        self,
        channel: Channel,
        content: Content,
        *,
        user: str = seed.BOT,
        thread_ts: object = None,
        broadcast: bool = False,
        files: list[Json] | None = None,
    ) -> Message:
        """A new message, in a thread when `thread_ts` names its parent."""
        parent = self.parent(channel, thread_ts)
        message = Message(
            channel.id,
            self._state.new_ts(),
            user,
            content.text,
            content.blocks,
            parent.ts if parent else None,
            files=files or [],
            metadata=content.metadata,
            pings=list(content.pings),
            broadcast=broadcast and parent is not None,
        )
        self._state.messages[channel.id][message.ts] = message
        if parent:
            parent.thread_ts = parent.ts
            parent.replies.append(message.ts)
        self._state.changed("message", channel=channel.id, ts=message.ts, thread_ts=message.thread_ts)
        return message

    def parent(self, channel: Channel, thread_ts: object) -> Message | None:
        """The message a thread hangs on; a reply's own ts, or one of nothing, is refused."""
        if thread_ts in (None, ""):
            return None
        parent = self._state.message(channel.id, thread_ts)
        if parent is None:
            raise SlackError("thread_not_found")
        if parent.thread_ts not in (None, parent.ts):
            raise SlackError("cannot_reply_to_message")
        return parent

    def whisper(self, channel: Channel, user: str, content: Content, *, thread_ts: object = None) -> Message:
        """A message only `user` sees; gone with the sandbox, never in the channel's history."""
        if user not in self._state.users:
            raise SlackError("user_not_found")
        if user not in channel.members:
            raise SlackError("user_not_in_channel")
        parent = self.parent(channel, thread_ts)
        message = Message(
            channel.id,
            self._state.new_ts(),
            seed.BOT,
            content.text,
            content.blocks,
            parent.ts if parent else None,
            pings=list(content.pings),
            id=self._state.next_ephemeral(),
            only_for=user,
        )
        if parent and not parent.replies:
            # docs, chat.postEphemeral: in a thread nobody has answered yet, it is taken and shown to nobody.
            self._state.changed("ephemeral_unseen", user=user, channel=channel.id)
            return message
        self._state.ephemerals[message.id] = message
        self._state.changed("ephemeral", user=user, id=message.id, channel=channel.id)
        return message

    def own(self, channel: Channel, ts: object, refusal: str) -> Message:
        """A message of the app's, by channel and ts; raises message_not_found or `refusal`."""
        message = self._state.message(channel.id, ts)
        if message is None:
            raise SlackError("message_not_found")
        if message.user != seed.BOT:
            raise SlackError(refusal)
        return message

    def update(self, message: Message, content: Content) -> None:
        """Replace what a message says: text alone drops its blocks, blocks bring no "(edited)" mark."""
        message.text = content.text
        message.blocks = content.blocks
        if content.metadata is not None:
            message.metadata = content.metadata
        # Whom it ever pinged stays on record: an edit does not unsend a notification.
        message.pings = list(dict.fromkeys([*message.pings, *content.pings]))
        message.edited = None if content.blocks else {"user": message.user, "ts": self._state.new_ts()}
        message.typed.clear()
        if message.only_for:
            self._state.changed("ephemeral", user=message.only_for, id=message.id, channel=message.channel)
        else:
            self._state.changed("message_changed", channel=message.channel, ts=message.ts)

    def delete(self, message: Message) -> None:
        """Take a message away; one that carries a thread leaves a tombstone in its place."""
        if message.only_for:
            self._state.ephemerals.pop(message.id, None)
            self._state.changed("ephemeral", user=message.only_for, id=message.id, channel=message.channel)
            return
        held = self._state.messages[message.channel]
        message.deleted = True
        message.text, message.blocks, message.files = "", [], []
        if not message.replies:
            del held[message.ts]
        parent = held.get(message.thread_ts or "")
        if parent and message.ts in parent.replies:
            parent.replies.remove(message.ts)
        self._state.changed("message_deleted", channel=message.channel, ts=message.ts)

    def _blocks(self, blocks: object) -> tuple[list[Json], str]:
        """The blocks, checked and named, and the JSON they came as."""
        if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
            raise SlackError("invalid_blocks_format")
        problems = limits.check_blocks(blocks, "message")
        if problems:
            raise SlackError("invalid_blocks", *problems, errors=problems)
        packed = json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))
        if limits.length(packed) > BLOCKS_MOST:
            raise SlackError("msg_blocks_too_long")
        # A copy of our own to put ids into: the log keeps what came.
        kept: list[Json] = json.loads(packed)
        elements.name_parts(kept)
        return kept, packed

    def _metadata(self, metadata: object) -> Json | None:
        if metadata in (None, "", {}):
            return None
        if (
            not isinstance(metadata, dict)
            or not isinstance(metadata.get("event_type"), str)
            or not isinstance(metadata.get("event_payload"), dict)
        ):
            raise SlackError("invalid_metadata_format")
        if limits.length(json.dumps(metadata, ensure_ascii=False)) > METADATA_MOST:
            raise SlackError("metadata_too_large")
        return metadata


def as_slack(message: Message) -> Json:
    """A message as the Web API and interaction payloads carry it."""
    shown: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    if message.user == seed.BOT:
        shown |= {"bot_id": seed.BOT_ID, "app_id": seed.APP_ID, "team": seed.TEAM["id"]}
    for name in ("blocks", "edited", "files", "thread_ts", "metadata", "reactions"):
        if value := getattr(message, name):
            shown[name] = value
    if message.replies:
        shown |= {"reply_count": len(message.replies), "latest_reply": message.replies[-1]}
    return shown
