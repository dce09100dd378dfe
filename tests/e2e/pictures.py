"""Takes the README's pictures: starts the demo as a newcomer does, works a little, and photographs the page.

It shows nothing that the page does not show everybody; `make pictures` writes docs/images anew.
"""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.e2e.conftest import FLAGS, chromium

IMAGES = Path(__file__).parents[2] / "docs" / "images"
SCHEMES = ("light", "dark")
SIZE = (1440, 900)
OPEN_AT_FIRST = 7  # cards of the demo's seed
STARTING = 30.0  # seconds for the program to start on a busy machine
CARDS = 30_000.0  # milliseconds for its first cards, at one a second
ANSWERED, ASKED = "拿鐵派舉手", "今天有開嗎？想帶狗狗去院子坐坐 🐕"


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """`python -m bot demo` as a process of its own, its audience silent; gives the page's address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "demo", "--port", "0", "--no-talk", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(STARTING):
            line = (await process.stdout.readline()).decode()
        found = re.search(r"http://[\d.:]+\d", line)
        assert found, f"no address in {line!r}"
        yield found[0]
    finally:
        if process.returncode is None:
            process.terminate()
        await process.communicate()


async def take(browser: Browser, folder: Path) -> list[Path]:
    """Work the demo until its page is lively, and write page-light.png and page-dark.png."""
    async with demo() as url:
        async with _page(browser, url, SCHEMES[0]) as page:
            await _work(page)
        return [await _picture(browser, url, scheme, folder) for scheme in SCHEMES]


@asynccontextmanager
async def _page(browser: Browser, url: str, scheme: str) -> AsyncIterator[Page]:
    width, height = SIZE
    context = await browser.new_context(
        locale="zh-TW",
        timezone_id="Asia/Taipei",
        viewport={"width": width, "height": height},
        reduced_motion="reduce",
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = await context.new_page()
    await page.goto(url)
    yield page
    await context.close()


async def _work(page: Page) -> None:
    """Send one suggestion once all cards are there, and ask one more question."""
    await expect(_cards(page).nth(OPEN_AT_FIRST - 1)).to_be_visible(timeout=CARDS)
    card = _cards(page).filter(has_text=ANSWERED)
    await card.locator('[data-action-id="item.approve"]').first.click()
    await expect(card).to_contain_text("已回覆")
    await page.get_by_test_id("member-picker").locator('input[value="m-yongqing"]').check()
    post = page.locator('[data-testid="post"][data-id="p-morning"]')
    await post.get_by_test_id("comment-box").fill(ASKED)
    await page.keyboard.press("Enter")
    await expect(_cards(page).filter(has_text=ASKED)).to_be_visible()


async def _picture(browser: Browser, url: str, scheme: str, folder: Path) -> Path:
    path = folder / f"page-{scheme}.png"
    async with _page(browser, url, scheme) as page:
        await page.get_by_test_id("hint").get_by_role("button").click()
        await expect(_cards(page).filter(has_text=ASKED)).to_be_visible()
        post = page.locator('[data-testid="post"][data-id="p-morning"]')
        await post.evaluate("post => { document.activeElement.blur(); post.scrollIntoView({ block: 'end' }); }")
        await page.screenshot(path=path)
    return path


def _cards(page: Page) -> Locator:
    return page.locator('.workspace [data-testid="message"]')


async def _main() -> None:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        for path in await take(browser, IMAGES):
            print(path.relative_to(IMAGES.parents[1]))
        await browser.close()


if __name__ == "__main__":
    asyncio.run(_main())
