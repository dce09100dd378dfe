"""The real handlers between a local Slack and a desk in memory, and the people who click.
Everything travels as it does in life: HTTP and a Socket Mode connection on loopback.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import aiohttp
import pytest
from pydantic import SecretStr

from bot.config import Slack
from bot.desk import Desk
from bot.sandbox import Sandbox
from bot.store.engine import Store
from bot.team import Card, Place
from handlers.host import SlackDesk
from handlers.socket import Timing
from tests.conftest import with_driver
from tests.handlers.fake_desk import NOW, FakeDesk
from tests.people import until

PINYU, POHAN, EMMA, DAVID = "U0PINYU", "U0POHAN", "U0EMMA", "U0DAVID"
DESK = "C0DESK"


class Office:
    """The people of the workspace, and the desk under test (`start` it first)."""

    def __init__(self, box: Sandbox, http: aiohttp.ClientSession) -> None:
        self.box, self.http, self.fake = box, http, FakeDesk()
        self._stack = AsyncExitStack()
        self.now = 1000.0

    async def start(
        self,
        *,
        timing: Timing | None = None,
        serve: bool = True,
        call: float = 5.0,
        desk: Desk | None = None,
        **more: Any,
    ) -> None:
        """Bring the handlers up with these settings, on this desk in place of the fake one."""
        self.slack = SlackDesk(
            self.settings(**more),
            zone=ZoneInfo("Asia/Taipei"),
            clock=lambda: NOW,
            ticks=lambda: self.now,
            timing=timing,
            timeout=call,
            ping=0.5,
        )
        await self._stack.enter_async_context(self.slack)
        if serve:
            await self.slack.serve(desk or self.fake.desk)

    async def stop(self) -> None:
        """Take them down."""
        await self._stack.aclose()

    def settings(self, **more: Any) -> Slack:
        """The sandbox's credentials as settings."""
        told: dict[str, Any] = dict(self.box.credentials()["slack"])  # type: ignore[call-overload]
        base = {
            "bot_token": SecretStr(told["bot_token"]),
            "app_token": SecretStr(told["app_token"]),
            "channel": told["channel"],
            "base_url": told["api_url"],
            "pace": 0.0,
            "locale": "zh-TW",
        }
        return Slack(**{**base, **more})

    async def show(self, card: Card, *, known: bool = True) -> Place:
        """Post a card; `known`: the desk knows where it stands."""
        self.fake.cards[card.item] = card
        place = await self.slack.team.show(card, uuid4())
        if known:
            self.fake.places[card.item] = place
        return place

    async def does(self, what: str, who: str, **given: object) -> dict[str, Any]:
        """Something a person does in Slack."""
        async with self.http.post(f"{self.box.url}/sandbox/slack/{what}", json={"user": who, **given}) as answer:
            said: dict[str, Any] = await answer.json()
            assert answer.status == 200, said
            return said

    async def click(self, who: str, place: Place, action: str, **given: object) -> str:
        """Use a button of a message; whether Slack had its acknowledgement."""
        told = await self.does("click", who, channel=place.channel, ts=place.ts, action_id=action, **given)
        return str(told["outcome"])

    async def sees(self, who: str) -> dict[str, Any]:
        """Everything a person's client shows."""
        async with self.http.get(f"{self.box.url}/sandbox/slack/state", params={"user": who}) as answer:
            seen: dict[str, Any] = await answer.json()
            return seen

    async def whispered(self, who: str, count: int = 1) -> str:
        """The newest of at least `count` messages that only this person sees."""

        async def look() -> str | None:
            mine = (await self.sees(who))["ephemerals"]
            return str(mine[-1]["text"]) if len(mine) >= count else None

        return await until(look, f"{who} is told something")

    async def window(self, who: str, holding: str, depth: int = 1) -> dict[str, Any]:
        """The person's top window, once there are `depth` and its blocks hold these words."""

        async def look() -> dict[str, Any] | None:
            views = (await self.sees(who))["views"]
            return views[-1] if len(views) == depth and holding in str(views[-1]) else None

        return await until(look, f"a window with {holding}")

    async def no_window(self, who: str) -> None:
        """Wait until nothing is open."""

        async def look() -> bool | None:
            return not (await self.sees(who))["views"] or None

        await until(look, "every window closed")

    async def message(self, place: Place, who: str = PINYU) -> dict[str, Any] | None:
        """A message of the channel as Slack holds it; None when it is gone."""
        shown = (await self.sees(who))["messages"][place.channel]
        return next((message for message in shown if message["ts"] == place.ts), None)

    async def write(self, who: str, place: Place) -> dict[str, Any]:
        """Press the card's own "Write a reply"; the window."""
        message = await self.message(place)
        assert message is not None
        row = [block["block_id"] for block in message["blocks"] if block["type"] == "actions"][-1]
        await self.click(who, place, "item.edit", block_id=row)
        return await self.window(who, "plain_text_input")

    async def log(self, method: str = "") -> list[dict[str, Any]]:
        """The Web API calls Slack has heard."""
        async with self.http.get(f"{self.box.url}/sandbox/slack/log") as answer:
            calls: list[dict[str, Any]] = await answer.json()
        return [call for call in calls if method in ("", call["method"])]

    async def fault(self, kind: str, operation: str = "*", **more: object) -> None:
        """Make Slack misbehave."""
        body = {"target": "slack", "kind": kind, "operation": operation, **more}
        async with self.http.post(f"{self.box.url}/sandbox/faults", json=body) as answer:
            assert answer.status == 201, await answer.text()

    async def until(self, met: Callable[[], Any], what: str) -> Any:
        """Wait for a condition of ours."""

        async def look() -> Any:
            return met() or None

        return await until(look, what)


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    """A workspace without pacing; the handlers are started by the test."""
    async with Sandbox(seed="empty", talk=False, pacing=False) as box, aiohttp.ClientSession() as http:
        desk = Office(box, http)
        try:
            yield desk
        finally:
            await desk.stop()


@pytest.fixture
def patience() -> Callable[[], float]:
    """Seconds since the test began."""
    began = time.monotonic()
    return lambda: time.monotonic() - began


@pytest.fixture
async def store(office: Office, migrated_file: Path, tmp_path: Path) -> AsyncIterator[Store]:
    """One database of one kind: what the windows show does not depend on it (tests/desk runs on both)."""
    path = tmp_path / "xiaobian.db"
    shutil.copyfile(migrated_file, path)
    async with Store(with_driver(f"sqlite:///{path}")) as opened:
        yield opened
        await office.stop()  # Whoever still reads must have ended before it closes.
