"""What a person does reaches a real bolt app, and what the app says in time is what the person sees."""

import asyncio
from typing import Any

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Sandbox
from tests.sandbox.conftest import DESK, PINYU, Bolt, Json, Person, refused, until

CARD: list[Json] = [
    {"type": "section", "block_id": "words", "text": {"type": "plain_text", "text": "拿鐵好喝嗎？"}},
    {
        "type": "actions",
        "block_id": "row",
        "elements": [
            {
                "type": "button",
                "action_id": "item.approve",
                "value": "7",
                "text": {"type": "plain_text", "text": "核准"},
            },
            {
                "type": "static_select",
                "action_id": "item.assign",
                "options": [{"text": {"type": "plain_text", "text": name}, "value": name} for name in ("品妤", "柏翰")],
            },
        ],
    },
]


def modal(**more: object) -> Json:
    """A small modal with one required field."""
    return {
        "type": "modal",
        "callback_id": "edit",
        "title": {"type": "plain_text", "text": "編輯"},
        "submit": {"type": "plain_text", "text": "送出"},
        "private_metadata": "item=7",
        "blocks": [
            {
                "type": "input",
                "block_id": "reply",
                "label": {"type": "plain_text", "text": "回覆"},
                "element": {"type": "plain_text_input", "action_id": "text", "max_length": 20},
            }
        ],
        **more,
    }


async def put_card(web: AsyncWebClient) -> str:
    """A card in the desk's channel; gives its ts."""
    posted = await web.chat_postMessage(channel=DESK, text="一則留言", blocks=CARD)
    return str(posted["ts"])


