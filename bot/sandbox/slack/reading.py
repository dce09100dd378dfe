"""Web API methods that only look: the app itself, channels, threads, people, groups.

It never changes anything but opening a direct conversation that was not open yet.
"""

from bot.sandbox.slack import payloads, seed
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.desk import Desk
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import as_slack as message_json
from bot.sandbox.slack.model import Channel, Json, Message

#: conversations.history and .replies give at most this many.
PAGE_MOST = 999


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
    """A channel's messages, newest first; only with a scope the sandbox does not grant by itself."""
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


def _readable(desk: Desk, args: Args) -> Channel:
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
