"""The left half in a real browser: being a member of the audience."""

from __future__ import annotations

import aiohttp
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.e2e.conftest import OpenPage, Slack

HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> *a* <!channel> \u202etxet'


async def be(page: Page, member: str) -> None:
    """Choose which member of the audience to be."""
    await page.get_by_test_id("member-picker").locator(f'input[value="{member}"]').check()


async def brand_answers(box: Sandbox, comment: str, text: str) -> None:
    """The bot's adapter answers through the platform's API."""
    headers = {"Authorization": f"Bearer {box.square.token}"}
    path = f"{box.url}/square/api/comments/{comment}/replies"
    async with aiohttp.ClientSession() as http:
        answer = await http.post(path, json={"text": text}, headers=headers)
        assert answer.status == 201


async def test_a_comment_is_written_answered_edited_and_deleted(open_page: OpenPage, box: Sandbox) -> None:
    page = await open_page()
    await be(page, "m-siyu")
    post = page.locator('[data-testid="post"][data-id="p-morning"]')
    await post.get_by_test_id("comment-box").fill("今天想喝拿鐵")
    await page.keyboard.press("Enter")
    comment = post.get_by_test_id("comment").filter(has_text="今天想喝拿鐵")
    await expect(comment).to_have_attribute("data-by", "m-siyu")
    await expect(post.get_by_test_id("comment-box")).to_have_value("")

    name = await comment.get_attribute("data-id")
    await brand_answers(box, str(name), "拿鐵馬上來 ☕")
    answer = post.locator(f'[data-testid="comment"][data-parent="{name}"]')
    await expect(answer).to_contain_text("拿鐵馬上來")
    await expect(answer).to_contain_text("品牌")

    await comment.get_by_test_id("comment-menu").click()
    await page.get_by_test_id("edit").click()
    await page.get_by_test_id("edit-box").fill("今天想喝燕麥拿鐵")
    await page.keyboard.press("Enter")
    edited = post.locator(f'[data-id="{name}"]')
    await expect(edited.get_by_test_id("comment-text")).to_have_text("今天想喝燕麥拿鐵")
    await expect(edited).to_contain_text("已編輯")

    await edited.get_by_test_id("comment-menu").click()
    await page.get_by_test_id("delete").click()
    await expect(edited).to_have_text("這則留言已刪除")


async def test_only_your_own_comment_can_be_edited(open_page: OpenPage) -> None:
    page = await open_page(locale="en-US")
    await be(page, "m-tom")
    other = page.get_by_test_id("comment").filter(has_text="拿鐵派").first
    await other.get_by_test_id("comment-menu").click()
    await expect(page.get_by_role("menuitem", name="Answer right here as the brand")).to_be_visible()
    await expect(page.get_by_test_id("edit")).to_have_count(0)


async def test_a_reply_goes_under_its_comment_and_escape_gives_up(open_page: OpenPage) -> None:
    page = await open_page()
    comment = page.get_by_test_id("comment").filter(has_text="Black, always").first
    await comment.get_by_test_id("reply").click()
    await expect(page.get_by_test_id("reply-box")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("reply-box")).to_have_count(0)
    await comment.get_by_test_id("reply").click()
    await page.keyboard.type("me too")
    await page.keyboard.press("Enter")
    name = await comment.get_attribute("data-id")
    await expect(page.locator(f'[data-testid="comment"][data-parent="{name}"]')).to_contain_text("me too")


async def test_a_draft_survives_what_others_write_meanwhile(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    post = page.locator('[data-testid="post"][data-id="p-morning"]')
    box = post.get_by_test_id("comment-box")
    await box.fill("寫到一半")
    await slack.square("comment", member="m-tom", post="p-morning", text="Good morning!")
    await expect(post.get_by_test_id("comment").filter(has_text="Good morning!")).to_be_visible()
    await expect(box).to_have_value("寫到一半")
    await expect(box).to_be_focused()


async def test_a_like_is_on_and_off_again(open_page: OpenPage) -> None:
    page = await open_page()
    like = page.locator('[data-id="p-morning"]').get_by_test_id("like")
    await expect(like).to_have_text("88")
    await like.click()
    await expect(like).to_have_text("89")
    await expect(like).to_have_attribute("aria-pressed", "true")
    await like.click()
    await expect(like).to_have_text("88")


async def test_a_direct_message_stays_between_member_and_brand(open_page: OpenPage, box: Sandbox) -> None:
    page = await open_page()
    await be(page, "m-jiawei")
    await page.get_by_test_id("square-directs").click()
    await page.get_by_test_id("direct-box").fill("我的訂單呢？")
    await page.keyboard.press("Enter")
    mine = page.get_by_test_id("direct").filter(has_text="我的訂單呢？")
    await expect(mine).to_be_visible()
    await brand_answers(box, str(await mine.get_attribute("data-id")), "幫您查詢中")
    await expect(page.get_by_test_id("direct").filter(has_text="幫您查詢中")).to_be_visible()
    await be(page, "m-tom")
    await expect(page.get_by_test_id("direct")).to_have_count(0)


async def test_hostile_text_stays_text(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    await slack.square("comment", member="m-tom", post="p-morning", text=HOSTILE)
    text = page.get_by_test_id("comment-text").filter(has_text="onerror")
    assert await text.text_content() == HOSTILE
    assert await text.locator("*").count() == 0
    assert await page.evaluate("window.hit") is None


async def test_something_new_out_of_sight_is_offered_and_found(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    await slack.square("comment", member="m-tom", post="p-summer", text="Is it sold out?")
    pill = page.get_by_test_id("new-pill")
    await expect(pill).to_contain_text("Tom Becker")
    await pill.click()
    comment = page.get_by_test_id("comment").filter(has_text="Is it sold out?")
    await expect(comment).to_be_in_viewport()
    await expect(comment).to_be_focused()


async def test_the_link_of_a_comment_leads_to_it(open_page: OpenPage) -> None:
    page = await open_page(path="/#comment-c-summer-2-2")
    await expect(page.locator("#comment-c-summer-2-2")).to_be_in_viewport()


async def test_the_page_comes_back_when_the_sandbox_does(open_page: OpenPage) -> None:
    async with Sandbox(seed="empty", talk=False) as first:
        page = await (await open_page()).context.new_page()
        await page.goto(first.url)
        await expect(page.get_by_test_id("live")).to_have_attribute("data-online", "true")
        port = int(first.url.rpartition(":")[2])
    await expect(page.get_by_test_id("live")).to_have_attribute("data-online", "false")
    async with Sandbox(seed="demo", port=port, talk=False):
        await expect(page.get_by_test_id("live")).to_have_attribute("data-online", "true", timeout=15_000)
        await expect(page.get_by_test_id("post")).to_have_count(6)
        await page.context.close()
