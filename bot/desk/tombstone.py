"""What remains of a comment that its author or the platform took back: that it was there, and what we did about it.
Their words go from every row that held them; our own reply stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.store import items
from bot.store.engine import Unit
from bot.store.models import Item


async def bury(unit: Unit, rows: Sequence[Item], now: datetime) -> None:
    """Make tombstones of these items, which must be locked."""
    if not rows:
        return
    for row in rows:
        row.deleted(now)
    await items.forget(unit, [row.id for row in rows])
