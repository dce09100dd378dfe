"""The sandbox reads nothing of ours, so it repeats what an installed app of ours has: held together here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.slack import seed

MANIFEST: dict[str, Any] = yaml.safe_load((Path(__file__).parents[2] / "manifest.yaml").read_text(encoding="utf-8"))
FEATURES = MANIFEST["features"]


def test_the_app_is_called_and_does_what_its_manifest_says() -> None:
    bot = next(user for user in seed.USERS if user.is_bot)
    assert bot.name == FEATURES["bot_user"]["display_name"]
    shown = ("command", "description", "usage_hint")
    assert list(seed.COMMANDS) == [{key: one[key] for key in shown} for one in FEATURES["slash_commands"]]
    shown = ("type", "callback_id", "name")
    assert list(seed.SHORTCUTS) == [{key: one[key] for key in shown} for one in FEATURES["shortcuts"]]


def test_the_installer_granted_what_the_manifest_asks_for_but_not_reading_the_channel() -> None:
    asked = MANIFEST["oauth_config"]["scopes"]
    assert set(seed.SCOPES) >= set(asked["bot"])
    assert sorted(seed.SCOPES + seed.HISTORY_SCOPES) == sorted(asked["bot"] + asked["bot_optional"])
    assert set(seed.HISTORY_SCOPES) < set(asked["bot_optional"])


def test_only_events_of_the_manifest_are_delivered() -> None:
    assert sorted(seed.EVENTS) == sorted(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
