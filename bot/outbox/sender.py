"""What a lane sends through, and the words for what became of an attempt. Values and a port; no network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.store.engine import Unit
from bot.store.models import Delivery
from platforms.base import Absent, Item, Standing
from platforms.caps import Caps, Idempotency


@dataclass(frozen=True, slots=True)
class Sent:
    """It happened. `receipt`: what the other side said, JSON-safe."""

    receipt: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Later:
    """It surely did not happen; again in `after` seconds (None: by the lane's own back-off).

    `trouble`: what people should know meanwhile (a `bot.team.Trouble`); `scope`: the permission that is missing.
    """

    after: float | None
    trouble: str | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It may have happened: find out, then decide."""


@dataclass(frozen=True, slots=True)
class Ask:
    """It may have happened and no machine can tell: a person decides."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The other side refused it for good. `code`: a locale key below `problem.`."""

    code: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """We held it back: the comment is not what it was. `item`: its newest version, when it was edited."""

    standing: Standing
    item: Item | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """It surely did not happen: the conversation has a new address, `ref`. Again, there."""

    ref: dict[str, Any]


Outcome = Sent | Later | Doubtful | Ask | Refused | Stopped | Moved


MARGIN = timedelta(minutes=5)
"""How long before its stated end a key is no longer trusted: clocks differ, and the repeat itself takes time."""


def repeatable(caps: Caps, delivery: Delivery, now: datetime) -> bool:
    """Would a platform with these caps surely drop the same delivery, sent again under its key?"""
    if caps.idempotency is Idempotency.NONE:
        return False
    first = delivery.first_tried_at or now
    return caps.key_life is None or now < first + caps.key_life - min(MARGIN, caps.key_life / 4)


class Sender(Protocol):
    """One lane's way out. Network methods raise `platforms.errors.PlatformError`."""

    pace: float
    """Seconds between two sends."""
    burst: int
    """How many may be claimed at once: what a crash may leave in doubt."""

    async def prepare(self, claimed: Sequence[Delivery]) -> None:
        """Make ready what can be made ready for all at once."""

    async def look(self, delivery: Delivery) -> Outcome | None:
        """The last look before sending; None: go ahead. Whatever else it says, nothing was sent."""

    async def send(self, delivery: Delivery) -> dict[str, Any]:
        """Do it, once; the receipt."""

    def repeatable(self, delivery: Delivery, now: datetime) -> bool:
        """Would sending again with the same key surely be dropped by the other side?"""

    async def find(self, delivery: Delivery) -> dict[str, Any] | Absent:
        """Look for an earlier attempt; its receipt, or what is known instead."""

    async def settling(self, unit: Unit, settled: Sequence[Delivery]) -> None:
        """These are about to be settled, one by one: what that needs can be read for all at once."""

    async def settled(self, unit: Unit, delivery: Delivery, outcome: Outcome, now: datetime) -> None:
        """What the outcome means for the item; part of the transaction that records it."""
