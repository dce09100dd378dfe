"""One lane of the outbox: claim, send, settle, in order per conversation, paced, and certain about what happened.
The order of commits is the whole point: `sending` before the network, the outcome after it, doubt when we died between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from itertools import count

import structlog

from bot.clock import Clock
from bot.outbox.ledger import Ledger
from bot.outbox.sender import Ask, Doubtful, Later, Moved, Outcome, Refused, Sender, Sent, Stopped
from bot.posts.brake import Brakes
from bot.steps import Step, Trace
from bot.store import deliveries, items, planned
from bot.store.engine import Store
from bot.store.models import Delivery, Phase
from platforms.base import Absent, Verb
from platforms.errors import AuthBroken, Gone, NotSent, PlatformError, Rejected, Unsure

log = structlog.get_logger(__name__)

BACK_OFF = (0.5, 1, 2, 4, 8, 15)
"""Seconds before the n-th retry of something that surely was not sent; the last one repeats, so that a lane that was
cut off for ten minutes is back within a quarter of one."""

AUTH_RETRY = 60.0
"""Seconds between two tries of an account whose token is refused: often enough to notice that it was mended."""

DOUBT = 2.0
"""Seconds between an attempt that may have happened and the look for it: reads lag writes by up to 1.7 s (measured on
Bluesky's own servers), and a first attempt that is still under way there must be over."""

IDLE = 30.0
"""Seconds after which a lane looks for itself, should a signal have been lost."""

BLOCKED = 0.25
"""Seconds between two looks while what is due waits behind something of its conversation that is not."""

SHORTEST, LONGEST = 0.1, 86_400.0
"""Seconds a platform may tell us to wait: neither a loop of requests nor for ever, whatever a header says."""

PUBLIC = frozenset({Verb.REPLY, Verb.PUBLISH, Verb.COMMENT})
"""What the audience sees."""

BUGS = 5
"""Tries of what breaks our code or an adapter's: after some 20 s it is a person's, and others get their turn."""


class Lane:
    """`await run()` until `stop` is set. One object per lane and process."""

    def __init__(
        self,
        name: str,
        sender: Sender,
        store: Store,
        signal: asyncio.Event,
        clock: Clock,
        trace: Trace,
        *,
        doubt: float = DOUBT,
        brakes: Brakes | None = None,
    ) -> None:
        """`brakes`: what may keep anything from leaving, up to the last moment; None for what nothing may."""
        self.name, self._sender, self._store = name, sender, store
        self._signal, self._clock, self._trace, self._doubt = signal, clock, trace, doubt
        self._brakes = brakes or Brakes()
        self._stop = asyncio.Event()
        self._failures = 0
        self._bugs: dict[int, int] = {}
        self._quiet_until = 0.0
        self._next = 0.0
        self._looked = clock()

    def stop(self) -> None:
        """Finish what is under way, then return from `run`."""
        self._stop.set()
        self._signal.set()

    async def run(self) -> None:
        """Work whenever there is work."""
        while not self._stop.is_set():
            self._signal.clear()
            try:
                if not await self.work():
                    await self._sleep()
            except Exception:
                log.exception("lane_failed", lane=self.name)
                await pause(self._stop, BACK_OFF[1])

    async def work(self) -> int:
        """Claim once what is due, send it, settle it; how many were claimed."""
        if _monotonic() < self._quiet_until:
            return 0
        claimed: list[Delivery] = []
        self._looked = self._clock()
        try:
            async with self._store.write() as unit:
                claimed = await deliveries.claim(unit, self.name, self._looked, self._sender.burst)
                unit.expunge_all()  # A commit that fails empties what the unit holds, and we may have to put it back.
        except Exception:
            # The commit may have happened all the same; then nobody else would put them back.
            await self._record([(delivery, Later(0.0)) for delivery in claimed])
            raise
        if not claimed:
            return 0
        self._announce(claimed[0], Step.CARD_CLAIMED, Step.REPLY_CLAIMED, Step.PART_CLAIMED)
        ledger = Ledger(self._record)
        try:
            await self._work_off(claimed, ledger)
        finally:
            await ledger.close()
        return len(claimed)

    async def _work_off(self, claimed: Sequence[Delivery], ledger: Ledger) -> None:
        try:
            await self._sender.prepare(claimed)
        except Exception:
            log.exception("prepare_broke", lane=self.name)
            for delivery in claimed:
                ledger.note(delivery, Later(BACK_OFF[-1]))
            return
        by_conversation: dict[str, list[Delivery]] = {}
        for delivery in claimed:
            by_conversation.setdefault(delivery.conversation, []).append(delivery)
        await asyncio.gather(*(self._in_order(line, ledger) for line in by_conversation.values()))

    async def _in_order(self, line: Sequence[Delivery], ledger: Ledger) -> None:
        """One conversation: what follows a delivery that has to wait, waits with it."""
        held: Outcome | None = None
        for delivery in line:
            outcome = held or await self._attempt(delivery)
            if isinstance(outcome, Later | Doubtful | Moved) and held is None:
                held = Later(0.0)
            ledger.note(delivery, outcome)

    async def _attempt(self, delivery: Delivery) -> Outcome:
        sender, left = self._sender, False
        try:
            if delivery.doubt and not sender.repeatable(delivery, self._clock()):
                found = await sender.find(delivery)
                if found is Absent.UNKNOWN:
                    return Ask()
                if found is not Absent.NOT_SENT:
                    return Sent(found)
                delivery.doubt = False
            if not await self._turn():
                return Later(0.0)
            if not delivery.doubt and (stopped := await sender.look(delivery)) is not None:
                return stopped
            if self._brakes.stops([self.name], delivery.payload.get("campaign", "")):
                return Later(0.0)  # The last thing before it leaves: a brake pulled while we looked counts.
            if delivery.verb == Verb.REPLY:
                self._trace(Step.REPLY_LOOKED, delivery.item_id or 0)
            left = True
            receipt = await sender.send(delivery)
            self._announce(delivery, Step.CARD_POSTED, Step.REPLY_SENT, Step.PART_SENT)
            self._failures = 0
            return Sent(receipt)
        except PlatformError as error:
            return self._failed(delivery, error, maybe=left or delivery.doubt)
        except Exception:
            log.exception("send_broke", lane=self.name, delivery=delivery.id)
            return self._broke(delivery, maybe=left or delivery.doubt)

    def _failed(self, delivery: Delivery, error: PlatformError, *, maybe: bool) -> Outcome:
        """`maybe`: this attempt or an earlier one may have happened."""
        log.warning(
            "send_failed", lane=self.name, delivery=delivery.id, error=type(error).__name__, evidence=str(error)
        )
        if isinstance(error, AuthBroken):
            # Not the whole lane: whoever notices that access works again hurries what waits.
            return Later(AUTH_RETRY, "auth", error.scope)
        if isinstance(error, NotSent) or (isinstance(error, Unsure) and not maybe):
            after = BACK_OFF[min(self._failures, len(BACK_OFF) - 1)]
            if error.after:
                after = min(max(SHORTEST, error.after), LONGEST)
            self._failures += 1
            self._quiet(after)
            return Later(after, "waiting" if delivery.attempts > 1 or after > BACK_OFF[-2] else None)
        if isinstance(error, Unsure):
            return Doubtful()
        if isinstance(error, Gone) and error.moved_to is not None:
            return Moved(dict(error.moved_to))
        if delivery.doubt and not isinstance(error, Gone):
            return Ask()  # That the repeat, or the look for it, is refused says nothing about the first attempt.
        return Refused(error.code if isinstance(error, Rejected) else "invalid")

    def _broke(self, delivery: Delivery, *, maybe: bool) -> Outcome:
        """A bug, ours or an adapter's: what it did before it broke nobody knows."""
        tries = self._bugs[delivery.id] = self._bugs.get(delivery.id, 0) + 1
        if tries < BUGS:
            return Doubtful() if maybe else Later(BACK_OFF[min(tries, len(BACK_OFF)) - 1])
        return Ask() if maybe and delivery.verb in PUBLIC else Refused("invalid")

    async def _record(self, done: Sequence[tuple[Delivery, Outcome]]) -> None:
        """Settle, however long the database takes: an outcome that is known must not be forgotten."""
        if not done or await self._settled(done):
            return
        # One that cannot be settled must not keep the others.
        for attempt in count():
            done = [pair for pair in done if not await self._settled([pair])]
            if not done:
                return
            await asyncio.sleep(BACK_OFF[min(attempt, len(BACK_OFF) - 1)])

    async def _settled(self, done: Sequence[tuple[Delivery, Outcome]]) -> bool:
        try:
            await self._settle(done)
        except Exception:
            log.exception("settle_failed", lane=self.name, deliveries=[delivery.id for delivery, _ in done])
            return False
        return True

    async def _settle(self, done: Sequence[tuple[Delivery, Outcome]]) -> None:
        async with self._store.write() as unit:
            now = self._clock()
            # Items and posts before deliveries, by number: everybody who needs both locks them in this order.
            await items.hold(unit, [delivery.item_id for delivery, _ in done if delivery.item_id])
            await planned.hold(unit, [delivery.planned_id for delivery, _ in done if delivery.planned_id])
            rows = {row.id: row for row in await deliveries.lock(unit, [delivery.id for delivery, _ in done])}
            await self._sender.settling(unit, list(rows.values()))
            for attempt, outcome in done:
                delivery = rows[attempt.id]
                if delivery.phase != Phase.SENDING:
                    continue  # An earlier try was committed, though the database said it failed.
                delivery.doubt = attempt.doubt
                match outcome:
                    case Sent(receipt):
                        delivery.phase, delivery.receipt, delivery.sent_at = Phase.SENT, receipt, now
                        delivery.doubt, delivery.problem = False, None
                    case Later(after, trouble):
                        delivery.phase, delivery.problem = Phase.READY, trouble
                        delivery.due_at = now + timedelta(seconds=after or 0.0)
                    case Doubtful():
                        delivery.phase, delivery.doubt = Phase.READY, True
                        delivery.due_at = now + timedelta(seconds=self._doubt * min(delivery.attempts, 10))
                    case Ask():
                        delivery.phase, delivery.problem = Phase.UNSURE, "unsure"
                    case Moved(ref):
                        delivery.phase, delivery.doubt, delivery.due_at = Phase.READY, False, now
                        delivery.payload = {**delivery.payload, "target": ref}
                    case Refused(code):
                        delivery.phase, delivery.problem = Phase.FAILED, code
                    case Stopped(standing):
                        delivery.phase, delivery.problem = Phase.STOPPED, standing
                await self._sender.settled(unit, delivery, outcome, now)
        for attempt, outcome in done:
            if not isinstance(outcome, Later | Doubtful | Moved):
                self._bugs.pop(attempt.id, None)
            if isinstance(outcome, Sent):
                self._announce(attempt, Step.CARD_SETTLED, Step.REPLY_SETTLED, Step.PART_SETTLED)

    def _announce(self, delivery: Delivery, card: Step, reply: Step, part: Step) -> None:
        if delivery.verb == "card":
            self._trace(card, delivery.item_id or 0)
        elif delivery.verb == Verb.REPLY:
            self._trace(reply, delivery.item_id or 0)
        elif delivery.verb in (Verb.PUBLISH, Verb.COMMENT):
            self._trace(part, delivery.planned_id or 0)

    def _quiet(self, seconds: float) -> None:
        self._quiet_until = max(self._quiet_until, _monotonic() + seconds)

    async def _turn(self) -> bool:
        """Wait until the pace allows one more; False when we stop, so that nothing new leaves."""
        if self._sender.pace:
            wait = self._next - _monotonic()
            self._next = max(self._next, _monotonic()) + self._sender.pace
            if wait > 0:
                await pause(self._stop, wait)
        return not self._stop.is_set()

    async def _sleep(self) -> None:
        """Until there is a signal, something falls due, or the idle time is over."""
        async with self._store.read() as session:
            due = await deliveries.next_due(session, self.name)
        wait = IDLE
        if due is not None:
            # What was due already when we last looked, and was not claimed, is blocked.
            wait = BLOCKED if due <= self._looked else min(wait, max(0.01, (due - self._clock()).total_seconds()))
        quiet = self._quiet_until - _monotonic()
        await pause(self._stop if quiet > 0 else self._signal, max(wait, quiet))


async def pause(event: asyncio.Event, seconds: float) -> None:
    """Until the event is set, at most so long."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


def _monotonic() -> float:
    return asyncio.get_running_loop().time()
