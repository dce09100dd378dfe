"""The right half in a real browser: being a colleague in Slack, with a tiny app of slack-bolt behind it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest_asyncio
from playwright.async_api import Locator, Page, expect
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from tests.e2e.conftest import OpenPage, Slack

PINYU, EMMA = "U0PINYU", "U0EMMA"


def words(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text}


def option(text: str, value: str) -> dict[str, Any]:
    return {"text": words(text), "value": value}


def button(action: str, text: str, **more: Any) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": words(text), **more}


EVERYTHING: list[dict[str, Any]] = [
    {"type": "header", "block_id": "head", "text": words("新留言 New comment")},
    {
        "type": "section",
        "block_id": "sec",
        "text": mrkdwn("*bold* _italic_ ~gone~ `code` :tada:\n> quoted\nnext &lt;safe&gt; &amp; sound"),
        "accessory": {
            "type": "overflow",
            "action_id": "more",
            "options": [option("Escalate", "e"), option("Later", "l")],
        },
    },
    {"type": "section", "block_id": "fields", "fields": [mrkdwn("*Age*\n2 h"), words("plain *stays*")]},
    {"type": "divider", "block_id": "line"},
    {
        "type": "rich_text",
        "block_id": "rich",
        "elements": [
            {
                "type": "rich_text_section",
                "elements": [
                    {"type": "text", "text": "*literal* <!channel>", "style": {"bold": True}},
                    {"type": "link", "url": "https://example.com/a", "text": "a link"},
                    {"type": "emoji", "name": "coffee"},
                    {"type": "user", "user_id": EMMA},
                    {
                        "type": "date",
                        "timestamp": 1795400000,
                        "format": "{date_num} {time}",
                        "fallback": "then",
                    },
                ],
            },
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
        ],
    },
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            button("ok", "Send", style="primary", value="1"),
            button("no", "Ignore", style="danger", value="1"),
            button("open", "Open", url="https://example.com/post"),
            {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": words("Snooze"),
                "options": [option("1 h", "1"), option("1 day", "24")],
            },
            {"type": "users_select", "action_id": "who", "placeholder": words("Hand over")},
            {
                "type": "datetimepicker",
                "action_id": "when",
                "initial_date_time": 1795400000,
            },
            {"type": "checkboxes", "action_id": "tick", "options": [option("Pin", "pin")]},
            {
                "type": "radio_buttons",
                "action_id": "one",
                "options": [option("A", "a"), option("B", "b")],
                "initial_option": option("B", "b"),
            },
        ],
    },
    {
        "type": "table",
        "block_id": "tab",
        "rows": [
            [{"type": "raw_text", "text": "Platform"}, {"type": "raw_text", "text": "Count"}],
            [{"type": "raw_text", "text": "*Square*"}, {"type": "raw_text", "text": "24"}],
        ],
        "column_settings": [{"align": "left"}, {"align": "right"}],
    },
    {"type": "context", "block_id": "foot", "elements": [mrkdwn("by <@U0PINYU> in <#C0DESK>")]},
]


class App:
    """A bolt app on the sandbox that remembers what reached it and can be made to wait before it acks."""

    def __init__(self, slack: Slack) -> None:
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.news = asyncio.Condition()
        self.go = asyncio.Event()
        self.go.set()
        self.bolt = AsyncApp(
            client=AsyncWebClient(token=slack.token, base_url=slack.url),
            signing_secret="none",
            request_verification_enabled=False,
        )
        for word in ("ok", "more", "pick", "who", "when", "tick", "one", "no", "in_modal", "home"):
            self.bolt.action(word)(self.clicked)
        self.bolt.action("edit")(self.opened)
        self.bolt.action("deeper")(self.pushed)
        self.bolt.view("draft")(self.submitted)
        self.bolt.command("/engage")(self.commanded)
        self.bolt.shortcut("item.suggest_again")(self.shortcut)
        self.bolt.event("app_home_opened")(self.looked)

    def last(self, kind: str) -> dict[str, Any]:
        """The newest payload of a kind."""
        return [payload for one, payload in self.heard if one == kind][-1]

    async def keep(self, kind: str, payload: dict[str, Any]) -> None:
        """Remember what came, and wake who waits for it."""
        async with self.news:
            self.heard.append((kind, payload))
            self.news.notify_all()

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait, for five seconds at most, until what came makes it true."""
        async with asyncio.timeout(5), self.news:
            await self.news.wait_for(lambda: bool(self.heard) and true())

    async def clicked(self, ack: Any, body: dict[str, Any]) -> None:
        await self.keep("action", body)
        await self.go.wait()
        await ack()

    async def opened(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(
            trigger_id=body["trigger_id"],
            view={
                "type": "modal",
                "callback_id": "draft",
                "title": words("編輯回覆"),
                "submit": words("送出"),
                "close": words("先不要"),
                "blocks": [
                    {"type": "section", "text": mrkdwn("*預覽*")},
                    {
                        "type": "input",
                        "block_id": "text",
                        "label": words("回覆"),
                        "hint": words("客人會看到這段文字"),
                        "element": {
                            "type": "plain_text_input",
                            "action_id": "value",
                            "multiline": True,
                            "initial_value": "您好",
                            "max_length": 20,
                        },
                    },
                    {
                        "type": "input",
                        "block_id": "note",
                        "optional": True,
                        "label": words("備註"),
                        "element": {"type": "plain_text_input", "action_id": "value"},
                    },
                    {
                        "type": "actions",
                        "block_id": "extra",
                        "elements": [button("in_modal", "插入招呼"), button("deeper", "看範本")],
                    },
                ],
            },
        )

    async def pushed(self, ack: Any, body: dict[str, Any], client: AsyncWebClient) -> None:
        await ack()
        view = {
            "type": "modal",
            "title": words("範本"),
            "blocks": [{"type": "section", "text": mrkdwn("第一則")}],
        }
        await client.views_push(trigger_id=body["trigger_id"], view=view)

    async def submitted(self, ack: Any, body: dict[str, Any]) -> None:
        await self.keep("view", body)
        text = body["view"]["state"]["values"]["text"]["value"]["value"]
        if text == "壞":
            await ack(response_action="errors", errors={"text": "請寫得客氣一點"})
        else:
            await ack()

    async def commanded(self, ack: Any, body: dict[str, Any]) -> None:
        await self.keep("command", body)
        await ack(f"queue: *{body['text']}*")

    async def shortcut(self, ack: Any, body: dict[str, Any]) -> None:
        await self.keep("shortcut", body)
        await ack()

    async def looked(self, event: dict[str, Any], client: AsyncWebClient) -> None:
        blocks = [
            {"type": "header", "text": words("我的佇列")},
            {"type": "actions", "elements": [button("home", "重新整理")]},
        ]
        await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})


