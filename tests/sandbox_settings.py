"""The program's settings for a sandbox, in the shape a process of its own is told them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.config import given


def told(credentials: Mapping[str, Any], database: str, **more: Any) -> dict[str, Any]:
    """JSON-safe settings, secrets in the clear: for a child process on this machine only."""
    made = given(credentials, database, **{"slack": {"pace": 0.0}, "brand": "晨光咖啡", **more})
    shown = made.model_dump(mode="json")
    shown["slack"] |= {
        "bot_token": made.slack.bot_token.get_secret_value(),
        "app_token": made.slack.app_token.get_secret_value(),
    }
    return shown
