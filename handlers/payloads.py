"""Reads what Slack sends: one value that says who did what, where, and how to answer them.
It never trusts a payload's shape: what is missing is None, what is malformed is nobody's item.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.team import Place

Body = Mapping[str, Any]


class Source(StrEnum):
    """What kind of thing happened."""

    ACTION = "action"
    SUBMIT = "submit"
    CLOSE = "close"
    COMMAND = "command"
    SHORTCUT = "shortcut"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Aim:
    """What a button's value names: `item`, then `second` (a suggestion or a delivery), then the approval's stamp."""

    item: int
    second: int | None = None
    stamp: str = ""

    @staticmethod
    def read(value: object) -> Aim | None:
        """From `item`, `item:second` or `item:second:stamp` (`second` may be left empty); None for anything else."""
        parts = value.split(":", 2) if isinstance(value, str) else [""]
        item, second = _number(parts[0]), _number(parts[1]) if len(parts) > 1 and parts[1] else None
        if item is None or (second is None and len(parts) > 1 and parts[1]):
            return None
        return Aim(item, second, parts[2] if len(parts) > 2 else "")


def _number(text: str) -> int | None:
    """A row's number: Slack gives values back as we sent them, but anybody's payload may hold anything."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@dataclass(frozen=True, slots=True)
class Click:
    """One thing a person did. `name`: action_id, callback_id, command or event type; `value`: the button's or option's.

    `place`: the message it happened on (None for a window, the Home tab, a command and an ephemeral message);
    `block`: the row of the button, new whenever the message is redrawn; `channel`, `thread`: where an answer only they
    see can go; `under`: the window beneath this one; `memory`: what a window of ours carried.
    """

    source: Source
    name: str
    who: str
    value: str = ""
    block: str = ""
    channel: str | None = None
    place: Place | None = None
    thread: str | None = None
    trigger: str | None = None
    response_url: str | None = None
    home: bool = False
    view: str | None = None
    under: str | None = None
    values: Body = field(default_factory=dict)
    memory: Body = field(default_factory=dict)
    event_id: str | None = None

    @property
    def aim(self) -> Aim | None:
        """What it is about."""
        return Aim.read(self.value)

    def typed(self, name: str, key: str = "value") -> Any:
        """What a field of ours holds (`blocks.field`): None when empty or missing."""
        held = self.values.get(name, {}).get(name, {})
        return held.get(key) if isinstance(held, Mapping) else None


def read(body: Body) -> Click:
    """The click in a Slack payload of any kind."""
    kind = body.get("type")
    if kind == "event_callback":
        return _event(body)
    if "command" in body:
        return _command(body)
    who = str(_part(body, "user").get("id", ""))
    common: dict[str, Any] = {"who": who, "trigger": body.get("trigger_id"), "response_url": body.get("response_url")}
    if kind == "block_actions":
        return _action(body, common)
    if kind in ("view_submission", "view_closed"):
        return _view(body, common, Source.SUBMIT if kind == "view_submission" else Source.CLOSE)
    if kind in ("message_action", "shortcut"):
        message, channel = _part(body, "message"), _part(body, "channel").get("id")
        ts = message.get("thread_ts") or message.get("ts")
        place = Place(channel, ts) if channel and ts else None
        name = str(body.get("callback_id", ""))
        thread = _inside(message.get("thread_ts"), message.get("ts"))
        return Click(Source.SHORTCUT, name, place=place, channel=channel, thread=thread, **common)
    return Click(Source.OTHER, str(kind), **common)


def pack(**memory: object) -> str:
    """What a window of ours carries, for `Click.memory`. Slack: private_metadata takes 3,000 characters."""
    return json.dumps({name: value for name, value in memory.items() if value is not None}, ensure_ascii=False)


def _event(body: Body) -> Click:
    event = _part(body, "event")
    name, who = str(event.get("type", "")), event.get("user")
    return Click(
        Source.EVENT,
        name,
        who if isinstance(who, str) else "",
        value=str(event.get("tab", "")),
        event_id=body.get("event_id"),
    )


def _command(body: Body) -> Click:
    return Click(
        Source.COMMAND,
        str(body["command"]),
        str(body.get("user_id", "")),
        value=str(body.get("text") or "").strip(),
        channel=body.get("channel_id"),
        trigger=body.get("trigger_id"),
        response_url=body.get("response_url"),
    )


def _action(body: Body, common: dict[str, Any]) -> Click:
    actions = body.get("actions")
    action: Body = actions[0] if isinstance(actions, list) and actions else {}
    option = action.get("selected_option")
    value = action.get("value") or (option.get("value") if isinstance(option, Mapping) else "") or ""
    container, view = _part(body, "container"), _part(body, "view")
    channel, ts = container.get("channel_id"), container.get("message_ts")
    stands = bool(channel and ts and not container.get("is_ephemeral"))
    return Click(
        Source.ACTION,
        str(action.get("action_id", "")),
        value=str(value),
        block=str(action.get("block_id", "")),
        channel=channel,
        place=Place(str(channel), str(ts)) if stands else None,
        thread=_inside(container.get("thread_ts"), ts),
        home=view.get("type") == "home",
        view=view.get("id"),
        under=view.get("previous_view_id"),
        values=_part(_part(view, "state"), "values"),
        memory=_memory(view),
        **common,
    )


def _view(body: Body, common: dict[str, Any], source: Source) -> Click:
    view = _part(body, "view")
    memory = _memory(view)
    channel = memory.get("channel")
    return Click(
        source,
        str(view.get("callback_id", "")),
        channel=channel if isinstance(channel, str) else None,
        view=view.get("id"),
        under=view.get("previous_view_id"),
        values=_part(_part(view, "state"), "values"),
        memory=memory,
        **common,
    )


def _inside(thread: str | None, ts: str | None) -> str | None:
    """The thread somebody is in. A card that only has a thread is looked at in the channel: answers belong there."""
    return thread if thread != ts else None


def _memory(view: Body) -> Body:
    try:
        held = json.loads(view.get("private_metadata") or "{}")
    except (TypeError, ValueError):
        return {}
    return held if isinstance(held, Mapping) else {}


def _part(body: Body, name: str) -> Body:
    held = body.get(name)
    return held if isinstance(held, Mapping) else {}
