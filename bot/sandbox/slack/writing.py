"""Web API methods that put something into a channel: messages, files, reactions, bookmarks.

It never looks at tokens or the clock: `api` has let the call in already.
"""

from bot.sandbox.slack import seed
from bot.sandbox.slack.args import Args
from bot.sandbox.slack.desk import Desk
from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.messages import as_slack as message_json
from bot.sandbox.slack.model import Json


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
