"""Slack's rate limits as sliding windows.

It never waits: it says how long the caller has to.
"""

import time
from collections import deque

#: Calls a minute (docs, "Rate limits"; the docs' "+" is goodwill nobody may plan on).
TIER_2, TIER_3, TIER_4, HUNDREDS = 20, 50, 100, 200
MINUTE = 60.0
#: chat.postMessage: 1 message a second a channel; the short bursts Slack may allow are not granted here.
POST_SECONDS = 1.0


class Pace:
    """How often each key was let through lately."""

    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = {}

    def take(self, key: str, most: int, seconds: float) -> float:
        """0.0 when one more is within `most` per `seconds` (and count it), else the seconds until it would be."""
        now = time.monotonic()
        seen = self._seen.setdefault(key, deque())
        while seen and seen[0] <= now - seconds:
            seen.popleft()
        if len(seen) < most:
            seen.append(now)
            return 0.0
        return seen[0] + seconds - now