@pytest_asyncio.fixture(loop_scope="session")
async def app(slack: Slack) -> AsyncIterator[App]:
    logging.getLogger("slack_bolt").setLevel(logging.CRITICAL)
    made = App(slack)
    handler = AsyncSocketModeHandler(made.bolt, slack.app_token)
    await handler.connect_async()  # type: ignore[no-untyped-call]
    yield made
    made.go.set()
    await handler.close_async()  # type: ignore[no-untyped-call]


def message(page: Page, ts: str) -> Locator:
    return page.locator(f'.workspace [data-testid="message"][data-ts="{ts}"]')


def action(place: Page | Locator, name: str) -> Locator:
    return place.locator(f'[data-testid="action"][data-action-id="{name}"]')


async def test_every_kind_of_block_is_drawn_as_slack_draws_it(open_page: OpenPage, slack: Slack) -> None:
    ts = await slack.post("新留言：燕麥奶", blocks=EVERYTHING)
    card = message(await open_page(timezone_id="America/New_York"), ts)
    assert "新留言：燕麥奶" in str(await card.get_attribute("aria-label"))
    await expect(card.get_by_role("heading", name="新留言 New comment")).to_be_visible()
    section = card.locator('[data-block="section"]').first
    for tag, text in (("strong", "bold"), ("em", "italic"), ("s", "gone"), ("code", "code")):
        await expect(section.locator(tag)).to_have_text(text)
    await expect(section.locator("blockquote")).to_have_text("quoted")
    await expect(section).to_contain_text("next <safe> & sound")
    await expect(section).to_contain_text("🎉")
    await expect(card.locator(".field").last).to_have_text("plain *stays*")
    rich = card.locator('[data-block="rich_text"]')
    await expect(rich.locator("strong").first).to_have_text("*literal* <!channel>")
    await expect(rich.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await expect(rich.locator("a")).to_have_attribute("target", "_blank")
    await expect(rich).to_contain_text("☕\ufe0f@Emma Clarke2026-11-23 上午10:13")
    await expect(rich.locator("ol li")).to_have_text("one")
    await expect(rich.locator("blockquote")).to_have_text("said")
    await expect(rich.locator("pre")).to_have_text("x = 1")
    await expect(action(card, "open")).to_have_attribute("href", "https://example.com/post")
    await expect(action(card, "when").locator("visible=true")).to_have_value("2026-11-23T10:13")
    await expect(action(card, "one").get_by_label("B")).to_be_checked()
    await expect(card.locator("table td").first).to_have_text("*Square*")
    await expect(card.locator('[data-block="context"]')).to_have_text("by @林品妤 in #社群小編")
    await expect(card.locator(".unsupported")).to_have_count(0)


async def test_mrkdwn_follows_slacks_rules(open_page: OpenPage) -> None:
    rules = {
        "snake_case_stays 2*3*4": "snake_case_stays 2*3*4",
        "<https://evil.example|nice>": '<a target="_blank">nice</a>',
        "see https://a.example/x, ok": 'see <a target="_blank">https://a.example/x</a>, ok',
        "```&lt;b&gt; *x*\ny```": "<pre>&lt;b&gt; *x*\ny</pre>",
        "<!date^0^never {date_num}|then>": "<time>never 1970-01-01</time>",
        "javascript:alert(1) <javascript:alert(1)|x>": "javascript:alert(1) x",
        "1 <b> 2": "1 &lt;b&gt; 2",
        "*_both_* &amp;lt;": "<strong><em>both</em></strong> &amp;lt;",
        ":no_such_thing: 12:30:45 :tada:": ":no_such_thing: 12:30:45 🎉",
        "<!here> <@U0NOBODY>": "<span>@here</span> <span>@U0NOBODY</span>",
        "&gt; *a*\nb": "<blockquote><strong>a</strong></blockquote>b",
        "**": "**",
    }
    page = await open_page()
    drawn = await page.evaluate(
        """async (texts) => {
          const { mrkdwn } = await import("/page/js/blocks/mrkdwn.js");
          const me = { id: "U1", locale: "en-US", tz: "UTC" };
          return texts.map((text) => {
            const holder = document.createElement("div");
            holder.append(...mrkdwn(text, { me, users: new Map(), channels: new Map() }));
            for (const node of holder.querySelectorAll("*"))
              for (const { name } of [...node.attributes]) if (name !== "target") node.removeAttribute(name);
            return holder.innerHTML;
          });
        }""",
        list(rules),
    )
    assert dict(zip(rules, drawn, strict=True)) == rules


async def test_hostile_text_in_a_message_stays_text(open_page: OpenPage, slack: Slack) -> None:
    hostile = '<img src=x onerror="window.hit=1">'
    page = await open_page()
    ts = await slack.post(hostile.replace("<", "&lt;").replace(">", "&gt;"))
    await expect(message(page, ts).locator(".message-body")).to_have_text(hostile)
    assert await message(page, ts).locator("img").count() == 0
    assert await page.evaluate("window.hit") is None


async def test_a_click_waits_visibly_and_ends_with_the_ack(open_page: OpenPage, slack: Slack, app: App) -> None:
    page = await open_page()
    app.go.clear()
    card = message(page, await slack.post("card", blocks=EVERYTHING))
    await action(card, "ok").click()
    await expect(action(card, "ok")).to_have_attribute("aria-busy", "true")
    app.go.set()
    await expect(action(card, "ok")).not_to_have_attribute("aria-busy", "true")
    await expect(page.get_by_test_id("late")).to_have_count(0)
    assert app.last("action")["actions"][0]["value"] == "1"
    assert app.last("action")["user"]["id"] == PINYU


async def test_what_is_not_acked_in_time_says_so(open_page: OpenPage, slack: Slack, app: App) -> None:
    await slack.people("settings", ack_seconds=0.3)
    page = await open_page()
    app.go.clear()
    card = message(page, await slack.post("card", blocks=EVERYTHING))
    await action(card, "ok").click()
    await expect(page.get_by_test_id("late")).to_contain_text("3 秒")
    await expect(page.get_by_test_id("notice")).to_contain_text("Operation timed out")
    await page.get_by_test_id("notice").get_by_role("button").click()
    await expect(page.get_by_test_id("notice")).to_have_count(0)


async def test_without_an_app_a_click_goes_nowhere_and_says_so(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    card = message(page, await slack.post("card", blocks=EVERYTHING))
    await action(card, "ok").click()
    await expect(page.get_by_test_id("late")).to_be_visible()


async def test_menus_selects_and_ticks_reach_the_app(open_page: OpenPage, slack: Slack, app: App) -> None:
    page = await open_page()
    card = message(page, await slack.post("card", blocks=EVERYTHING))

    async def told(name: str) -> dict[str, Any]:
        await expect(action(card, name)).not_to_have_attribute("aria-busy", "true")
        await app.until(lambda: app.last("action")["actions"][0]["action_id"] == name)
        one: dict[str, Any] = app.last("action")["actions"][0]
        return one

    await action(card, "more").click()
    await page.get_by_role("menuitem", name="Later").click()
    assert (await told("more"))["selected_option"]["value"] == "l"
    await action(card, "pick").select_option("24")
    assert (await told("pick"))["selected_option"]["value"] == "24"
    await action(card, "who").select_option(EMMA)
    assert (await told("who"))["selected_user"] == EMMA
    await action(card, "tick").get_by_label("Pin").check()
    assert [one["value"] for one in (await told("tick"))["selected_options"]] == ["pin"]
    await action(card, "one").get_by_label("A").check()
    assert (await told("one"))["selected_option"]["value"] == "a"
    await action(card, "when").fill("2026-12-24T18:30")
    await page.keyboard.press("Enter")
    assert (await told("when"))["selected_date_time"] == 1798108200  # 18:30 in Taipei is 10:30 UTC


async def test_a_confirm_asks_first_and_no_means_no(open_page: OpenPage, slack: Slack, app: App) -> None:
    confirm = {
        "title": words("真的略過？"),
        "text": words("它會從佇列移除"),
        "confirm": words("略過"),
        "deny": words("留著"),
    }
    blocks = [
        {"type": "actions", "block_id": "a", "elements": [button("no", "Ignore", confirm=confirm)]},
    ]
    page = await open_page()
    card = message(page, await slack.post("card", blocks=blocks))
    await action(card, "no").click()
    await expect(page.get_by_role("alertdialog", name="真的略過？")).to_contain_text("它會從佇列移除")
    await page.get_by_role("button", name="留著").click()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await expect(action(card, "no")).to_be_focused()
    assert app.heard == []
    await action(card, "no").click()
    await page.get_by_role("button", name="略過").last.click()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    await expect(action(card, "no")).not_to_have_attribute("aria-busy", "true")
    assert app.last("action")["actions"][0]["action_id"] == "no"


async def test_a_modal_opens_shows_errors_under_fields_and_closes_when_done(
    open_page: OpenPage, slack: Slack, app: App
) -> None:
    page = await open_page()
    blocks = [{"type": "actions", "block_id": "a", "elements": [button("edit", "編輯")]}]
    card = message(page, await slack.post("card", blocks=blocks))
    await action(card, "edit").click()
    modal = page.get_by_role("dialog", name="編輯回覆")
    field = modal.get_by_label("回覆", exact=True)
    await expect(field).to_be_focused()
    await expect(field).to_have_value("您好")
    await field.fill("")
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal.get_by_test_id("field-error").first).to_have_text("請填寫這個欄位。")
    assert app.heard == []
    await field.fill("壞")
    await page.keyboard.press("Control+Enter")
    error = modal.locator('[data-testid="modal-field"][data-block-id="text"]').get_by_test_id("field-error")
    await expect(error).to_have_text("請寫得客氣一點")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill("謝謝您")
    await expect(error).to_have_text("")
    await modal.get_by_test_id("modal-submit").click()
    await expect(modal).to_have_count(0)
    await expect(action(card, "edit")).to_be_focused()
    values = app.last("view")["view"]["state"]["values"]
    assert (values["text"]["value"]["value"], values["note"]["value"]["value"]) == ("謝謝您", None)


async def test_a_button_in_a_modal_carries_what_was_typed(open_page: OpenPage, slack: Slack, app: App) -> None:
    page = await open_page()
    blocks = [{"type": "actions", "block_id": "a", "elements": [button("edit", "編輯")]}]
    card = message(page, await slack.post("card", blocks=blocks))
    await action(card, "edit").click()
    await page.get_by_label("回覆", exact=True).fill("剛打的字")
    await action(page, "in_modal").click()
    await expect(action(page, "in_modal")).not_to_have_attribute("aria-busy", "true")
    await app.until(lambda: bool(app.heard))
    assert app.last("action")["view"]["state"]["values"]["text"]["value"]["value"] == "剛打的字"
    await expect(page.get_by_label("回覆", exact=True)).to_have_value("剛打的字")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_a_pushed_modal_leads_back_to_what_was_typed_below(open_page: OpenPage, slack: Slack, app: App) -> None:
    page = await open_page()
    blocks = [{"type": "actions", "block_id": "a", "elements": [button("edit", "編輯")]}]
    card = message(page, await slack.post("card", blocks=blocks))
    await action(card, "edit").click()
    await page.get_by_label("回覆", exact=True).fill("寫到一半")
    await action(page, "deeper").click()
    upper = page.get_by_role("dialog", name="範本")
    await expect(upper).to_contain_text("第一則")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="編輯回覆")).to_be_visible()
    await expect(page.get_by_label("回覆", exact=True)).to_have_value("寫到一半")
    await action(page, "deeper").click()
    await expect(upper).to_be_visible()
    await upper.get_by_test_id("modal-cross").click()
    await expect(page.get_by_test_id("modal")).to_have_count(0)


