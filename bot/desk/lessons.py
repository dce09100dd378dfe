"""What the desk learns from the team's answers: examples at once, and proposals for people to decide.
Nothing here changes a template by itself: a proposal is accepted by somebody, or it is not.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.desk.shown import masked
from bot.desk.templates import Templates
from bot.dispatch import TEAM, Dispatch
from bot.errors import NotFound
from bot.store import answers, deliveries, templates
from bot.store.engine import Store, Unit
from bot.store.knowledge import Kind, Proposal, Source, Standing
from bot.store.models import Item, Suggestion
from replies.folds import folded
from replies.lesson import REWORDED, SAME, Run, bare, difference, distance, wording
from replies.names import called
from replies.templates import PHRASE, document
from replies.text import spoken

WEEKS = timedelta(days=14)
"""How far back questions nobody could answer are gathered."""

STALE = timedelta(days=90)
"""A template unused for so long, though it exists, is proposed for retirement."""

TRIED, FAILING = 10, 0.1
"""Offered for so many closed comments and used for less than this share of them: it does not say what people need."""

WARNED = 7
"""Days before a fact or template ends that the team is told."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A proposal as people decide on it. `runs`: what would change; `item`: the comment it comes from; `after`: the
    wording proposed; `detail`: its `language`, or the `reason` and counts of a retirement.
    """

    number: int
    kind: str
    template_id: str | None
    purpose: dict[str, str]
    runs: tuple[Run, ...]
    item: int | None
    after: str
    detail: dict[str, Any]
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Fold:
    """A question no template answers, as several people asked it. `answer`: what somebody wrote to one of them.
    Personal data in the texts is masked.
    """

    items: tuple[int, ...]
    texts: tuple[str, ...]
    answer: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """What a new template starts with."""

    phrases: tuple[str, ...]
    body: str
    language: str


class Lessons:
    """Notes, proposes, and carries out what is accepted."""

    def __init__(self, store: Store, dispatch: Dispatch, clock: Clock, library: Templates, brand: str) -> None:
        self._store, self._dispatch, self._clock = store, dispatch, clock
        self._templates, self._brand = library, brand

    async def note(self, unit: Unit, item: Item, base: Suggestion | None, text: str, who: str, now: datetime) -> None:
        """An answer was approved; `base`: the suggestion it was made of. Part of the approval's transaction."""
        far = distance(base.text, text) if base is not None else None
        kept = far is not None and far < REWORDED
        name = base.template_id or None if base is not None and kept else None
        await answers.add(
            unit,
            {
                "item_id": item.id,
                "source": base.source if base is not None and kept else Source.OWN,
                "template_id": name,
                "text": text,
                "until": base.until if base is not None else None,
                "distance": (0.0 if far <= SAME else far) if far is not None and kept else None,
                "by": who,
                "at": now,
            },
        )
        if name is not None and far is not None and not item.flags:
            await templates.teach(unit, name, item.id, who, now)
        if far is None or far > SAME:
            await self._propose(unit, item, base, name, text, now)

    async def _propose(
        self, unit: Unit, item: Item, base: Suggestion | None, name: str | None, text: str, now: datetime
    ) -> None:
        if item.flags:
            return  # An answer to a complaint or to personal data is nobody else's.
        language = spoken(item.language)
        before = self._worded(base.text, item) if base is not None and name else ""
        after = self._worded(text, item)
        template = self._templates.library.get(name) if name else None
        if template is not None:
            library = self._templates.library
            before, after = (bare(each, template, library, language) for each in (before, after))
            if after == before or not after:
                return  # Only the greeting or the closing was changed, which is not the template's.
        await answers.propose(
            unit,
            {
                "kind": Kind.WORDING if name else Kind.TEMPLATE,
                "template_id": name,
                "item_id": item.id,
                "before": before,
                "after": after,
                "detail": {"language": language},
                "made_at": now,
            },
        )

    def _worded(self, text: str, item: Item) -> str:
        person = item.person
        shown = called(person.name, spoken(item.language), person.called)
        return wording(text, [person.name, person.called, person.handle or "", shown], self._brand)

    async def proposals(self, limit: int = 20) -> tuple[int, list[Offer]]:
        """How many wait for a decision, and the newest."""
        async with self._store.read() as session:
            count, rows = await answers.proposals(session, limit)
        return count, [self._offer(row) for row in rows]

    async def proposal(self, number: int) -> Offer:
        """One of them. Raises `NotFound`."""
        async with self._store.read() as session:
            return self._offer(await answers.proposal(session, number))

    async def accept(self, number: int, who: str) -> None:
        """Do what it proposes, where that needs nothing more from anybody: a wording, a retirement.

        The decision and what it changes are one transaction. Raises `AlreadyHandled`, `NotFound`, `CannotKeep`.
        """
        async with self._store.write() as unit:
            row = await answers.proposal(unit, number)
            row.decide(Standing.ACCEPTED, who, self._clock())
            if row.template_id is not None and row.kind == Kind.RETIRE:
                await self._templates.put_away(unit, row.template_id, who)
            elif row.template_id is not None and row.kind == Kind.WORDING:
                await self._reword(unit, row, row.template_id, who)
        await self._templates.follow()

    async def adopt(self, number: int, content: Mapping[str, Any], who: str, seen: int | None) -> None:
        """Accept a proposal with the template somebody made of it, in one transaction.

        Raises `AlreadyHandled`, `NotFound` and what `Templates.save` raises.
        """
        template = self._templates.checked(content)
        async with self._store.write() as unit:
            row = await answers.proposal(unit, number)
            row.decide(Standing.ACCEPTED, who, self._clock())
            await self._templates.put(unit, template, who, seen)
        await self._templates.follow()

    async def decline(self, number: int, who: str) -> None:
        """It is not wanted. Raises `AlreadyHandled`, `NotFound`."""
        async with self._store.write() as unit:
            row = await answers.proposal(unit, number)
            row.decide(Standing.DECLINED, who, self._clock())

    async def _reword(self, unit: Unit, row: Proposal, name: str, who: str) -> None:
        kept = await templates.change(unit, name)
        held = self._templates.library.get(name)
        if kept is None and held is None:
            raise NotFound(what=name)
        content = dict(kept.document) if kept is not None else document(held) if held is not None else {}
        language = str(row.detail.get("language", "zh-TW"))
        bodies = list(content["bodies"].get(language, []))
        if row.after not in bodies:
            content["bodies"] = {**content["bodies"], language: [*bodies, row.after]}
            template = self._templates.checked(content)
            await self._templates.put(unit, template, who, kept.version if kept is not None else 0)

    async def draft(self, items: Sequence[int], number: int | None = None) -> Draft:
        """What a template made of these items' answers starts with. Raises `NotFound`."""
        async with self._store.read() as session:
            found = [row for item in items if (row := await answers.answered(session, item)) is not None]
            texts = [text for row in found if (text := await answers.written(session, row.id)) is not None]
            offered = await answers.proposal(session, number) if number is not None else None
        if not found:
            raise NotFound(what="#" + ", #".join(map(str, items)))
        first = found[0]
        body = offered.after if offered is not None else self._worded(texts[0], first) if texts else ""
        phrases = [" ".join(masked(item.text).split())[:PHRASE] for item in found]
        return Draft(tuple(dict.fromkeys(phrase for phrase in phrases if phrase)), body, spoken(first.language))

    async def unanswered(self, limit: int = 10) -> list[Fold]:
        """Questions of the last two weeks that no template fitted, those asked by most first."""
        async with self._store.read() as session:
            rows = await answers.unanswered(session, self._clock() - WEEKS)
        groups = await asyncio.to_thread(folded, [item.text for item, _ in rows])
        found = [
            Fold(
                tuple(rows[at][0].id for at in group),
                tuple(masked(rows[at][0].text) for at in group),
                next((rows[at][1] for at in group if rows[at][1]), None),
            )
            for group in groups
        ]
        return sorted(found, key=lambda fold: (-len(fold.items), -fold.items[0]))[:limit]

    async def review(self) -> None:
        """Once a day: propose to retire what is stale or failing, and tell of what ends within a week."""
        now = self._clock()
        today = now.astimezone(self._templates.zone).date()
        async with self._store.read() as session:
            if await answers.taken(session, "templates.review", today.isoformat()):
                return  # It is asked every few minutes, and what follows reads all that was ever offered.
            usage = await templates.usage(session)
            rows = {row.id: row for row in await templates.rows(session)}
        async with self._store.write() as unit:
            if not await answers.turn(unit, "templates.review", today.isoformat(), now):
                return
            for name, used in usage.items():
                if name not in self._templates.library.templates:
                    continue
                sent = used.as_is + used.edited
                since = max(filter(None, (used.last_used, rows[name].at if name in rows else None)), default=None)
                failing = used.passed + sent >= TRIED and sent < FAILING * (used.passed + sent)
                stale = used.shown > 0 and since is not None and now - since > STALE
                if failing or stale:
                    detail = {"reason": "failing" if failing else "stale", "shown": used.shown, "sent": sent}
                    await self._retirement(unit, name, detail, now)
            for ending in self._templates.library.ending(today, WARNED):
                if await answers.turn(unit, f"ending.{ending.kind}.{ending.id}", ending.until.isoformat(), now):
                    params = {"id": ending.id, "until": ending.until.isoformat()}
                    await deliveries.add(unit, [deliveries.notice(f"notice.{ending.kind}_ends", params, now)])
                    await self._dispatch.ready(unit, TEAM)

    async def _retirement(self, unit: Unit, name: str, detail: dict[str, Any], now: datetime) -> None:
        row = {"kind": Kind.RETIRE, "template_id": name, "item_id": None, "before": "", "after": "", "detail": detail}
        await answers.propose(unit, row | {"made_at": now})

    def _offer(self, row: Proposal) -> Offer:
        template = self._templates.library.get(row.template_id) if row.template_id else None
        runs = tuple(difference(row.before, row.after)) if row.before or row.after else ()
        purpose = dict(template.purpose) if template is not None else {}
        return Offer(
            row.id,
            row.kind,
            row.template_id,
            purpose,
            runs,
            row.item_id,
            row.after,
            dict(row.detail),
            row.made_at,
        )
