"""What each Web API method does, and one table of them all with scope and rate.

It never looks at tokens or the clock: `api` has let the call in already.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.slack import limits, payloads, seed
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.messages import as_slack as message_json
from bot.sandbox.slack.model import Channel, Json, Message
from bot.sandbox.slack.pace import HUNDREDS, TIER_2, TIER_3, TIER_4
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.views import Views
from bot.sandbox.slack.views import as_slack as view_json

#: conversations.history and .replies give at most this many.
PAGE_MOST = 999


@dataclass(frozen=True)
class Desk:
    """What the methods work with."""

    state: State
    messages: Messages
    views: Views
    sockets: Sockets
    files: Files


@dataclass(frozen=True)
class Method:
    """One method: its scope (None: any token), calls a minute (0: paced elsewhere), whose token."""

    call: Callable[[Desk, Args], Json]
    scope: str | None
    per_minute: int
    app_token: bool = False


def auth_test(desk: Desk, args: Args) -> Json:
    """Who am I."""
    return {
        "url": f"https://{seed.TEAM['domain']}.slack.com/",
        "team": seed.TEAM["name"],
        "team_id": seed.TEAM["id"],
        "user": desk.state.users[seed.BOT].name,
        "user_id": seed.BOT,
        "bot_id": seed.BOT_ID,
        "is_enterprise_install": False,
    }


def connections_open(desk: Desk, args: Args) -> Json:
    """A URL for one socket, good once."""
    return {"url": f"{desk.state.origin.replace('http', 'ws', 1)}/link?ticket={desk.sockets.ticket()}"}


def post(desk: Desk, args: Args) -> Json:
    """A message to a channel, or to a person by id."""
    channel = desk.messages.audience(args.need("channel"))
    content = desk.messages.content(args.message())
    message = desk.messages.post(
        channel, content, thread_ts=args.raw("thread_ts"), broadcast=args.flag("reply_broadcast")
    )
    return {"channel": channel.id, "ts": message.ts, "message": message_json(message)}


def update(desk: Desk, args: Args) -> Json:
    """Other words for an own message."""
    channel = desk.state.channel(args.need("channel"))
    message = desk.messages.own(channel, args.need("ts"), "cant_update_message")
    content = desk.messages.content(args.message(), required=args.raw("metadata") is None)
    if not content.text and not content.blocks:
        message.metadata = content.metadata
    else:
        desk.messages.update(message, content)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message_json(message)}


def post_ephemeral(desk: Desk, args: Args) -> Json:
    """A message only one person sees."""
    channel = desk.messages.audience(args.need("channel"))
    content = desk.messages.content(args.message())
    message = desk.messages.whisper(channel, args.need("user"), content, thread_ts=args.raw("thread_ts"))
    return {"message_ts": message.ts}


def delete(desk: Desk, args: Args) -> Json:
    """Take an own message away."""
    channel = desk.state.channel(args.need("channel"))
    message = desk.messages.own(channel, args.need("ts"), "cant_delete_message")
    desk.messages.delete(message)
    return {"channel": channel.id, "ts": message.ts}


def permalink(desk: Desk, args: Args) -> Json:
    """Where a message can be seen: on this server's own page."""
    channel = desk.state.channel(args.need("channel"))
    message = desk.state.message(channel.id, args.need("message_ts"))
    if message is None:
        raise SlackError("message_not_found")
    place = f"{desk.state.origin}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    if message.thread_ts and message.thread_ts != message.ts:
        place += f"?thread_ts={message.thread_ts}&cid={channel.id}"
    return {"channel": channel.id, "permalink": place}


def history(desk: Desk, args: Args) -> Json:
    """A channel's messages, newest first; only if the sandbox is told to allow it."""
    channel = _readable(desk, args)
    top = [m for m in desk.state.messages[channel.id].values() if m.thread_ts in (None, m.ts) or m.broadcast]
    return _page(list(reversed(top)), args)


def replies(desk: Desk, args: Args) -> Json:
    """A thread, its parent first."""
    channel = _readable(desk, args)
    parent = desk.state.message(channel.id, args.need("ts"))
    if parent is None:
        raise SlackError("thread_not_found")
    found = [parent, *(desk.state.messages[channel.id][ts] for ts in parent.replies)]
    return _page(found, args)


def conversation(desk: Desk, args: Args) -> Json:
    """About a channel."""
    return {"channel": _channel_json(desk.state.channel(args.need("channel")))}


def open_direct(desk: Desk, args: Args) -> Json:
    """The direct conversation with one person."""
    users = args.need("users").split(",")
    if len(users) != 1:
        raise SlackError("invalid_arguments", "only direct conversations here [json-pointer:/users]")
    return {"channel": {"id": desk.state.direct(users[0]).id}}


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


def user(desk: Desk, args: Args) -> Json:
    """About a person; their locale only with include_locale."""
    found = desk.state.users.get(args.need("user"))
    if found is None:
        raise SlackError("user_not_found")
    return {"user": payloads.user_json(found, locale=args.flag("include_locale"))}


def groups(desk: Desk, args: Args) -> Json:
    """The user groups."""
    listed = []
    for group in desk.state.groups.values():
        shown: Json = {"id": group.id, "team_id": seed.TEAM["id"], "handle": group.handle, "name": group.name}
        listed.append(shown | ({"users": group.users} if args.flag("include_users") else {}))
    return {"usergroups": listed}


