"""The page for everybody: by keyboard alone, by ear, in the dark, on a phone, in either language."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage, Slack
from tests.e2e.test_page_slack import EVERYTHING, App, action, app, message

__all__ = ["app"]  # a fixture

#: Roles a person can act on; each must have a name to be read out.
CONTROLS = {
    "button",
    "link",
    "textbox",
    "combobox",
    "checkbox",
    "radio",
    "menuitem",
    "tab",
    "option",
    "listbox",
}

#: WCAG 2 contrast of every visible text against what is painted behind it.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, under) => [0, 1, 2].map((at) => top[at] * top[3] + under[at] * (1 - top[3])).concat(1);
  const behind = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const light = ([r, g, b]) => [r, g, b].map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const bad = [];
  let seen = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const node = text.parentElement;
    const style = getComputedStyle(node);
    if (!/[\\p{L}\\p{N}]/u.test(text.data) || !node.getClientRects().length || style.visibility === "hidden") continue;
    if (node.closest("[aria-hidden=true], .unseen, .skip, option, .tools, .gutter")) continue;
    seen += 1;
    const under = behind(node);
    const [a, b] = [light(over(rgba(style.color), under)), light(under)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.push(`${text.data.trim().slice(0, 20)} ${ratio.toFixed(2)} .${node.className}`);
  }
  return seen < 20 ? [`only ${seen} texts were looked at`] : bad;
}"""


async def tab_to(page: Page, test_id: str, within: str = "", most: int = 150) -> None:
    """Press Tab until the part with this test id has focus."""
    for _ in range(most):
        await page.keyboard.press("Tab")
        at = await page.evaluate(
            "(within) => (!within || document.activeElement.closest(within)) && document.activeElement.dataset.testid",
            within,
        )
        if at == test_id:
            return
    pytest.fail(f"{test_id} cannot be reached with Tab")


async def nameless(page: Page) -> list[str]:
    """Controls in the accessibility tree that have no name."""
    session = await page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = (await session.send("Accessibility.getFullAXTree"))["nodes"]
    return [
        f"{node['role']['value']} {node.get('properties')}"
        for node in nodes
        if not node.get("ignored")
        and node.get("role", {}).get("value") in CONTROLS
        and not node.get("name", {}).get("value")
    ]


async def test_the_whole_loop_can_be_done_with_the_keyboard(open_page: OpenPage, slack: Slack, app: App) -> None:
    page = await open_page()
    await tab_to(page, "comment-box")
    await page.keyboard.type("鍵盤也可以")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("comment").filter(has_text="鍵盤也可以")).to_be_visible()

    blocks = [{"type": "actions", "block_id": "a", "elements": [{**EVERYTHING[5]["elements"][0], "action_id": "edit"}]}]
    ts = await slack.post("card", blocks=blocks)
    await expect(message(page, ts)).to_be_visible()
    await page.get_by_test_id("square").focus()
    await tab_to(page, "action", within=f'[data-ts="{ts}"]')
    await page.keyboard.press("Enter")
    modal = page.get_by_role("dialog", name="編輯回覆")
    await expect(modal.get_by_label("回覆", exact=True)).to_be_focused()
    for _ in range(12):
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    await page.keyboard.press("Shift+Tab")
    assert await page.evaluate("document.activeElement.closest('[role=dialog]') !== null")
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)
    await expect(action(message(page, ts), "edit")).to_be_focused()


async def test_a_menu_is_walked_with_the_arrows_and_left_with_escape(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    ts = await slack.post("card", blocks=EVERYTHING)
    more = action(message(page, ts), "more")
    await more.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Escalate")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Later")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Escalate")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(more).to_be_focused()


@pytest.mark.parametrize("locale", ["zh-TW", "en-US"])
async def test_every_control_has_a_name_and_the_page_its_landmarks(
    open_page: OpenPage, slack: Slack, app: App, locale: str
) -> None:
    await slack.post("card", blocks=EVERYTHING)
    page = await open_page(locale=locale)
    await expect(page.locator('[data-block="table"]')).to_be_visible()
    assert await nameless(page) == []
    for role in ("banner", "main", "navigation"):
        await expect(page.get_by_role(role)).to_have_count(1)
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    ts = await slack.post(
        "card",
        blocks=[
            {
                "type": "actions",
                "block_id": "a",
                "elements": [{**EVERYTHING[5]["elements"][0], "action_id": "edit"}],
            }
        ],
    )
    await action(message(page, ts), "edit").click()
    await expect(page.get_by_test_id("modal")).to_be_visible()
    assert await nameless(page) == []


