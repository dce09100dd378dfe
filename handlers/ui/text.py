"""Text on its way into Slack: escaped where Slack parses, cut where Slack counts, links only to where they may lead.
It never decides what to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from bot.i18n import Words
from replies.text import clean

URL_MOST = 500
"""Slack takes 3,000 (button url), but a message's blocks share some 13,000 characters; permalinks are short."""
_TEAM_MEMBER = re.compile(r"[UW][A-Z0-9]{1,30}\Z")
_PIECE = re.compile(r"<[^<>]*>|&[a-z]+;|.", re.DOTALL)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True, slots=True)
class Staff:
    """The team, for drawing: Slack user id -> name, and who approves (user ids, or one user group's id)."""

    names: Mapping[str, str] = field(default_factory=dict)
    approvers: tuple[str, ...] = ()

    def name(self, who: str | None, words: Words) -> str:
        """What to call somebody, unescaped; the machine parts (`platform`, `clock`, `outbox`) have names too."""
        if who in ("platform", "clock", "outbox"):
            return words(f"who.{who}")
        return cleaned(self.names.get(who or "", ""), 80) or words("who.unknown")

    def marked(self, who: str | None, words: Words) -> str:
        """The same for mrkdwn; somebody whose name is not known yet is left to Slack to name."""
        if who and who not in self.names and is_member(who):
            return mention(who)
        return escape(self.name(who, words))

    def call(self) -> str:
        """mrkdwn that notifies the approvers; empty when nobody in particular approves."""
        return " ".join(mention(who) for who in self.approvers)


def is_member(who: str) -> bool:
    """Whether this is a Slack user id and not one of the machine's parts."""
    return _TEAM_MEMBER.match(who) is not None


def mention(who: str) -> str:
    """mrkdwn that names and notifies one person or one user group."""
    return f"<!subteam^{who}>" if who.startswith("S") else f"<@{who}>"


def escape(text: str) -> str:
    """The three characters Slack parses, as entities; this alone stops mentions, links and channel calls."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cleaned(text: str, limit: int) -> str:
    """Anybody's text fit to look at, at most `limit` UTF-16 units (how Slack's clients count), whatever it was."""
    shown = clean(text, limit)
    return shown if 2 * len(shown) <= limit or units(shown) <= limit else clean(text, max(1, limit // 2))


def one_line(text: str, limit: int) -> str:
    """`cleaned`, on one line."""
    return " ".join(cleaned(text, limit).split())


def marked(text: str, limit: int) -> str:
    """Anybody's text for a place where Slack parses mrkdwn: one line, cleaned, escaped, and its formatting characters
    replaced by their full-width twins, since Slack has no way to escape those.
    """
    return escape(one_line(text, limit)).translate(_FORMATTING)


_FORMATTING = str.maketrans({"*": "＊", "_": "＿", "~": "～", "`": "｀"})


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_marked(text: str, limit: int) -> str:
    """mrkdwn cut to `limit` UTF-16 units, never inside an entity or a `<…>`."""
    if units(text) <= limit:
        return text
    kept, used = [], 1
    for piece in _PIECE.findall(text):
        used += units(piece)
        if used > limit:
            break
        kept.append(piece)
    return "".join(kept) + "…"


def date(at: datetime, pattern: str, fallback: str) -> str:
    """mrkdwn that every reader's client shows in their own zone (docs, "Formatting text": date formatting)."""
    return f"<!date^{int(at.timestamp())}^{pattern}|{escape(fallback)}>"


def moment(at: datetime) -> str:
    """Day and time of `at` as mrkdwn."""
    return date(at, "{date_short_pretty} {time}", stamp(at))


def stamp(at: datetime) -> str:
    """Day and time in words a screen reader gets along with, in the zone `at` carries."""
    return at.strftime("%Y-%m-%d %H:%M %Z").strip()


def web_url(url: str | None) -> str | None:
    """`url` when a button may lead there: https (or http on this machine: the sandbox), no spaces, short."""
    if url is None or len(url) > URL_MOST or not url.isprintable() or re.search(r"[\s<>|\"\\^`]", url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    if not host or parts.username is not None:
        return None
    return url if parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK) else None