def group_users(desk: Desk, args: Args) -> Json:
    """Who is in a user group."""
    group = desk.state.groups.get(args.need("usergroup"))
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": group.users}


def upload_url(desk: Desk, args: Args) -> Json:
    """Announce a file."""
    return desk.files.announce(args.need("filename"), args.number("length", 0), args.text("alt_txt"))


def upload_done(desk: Desk, args: Args) -> Json:
    """Share announced and sent files."""
    listed = args.data("files", "invalid_arguments")
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise SlackError("invalid_arguments", "must provide an array [json-pointer:/files]")
    named = args.text("channels") or args.text("channel_id")
    channels = [name for name in named.split(",") if name]
    thread_ts = args.text("thread_ts") or None
    return desk.files.share(listed, channels, args.text("initial_comment"), thread_ts)


def react(desk: Desk, args: Args) -> Json:
    """An emoji on a message."""
    channel = desk.state.channel(args.need("channel"))
    message = desk.state.message(channel.id, args.need("timestamp"))
    if message is None:
        raise SlackError("message_not_found")
    name = args.need("name")
    if any(seen["name"] == name and seed.BOT in seen["users"] for seen in message.reactions):
        raise SlackError("already_reacted")
    message.reactions.append({"name": name, "users": [seed.BOT], "count": 1})
    desk.state.changed("message_changed", channel=channel.id, ts=message.ts)
    return {}


def bookmark(desk: Desk, args: Args) -> Json:
    """A link at the top of a channel."""
    channel = desk.state.channel(args.need("channel_id"))
    if args.need("type") != "link" or not args.need("link").startswith(("http://", "https://")):
        raise SlackError("invalid_link")
    added = {
        "id": desk.state.new_id("Bk"),
        "channel_id": channel.id,
        "title": args.need("title"),
        "link": args.need("link"),
        "type": "link",
    }
    desk.state.bookmarks.append(added)
    desk.state.changed("bookmark", channel=channel.id)
    return {"bookmark": added}


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


def _readable(desk: Desk, args: Args) -> Channel:
    if not desk.state.settings.history:
        provided = ",".join(desk.state.settings.scopes)
        raise SlackError("missing_scope", needed="channels:history", provided=provided)
    channel = desk.state.channel(args.need("channel"))
    if seed.BOT not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _page(found: list[Message], args: Args) -> Json:
    oldest, latest = args.text("oldest", "0"), args.text("latest", "inf")
    inclusive, limit = args.flag("inclusive"), args.number("limit", 100)
    start = args.number("cursor", 0) if args.text("cursor") else 0

    def wanted(message: Message) -> bool:
        ts, low, high = float(message.ts), float(oldest), float(latest)
        return low < ts < high or (inclusive and ts in (low, high))

    chosen = [message for message in found if wanted(message)]
    page = chosen[start : start + max(1, min(limit, PAGE_MOST))]
    shown = [message_json(message) for message in page]
    if not args.flag("include_all_metadata"):
        for message in shown:
            message.pop("metadata", None)
    after = start + len(page)
    more = after < len(chosen)
    return {
        "messages": shown,
        "has_more": more,
        "response_metadata": {"next_cursor": str(after) if more else ""},
    }


def _channel_json(channel: Channel) -> Json:
    direct = channel.user is not None
    shown: Json = {"id": channel.id, "is_im": direct, "is_channel": not direct, "is_archived": False}
    if direct:
        return shown | {"user": channel.user}
    return shown | {
        "name": channel.name,
        "is_private": False,
        "is_member": seed.BOT in channel.members,
        "topic": {"value": channel.topic},
        "num_members": len(channel.members),
    }


#: Every method on one screen. Scopes: the method pages; rates: docs "Rate limits". For apps.connections.open the
#: sources disagree (Tier 1 or 3): 20 a minute lets two sockets start and refresh, and stops a connect loop.
METHODS = {
    "apps.connections.open": Method(connections_open, None, TIER_2, app_token=True),
    "auth.test": Method(auth_test, None, HUNDREDS),
    "blocks.validate": Method(validate, None, HUNDREDS),
    "bookmarks.add": Method(bookmark, "bookmarks:write", TIER_2),
    "chat.delete": Method(delete, "chat:write", TIER_3),
    "chat.getPermalink": Method(permalink, None, HUNDREDS),
    "chat.postEphemeral": Method(post_ephemeral, "chat:write", TIER_4),
    "chat.postMessage": Method(post, "chat:write", 0),
    "chat.update": Method(update, "chat:write", TIER_3),
    "conversations.history": Method(history, "channels:history", TIER_3),
    "conversations.info": Method(conversation, "channels:read", TIER_3),
    "conversations.open": Method(open_direct, "im:write", TIER_3),
    "conversations.replies": Method(replies, "channels:history", TIER_3),
    "files.completeUploadExternal": Method(upload_done, "files:write", TIER_4),
    "files.getUploadURLExternal": Method(upload_url, "files:write", TIER_4),
    "reactions.add": Method(react, "reactions:write", TIER_3),
    "usergroups.list": Method(groups, "usergroups:read", TIER_2),
    "usergroups.users.list": Method(group_users, "usergroups:read", TIER_2),
    "users.info": Method(user, "users:read", TIER_4),
    "views.open": Method(view_open, None, TIER_4),
    "views.publish": Method(view_publish, None, TIER_4),
    "views.push": Method(view_push, None, TIER_4),
    "views.update": Method(view_update, None, TIER_4),
}
