"""Keeps the cards in step with the rows: one that shows an old version is updated in place, however often it changed.
Updating is harmless to repeat, so nothing is claimed: what was not recorded as shown is shown again.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

import structlog

from bot.outbox.lane import BACK_OFF, IDLE, LONGEST, pause
from bot.steps import Step, Trace
from bot.team import Card, Place, PostCard, Team
from platforms.errors import AuthBroken, Gone, PlatformError

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Cards read in one go; between two goes the newest changes are seen."""


class Shown(Protocol):
    """Whose cards these are: of items, or of posts."""

    async def behind(self, limit: int) -> list[int]:
        """Numbers of those whose card shows an old version."""

    async def card(self, number: int, /) -> Card | PostCard:
        """What it has to show."""

    async def place(self, number: int, /) -> Place | None:
        """Where it stands."""

    async def shown(self, number: int, version: int, place: Place, /) -> None:
        """It shows this version."""

    async def lost(self, number: int, /) -> None:
        """Its message is gone."""


class Refresher:
    """`await run()` until `stop`."""

    def __init__(self, team: Team, board: Shown, signal: asyncio.Event, trace: Trace) -> None:
        self._team, self._board, self._signal, self._trace = team, board, signal, trace
        self._stop = asyncio.Event()
        self._failures = 0
        self._refused: dict[int, int] = {}
        """Whose card cannot be drawn, and the version that could not: the next one is tried again."""

    def stop(self) -> None:
        """Finish the card under way, then return from `run`."""
        self._stop.set()
        self._signal.set()

    async def run(self) -> None:
        """Refresh whenever something changed."""
        while not self._stop.is_set():
            self._signal.clear()
            event, wait = self._signal, IDLE
            try:
                while await self.work() and not self._stop.is_set():
                    self._failures = 0
            except PlatformError as error:
                # Whatever changes meanwhile: the wait that was asked for is kept.
                event, wait = self._stop, error.after or BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
                self._failures += 1
                log.warning("refresh_failed", error=type(error).__name__, evidence=str(error), again_in=wait)
            except Exception:
                log.exception("refresh_broke")
                event, wait = self._stop, BACK_OFF[1]
            await pause(event, min(wait, LONGEST))

    async def work(self) -> int:
        """Refresh what is behind now; how many cards that was."""
        numbers = await self._board.behind(AT_ONCE + len(self._refused))
        done = 0
        for number in numbers:
            if self._stop.is_set():
                break
            card, place = await self._board.card(number), await self._board.place(number)
            if place is None or self._refused.get(number) == card.version:
                continue
            self._refused.pop(number, None)
            done += 1
            try:
                await self._team.refresh(place, card)
            except Gone:
                await self._board.lost(number)
            except PlatformError as error:
                if error.retry or not error.certain or isinstance(error, AuthBroken):
                    raise
                self._refuse(number, card.version)
            except Exception:
                self._refuse(number, card.version)
            else:
                self._trace(Step.CARD_REFRESHED, number)
                await self._board.shown(number, card.version, place)
        return done

    def _refuse(self, number: int, version: int) -> None:
        """A card that cannot be drawn must not keep the others from being drawn."""
        self._refused[number] = version
        log.exception("refresh_refused", number=number)