async def test_what_is_new_is_read_out_with_the_messages_own_text(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page(locale="en-US")
    await slack.post("Tom asks: *is it vegan?*", blocks=EVERYTHING)
    voice = page.get_by_test_id("voice")
    await expect(voice).to_contain_text("New message from 小編 Xiaobian: Tom asks: is it vegan?")
    await expect(voice).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_all_text_stands_out_enough(open_page: OpenPage, slack: Slack, app: App, scheme: str) -> None:
    edit = {**EVERYTHING[5]["elements"][0], "action_id": "edit"}
    alert = [{"type": "actions", "block_id": "a", "elements": [edit]}]
    await slack.post("card <@U0PINYU> <!here> `code`", thread_ts=await slack.post("x", blocks=EVERYTHING))
    ts = await slack.post("<@U0PINYU> <@U0EMMA> <!here> `code` <https://example.com|link>\n> quote")
    page = await open_page(color_scheme=scheme)
    await expect(message(page, ts)).to_be_visible()
    assert await page.evaluate(CONTRAST) == []
    await page.get_by_test_id("app").click()
    await expect(page.get_by_test_id("home").get_by_role("heading")).to_be_visible()
    await page.get_by_test_id("square-directs").click()
    assert await page.evaluate(CONTRAST) == []
    await page.get_by_test_id("channel").first.click()
    card = await slack.post("card", blocks=alert)
    await action(message(page, card), "edit").click()
    await page.get_by_label("回覆", exact=True).fill("")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("field-error").first).to_be_visible()
    assert await page.evaluate(CONTRAST) == []


async def test_the_theme_follows_the_system_until_it_is_chosen(open_page: OpenPage) -> None:
    page = await open_page(color_scheme="dark")

    body = page.locator("body")
    dark = "rgb(22, 19, 15)"
    await expect(body).to_have_css("background-color", dark)
    await page.get_by_test_id("theme").click()
    await expect(body).not_to_have_css("background-color", dark)
    await page.reload()
    await page.get_by_test_id("post").first.wait_for()
    await expect(body).not_to_have_css("background-color", dark)


async def test_the_page_speaks_the_browsers_language_and_changes_it_on_request(open_page: OpenPage) -> None:
    page = await open_page(locale="en-US")
    await expect(page.get_by_test_id("square-directs")).to_contain_text("Direct messages")
    assert await page.evaluate("document.documentElement.lang") == "en"
    await page.get_by_test_id("language").click()
    await expect(page.get_by_test_id("square-directs")).to_contain_text("私訊")
    await expect(page.get_by_test_id("language")).to_be_focused()
    assert await page.evaluate("document.documentElement.lang") == "zh-Hant-TW"


async def test_both_languages_have_the_same_words(open_page: OpenPage) -> None:
    page = await open_page()
    keys = await page.evaluate(
        """async () => Object.values((await import("/page/js/words.js")).WORDS).map((words) =>
          Object.entries(words).map(([key, text]) => `${key} ${(text.match(/\\{\\w+\\}/g) ?? []).sort()}`).sort())"""
    )
    assert keys[0] == keys[1]


async def test_the_hint_is_shown_once(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_test_id("hint")).to_be_visible()
    await page.get_by_test_id("hint").get_by_role("button").click()
    await page.reload()
    await page.get_by_test_id("post").first.wait_for()
    await expect(page.get_by_test_id("hint")).to_have_count(0)


async def test_a_phone_shows_one_half_and_points_to_news_in_the_other(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page(width=390, height=844)
    await expect(page.get_by_test_id("square")).to_be_visible()
    await expect(page.get_by_test_id("slack")).to_be_hidden()
    ts = await slack.post("card", blocks=EVERYTHING)
    tab = page.get_by_role("tab", name="團隊 Slack")
    await expect(tab).to_contain_text("有新動態")
    await page.get_by_test_id("tab-square").focus()
    await page.keyboard.press("ArrowRight")
    await expect(message(page, ts)).to_be_visible()
    await expect(page.get_by_test_id("square")).to_be_hidden()
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    wide = await page.evaluate(
        "[...document.querySelectorAll('.workspace *')].filter((node) => !node.closest('.table-holder, .unseen')"
        " && node.getBoundingClientRect().right > innerWidth + 1).map((node) => node.className)"
    )
    assert wide == []
