"""Who lets a post go out: asked, given step by step, refused with a reason. Bound to a stamp of exactly what is public.
Nothing here sends; what is approved waits for its time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.dispatch import POST_CARDS, POSTS, TEAM, Dispatch
from bot.errors import AlreadyHandled, BadTime, CannotSend, NoAccount, NotPermitted, SelfApproval, StalePost
from bot.posts.content import Content, checked, readable
from bot.posts.policy import Policy
from bot.posts.recurrence import instant
from bot.posts.slot import State
from bot.posts.stamp import stamp as stamp_of
from bot.posts.writing import rewrite
from bot.store import deliveries, planned
from bot.store.engine import Store, Unit
from bot.store.posts import Planned
from platforms.base import Platform


class Approval:
    """From a draft to a post that may go out at its time."""

    def __init__(
        self, store: Store, dispatch: Dispatch, clock: Clock, platforms: Mapping[str, Platform], policy: Policy
    ) -> None:
        self._store, self._dispatch, self._clock = store, dispatch, clock
        self._platforms, self._policy = platforms, policy

    async def change(self, number: int, who: str, content: Content, version: int | None = None) -> bool:
        """Write this in place of what is there; whether that took approvals away. One that waited for approval is asked
        for anew, or becomes a draft again where it could not go out like this.

        Raises `NotAllowed` once it is on its way, `StalePost` when it is no longer at the `version` that was changed.
        """
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            if version is not None and post.version != version:
                raise StalePost(by=post.by or "?")
            asked = post.state != State.DRAFT
            void = await rewrite(unit, post, content, who, now)
            if asked:
                try:
                    self._submit(post, who, now)
                except (NoAccount, CannotSend, BadTime):
                    post.drop(who, now)
            await self._tell(unit)
            return void

    async def move(self, number: int, who: str, wall: datetime, zone: str) -> bool:
        """Another time, which is part of what was approved: it is asked for anew; whether it was approved before.

        Raises `BadTime` for one that is over, and what `change` does.
        """
        if instant(wall, ZoneInfo(zone)) <= self._clock():
            raise BadTime(reason="past")
        async with self._store.read() as session:
            content = Content.of(await planned.one(session, number))
        return await self.change(number, who, replace(content, wall=wall, zone=zone))

    async def submit(self, number: int, who: str, version: int | None = None) -> bool:
        """Ask for approval; whether none is wanted, so that it is scheduled at once.

        Raises `NoAccount`, `CannotSend` and `BadTime` for what cannot go out, `StalePost` when it is no longer at the
        `version` that was previewed.
        """
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            if version is not None and post.version != version:
                raise StalePost(by=post.by or "?")
            steps = self._submit(post, who, now)
            planned.log(unit, number, who, "submit", now, steps=len(steps))
            if post.card_ts is None:
                await deliveries.add(unit, [deliveries.post_card(number, who, now)])
                await self._dispatch.ready(unit, TEAM)
            await self._tell(unit)
            return not steps

    async def approve(self, number: int, who: str, stamp: str, *, approver: bool) -> bool:
        """`who` takes the step that is next, for exactly what the stamp was made for; whether it was the last.

        `approver`: they are among those who approve at all. Raises `StalePost`, `NotPermitted`, `SelfApproval`,
        `AlreadyHandled`, `NotAllowed`, `BadTime`.
        """
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            if post.stamp != stamp or stamp_of(post) != stamp:
                raise StalePost(by=post.by or "?")
            wanted, step = self.wanted(post), len(post.approvals)
            if step < len(wanted):
                self._must_be_allowed(post, wanted[step], who, approver)
            self._must_be_ahead(post, now)
            done = post.approve(who, step, len(wanted), now)
            if done and post.due_at is None:
                post.due_at = now
            planned.log(unit, number, who, "approve", now, step=step)
            await self._tell(unit)
            return done

    async def ask_changes(self, number: int, who: str, note: str, *, approver: bool) -> None:
        """Not like this: back to its author with the reason."""
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            if not approver and who != post.author:
                raise NotPermitted(verb="changes")
            post.ask_changes(who, note, now)
            planned.log(unit, number, who, "changes", now)
            await self._tell(unit)

    def wanted(self, post: Planned) -> tuple[str, ...]:
        """Who has to approve it, in order: a user id a step, empty for any approver."""
        kinds = {self._platforms[target.account].kind for target in post.targets if target.account in self._platforms}
        return self._policy.approvers(kinds, post.pillar, post.intervention)

    def _submit(self, post: Planned, who: str, now: datetime) -> tuple[str, ...]:
        """Freeze what will be public, and ask; who has to approve it."""
        content = Content.of(post)
        readable(content)
        for target, seen in zip(post.targets, checked(content, self._platforms, self._policy), strict=True):
            target.parts = [part.text for part in seen.parts]
        self._must_be_ahead(post, now)
        post.submit(who, stamp_of(post), now)
        wanted = self.wanted(post)
        if not wanted:
            post.scheduled(who, now)
        return wanted

    def _must_be_allowed(self, post: Planned, wanted: str, who: str, approver: bool) -> None:
        if any(each["by"] == who for each in post.approvals):
            raise AlreadyHandled(by=who, state="approved")  # Two steps are two people.
        if not self._policy.self_approval and who == post.author:
            raise SelfApproval
        if not self._policy.may(who, wanted, approver=approver):
            raise NotPermitted(verb="approve_post")

    def _must_be_ahead(self, post: Planned, now: datetime) -> None:
        """A time that is over is not one to ask for; a post that is held is decided about by itself."""
        if post.held is None and not post.rule and post.due_at is not None and post.due_at <= now:
            raise BadTime(reason="past")

    async def _tell(self, unit: Unit) -> None:
        await self._dispatch.ready(unit, POSTS)
        await self._dispatch.ready(unit, POST_CARDS)
