"""Every failure of Slack's Web API is classed by what surely did or did not happen, and posts are never repeated."""

from __future__ import annotations

import asyncio
import logging
import socket
from typing import Any
from uuid import uuid4

import pytest

from bot.team import Notice, Place
from handlers.client import Api, ExpiredTrigger, Window, proxy_for
from handlers.ui.blocks import Message, section
from platforms.base import Absent
from platforms.errors import AuthBroken, Gone, NotSent, PlatformError, Rejected, Unsure
from tests.handlers.conftest import DESK, PINYU, Office
from tests.handlers.fake_desk import NOW, card

HELLO = Message([section("hello")], "hello")


async def failed(office: Office, kind: type[PlatformError]) -> PlatformError:
    """Show a card, which must fail in this way."""
    with pytest.raises(kind) as caught:
        await office.slack.team.show(card(), uuid4())
    assert type(caught.value) is kind
    return caught.value


async def shown(office: Office) -> list[dict[str, Any]]:
    """The messages in the channel."""
    return list((await office.sees(PINYU))["messages"][DESK])


@pytest.mark.parametrize(
    ("kind", "expected", "messages"),
    [
        ("500_before", Unsure, 0),
        ("500_after", Unsure, 1),
        ("reset_before", Unsure, 0),
        ("reset_after", Unsure, 1),
        ("hang_before", Unsure, 0),
        ("hang_after", Unsure, 1),
    ],
)
async def test_a_post_whose_fate_is_unknown_is_unsure_and_not_repeated(
    office: Office, kind: str, expected: type[PlatformError], messages: int
) -> None:
    await office.start(serve=False, call=0.4)
    await office.fault(kind, "chat.postMessage")
    await failed(office, expected)
    assert len(await shown(office)) == messages
    assert len(await office.log("chat.postMessage")) == messages


async def test_a_long_429_is_not_sent_and_says_when(office: Office) -> None:
    await office.start(serve=False)
    await office.fault("429", "chat.postMessage", retry_after=40)
    error = await failed(office, NotSent)
    assert error.after == 40


async def test_a_short_429_is_waited_out(office: Office) -> None:
    await office.start(serve=False)
    await office.fault("429", "chat.postMessage", retry_after=1)
    await office.slack.team.show(card(), uuid4())
    assert len(await shown(office)) == 1


async def test_nobody_listening_is_not_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        api = Api("xoxb-x", f"http://127.0.0.1:{free.getsockname()[1]}/api/", pace=0)
        await api.open()
        try:
            with pytest.raises(NotSent):
                await api.post(DESK, HELLO)
        finally:
            await api.close()


async def test_a_missing_scope_names_itself(office: Office) -> None:
    await office.start(serve=False)
    await office.does("settings", PINYU, scopes=["users:read"])
    error = await failed(office, AuthBroken)
    assert isinstance(error, AuthBroken)
    assert error.scope == "chat:write"


async def test_a_channel_we_are_not_in_pauses_the_lane(office: Office) -> None:
    await office.start(serve=False, channel="C0GENERAL")
    error = await failed(office, AuthBroken)
    assert isinstance(error, AuthBroken)
    assert error.scope == "not_in_channel"


async def test_a_message_that_is_gone_is_gone(office: Office) -> None:
    await office.start(serve=False)
    with pytest.raises(Gone):
        await office.slack.team.refresh(Place(DESK, "1.000001"), card())


async def test_a_refresh_may_be_repeated(office: Office) -> None:
    await office.start(serve=False, call=0.4)
    place = await office.show(card())
    for kind in ("500_after", "reset_after", "hang_after"):
        await office.fault(kind, "chat.update")
        with pytest.raises(NotSent):
            await office.slack.team.refresh(place, card(text="new"))
    await office.slack.team.refresh(place, card(text="newest"))
    message = await office.message(place)
    assert message is not None
    assert "newest" in message["text"]
    assert message["edited"] is None


async def test_refused_blocks_come_again_in_plain_ones_with_their_buttons(office: Office) -> None:
    await office.start(serve=False)
    buttons = {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}]}
    place = await office.slack._api.post(DESK, Message([{"type": "hologram"}, buttons], "the words &amp; more"))
    message = await office.message(place)
    assert message is not None
    assert [block["type"] for block in message["blocks"]] == ["section", "actions"]
    assert message["blocks"][0]["text"]["text"] == "the words &amp; more"


async def test_blocks_refused_twice_are_rejected(office: Office) -> None:
    await office.start(serve=False)
    with pytest.raises(Rejected, match="hologram"):
        await office.slack._api.post(DESK, Message([{"type": "actions", "elements": [{"type": "hologram"}]}], "x"))


