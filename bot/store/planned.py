"""Queries about posts: one to change, what is due, what a calendar shows, what became of the parts.
Nothing here decides whether a post may go out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from bot.errors import NotFound
from bot.posts.slot import State
from bot.store.engine import Unit
from bot.store.models import Account, Delivery, Item, Phase, Post
from bot.store.posts import BEHIND, OPEN, Brake, FeedKey, Measure, Planned, PostEvent, Scope, Target

WHOLE = selectinload(Planned.targets)


async def change(unit: Unit, number: int) -> Planned:
    """The post with its targets, locked for change. Raises `NotFound`."""
    wanted = select(Planned).where(Planned.id == number).options(WHOLE).with_for_update(of=Planned)
    found = (await unit.scalars(wanted)).first()
    if found is None:
        raise NotFound(what=f"post {number}")
    return found


async def change_all(unit: Unit, numbers: Sequence[int]) -> dict[int, Planned]:
    """These posts with their targets, locked for change, by number."""
    wanted = select(Planned).where(Planned.id.in_(numbers)).order_by(Planned.id).options(WHOLE)
    return {post.id: post for post in await unit.scalars(wanted.with_for_update(of=Planned))}


async def one(session: AsyncSession, number: int) -> Planned:
    """The post with its targets. Raises `NotFound`."""
    found = await session.get(Planned, number, options=[WHOLE])
    if found is None:
        raise NotFound(what=f"post {number}")
    return found


async def full(session: AsyncSession, numbers: Sequence[int]) -> list[Planned]:
    """These posts with their targets, in the order asked for; missing ones are left out."""
    rows = {row.id: row for row in await session.scalars(select(Planned).where(Planned.id.in_(numbers)).options(WHOLE))}
    return [rows[number] for number in numbers if number in rows]


async def due(unit: Unit, now: datetime, limit: int) -> list[Planned]:
    """Posts whose time has come and that have not left, the earliest first, locked for change."""
    states = (State.SCHEDULED, State.WAITING)
    wanted = select(Planned).where(Planned.state.in_(states), Planned.due_at <= now, Planned.rule == "")
    wanted = wanted.order_by(Planned.due_at, Planned.id).limit(limit).options(WHOLE)
    return list(await unit.scalars(wanted.with_for_update(of=Planned, skip_locked=True)))


async def next_due(session: AsyncSession) -> datetime | None:
    """When the next post is due."""
    waiting = (Planned.state.in_((State.SCHEDULED, State.WAITING)), Planned.rule == "", Planned.due_at.is_not(None))
    return await session.scalar(select(func.min(Planned.due_at)).where(*waiting))


async def between(
    session: AsyncSession, first: datetime, last: datetime, states: Iterable[State] | None = None
) -> list[Planned]:
    """Posts due from `first` to before `last`, in order; a series itself has no place in time."""
    wanted = select(Planned).where(Planned.due_at >= first, Planned.due_at < last, Planned.rule == "").options(WHOLE)
    if states is not None:
        wanted = wanted.where(Planned.state.in_(tuple(states)))
    return list(await session.scalars(wanted.order_by(Planned.due_at, Planned.id)))


async def calendar(
    session: AsyncSession, first: datetime, last: datetime
) -> list[tuple[int, datetime, tuple[str, ...], State, str, str, str, bool]]:
    """The same as values, past the ORM: number, time, accounts, state, text, pillar, campaign, whether it recurs."""
    inside = (Planned.due_at >= first, Planned.due_at < last, Planned.rule == "")
    goes = select(Target.planned_id, Target.account).join(Planned, Planned.id == Target.planned_id).where(*inside)
    accounts: dict[int, list[str]] = {}
    for number, account in (await session.execute(goes.order_by(Target.id))).all():
        accounts.setdefault(number, []).append(account)
    columns = (Planned.id, Planned.due_at, Planned.state, Planned.text, Planned.pillar, Planned.campaign)
    wanted = select(*columns, Planned.series_id).where(*inside).order_by(Planned.due_at, Planned.id)
    return [
        (number, due, tuple(accounts.get(number, ())), State(state), text, pillar, campaign, series is not None)
        for number, due, state, text, pillar, campaign, series in (await session.execute(wanted)).all()
        if due is not None
    ]


async def measures(session: AsyncSession, targets: Sequence[int]) -> list[tuple[str, str, dict[str, int]]]:
    """What was counted of these targets: account, age and the values, with `replies` among them."""
    wanted = select(Target.account, Measure).join(Target, Target.id == Measure.target_id)
    rows = await session.execute(wanted.where(Measure.target_id.in_(targets)).order_by(Measure.id))
    return [(account, row.age, {**row.values, "replies": row.replies}) for account, row in rows.all()]


def upcoming() -> ColumnElement[bool]:
    """What goes out next; a series itself does not."""
    return and_(Planned.state == State.SCHEDULED, Planned.rule == "")


async def listed(session: AsyncSession, *where: ColumnElement[bool], limit: int) -> list[Planned]:
    """Posts for a list, what is due first on top, those without a time last."""
    wanted = select(Planned).where(*where).options(WHOLE)
    return list(await session.scalars(wanted.order_by(Planned.due_at.asc().nulls_last(), Planned.id).limit(limit)))


def drafts(who: str) -> ColumnElement[bool]:
    """What `who` has begun."""
    return and_(Planned.author == who, Planned.state == State.DRAFT)


def wanting() -> ColumnElement[bool]:
    """What waits for somebody's decision."""
    return or_(Planned.state.in_((State.WAITING, State.HELD, State.FAILED)))


