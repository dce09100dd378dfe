"""The whole program in a real browser: what a newcomer does by hand on the demo's page, in either language.

Nothing is looked at but the page; the program behind it is the true one, on a sandbox where only we say anything.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.app import assemble
from bot.config import given
from bot.sandbox import Sandbox
from tests.e2e.conftest import OpenPage

PINYU, POHAN, EMMA = "U0PINYU", "U0POHAN", "U0EMMA"
GUANYU, SOPHIE = "m-guanyu", "m-sophie"


@pytest_asyncio.fixture(loop_scope="session")
async def box() -> AsyncIterator[Sandbox]:
    """A sandbox where nobody has said anything yet, and nobody will but us."""
    async with Sandbox(seed="empty", talk=False, pacing=False) as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session", autouse=True)
async def _desk(box: Sandbox, tmp_path: Path, migrated_file: Path) -> AsyncIterator[None]:
    """The program, serving."""
    database = tmp_path / "desk.db"
    shutil.copyfile(migrated_file, database)
    settings = given(
        box.credentials(), f"sqlite:///{database}", slack={"pace": 0.0, "approvers": ["U0POHAN"]}, brand="晨光咖啡"
    )
    async with assemble(settings):
        yield


async def write(page: Page, text: str, member: str = GUANYU, post: str = "p-hello") -> Locator:
    """Comment as a member of the audience, on the left; gives the comment."""
    await page.get_by_test_id("member-picker").locator(f'input[value="{member}"]').check()
    under = page.locator(f'[data-testid="post"][data-id="{post}"]')
    await under.get_by_test_id("comment-box").fill(text)
    await page.keyboard.press("Enter")
    comment = under.get_by_test_id("comment").filter(has_text=text)
    await expect(comment).to_have_attribute("data-by", member)
    return comment


async def replies(page: Page, comment: Locator) -> Locator:
    """What stands under a comment, on the left."""
    name = await comment.get_attribute("data-id")
    return page.locator(f'[data-testid="comment"][data-parent="{name}"]')


def card(page: Page, holding: str) -> Locator:
    """The card that holds these words, on the right."""
    return page.locator('.workspace [data-testid="message"]').filter(has_text=holding)


def button(place: Locator, verb: str) -> Locator:
    """A card's first button or menu of this action."""
    return place.locator(f'[data-testid="action"][data-action-id="{verb}"]').first


async def be_colleague(page: Page, user: str) -> None:
    """Look at Slack as this colleague."""
    await page.get_by_test_id("slack-user-picker").select_option(user)


async def type_command(page: Page, line: str) -> Locator:
    """Type a slash command where one writes messages; gives the newest answer that only this person sees."""
    await page.get_by_test_id("composer").fill(line)
    await page.keyboard.press("Escape")  # closes the hints
    await page.keyboard.press("Enter")
    return page.get_by_test_id("ephemeral").last


async def test_a_comment_in_chinese_becomes_a_card_and_a_click_its_public_answer(open_page: OpenPage) -> None:
    page = await open_page()
    comment = await write(page, "請問今天開到幾點？")
    shown = card(page, "請問今天開到幾點？")
    await expect(shown).to_contain_text("黃冠宇 @guanyu_brews")
    await expect(shown).to_contain_text("正體中文")
    await expect(shown).to_contain_text("建議 1")
    proposed = await shown.locator("blockquote").nth(1).inner_text()
    assert "18:00" in proposed

    await expect(button(shown, "item.approve")).to_have_text("送出這則")
    await button(shown, "item.approve").click()
    answer = await replies(page, comment)
    await expect(answer.get_by_test_id("comment-text")).to_have_text(proposed)
    await expect(answer).to_contain_text("品牌")
    await expect(shown).to_contain_text("林品妤 已回覆")
    await expect(shown).to_contain_text("我們的回覆")
    await expect(button(shown, "item.approve")).to_have_count(0)


async def test_what_was_edited_and_previewed_in_english_is_exactly_what_the_public_reads(open_page: OpenPage) -> None:
    page = await open_page(locale="en-US")
    await be_colleague(page, EMMA)
    comment = await write(page, "What are your opening hours?", SOPHIE, "p-welcome")
    shown = card(page, "What are your opening hours?")
    await button(shown, "item.edit").click()
    editor = page.get_by_role("dialog", name="Write a reply")
    box = editor.get_by_label("What the public will read")
    await expect(box).to_have_value(await shown.locator("blockquote").nth(1).inner_text())

    said = "Hi Sophie *dear*, we open at 8:00 ☕ <b>See you!</b>"
    await box.fill(said)
    await editor.get_by_test_id("modal-submit").click()
    preview = page.get_by_role("dialog", name="Preview")
    await expect(preview.locator("blockquote")).to_have_text(said)
    await expect(preview).to_contain_text(f"{len(said)} / 500 characters")
    await expect(await replies(page, comment)).to_have_count(0)

    await preview.get_by_role("button", name="Send").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    answer = await replies(page, comment)
    await expect(answer.get_by_test_id("comment-text")).to_have_text(said)
    await expect(shown).to_contain_text("Emma Clarke 已回覆")


async def test_back_from_the_preview_everything_typed_is_still_there(open_page: OpenPage) -> None:
    page = await open_page()
    await write(page, "請問有停車位嗎？")
    await button(card(page, "請問有停車位嗎？"), "item.edit").click()
    editor = page.get_by_role("dialog", name="寫回覆")
    await editor.get_by_label("大家會看到的內容").fill("門口可以臨停喔")
    await editor.get_by_test_id("modal-submit").click()
    await page.get_by_role("dialog", name="預覽").get_by_test_id("modal-close").click()
    await expect(editor.get_by_label("大家會看到的內容")).to_have_value("門口可以臨停喔")


