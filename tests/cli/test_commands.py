"""The commands as a person meets them: help, an unknown word, a settings file that is broken, the demo and its end."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.cli.program import Program, xiaobian

COMMANDS = {
    (): ("run", "demo", "check", "db"),
    ("run",): ("Start the desk",),
    ("demo",): ("--port", "--talk", "--no-talk", "without any account"),
    ("check",): ("Changes nothing",),
    ("db",): ("upgrade",),
    ("db", "upgrade"): ("schema",),
}


@pytest.mark.parametrize("words", COMMANDS, ids=[" ".join(words) or "nothing" for words in COMMANDS])
async def test_every_command_explains_itself(words: tuple[str, ...], tmp_path: Path) -> None:
    ended = await xiaobian(tmp_path, *words, "--help")
    assert (ended.code, ended.err) == (0, "")
    for part in COMMANDS[words]:
        assert part in ended.out


async def test_an_unknown_word_is_answered_with_what_there_is(tmp_path: Path) -> None:
    ended = await xiaobian(tmp_path, "start")
    assert ended.code == 2
    assert "start" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("spoken", "sentence"),
    [("en_US.UTF-8", "The setting slack.bot_token cannot be used"), ("zh_TW.UTF-8", "設定 slack.bot_token 無法使用")],
)
async def test_without_any_setting_the_first_one_missing_is_named(spoken: str, sentence: str, tmp_path: Path) -> None:
    ended = await xiaobian(tmp_path, "run", LC_ALL=spoken)
    assert ended.code == 2
    assert sentence in ended.err
    assert "XIAOBIAN_SLACK" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("file", "named"),
    [
        ("[slack\nbot_token = 1\n", "line 1"),
        ('brand = "x"\n[slack]\nbot_token = "xoxb-1"\nbot_token = "xoxb-2"\n', "line 4"),
        ('timezone = "Taipei"\n[slack]\nbot_token="xoxb-1"\napp_token="xapp-1"\nchannel="C0DESK"\n', "timezone"),
        ('[slack]\nbot_token="xoxb-1"\napp_token="xapp-1"\nchannel="desk"\n', "slack.channel"),
        ('[slack]\nbot_token="xoxb-1"\napp_token="xapp-1"\nchannel="C0DESK"\ncolour="red"\n', "slack.colour"),
    ],
    ids=["not closed", "twice", "zone", "channel", "unknown"],
)
async def test_a_settings_file_that_cannot_be_used_is_said_with_the_place(
    file: str, named: str, tmp_path: Path
) -> None:
    (tmp_path / "xiaobian.toml").write_text(file)
    ended = await xiaobian(tmp_path, "check")
    assert ended.code == 2
    assert named in ended.err
    assert "xoxb-" not in ended.err.replace("xoxb-.", "")
    assert "Traceback" not in ended.err


async def test_a_named_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    ended = await xiaobian(tmp_path, "run", XIAOBIAN_CONFIG="elsewhere.toml")
    assert ended.code == 2
    assert "elsewhere.toml" in ended.err


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
async def test_the_demo_needs_no_setting_and_ends_when_told(sign: signal.Signals, tmp_path: Path) -> None:
    async with Program(tmp_path, "demo", "--port", "0", "--no-talk", TMPDIR=str(tmp_path)) as demo:
        await demo.says("http://127.0.0.1:")
        demo.process.send_signal(sign)
        ended = await demo.ended(within=10)
    assert ended.code == 0
    assert "Traceback" not in ended.said
    assert os.listdir(tmp_path) == []
