"""A real Chromium on a running sandbox, for tests that press what a person presses.

It never skips: without a browser these tests fail and say how to get one. One browser, on one event loop, serves the
whole session, because starting it costs more than most tests; every page has a context of its own, that nobody shares.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from bot.sandbox import Sandbox

#: The browser talks to nobody but the sandbox, and needs neither a display nor a sandbox of its own.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "chromium-browser", "google-chrome")

HERE = Path(__file__).parent
TASKS_GRACE = 5.0
"""Seconds that tasks have to end by themselves after a test."""

OpenPage = Callable[..., Awaitable[Page]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser belongs to one event loop, so the tests that drive it run on that loop."""
    for item in items:
        if HERE in item.path.parents and isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


def chromium() -> str:
    """Where the system's Chromium is; the test fails when there is none."""
    found = os.environ.get("XIAOBIAN_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if not found or not Path(found).exists():
        pytest.fail(
            "No Chromium. Install Debian's package `chromium`, or name one in XIAOBIAN_CHROMIUM.",
            pytrace=False,
        )
    return found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium()
    async with async_playwright() as driver:
        running = await driver.chromium.launch(executable_path=path, args=list(FLAGS))
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tasks_end(browser: Browser) -> AsyncIterator[None]:
    """As everywhere else no task outlives its test; those of the browser's driver were there before."""
    before = asyncio.all_tasks()
    yield
    loop = asyncio.get_running_loop()
    end = loop.time() + TASKS_GRACE
    while left := asyncio.all_tasks() - before - {asyncio.current_task()}:
        assert loop.time() < end, f"tasks left running: {left}"
        await asyncio.sleep(0.01)


@pytest_asyncio.fixture(loop_scope="session")
async def box() -> AsyncIterator[Sandbox]:
    """A quiet sandbox: nobody talks on their own, Slack does not slow us down."""
    async with Sandbox(seed="demo", talk=False, pacing=False) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, box: Sandbox) -> AsyncIterator[OpenPage]:
    """`await open_page(width=390, color_scheme="dark", locale="en-US")`; any error on its console fails the test."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    async def opened(
        *, width: int = 1440, height: int = 900, locale: str = "zh-TW", path: str = "/", **more: Any
    ) -> Page:
        context = await browser.new_context(
            locale=locale, viewport={"width": width, "height": height}, reduced_motion="reduce", **more
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{box.url}{path}")
        await page.get_by_test_id("post").first.wait_for(state="attached")
        await page.get_by_test_id("channel").first.wait_for(state="attached")
        return page

    yield opened
    for context in contexts:
        await context.close()
    assert complaints == []


class Slack:
    """The Web API as an app calls it, and what people do, without a browser."""

    def __init__(self, box: Sandbox, http: aiohttp.ClientSession) -> None:
        known: Any = box.credentials()["slack"]
        self.url, self.token, self.app_token = known["api_url"], known["bot_token"], known["app_token"]
        self.channel: str = known["channel"]
        self._box, self._http = box, http

    async def api(self, method: str, **sent: Any) -> Any:
        """A method of the Web API; it must succeed."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self._http.post(f"{self.url}{method}", json=sent, headers=headers) as answer:
            body = await answer.json()
        assert body["ok"], body
        return body

    async def post(self, text: str, **more: Any) -> str:
        """A message of the app in its channel; gives its ts."""
        ts: str = (await self.api("chat.postMessage", channel=self.channel, text=text, **more))["ts"]
        return ts

    async def people(self, door: str, **sent: Any) -> Any:
        """What a person does in Slack."""
        async with self._http.post(f"{self._box.url}/sandbox/slack/{door}", json=sent) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def square(self, door: str, **sent: Any) -> Any:
        """What a person does on the square."""
        async with self._http.post(f"{self._box.url}/sandbox/square/{door}", json=sent) as answer:
            assert answer.status in (200, 201), await answer.text()
            return await answer.json()


@pytest_asyncio.fixture(loop_scope="session")
async def slack(box: Sandbox) -> AsyncIterator[Slack]:
    async with aiohttp.ClientSession() as http:
        yield Slack(box, http)