async def test_a_card_is_claimed_released_snoozed_and_comes_back(open_page: OpenPage) -> None:
    page = await open_page()
    await write(page, "請問運費多少？")
    shown = card(page, "請問運費多少？")
    await button(shown, "item.claim").click()
    await expect(shown).to_contain_text("林品妤 正在處理")
    await button(shown, "item.release").click()
    await expect(button(shown, "item.claim")).to_be_visible()
    await expect(shown).not_to_contain_text("正在處理")

    await button(shown, "item.snooze").select_option(label="1 小時後")
    await expect(shown).to_contain_text("林品妤 設為稍後處理，到")
    await button(shown, "item.reopen").click()
    await expect(button(shown, "item.approve")).to_be_visible()


async def test_an_ignored_card_can_be_opened_again(open_page: OpenPage) -> None:
    page = await open_page()
    await write(page, "請問運費多少？")
    shown = card(page, "請問運費多少？")
    await button(shown, "item.ignore").click()
    await expect(shown).to_contain_text("林品妤 已略過")
    await expect(button(shown, "item.approve")).to_have_count(0)
    await button(shown, "item.reopen").click()
    await expect(button(shown, "item.approve")).to_be_visible()


async def test_an_escalation_tells_the_approvers_what_to_decide(open_page: OpenPage) -> None:
    page = await open_page()
    await write(page, "上個月的訂單到現在還沒收到，要怎麼賠？")
    shown = card(page, "要怎麼賠")
    await button(shown, "item.escalate").click()
    window = page.get_by_role("dialog", name="轉交")
    await window.get_by_label("核准人需要知道什麼？").fill("第三次詢問了，建議補一包")
    await window.get_by_test_id("modal-submit").click()
    await expect(shown).to_contain_text("林品妤 請核准人決定")
    await expect(shown).to_contain_text("第三次詢問了，建議補一包")
    await shown.get_by_test_id("thread-link").click()
    await expect(page.locator(".thread")).to_contain_text("@陳柏翰 林品妤 請你們決定這則留言怎麼回")


async def test_home_and_commands_answer_in_the_language_of_whoever_asks(open_page: OpenPage) -> None:
    page = await open_page()
    await write(page, "請問可以訂位嗎？想幫朋友慶生")
    await expect(card(page, "請問可以訂位嗎？")).to_be_visible()

    answer = await type_command(page, "/engage status")
    await expect(answer).to_contain_text("目前狀況")
    await expect(answer).to_contain_text("1 則留言待處理")
    await expect(await type_command(page, "/engage queue")).to_contain_text("請問可以訂位嗎？")
    await page.get_by_test_id("app").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("你的工作台")
    await expect(home).to_contain_text("請問可以訂位嗎？")

    await be_colleague(page, EMMA)
    await expect(home).to_contain_text("Your desk")
    await page.get_by_test_id("channel").first.click()
    await expect(page.get_by_test_id("ephemeral")).to_have_count(0)
    await expect(await type_command(page, "/engage status")).to_contain_text("1 comment waiting")
    await expect(await type_command(page, "/engage queue")).to_contain_text("Waiting longest")


async def test_the_message_menu_suggests_again(open_page: OpenPage) -> None:
    page = await open_page()
    await write(page, "請問運費怎麼算？")
    shown = card(page, "請問運費怎麼算？")
    await expect(shown).to_contain_text("建議 1")
    await shown.hover()
    await shown.get_by_test_id("message-menu").click()
    await page.get_by_role("menuitem", name="重新建議 Suggest again").click()
    await expect(page.get_by_test_id("ephemeral").last).to_contain_text("則建議，請看卡片")
    await expect(shown).to_contain_text("建議 1")


async def test_of_two_colleagues_who_approve_the_second_is_told_who_was_first(
    open_page: OpenPage, box: Sandbox
) -> None:
    first, second = await open_page(), await open_page()
    await be_colleague(second, POHAN)
    comment = await write(first, "請問今天開到幾點？")
    for page in (first, second):
        await expect(button(card(page, "請問今天開到幾點？"), "item.approve")).to_be_visible()

    # Slack takes its time to redraw the card: everybody still sees the button.
    box.faults.add("slack", "hang_before", "chat.update")
    await button(card(first, "請問今天開到幾點？"), "item.approve").click()
    await expect(await replies(first, comment)).to_have_count(1)
    await button(card(second, "請問今天開到幾點？"), "item.approve").click()
    await expect(second.get_by_test_id("ephemeral")).to_contain_text(re.compile("林品妤 ?先處理了"))
    box.faults.clear()
    for page in (first, second):
        await expect(card(page, "請問今天開到幾點？")).to_contain_text("林品妤 已回覆")
    await expect(await replies(first, comment)).to_have_count(1)
    await expect(first.get_by_test_id("ephemeral")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1440])
async def test_a_comment_taken_back_leaves_no_words_on_the_card(open_page: OpenPage, width: int) -> None:
    page = await open_page(width=width)
    comment = await write(page, "加賴領 88 折")
    if width < 900:
        await page.get_by_test_id("tab-slack").click()
    shown = card(page, "加賴領 88 折")
    await expect(shown).to_be_visible()
    if width < 900:
        await page.get_by_test_id("tab-square").click()
    await comment.get_by_test_id("comment-menu").click()
    await page.get_by_test_id("delete").click()
    if width < 900:
        await page.get_by_test_id("tab-slack").click()
    await expect(card(page, "作者或平台已刪除")).to_be_visible()
    await expect(shown).to_have_count(0)
