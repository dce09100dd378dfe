"""Modals: triggers, what was typed, the ack's answer, the stack of three, hashes, closing."""

from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.sandbox.conftest import DESK, Bolt, Json, Person, modal, put_card, refused


async def test_modal_opens_keeps_what_was_typed_and_shows_the_apps_errors(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    heard: list[Json] = []

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    @bolt.app.view("edit")
    async def submitted(ack: Any, view: Json) -> None:
        heard.append(view)
        text = view["state"]["values"]["reply"]["text"]["value"]
        if text == "壞":
            await ack(response_action="errors", errors={"reply": "請再想想"})
        else:
            await ack()

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    view = (await pinyu.sees())["views"][0]
    at = {"view_id": view["id"], "block_id": "reply", "action_id": "text"}

    empty = await pinyu.does("submit", view_id=view["id"])
    assert empty["outcome"] == "invalid"
    assert list(empty["errors"]) == ["reply"]
    assert heard == []

    assert (await pinyu.does("type", **at, value="壞"))["outcome"] == "kept"
    refused = await pinyu.does("submit", view_id=view["id"])
    assert refused == {"outcome": "acked", "errors": {"reply": "請再想想"}}
    assert (await pinyu.sees())["views"][0]["errors"] == {"reply": "請再想想"}

    await pinyu.does("type", **at, value="謝謝光臨")
    done = await pinyu.does("submit", view_id=view["id"])
    assert done == {"outcome": "acked", "errors": None}
    assert heard[-1]["private_metadata"] == "item=7"
    assert heard[-1]["state"]["values"]["reply"]["text"]["value"] == "謝謝光臨"
    assert (await pinyu.sees())["views"] == []


async def test_ack_can_push_update_and_clear_and_the_stack_ends_at_three(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    answers: list[Json] = []

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    @bolt.app.view("edit")
    async def submitted(ack: Any) -> None:
        await ack(answers.pop(0))

    async def submit() -> Json:
        top = (await pinyu.sees())["views"][-1]["id"]
        return await pinyu.does("submit", view_id=top, values={"reply": {"text": {"value": "好"}}})

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    push = {"response_action": "push", "view": modal()}
    titled = modal(title={"type": "plain_text", "text": "另一個"})
    answers += [push, push, push, {"response_action": "update", "view": titled}, {"response_action": "clear"}]
    assert [(await submit())["outcome"] for _ in range(2)] == ["acked", "acked"]
    views = (await pinyu.sees())["views"]
    assert len(views) == 3
    assert views[2]["previous_view_id"] == views[1]["id"]
    assert {view["root_view_id"] for view in views} == {views[0]["id"]}
    assert (await submit())["outcome"] == "bad_ack"
    assert (await pinyu.sees())["notices"][-1]["text"] == "We had some trouble connecting. Try again?"
    assert (await submit())["outcome"] == "acked"
    assert (await pinyu.sees())["views"][-1]["title"]["text"] == "另一個"
    await submit()
    assert (await pinyu.sees())["views"] == []


async def test_errors_on_a_block_that_is_no_input_are_a_bad_ack(bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    @bolt.app.view("edit")
    async def submitted(ack: Any) -> None:
        await ack(response_action="errors", errors={"nowhere": "錯"})

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    view = (await pinyu.sees())["views"][0]
    said = await pinyu.does("submit", view_id=view["id"], values={"reply": {"text": {"value": "好"}}})
    assert said["outcome"] == "bad_ack"
    assert len((await pinyu.sees())["views"]) == 1


async def test_trigger_works_once_and_not_after_its_time(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    errors: list[str] = []

    async def try_open(trigger: str) -> None:
        try:
            await web.views_open(trigger_id=trigger, view=modal())
        except SlackApiError as failed:
            errors.append(failed.response["error"])

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await try_open(body["trigger_id"])
        await try_open(body["trigger_id"])
        await try_open("1.2.made-up")
        await ack()

    await bolt.connect()
    ts = await put_card(web)
    await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
    assert errors == ["exchanged_trigger_id", "invalid_arguments"]
    box.slack.settings.trigger_seconds = 0.0
    await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
    assert errors[2] == "expired_trigger_id"


async def test_view_refused_for_its_blocks_leaves_the_trigger_unused(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    errors: list[Any] = []

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        long = modal(title={"type": "plain_text", "text": "長" * 25})
        answer = await refused(web.views_open(trigger_id=body["trigger_id"], view=long))
        errors.append(answer["response_metadata"]["messages"])
        await web.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    await bolt.connect()
    clicked = await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    assert clicked["outcome"] == "acked"
    assert errors == [["[ERROR] must be less than 25 characters [json-pointer:/view/title/text]"]]


async def test_stale_hash_loses_and_values_survive_an_update(bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal())
        await ack()

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    view = (await pinyu.sees())["views"][0]
    await pinyu.does("type", view_id=view["id"], block_id="reply", action_id="text", value="留著")
    await web.views_update(view_id=view["id"], hash=view["hash"], view=modal(callback_id="second"))
    stale = await refused(web.views_update(view_id=view["id"], hash=view["hash"], view=modal()))
    assert stale["error"] == "hash_conflict"
    now = (await pinyu.sees())["views"][0]
    assert now["callback_id"] == "second"
    assert now["state"]["values"]["reply"]["text"]["value"] == "留著"


async def test_push_needs_a_trigger_from_a_modal_and_ends_at_three(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    errors: list[str] = []
    button = {
        "type": "actions",
        "block_id": "more",
        "elements": [{"type": "button", "action_id": "deeper", "text": {"type": "plain_text", "text": "再一層"}}],
    }
    deep = modal(blocks=[*modal()["blocks"], button])

    async def refused_push(trigger: str) -> None:
        try:
            await web.views_push(trigger_id=trigger, view=deep)
        except SlackApiError as failed:
            errors.append(failed.response["error"])

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await refused_push(body["trigger_id"])
        await web.views_open(trigger_id=body["trigger_id"], view=deep)
        await ack()

    @bolt.app.action("deeper")
    async def pushes(ack: Any, body: Json) -> None:
        await refused_push(body["trigger_id"])
        await ack()

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    for _ in range(3):
        top = (await pinyu.sees())["views"][-1]["id"]
        assert (await pinyu.does("click", view_id=top, action_id="deeper"))["outcome"] == "acked"
    assert errors == ["not_found", "push_limit_reached"]
    assert len((await pinyu.sees())["views"]) == 3


async def test_closing_a_modal_tells_the_app_that_asked(bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    closed: list[Json] = []

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))
        await ack()

    @bolt.app.view_closed("edit")
    async def was_closed(ack: Any, body: Json) -> None:
        closed.append(body)
        await ack()

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    view = (await pinyu.sees())["views"][0]
    assert (await pinyu.does("close", view_id=view["id"]))["outcome"] == "acked"
    assert closed[0]["is_cleared"] is False
    assert (await pinyu.sees())["views"] == []


async def test_cross_clears_the_whole_stack_and_says_so(bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    closed: list[tuple[str, bool]] = []

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal(notify_on_close=True))
        await ack()

    @bolt.app.view("edit")
    async def submitted(ack: Any) -> None:
        await ack(response_action="push", view=modal(notify_on_close=True))

    @bolt.app.view_closed("edit")
    async def was_closed(ack: Any, body: Json) -> None:
        closed.append((body["view"]["id"], body["is_cleared"]))
        await ack()

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    below = (await pinyu.sees())["views"][0]["id"]
    await pinyu.does("submit", view_id=below, values={"reply": {"text": {"value": "好"}}})
    top = (await pinyu.sees())["views"][1]["id"]
    assert (await pinyu.does("submit", view_id=below))["error"] == "not_on_top"
    await pinyu.does("close", view_id=top, everything=True)
    assert closed == [(top, True), (below, True)]
    assert (await pinyu.sees())["views"] == []


async def test_typing_reaches_the_app_only_where_it_asked_for_it(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    typed: list[Any] = []
    quiet = modal()["blocks"][0]
    loud = {
        **quiet,
        "block_id": "loud",
        "dispatch_action": True,
        "element": {"type": "plain_text_input", "action_id": "count"},
    }

    @bolt.app.action("item.approve")
    async def opens(ack: Any, body: Json) -> None:
        await web.views_open(trigger_id=body["trigger_id"], view=modal(blocks=[quiet, loud]))
        await ack()

    @bolt.app.action("count")
    async def counts(ack: Any, body: Json) -> None:
        typed.append((body["actions"][0]["value"], body["view"]["state"]["values"]["reply"]["text"]["value"]))
        await ack()

    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    view = (await pinyu.sees())["views"][0]["id"]
    silent = await pinyu.does("type", view_id=view, block_id="reply", action_id="text", value="一")
    heard = await pinyu.does("type", view_id=view, block_id="loud", action_id="count", value="二")
    emptied = await pinyu.does("type", view_id=view, block_id="reply", action_id="text", value="")
    assert [silent["outcome"], heard["outcome"], emptied["outcome"]] == ["kept", "acked", "kept"]
    assert typed == [("二", "一")]
    assert (await pinyu.sees())["views"][0]["state"]["values"]["reply"]["text"]["value"] is None
