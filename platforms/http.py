"""The one seam between our adapters and HTTP: every transport failure becomes a `PlatformError` here, once, by phase.
It never repeats a request, never follows a redirect, and never lets an address, a body or a secret into an error.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

from platforms.errors import NotSent, PlatformError, Rejected, Unsure

TIMEOUT = 10.0
"""Seconds for one phase (connect, write, read) of a request when the settings name no other."""
MAX_BODY = 4 * 1024 * 1024
"""Bytes of one answer, decompressed. The largest honest one, 100 long comments with their posts, is under 1 MiB."""

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)
"""The failures after which not one byte of the request can have been read by the platform."""


def classify(error: BaseException, *, write: bool, what: str, after: float | None = None) -> PlatformError:
    """The error for a transport failure of the operation called `what`.

    Before the request left: `NotSent`. Later: `Unsure` for a write; a read has no effect, so it is `NotSent` again.
    """
    evidence = f"{type(error).__name__} on {what}"
    if isinstance(error, _NEVER_LEFT) or not write:
        return NotSent(evidence, after=after)
    return Unsure(evidence, after=after)


def classify_status(status: int, *, write: bool, what: str, after: float | None = None) -> PlatformError | None:
    """The error for a status that means the same everywhere: 429, 5xx, a redirect. None: the adapter's to read."""
    evidence = f"{status} on {what}"
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotSent(evidence, after=after)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unsure(evidence, after=after) if write else NotSent(evidence, after=after)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST and status != HTTPStatus.NOT_MODIFIED:
        return Rejected("invalid", f"{evidence}: redirects are not followed, the address in the settings is not final")
    return None


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds from a Retry-After header (seconds or an HTTP date, RFC 9110 section 10.2.3); None when unreadable."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = (at.replace(tzinfo=at.tzinfo or UTC) - now).total_seconds()
    return max(0.0, seconds) if seconds < float("inf") else None


@contextmanager
def shaped(what: str, *, write: bool) -> Iterator[None]:
    """Around code that takes an answer apart: one that is not of the platform's shape is classed like a 5xx."""
    failure = None
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        failure = classify(error, write=write, what=f"the answer on {what}")
    if failure is not None:
        raise failure


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    what: str
    write: bool

    def document(self) -> Any:
        """The body as JSON. A body that is none is a failure of the platform, classed like a 5xx."""
        try:
            return json.loads(self.body)
        except ValueError:
            kind = Unsure if self.write else NotSent
        raise kind(f"no JSON in the {self.status} answer on {self.what}")


class Http:
    """One account's connection pool to one base address."""

    def __init__(
        self,
        base: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = TIMEOUT,
        max_body: int = MAX_BODY,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`headers` go with every request (the place for a bearer token); `timeout`: seconds for each phase."""
        self._base = base.rstrip("/")
        self._headers = dict(headers or {})
        self._timeout = timeout
        self._max_body = max_body
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    def __repr__(self) -> str:
        return f"Http({urlsplit(self._base).hostname})"

    async def request(
        self,
        method: str,
        path: str,
        *,
        write: bool,
        query: Mapping[str, str | int] | None = None,
        content: object = None,
        headers: Mapping[str, str] | None = None,
        hold: float = 0.0,
    ) -> Answer:
        """Ask once. `path` is below the base; `content` is sent as JSON, bytes as they are (`headers` then name their
        type); `hold`: seconds the platform may sit on it.

        Raises `NotSent`, `Unsure` or `Rejected` for whatever `classify` and `classify_status` know.
        """
        what = f"{method} {path}"
        failure: PlatformError | None
        try:
            # httpx limits the wait for each piece; the outer limit holds an answer that drips for ever.
            async with asyncio.timeout(hold + 4 * self._timeout):
                answer = await self._ask(method, path, what, write, query, content, headers, hold)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            failure = classify(error, write=write, what=what)
        else:
            after = retry_after(answer.headers.get("retry-after"), self._clock())
            failure = classify_status(answer.status, write=write, what=what, after=after)
        # Raised out here so that no context hangs on it: the context of an httpx error holds the whole request.
        if failure is not None:
            raise failure
        return answer

    async def close(self) -> None:
        """Close the pool; may be called twice. A request after it opens a new one."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    async def _ask(
        self,
        method: str,
        path: str,
        what: str,
        write: bool,
        query: Mapping[str, str | int] | None,
        content: object,
        headers: Mapping[str, str] | None,
        hold: float,
    ) -> Answer:
        if self._client is None:
            self._client = httpx.AsyncClient(headers=self._headers, follow_redirects=False)
        wait = httpx.Timeout(self._timeout, read=self._timeout + hold)
        async with self._client.stream(
            method, self._base + path, params=query, headers=headers, timeout=wait, **_body(content)
        ) as response:
            body = bytearray()
            async for piece in response.aiter_bytes():
                body += piece
                if len(body) > self._max_body:
                    raise httpx.DecodingError("the answer is larger than any honest one")
            lower = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, lower, bytes(body), what, write)


def _body(content: object) -> dict[str, Any]:
    """httpx has a parameter of its own for each kind of body."""
    return {"content": content} if isinstance(content, bytes) else {"json": content}


class Redaction(logging.Filter):
    """Keeps secrets out of a library's own log lines: httpx writes every address, and some hold a token."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = [secret for secret in secrets if secret]

    def filter(self, record: logging.LogRecord) -> bool:
        line = record.getMessage()
        if any(secret in line for secret in self._secrets):
            record.msg, record.args = self.clean(line), ()
        return True

    def clean(self, text: str) -> str:
        """`text` with every secret replaced."""
        for secret in self._secrets:
            text = text.replace(secret, "[secret]")
        return text