async def test_command_is_acked_and_its_answer_is_seen_only_by_who_asked(
    bolt: Bolt, pinyu: Person, person: Any
) -> None:
    heard: list[Json] = []

    @bolt.app.command("/engage")
    async def engage(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack("三則待回覆")

    await bolt.connect()
    outcome = await pinyu.does("command", channel=DESK, text="/engage queue <now> & then")
    assert outcome["outcome"] == "acked"
    assert heard[0]["text"] == "queue &lt;now&gt; &amp; then"
    assert (heard[0]["user_id"], heard[0]["channel_id"]) == (PINYU, DESK)
    assert [one["text"] for one in (await pinyu.sees())["ephemerals"]] == ["三則待回覆"]
    assert (await person("U0EMMA").sees())["ephemerals"] == []


async def test_unknown_command_never_reaches_the_app(bolt: Bolt, pinyu: Person) -> None:
    await bolt.connect()
    outcome = await pinyu.does("command", channel=DESK, text="/nonsense")
    assert outcome["outcome"] == "unknown_command"
    assert "not a valid command" in (await pinyu.sees())["notices"][0]["text"]


async def test_click_carries_the_button_the_message_and_everything_entered(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    heard: list[Json] = []

    @bolt.app.action("item.assign")
    @bolt.app.action("item.approve")
    async def clicked(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    await bolt.connect()
    ts = await put_card(web)
    chosen = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.assign", selected_option="柏翰")
    clicked_too = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
    assert [chosen["outcome"], clicked_too["outcome"]] == ["acked", "acked"]
    action = heard[1]["actions"][0]
    assert (action["value"], action["block_id"], action["type"]) == ("7", "row", "button")
    assert heard[1]["container"]["message_ts"] == ts == heard[1]["message"]["ts"]
    assert heard[0]["actions"][0]["selected_option"]["value"] == "柏翰"
    assert heard[1]["state"]["values"]["row"]["item.assign"]["selected_option"]["value"] == "柏翰"


async def test_clicking_what_is_not_there_is_refused(bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    ts = await put_card(web)
    missing = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.nothing")
    assert (missing["status"], missing["error"]) == (404, "no_such_element")
    stray = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.assign", selected_option="外人")
    assert (stray["status"], stray["error"]) == (400, "no_such_option")


async def test_click_without_a_socket_is_told_so(web: AsyncWebClient, pinyu: Person) -> None:
    ts = await put_card(web)
    alone = await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
    assert alone["outcome"] == "not_connected"
    assert len((await pinyu.sees())["notices"]) == 1


async def test_waiting_clicks_are_shown_as_pending(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    go = asyncio.Event()

    @bolt.app.action("item.approve")
    async def slow(ack: Any) -> None:
        await go.wait()
        await ack()

    await bolt.connect()
    ts = await put_card(web)
    click = asyncio.create_task(pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve"))
    await until(lambda: box.slack.state.pending)
    waiting = (await pinyu.sees())["pending"]
    go.set()
    assert [(one["what"], one["where"]) for one in waiting] == [("block_actions", "item.approve")]
    assert (await click)["outcome"] == "acked"
    assert (await pinyu.sees())["pending"] == []


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


async def test_response_url_works_five_times_replaces_and_deletes(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    urls: list[str] = []

    @bolt.app.action("item.approve")
    async def clicked(ack: Any, body: Json) -> None:
        urls.append(body["response_url"])
        await ack()

    await bolt.connect()
    ts = await put_card(web)
    await pinyu.does("click", channel=DESK, ts=ts, action_id="item.approve")
    hook = AsyncWebhookClient(urls[0])
    whispered = await hook.send(text="只有你看得到")
    shouted = await hook.send_dict({"text": "大家都看得到", "response_type": "in_channel", "thread_ts": ts})
    replaced = await hook.send(text="已核准", replace_original=True)
    seen = await pinyu.sees()
    assert [one["text"] for one in seen["ephemerals"]] == ["只有你看得到"]
    assert [one["text"] for one in seen["messages"][DESK]] == ["已核准", "大家都看得到"]
    assert seen["messages"][DESK][1]["thread_ts"] == ts
    fourth = await hook.send(text="再一次")
    deleted = await hook.send_dict({"delete_original": True})
    sixth = await hook.send(text="第六次")
    codes = [answer.status_code for answer in (whispered, shouted, replaced, fourth, deleted, sixth)]
    assert codes == [200, 200, 200, 200, 200, 404]
    assert (await pinyu.sees())["messages"][DESK][0]["deleted"] is True


async def test_response_url_ends_with_its_time(box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    codes: list[int] = []

    @bolt.app.action("item.approve")
    async def clicked(ack: Any, respond: Any) -> None:
        await ack()
        codes.append((await respond("太晚了")).status_code)

    box.slack.settings.hook_seconds = 0.0
    await bolt.connect()
    await pinyu.does("click", channel=DESK, ts=await put_card(web), action_id="item.approve")
    await until(lambda: codes)
    assert codes == [404]


async def test_ephemeral_changes_only_through_its_own_response_url(
    bolt: Bolt, web: AsyncWebClient, pinyu: Person
) -> None:
    urls: list[str] = []

    @bolt.app.action("item.approve")
    async def clicked(ack: Any, body: Json) -> None:
        assert "message" not in body
        urls.append(body["response_url"])
        await ack()

    await bolt.connect()
    sent = await web.chat_postEphemeral(channel=DESK, user=PINYU, text="悄悄話", blocks=CARD)
    update = await refused(web.chat_update(channel=DESK, ts=sent["message_ts"], text="改"))
    assert update["error"] == "message_not_found"
    whispered = (await pinyu.sees())["ephemerals"][0]
    clicked_it = await pinyu.does("click", ephemeral=whispered["id"], action_id="item.approve")
    assert clicked_it["outcome"] == "acked"
    assert (await AsyncWebhookClient(urls[0]).send(text="換過了", replace_original=True)).status_code == 200
    assert [one["text"] for one in (await pinyu.sees())["ephemerals"]] == ["換過了"]


async def test_message_shortcut_brings_the_message(bolt: Bolt, web: AsyncWebClient, pinyu: Person) -> None:
    heard: list[Json] = []

    @bolt.app.shortcut("item.suggest_again")
    async def again(ack: Any, body: Json) -> None:
        heard.append(body)
        await ack()

    await bolt.connect()
    ts = await put_card(web)
    used = await pinyu.does("shortcut", callback_id="item.suggest_again", channel=DESK, ts=ts)
    assert used["outcome"] == "acked"
    assert heard[0]["message"]["ts"] == ts
    assert heard[0]["type"] == "message_action"
    assert (await pinyu.does("shortcut", callback_id="item.suggest_again"))["status"] == 404


async def test_home_opens_and_is_published_for_one_person(
    box: Sandbox, bolt: Bolt, web: AsyncWebClient, pinyu: Person, person: Any
) -> None:
    @bolt.app.event("app_home_opened")
    async def opened(event: Json) -> None:
        home = {"type": "home", "blocks": [CARD[0]]}
        await web.views_publish(user_id=event["user"], view=home)

    await bolt.connect()
    assert (await pinyu.does("open_home"))["outcome"] == "acked"
    emma = person("U0EMMA")
    await until(lambda: box.slack.state.homes)
    home = (await pinyu.sees())["home"]
    assert home["blocks"][0]["text"]["text"] == "拿鐵好喝嗎？"
    assert (await emma.sees())["home"] is None
    stale = await refused(web.views_publish(user_id=PINYU, hash="old", view={"type": "home", "blocks": CARD}))
    assert stale["error"] == "hash_conflict"
