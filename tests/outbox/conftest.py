"""A desk on each kind of database, on the platform that helps in every way and on the one that helps in none."""

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
    """The platform drops repeats, finds, and can be looked at."""
    return await world(store)


@pytest.fixture
async def blind(store: Store) -> World:
    """The platform does none of that: when an answer is lost only a person can tell."""
    return await world(store, caps=NOBODY)
