"""Posts before anybody approves them: begun, changed, previewed, copied, cancelled. Drafts are kept.
A change of what was approved takes the approval away; nothing here sends anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.dispatch import POST_CARDS, POSTS, Dispatch
from bot.posts.content import Content, Shown, shown
from bot.posts.policy import Policy
from bot.posts.recurrence import instant
from bot.posts.slot import State
from bot.store import planned
from bot.store.columns import storable
from bot.store.engine import Store, Unit
from bot.store.posts import Planned, Target
from platforms.base import Platform


class Writing:
    """What the author does."""

    def __init__(
        self, store: Store, dispatch: Dispatch, clock: Clock, platforms: Mapping[str, Platform], policy: Policy
    ) -> None:
        """`platforms`: the open accounts by name."""
        self._store, self._dispatch, self._clock = store, dispatch, clock
        self._platforms, self._policy = platforms, policy

    def preview(self, content: Content) -> tuple[Shown, ...]:
        """What would be public on every account. Stores nothing."""
        return shown(content, self._platforms, self._policy)

    async def begin(self, who: str, content: Content) -> int:
        """Keep a new draft; its number."""
        now = self._clock()
        async with self._store.write() as unit:
            post = Planned(author=who, created_at=now, by=who, at=now, zone=content.zone, targets=[])
            fill(post, content)
            unit.add(post)
            await unit.flush()
            planned.log(unit, post.id, who, "begin", now)
            return post.id

    async def content(self, number: int) -> tuple[Content, int]:
        """What is stored, and at which version. Raises `NotFound`."""
        async with self._store.read() as session:
            post = await planned.one(session, number)
            return Content.of(post), post.version

    async def copy(self, number: int, who: str) -> int:
        """A new draft that says the same, without its time; its number."""
        content, _ = await self.content(number)
        return await self.begin(who, _without_time(content))

    async def cancel(self, number: int, who: str) -> int:
        """It does not go out; of a series, nor does any later time. How many were cancelled."""
        now = self._clock()
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            post.cancel(who, now)
            coming = await planned.of_series(unit, number, (State.SCHEDULED, State.HELD)) if post.rule else []
            for each in coming:
                each.cancel(who, now)
            for each in (post, *coming):
                planned.log(unit, each.id, who, "cancel", now)
            await self._dispatch.ready(unit, POSTS)
            await self._dispatch.ready(unit, POST_CARDS)
            return 1 + len(coming)


async def rewrite(unit: Unit, post: Planned, content: Content, who: str, now: datetime) -> bool:
    """Change a stored post; whether that took approvals away. The times of a series that have not left go with it: they
    come round anew once it is approved again.
    """
    void = post.changed(who, now)
    had = {target.account: target for target in post.targets}
    wanted = {to.account for to in content.to}
    post.targets = [target for target in post.targets if target.account in wanted]
    if set(had) - wanted:
        await unit.flush()
    if post.rule:
        for each in await planned.of_series(unit, post.id, (State.SCHEDULED,)):
            each.cancel(who, now)
            each.occurrence = f"{each.occurrence} ({post.version})"  # So that its day may come round anew.
    fill(post, content)
    planned.log(unit, post.id, who, "change", now, void=void)
    return void


def fill(post: Planned, content: Content) -> None:
    """Write the content into the row."""
    post.text, post.comment = storable(content.text), storable(content.comment)
    post.media = [dict(file) for file in content.media]
    post.pillar, post.intervention, post.campaign = content.pillar, content.intervention, content.campaign
    post.zone, post.rule, post.on_holiday, post.late = content.zone, content.rule, content.on_holiday, content.late
    post.wall = content.wall.isoformat(timespec="minutes") if content.wall is not None else None
    post.due_at = instant(content.wall, ZoneInfo(content.zone)).astimezone(UTC) if content.wall is not None else None
    by_account = {target.account: target for target in post.targets}
    for to in content.to:
        target = by_account.get(to.account)
        if target is None:
            target = Target(account=to.account)
            post.targets.append(target)
        target.text = None if to.text is None else storable(to.text)
        target.split, target.parts = to.split, []


def _without_time(content: Content) -> Content:
    return replace(content, wall=None, rule="")
