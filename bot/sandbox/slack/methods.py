"""Every Web API method in one table with scope and rate, and the methods around views and sockets.

It never looks at tokens or the clock: `api` has let the call in already.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack import limits, reading, writing
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.desk import Desk
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import Json
from bot.sandbox.slack.pace import HUNDREDS, TIER_2, TIER_3, TIER_4
from bot.sandbox.slack.views import as_slack as view_json


@dataclass(frozen=True)
class Method:
    """One method: its scope (None: any token), calls a minute (0: paced elsewhere), whose token."""

    call: Callable[[Desk, Args], Json]
    scope: str | None
    per_minute: int
    app_token: bool = False


def connections_open(desk: Desk, args: Args) -> Json:
    """A URL for one socket, good once."""
    return {"url": f"{desk.state.origin.replace('http', 'ws', 1)}/link?ticket={desk.sockets.ticket()}"}


def view_open(desk: Desk, args: Args) -> Json:
    """A modal for the person whose trigger this is."""
    return {"view": view_json(desk.views.open(args.raw("trigger_id"), _view(args)))}


def view_push(desk: Desk, args: Args) -> Json:
    """One more modal on top."""
    return {"view": view_json(desk.views.push(args.raw("trigger_id"), _view(args)))}


def view_update(desk: Desk, args: Args) -> Json:
    """Something else in an open view."""
    view = desk.views.update(args.raw("view_id"), args.raw("external_id"), args.raw("hash"), _view(args))
    return {"view": view_json(view)}


def view_publish(desk: Desk, args: Args) -> Json:
    """A person's Home tab."""
    return {"view": view_json(desk.views.publish(args.raw("user_id"), args.raw("hash"), _view(args)))}


def validate(desk: Desk, args: Args) -> Json:
    """Judge blocks, a message or a view without sending it."""
    given = {name: args.data(name, "invalid_arguments") for name in ("blocks", "message", "view")}
    asked = [name for name, value in given.items() if value is not None]
    if len(asked) != 1:
        raise SlackError("invalid_arguments", "exactly one of blocks, message, view [json-pointer:/]")
    value, problems = given[asked[0]], []
    if asked == ["view"]:
        kind = value.get("type") if isinstance(value, dict) else None
        problems = limits.check_view(value, "home" if kind == "home" else "modal")
    else:
        blocks = value if asked == ["blocks"] else value.get("blocks") if isinstance(value, dict) else None
        problems = limits.check_blocks(blocks, "message")
    if problems:
        told = [limits.split(problem) for problem in problems]
        errors = [{"pointer": at, "code": "invalid", "message": said} for said, at in told]
        raise SlackError(f"invalid_{asked[0]}", errors=errors)
    return {}


def _view(args: Args) -> object:
    return args.data("view", "invalid_arguments")


#: Every method on one screen. Scopes: the method pages; rates: docs "Rate limits". For apps.connections.open the
#: sources disagree (Tier 1 or 3): 20 a minute lets two sockets start and refresh, and stops a connect loop.
METHODS = {
    "apps.connections.open": Method(connections_open, None, TIER_2, app_token=True),
    "auth.test": Method(reading.auth_test, None, HUNDREDS),
    "blocks.validate": Method(validate, None, HUNDREDS),
    "bookmarks.add": Method(writing.bookmark, "bookmarks:write", TIER_2),
    "chat.delete": Method(writing.delete, "chat:write", TIER_3),
    "chat.getPermalink": Method(reading.permalink, None, HUNDREDS),
    "chat.postEphemeral": Method(writing.post_ephemeral, "chat:write", TIER_4),
    "chat.postMessage": Method(writing.post, "chat:write", 0),
    "chat.update": Method(writing.update, "chat:write", TIER_3),
    "conversations.history": Method(reading.history, "channels:history", TIER_3),
    "conversations.info": Method(reading.conversation, "channels:read", TIER_3),
    "conversations.open": Method(reading.open_direct, "im:write", TIER_3),
    "conversations.replies": Method(reading.replies, "channels:history", TIER_3),
    "files.completeUploadExternal": Method(writing.upload_done, "files:write", TIER_4),
    "files.getUploadURLExternal": Method(writing.upload_url, "files:write", TIER_4),
    "reactions.add": Method(writing.react, "reactions:write", TIER_3),
    "usergroups.list": Method(reading.groups, "usergroups:read", TIER_2),
    "usergroups.users.list": Method(reading.group_users, "usergroups:read", TIER_2),
    "users.info": Method(reading.user, "users:read", TIER_4),
    "views.open": Method(view_open, None, TIER_4),
    "views.publish": Method(view_publish, None, TIER_4),
    "views.push": Method(view_push, None, TIER_4),
    "views.update": Method(view_update, None, TIER_4),
}
