"""What happens to every payload before a handler sees it: read once, and dropped when it was here before.
It never waits for anything, so that an acknowledgement never does.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable

from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from handlers import payloads
from handlers.payloads import Body, Click, Source

EVENT_SECONDS = 3900.0
"""Slack repeats an event for about six minutes; ids are kept for more than an hour to be safe."""
DOUBLE_SECONDS = 1.5
"""A second click on the same button by the same person within this time is a slip of the finger."""
REMEMBERED = 20_000


class Seen:
    """Remembers things for a while."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._until: OrderedDict[Hashable, float] = OrderedDict()

    def before(self, thing: Hashable) -> bool:
        """Whether it came already; from now on it has."""
        now = self._clock()
        while self._until and (next(iter(self._until.values())) <= now or len(self._until) > REMEMBERED):
            self._until.popitem(last=False)
        if thing in self._until:
            return True
        self._until[thing] = now + self._seconds
        return False


class Gate:
    """bolt's first middleware: puts the `Click` into the context, answers repetitions itself."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._events, self._clicks = Seen(EVENT_SECONDS, clock), Seen(DOUBLE_SECONDS, clock)

    async def __call__(
        self, context: AsyncBoltContext, body: Body, next: Callable[[], Awaitable[None]]
    ) -> BoltResponse | None:
        """Let it pass, or acknowledge it and be done."""
        click = payloads.read(body)
        if self._repeated(click):
            return BoltResponse(status=200, body="")
        context["click"] = click
        await next()
        return None

    def _repeated(self, click: Click) -> bool:
        if click.event_id is not None:
            return self._events.before(click.event_id)
        if click.source is Source.ACTION:
            # A row that was redrawn since is another button: claim, release, claim is no slip.
            return self._clicks.before((click.who, click.name, click.place, click.view, click.value, click.block))
        return False
