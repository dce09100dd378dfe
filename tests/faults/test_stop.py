"""How the program ends: told to, refused a place, without access, removed. It says why, in time, and loses nothing.
Real processes throughout, started as a person starts them.
"""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any

import pytest

from bot.errors import BadConfig
from bot.i18n import LOCALES, Words
from bot.sandbox.server import Sandbox
from tests.cli.program import Ended, Program, environment, xiaobian
from tests.faults.conftest import OpenDesk
from tests.people import People, until

QUESTION = "請問你們的豆子什麼時候出貨？"
REPLY = "POST /square/api/comments/*/replies"
OPEN = "The desk is open."


@pytest.fixture
def told(sandbox: Sandbox, file_url: str) -> dict[str, str]:
    """What the program is told when all is well."""
    return environment(sandbox.credentials(), file_url)


def secrets(told: dict[str, str]) -> list[str]:
    return [value for name, value in told.items() if name.endswith("TOKEN")]


def understandable(ended: Ended, told: dict[str, str]) -> None:
    """A sentence for a person: no traceback, no secret."""
    assert ended.code == 2, ended.said
    assert "Traceback" not in ended.said
    assert ended.err.strip()
    for secret in secrets(told):
        assert secret not in ended.said


@pytest.mark.parametrize("kind", ["hang_before", "hang_after"])
async def test_sigterm_while_a_reply_hangs_and_cards_queue_ends_in_time_and_loses_and_doubles_nothing(
    kind: str, people: People, told: dict[str, str], tmp_path: Path
) -> None:
    async with Program(tmp_path, "run", **told) as desk:
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.do("faults", target="square", kind=kind, operation=REPLY)
        await people.do("faults", target="slack", kind="down", operation="chat.postMessage")
        await people.do("square/bulk", count=5, texts=[f"Do you have decaf? {n}" for n in range(5)])
        await people.click(card, "item.approve")

        async def hangs() -> bool | None:
            return all(fault["hits"] for fault in (await people.get("faults"))["faults"]) or None

        await until(hangs, "a reply that hangs and a card that is refused")
        began = time.monotonic()
        desk.process.send_signal(signal.SIGTERM)
        ended = await desk.ended()
        assert time.monotonic() - began < 10
        assert ended.code == 0
        assert "Traceback" not in ended.said
    await people.forget_faults()
    async with Program(tmp_path, "run", **told) as desk:
        await people.card(QUESTION, with_action="item.reopen")

        async def carded() -> list[dict[str, Any]] | None:
            cards = await people.cards("")
            return cards if len(cards) == 6 else None

        lines = [card["text"].splitlines() for card in await until(carded, "all cards")]
        for text in (QUESTION, *(f"Do you have decaf? {n}" for n in range(5))):
            assert sum(f"「{text}」" in card for card in lines) == 1
        assert len(await people.replies(comment)) == 1
        desk.process.send_signal(signal.SIGINT)
        assert (await desk.ended()).code == 0
    assert len(await people.cards("")) == 6
    assert len(await people.replies(comment)) == 1


async def test_a_second_process_on_the_same_database_is_refused(
    sandbox: Sandbox, people: People, database_url: str, tmp_path: Path
) -> None:
    told = environment(sandbox.credentials(), database_url)
    async with Program(tmp_path, "run", **told) as first:
        await first.says(OPEN)
        second = await xiaobian(tmp_path, "run", **told)
        understandable(second, told)
        assert "another process works this database. Stop it first." in second.err
        await people.comment(QUESTION)
        await people.card(QUESTION)
        first.process.send_signal(signal.SIGTERM)
        assert (await first.ended()).code == 0


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"XIAOBIAN_SLACK__BOT_TOKEN": "xoxb-not-this-one-1234567890"}, "slack.bot_token"),
        ({"XIAOBIAN_SLACK__APP_TOKEN": "xapp-not-this-one-1234567890"}, "slack.app_token"),
        ({"XIAOBIAN_ACCOUNTS__SQUARE__TOKEN": "square-not-this-one-1234567890"}, "accounts.square"),
        ({"XIAOBIAN_SLACK__BASE_URL": "http://127.0.0.1:9/api/"}, "slack.base_url"),
        ({"XIAOBIAN_DATABASE": "postgresql://xiaobian:hidden-secret@127.0.0.1:9/desk"}, "database"),
    ],
    ids=["bot token", "app token", "platform token", "no Slack", "no database"],
)
async def test_what_is_wrong_is_said_at_the_start_with_the_setting_to_mend(
    changed: dict[str, str], names: str, told: dict[str, str], tmp_path: Path
) -> None:
    told |= changed
    began = time.monotonic()
    ended = await xiaobian(tmp_path, "run", **told)
    assert time.monotonic() - began < 30
    understandable(ended, told)
    assert f"The setting {names}" in ended.err
    assert "hidden-secret" not in ended.said
    assert OPEN not in ended.said


async def test_a_port_that_is_taken_is_named(
    people: People, open_desk: OpenDesk, sandbox: Sandbox, file_url: str
) -> None:
    taken = int(sandbox.url.rpartition(":")[2])
    with pytest.raises(BadConfig) as refused:
        async with open_desk(file_url, webhooks={"port": taken}):
            pass
    assert refused.value.params["where"] == "webhooks.port"
    for locale in LOCALES:
        assert f"127.0.0.1:{taken}" in Words(locale).sentence(refused.value)


async def test_a_slack_that_accepts_calls_and_never_answers_is_named_too(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    await people.do("faults", target="slack", kind="hang_before", operation="auth.test", times=None)
    with pytest.raises(BadConfig) as refused:
        async with open_desk(file_url, patience=0.3):
            pass
    assert refused.value.params == {"where": "slack.base_url", "remedy": "slack_away"}


async def test_an_app_that_was_removed_ends_and_says_what_to_do(
    people: People, told: dict[str, str], tmp_path: Path
) -> None:
    async with Program(tmp_path, "run", **told) as desk:
        await desk.says(OPEN)
        await people.do("slack/event", event={"type": "app_uninstalled"})
        ended = await desk.ended(within=10)
    understandable(ended, told)
    assert "Install it again" in ended.err
