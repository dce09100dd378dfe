"""Tells where a click came from: adds tracking parameters to the links in a post's text.
It never changes what stands in the text already, and leaves a link alone where it cannot tell where the link ends.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from urllib.parse import quote, unquote_plus

_TOP = "[a-z]{2,63}|xn--[a-z0-9-]{1,59}|台灣|台湾|中國|中国|香港|澳門|澳门|新加坡|公司|网络|商店|餐厅|网站|商城|集团"
"""How a host ends. Chinese endings are listed (IANA's list of them), so that words right after one end it."""
_LINK = re.compile(
    rf"""(?<![a-z0-9+.\-])https?://
    (?P<host>(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?\.)+(?:{_TOP}))(?::\d{{1,5}})?(?![a-z0-9@%\\_-]|:\w)
    (?:/[a-z0-9\-._~!$&'()*+,;=:@%/]*)?
    (?P<query>\?[a-z0-9\-._~!$&'()*+,;=:@%/?\[\]]*)?
    (?P<fragment>\#[a-z0-9\-._~!$&'()*+,;=:@%/?]*)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""A link as RFC 3986 writes it, whose host may be written in any script: what follows the host is ASCII."""
_PROSE = ".,;:!?'*)]"
"""What ends a sentence rather than a link, when it comes last."""
_UNFINISHED = re.compile(r"[/=\-_&?#%+@]\Z")
_GOES_ON = re.compile(r"[^\W\x00-\x7f]+(?:[/=&%_\-]|[?#]\w)")
"""Words in another script that a link goes on after: they are part of it, unescaped."""


def filled(parameters: Mapping[str, str], *, account: str, post: str, campaign: str = "") -> dict[str, str]:
    """The parameters of one post, for `tagged`: `{account}`, `{post}` and `{campaign}` replaced, nothing else.

    A parameter that is then empty (a post of no campaign) is left out.
    """
    told = {"account": account, "post": post, "campaign": campaign}
    made = {
        name: re.sub(r"\{(account|post|campaign)\}", lambda found: told[found[1]], value)
        for name, value in parameters.items()
    }
    return {name: value for name, value in made.items() if value.strip()}


def tagged(text: str, parameters: Mapping[str, str], hosts: Collection[str] | None = None) -> str:
    """The text with `parameters` added to every http(s) link that does not have one of that name yet.

    `hosts`: only links to these hosts and those below them (`shop.example` covers `www.shop.example`); None: to all.
    Everything that stood there stands there still, byte for byte; tagging twice is tagging once. Left alone: links that
    hold a user name, that lead to a bare address, and that go on in another script unescaped (`/新品`): whether that is
    a path or the next word nobody can tell, and a wrong guess breaks the link.
    """
    own = None if hosts is None else {_comparable(host) for host in hosts}

    def with_parameters(found: re.Match[str]) -> str:
        return found[0] if own is not None and not _covers(own, found["host"]) else _added(found, parameters)

    return _LINK.sub(with_parameters, text)


def _added(found: re.Match[str], parameters: Mapping[str, str]) -> str:
    link = _without_prose(found[0])
    after = found[0][len(link) :]
    follows = found.string[found.end() :][:100]
    if not after and (_GOES_ON.match(follows) or (_UNFINISHED.search(link) and re.match(r"[^\W\x00-\x7f]", follows))):
        return found[0]
    head, mark, fragment = link.partition("#")
    _, _, query = head.partition("?")
    held = {unquote_plus(pair.partition("=")[0]).casefold() for pair in query.split("&")}
    new = [
        f"{quote(name, safe='')}={quote(value, safe='', errors='replace')}"
        for name, value in parameters.items()
        if name.casefold() not in held
    ]
    if not new:
        return found[0]
    joint = "?" if "?" not in head else "" if head.endswith(("?", "&")) else "&"
    return f"{head}{joint}{'&'.join(new)}{mark}{fragment}{after}"


def _without_prose(link: str) -> str:
    """The link without the punctuation of the sentence it stands in; a bracket that it opened itself is its own."""
    while link[-1] in _PROSE:
        if link[-1] in ")]" and link.count(link[-1]) <= link.count({")": "(", "]": "["}[link[-1]]):
            break
        link = link[:-1]
    return link


def _covers(own: Collection[str], host: str) -> bool:
    parts = _comparable(host).split(".")
    return any(".".join(parts[n:]) in own for n in range(len(parts)))


def _comparable(host: str) -> str:
    """A host in the one form that names are compared in: ASCII (RFC 3490), lower case."""
    try:
        return host.encode("idna").decode("ascii").casefold()
    except UnicodeError:
        return host.casefold()