async def test_a_command_is_hinted_completed_and_answered_to_me_alone(
    open_page: OpenPage, slack: Slack, app: App
) -> None:
    page = await open_page()
    box = page.get_by_test_id("composer")
    await box.fill("/en")
    await expect(page.get_by_test_id("command-hints").get_by_role("option")).to_contain_text("/engage")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/engage ")
    await page.keyboard.type("qu")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/engage queue")
    await page.keyboard.press("Enter")
    whisper = page.get_by_test_id("ephemeral")
    await expect(whisper).to_contain_text("只有您能看到")
    await expect(whisper.locator("strong").last).to_have_text("queue")
    assert app.last("command")["text"] == "queue"
    await page.get_by_test_id("slack-user-picker").select_option(EMMA)
    await expect(whisper).to_have_count(0)


async def test_a_message_shortcut_reaches_the_app_with_its_message(open_page: OpenPage, slack: Slack, app: App) -> None:
    page = await open_page()
    ts = await slack.post("card")
    await message(page, ts).hover()
    await message(page, ts).get_by_test_id("message-menu").click()
    await page.get_by_test_id("shortcut").click()
    await app.until(lambda: bool(app.heard))
    assert app.last("shortcut")["message"]["ts"] == ts


async def test_a_thread_is_read_and_answered_beside_the_channel(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    ts = await slack.post("card")
    await slack.post("history of this card", thread_ts=ts)
    await message(page, ts).get_by_test_id("thread-link").click()
    pane = page.get_by_test_id("thread-pane")
    await expect(pane).to_contain_text("history of this card")
    await expect(page.get_by_test_id("thread-composer")).to_be_focused()
    await page.keyboard.type("我來處理")
    await page.keyboard.press("Enter")
    await expect(pane.get_by_test_id("message").last).to_contain_text("我來處理")
    await expect(page.locator(".workspace").get_by_text("我來處理")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(pane).to_be_hidden()
    await expect(message(page, ts).get_by_test_id("thread-link")).to_be_focused()


async def test_the_home_tab_is_published_when_it_is_opened(open_page: OpenPage, app: App) -> None:
    page = await open_page()
    await page.get_by_test_id("app").click()
    home = page.get_by_test_id("home")
    await expect(home.get_by_role("heading", name="我的佇列")).to_be_visible()
    await action(home, "home").click()
    await app.until(lambda: bool(app.heard))
    assert app.last("action")["view"]["type"] == "home"


async def test_a_card_updated_in_place_keeps_the_keyboard_where_it_was(open_page: OpenPage, slack: Slack) -> None:
    page = await open_page()
    ts = await slack.post("card", blocks=EVERYTHING)
    await action(message(page, ts), "no").focus()
    changed = [{**block, "block_id": block["block_id"]} for block in EVERYTHING[3:]]
    await slack.api("chat.update", channel=slack.channel, ts=ts, text="changed", blocks=changed)
    await expect(message(page, ts).get_by_role("heading")).to_have_count(0)
    await expect(action(message(page, ts), "no")).to_be_focused()


async def test_a_person_writes_in_the_channel(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("composer").fill("大家早 *安* <b>")
    await page.keyboard.press("Enter")
    last = page.get_by_test_id("message").last
    await expect(last).to_contain_text("林品妤")
    await expect(last.locator(".mrkdwn")).to_have_text("大家早 安 <b>")
