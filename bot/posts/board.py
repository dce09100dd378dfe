"""What people are shown of posts: cards, lists and the calendar, read from the rows and put into values.
Nothing here changes a row except to record which version a card shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.posts.content import Content, Shown, shown
from bot.posts.policy import Policy
from bot.posts.queue import HORIZON, next_free
from bot.posts.slot import Slot, State
from bot.posts.warnings import Rules, warnings
from bot.store import planned
from bot.store.engine import Store
from bot.store.models import Delivery
from bot.store.posts import OPEN, Planned
from bot.team import Place, PostCard, PostPart, PostTarget
from platforms.base import Platform, Verb

LIST = 10
"""Lines of one list: what a person can take in."""

AROUND = timedelta(days=31)
"""How far before and after a post others are looked at that may stand against it."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Posts for one person: `mine` they have begun, `wanting` somebody's decision, `next` to go out."""

    mine: tuple[Slot, ...]
    wanting: tuple[Slot, ...]
    next: tuple[Slot, ...]


class PostBoard:
    """Reads the rows of posts for the people who plan them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        platforms: Mapping[str, Platform],
        policy: Policy,
        wanted: Callable[[Planned], tuple[str, ...]],
        rules: Rules,
        zone: ZoneInfo,
    ) -> None:
        """`wanted`: who has to approve a post; `rules`: what is warned of, in the team's `zone`."""
        self._store, self._clock, self._platforms = store, clock, platforms
        self._policy, self._wanted, self._rules, self._zone = policy, wanted, rules, zone

    async def card(self, number: int) -> PostCard:
        """All that the post's card shows. Raises `NotFound`."""
        async with self._store.read() as session:
            post = await planned.one(session, number)
            rows = (await planned.parts(session, [number]))[number]
            measures = await planned.measures(session, [target.id for target in post.targets])
            around: Sequence[Planned] = ()
            if post.due_at is not None and post.state in OPEN:
                around = await planned.between(session, post.due_at - AROUND, post.due_at + AROUND)
        return self._drawn(post, rows, around, measures)

    async def slots(self, first: datetime, last: datetime) -> list[Slot]:
        """All posts from `first` to before `last`, in order."""
        async with self._store.read() as session:
            return [Slot(*row) for row in await planned.calendar(session, first, last)]

    async def next_free(self, accounts: Sequence[str]) -> datetime | None:
        """The next time of the queue at which none of these accounts has a post, in the team's zone; None if none is
        within a year. Nothing is reserved. Of a series only the times that stand already are known.
        """
        now, policy = self._clock(), self._policy
        found = await self.slots(now, now + timedelta(days=HORIZON + 1))
        taken = [each.at for each in found if each.state != State.CANCELLED and set(accounts) & set(each.accounts)]
        return next_free(policy.queue, self._zone, taken, now, policy.blackouts, policy.quiet)

    async def lists(self, who: str) -> Lists:
        """What one person sees of posts first."""
        async with self._store.read() as session:
            mine = await planned.listed(session, planned.drafts(who), limit=LIST)
            wanting = await planned.listed(session, planned.wanting(), limit=LIST)
            coming = await planned.listed(session, planned.upcoming(), limit=LIST)
        return Lists(tuple(map(slot, mine)), tuple(map(slot, wanting)), tuple(map(slot, coming)))

    async def place(self, number: int) -> Place | None:
        """Where the post's card stands; None before it is posted. Raises `NotFound`."""
        async with self._store.read() as session:
            post = await planned.one(session, number)
        return Place(post.card_channel, post.card_ts) if post.card_channel and post.card_ts else None

    async def behind(self, limit: int) -> list[int]:
        """Posts whose card shows an old version."""
        async with self._store.read() as session:
            return await planned.behind(session, limit)

    async def shown(self, number: int, version: int, place: Place) -> None:
        """Record that the card at `place` shows this version."""
        async with self._store.write() as unit:
            (await planned.change(unit, number)).stands(place.channel, place.ts, version)

    async def lost(self, number: int) -> None:
        """Record that the card's message is gone: the next one that wants a decision gets another."""
        async with self._store.write() as unit:
            post = await planned.change(unit, number)
            post.card_channel = post.card_ts = None

    def _drawn(
        self,
        post: Planned,
        rows: Sequence[Delivery],
        around: Sequence[Planned],
        measures: Sequence[tuple[str, str, Mapping[str, int]]],
    ) -> PostCard:
        seen = {each.account: each for each in shown(Content.of(post), self._platforms, self._policy)}
        warned: tuple[tuple[str, Mapping[str, str | int]], ...] = ()
        if post.due_at is not None and post.state in OPEN:
            wall = datetime.fromisoformat(post.wall) if post.wall and post.zone == self._zone.key else None
            others = [slot(other) for other in around if other.id != post.id]
            warned = tuple(
                (each.key, each.params)
                for each in warnings(slot(post), others, self._rules, self._zone, self._clock(), {}, wall=wall)
            )
        targets = tuple(
            _target(
                seen[target.account],
                target.parts,
                [row for row in rows if row.lane == target.account],
                target.url,
                self._platforms.get(target.account),
            )
            for target in post.targets
        )
        return PostCard(
            post.id,
            post.version,
            post.state,
            post.author,
            targets,
            tuple((str(file.get("name", file["digest"])), str(file.get("alt", ""))) for file in post.media),
            post.comment,
            post.pillar,
            post.intervention,
            post.campaign,
            post.due_at,
            post.zone,
            post.rule,
            self._wanted(post),
            tuple(str(each["by"]) for each in post.approvals),
            post.stamp,
            post.by,
            post.at,
            post.note,
            post.held,
            post.paused,
            post.series_id,
            warned,
            tuple(measures),
        )


def slot(post: Planned) -> Slot:
    """Its place in time; one without a time stands at the end of all days."""
    return Slot(
        post.id,
        post.due_at or datetime.max.replace(tzinfo=post.created_at.tzinfo),
        tuple(target.account for target in post.targets),
        State(post.state),
        post.text,
        post.pillar,
        post.campaign,
        post.series_id is not None or bool(post.rule),
    )


def _target(
    seen: Shown, frozen: Sequence[str], rows: Sequence[Delivery], url: str | None, platform: Platform | None
) -> PostTarget:
    """What is frozen where it is, else what would be."""
    published = {row.payload.get("part"): row for row in rows if row.verb == Verb.PUBLISH}
    under = next((row for row in rows if row.verb == Verb.COMMENT), None)
    texts = list(frozen) or [part.text for part in seen.parts]
    parts = tuple(
        _part(text, platform.length(text) if platform is not None else len(text), published.get(n))
        for n, text in enumerate(texts)
    )
    comment = _part(str(under.payload["text"]), 0, under) if under is not None else None
    problems = () if frozen else tuple((problem.key, problem.params) for problem in seen.problems)
    return PostTarget(seen.account, seen.platform, parts, seen.limit, seen.counter, problems, comment, url)


def _part(text: str, length: int, row: Delivery | None) -> PostPart:
    if row is None:
        return PostPart(text, length)
    return PostPart(text, length, row.phase, row.id, row.problem or "", row.receipt.get("url"))
