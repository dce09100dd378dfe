"""Templates in a real browser, by a community manager who only presses what the page shows, and by keyboard alone.

The program behind the page is the true one, on a sandbox where only we say anything.
"""

from __future__ import annotations

from pathlib import Path

from playwright.async_api import Locator, Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.test_whole_loop import _desk, be_colleague, box, button, card, write

__all__ = ["_desk", "box"]  # The fixtures: the program, serving, and its sandbox.

EMMA = "U0EMMA"


async def listed(page: Page, words: str = "") -> Locator:
    """Type the command; the window it opens."""
    await page.get_by_test_id("composer").fill(f"/engage templates {words}".strip())
    await page.keyboard.press("Escape")
    await page.keyboard.press("Enter")
    modal = page.get_by_test_id("modal")
    await expect(modal.locator('[data-action-id="template.new"]')).to_be_visible()
    return modal


async def test_a_wording_that_was_edited_in_slack_is_what_the_next_card_suggests(open_page: OpenPage) -> None:
    page = await open_page()
    modal = await listed(page, "營業時間")
    await button(modal, "template.edit").click()
    field = modal.locator('textarea[data-action-id="bodies_zh"]')
    await field.fill("{{ name }}，{{ 打錯 }}")
    await button(modal, "template.preview").click()
    await expect(modal).to_contain_text("中文回覆：第 1 則")
    await field.fill("{{ name }} 您好，十點開門，晚上九點打烊。")
    await button(modal, "template.preview").click()
    await expect(modal).to_contain_text("小美 您好，十點開門，晚上九點打烊。")
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("林品妤 改過")
    await page.get_by_test_id("modal-close").click()
    await expect(modal).to_have_count(0)
    await write(page, "請問今天開到幾點？")
    await expect(card(page, "請問今天開到幾點？")).to_contain_text("您好，十點開門，晚上九點打烊。")


async def test_a_sheet_is_chosen_imported_and_exported_again(open_page: OpenPage, tmp_path: Path) -> None:
    page = await open_page(locale="en-US")
    await be_colleague(page, EMMA)
    sheet = tmp_path / "mine.csv"
    sheet.write_text("purpose,phrases,en\nParking,where can i park,At the door.\nBroken,,x\n", encoding="utf-8")
    modal = await listed(page)
    await button(modal, "template.take_in").click()
    await page.get_by_role("button", name="Choose a file").click()
    await modal.locator('input[type="file"]').set_input_files(sheet)
    await page.get_by_test_id("modal-submit").click()
    await expect(modal).to_contain_text("1 template is stored.")
    await expect(modal).to_contain_text("Row 3: How people ask must be a list of texts with at least one.")
    await page.get_by_test_id("modal-close").click()
    await button(modal, "template.export_csv").click()
    await expect(modal).to_contain_text("The file is in")
    await page.get_by_test_id("modal-cross").click()
    await expect(page.get_by_role("link", name="xiaobian-templates.csv")).to_be_visible()


async def test_a_template_is_found_and_retired_by_keyboard_alone(open_page: OpenPage) -> None:
    page = await open_page()
    modal = await listed(page)
    search = modal.locator('input[data-action-id="template.find"]')
    await search.focus()
    await page.keyboard.type("停車")
    await page.keyboard.press("Enter")
    await expect(modal).not_to_contain_text("共 20 則")
    await button(modal, "template.retire").focus()
    await page.keyboard.press("Enter")
    sure = page.get_by_role("alertdialog", name="停用這則範本？")
    await expect(sure).to_be_visible()
    await sure.get_by_role("button", name="停用").focus()
    await page.keyboard.press("Enter")
    await expect(button(modal, "template.restore")).to_be_visible()