async def test_a_spent_trigger_is_told_as_such(office: Office) -> None:
    await office.start(serve=False)
    await office.does("settings", PINYU, trigger_seconds=0.0)
    with pytest.raises(Rejected):
        await office.slack._api.open_view(None, {"type": "modal"})
    assert issubclass(ExpiredTrigger, Exception)


async def test_links_are_never_unfurled(office: Office) -> None:
    await office.start(serve=False)
    await office.show(card())
    (call,) = await office.log("chat.postMessage")
    assert call["args"]["unfurl_links"] is False
    assert call["args"]["unfurl_media"] is False


async def test_metadata_holds_our_key_and_nothing_else(office: Office) -> None:
    await office.start(serve=False)
    key = uuid4()
    await office.slack.team.show(card(), key)
    (call,) = await office.log("chat.postMessage")
    assert call["args"]["metadata"] == {"event_type": "xiaobian_card", "event_payload": {"key": str(key)}}


async def test_a_lost_card_is_found_by_its_key(office: Office) -> None:
    await office.start(serve=False, call=0.4)
    await office.does("settings", PINYU, history=True, scopes=["chat:write", "channels:history", "users:read"])
    key, since = uuid4(), NOW.replace(year=2020)
    assert await office.slack.team.find(key, since) is Absent.NOT_SENT
    await office.fault("reset_after", "chat.postMessage")
    with pytest.raises(Unsure):
        await office.slack.team.show(card(), key)
    for n in range(3):
        await office.does("say", PINYU, channel=DESK, text=f"later {n}")
    found = await office.slack.team.find(key, since)
    assert isinstance(found, Place)
    assert "小美" in (await office.message(found) or {})["text"]


async def test_without_the_permission_to_look_nothing_is_claimed(office: Office) -> None:
    await office.start(serve=False)
    for _ in range(2):
        assert await office.slack.team.find(uuid4(), NOW) is Absent.UNKNOWN
    assert len(await office.log("conversations.history")) == 1


async def test_looking_can_be_switched_off(office: Office) -> None:
    await office.start(serve=False, history=False)
    assert await office.slack.team.find(uuid4(), NOW) is Absent.UNKNOWN
    assert await office.log("conversations.history") == []


async def test_a_warning_is_literal_and_in_the_channels_language(office: Office) -> None:
    await office.start(serve=False)
    notice = Notice("notice.account_paused", {"account": "<!channel> *x*", "scope": "token"})
    place = await office.slack.team.warn(notice, uuid4())
    message = await office.message(place)
    assert message is not None
    assert "已暫停" in message["text"]
    assert message["pings"] == []


async def test_the_window_lets_so_many_through_and_no_more() -> None:
    now = 100.0
    window = Window(3, 60.0, lambda: now)
    for _ in range(3):
        await window.turn()
    with pytest.raises(NotSent) as caught:
        await window.turn()
    assert caught.value.after == 60.0
    now = 160.0
    await window.turn()


async def test_posts_to_one_channel_keep_their_distance(office: Office) -> None:
    await office.start(serve=False, pace=0.2)
    began = asyncio.get_running_loop().time()
    await asyncio.gather(*(office.slack.team.show(card(n), uuid4()) for n in (1, 2, 3)))
    assert asyncio.get_running_loop().time() - began >= 0.4


def test_the_proxy_of_the_environment_is_used_but_not_for_what_it_excludes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "internal.example")
    assert proxy_for("https://slack.com/api/") == "http://proxy.example:3128"
    assert proxy_for("https://internal.example/api/") is None
    assert proxy_for("http://127.0.0.1:1/api/") is None


async def test_loopback_is_reached_with_a_proxy_in_the_environment(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "https_proxy", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    await office.start()
    place = await office.show(card())
    await office.click(PINYU, place, "item.claim")
    assert await office.until(lambda: office.fake.named("claim"), "the claim") == [(1, PINYU)]


async def test_oauth_variables_in_the_environment_change_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "s")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-wrong")
    await office.start()
    place = await office.show(card())
    assert await office.click(PINYU, place, "item.claim") == "acked"


async def test_no_token_and_no_audience_text_is_logged(
    office: Office, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    await office.start()
    place = await office.show(card(text="私密的話"))
    await office.fault("500_before", "chat.update")
    with pytest.raises(NotSent):
        await office.slack.team.refresh(place, card(text="私密的話"))
    await office.click(PINYU, place, "item.approve")
    await office.until(lambda: office.fake.named("approve"), "the approval")
    logged = caplog.text + capsys.readouterr().out
    for secret in ("xoxb-sandbox", "xapp-sandbox", "私密的話"):
        assert secret not in logged
