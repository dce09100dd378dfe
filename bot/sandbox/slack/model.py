"""The nouns of a Slack workspace: people, channels, messages, views, files, and what short-lived ids stand for.

They never talk to anybody: changing them is the business of `state`, `messages` and `views`.
"""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
#: `state.values` of a surface: block_id -> action_id -> {"type", "value" or "selected_…"}.
Values = dict[str, dict[str, Json]]


@dataclass
class User:
    """A member of the workspace; `locale` like "zh-TW", `tz` an IANA zone, `tz_offset` in seconds."""

    id: str
    name: str
    real_name: str
    locale: str
    tz: str
    tz_offset: int = 0
    is_bot: bool = False
    is_admin: bool = False


@dataclass
class Group:
    """A user group (`<!subteam^S…>`)."""

    id: str
    handle: str
    name: str
    users: list[str]


@dataclass
class Channel:
    """A public channel, or a direct conversation when `user` is set."""

    id: str
    name: str
    topic: str
    members: list[str]
    user: str | None = None


@dataclass
class Message:
    """A message in a channel, or one that only `only_for` can see (then `id` names it)."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json]
    thread_ts: str | None = None
    edited: Json | None = None
    files: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    pings: list[str] = field(default_factory=list)
    reactions: list[Json] = field(default_factory=list)
    replies: list[str] = field(default_factory=list)
    broadcast: bool = False
    deleted: bool = False
    id: str = ""
    only_for: str | None = None
    typed: dict[str, Values] = field(default_factory=dict)

    def as_json(self) -> Json:
        """What a person's client knows about it."""
        shown: Json = {
            "ts": self.ts,
            "user": self.user,
            "text": self.text,
            "blocks": self.blocks,
            "thread_ts": self.thread_ts,
            "reply_count": len(self.replies),
            "edited": self.edited,
            "files": self.files,
            "metadata": self.metadata,
            "pings": self.pings,
            "reactions": self.reactions,
            "broadcast": self.broadcast,
            "deleted": self.deleted,
        }
        if self.only_for:
            shown |= {"id": self.id, "channel": self.channel}
        return shown


@dataclass
class View:
    """A modal or a Home tab of one person; `body` is what the app gave, `typed` what the person entered."""

    id: str
    user: str
    body: Json
    hash: str
    root: str
    previous: str | None = None
    typed: Values = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


@dataclass
class Trigger:
    """What a trigger_id stands for: one person's right, for seconds and once, to be shown a modal."""

    user: str
    expires: float
    view: str | None
    used: bool = False


@dataclass
class Hook:
    """What a response_url stands for: an answer to one interaction, a few times, for half an hour."""

    user: str
    channel: str
    expires: float
    uses: int
    message: Message | None


@dataclass
class File:
    """An upload of the app's (announced, then filled, then shared), or a file a person put into a window."""

    id: str
    name: str
    length: int
    user: str
    content: bytes | None = None
    title: str = ""
    shared: bool = False


@dataclass
class Notice:
    """Something Slack itself tells one person."""

    id: int
    user: str
    kind: str
    text: str


@dataclass
class Pending:
    """An interaction that waits for its ack; `what` is its kind, `where` the action, view or command."""

    id: int
    user: str
    what: str
    where: str
