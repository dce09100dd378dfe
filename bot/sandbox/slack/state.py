"""Everything the workspace remembers, in memory, and the bus that hears of each change.

It never enforces Slack's rules: `messages`, `views` and `api` do, before they write here.
"""

import copy
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, islice
from typing import Any

from bot.sandbox.bus import Bus
from bot.sandbox.slack import seed
from bot.sandbox.slack.errors import NoSuchThing, SlackError
from bot.sandbox.slack.model import Channel, File, Hook, Json, Message, Notice, Pending, Trigger, User, View
from bot.sandbox.slack.settings import Settings

#: How many triggers, response_urls and notices are remembered: days of use, yet not a leak.
SHORT_LIVED_MOST = 5000


class State:
    """The workspace's memory. Ids are Slack-shaped: `C…`, `U…`, `V…`, `F…`."""

    def __init__(self, bus: Bus, settings: Settings) -> None:
        self.bus = bus
        self.settings = settings
        self.origin = ""
        self.users = {user.id: copy.deepcopy(user) for user in seed.USERS}
        self.channels = {channel.id: copy.deepcopy(channel) for channel in seed.CHANNELS}
        self.groups = {group.id: copy.deepcopy(group) for group in seed.GROUPS}
        self.messages: dict[str, dict[str, Message]] = {name: {} for name in self.channels}
        self.ephemerals: dict[str, Message] = {}
        self.homes: dict[str, View] = {}
        self.views: dict[str, list[View]] = {}
        self.triggers: dict[str, Trigger] = {}
        self.hooks: dict[str, Hook] = {}
        self.files: dict[str, File] = {}
        self.bookmarks: list[Json] = []
        self.notices: list[Notice] = []
        self.pending: list[Pending] = []
        self._numbers = count(1)
        self._last_ts = 0

    def changed(self, kind: str, **data: object) -> None:
        """Tell the bus, topic "slack"."""
        self.bus.publish("slack", kind, **data)

    def new_ts(self) -> str:
        """A message timestamp: seconds and microseconds of the epoch, never the same twice."""
        self._last_ts = max(int(time.time() * 1_000_000), self._last_ts + 1)
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def new_id(self, prefix: str) -> str:
        """An id of Slack's shape: one letter and ten of A-Z, 2-9."""
        letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
        return prefix + "0" + "".join(secrets.choice(letters) for _ in range(9))

    def user(self, user_id: object) -> User:
        """The member; raises NoSuchThing for a person's door."""
        if not isinstance(user_id, str) or user_id not in self.users:
            raise NoSuchThing("no_such_user")
        return self.users[user_id]

    def channel(self, channel_id: object) -> Channel:
        """The channel by id (names are refused, as files and webhooks do); raises SlackError."""
        if not isinstance(channel_id, str) or channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def direct(self, user_id: str) -> Channel:
        """The app's direct conversation with a person, opened when there is none."""
        if user_id not in self.users or self.users[user_id].is_bot:
            raise SlackError("user_not_found")
        for channel in self.channels.values():
            if channel.user == user_id:
                return channel
        channel = Channel(self.new_id("D"), "directmessage", "", [seed.BOT, user_id], user_id)
        self.channels[channel.id] = channel
        self.messages[channel.id] = {}
        self.changed("channel", channel=channel.id)
        return channel

    def message(self, channel_id: str, ts: object) -> Message | None:
        """A visible message of a channel, or None."""
        found = self.messages.get(channel_id, {}).get(ts) if isinstance(ts, str) else None
        return None if found is None or found.deleted else found

    def newest(self, channel_id: str, most: int | None = None) -> list[Message]:
        """A channel's messages, oldest first: all, or the newest `most` with the parents of their threads."""
        held = self.messages[channel_id]
        if most is None or len(held) <= most:
            return list(held.values())
        kept = list(islice(reversed(held.values()), most))[::-1]
        names = {message.ts for message in kept}
        parents = {message.thread_ts for message in kept} - names
        return [*sorted((held[ts] for ts in parents if ts in held), key=lambda one: one.ts), *kept]

    def new_trigger(self, user: str, view: View | None = None) -> str:
        """A trigger_id for this person; `view` is the modal the interaction happened in."""
        name = f"{next(self._numbers)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        expires = time.monotonic() + self.settings.trigger_seconds
        _forget_oldest(self.triggers)
        self.triggers[name] = Trigger(user, expires, view.id if view else None)
        return name

    def new_hook(self, user: str, channel: str, message: Message | None = None) -> str:
        """The id of a response_url for one interaction."""
        name = secrets.token_hex(12)
        _forget_oldest(self.hooks)
        self.hooks[name] = Hook(
            user, channel, time.monotonic() + self.settings.hook_seconds, self.settings.hook_uses, message
        )
        return name

    def notice(self, user: str, kind: str, text: str) -> None:
        """Slack itself tells this person something."""
        notice = Notice(next(self._numbers), user, kind, text)
        self.notices.append(notice)
        del self.notices[:-SHORT_LIVED_MOST]
        self.changed("notice", user=user, id=notice.id, notice=kind, text=text)

    def next_ephemeral(self) -> str:
        """An id for a message only one person sees."""
        return f"E{next(self._numbers)}"

    @contextmanager
    def waiting(self, user: str, what: str, where: str) -> Iterator[None]:
        """Show an interaction as waiting for its ack while the block runs."""
        pending = Pending(next(self._numbers), user, what, where)
        self.pending.append(pending)
        self.changed("pending", user=user, id=pending.id, what=what, where=where)
        try:
            yield
        finally:
            self.pending.remove(pending)
            self.changed("answered", user=user, id=pending.id)


def _forget_oldest(held: dict[str, Any]) -> None:
    while len(held) >= SHORT_LIVED_MOST:
        del held[next(iter(held))]
