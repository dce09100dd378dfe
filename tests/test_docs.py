"""The documents say what the code does: every setting, command, button, error, step, capability, scope and fault has
its place in docs/, and nothing stands there that is not in the code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields
from datetime import time
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from aiohttp import web
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from typer.main import get_command

from bot.cli import cli
from bot.config import Account, ApprovalRule, Settings
from bot.errors import BotError
from bot.i18n import Words
from bot.posts.slot import State as PostState
from bot.sandbox import Sandbox
from bot.sandbox.faults import KINDS
from bot.steps import Step
from bot.store.models import Phase, State
from bot.team import Trouble
from handlers.client import BadBlocks
from handlers.errors import NoCard
from handlers.verbs import COMMAND, Event, Verb, Word
from platforms.base import Platform
from platforms.caps import Caps
from platforms.errors import BadSettings, BadSignature, PlatformError
from platforms.registry import BUILT_IN, create
from replies.render import VARIABLES
from tests.pages import CODE, DOCS, ROOT, coded, headings, rows, section, text
from tests.test_architecture import HOME

TELEGRAM: dict[str, object] = {"token": "1:a", "channel": "@c"}
ACCOUNTS: dict[str, list[dict[str, object]]] = {
    "square": [{"url": "http://127.0.0.1/square/api", "token": "t"}],
    "telegram": [TELEGRAM, {**TELEGRAM, "webhook_url": "https://a.example/hooks/t", "webhook_secret": "s"}],
}
"""Settings of each built-in platform, between them with all it can claim."""


def told(field: FieldInfo) -> str:
    """A default as the settings page writes it."""
    if field.is_required():
        return "needed"
    value = field.get_default(call_default_factory=True)
    return "not set" if value is None else f"`{written(value)}`"


def written(value: object) -> str:
    """A value as TOML writes it."""
    match value:
        case time():
            return value.isoformat()
        case tuple():
            return f"[{', '.join(map(written, value))}]"
        case Path():
            return json.dumps(str(value))
        case _:
            return json.dumps(value)


def settings(model: type[BaseModel], key: str = "", variable: str = "XIAOBIAN_") -> Iterator[tuple[str, list[str]]]:
    """Every setting: key, [environment variable, default]."""
    for name, field in model.model_fields.items():
        kind: Any = field.annotation
        inner = f"{variable}{name.upper()}"
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from settings(kind, f"{key}{name}.", f"{inner}__")
        elif Account in get_args(kind):
            yield from settings(Account, f"{key}{name}.<name>.", f"{inner}__<NAME>__")
        else:
            yield f"{key}{name}", [f"`{inner}`", told(field)]


def below(parent: type[Any]) -> Iterator[type[Any]]:
    """A class and all that are derived from it in our own packages."""
    if parent.__module__.split(".")[0] in ("bot", "handlers", "platforms"):
        yield parent
    for child in parent.__subclasses__():
        yield from below(child)


def commands(command: Any = None, name: str = "xiaobian") -> dict[str, Any]:
    """Every command of the command line by its full name."""
    command = command or get_command(cli)
    inner = getattr(command, "commands", None)
    if inner is None:
        return {name: command}
    return {full: one for part, each in inner.items() for full, one in commands(each, f"{name} {part}").items()}


def targets() -> set[str]:
    """What `make` can be asked for."""
    return set(re.findall(r"^\.PHONY: (.*)$", text(ROOT / "Makefile"), re.MULTILINE)[0].split())


def nothing(field: Field[Any]) -> object:
    """The value of a capability that claims nothing."""
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else frozenset()


async def opened(kind: str, options: Mapping[str, object]) -> Platform:
    """The adapter with its claims made: the square's come from its `/me`."""
    if kind != "square":
        return create(kind, "account", options)
    async with Sandbox(seed="empty", talk=False) as box:
        given: Any = box.credentials()["square"]
        async with create(kind, "account", given) as platform:
            return platform


def test_every_setting_is_listed_with_its_variable_and_default() -> None:
    listed = {key: cells[:2] for key, cells in rows(text(DOCS / "settings.md")).items() if len(cells) == 3}
    assert listed == dict(settings(Settings))


def test_every_part_of_a_rule_for_approvals_is_listed_with_its_default() -> None:
    listed = {key: cells[0] for key, cells in rows(section(DOCS / "settings.md", "A rule for approvals")).items()}
    assert listed == {name: told(field) for name, field in ApprovalRule.model_fields.items()}


@pytest.mark.parametrize("kind", BUILT_IN)
def test_every_setting_of_a_platform_is_on_its_page(kind: str) -> None:
    with pytest.raises(BadSettings) as refused:
        create(kind, "account", {**ACCOUNTS[kind][0], "nonsense": 1})
    known = refused.value.remedy.partition("known are: ")[2].rstrip(".").split(", ")
    assert set(rows(section(DOCS / "platforms" / f"{kind}.md", "Settings"))) == set(known)


@pytest.mark.parametrize("kind", BUILT_IN)
async def test_what_a_platform_claims_is_what_its_page_says_is_done(kind: str) -> None:
    caps = [(await opened(kind, options)).caps for options in ACCOUNTS[kind]]
    claimed = {
        field.name for field in fields(Caps) if any(getattr(each, field.name) != nothing(field) for each in caps)
    }
    page = DOCS / "platforms" / f"{kind}.md"
    said = {name: cells[0] for name, cells in rows(section(page, "What works")).items()}
    assert set(said) == {field.name for field in fields(Caps)}
    assert set(said.values()) <= {"done", "todo", "exempt"}
    assert {name for name, word in said.items() if word == "done"} == claimed
    assert re.search(r"\b\d{4}-\d\d-\d\d\b", text(page)), "the page says when it was checked"


