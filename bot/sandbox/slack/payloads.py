"""Builds what Slack sends an app when a person does something, field by field as the real one.

It never sends and never decides.
"""

import time
from typing import Any

from bot.sandbox.slack import elements, mrkdwn, seed
from bot.sandbox.slack.messages import as_slack as message_json
from bot.sandbox.slack.model import Channel, Json, Message, User, View
from bot.sandbox.slack.views import as_slack as view_json


def common(kind: str, user: User, trigger: str) -> Json:
    """What every interaction payload begins with."""
    return {
        "type": kind,
        "token": seed.VERIFICATION_TOKEN,
        "api_app_id": seed.APP_ID,
        "team": {"id": seed.TEAM["id"], "domain": seed.TEAM["domain"]},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": seed.TEAM["id"]},
        "trigger_id": trigger,
    }


def action(block: Json, element: Json, entered: Json) -> Json:
    """One entry of `actions`."""
    said: Json = {
        "type": element["type"],
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "action_ts": f"{time.time():.6f}",
    }
    for name in ("text", "value", "style", "url", "placeholder"):
        if name in element and element["type"] in (*elements.STATELESS, "url_text_input"):
            said[name] = element[name]
    return said | entered


def on_message(message: Message, channel: Channel, user: User, response_url: str) -> Json:
    """The part of block_actions that says which message it happened in."""
    container: Json = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.only_for is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    said: Json = {
        "container": container,
        "channel": {"id": channel.id, "name": channel.name},
        "state": {"values": elements.values(message.blocks, message.typed.get(user.id, {}))},
        "response_url": response_url,
    }
    if message.only_for is None:  # an ephemeral message comes without its content
        said["message"] = message_json(message)
    return said


def on_view(view: View) -> Json:
    """The part of block_actions that says which view it happened in."""
    return {"container": {"type": "view", "view_id": view.id}, "view": view_json(view)}


def command(user: User, channel: Channel, name: str, text: str, trigger: str, response_url: str) -> Json:
    """A slash command (a flat form, hence the string "false")."""
    return {
        "token": seed.VERIFICATION_TOKEN,
        "team_id": seed.TEAM["id"],
        "team_domain": seed.TEAM["domain"],
        "channel_id": channel.id,
        "channel_name": channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": name,
        "text": mrkdwn.escape(text),
        "api_app_id": seed.APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def event(body: Json, event_id: str) -> Json:
    """An Events API callback."""
    return {
        "token": seed.VERIFICATION_TOKEN,
        "team_id": seed.TEAM["id"],
        "api_app_id": seed.APP_ID,
        "type": "event_callback",
        "event": body,
        "event_id": event_id,
        "event_time": int(time.time()),
        "is_ext_shared_channel": False,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": seed.TEAM["id"],
                "user_id": seed.BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
    }


def user_json(user: User, *, locale: bool) -> dict[str, Any]:
    """A member as users.info gives it; `locale` only when asked for."""
    shown: Json = {
        "id": user.id,
        "team_id": seed.TEAM["id"],
        "name": user.name,
        "real_name": user.real_name,
        "deleted": False,
        "tz": user.tz,
        "tz_offset": user.tz_offset,
        "is_admin": user.is_admin,
        "is_owner": False,
        "is_bot": user.is_bot,
        "profile": {"real_name": user.real_name, "display_name": user.name},
    }
    return shown | ({"locale": user.locale} if locale else {})
