"""A post's whole life in a real browser, in both languages: typed, previewed, approved by a colleague, public.

The program behind the page is the true one, on a sandbox where only we say anything.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_whole_loop import EMMA, PINYU, POHAN, _desk, be_colleague, box, button, card

__all__ = ["_desk", "box"]  # The fixtures: the program, serving, and its sandbox.

TEXT = "新豆上市！衣索比亞水洗，茉莉花香。"


async def typed(page: Page, line: str) -> None:
    """A slash command where one writes messages."""
    await page.get_by_test_id("composer").fill(line)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")


async def test_a_post_with_a_picture_goes_from_the_command_to_the_public(open_page: OpenPage, tmp_path: Path) -> None:
    picture, data = tmp_path / "beans.png", BytesIO()
    Image.new("RGB", (60, 40), "#6b3e26").save(data, "PNG")
    picture.write_bytes(data.getvalue())
    page = await open_page()
    await be_colleague(page, PINYU)
    await typed(page, f"/engage post {TEXT}")
    modal = page.get_by_test_id("modal")
    await expect(modal.locator('textarea[data-action-id="text"]')).to_have_value(TEXT)
    await modal.locator('input[type="file"]').set_input_files(picture)
    await modal.locator('textarea[data-action-id="alts"]').fill("一包咖啡豆")
    await modal.locator('textarea[data-action-id="comment"]').fill("都在這裡：{link}")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("公開後的樣子")
    await expect(modal).to_contain_text("beans.png：一包咖啡豆")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    asked = card(page, TEXT)
    await expect(asked).to_contain_text("等待核准")
    await be_colleague(page, POHAN)
    await button(asked, "post.approve").click()
    await expect(asked).to_contain_text("已發布")
    post = page.locator('[data-testid="post"]').filter(has_text=TEXT)
    await expect(post.locator("img")).to_have_attribute("alt", "一包咖啡豆")
    await expect(post).to_contain_text("都在這裡：http")


async def test_a_time_is_understood_and_the_post_waits_for_it(open_page: OpenPage) -> None:
    page = await open_page(locale="en-US")
    await be_colleague(page, EMMA)
    await typed(page, "/engage post tomorrow 9:30 Doors open at eight.")
    modal = page.get_by_test_id("modal")
    await expect(modal.locator('textarea[data-action-id="text"]')).to_have_value("Doors open at eight.")
    await expect(modal).to_contain_text("Europe/London")
    await expect(modal).to_contain_text("Asia/Taipei")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("What will be public")
    await page.get_by_test_id("modal-submit").click()
    asked = card(page, "Doors open at eight.")
    await be_colleague(page, POHAN)
    await button(asked, "post.approve").click()
    await expect(asked).to_contain_text("已排程")
    await expect(page.locator('[data-testid="post"]').filter(has_text="Doors open")).to_have_count(0)
    await be_colleague(page, EMMA)
    await typed(page, "/engage calendar")
    await expect(modal).to_contain_text("Doors open at eight.")


async def test_the_brake_is_pulled_and_lifted_by_hand(open_page: OpenPage) -> None:
    page = await open_page(locale="en-US")
    await be_colleague(page, EMMA)
    await typed(page, "/engage hold wrong price")
    await expect(page.locator(".workspace")).to_contain_text("Nothing goes out any more.")
    await be_colleague(page, POHAN)
    await typed(page, "/engage resume")
    modal = page.get_by_test_id("modal")
    await expect(modal).to_contain_text("wrong price")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("已解除")
