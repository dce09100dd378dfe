"""Files between the desk and the people in Slack: one they put into a window, one the desk shares in a channel.
It fetches from Slack's own hosts alone, and never more than it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import structlog
from slack_sdk.errors import SlackRequestError

from bot.errors import BotError, CannotKeep
from handlers.client import Api, ShortWait, classed, proxy_for
from platforms.errors import AuthBroken, NotSent

log = structlog.get_logger()

MOST = 5
"""Megabytes of a file that is taken in: ten thousand templates are about five."""


class NoFile(BotError):
    """A file in Slack that the desk cannot fetch. `scope`: what the token needs for it."""

    key = "error.no_file"


class Files:
    """Fetches and shares, with the bot's token. `scopes`: what it may do; empty where Slack does not say."""

    def __init__(self, api: Api, base_url: str, scopes: frozenset[str]) -> None:
        self._api, self._base, self._scopes = api, urlsplit(base_url), scopes

    @property
    def reads(self) -> bool:
        """Whether a window may ask for a file."""
        return not self._scopes or "files:read" in self._scopes

    async def fetch(self, told: Mapping[str, Any]) -> bytes:
        """The bytes of a file as Slack describes it. Raises `NoFile`, `CannotKeep` for one too large, `NotSent`."""
        name, url = str(told.get("name", "")), str(told.get("url_private", ""))
        if not self._ours(url):
            log.warning("file_not_slacks", name=name)
            raise NoFile(scope="files:read")
        client = self._api.client()
        headers = {"Authorization": f"Bearer {client.token}"}
        session = client.session
        if session is None:
            raise NotSent("not open")
        with classed():
            # A token that may not read is sent to the sign-in page instead: never followed, never taken for the file.
            async with session.get(url, headers=headers, allow_redirects=False, proxy=proxy_for(url)) as answer:
                if answer.status >= 500:
                    raise NotSent(f"HTTP {answer.status}")
                if answer.status != 200 or answer.content_type == "text/html":
                    raise NoFile(scope="files:read")
                return await _held(answer, name)

    async def share(self, channels: tuple[str, ...], name: str, content: bytes, comment: str) -> str:
        """Share a file in the first of these channels the bot is in; that channel. Raises `PlatformError`."""
        client = self._api.client(ShortWait(max_retry_count=2))
        for channel in channels:
            try:
                with classed(effect=True):
                    await client.files_upload_v2(
                        channel=channel, filename=name, content=content, initial_comment=comment
                    )
            except AuthBroken as error:
                if error.evidence == "missing_scope" or channel == channels[-1]:
                    raise
            except SlackRequestError as error:
                raise NotSent("upload") from error
            else:
                return channel
        raise NotSent("no channel")

    def _ours(self, url: str) -> bool:
        """https on Slack's domain, or the very server the desk talks to (the sandbox's)."""
        try:
            parts = urlsplit(url)
            host, home = parts.hostname or "", self._base.hostname or ""
            if (parts.scheme, parts.netloc) == (self._base.scheme, self._base.netloc):
                return True
            return parts.scheme == "https" and parts.port in (None, 443) and host.endswith(f".{home}")
        except ValueError:
            return False


async def _held(answer: aiohttp.ClientResponse, name: str) -> bytes:
    content = bytearray()
    async for piece in answer.content.iter_chunked(65_536):
        content += piece
        if len(content) > MOST * 1_000_000:
            raise CannotKeep(where=name, code="too_big", limit=MOST)
    return bytes(content)
