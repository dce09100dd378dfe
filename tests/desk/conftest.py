"""A desk on each kind of database, between a fake platform and a fake team."""

from __future__ import annotations

import pytest

from bot.store.engine import Store
from tests.desk.world import World, world


@pytest.fixture
async def desk(store: Store) -> World:
    """The desk, with nothing in it and nothing running."""
    return await world(store)
