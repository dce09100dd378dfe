"""Whether the links in a comment look like a trap, from their writing alone.
It never opens one, and knows no list of bad addresses: a link it says nothing about is not thereby safe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

_LINK = re.compile(
    r"(?<![a-z0-9@._\-])(?:https?://|hxxps?://)?((?:[a-z0-9\-]{1,63}\.){1,5}[a-z]{2,10})(?![a-z0-9@])"
    r"(/[^\s\u3000-\uffff]{0,200})?"
)
_SHORT = frozenset({
    "bit.ly", "reurl.cc", "tinyurl.com", "shorturl.at", "t.ly", "ppt.cc", "pse.is", "is.gd",
    "cutt.ly", "rb.gy", "lihi.cc", "lihi1.cc", "lihi2.cc", "lihi3.cc", "s.id", "tiny.cc",
    "goo.su", "lurl.cc", "risu.io",
})  # fmt: skip
# Endings sold for next to nothing; most reports of phishing name them (Interisle, "Phishing Landscape", yearly).
_CHEAP = frozenset({
    "top", "xyz", "vip", "icu", "club", "cyou", "sbs", "bond",
    "shop", "online", "site", "live", "click", "link", "buzz", "monster",
    "cc", "cfd", "lol", "win", "bet",
})  # fmt: skip
_OFFICIAL = {
    "facebook": "facebook.com fb.com fb.me facebook.net",
    "meta": "meta.com",
    "instagram": "instagram.com",
    "paypal": "paypal.com paypal.me",
    "apple": "apple.com",
    "icloud": "icloud.com",
    "google": "google.com google.com.tw",
    "netflix": "netflix.com",
    "amazon": "amazon.com",
    "shopee": "shopee.tw shopee.com",
    "momo": "momoshop.com.tw momo.dm",
    "pchome": "pchome.com.tw",
    "taipower": "taipower.com.tw",
    "post": "post.gov.tw",
    "fetc": "fetc.net.tw",
    "711": "7-11.com.tw",
    "line": "line.me",
    "telegram": "telegram.org telegram.me",
    "whatsapp": "whatsapp.com",
    "binance": "binance.com",
}
_BAIT = re.compile(
    r"verif|login|signin|support|appeal|help|secur|account|gift|prize|bonus|bill|claim|update|unlock|wallet|confirm|reward|free"
)
_LOOKS_LIKE = str.maketrans("013457", "oleast")
_PARTS = re.compile(r"[.\-]")


class Trust(IntEnum):
    """What the writing of a link says."""

    UNKNOWN = 0
    HIDDEN = 1  # a shortener or a cheap ending: says nothing about where it leads
    TRAP = 2  # dressed up as somebody it is not


@dataclass(frozen=True, slots=True)
class Link:
    """A link at `start`..`end` of the folded text."""

    start: int
    end: int
    trust: Trust


def links(text: str) -> Iterator[Link]:
    """The links in folded `text` from left to right."""
    if "." in text:
        for match in _LINK.finditer(text):
            yield Link(*match.span(), judge(match[1], match[2] or ""))


def judge(host: str, path: str) -> Trust:
    """What a folded host name with its path says."""
    if host in _SHORT:
        return Trust.HIDDEN
    parts = [part for part in _PARTS.split(host) if part]
    for brand, homes in _OFFICIAL.items():
        if any(host == home or host.endswith(f".{home}") for home in homes.split()):
            return Trust.UNKNOWN
        for part in parts[:-1]:
            disguised = part != brand and not part.isdigit() and part.translate(_LOOKS_LIKE) == brand
            if disguised or (part == brand and (_BAIT.search(host + path) or parts[-1] in _CHEAP)):
                return Trust.TRAP
    if "xn--" in host:
        return Trust.TRAP
    if parts[-1] in _CHEAP:
        return Trust.TRAP if _BAIT.search(host + path) else Trust.HIDDEN
    return Trust.UNKNOWN
