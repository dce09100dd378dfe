"""The connections: two, watched, never in a loop; and the start, which says what is wrong with a token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from pydantic import SecretStr

from bot.errors import BadConfig
from bot.i18n import Words
from bot.team import Notice
from handlers.socket import Timing
from tests.handlers.conftest import EMMA, PINYU, Office
from tests.handlers.fake_desk import card

QUICK = Timing(connect=1.0, close=0.5, storm=60.0, rest=0.3, rest_most=0.6, look=0.2)


async def test_two_sockets_are_held(office: Office) -> None:
    await office.start()
    assert await office.until(lambda: office.box.slack.sockets.connected == 2, "both")


@pytest.mark.parametrize(
    ("wrong", "where", "word"),
    [
        ({"bot_token": SecretStr("xoxb-wrong")}, "slack.bot_token", "invalid_auth"),
        ({"app_token": SecretStr("xapp-wrong")}, "slack.app_token", "invalid_auth"),
        ({"approvers": ("S0NOBODY",)}, "slack.approvers", "no_such_subteam"),
    ],
)
async def test_a_wrong_setting_fails_within_seconds_with_the_remedy(
    office: Office, patience: Callable[[], float], wrong: dict[str, object], where: str, word: str
) -> None:
    with pytest.raises(BadConfig) as caught:
        await office.start(**wrong)  # type: ignore[arg-type]
    assert caught.value.params["where"] == where
    assert word in Words("en").sentence(caught.value)
    assert "xoxb-wrong" not in str(caught.value)
    assert patience() < 10


async def test_a_missing_scope_is_named_at_the_start(office: Office) -> None:
    await office.does("settings", PINYU, scopes=["commands", "users:read"])
    with pytest.raises(BadConfig) as caught:
        await office.start()
    assert "lacks chat:write" in Words("en").sentence(caught.value)


async def test_socket_mode_switched_off_is_named_at_the_start(office: Office) -> None:
    await office.does("settings", PINYU, socket_mode=False)
    with pytest.raises(BadConfig) as caught:
        await office.start()
    assert "Socket Mode switched on" in Words("en").sentence(caught.value)


async def test_slack_unreachable_is_named_at_the_start(office: Office, free_port: int) -> None:
    with pytest.raises(BadConfig) as caught:
        await office.start(base_url=f"http://127.0.0.1:{free_port}/api/")
    assert caught.value.params["where"] == "slack.base_url"


async def test_no_socket_in_time_is_a_bad_start(office: Office) -> None:
    await office.start(serve=False, timing=QUICK)
    await office.fault("refuse_socket")
    with pytest.raises(BadConfig) as caught:
        await office.slack.serve(office.fake.desk)
    assert caught.value.params["where"] == "slack.app_token"


async def test_a_dropped_socket_comes_back_and_clicks_work(office: Office) -> None:
    await office.start(timing=QUICK)
    place = await office.show(card())
    await office.until(lambda: office.box.slack.sockets.connected == 2, "both")
    await office.fault("drop_socket")
    await office.until(lambda: office.box.slack.sockets.connected == 0, "cut")
    assert await office.until(lambda: office.box.slack.sockets.connected == 2, "both again")
    assert await office.click(PINYU, place, "item.claim") == "acked"


async def test_a_refresh_leaves_no_gap(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.until(lambda: office.box.slack.sockets.connected == 2, "both")
    await office.does("disconnect", PINYU, reason="refresh_requested")
    await office.until(lambda: office.box.slack.sockets.connected == 2, "both new")
    assert await office.click(PINYU, place, "item.claim") == "acked"


async def test_too_many_websockets_is_answered_with_rest(office: Office) -> None:
    await office.start(serve=False, timing=Timing(connect=2.0, close=0.5, rest=60.0))
    await office.fault("too_many_websockets", "link", times=None)
    await office.slack.serve(office.fake.desk)
    before = 0
    while (now := len(await office.log("apps.connections.open"))) != before:
        before = now
        await asyncio.sleep(0.5)
    assert now <= 1 + 2 * 6, "the SDK alone makes some forty a second"


async def test_after_a_storm_it_connects_again(office: Office) -> None:
    await office.start(serve=False, timing=QUICK)
    await office.fault("too_many_websockets", "link", times=8)
    await office.slack.serve(office.fake.desk)
    assert await office.until(lambda: office.box.slack.sockets.connected == 2, "both in the end")


async def test_a_refused_upgrade_does_not_end_on_a_used_up_ticket(office: Office) -> None:
    await office.start(timing=QUICK)
    await office.until(lambda: office.box.slack.sockets.connected == 2, "both")
    await office.fault("refuse_socket", times=6)
    await office.fault("drop_socket")
    assert await office.until(lambda: office.box.slack.sockets.connected == 2, "both again")


async def test_connections_that_are_not_ours_are_told_once(office: Office) -> None:
    told: list[Notice] = []

    async def notify(notice: Notice) -> None:
        told.append(notice)

    await office.does("settings", PINYU, ghosts=3)
    await office.start(serve=False)
    await office.slack.serve(office.fake.desk, notify=notify)
    await office.until(lambda: office.box.slack.sockets.connected == 2 and told, "the warning")
    assert [notice.key for notice in told] == ["notice.slack_ghost_sockets"]
    assert told[0].params["ours"] == 2


async def test_draining_finishes_what_was_asked_and_takes_no_more(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.held = asyncio.Event()
    assert await office.click(PINYU, place, "item.claim") == "acked"
    draining = asyncio.create_task(office.slack.drain(5.0))
    await office.until(lambda: office.box.slack.sockets.connected == 0, "no socket")
    assert await office.click(EMMA, place, "item.ignore") == "not_connected"
    office.fake.held.set()
    await draining
    assert office.fake.calls == [("claim", 1, PINYU)]


async def test_draining_cuts_what_never_ends(office: Office, patience: Callable[[], float]) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.held = asyncio.Event()
    await office.click(PINYU, place, "item.claim")
    await office.slack.drain(0.2)
    assert patience() < 8
    assert office.fake.calls == []
