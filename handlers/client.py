"""Our calls to Slack's Web API: one session, paced, each failure classed by what it surely did or did not do.
It never repeats a post whose fate is unknown, and never writes a token into an error.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler, async_default_handlers
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.team import Place
from handlers.ui.blocks import Block, Message
from platforms.errors import AuthBroken, Gone, NotSent, PlatformError, Rejected, Unsure

T = TypeVar("T")

UPDATES_A_MINUTE = 45
"""chat.update is Tier 3 (docs, "Rate limits": 50+ a minute); five are left for others who use this app's token."""
PATIENCE_SECONDS = 2.0
"""The longest wait for our own turn; beyond it the caller is told when to come back, and may drop what is outdated."""
RETRY_AFTER_MOST = 3.0

_TOKEN = {"invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive", "not_allowed_token_type"}
_TOKEN |= {"no_permission", "team_access_not_granted", "ekm_access_denied", "access_denied", "org_login_required"}
_CHANNEL = {"channel_not_found", "not_in_channel", "is_archived", "is_inactive", "restricted_action"}
_GONE = {"message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed", "thread_not_found"}
_GONE |= {"not_found", "hash_conflict", "user_not_found"}
_MAYBE = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"}
"""Slack on fatal_error: "some aspect of the operation may have succeeded before the error was raised"."""
_TRIGGER = {"expired_trigger_id", "exchanged_trigger_id"}
_BLOCKS = {"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long"}


class ExpiredTrigger(BotError):
    """Slack no longer lets this click open a window: it came more than three seconds ago."""

    key = "error.expired_trigger"


class BadBlocks(Rejected):
    """Slack refuses these blocks; the same words in plainer blocks may pass."""


class Window:
    """At most `most` calls in any `seconds`; 0 seconds sets no limit."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._taken: deque[float] = deque()

    async def turn(self) -> None:
        """Wait for a turn. Raises `NotSent` with the seconds when that would take longer than `PATIENCE_SECONDS`."""
        if not self._seconds:
            return
        now = self._clock()
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        due = now if len(self._taken) < self._most else self._taken[-self._most] + self._seconds
        if due - now > PATIENCE_SECONDS:
            raise NotSent("our own pace", after=due - now)
        self._taken.append(due)
        if due > now:
            await asyncio.sleep(due - now)


class ShortWait(AsyncRateLimitErrorRetryHandler):
    """Sits out a 429 of a few seconds; a longer one goes back to the caller, who has better things to do."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        return _seconds(response.headers.get("retry-after") or response.headers.get("Retry-After")) <= RETRY_AFTER_MOST


class Api:
    """Slack's Web API as the desk uses it. Open it before the first call; methods raise `PlatformError`."""

    def __init__(self, token: str, base_url: str, *, pace: float, timeout: float = 10.0) -> None:
        """`pace`: seconds between two new messages in one channel; `timeout`: of one call, in seconds."""
        self._token, self._base_url, self._pace, self._timeout = token, base_url, pace, timeout
        self._posting: dict[str, Window] = {}
        self._updating = Window(UPDATES_A_MINUTE, 60.0 if pace else 0.0)
        self._links: dict[Place, str] = {}
        self._session: aiohttp.ClientSession | None = None
        self.proxy = proxy_for(base_url)

    async def open(self) -> None:
        """Make the one session everything goes through."""
        timeout = aiohttp.ClientTimeout(total=self._timeout, sock_connect=min(5.0, self._timeout))
        self._session = aiohttp.ClientSession(timeout=timeout)
        self.reads = self.client(*async_default_handlers(), ShortWait(max_retry_count=2))
        # No connection-error handler: it repeats a message that Slack may have taken (measured: two posts).
        self._posts = self.client(ShortWait(max_retry_count=2))

    async def close(self) -> None:
        """Let go of the connections; may be called twice."""
        if self._session is not None:
            await self._session.close()

    def client(self, *handlers: AsyncRetryHandler) -> AsyncWebClient:
        """An SDK client on the shared session."""
        client = AsyncWebClient(
            self._token, self._base_url, session=self._session, retry_handlers=list(handlers), proxy=self.proxy
        )
        client.proxy = self.proxy  # The SDK takes HTTPS_PROXY for an empty proxy, and knows no NO_PROXY.
        return client

    async def post(
        self, channel: str, message: Message, *, metadata: Mapping[str, Any] | None = None, thread: str | None = None
    ) -> Place:
        """A new message. Not repeatable: `Unsure` when Slack may have taken it. `channel`: or a person's id."""

        async def attempt(content: Message) -> Place:
            await self._posting.setdefault(channel, Window(1, self._pace)).turn()
            with classed(effect=True):
                said = await self._posts.chat_postMessage(
                    channel=channel,
                    thread_ts=thread,
                    metadata=dict(metadata) if metadata is not None else None,
                    **_content(content),
                )
            return Place(str(said["channel"]), str(said["ts"]))

        return await _or_plain(message, attempt)

    async def update(self, place: Place, message: Message) -> None:
        """Make a message of ours say this; harmless when repeated."""

        async def attempt(content: Message) -> None:
            await self._updating.turn()
            with classed():
                await self._posts.chat_update(channel=place.channel, ts=place.ts, **_content(content))

        await _or_plain(message, attempt)

    async def delete(self, place: Place) -> None:
        """Take a message of ours away; harmless when repeated."""
        with classed():
            await self._posts.chat_delete(channel=place.channel, ts=place.ts)

    async def whisper(self, channel: str, who: str, message: Message, thread: str | None = None) -> None:
        """A message only one person sees."""
        with classed(effect=True):
            await self._posts.chat_postEphemeral(channel=channel, user=who, thread_ts=thread, **_content(message))

    async def respond(self, url: str, message: Message) -> None:
        """The same through an interaction's response_url (five uses in half an hour). Raises when it did not work:
        the SDK's own `respond` keeps quiet about that.
        """
        if self._session is None:
            raise NotSent("not open")
        body = {"response_type": "ephemeral", "replace_original": False, **_content(message)}
        with classed(effect=True):
            async with self._session.post(url, json=body, proxy=proxy_for(url)) as answer:
                if answer.status != 200:
                    raise Rejected("response_url", f"HTTP {answer.status}")

    async def history(self, channel: str, oldest: float, cursor: str | None) -> Mapping[str, Any]:
        """One page of a channel's messages, newest first, with metadata; for finding a lost card only."""
        with classed():
            answer = await self.reads.conversations_history(
                channel=channel, oldest=f"{oldest:.6f}", cursor=cursor, include_all_metadata=True, limit=200
            )
        return _data(answer)

    async def permalink(self, place: Place) -> str | None:
        """A message's address; None when Slack does not tell. Remembered."""
        if place not in self._links:
            try:
                with classed():
                    answer = await self.reads.chat_getPermalink(channel=place.channel, message_ts=place.ts)
            except PlatformError:
                return None
            if len(self._links) > 2000:
                self._links.clear()
            self._links[place] = str(answer["permalink"])
        return self._links[place]

    async def user(self, who: str) -> Mapping[str, Any]:
        """What Slack knows of a person, with their locale."""
        with classed():
            return _data(await self.reads.users_info(user=who, include_locale=True))["user"]  # type: ignore[no-any-return]

    async def group(self, group: str) -> frozenset[str]:
        """The user ids in a user group."""
        with classed():
            return frozenset(_data(await self.reads.usergroups_users_list(usergroup=group))["users"])

    async def open_view(self, trigger: str | None, view: Block, *, push: bool = False) -> str:
        """Open a window, or `push` it onto the one clicked in; its id. Raises `ExpiredTrigger` for an old click."""
        call = self._posts.views_push if push else self._posts.views_open
        with classed():
            return str(_data(await call(trigger_id=trigger or "", view=view))["view"]["id"])

    async def update_view(self, view: Block, *, view_id: str | None = None, external_id: str | None = None) -> None:
        """Show something else in an open window; nothing when it was closed meanwhile."""
        try:
            with classed():
                await self._posts.views_update(view_id=view_id, external_id=external_id, view=view)
        except Gone:
            return

    async def publish(self, who: str, view: Block) -> None:
        """Show a person's Home tab."""
        with classed():
            await self._posts.views_publish(user_id=who, view=view)


