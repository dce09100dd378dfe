"""The Web API through the real SDK: who may call, how often, what it answers, and what would have pinged whom."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from tests.sandbox.conftest import DESK, EMMA, PINYU, POHAN, Json, Person, refused

BOT_TOKEN = "xoxb-sandbox-morning-light-coffee"


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-wrong", "invalid_auth"),
        ("auth.test", "xapp-sandbox-morning-light-coffee", "not_allowed_token_type"),
        ("apps.connections.open", BOT_TOKEN, "not_allowed_token_type"),
        ("chat.meMessage", BOT_TOKEN, "unknown_method"),
        ("reactions.add", BOT_TOKEN, "missing_scope"),
    ],
)
async def test_call_is_refused(box: Sandbox, http: aiohttp.ClientSession, method: str, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with http.post(f"{box.url}/api/{method}", headers=headers) as answer:
        said = await answer.json()
    assert (said["ok"], said["error"]) == (False, error)


async def test_missing_scope_names_what_is_needed_and_what_is_there(pinyu: Person, web: AsyncWebClient) -> None:
    denied = await refused(web.reactions_add(channel=DESK, timestamp="1.1", name="eyes"))
    assert denied["needed"] == "reactions:write"
    assert "chat:write" in denied["provided"].split(",")
    await pinyu.does("settings", scopes=["chat:write", "reactions:write"])
    ts = (await web.chat_postMessage(channel=DESK, text="一則"))["ts"]
    assert (await web.reactions_add(channel=DESK, timestamp=ts, name="eyes"))["ok"] is True
    again = await refused(web.reactions_add(channel=DESK, timestamp=ts, name="eyes"))
    assert again["error"] == "already_reacted"
    assert (await refused(web.users_info(user=PINYU)))["error"] == "missing_scope"


async def test_scopes_come_in_the_header(web: AsyncWebClient) -> None:
    answer = await web.auth_test()
    assert "chat:write" in answer.headers["x-oauth-scopes"].split(",")
    assert (answer["user_id"], answer["bot_id"]) == ("U0XIAOBIAN", "B0XIAOBIAN")


async def test_all_three_encodings_say_the_same(box: Sandbox, http: aiohttp.ClientSession) -> None:
    url = f"{box.url}/api/chat.postMessage"
    headers = {"Authorization": f"Bearer {BOT_TOKEN}"}
    said: Json = {"channel": DESK, "text": "一樣"}
    blocks = [{"type": "divider"}]
    flat = {**said, "blocks": json.dumps(blocks)}
    for how in ({"json": {**said, "blocks": blocks}}, {"data": flat}, {"params": flat}):
        async with http.post(url, headers=headers, **how) as answer:  # type: ignore[arg-type]
            assert (await answer.json())["message"]["blocks"][0]["type"] == "divider"
    async with http.post(url, data={**flat, "token": BOT_TOKEN}) as answer:
        assert (await answer.json())["ok"] is True
    async with http.post(url, json={**said, "token": BOT_TOKEN}) as answer:
        assert (await answer.json())["error"] == "not_authed"
    half = '{"channel": "C0DESK", "text": "\\ud83d"}'
    sent = {"Content-Type": "application/json", **headers}
    async with http.post(url, data=half, headers=sent) as answer:
        assert (await answer.json())["error"] == "invalid_json"


async def test_second_message_within_a_second_waits_and_other_channels_do_not(
    box: Sandbox, web: AsyncWebClient, pinyu: Person
) -> None:
    await pinyu.does("settings", pacing=True)
    await web.chat_postMessage(channel=DESK, text="一")
    with pytest.raises(SlackApiError) as limited:
        await web.chat_postMessage(channel=DESK, text="二")
    assert limited.value.response.status_code == 429
    assert limited.value.response["error"] == "ratelimited"
    assert limited.value.response.headers["Retry-After"] == "1"
    assert (await web.chat_postMessage(channel=EMMA, text="別的地方"))["ok"] is True
    assert len(box.slack.state.messages[DESK]) == 1


async def test_tier_three_ends_at_fifty_a_minute(pinyu: Person, web: AsyncWebClient) -> None:
    await pinyu.does("settings", pacing=True)
    ts = (await web.chat_postMessage(channel=DESK, text="零"))["ts"]
    for number in range(50):
        await web.chat_update(channel=DESK, ts=ts, text=str(number))
    with pytest.raises(SlackApiError) as limited:
        await web.chat_update(channel=DESK, ts=ts, text="五十一")
    assert 1 <= int(limited.value.response.headers["Retry-After"]) <= 60
    assert (await web.auth_test())["ok"] is True


async def test_message_can_be_updated_and_deleted_by_its_author_only(pinyu: Person, web: AsyncWebClient) -> None:
    blocks = [{"type": "divider"}]
    ts = (await web.chat_postMessage(channel=DESK, text="原文", blocks=blocks))["ts"]
    assert (await web.chat_update(channel=DESK, ts=ts, text="帶積木", blocks=blocks))["message"].get("edited") is None
    changed = await web.chat_update(channel=DESK, ts=ts, text="只有字")
    assert "blocks" not in changed["message"]
    assert changed["message"]["edited"]["user"] == "U0XIAOBIAN"
    theirs = (await pinyu.does("say", channel=DESK, text="人說的話"))["ts"]
    assert (await refused(web.chat_update(channel=DESK, ts=theirs, text="改")))["error"] == "cant_update_message"
    assert (await refused(web.chat_delete(channel=DESK, ts=theirs)))["error"] == "cant_delete_message"
    assert (await web.chat_delete(channel=DESK, ts=ts))["ok"] is True
    assert (await refused(web.chat_delete(channel=DESK, ts=ts)))["error"] == "message_not_found"
    assert [one["text"] for one in (await pinyu.sees())["messages"][DESK]] == ["人說的話"]


async def test_replies_hang_on_the_parent_and_never_on_a_reply(pinyu: Person, web: AsyncWebClient) -> None:
    parent = (await web.chat_postMessage(channel=DESK, text="母"))["ts"]
    reply = (await web.chat_postMessage(channel=DESK, text="子", thread_ts=parent))["ts"]
    nested = await refused(web.chat_postMessage(channel=DESK, text="孫", thread_ts=reply))
    assert nested["error"] == "cannot_reply_to_message"
    nowhere = await refused(web.chat_postMessage(channel=DESK, text="孤", thread_ts="1.000001"))
    assert nowhere["error"] == "thread_not_found"
    seen = (await pinyu.sees())["messages"][DESK]
    assert [(one["text"], one["reply_count"]) for one in seen] == [("母", 1), ("子", 0)]
    link = await web.chat_getPermalink(channel=DESK, message_ts=reply)
    assert link["permalink"].endswith(f"/p{reply.replace('.', '')}?thread_ts={parent}&cid={DESK}")
    await web.chat_delete(channel=DESK, ts=parent)
    assert (await pinyu.sees())["messages"][DESK][0]["deleted"] is True


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C0NOWHERE", "channel_not_found"), ("#社群小編", "channel_not_found"), ("C0GENERAL", "not_in_channel")],
)
async def test_app_posts_only_where_it_is(web: AsyncWebClient, channel: str, error: str) -> None:
    assert (await refused(web.chat_postMessage(channel=channel, text="嗨")))["error"] == error


async def test_ephemeral_needs_a_member_of_the_channel(box: Sandbox, web: AsyncWebClient, person: Any) -> None:
    assert (await web.chat_postEphemeral(channel=DESK, user=PINYU, text="悄悄話"))["message_ts"]
    box.slack.state.channels[DESK].members.remove(EMMA)
    gone = await refused(web.chat_postEphemeral(channel=DESK, user=EMMA, text="悄悄話"))
    assert gone["error"] == "user_not_in_channel"
    assert (await person(POHAN).sees())["ephemerals"] == []


async def test_history_is_closed_unless_the_sandbox_opens_it(pinyu: Person, web: AsyncWebClient) -> None:
    said = {"event_type": "item", "event_payload": {"id": 7}}
    parent = (await web.chat_postMessage(channel=DESK, text="一", metadata=said))["ts"]
    await web.chat_postMessage(channel=DESK, text="二", thread_ts=parent)
    await web.chat_postMessage(channel=DESK, text="三")
    assert (await refused(web.conversations_history(channel=DESK)))["needed"] == "channels:history"
    await pinyu.does("settings", history=True)
    plain = await web.conversations_history(channel=DESK)
    assert [(one["text"], "metadata" in one) for one in plain["messages"]] == [("三", False), ("一", False)]
    full = await web.conversations_history(channel=DESK, limit=1, include_all_metadata=True)
    assert full["has_more"] is True
    cursor = full["response_metadata"]["next_cursor"]
    rest = await web.conversations_history(channel=DESK, cursor=cursor, include_all_metadata=True)
    assert rest["messages"][0]["metadata"] == said
    thread = await web.conversations_replies(channel=DESK, ts=parent)
    assert [one["text"] for one in thread["messages"]] == ["一", "二"]


async def test_people_have_their_language_and_zone_only_when_asked(web: AsyncWebClient) -> None:
    found = (await web.users_info(user=EMMA, include_locale=True))["user"]
    assert (found["locale"], found["tz"], found["real_name"]) == ("en-US", "Europe/London", "Emma Clarke")
    assert "locale" not in (await web.users_info(user=PINYU))["user"]
    assert (await web.users_info(user=POHAN))["user"]["is_admin"] is True
    assert (await refused(web.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_approvers_are_a_user_group(web: AsyncWebClient) -> None:
    groups = (await web.usergroups_list(include_users=True))["usergroups"]
    assert [(one["handle"], one["users"]) for one in groups] == [("approvers", [POHAN])]
    assert (await web.usergroups_users_list(usergroup=groups[0]["id"]))["users"] == [POHAN]
    assert (await refused(web.usergroups_users_list(usergroup="S0NONE")))["error"] == "no_such_subteam"


async def test_ephemeral_in_a_thread_nobody_answered_is_shown_to_nobody(pinyu: Person, web: AsyncWebClient) -> None:
    parent = (await web.chat_postMessage(channel=DESK, text="母"))["ts"]
    await web.chat_postEphemeral(channel=DESK, user=PINYU, text="沒人看到", thread_ts=parent)
    assert (await pinyu.sees())["ephemerals"] == []
    await web.chat_postMessage(channel=DESK, text="子", thread_ts=parent)
    await web.chat_postEphemeral(channel=DESK, user=PINYU, text="看到了", thread_ts=parent)
    assert [one["text"] for one in (await pinyu.sees())["ephemerals"]] == ["看到了"]


async def test_permalink_leads_to_the_page(web: AsyncWebClient, http: aiohttp.ClientSession) -> None:
    ts = (await web.chat_postMessage(channel=DESK, text="在這"))["ts"]
    link = (await web.chat_getPermalink(channel=DESK, message_ts=ts))["permalink"]
    async with http.get(link, allow_redirects=False) as answer:
        assert answer.headers["Location"] == f"/#{DESK}/p{ts.replace('.', '')}"


async def test_page_of_another_site_is_sent_away(box: Sandbox, http: aiohttp.ClientSession) -> None:
    url = f"{box.url}/sandbox/slack/state?user={PINYU}"
    async with http.get(url, headers={"Origin": "https://evil.example"}) as denied:
        assert denied.status == 403
    async with http.get(url, headers={"Origin": box.url}) as welcome:
        assert welcome.status == 200


async def test_direct_conversation_is_one_a_person(pinyu: Person, web: AsyncWebClient) -> None:
    await pinyu.does("settings", scopes=["chat:write", "channels:read", "im:write"])
    first = (await web.conversations_open(users=[EMMA]))["channel"]["id"]
    posted = await web.chat_postMessage(channel=EMMA, text="嗨")
    assert posted["channel"] == first
    assert (await web.conversations_info(channel=first))["channel"]["is_im"] is True


async def test_upload_takes_three_steps_and_gives_no_ts(
    box: Sandbox, web: AsyncWebClient, pinyu: Person, http: aiohttp.ClientSession
) -> None:
    await pinyu.does("settings", scopes=["chat:write", "files:write"])
    parent = (await web.chat_postMessage(channel=DESK, text="週報"))["ts"]
    done = await web.files_upload_v2(
        channel=DESK, thread_ts=parent, filename="week.csv", title="一週", content="名稱,讚\n", initial_comment="附檔"
    )
    assert "ts" not in done.data
    message = (await pinyu.sees())["messages"][DESK][1]
    assert (message["text"], message["thread_ts"]) == ("附檔", parent)
    shared = message["files"][0]
    assert (shared["title"], shared["mimetype"]) == ("一週", "text/csv")
    async with http.get(shared["url_private"]) as got:
        assert await got.text() == "名稱,讚\n"
        assert got.headers["Content-Disposition"] == "attachment"
    async with http.get(shared["url_private"], headers={"Authorization": "Bearer x"}) as denied:
        assert denied.status == 403
    again = await refused(web.files_completeUploadExternal(files=[{"id": shared["id"]}], channel_id=DESK))
    assert again["error"] == "file_not_found"
    assert box.slack.state.files[shared["id"]].shared is True


async def test_bookmark_wants_a_web_link(pinyu: Person, web: AsyncWebClient) -> None:
    await pinyu.does("settings", scopes=["bookmarks:write"])
    added = await web.bookmarks_add(channel_id=DESK, title="計畫", type="link", link="https://a.example/")
    assert added["bookmark"]["title"] == "計畫"
    bad = await refused(web.bookmarks_add(channel_id=DESK, title="壞", type="link", link="javascript:1"))
    assert bad["error"] == "invalid_link"


async def test_log_lists_calls_without_tokens(box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient) -> None:
    await web.chat_postMessage(channel=DESK, text="記一筆")
    await refused(web.chat_postMessage(channel="C0NOWHERE", text="不見"))
    async with http.get(f"{box.url}/sandbox/slack/log", params={"since": "1"}) as answer:
        later = await answer.json()
    assert [(one["n"], one["method"], one["error"]) for one in later] == [(2, "chat.postMessage", "channel_not_found")]
    async with http.get(f"{box.url}/sandbox/slack/log") as answer:
        text = await answer.text()
    assert "記一筆" in json.loads(text)[0]["args"]["text"]
    assert "xoxb" not in text


async def test_event_stream_tells_of_changes_by_topic(
    box: Sandbox, http: aiohttp.ClientSession, web: AsyncWebClient
) -> None:
    async with http.get(f"{box.url}/sandbox/events", params={"topic": "slack"}) as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readline() == b": hello\n"
        posted = await web.chat_postMessage(channel=DESK, text="聽到了嗎")
        heard: list[Json] = []
        while not any(change["kind"] == "call" for change in heard):
            line = await asyncio.wait_for(stream.content.readline(), 5)
            if line.startswith(b"data: "):
                heard.append(json.loads(line.removeprefix(b"data: ")))
    assert heard[0] == {
        "topic": "slack",
        "kind": "message",
        "channel": DESK,
        "ts": posted["ts"],
        "thread_ts": None,
    }


async def test_credentials_are_all_a_bot_needs(box: Sandbox) -> None:
    given: Any = box.credentials()
    assert given["slack"]["api_url"] == f"{box.url}/api/"
    assert given["slack"]["channel"] == DESK
    assert given["slack"]["bot_token"].startswith("xoxb-sandbox-")
    assert given["slack"]["app_token"].startswith("xapp-sandbox-")
    assert given["square"]["url"] == f"{box.url}/square/api"
    assert given["square"]["token"].startswith("square-")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"colour": "red"}, "no such setting: colour"),
        ({"pacing": 1}, "pacing must be a bool"),
        ({"ack_seconds": "3"}, "ack_seconds must be a float"),
        ({"scopes": "chat:write"}, "scopes must be a tuple"),
    ],
)
async def test_settings_refuse_what_does_not_fit(pinyu: Person, change: Json, error: str) -> None:
    answer = await pinyu.does("settings", **change)
    assert (answer["status"], answer["error"]) == (400, error)