def test_every_capability_is_explained_to_who_writes_an_adapter() -> None:
    assert set(rows(section(DOCS / "write-an-adapter.md", "What to claim"))) == {field.name for field in fields(Caps)}


def test_every_command_is_listed_with_its_options() -> None:
    page = rows(section(DOCS / "commands.md", "On the command line"))
    assert {name for name in page if name.startswith("xiaobian ")} == set(commands())
    for name, command in commands().items():
        for option in command.params:
            ways = {*option.opts, *option.secondary_opts}
            assert ways & coded(page[name][0]), f"{name} {ways}"


def test_every_word_after_engage_is_listed() -> None:
    page = {name for name in rows(section(DOCS / "commands.md", "In Slack")) if name.startswith(COMMAND)}
    assert page == {f"{COMMAND} {word}" for word in Word}


def test_every_target_of_make_is_listed() -> None:
    assert set(rows(section(DOCS / "commands.md", "In a checkout"))) == {f"make {target}" for target in targets()}


def test_every_button_has_a_heading_with_its_labels_in_both_languages() -> None:
    english, chinese, platform = Words("en"), Words("zh-TW"), {"platform": "{platform}"}
    wanted = [f"`{verb}`: {english(verb, **platform)} {chinese(verb, **platform)}" for verb in Verb]
    found = [words for level, words in headings(DOCS / "slack.md") if level == 3]
    assert sorted(found) == sorted(wanted)


def test_the_scopes_and_events_of_the_manifest_are_explained() -> None:
    manifest = yaml.safe_load(text(ROOT / "manifest.yaml"))
    asked = manifest["oauth_config"]["scopes"]
    wanted = dict.fromkeys([*asked["bot"], "connections:write"], "needed") | dict.fromkeys(
        asked["bot_optional"], "optional"
    )
    part = section(DOCS / "slack.md", "Scopes, and why each")
    assert {scope: cells[0] for scope, cells in rows(part).items()} == wanted
    assert {*manifest["settings"]["event_subscriptions"]["bot_events"], *Event} <= coded(part)


def test_every_error_people_read_is_listed() -> None:
    page = rows(section(DOCS / "errors.md", "What people are told"))
    ours = {error.key: f"`{error.__name__}`" for error in below(BotError)}
    assert NoCard.key in ours
    assert {key: cells[0] for key, cells in page.items()} == ours


def test_every_failure_of_a_platform_and_every_trouble_is_listed() -> None:
    classes = {*below(PlatformError), BadSignature, BadSettings} - {PlatformError, BadBlocks}
    assert set(rows(section(DOCS / "errors.md", "What platforms do"))) == {each.__name__ for each in classes}
    assert set(rows(section(DOCS / "errors.md", "What a card can say"))) == set(Trouble)


def test_the_map_names_every_step_state_phase_and_home() -> None:
    page = DOCS / "ARCHITECTURE.md"
    comment, post = (rows(section(page, f"The journey of one {what}")) for what in ("comment", "post"))
    assert comment.keys() & post.keys() == {Step.CARD_REFRESHED}
    assert comment.keys() | post.keys() == set(Step)
    assert f"| verb | {' | '.join(State)} |" in section(page, "States of an item")
    assert set(rows(section(page, "States of a post"))) == set(PostState)
    assert set(rows(section(page, "Phases of a delivery"))) == set(Phase)
    assert set(HOME) <= set(rows(section(page, "Ranks")))


def test_the_doors_and_faults_of_the_sandbox_are_listed() -> None:
    box, page = Sandbox(talk=False), rows(text(DOCS / "sandbox.md"))
    doors = [
        route.path
        for route in (*box.slack.routes(), *box.square.routes())
        if isinstance(route, web.RouteDef) and route.method == "POST" and route.path.startswith("/sandbox/")
    ]
    assert {name for name in page if re.fullmatch(r"/sandbox/(slack|square)/\w+", name)} == set(doors)
    assert set(rows(section(DOCS / "sandbox.md", "Faults"))) == set(KINDS)


def test_every_variable_of_a_template_is_listed() -> None:
    found = [name for name in rows(text(DOCS / "templates.md")) if name.startswith("{{")]
    assert found == [f"{{{{ {name} }}}}" for name in VARIABLES]


def test_every_page_and_decision_that_the_code_refers_to_is_there() -> None:
    records = sorted((DOCS / "adr").glob("*.md"))
    assert [path.name[:4] for path in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    source = "\n".join(map(text, CODE))
    assert set(re.findall(r"docs/adr/(\d{4})", source)) <= {path.name[:4] for path in records}
    assert [name for name in re.findall(r"docs/[\w/-]+\.md", source) if not (ROOT / name).exists()] == []


def test_every_decision_says_why_what_and_what_follows() -> None:
    for path in (DOCS / "adr").glob("*.md"):
        assert text(path).startswith(f"# {path.name[:4]} ")
        parts = re.findall(r"^\*\*(\w+)\.\*\*", text(path), re.MULTILINE)
        assert parts == ["Context", "Decision", "Consequences"], path.name