@contextmanager
def classed(*, effect: bool = False) -> Iterator[None]:
    """Turn whatever an SDK call raises into a `PlatformError`. `effect`: repeating it could show something twice."""
    try:
        yield
    except SlackApiError as error:
        raise _refusal(error, effect) from error
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise NotSent(type(error).__name__) from error
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        raise (Unsure if effect else NotSent)(type(error).__name__) from error


def proxy_for(url: str) -> str | None:
    """The proxy the environment names for `url`, NO_PROXY and loopback honoured; None for none."""
    parts = urlsplit(url)
    if not parts.hostname or parts.hostname in ("localhost", "127.0.0.1", "::1") or proxy_bypass(parts.hostname):
        return None
    return getproxies().get(parts.scheme)


def _refusal(error: SlackApiError, effect: bool) -> PlatformError | BotError:
    response = error.response
    data = getattr(response, "data", None)
    data = data if isinstance(data, Mapping) else {}
    code = str(data.get("error", ""))
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0) or 0)
    if code == "ratelimited" or status == 429:
        return NotSent("ratelimited", after=_seconds(response.headers.get("Retry-After")))
    if status >= 500 or code in _MAYBE or not code:
        return (Unsure if effect else NotSent)(code or f"HTTP {status}")
    if code in _TRIGGER:
        return ExpiredTrigger()
    if code == "missing_scope":
        return AuthBroken(str(data.get("needed", "")), code)
    if code in _TOKEN:
        return AuthBroken(evidence=code)
    if code in _CHANNEL:
        return AuthBroken(code, code)
    if code in _GONE:
        return Gone(code)
    if code in _BLOCKS:
        return BadBlocks("invalid", f"{code} {_pointers(data)}")
    return Rejected("too_long" if code == "msg_too_long" else "invalid", code)


def _pointers(data: Mapping[str, Any]) -> str:
    told = data.get("response_metadata")
    return str(told.get("messages", "")) if isinstance(told, Mapping) else ""


async def _or_plain(message: Message, attempt: Callable[[Message], Awaitable[T]]) -> T:
    """`attempt` with the message; once more with plainer blocks when Slack refuses these (a block type may be new)."""
    try:
        return await attempt(message)
    except BadBlocks:
        return await attempt(message.plain())


def _content(message: Message) -> dict[str, Any]:
    return {"blocks": message.blocks, "text": message.text, "unfurl_links": False, "unfurl_media": False}


def _data(answer: Any) -> dict[str, Any]:
    data = answer.data
    if not isinstance(data, dict):
        raise NotSent("an answer that is not JSON")
    return data


def _seconds(header: object) -> float:
    value = header[0] if isinstance(header, list) else header
    try:
        return max(0.0, float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return 30.0
