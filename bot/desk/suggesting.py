"""Thinks about comments: what could be answered, what a person should look at first, what became of our last answer.
The thinking is done in a thread, and what comes of it is stored for one revision of the comment; nothing is sent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import structlog

from bot.clock import Clock
from bot.desk.templates import Templates
from bot.dispatch import REFRESH, Dispatch
from bot.steps import Step, Trace
from bot.store import answers, intake, items, suggestions
from bot.store.engine import Store
from bot.store.suggestions import Asked
from platforms.base import Platform
from replies.advice import Advice, Question
from replies.risk import Flag, assess, outcome, tone
from replies.text import spoken

log = structlog.get_logger(__name__)

LATELY = timedelta(days=1)
"""How long the same words are not said to somebody else, where the platform takes that for spam."""

_NOTHING = Advice((), {})


@dataclass(frozen=True, slots=True)
class Thought:
    """All that came of thinking about one comment."""

    advice: Advice
    flags: tuple[Flag, ...]
    tone: str
    outcome: str


class Suggesting:
    """Works out suggestions and flags, and stores them."""

    def __init__(
        self,
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        trace: Trace,
        templates: Templates,
        platforms: Mapping[str, Platform],
        brand: str,
        crisis: Sequence[str] = (),
    ) -> None:
        """`platforms`: the open accounts by name; `crisis`: words that call for a person at once."""
        self._store, self._dispatch, self._clock, self._trace = store, dispatch, clock, trace
        self._templates, self._platforms, self._brand, self._crisis = templates, platforms, brand, tuple(crisis)
        # Whoever comes second finds the first one's suggestions instead of thinking the same thoughts.
        self._thinking = asyncio.Lock()

    async def suggest(self, numbers: Sequence[int], *, again: bool = False, manager: str = "") -> None:
        """Think about these items where their present revision was not thought about yet (or `again`).

        `manager`: the name of whoever answers, for signatures.
        """
        if not again:  # Whoever has nothing left to think about need not wait for those who have.
            async with self._store.read() as session:
                if not await suggestions.asked(session, numbers, again=False):
                    return
        async with self._thinking:
            edited = await self._suggest(numbers, again=again, manager=manager)
        if edited:
            await self.suggest(edited)  # Their words changed while we thought about the old ones.

    async def suggest_again(self, item: int, who: str) -> int:
        """Match anew (the templates may have changed); how many suggestions there are now. Raises `NotFound`."""
        await self.suggest([item], again=True)
        async with self._store.write() as unit:
            row = await items.change(unit, item)
            event = {"item_id": row.id, "at": self._clock(), "who": who, "verb": "suggest"}
            await intake.log(unit, [event])
            return len((await suggestions.offered(unit, [item])).get(item, ()))

    async def signed(self, item: int, suggestion: int, manager: str) -> str | None:
        """The same suggestion as `manager` would sign it; None where nothing is signed."""
        async with self._store.read() as session:
            asked = await suggestions.asked(session, [item], again=True)
            offered = await suggestions.one(session, suggestion)
        if not manager or not asked or offered is None or not self._templates.signs([offered.template_id]):
            return None
        advice = (await asyncio.to_thread(self._think, self._question(asked[0], {}, (), manager), asked[0].text)).advice
        return next((offer.text for offer in advice.suggestions if offer.template_id == offered.template_id), None)

    async def signed_by(self, item: int, manager: str) -> None:
        """`manager` works on it now: what is suggested is signed by them, where anything is."""
        async with self._store.read() as session:
            offered = (await suggestions.offered(session, [item])).get(item, [])
        if self._templates.signs(offer.template_id for offer in offered):
            await self.suggest([item], again=True, manager=manager)

    async def _suggest(self, numbers: Sequence[int], *, again: bool, manager: str) -> list[int]:
        """The same, once; what was edited meanwhile."""
        now = self._clock()
        async with self._store.read() as session:
            asked = await suggestions.asked(session, numbers, again=again)
            if not asked:
                return []
            topics = await answers.topics(session, [each.person for each in asked if each.returning])
            said = {
                account: await answers.said_lately(session, account, now - LATELY)
                for account in {each.account for each in asked if self._guards(each)}
            }
        questions = [self._question(each, topics, said.get(each.account, ()), manager) for each in asked]
        texts = [each.text for each in asked]
        thoughts = await asyncio.to_thread(lambda: list(map(self._think, questions, texts)))
        self._trace(Step.SUGGESTED, asked[0].item)
        async with self._store.write() as unit:
            present = await suggestions.revisions(unit, [each.item for each in asked])
            live = [
                (each, thought)
                for each, thought in zip(asked, thoughts, strict=True)
                if present.get(each.item) == each.revision
            ]
            shown = [each.item for each, _ in live if again or each.carded]
            await suggestions.store(
                unit,
                [_judged(each, thought) for each, thought in live],
                [row for each, thought in live for row in _offers(each, thought.advice)],
                touched=shown,
            )
            said_now = {(each.person, each.conversation): thought.outcome for each, thought in live if each.returning}
            if said_now:
                await answers.judged(unit, said_now, now)
            if shown:
                await self._dispatch.ready(unit, REFRESH)
        return [each.item for each in asked if present.get(each.item, each.revision) != each.revision]

    def _think(self, question: Question, text: str) -> Thought:
        """About one comment; whatever breaks, the others must not wait for it."""
        try:
            sounds, flags = tone(text), assess(text, self._crisis)
            became = outcome(text) if question.returning else ""
        except Exception:
            log.exception("assess_broke", item=question.seed)
            return Thought(_NOTHING, (), "", "")  # What was not looked at must not be answered with one click.
        try:
            advice = self._templates.suggester.advise(replace(question, tone=sounds))
        except Exception:
            log.exception("suggest_broke", item=question.seed)
            advice = _NOTHING
        return Thought(advice, flags, sounds, became)

    def _guards(self, asked: Asked) -> bool:
        """Whether the same words to several people would be taken for spam there."""
        platform = self._platforms.get(asked.account_name)
        return platform is not None and platform.caps.takes_for_spam(asked.kind)

    def _question(
        self, asked: Asked, topics: Mapping[int, str], said: Sequence[tuple[int, str]], manager: str
    ) -> Question:
        platform = self._platforms.get(asked.account_name)
        topic = self._templates.library.get(topics.get(asked.person, ""))
        return Question(
            text=asked.text,
            language=asked.language,
            name=asked.name,
            called=asked.called,
            brand=self._brand,
            manager=manager,
            post=asked.post,
            platform=asked.platform,
            kind=asked.kind,
            seed=asked.item,
            at=self._clock(),
            returning=asked.returning,
            last_topic=topic.purpose.get(spoken(asked.language), "") if topic is not None else "",
            avoid={text for person, text in said if person != asked.person},
            max_length=platform.caps.text.max if platform is not None else None,
            length=platform.length if platform is not None else len,
        )


def _judged(asked: Asked, thought: Thought) -> dict[str, Any]:
    return {
        "id": asked.item,
        "suggested": asked.revision,
        "flags": [{"kind": flag.kind, "words": list(flag.words), "sure": flag.sure} for flag in thought.flags],
        "tone": thought.tone or None,
        "withheld": [
            {"template": name, "code": reason.code, **reason.params} for name, reason in thought.advice.withheld.items()
        ],
    }


def _offers(asked: Asked, advice: Advice) -> list[dict[str, Any]]:
    return [
        {
            "item_id": asked.item,
            "revision": asked.revision,
            "rank": rank,
            "template_id": offer.template_id,
            "text": offer.text,
            "score": offer.score,
            "words": list(offer.words),
            "source": offer.source,
            "until": offer.until,
            "repeated": offer.repeated,
        }
        for rank, offer in enumerate(advice.suggestions)
    ]
