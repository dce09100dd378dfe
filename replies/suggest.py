"""What to answer a comment: the templates that fit, worded for this reader in the language of the comment, and after
them what was answered to questions like it. It never sends, and never shows a text with a hole in it.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta, tzinfo
from typing import Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from replies.advice import Advice, NotOffered, Question, Reason, Suggestion, Worded
from replies.answers import Memory
from replies.library import Library
from replies.matcher import Match, Matcher, Phrase
from replies.templates import Risk, Template
from replies.text import language as guess_language
from replies.text import spoken
from replies.wording import worded

__all__ = ["Advice", "Question", "Reason", "Suggester", "Suggestion"]

_MOST = 3  # suggestions a card shows; a fourth is a list to read, not a choice to click
LIKELY = 0.6
"""Probability from which a suggestion may be sent as it is. On the zh-TW set (`tests/data/zh_tw`, part `dev`) nine of
ten first suggestions that reach it are right, and one in eleven of the comments that no template answers gets one."""

POSSIBLE = 0.4
"""Probability below which nothing is shown: what may well be wrong makes all others distrusted. The matcher's own line
is lower, since it keeps 95 % of what can be answered: on the same set it lets a third of mere chatter by, this 9 %."""

_RANKED = 12  # templates asked for: variants for other platforms and hours may stand before the one that may be used
_TAIPEI = ZoneInfo("Asia/Taipei")


@runtime_checkable
class Incremental(Protocol):
    """A matcher that takes in and leaves out a few templates without learning everything anew."""

    def learn(self, examples: Sequence[Phrase]) -> None:
        """Besides what is known, these; found by the very next `rank`, also where the template was forgotten before."""

    def forget(self, template_ids: Collection[str]) -> None:
        """These templates are not found any more from the very next `rank` on."""


class Suggester:
    """Answers questions from a library that may be replaced while others ask; any thread may do either."""

    def __init__(
        self,
        library: Library,
        matcher: Matcher,
        default_language: str = "zh-TW",
        zone: tzinfo = _TAIPEI,
        memory: Memory | None = None,
    ) -> None:
        """`default_language` ("zh-TW" or "en") answers a comment no script tells the language of ("+1").

        `zone`: the team's, in which hours and last days are meant; `memory`: earlier answers, where there are any.
        """
        self._library, self._matcher, self._memory = library, matcher, memory
        self._default_language, self._zone = default_language, zone
        self._changing = threading.Lock()
        matcher.fit(self._phrases(library.templates))

    @property
    def library(self) -> Library:
        """What is suggested from."""
        return self._library

    def suggest(self, question: Question) -> list[Suggestion]:
        """At most three, the best first; empty when nothing fits. CPU work, some milliseconds: off the event loop."""
        return list(self.advise(question).suggestions)

    def advise(self, question: Question) -> Advice:
        """As `suggest`, with what had to be left out and why. Raises ValueError for an `at` without a zone."""
        if question.at is not None:
            if question.at.tzinfo is None:
                raise ValueError("question.at must be aware")
            question = replace(question, at=question.at.astimezone(self._zone))
        library = self._library
        told = _language(question)
        suggestions: list[Suggestion] = []
        withheld: dict[str, Reason] = {}
        for match in self._matcher.rank(question.text, _RANKED):
            if len(suggestions) == _MOST:
                break
            if (template := library.template(match.template_id)) is None or match.score < POSSIBLE:
                continue  # replaced between ranking and now, or nothing to trust
            language = told or self._spoken(template)
            try:
                found = worded(template, language, library, question)
            except NotOffered as refused:
                withheld[template.id] = refused.reason
            else:
                suggestions.append(self._suggestion(match, template, language, found))
        if self._memory is not None and len(suggestions) < _MOST:
            texts = {suggestion.text for suggestion in suggestions}
            earlier = self._memory.offers(question, told or self._default_language)
            suggestions += [offer for offer in earlier if offer.text not in texts][: _MOST - len(suggestions)]
        return Advice(tuple(suggestions), withheld)

    def replace(self, library: Library) -> None:
        """Suggest from `library` from now on; the matcher hears only of templates whose phrases are not as before."""
        with self._changing:
            before, after = self._library.templates, library.templates
            self._library = library
            changed = [name for name, t in after.items() if name not in before or before[name].phrases != t.phrases]
            known = {name: set(before[name].phrases) for name in changed if name in before}
            gone = [name for name in before if name not in after]
            gone += [name for name, phrases in known.items() if not phrases <= set(after[name].phrases)]
            lost = set(gone)
            fresh = [
                phrase
                for phrase in self._phrases(changed)
                if phrase.template_id in lost or phrase.text not in known.get(phrase.template_id, ())
            ]
            if not isinstance(self._matcher, Incremental):
                if gone or changed:
                    self._matcher.fit(self._phrases(after))
                return
            if gone:
                self._matcher.forget(gone)
            if fresh:
                self._matcher.learn(fresh)

    def refit(self) -> None:
        """Learn everything anew, more exactly than by turns; questions are answered meanwhile.

        CPU work: 0.3 s at 770 phrases.
        """
        with self._changing:
            self._matcher.fit(self._phrases(self._library.templates))

    def _phrases(self, names: Collection[str]) -> list[Phrase]:
        templates = self._library.templates
        return [Phrase(name, phrase) for name in names for phrase in dict.fromkeys(templates[name].phrases)]

    def _spoken(self, template: Template) -> str:
        """The language for a comment that tells none: the default, or what the template can say."""
        return self._default_language if self._default_language in template.bodies else next(iter(template.bodies))

    def _suggestion(self, match: Match, template: Template, language: str, found: Worded) -> Suggestion:
        ends = None
        if found.until is not None:
            ends = datetime.combine(found.until + timedelta(days=1), time(), self._zone)
        return Suggestion(
            template.id,
            found.text,
            language,
            match.score,
            match.words,
            template.purpose,
            found.wording,
            ends,
            template.risk is Risk.SAFE,
            repeated=found.repeated,
        )


def _language(question: Question) -> str | None:
    """The language of the answer, None where the comment tells none."""
    told = question.language or guess_language(question.text)
    return None if told is None else spoken(told)
