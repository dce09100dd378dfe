"""`xiaobian check`: says account by account what is set, what is missing and what the desk will do, in either language.
A secret is in none of its lines, and nothing is changed by asking.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.check import BAD, GOOD, report
from bot.config import Account, Settings, given
from bot.i18n import LOCALES, Words
from bot.sandbox.server import Sandbox
from tests.cli.program import environment, xiaobian

NOBODY = "http://127.0.0.1:9"
"""The discard port: nothing listens there."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed="empty", talk=False, pacing=False) as box:
        yield box


@pytest.fixture
def settings(sandbox: Sandbox, tmp_path: Path) -> Settings:
    return given(sandbox.credentials(), f"sqlite:///{tmp_path}/desk.db")


def with_account(settings: Settings, **changed: Any) -> Settings:
    """The square's account told differently; None takes a key away."""
    told = {"platform": "square", **settings.accounts["square"].options(), **changed}
    account = Account(**{key: value for key, value in told.items() if value is not None})
    return settings.model_copy(update={"accounts": {"square": account}})


async def lines(settings: Settings, locale: str) -> tuple[str, str, bool]:
    """What is said of the account, all that is said, and whether all is well."""
    said, good = await report(settings, Words(locale))
    start = next(n for n, line in enumerate(said) if "square" in line)
    return "\n".join(said[start:]), "\n".join(said), good


@pytest.mark.parametrize("locale", LOCALES)
async def test_all_well_says_who_we_are_and_what_the_desk_will_do(settings: Settings, locale: str) -> None:
    words = Words(locale)
    account, everything, good = await lines(settings, locale)
    assert good
    assert f"{GOOD} square (square): 晨光咖啡" in account
    assert words("check.granted", scopes="read, reply, publish") in account
    assert words("check.polls") in account
    assert words("check.repeats") in account
    assert "晨光咖啡 Morning Light Coffee" in everything
    assert everything.endswith(words("check.good"))
    assert BAD not in everything


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_missing_permission_is_named(settings: Settings, sandbox: Sandbox, locale: str) -> None:
    sandbox.square.state.settings.scopes = ["read"]
    words = Words(locale)
    account, everything, good = await lines(settings, locale)
    assert not good
    for scope in ("reply", "publish"):
        assert f"{BAD} {words('check.scope_missing', scope=scope)}" in account
    assert words("check.no_reply") in account
    assert everything.endswith(words("check.bad"))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("idempotency", "lookup", "plan"), [("key", False, "repeats"), ("none", True, "looks"), ("none", False, "asks")]
)
async def test_what_happens_to_a_lost_answer_is_said_beforehand(
    idempotency: str, lookup: bool, plan: str, settings: Settings, sandbox: Sandbox, locale: str
) -> None:
    sandbox.square.state.settings.idempotency, sandbox.square.state.settings.lookup = idempotency, lookup
    account, _, _ = await lines(settings, locale)
    said = [each for each in ("repeats", "looks", "asks") if Words(locale)(f"check.{each}") in account]
    assert said == [plan]


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_refused_token_is_said_and_not_shown(settings: Settings, locale: str) -> None:
    account, everything, good = await lines(with_account(settings, token="wrong-1234567890"), locale)
    assert not good
    assert f"{BAD} square (square): {Words(locale)('check.token_refused')}" in account
    assert "wrong-1234567890" not in everything


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_platform_that_cannot_be_reached_is_not_called_wrongly_set(settings: Settings, locale: str) -> None:
    account, _, good = await lines(with_account(settings, url=f"{NOBODY}/square/api"), locale)
    assert not good
    assert Words(locale)("check.unreachable", problem="NotSent") in account


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"platform": "friendster"}, "platform"),
        ({"token": None}, "token"),
        ({"url": None}, "url"),
        ({"url": "ftp://example"}, "url"),
        ({"timeout": "soon"}, "timeout"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_key_of_an_account_is_named(
    changed: dict[str, Any], named: str, settings: Settings, locale: str
) -> None:
    account, _, good = await lines(with_account(settings, **changed), locale)
    assert not good
    first = account.splitlines()[0]
    assert first.startswith(f"{BAD} square (")
    assert f": {named} " in first


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("changed", "where", "remedy"),
    [
        ({"base_url": f"{NOBODY}/api/"}, "slack.base_url", "remedy.slack_away"),
        ({"bot_token": "xoxb-wrong-1234567890"}, "slack.bot_token", "remedy.bot_refused"),
        ({"app_token": "xapp-wrong-1234567890"}, "slack.app_token", "remedy.app_refused"),
        ({"managers": ("S0NOBODY",)}, "slack.managers", "remedy.user_group"),
    ],
)
async def test_what_is_wrong_with_slack_is_said_and_the_accounts_are_checked_all_the_same(
    changed: dict[str, Any], where: str, remedy: str, sandbox: Sandbox, tmp_path: Path, locale: str
) -> None:
    settings = given(sandbox.credentials(), f"sqlite:///{tmp_path}/desk.db", slack=changed)
    account, everything, good = await lines(settings, locale)
    assert not good
    said = Words(locale)(remedy, said=Unsaid(), group="S0NOBODY")
    assert where in everything
    assert said.partition(str(Unsaid()))[0] in everything
    assert f"{GOOD} square" in account
    assert "wrong-1234567890" not in everything


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_bot_without_a_scope_is_told_which(settings: Settings, sandbox: Sandbox, locale: str) -> None:
    sandbox.slack.settings.scopes = ("chat:write", "commands")
    said, good = await report(settings, Words(locale))
    assert not good
    assert Words(locale)("remedy.slack_scopes", scopes="users:read") in "\n".join(said)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_bot_that_may_not_have_files_is_told_what_it_does_without(
    settings: Settings, sandbox: Sandbox, locale: str
) -> None:
    sandbox.slack.settings.scopes = ("chat:write", "commands", "users:read", "files:write")
    said, good = await report(settings, Words(locale))
    assert good
    assert Words(locale)("check.scope_files", scope="files:read") in "\n".join(said)


@pytest.mark.parametrize("locale", LOCALES)
async def test_no_account_at_all_is_said(settings: Settings, locale: str) -> None:
    said, good = await report(settings.model_copy(update={"accounts": {}}), Words(locale))
    assert not good
    assert Words(locale)("check.no_accounts") in "\n".join(said)


@pytest.mark.parametrize(("spoken", "locale"), [("zh_TW.UTF-8", "zh-TW"), ("en_GB.UTF-8", "en"), ("C", "en")])
async def test_the_command_speaks_the_terminals_language_and_its_exit_tells_the_verdict(
    spoken: str, locale: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    told = environment(sandbox.credentials(), f"sqlite:///{tmp_path}/desk.db") | {"LC_ALL": spoken}
    ended = await xiaobian(tmp_path, "check", **told)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.rstrip().endswith(Words(locale)("check.good"))
    sandbox.square.state.settings.scopes = ["read"]
    ended = await xiaobian(tmp_path, "check", **told)
    assert ended.code == 1
    assert ended.out.rstrip().endswith(Words(locale)("check.bad"))
    assert sandbox.slack.state.messages["C0DESK"] == {}


class Unsaid:
    """Stands where a sentence holds what the other side said."""

    def __str__(self) -> str:
        return "\0"
