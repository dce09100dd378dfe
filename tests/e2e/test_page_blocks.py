"""Block Kit on the page, kind by kind, without an app: what is drawn, and what a field holds."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.e2e.conftest import OpenPage, Slack
from tests.e2e.test_page_slack import action, button, message, mrkdwn, option, words

#: Draws blocks as a modal would, into the page, and remembers what fields hold and what is sent.
DRAW = """async (list) => {
  const { blocks } = await import("/page/js/blocks/index.js");
  const me = { id: "U0PINYU", locale: "en-US", tz: "Europe/London" };
  const people = [["U0PINYU", "Pinyu"], ["U0EMMA", "Emma"]];
  const users = new Map(people.map(([id, real_name]) => [id, { id, real_name }]));
  const channels = new Map([["C1", { id: "C1", name: "desk" }]]);
  window.held = {};
  window.sent = [];
  const hold = (element, block, value) => { window.held[block.block_id] = value; };
  const send = async (element, block, value) => { window.sent.push([block.block_id, value]); return true; };
  const team = { me, users, channels };
  const context = { team, held: () => undefined, start: hold, hold, act: send, dispatch: send };
  const holder = document.createElement("div");
  holder.id = "drawn";
  holder.append(...blocks(list, context));
  document.querySelector(".workspace").replaceChildren(holder);
}"""


def field(name: str, element: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "input",
        "block_id": name,
        "label": words(name),
        "element": {"action_id": "value", **element},
        **more,
    }


async def held(page: Page, name: str) -> Any:
    """What the field of this block holds."""
    return await page.evaluate("(name) => Object.values(window.held[name])[0]", name)


async def test_the_rarer_blocks_are_drawn(open_page: OpenPage) -> None:
    page = await open_page()
    await page.evaluate(
        DRAW,
        [
            {"type": "alert", "level": "warning", "text": mrkdwn("*Careful*, two people edit this")},
            {
                "type": "card",
                "title": words("Box"),
                "subtitle": words("every two weeks"),
                "body": mrkdwn("_fresh_"),
                "actions": [button("x", "Open")],
            },
            {
                "type": "container",
                "title": words("History"),
                "is_collapsible": True,
                "child_blocks": [{"type": "section", "block_id": "in", "text": mrkdwn("inside")}],
            },
            {
                "type": "image",
                "image_url": "javascript:alert(1)",
                "alt_text": "never fetched",
                "title": words("A cup"),
            },
            {"type": "markdown", "text": "**bold**"},
            {"type": "from_the_future"},
        ],
    )
    drawn = page.locator("#drawn")
    await expect(drawn.locator(".alert.warning strong")).to_have_text("Careful")
    await expect(drawn.locator(".card").first).to_contain_text("Boxevery two weeks")
    await expect(drawn.locator("details")).to_contain_text("inside")
    await expect(drawn.locator("figure")).to_contain_text("never fetched")
    assert await drawn.locator("img").count() == 0
    await expect(drawn.locator('[data-block="markdown"] strong')).to_have_text("bold")
    await expect(drawn.locator(".unsupported")).to_contain_text("from_the_future")


async def test_every_field_holds_what_is_entered(open_page: OpenPage) -> None:
    page = await open_page()
    ab = [option("A", "a"), option("B", "b")]
    await page.evaluate(
        DRAW,
        [
            field("text", {"type": "plain_text_input", "initial_value": "start"}),
            field("one", {"type": "static_select", "option_groups": [{"label": words("G"), "options": ab}]}),
            field("many", {"type": "multi_static_select", "options": ab}),
            field("person", {"type": "users_select", "initial_user": "U0EMMA"}),
            field("people", {"type": "multi_users_select"}),
            field("channel", {"type": "conversations_select"}),
            field("ticks", {"type": "checkboxes", "options": ab, "initial_options": [ab[0]]}),
            field("radio", {"type": "radio_buttons", "options": ab}),
            field("day", {"type": "datepicker", "initial_date": "2026-11-23"}),
            field("hour", {"type": "timepicker"}),
            field("number", {"type": "number_input"}),
        ],
    )
    assert [await held(page, name) for name in ("text", "person", "day")] == [
        "start",
        "U0EMMA",
        "2026-11-23",
    ]
    await page.get_by_label("text", exact=True).fill("改過的字")
    await page.get_by_label("one", exact=True).select_option("b")
    await page.get_by_role("group", name="many").get_by_label("B").check()
    await page.get_by_role("group", name="people").get_by_label("Pinyu").check()
    await page.get_by_label("channel", exact=True).select_option("C1")
    await page.get_by_role("group", name="ticks").get_by_label("A").uncheck()
    await page.get_by_role("radiogroup", name="radio").get_by_label("B").check()
    await page.get_by_label("hour", exact=True).fill("09:30")
    await page.get_by_label("number", exact=True).fill("7")
    assert await held(page, "text") == "改過的字"
    assert (await held(page, "one"))["value"] == "b"
    assert [one["value"] for one in await held(page, "many")] == ["b"]
    assert await held(page, "people") == ["U0PINYU"]
    assert await held(page, "channel") == "C1"
    assert await held(page, "ticks") == []
    assert (await held(page, "radio"))["value"] == "b"
    assert (await held(page, "hour"), await held(page, "number")) == ("09:30", "7")
    assert await page.evaluate("window.sent") == []


async def test_times_are_entered_in_the_readers_zone_over_a_change_of_the_clock(open_page: OpenPage) -> None:
    page = await open_page(timezone_id="Asia/Tokyo")
    converted = await page.evaluate(
        """async () => {
          const { fromWall, toWall, dateText } = await import("/page/js/blocks/dates.js");
          const me = { locale: "en-US", tz: "Europe/London" };
          const walls = ["2026-03-28T09:30", "2026-03-29T09:30", "2026-10-25T09:30", "2026-01-01T00:00"];
          const [there, now] = [walls.map((wall) => fromWall(me, wall)), Date.now() / 1000];
          const near = [dateText(me, now, "{date_short_pretty}"), dateText(me, now + 86400, "{date_pretty}")];
          return [there, there.map((epoch) => toWall(me, epoch)), ...near];
        }"""
    )
    assert converted[0] == [1774690200, 1774773000, 1792920600, 1767225600]
    assert converted[1] == ["2026-03-28T09:30", "2026-03-29T09:30", "2026-10-25T09:30", "2026-01-01T00:00"]
    assert converted[2:] == ["today", "tomorrow"]


async def test_a_long_section_is_folded_unless_the_app_says_expand(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    long = "很長的一段話。" * 150
    blocks = [
        {"type": "section", "block_id": "a", "text": mrkdwn(long)},
        {"type": "section", "block_id": "b", "expand": True, "text": mrkdwn(long)},
        {"type": "actions", "block_id": "c", "elements": [button("ok", "OK")]},
    ]
    card = message(page, await slack.post("long", blocks=blocks))
    more = card.get_by_role("button", name="顯示更多")
    await expect(more).to_have_count(1)
    await more.click()
    await expect(card.get_by_role("button", name="收合")).to_have_attribute("aria-expanded", "true")
    await expect(action(card, "ok")).to_be_visible()
