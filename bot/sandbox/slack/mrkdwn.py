"""Slack's message markup: what is a control sequence, what is loose text, and whom a message would notify.

It never renders anything.
"""

import regex

from bot.sandbox.slack.model import Json

#: `<…>` that Slack takes as a control sequence; any other angle bracket is just a character.
_CONTROL = regex.compile(
    r"<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+|!(?:channel|here|everyone|subteam\^S[A-Z0-9]+)|!date\^[^<>|]+"
    r"|(?:https?|mailto|tel):[^<>|]*)(?:\|[^<>]*)?>"
)
_ENTITY = regex.compile(r"&(?:amp|lt|gt);")
_MENTION = regex.compile(
    r"<(?:@(?P<user>[UW][A-Z0-9]+)|!subteam\^(?P<group>S[A-Z0-9]+)|!(?P<all>channel|here|everyone))(?:\|[^<>]*)?>"
)
#: Whatever has nothing of this in its JSON notifies nobody.
_PINGING = regex.compile(r'<@[UW]|<!(?:subteam|channel|here|everyone)|"type":"(?:user|usergroup|broadcast)"')
_NAMED = regex.compile(r"(?<![\w.])@(?P<name>[\p{L}\p{N}._-]+)")
_TOKEN = regex.compile(f"(?P<keep>{_CONTROL.pattern}|{_ENTITY.pattern})|(?P<loose>[&<>])")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def escape(text: str) -> str:
    """Every control character as an entity: how a person's own words reach an app."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def settle(text: str) -> str:
    """The text as Slack stores it: control sequences and entities kept, loose `& < >` escaped."""
    return _TOKEN.sub(lambda found: found["keep"] or _ESCAPES[found["loose"]], text)


def may_ping(packed: str) -> bool:
    """Whether blocks with this JSON (no spaces between its parts) are worth a look for mentions."""
    return _PINGING.search(packed) is not None


def pings(text: str, blocks: list[Json], *, named: dict[str, str] | None = None) -> list[str]:
    """Whom this message notifies ("@channel", "U…", "S…"), each once, in order.

    Slack parses mentions in `text`, in mrkdwn text objects and in markdown blocks, and honours explicit rich_text
    mentions; plain_text and rich_text `text` parts are literal. Whether `text` still pings beside blocks is not
    documented: here it does. `named` (handle -> id) is given when link_names or parse=full asks for plain @names.
    """
    found: dict[str, None] = {}
    parts = _parts(blocks)
    marked = (part.get("text") for part in parts if part.get("type") in ("mrkdwn", "markdown"))
    for piece in (text, *(piece for piece in marked if isinstance(piece, str))):
        for hit in _MENTION.finditer(piece):
            found[hit["user"] or hit["group"] or f"@{hit['all']}"] = None
    if named is not None:
        for hit in _NAMED.finditer(text):
            if hit["name"] in named:
                found[named[hit["name"]]] = None
    for part in parts:
        explicit = {"user": "user_id", "usergroup": "usergroup_id"}.get(str(part.get("type")))
        if explicit and isinstance(part.get(explicit), str):
            found[part[explicit]] = None
        elif part.get("type") == "broadcast":
            found[f"@{part.get('range')}"] = None
    return list(found)


def _parts(blocks: list[Json]) -> list[Json]:
    """Every object in the blocks, in the order in which they are read."""
    found: list[Json] = []
    left: list[object] = [blocks]
    while left:
        value = left.pop()
        if isinstance(value, dict):
            found.append(value)
            left.extend([held for held in value.values() if isinstance(held, dict | list)][::-1])
        elif isinstance(value, list):
            left.extend(value[::-1])
    return found
