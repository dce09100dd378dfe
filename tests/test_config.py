"""Settings: what is read, what wins, and what a person is told about a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.config import load
from bot.errors import BadConfig
from bot.i18n import Words

GOOD = {
    "XIAOBIAN_SLACK__BOT_TOKEN": "xoxb-1",
    "XIAOBIAN_SLACK__APP_TOKEN": "xapp-1",
    "XIAOBIAN_SLACK__CHANNEL": "C0123",
}


@pytest.fixture
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A working directory without a settings file, and an environment with the settings nobody can do without."""
    monkeypatch.chdir(tmp_path)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def complaint(words: str = "en") -> tuple[str, str]:
    """Which key is wrong, and the sentence about it."""
    with pytest.raises(BadConfig) as caught:
        load()
    return str(caught.value.params["where"]), Words(words).sentence(caught.value)


def test_the_environment_is_enough(somewhere: pytest.MonkeyPatch) -> None:
    somewhere.setenv("XIAOBIAN_SLACK__APPROVERS", "U1, U2")
    somewhere.setenv("XIAOBIAN_ACCOUNTS__SHOP__PLATFORM", "telegram")
    somewhere.setenv("XIAOBIAN_ACCOUNTS__SHOP__TOKEN", "123:abc")
    settings = load()
    assert settings.slack.approvers == ("U1", "U2")
    assert dict(settings.accounts["shop"].options()) == {"token": "123:abc"}
    assert settings.database_url == "sqlite+aiosqlite:///var/xiaobian.db"


def test_the_environment_wins_over_the_file(somewhere: pytest.MonkeyPatch) -> None:
    Path("xiaobian.toml").write_text('timezone = "Europe/London"\nbrand = "Tea"\n[slack]\nchannel = "C9"\n')
    somewhere.setenv("XIAOBIAN_BRAND", "晨光咖啡")
    settings = load()
    assert (settings.brand, settings.timezone, settings.slack.channel) == ("晨光咖啡", "Europe/London", "C0123")


def test_no_secret_is_in_a_repr(somewhere: pytest.MonkeyPatch) -> None:
    somewhere.setenv("XIAOBIAN_ACCOUNTS__SHOP__PLATFORM", "telegram")
    somewhere.setenv("XIAOBIAN_ACCOUNTS__SHOP__TOKEN", "123:secret")
    shown = repr(load())
    assert "xoxb-1" not in shown
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("changes", "where", "says"),
    [
        ({"XIAOBIAN_SLACK__CHANNEL": None}, "slack.channel", "XIAOBIAN_SLACK__CHANNEL"),
        (dict.fromkeys(GOOD), "slack.bot_token", "XIAOBIAN_SLACK__BOT_TOKEN"),
        ({"XIAOBIAN_SLACK__CHANNEL": "#general"}, "slack.channel", "not its name"),
        ({"XIAOBIAN_SLACK__BOT_TOKEN": "xapp-1"}, "slack.bot_token", "xoxb-"),
        ({"XIAOBIAN_SLACK__APP_TOKEN": "xoxb-1"}, "slack.app_token", "xapp-"),
        ({"XIAOBIAN_SLACK__PACE": "fast"}, "slack.pace", "a number"),
        ({"XIAOBIAN_SLACK__PACE": "-1"}, "slack.pace", "at least 0"),
        ({"XIAOBIAN_SLACK__SOCKETS": "99"}, "slack.sockets", "at most 8"),
        ({"XIAOBIAN_SLACK__HISTORY": "perhaps"}, "slack.history", "true or false"),
        ({"XIAOBIAN_SLACK__COLOUR": "red"}, "slack.colour", "no such setting"),
        ({"XIAOBIAN_SLACK": "xoxb-1"}, "slack", "[slack]"),
        ({"XIAOBIAN_LOG": "loud"}, "log", "'debug'"),
        ({"XIAOBIAN_TIMEZONE": "Mars/Base"}, "timezone", "Asia/Taipei"),
        ({"XIAOBIAN_DATABASE": "mysql://x"}, "database", "postgresql://"),
        ({"XIAOBIAN_BRAND": "x" * 81}, "brand", "80"),
        ({"XIAOBIAN_FOO": "1"}, "XIAOBIAN_FOO", "no such setting"),
        ({"XIAOBIAN_CONFIG": "nowhere.toml"}, "XIAOBIAN_CONFIG", "nowhere.toml"),
        ({"XIAOBIAN_ACCOUNTS__TEAM__PLATFORM": "square"}, "accounts.team", "another name"),
    ],
)
def test_a_wrong_setting_is_named_with_its_remedy(
    somewhere: pytest.MonkeyPatch, changes: Mapping[str, str | None], where: str, says: str
) -> None:
    for name, value in changes.items():
        if value is None:
            somewhere.delenv(name)
        else:
            somewhere.setenv(name, value)
    told, sentence = complaint()
    assert told == where
    assert says in sentence
    own = complaint("zh-TW")[1]
    assert own != sentence
    assert "Input should" not in sentence + own


def test_a_broken_file_is_named_with_its_line(somewhere: pytest.MonkeyPatch) -> None:
    Path("xiaobian.toml").write_text('brand = "Tea"\ntimezone = Asia/Taipei\n')
    where, sentence = complaint()
    assert where == "xiaobian.toml"
    assert "line 2" in sentence
