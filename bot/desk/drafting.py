"""From a comment to an approved reply: suggest, edit, preview, approve. The public hears only what was previewed here.
Approval is bound to a stamp of account, target, revision and text; the outbox sends what carries that stamp or nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from bot.clock import Clock
from bot.desk.stamp import stamp as stamp_of
from bot.dispatch import REFRESH, Dispatch
from bot.errors import CannotSend, NotFound, StaleCard
from bot.steps import Step, Trace
from bot.store import deliveries, intake, items
from bot.store.columns import storable
from bot.store.engine import Store
from bot.store.models import Item, Suggestion
from platforms.base import Act, Platform, Problem, Verb
from replies.suggest import Question, Suggester
from replies.suggest import Suggestion as Offer

log = structlog.get_logger(__name__)


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
        suggester: Suggester,
        platforms: Mapping[str, Platform],
        brand: str,
    ) -> None:
        """`platforms`: the open accounts by name."""
        self._store, self._dispatch, self._clock, self._trace = store, dispatch, clock, trace
        self._suggester, self._platforms, self._brand = suggester, platforms, brand
        # Whoever comes second finds the first one's suggestions instead of thinking the same thoughts.
        self._thinking = asyncio.Lock()

    async def suggest(self, numbers: Sequence[int], *, again: bool = False) -> None:
        """Work out and store suggestions for these items where their present revision has none (or `again`)."""
        async with self._thinking:
            edited = await self._suggest(numbers, again=again)
        if edited:
            await self.suggest(edited)  # Their words changed while we thought about the old ones.

    async def _suggest(self, numbers: Sequence[int], *, again: bool) -> list[int]:
        """The same, once; what was edited meanwhile."""
        async with self._store.read() as session:
            rows = [row for row in await items.full(session, numbers) if again or row.suggested < row.revision]
        if not rows:
            return []
        questions = [self._question(row) for row in rows]
        found = await asyncio.to_thread(lambda: list(map(self._offers, questions)))
        self._trace(Step.SUGGESTED, rows[0].id)
        revisions = {row.id: row.revision for row in rows}
        offers = dict(zip(revisions, found, strict=True))
        async with self._store.write() as unit:
            rows = await items.lock(unit, list(revisions))
            live = [row for row in rows if row.revision == revisions[row.id]]
            await items.store_suggestions(
                unit,
                live,
                [
                    {
                        "item_id": row.id,
                        "revision": row.revision,
                        "rank": rank,
                        "template_id": offer.template_id,
                        "text": offer.text,
                        "score": offer.score,
                        "words": list(offer.words),
                    }
                    for row in live
                    for rank, offer in enumerate(offers[row.id])
                ],
            )
            for row in live:
                if again or row.card_ts is not None:
                    row.touch()
                    await self._dispatch.ready(unit, REFRESH)
        return [row.id for row in rows if row.revision != revisions[row.id]]

    async def suggest_again(self, item: int, who: str) -> int:
        """Match anew (the templates may have changed); how many suggestions there are now. Raises `NotFound`."""
        await self.suggest([item], again=True)
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            event = {"item_id": row.id, "at": self._clock(), "who": who, "verb": "suggest"}
            await intake.log(unit, [event])
            return len((await items.suggestions(unit, [item])).get(item, ()))

    async def open(self, item: int, suggestion: int | None, who: str) -> Preview:
        """What the edit window starts with: `who`'s kept draft, else the suggestion, else nothing."""
        async with self._store.read() as session:
            row = await self._item(session, item)
            if suggestion is None and row.draft is not None and row.draft_by == who:
                return self._preview(row, row.draft, draft=True)
            offered = await items.suggestion(session, suggestion) if suggestion is not None else None
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

        Raises `StaleCard` when comment or suggestion are no longer what was previewed, `CannotSend` when the platform
        would refuse it, `AlreadyHandled` and `ClaimedByOther` when somebody was first.
        """
        self._trace(Step.CLICKED, item)
        now = self._clock()
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            offered = await items.suggestion(unit, suggestion) if suggestion is not None else None
            words = self._approved_text(row, offered, text)
            row.approve(who, now)  # First: who comes second is told who was first, not that the card is stale.
            if words is None or stamp_of(row, words) != stamp:
                raise StaleCard
            if problems := self._preview(row, words).problems:
                raise CannotSend(problem=problems[0].key, **problems[0].params)
            await deliveries.add(unit, [deliveries.reply(row, words, stamp, who, now)])
            await intake.log(unit, [_approval(row, offered, words, who, now)])
            await self._dispatch.ready(unit, row.account.name)
            await self._dispatch.ready(unit, REFRESH)
        self._trace(Step.APPROVED, item)

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

    def _offers(self, question: Question) -> list[Offer]:
        try:
            return self._suggester.suggest(question)
        except Exception:
            log.exception("suggest_broke", item=question.seed)  # One odd comment must not hold up the cards of all.
            return []

    def _question(self, row: Item) -> Question:
        platform = self._platforms.get(row.account.name)
        return Question(
            text=row.text,
            language=row.language,
            name=row.person.name,
            brand=self._brand,
            post=row.post.text if row.post is not None else "",
            platform=row.account.kind,
            kind=row.kind,
            at=self._clock(),
            seed=row.id,
            max_length=platform.caps.text.max if platform is not None else None,
            length=platform.length if platform is not None else len,
        )


def _approval(row: Item, offered: Suggestion | None, words: str, who: str, now: Any) -> dict[str, Any]:
    detail = {"template": offered.template_id, "rank": offered.rank} if offered is not None else {"own": len(words)}
    return {"item_id": row.id, "at": now, "who": who, "verb": "approve", "detail": detail}
