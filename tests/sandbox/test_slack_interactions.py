"""What a person does reaches a real bolt app, and what the app says in time is what the person sees."""

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.sandbox import Sandbox
from tests.sandbox.conftest import (
    CARD,
    DESK,
    PINYU,
    Bolt,
    Json,
    Person,
    put_card,
    refused,
    until,
)


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
