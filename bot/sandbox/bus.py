"""Tells whoever listens what has just changed, so that a page redraws and a test wakes without polling.

It never stores anything: a late listener reads the state itself.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

Change = dict[str, object]


class Bus:
    """Fan-out of changes `{"topic", "kind", ...}` to every open subscription, in order, without waiting."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[Change]] = set()
        self.closed = False

    def publish(self, topic: str, kind: str, **data: object) -> None:
        """Hand one change to all listeners; returns at once and never fails."""
        for queue in tuple(self._queues):
            queue.put_nowait({"topic": topic, "kind": kind, **data})

    @contextmanager
    def subscribe(self) -> Iterator[asyncio.Queue[Change]]:
        """A queue that receives everything published from now until the block ends."""
        queue: asyncio.Queue[Change] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield queue
        finally:
            self._queues.discard(queue)

    def close(self) -> None:
        """Tell every listener that nothing more will come (topic "bus", kind "closed")."""
        self.closed = True
        self.publish("bus", "closed")
