"""Has outcomes written down while the next attempts are being made. It decides nothing, and forgets nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.outbox.sender import Outcome
from bot.store.models import Delivery

TOGETHER = 25
"""Outcomes written down in one transaction while others are still on their way: each costs a flush of the disk."""


class Ledger:
    """Outcomes of one round: some are written down together on the way, the rest at the end."""

    def __init__(self, record: Callable[[Sequence[tuple[Delivery, Outcome]]], Awaitable[None]]) -> None:
        self._record = record
        self._noted: list[tuple[Delivery, Outcome]] = []
        self._writing: asyncio.Task[None] | None = None

    def note(self, delivery: Delivery, outcome: Outcome) -> None:
        """It has come to this."""
        self._noted.append((delivery, outcome))
        if len(self._noted) >= TOGETHER and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        """Everything noted is written down."""
        if self._writing is not None:
            await self._writing
        await self._write()

    async def _write(self) -> None:
        noted, self._noted = self._noted, []
        await self._record(noted)
