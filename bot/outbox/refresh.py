"""Keeps the cards in step with the rows: one that shows an old version is updated in place, however often it changed.
Updating is harmless to repeat, so nothing is claimed: what was not recorded as shown is shown again.
"""

from __future__ import annotations

import asyncio

import structlog

from bot.desk.board import Board
from bot.outbox.lane import BACK_OFF, IDLE
from bot.steps import Step, Trace
from bot.team import Team
from platforms.errors import Gone, PlatformError

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Cards read in one go; between two goes the newest changes are seen."""


class Refresher:
    """`await run()` until `stop`."""

    def __init__(self, team: Team, board: Board, signal: asyncio.Event, trace: Trace) -> None:
        self._team, self._board, self._signal, self._trace = team, board, signal, trace
        self._stopping = False
        self._failures = 0

    def stop(self) -> None:
        """Finish the card under way, then return from `run`."""
        self._stopping = True
        self._signal.set()

    async def run(self) -> None:
        """Refresh whenever something changed."""
        while not self._stopping:
            self._signal.clear()
            wait = IDLE
            try:
                while await self.work() and not self._stopping:
                    self._failures = 0
            except PlatformError as error:
                wait = error.after or BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
                self._failures += 1
                log.warning("refresh_failed", error=type(error).__name__, evidence=str(error), again_in=wait)
                self._signal.clear()
            except Exception:
                log.exception("refresh_broke")
            try:
                async with asyncio.timeout(wait):
                    await self._signal.wait()
            except TimeoutError:
                continue

    async def work(self) -> int:
        """Refresh what is behind now; how many cards that was."""
        numbers = await self._board.behind(AT_ONCE)
        for number in numbers:
            if self._stopping:
                break
            card, place = await self._board.card(number), await self._board.place(number)
            if place is None:
                continue
            try:
                await self._team.refresh(place, card)
            except Gone:
                await self._board.lost(number)
                continue
            self._trace(Step.CARD_REFRESHED, number)
            await self._board.shown(number, card.version, place)
        return len(numbers)
