"""A desk on each kind of database, and the clock's ticks as long as they are wanted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, MutableMapping
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.store.engine import Store
from tests.desk.world import World, world


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged, as values: tracebacks of failures that are wanted here are not drawn."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture
async def desk(store: Store) -> AsyncIterator[World]:
    """The desk; whatever it reads at the end is given up."""
    desk = await world(store)
    yield desk
    await desk.intake.close()
