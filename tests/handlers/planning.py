"""A desk that publishes, between a local Slack and a database: for the windows around posts."""

from __future__ import annotations

import base64
from dataclasses import replace
from pathlib import Path

from bot.posts.importing import Importing
from bot.posts.policy import Policy
from bot.posts.slot import Slot
from bot.store.engine import Store
from tests.desk.world import POLICY, world
from tests.fakes import PUBLISHER
from tests.handlers.conftest import Office
from tests.handlers.room import Json, Room


class Planning(Room):
    """An office whose desk publishes on one account, "shop"."""

    def imports_by(self, importing: Importing) -> None:
        """Take posts in by this one, in place of the desk's own; before `start`."""
        self.world.posts = replace(self.world.posts, importing=importing)

    async def opened(self, who: str, typed: str, holding: str) -> Json:
        """The window that `/engage post …` opens."""
        await self.says(who, f"/engage post {typed}".strip())
        return await self.office.window(who, holding)

    async def attached(self, who: str, name: str, content: bytes) -> Json:
        """A file chosen in the window: what its field holds then."""
        told = await self.office.does("attach", who, name=name, content=base64.b64encode(content).decode())
        return {"files": [told]}

    async def drafts(self, who: str) -> tuple[Slot, ...]:
        """What this person has begun."""
        return (await self.world.posts.board.lists(who)).mine


async def planning(office: Office, store: Store, folder: Path, policy: Policy = POLICY) -> Planning:
    """A desk without posts."""
    return Planning(office, await world(store, caps=PUBLISHER, shelf=folder, policy=policy))