async def series(unit: Unit) -> list[Planned]:
    """Approved series that come round, with their targets, locked for change."""
    wanted = select(Planned).where(Planned.rule != "", Planned.state == State.SCHEDULED, Planned.paused.is_(False))
    return list(await unit.scalars(wanted.order_by(Planned.id).options(WHOLE).with_for_update(of=Planned)))


async def comes(unit: Unit, row: Mapping[str, Any], targets: Sequence[Mapping[str, Any]]) -> int | None:
    """Store one time a series comes round; its number, None when that time is there already, also by somebody else."""
    if not await unit.insert(Planned, row, ["series_id", "occurrence"]):
        return None
    here = (Planned.series_id == row["series_id"], Planned.occurrence == row["occurrence"])
    number = (await unit.scalars(select(Planned.id).where(*here))).one()
    await unit.execute(insert(Target), [{**target, "planned_id": number} for target in targets])
    return number


async def coming(session: AsyncSession, number: int) -> int:
    """How many times of a series stand in the calendar and have not left."""
    mine = (Planned.series_id == number, Planned.state == State.SCHEDULED)
    return await session.scalar(select(func.count()).select_from(Planned).where(*mine)) or 0


async def of_series(unit: Unit, number: int, states: Iterable[State]) -> list[Planned]:
    """The times of a series in these states, locked for change."""
    wanted = select(Planned).where(Planned.series_id == number, Planned.state.in_(tuple(states)))
    return list(await unit.scalars(wanted.order_by(Planned.id).options(WHOLE).with_for_update(of=Planned)))


async def parts(session: AsyncSession, numbers: Sequence[int]) -> dict[int, list[Delivery]]:
    """By post, what of it is or was in the outbox, in order; its card is not among them."""
    verbs = ("publish", "comment")
    wanted = select(Delivery).where(Delivery.planned_id.in_(numbers), Delivery.verb.in_(verbs)).order_by(Delivery.id)
    found: dict[int, list[Delivery]] = {number: [] for number in numbers}
    for row in await session.scalars(wanted):
        found[row.planned_id or 0].append(row)
    return found


async def hold(unit: Unit, numbers: Sequence[int]) -> None:
    """Lock these posts, in the order of their numbers, without reading them."""
    if numbers:
        await unit.execute(select(Planned.id).where(Planned.id.in_(numbers)).order_by(Planned.id).with_for_update())


async def behind(session: AsyncSession, limit: int) -> list[int]:
    """Posts whose card does not show their present version, oldest first."""
    return list(await session.scalars(select(Planned.id).where(text(BEHIND)).order_by(Planned.id).limit(limit)))


async def stuck(session: AsyncSession, before: datetime) -> list[int]:
    """Posts handed to the outbox before then and still without a verdict."""
    wanted = select(Planned.id).where(Planned.state == State.PUBLISHING, Planned.at < before)
    return list(await session.scalars(wanted.order_by(Planned.id)))


async def digests(session: AsyncSession, since: datetime) -> set[str]:
    """Of the files of all posts that have not left, or were last touched since then."""
    over = Planned.state.in_((State.PUBLISHED, State.CANCELLED))
    wanted = select(Planned.media).where(or_(~over, Planned.at.is_(None), Planned.at >= since))
    return {str(file["digest"]) for media in await session.scalars(wanted) for file in media}


def log(unit: Unit, number: int, who: str, verb: str, now: datetime, **detail: Any) -> None:
    """Write down who did what to a post; with the commit, all of a transaction's at once."""
    unit.add(PostEvent(planned_id=number, at=now, who=who, verb=verb, detail=detail))


async def brakes(session: AsyncSession) -> list[Brake]:
    """The brakes that are pulled, the oldest first."""
    return list(await session.scalars(select(Brake).where(Brake.lifted_at.is_(None)).order_by(Brake.id)))


def braked(lane: str) -> ColumnElement[bool]:
    """Whether a brake keeps a delivery of this account's lane from leaving."""
    campaign = select(Planned.campaign).where(Planned.id == Delivery.planned_id).correlate(Delivery).scalar_subquery()
    reaches = or_(
        Brake.scope == Scope.DESK,
        and_(Brake.scope == Scope.ACCOUNT, Brake.name == lane),
        and_(Brake.scope == Scope.CAMPAIGN, Brake.name == campaign),
    )
    return select(Brake.id).where(Brake.lifted_at.is_(None), reaches).exists()


