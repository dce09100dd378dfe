"""From a suggestion to an approved reply: edit, preview, approve. The public hears only what was previewed here.
Approval is bound to a stamp of account, target, revision and text; the outbox sends what carries that stamp or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.clock import Clock
from bot.desk.lessons import Lessons
from bot.desk.stamp import stamp as stamp_of
from bot.desk.suggesting import LATELY
from bot.desk.templates import Templates
from bot.dispatch import REFRESH, Dispatch
from bot.errors import CannotSend, NeedsLook, NotFound, Repeated, StaleCard
from bot.steps import Step, Trace
from bot.store import answers, deliveries, intake, items, suggestions
from bot.store.columns import storable
from bot.store.engine import Store, Unit
from bot.store.models import Item, Suggestion
from platforms.base import Act, Platform, Problem, Verb


@dataclass(frozen=True, slots=True)
class Preview:
    """Exactly what would be public, and whether the platform would take it.

    `length` and `limit` are in the platform's own unit `counter`; `draft` is true when the text is a kept draft.
    """

    item: int
    text: str
    length: int
    limit: int
    counter: str
    problems: tuple[Problem, ...]
    stamp: str
    draft: bool = False


class Drafting:
    """The replies, up to the moment they are handed to the outbox."""

    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        trace: Trace,
        platforms: Mapping[str, Platform],
        templates: Templates,
        lessons: Lessons,
    ) -> None:
        """`platforms`: the open accounts by name."""
        self._store, self._dispatch, self._clock, self._trace = store, dispatch, clock, trace
        self._platforms, self._templates, self._lessons = platforms, templates, lessons

    async def open(self, item: int, suggestion: int | None, who: str) -> Preview:
        """What the edit window starts with: `who`'s kept draft, else the suggestion, else nothing."""
        async with self._store.read() as session:
            row = await self._item(session, item)
            if suggestion is None and row.draft is not None and row.draft_by == who:
                return self._preview(row, row.draft, draft=True)
            offered = await suggestions.one(session, suggestion) if suggestion is not None else None
            return self._preview(row, offered.text if offered is not None and offered.item_id == item else "")

    async def preview(self, item: int, text: str) -> Preview:
        """What `text` would be in public. Stores nothing."""
        async with self._store.read() as session:
            return self._preview(await self._item(session, item), storable(text))

    async def keep(self, item: int, who: str, text: str) -> Preview:
        """Keep `who`'s draft, and preview it. Raises `AlreadyHandled` and `ClaimedByOther` where it is too late."""
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            row.keep_draft(who, storable(text))
            await intake.log(unit, [{"item_id": item, "at": self._clock(), "who": who, "verb": "edit"}])
            return self._preview(row, storable(text), draft=True)

    async def approve(
        self, item: int, who: str, *, stamp: str, suggestion: int | None = None, text: str | None = None
    ) -> None:
        """The reply may go out: exactly the suggestion, or exactly the text, that the stamp was made for.

        With both, the text was made of the suggestion. Raises `StaleCard` when comment or suggestion are no longer what
        was previewed, `NeedsLook` for one click on a flagged comment, `Repeated` when somebody else was told the same,
        `CannotSend` when the platform would refuse it, `AlreadyHandled` and `ClaimedByOther` when somebody was first.
        """
        self._trace(Step.CLICKED, item)
        now = self._clock()
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            offered = await suggestions.one(unit, suggestion) if suggestion is not None else None
            words = self._approved_text(row, offered, text)
            row.approve(who, now)  # First: who comes second is told who was first, not that the card is stale.
            if words is None or stamp_of(row, words) != stamp:
                raise StaleCard
            if text is None and row.flags:
                raise NeedsLook
            if problems := self._preview(row, words).problems:
                raise CannotSend(problem=problems[0].key, **problems[0].params)
            await self._guard(unit, row, words, now)
            base = offered if offered is not None and offered.item_id == item else None
            until = base.until if base is not None else None
            await deliveries.add(unit, [deliveries.reply(row, words, stamp, who, now, until=until, own=base is None)])
            await intake.log(unit, [_approval(row, base, words, who, now)])
            await self._lessons.note(unit, row, base, words, who, now)
            await self._dispatch.ready(unit, row.account.name)
            await self._dispatch.ready(unit, REFRESH)
        self._trace(Step.APPROVED, item)
        await self._templates.follow()  # What it teaches counts for the very next comment.

    async def _guard(self, unit: Unit, row: Item, words: str, now: datetime) -> None:
        """Two people never read the very same words where their platform takes that for spam."""
        platform = self._platforms.get(row.account.name)
        if platform is None or not platform.caps.takes_for_spam(row.kind):
            return
        said = await answers.said_lately(unit, row.account_id, now - LATELY)
        if any(person != row.person_id and text.split() == words.split() for person, text in said):
            raise Repeated

    @staticmethod
    def _approved_text(row: Item, offered: Suggestion | None, text: str | None) -> str | None:
        if text is not None:
            return storable(text)
        if offered is None or offered.item_id != row.id or offered.revision != row.revision:
            return None
        return offered.text

    async def _item(self, session: Any, item: int) -> Item:
        found = await items.full(session, [item])
        if not found:
            raise NotFound(what=f"#{item}")
        return found[0]

    def _preview(self, row: Item, text: str, *, draft: bool = False) -> Preview:
        platform = self._platforms.get(row.account.name)
        made = stamp_of(row, text)
        if platform is None:
            gone = Problem("unconfigured", {"account": row.account.name})
            return Preview(row.id, text, len(text), 0, "codepoints", (gone,), made, draft)
        limit = platform.caps.text
        problems = platform.check(Act(Verb.REPLY, text, row.ref))
        return Preview(
            row.id, text, platform.length(text), limit.max, limit.counter.value, tuple(problems), made, draft
        )


def _approval(row: Item, offered: Suggestion | None, words: str, who: str, now: Any) -> dict[str, Any]:
    detail = {"template": offered.template_id, "rank": offered.rank} if offered is not None else {"own": len(words)}
    return {"item_id": row.id, "at": now, "who": who, "verb": "approve", "detail": detail}
