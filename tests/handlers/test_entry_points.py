"""Commands, the message shortcut, the Home tab, events; and the table of them all against the manifest."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import pytest
import yaml

import handlers
from handlers.verbs import COMMAND, Event, Verb, Word
from tests.handlers.conftest import DESK, EMMA, PINYU, Office
from tests.handlers.fake_desk import card
from tests.people import until

ROOT = Path(handlers.__file__).parent.parent


def manifest() -> dict[str, Any]:
    """What creates the Slack app."""
    made: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yaml").read_text(encoding="utf-8"))
    return made


def registered(kind: str) -> set[str]:
    """The names `register` gives one of bolt's decorators, catch-alls left out."""
    names = {"COMMAND": COMMAND}
    found = set()
    for node in ast.walk(ast.parse(inspect.getsource(handlers.register))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == kind:
            said = ast.unparse(node.args[0])
            if said != "ANY":
                scope = {"Verb": Verb, "Event": Event}
                found.add(names.get(said) or str(getattr(scope[said.split(".")[0]], said.split(".")[1])))
    return found


def test_the_manifest_and_the_table_name_the_same_entry_points() -> None:
    made = manifest()
    assert {each["command"] for each in made["features"]["slash_commands"]} == registered("command")
    assert {each["callback_id"] for each in made["features"]["shortcuts"]} == registered(
        "message_shortcut"
    ) | registered("global_shortcut")
    assert set(made["settings"]["event_subscriptions"]["bot_events"]) == registered("event") == set(Event)


def test_no_message_ever_reaches_the_desk() -> None:
    events = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert not [name for name in events if name.startswith(("message", "app_mention", "reaction"))]
    assert registered("message") == set()
    for file in (ROOT / "handlers").rglob("*.py"):
        assert "app.message(" not in file.read_text(encoding="utf-8")


def test_every_verb_has_a_button_in_the_table() -> None:
    windows = {Verb.PULL_BRAKE, Verb.LIFT_BRAKE}
    assert registered("action") == set(Verb) - {Verb.SUGGEST_AGAIN} - windows
    assert windows <= registered("view_submission")


def test_the_manifest_asks_for_the_fewest_scopes() -> None:
    scopes = manifest()["oauth_config"]["scopes"]
    assert scopes["bot"] == ["chat:write", "commands", "users:read"]
    optional = ["usergroups:read", "channels:history", "groups:history", "files:read", "files:write"]
    assert scopes["bot_optional"] == optional


def test_the_manifest_keeps_slacks_limits() -> None:
    made = manifest()
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert all(len(each["description"]) <= 150 for each in made["features"]["shortcuts"])
    assert made["settings"]["socket_mode_enabled"] is True


@pytest.mark.parametrize(
    ("line", "who", "word"),
    [
        ("/engage", EMMA, "What I do."),
        ("/engage help", PINYU, "我能做什麼"),
        ("/engage queue", EMMA, "Waiting longest"),
        ("/engage QUEUE", PINYU, "等最久的"),
        ("/engage status", EMMA, "the oldest for 9 min"),
        ("/engage satus", EMMA, "Did you mean `/engage status`?"),
        ("/engage <!channel>", PINYU, "我不認得"),
    ],
)
async def test_engage_answers_only_the_asker_in_their_language(office: Office, line: str, who: str, word: str) -> None:
    await office.start()
    await office.show(card())
    assert (await office.does("command", who, channel="C0GENERAL", text=line))["outcome"] == "acked"
    assert word in await office.whispered(who)
    assert (await office.sees(who))["ephemerals"][-1]["pings"] == []


def test_every_word_of_the_command_is_in_the_help_and_the_manifest() -> None:
    hint = manifest()["features"]["slash_commands"][0]["usage_hint"]
    assert [word.strip() for word in hint.split("|")] == list(Word)


async def test_suggest_again_works_on_a_card_and_in_its_thread(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    said = await office.does("say", PINYU, channel=DESK, text="再想想？", thread_ts=place.ts)
    for n, ts in enumerate((place.ts, said["ts"]), 1):
        await office.does("shortcut", EMMA, callback_id="item.suggest_again", channel=DESK, ts=ts)
        assert await office.whispered(EMMA, n) == "1 suggestion; the card shows it."
    assert office.fake.named("suggest_again") == [(1, EMMA), (1, EMMA)]


async def test_suggest_again_on_another_message_explains_itself(office: Office) -> None:
    await office.start()
    said = await office.does("say", PINYU, channel=DESK, text="早安")
    await office.does("shortcut", EMMA, callback_id="item.suggest_again", channel=DESK, ts=said["ts"])
    assert "is not a card of mine" in await office.whispered(EMMA)


async def test_home_shows_my_queue_and_follows_what_i_do(office: Office) -> None:
    await office.start()
    await office.show(card())
    await office.does("open_home", EMMA)

    async def home(holding: str) -> Any:
        async def look() -> Any:
            shown = (await office.sees(EMMA))["home"]
            return shown if shown and holding in str(shown["blocks"]) else None

        return await until(look, holding)

    shown = await home("Nothing claimed")
    assert "小美" in str(shown["blocks"])
    assert "/archives/C0DESK/p" in str(shown["blocks"])
    await office.does("click", EMMA, home=True, action_id="item.claim")
    assert "Release" in str(await home("Emma Clarke is on it"))
    assert office.fake.named("claim") == [(1, EMMA)]


async def test_who_may_not_work_the_desk_sees_nothing_of_it(office: Office) -> None:
    await office.start(managers=("U0POHAN",))
    await office.show(card())
    await office.does("open_home", EMMA)

    async def drawn() -> Any:
        return (await office.sees(EMMA))["home"]

    assert "You are not among those who may see this" in str((await until(drawn, "home"))["blocks"])
    await office.does("command", EMMA, channel="C0GENERAL", text="/engage queue")
    assert "who may see this" in await office.whispered(EMMA)
    assert "小美" not in str(await drawn()) + str((await office.sees(EMMA))["ephemerals"])


async def test_an_answer_is_shown_where_the_person_is_looking(office: Office) -> None:
    await office.start()
    place = await office.show(card(1, claimed_by="U0POHAN"))
    await office.does("say", PINYU, channel=DESK, text="誰來回？", thread_ts=place.ts)
    await office.click(EMMA, place, "item.ignore")
    await office.whispered(EMMA)
    (call,) = await office.log("chat.postEphemeral")
    assert call["args"].get("thread_ts") is None


async def test_an_error_from_home_arrives_as_a_direct_message(office: Office) -> None:
    await office.start()
    await office.show(card())
    await office.does("open_home", EMMA)

    async def drawn() -> Any:
        return (await office.sees(EMMA))["home"]

    await until(drawn, "home")
    office.fake.cards.clear()
    await office.does("click", EMMA, home=True, action_id="item.claim")

    async def direct() -> Any:
        held = (await office.sees(EMMA))["messages"].values()
        return [m for messages in held for m in messages if "I do not know #1" in m["text"]]

    assert len(await until(direct, "a direct message")) == 1


async def test_an_event_that_comes_again_is_worked_once(office: Office) -> None:
    await office.start()
    event = {"type": "app_home_opened", "user": EMMA, "tab": "home", "channel": "D1"}
    told = await office.does("event", EMMA, event=event)
    await office.does("event", EMMA, event=event, event_id=told["event_id"], retry={"attempt": 1, "reason": "timeout"})
    await office.does("event", EMMA, event={**event, "tab": "messages"})

    async def published() -> Any:
        return await office.log("views.publish") or None

    await until(published, "home drawn")
    await office.slack.drain(2.0)
    assert len(await office.log("views.publish")) == 1


async def test_removal_of_the_app_is_noticed(office: Office) -> None:
    await office.start()
    assert not office.slack.removed.is_set()
    await office.does("event", EMMA, event={"type": "tokens_revoked", "tokens": {"bot": ["U0XIAOBIAN"]}})
    await office.until(office.slack.removed.is_set, "the flag")


async def test_any_other_event_is_acknowledged_and_forgotten(office: Office) -> None:
    await office.start()
    told = await office.does(
        "event", EMMA, event={"type": "message", "text": "回他：好喔", "user": PINYU, "channel": DESK}
    )
    assert told["outcome"] == "acked"
    assert office.fake.calls == []
