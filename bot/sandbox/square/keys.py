"""What each Idempotency-Key has already made, so that a repeated request makes nothing more.

It never looks at what a request asks beyond comparing it with the first one under the same key.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox.square.world import Refused

KEY_LIFE = timedelta(hours=1)  # contract of the square: a repeated Idempotency-Key is honoured this long


class Keys:
    """The keys of one square. `clock` gives the time in UTC; `on` says whether keys are honoured now."""

    def __init__(self, clock: Callable[[], datetime], on: Callable[[], bool]) -> None:
        self._clock, self._on = clock, on
        self._made: dict[str, tuple[datetime, str, str]] = {}

    def earlier(self, key: str | None, request: str) -> str | None:
        """The id made earlier under this key, None when the key is new, too old, or keys are off.

        Refused 409 `key_reused` when the same key comes with another request.
        """
        if key is None or not self._on() or key not in self._made:
            return None
        at, was, made = self._made[key]
        if self._clock() - at >= KEY_LIFE:
            del self._made[key]
            return None
        if was != request:
            raise Refused(409, "key_reused")
        return made

    def keep(self, key: str | None, request: str, made: str) -> None:
        """Remember what this key made; forgotten after an hour."""
        if key is not None and self._on():
            self._made[key] = (self._clock(), request, made)
