"""Fetches a file from an address somebody typed, from the public internet only.
It never lets that address lead into our own network, by whatever name, redirect or change of mind of a name server.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import zlib
from collections.abc import Collection, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus

import httpx

from platforms.addresses import Resolve, literal, public, resolve
from platforms.errors import NotSent, PlatformError, Rejected
from platforms.http import TIMEOUT, classify, classify_status, retry_after

REDIRECTS = 5
WITHIN = 30.0
"""Seconds for everything: looking up, every redirect, the whole file."""
_PORTS = frozenset({80, 443, 8080, 8443})
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_MOVED = (301, 302, 303, 307, 308)
_HEADERS = {"User-Agent": "xiaobian", "Accept": "image/*, video/mp4", "Accept-Encoding": "identity"}
_WHAT = "GET a typed address"
_UNNAMED = (socket.EAI_NONAME, socket.EAI_NODATA)


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file from elsewhere. `type`: the MIME type it is said to have, "" if none; `url`: where it was in the end."""

    data: bytes
    type: str
    url: str


async def fetch(
    url: str,
    *,
    most: int,
    allow: Collection[str] = (),
    within: float = WITHIN,
    look_up: Resolve = resolve,
) -> Fetched:
    """The file at `url`, of at most `most` bytes once decoded. `allow`: `host:port` as written, reached wherever it is
    (`127.0.0.1:8080`, `[::1]:8080`).

    Proxies of the environment are not used: whoever connects has to be whoever checked. Raises `Rejected`, with a code:
    `bad_url` (not http or https, another port, a user name in it), `private_address`, `not_found`, `too_large`,
    `bad_answer`; `NotSent` when it cannot be reached now, or takes longer than `within` seconds.
    """
    failure: PlatformError
    try:
        async with asyncio.timeout(within):
            return await _follow(httpx.URL(url.strip()), most, allow, look_up)
    except httpx.InvalidURL:
        failure = Rejected("bad_url")
    except (httpx.DecodingError, zlib.error):
        failure = Rejected("bad_answer", "cannot be decoded")
    except (httpx.HTTPError, TimeoutError) as error:
        failure = classify(error, write=False, what=_WHAT)
    # Raised out here so that no context hangs on it: that of an httpx error holds the address, which may be secret.
    raise failure


async def _follow(url: httpx.URL, most: int, allow: Collection[str], look_up: Resolve) -> Fetched:
    context = await asyncio.to_thread(_trusted)
    for _ in range(1 + REDIRECTS):
        addresses = await _checked(url, allow, look_up)
        found = await _from_first(url, addresses, context, most)
        if isinstance(found, Fetched):
            return found
        url = found
    raise Rejected("bad_answer", f"more than {REDIRECTS} redirects")


@cache
def _trusted() -> ssl.SSLContext:
    """Whose certificates count. Read once: it takes some 20 ms."""
    return httpx.create_ssl_context()


async def _checked(url: httpx.URL, allow: Collection[str], look_up: Resolve) -> Sequence[str]:
    """The addresses that may be connected to for this URL; every one of them is public, or the host is allowed."""
    if url.scheme not in ("http", "https") or not url.host or url.userinfo:
        raise Rejected("bad_url")
    port = url.port or (443 if url.scheme == "https" else 80)
    allowed = (f"[{url.host}]:{port}" if ":" in url.host else f"{url.host}:{port}") in allow
    if port not in _PORTS and not allowed:
        raise Rejected("bad_url", "port")
    written = literal(url.host)
    failure: PlatformError | None = None
    addresses: Sequence[str] = []
    try:
        # The name as it goes over the wire: what Python would make of one in another script may be another name.
        addresses = [str(written)] if written else await look_up(url.raw_host.decode("ascii"), port)
    except socket.gaierror as error:
        failure = Rejected("not_found", "no such host") if error.errno in _UNNAMED else NotSent("look-up failed")
    except UnicodeError:
        failure = Rejected("bad_url", "host")
    except OSError:
        failure = NotSent("look-up failed")
    if failure is not None:
        raise failure
    if not allowed and not all((address := literal(each)) and public(address) for each in addresses):
        raise Rejected("private_address")
    return addresses


async def _from_first(
    url: httpx.URL, addresses: Sequence[str], context: ssl.SSLContext, most: int
) -> Fetched | httpx.URL:
    """From the first address somebody listens at; the next is only tried when nothing was said to the one before."""
    for address in addresses:
        try:
            return await _ask(url, address, context, most)
        except (httpx.ConnectError, httpx.ConnectTimeout):
            continue
    raise NotSent(f"no connection on {_WHAT}")


async def _ask(url: httpx.URL, address: str, context: ssl.SSLContext, most: int) -> Fetched | httpx.URL:
    """The file at this address, or where it is instead. The host's name goes into the request and its certificate."""
    request = httpx.Request(
        "GET",
        url.copy_with(host=address),
        headers={**_HEADERS, "Host": url.netloc.decode("ascii")},
        extensions={"sni_hostname": url.raw_host.decode("ascii"), "timeout": httpx.Timeout(TIMEOUT).as_dict()},
    )
    # A transport of its own each time: an open connection to this address could have been made for another name. And no
    # client around it: one would write the address into the log, keep cookies, and look at the redirect itself.
    async with (
        httpx.AsyncHTTPTransport(verify=context, trust_env=False) as transport,
        aclosing(await transport.handle_async_request(request)) as answer,
    ):
        if answer.status_code in _MOVED and "location" in answer.headers:
            return url.join(answer.headers["location"])
        _refuse(answer)
        data = await _body(answer, most)
        return Fetched(data, answer.headers.get("content-type", "").partition(";")[0].strip().lower(), str(url))


def _refuse(answer: httpx.Response) -> None:
    """Raise for every status but the one that comes with a whole file."""
    after = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    failure = classify_status(answer.status_code, write=False, what=_WHAT, after=after)
    if isinstance(failure, NotSent):
        raise failure
    if answer.status_code in _GONE:
        raise Rejected("not_found", f"{answer.status_code}")
    if answer.status_code != HTTPStatus.OK:
        raise Rejected("bad_answer", f"{answer.status_code}")


async def _body(answer: httpx.Response, most: int) -> bytes:
    """The decoded body. No byte more than `most` is ever unpacked, whatever the answer says of its own length."""
    length = answer.headers.get("content-length", "")
    if length.isdecimal() and int(length) > most:
        raise Rejected("too_large")
    coding = answer.headers.get("content-encoding", "identity").strip().lower()
    if coding not in ("identity", "gzip", "deflate"):
        raise Rejected("bad_answer", "coding")
    unpacked = None if coding == "identity" else zlib.decompressobj(zlib.MAX_WBITS | 32)  # 32: gzip or zlib.
    data, received = bytearray(), 0
    async for piece in answer.aiter_raw():
        received += len(piece)
        data += piece if unpacked is None else unpacked.decompress(piece, most + 1 - len(data))
        if max(received, len(data)) > most:
            raise Rejected("too_large")
    if unpacked is not None and not unpacked.eof:
        raise Rejected("bad_answer", "ends too soon")
    return bytes(data)
