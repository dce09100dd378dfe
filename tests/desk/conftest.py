"""A desk on each kind of database, between a fake platform and a fake team."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.store.engine import Store
from tests.desk.world import World, world
from tests.fakes import NOBODY


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged, as values: tracebacks of failures that are wanted here are not drawn."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture
async def desk(store: Store) -> World:
    """The desk, with nothing in it and nothing running."""
    return await world(store)


@pytest.fixture
async def blind(store: Store) -> World:
    """The desk on a platform where only a person can tell what went out."""
    return await world(store, caps=NOBODY)
