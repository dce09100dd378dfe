"""Addresses of a post that are only known once it is out: `{link}` in a comment, `{link:account}` for another account.
Pure: who waits for them is the outbox's affair.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_LINK = re.compile(r"\{link(?::([^{}\s]{1,80}))?\}")
_STANDS_FOR = "https://example.com/" + "x" * 44
"""How long an address is taken to be before it is known: 64 characters, more than most platforms' own."""


def named(text: str, account: str) -> frozenset[str]:
    """The accounts whose post the text wants to link to; `account`: where it is said."""
    return frozenset(found.group(1) or account for found in _LINK.finditer(text))


def filled(text: str, account: str, urls: Mapping[str, str]) -> str:
    """The text with the addresses in it. Raises KeyError for an account that has none."""
    return _LINK.sub(lambda found: urls[found.group(1) or account], text)


def measured(text: str) -> str:
    """The text as long as it will be about, for checking it before anything is out."""
    return _LINK.sub(_STANDS_FOR, text)
