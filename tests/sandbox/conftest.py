"""A running sandbox per test, and a real slack-bolt app connected to it over loopback.

Nothing here reaches beyond loopback, and whatever a test opens is closed when it ends.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox

Json = dict[str, Any]
DESK = "C0DESK"
PINYU, POHAN, EMMA = "U0PINYU", "U0POHAN", "U0EMMA"
#: Longest a test waits for anything, seconds.
PATIENCE = 8.0


CARD: list[Json] = [
    {"type": "section", "block_id": "words", "text": {"type": "plain_text", "text": "拿鐵好喝嗎？"}},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "item.approve",
                "value": "7",
                "text": {"type": "plain_text", "text": "核准"},
            },
            {
                "type": "static_select",
                "action_id": "item.assign",
                "options": [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("品妤", "柏翰")],
            },
        ],
    },
]


def modal(**more: object) -> Json:
    """A small modal with one required field."""
    return {
        "type": "modal",
        "callback_id": "edit",
        "title": {"type": "plain_text", "text": "編輯"},
        "submit": {"type": "plain_text", "text": "送出"},
        "private_metadata": "item=7",
        "blocks": [
            {
                "type": "input",
                "block_id": "reply",
                "label": {"type": "plain_text", "text": "回覆"},
                "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
            }
        ],
        **more,
    }


async def put_card(web: AsyncWebClient) -> str:
    """A card in the desk's channel; gives its ts."""
    posted = await web.chat_postMessage(channel=DESK, text="一則留言", blocks=CARD)
    return str(posted["ts"])


async def until(found: Callable[[], Any]) -> Any:
    """Wait until `found()` is true and give what it gave."""
    end = time.monotonic() + PATIENCE
    while not (value := found()):
        assert time.monotonic() < end, "waited in vain"
        await asyncio.sleep(0.01)
    return value


async def refused(call: Awaitable[Any]) -> Json:
    """The answer to a Web API call that must fail."""
    with pytest.raises(SlackApiError) as caught:
        await call
    answer: Json = caught.value.response.data
    return answer


class Person:
    """Somebody in the local Slack, over its people's doors."""

    def __init__(self, http: aiohttp.ClientSession, url: str, user: str) -> None:
        self._http, self._url, self.user = http, url, user

    async def does(self, what: str, **given: object) -> Json:
        """POST /sandbox/slack/{what}; the status is kept under "status" when it is not 200."""
        body = {"user": self.user, **given}
        async with self._http.post(f"{self._url}/sandbox/slack/{what}", json=body) as answer:
            said: Json = await answer.json()
            return said if answer.status == 200 else {**said, "status": answer.status}

    async def sees(self, **asked: str) -> Json:
        """Everything this person's client shows."""
        params = {"user": self.user, **asked}
        async with self._http.get(f"{self._url}/sandbox/slack/state", params=params) as answer:
            assert answer.status == 200
            seen: Json = await answer.json()
            return seen


class Bolt:
    """A real bolt app, as the product uses it, and its sockets."""

    def __init__(self, box: Sandbox, http: aiohttp.ClientSession) -> None:
        self._box, self._stack = box, AsyncExitStack()
        self.client = AsyncWebClient(
            token="xoxb-sandbox-morning-light-coffee", base_url=f"{box.url}/api/", session=http
        )
        self.client.retry_handlers = []
        self.app = AsyncApp(client=self.client)
        self.frames: list[str] = []

    async def connect(self, sockets: int = 1) -> None:
        """Open as many sockets and wait until the workspace counts them."""
        for _ in range(sockets):
            handler = AsyncSocketModeHandler(self.app, "xapp-sandbox-morning-light-coffee", ping_interval=1)

            async def heard(frame: aiohttp.WSMessage) -> None:
                self.frames.append(str(frame.data))

            handler.client.on_message_listeners.append(heard)
            self._stack.push_async_callback(self._end, handler)
            await asyncio.wait_for(handler.connect_async(), PATIENCE)  # type: ignore[no-untyped-call]
        await until(lambda: self._box.slack.sockets.connected >= sockets)

    async def close(self) -> None:
        """Close every socket."""
        await self._stack.aclose()

    async def _end(self, handler: AsyncSocketModeHandler) -> None:
        await asyncio.wait_for(handler.close_async(), PATIENCE)  # type: ignore[no-untyped-call]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK reads tokens and proxies from the environment; tests must not."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("SLACK_CLIENT_SECRET", raising=False)


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    """A sandbox without pacing and without talk."""
    async with Sandbox(seed="empty", talk=False, pacing=False) as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """One HTTP session for a test's own requests."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def person(box: Sandbox, http: aiohttp.ClientSession) -> Callable[[str], Person]:
    """Makes a person of the workspace."""
    return lambda user: Person(http, box.url, user)


@pytest.fixture
def pinyu(person: Callable[[str], Person]) -> Person:
    """林品妤, who answers comments."""
    return person(PINYU)


@pytest.fixture
async def bolt(box: Sandbox, http: aiohttp.ClientSession) -> AsyncIterator[Bolt]:
    """A bolt app, not connected yet."""
    running = Bolt(box, http)
    yield running
    await running.close()


@pytest.fixture
def web(bolt: Bolt) -> AsyncWebClient:
    """The SDK's own client with retries off."""
    return bolt.client


@pytest.fixture
def add_fault(box: Sandbox, http: aiohttp.ClientSession) -> Callable[..., Awaitable[Json]]:
    """POST /sandbox/faults, as another process would."""

    async def add(target: str, kind: str, **more: object) -> Json:
        body = {"target": target, "kind": kind, **more}
        async with http.post(f"{box.url}/sandbox/faults", json=body) as answer:
            assert answer.status == 201, await answer.text()
            fault: Json = await answer.json()
            return fault

    return add
