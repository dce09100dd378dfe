"""What time brings to posts: handed to the outbox when they are due, held when they may not go, raised when nothing is
heard of them. What is due is a row, and changes its state in the transaction that hands it over: never due twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.dispatch import POST_CARDS, POSTS, TEAM, Dispatch
from bot.errors import BadTime, NotAllowed, StalePost
from bot.posts.brake import Brakes
from bot.posts.content import Content
from bot.posts.policy import Policy
from bot.posts.recurrence import OnHoliday, following
from bot.posts.rule import Rule
from bot.posts.slot import State
from bot.posts.stamp import stamp as stamp_of
from bot.steps import Step, Trace
from bot.store import answers, deliveries, planned
from bot.store.engine import Store, Unit
from bot.store.posts import Held, Late, Planned
from platforms.base import Platform

GRACE = timedelta(minutes=5)
"""How long after its time a post still counts as in time: a busy outbox, a restart."""

AT_ONCE = 100
"""Posts handed over in one transaction."""

AHEAD = 2
"""Times of a series that stand in the calendar as rows of their own: the next, and one to look forward to."""

TRIES = 60
"""Times looked at to find those: some may stand there already, or were cancelled one by one."""

SILENCE = timedelta(minutes=10)
"""How long a post may be under way before people are told that nothing is heard of it."""


class Schedule:
    """The clock's side of posts, and what a person decides about one whose time is over."""

    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        trace: Trace,
        platforms: Mapping[str, Platform],
        policy: Policy,
        brakes: Brakes,
    ) -> None:
        self._store, self._dispatch, self._clock, self._trace = store, dispatch, clock, trace
        self._platforms, self._policy, self._brakes = platforms, policy, brakes

    async def work(self) -> int:
        """Hand over, hold or skip what is due; how many posts that was."""
        now = self._clock()
        async with self._store.write() as unit:
            found = await planned.due(unit, now, AT_ONCE)
            leaving = [row for post in found for row in await self._decide(unit, post, now)]
            await deliveries.add(unit, leaving)
            if found:
                await self._dispatch.ready(unit, POST_CARDS)
        if found:
            self._trace(Step.POST_DUE, found[0].id)
        return len(found)

    async def next_due(self) -> datetime | None:
        """When there is something to do again."""
        async with self._store.read() as session:
            return await planned.next_due(session)

    async def come_round(self) -> int:
        """See that the next times of every series stand in the calendar; how many were added."""
        now, made = self._clock(), 0
        async with self._store.write() as unit:
            for series in await planned.series(unit):
                made += await self._come_round(unit, series, now)
            if made:
                await self._dispatch.ready(unit, POSTS)
        return made

    async def watch(self) -> int:
        """Warn of posts of which nothing was heard since they were handed over; how many."""
        now = self._clock()
        async with self._store.write() as unit:
            silent = await planned.stuck(unit, now - SILENCE)
            told = [number for number in silent if await answers.turn(unit, f"silent:{number}", "once", now)]
            for number in told:
                notice = deliveries.notice("notice.post_silent", {"post": number}, now)
                await deliveries.add(unit, [notice])
            if told:
                await self._dispatch.ready(unit, TEAM)
        return len(told)

    async def remind(self) -> int:
        """Remind of posts that wait for approval while their time comes near; how many."""
        now = self._clock()
        reminders = sorted(self._policy.remind, reverse=True)
        if not reminders:
            return 0
        async with self._store.write() as unit:
            found = 0
            for post in await planned.waiting_until(unit, now + reminders[0]):
                due = post.due_at or now
                passed = sum(1 for before in reminders if due - before <= now)
                if passed <= post.reminded or due <= now:
                    continue
                post.reminded, found = passed, found + 1
                params = {"post": post.id, "minutes": int((due - now).total_seconds() // 60)}
                await deliveries.add(unit, [deliveries.notice("notice.post_waits", params, now)])
            if found:
                await self._dispatch.ready(unit, TEAM)
        return found

    async def publish(self, number: int, who: str, stamp: str) -> None:
        """Now: an approved post before its time, or one that was held. Raises `StalePost`, `NotAllowed`."""
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            if post.rule:
                raise NotAllowed(verb="publish", state=post.state)  # A series never goes out itself.
            if post.stamp != stamp or stamp_of(post) != post.stamp or post.held == Held.UNAPPROVED:
                raise StalePost(by=post.by or "?")
            if self._brakes.stops([target.account for target in post.targets], post.campaign):
                raise BadTime(reason="braked")
            await deliveries.add(unit, await self._release(unit, post, who, now))
            await self._dispatch.ready(unit, POST_CARDS)

    async def pause(self, number: int, who: str, paused: bool) -> None:
        """A series stops coming round, or takes it up again; times that stand already are cancelled with the pause."""
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            post.pause(paused, who, now)
            if paused:
                for each in await planned.of_series(unit, number, (State.SCHEDULED,)):
                    each.cancel(who, now)
                    each.occurrence = f"{each.occurrence} ({post.version})"
            planned.log(unit, number, who, "pause" if paused else "resume", now)
            await self._dispatch.ready(unit, POST_CARDS)
        await self.come_round()

    async def _decide(self, unit: Unit, post: Planned, now: datetime) -> list[dict[str, Any]]:
        """What is to be done about a post that is due; the deliveries that come of it, not stored yet."""
        late = post.due_at is not None and now - post.due_at > GRACE
        if post.state == State.WAITING or stamp_of(post) != post.stamp:
            return await self._hold(unit, post, Held.UNAPPROVED, now)
        if self._brakes.stops([target.account for target in post.targets], post.campaign):
            return await self._hold(unit, post, Held.BRAKE, now)
        if late and post.late == Late.SKIP:
            post.cancel("clock", now)
            planned.log(unit, post.id, "clock", "skip", now)
            return []
        if late and post.late == Late.ASK:
            return await self._hold(unit, post, Held.LATE, now)
        return await self._release(unit, post, "clock", now)

    async def _hold(self, unit: Unit, post: Planned, why: Held, now: datetime) -> list[dict[str, Any]]:
        post.hold(why, now)
        planned.log(unit, post.id, "clock", "hold", now, why=why)
        await self._dispatch.ready(unit, TEAM)
        return [deliveries.notice(f"notice.post_held_{why}", {"post": post.id}, now), *_card(post, "clock", now)]

    async def _release(self, unit: Unit, post: Planned, who: str, now: datetime) -> list[dict[str, Any]]:
        post.publish(who, now)
        planned.log(unit, post.id, who, "publish", now)
        rows = []
        for target in post.targets:
            platform = self._platforms.get(target.account)
            comments = platform is not None and platform.caps.comments
            rows += deliveries.parts(post, target, now, comments=comments)
            await self._dispatch.ready(unit, target.account)
        await self._dispatch.ready(unit, TEAM)
        return [*rows, *_card(post, who, now)]

    async def _come_round(self, unit: Unit, series: Planned, now: datetime) -> int:
        if series.wall is None:
            return 0
        coming, made, after = await planned.coming(unit, series.id), 0, now
        for _ in range(TRIES):
            if coming + made >= AHEAD:
                break
            found = following(
                Rule.read(series.rule),
                datetime.fromisoformat(series.wall),
                ZoneInfo(series.zone),
                after,
                self._policy.holidays,
                OnHoliday(series.on_holiday),
            )
            if found is None:
                break
            after = found.at
            content = replace(Content.of(series), wall=found.wall, rule="")
            row, targets = _time_of(series, content, found.at, f"{found.original:%Y-%m-%d}", now)
            number = await planned.comes(unit, row, targets)
            if number is not None:
                post = await planned.change(unit, number)
                post.stamp = stamp_of(post)
                made += 1
        return made


def _card(post: Planned, who: str, now: datetime) -> list[dict[str, Any]]:
    """Its card, where it has none yet."""
    return [] if post.card_ts is not None else [deliveries.post_card(post.id, who, now)]


def _time_of(
    series: Planned, content: Content, at: datetime, occurrence: str, now: datetime
) -> tuple[dict[str, object], list[dict[str, object]]]:
    """The rows of one time a series comes round: approved, as the series is."""
    row: dict[str, object] = {
        "state": State.SCHEDULED,
        "text": series.text,
        "media": series.media,
        "comment": series.comment,
        "pillar": series.pillar,
        "intervention": series.intervention,
        "campaign": series.campaign,
        "wall": content.wall.isoformat(timespec="minutes") if content.wall else None,
        "zone": series.zone,
        "due_at": at.astimezone(UTC),
        "late": series.late,
        "series_id": series.id,
        "occurrence": occurrence,
        "author": series.author,
        "created_at": now,
        "approvals": series.approvals,
        "by": series.by,
        "at": series.at,
    }
    targets: list[dict[str, object]] = [
        {"account": target.account, "text": target.text, "split": target.split, "parts": target.parts}
        for target in series.targets
    ]
    return row, targets
