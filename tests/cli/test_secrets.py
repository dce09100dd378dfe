"""No secret in anything the program prints or logs, however much it is asked to log and whatever goes wrong.
The whole loop runs as a process, once well and once through every kind of refusal, and all it said is searched.
"""

from __future__ import annotations

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.server import Sandbox
from tests.cli.program import Program, environment, xiaobian
from tests.people import People
from tests.platforms.telegram_server import BotApi

QUESTION = "請問你們的豆子什麼時候出貨？"
PASSWORD = "a-password-of-the-database"
SECRET = "a-secret_of-the-webhook"


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed="empty", talk=False, pacing=False) as box:
        yield box


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


def with_password(url: str) -> str:
    """The database with a password, which the tests' own server does not ask for."""
    return url.replace("://xiaobian@", f"://xiaobian:{PASSWORD}@")


async def test_no_secret_is_in_what_a_whole_day_prints_and_logs(
    sandbox: Sandbox, api: BotApi, database_url: str, tmp_path: Path
) -> None:
    told = environment(
        sandbox.credentials(),
        with_password(database_url),
        log="debug",
        accounts__polled__platform="telegram",
        accounts__polled__token=api.token,
        accounts__polled__base_url=api.url,
        accounts__polled__long_poll="1",
    )
    secrets = [value for name, value in told.items() if name.endswith("TOKEN")] + [PASSWORD]
    assert len(secrets) == 5
    async with People(sandbox.url) as people, Program(tmp_path, "run", **told) as desk:
        await desk.says("The desk is open.")
        await people.comment(QUESTION)
        await people.click(await people.card(QUESTION, with_action="item.approve"), "item.approve")
        await people.card(QUESTION, with_action="item.reopen")
        api.chats.say(api.chats.chat("粉絲團"), api.chats.user("小美"), f"{QUESTION} telegram")
        card = await people.card("telegram", with_action="item.approve")
        for method, kind in (("sendMessage", "500_before"), ("getUpdates", "reset_before"), ("getUpdates", "429")):
            api.fault(method, kind)
        await people.do("faults", target="slack", kind="500_before", operation="chat.update")
        await people.do("faults", target="square", kind="reset_before")
        await people.click(card, "item.approve")
        await people.card("telegram", with_action="delivery.send_again")
        await people.do("faults", target="slack", kind="drop_socket")
        api.revoke()
        sandbox.square.state.settings.scopes = []
        await people.comment(f"{QUESTION} again", member=1)
        await desk.says('"error": "authbroken"')
        desk.process.send_signal(signal.SIGTERM)
        ended = await desk.ended()
    assert ended.code == 0
    assert '"level": "debug"' in ended.err
    for event in ("read_failed", "send_failed", "refresh_failed"):
        assert f'"event": "{event}"' in ended.err
    for secret in secrets:
        assert secret not in ended.said
        assert secret.rpartition(":")[2] not in ended.said


@pytest.mark.parametrize("command", [("run",), ("check",)])
async def test_no_secret_is_in_what_a_refused_start_prints(
    command: tuple[str, ...], sandbox: Sandbox, api: BotApi, tmp_path: Path
) -> None:
    told = environment(
        sandbox.credentials(),
        f"postgresql://xiaobian:{PASSWORD}@127.0.0.1:9/desk" if command == ("check",) else f"sqlite:///{tmp_path}/x.db",
        log="debug",
        accounts__hooked__platform="telegram",
        accounts__hooked__token="7000000001:AAF-a-token-nobody-gave-0123456789abcdef",
        accounts__hooked__base_url=api.url,
        accounts__hooked__webhook_url="https://desk.example/hooks/hooked",
        accounts__hooked__webhook_secret=SECRET,
    )
    ended = await xiaobian(tmp_path, *command, **told)
    assert ended.code in (1, 2)
    assert "hooked" in ended.said
    assert "Traceback" not in ended.said
    for secret in [value for name, value in told.items() if name.endswith(("TOKEN", "SECRET"))] + [PASSWORD]:
        assert secret not in ended.said


async def test_a_broken_setting_is_named_without_its_value(sandbox: Sandbox, tmp_path: Path) -> None:
    told = environment(sandbox.credentials(), f"sqlite:///{tmp_path}/x.db", slack__bot_token="not-a-token-1234567890")
    ended = await xiaobian(tmp_path, "run", **told)
    assert ended.code == 2
    assert "The setting slack.bot_token" in ended.err
    assert "not-a-token" not in ended.said