async def saying(session: AsyncSession, texts: Iterable[str]) -> list[Planned]:
    """Posts that say one of these, word for word, and are not cancelled, with their targets."""
    wanted = select(Planned).where(Planned.text.in_(tuple(texts)), Planned.state != State.CANCELLED)
    return list(await session.scalars(wanted.order_by(Planned.id).options(WHOLE)))


async def to_come(session: AsyncSession) -> list[Planned]:
    """Posts of which nothing has left, by time and those without one last, with their targets; no series itself."""
    wanted = select(Planned).where(Planned.state.in_(tuple(OPEN)), Planned.rule == "").options(WHOLE)
    return list(await session.scalars(wanted.order_by(Planned.due_at.asc().nulls_last(), Planned.id)))


async def campaigns(session: AsyncSession, numbers: Sequence[int]) -> dict[int, str]:
    """The campaign of each of these posts."""
    return dict((await session.execute(select(Planned.id, Planned.campaign).where(Planned.id.in_(numbers)))).all())


async def waiting_until(unit: Unit, until: datetime) -> list[Planned]:
    """Posts that wait for approval and are due before then, locked for change."""
    wanted = select(Planned).where(Planned.state == State.WAITING, Planned.due_at <= until)
    return list(await unit.scalars(wanted.order_by(Planned.id).options(WHOLE).with_for_update(of=Planned)))


async def stopped(session: AsyncSession) -> list[Delivery]:
    """What would leave now, or is leaving, of all accounts' lanes: for whoever pulls the brake or lifts it."""
    under = (Phase.READY, Phase.SENDING)
    wanted = select(Delivery).where(Delivery.phase.in_(under), Delivery.verb.in_(("reply", "publish", "comment")))
    wanted = wanted.options(joinedload(Delivery.item))
    return list(await session.scalars(wanted.order_by(Delivery.id)))


async def left_since(session: AsyncSession, since: datetime) -> list[Delivery]:
    """What has left for the audience since then."""
    out = ("reply", "publish", "comment")
    wanted = select(Delivery).where(Delivery.phase == Phase.SENT, Delivery.sent_at >= since, Delivery.verb.in_(out))
    return list(await session.scalars(wanted.order_by(Delivery.id)))


async def lift(unit: Unit, numbers: Sequence[int], who: str, now: datetime) -> None:
    """These brakes no longer hold."""
    here = update(Brake).where(Brake.id.in_(numbers), Brake.lifted_at.is_(None))
    await unit.execute(here.values(lifted_by=who, lifted_at=now))


async def keep_key(unit: Unit, digest: str, who: str, now: datetime) -> None:
    """A new address of the calendar feed; what this person had before is revoked."""
    await revoke_keys(unit, who, now)
    await unit.add_rows(FeedKey, [{"digest": digest, "by": who, "at": now}])


async def revoke_keys(unit: Unit, who: str, now: datetime) -> int:
    """This person's addresses lead nowhere any more; how many those were."""
    mine = update(FeedKey).where(FeedKey.by == who, FeedKey.revoked_at.is_(None))
    return len((await unit.scalars(mine.values(revoked_at=now).returning(FeedKey.digest))).all())


async def opens(session: AsyncSession, digest: str) -> bool:
    """Whether an address with this digest may be read."""
    found = await session.get(FeedKey, digest)
    return found is not None and found.revoked_at is None


async def revisions(session: AsyncSession, numbers: Sequence[int]) -> dict[int, tuple[datetime, int]]:
    """By post, when it was last changed, and its version."""
    wanted = select(Planned.id, Planned.at, Planned.created_at, Planned.version).where(Planned.id.in_(numbers))
    rows = (await session.execute(wanted)).all()
    return {number: (at or made, version) for number, at, made, version in rows}


async def moments(session: AsyncSession, account: str | None, since: datetime, limit: int = 20_000) -> list[datetime]:
    """When the audience wrote since then, the newest first; on one account, or on all."""
    wanted = select(Item.created_at).where(Item.created_at >= since)
    if account is not None:
        wanted = wanted.join(Account, Account.id == Item.account_id).where(Account.name == account)
    return list(await session.scalars(wanted.order_by(Item.created_at.desc()).limit(limit)))


async def to_measure(session: AsyncSession, age: str, before: datetime, after: datetime) -> list[Target]:
    """Targets published before then, but after `after`, of which nothing was measured at this age."""
    done = select(Measure.id).where(Measure.target_id == Target.id, Measure.age == age).exists()
    inside = (Target.published_at <= before, Target.published_at > after)
    return list(await session.scalars(select(Target).where(*inside, ~done).order_by(Target.id)))


async def measured(unit: Unit, row: Mapping[str, Any]) -> bool:
    """Write down what was counted; False when it is there already."""
    return await unit.insert(Measure, row, ["target_id", "age"])


async def replies_under(session: AsyncSession, account: str, native_id: str) -> int:
    """How many comments are stored under a post of ours."""
    under = select(func.count()).select_from(Item).join(Post, Post.id == Item.post_id)
    under = under.join(Account, Account.id == Post.account_id)
    return await session.scalar(under.where(Account.name == account, Post.native_id == native_id)) or 0
