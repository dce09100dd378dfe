"""What to answer a comment: the templates that fit, worded for this reader in the language of the comment.
It never sends, and never shows a text with a hole in it or one that would not fit.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from replies.matcher import Match, Matcher, Phrase
from replies.render import Withheld, called, one_line, render
from replies.templates import Pack, Template
from replies.text import language as guess_language

_MOST = 3  # suggestions a card shows; a fourth is a list to read, not a choice to click


@dataclass(frozen=True, slots=True)
class Question:
    """A comment to answer. Strings may hold anything; an unknown value is "".

    `name`: what the reader goes by; `manager`: who answers; `post`: what the post is called; `language`: BCP 47, of the
    comment, None to guess it from the text; `seed`: the item's id, which picks the wording; `max_length` in the units
    `length` counts, both as the platform's caps say (None: no limit).
    """

    text: str
    seed: int | str
    name: str = ""
    brand: str = ""
    manager: str = ""
    post: str = ""
    platform: str = ""
    language: str | None = None
    max_length: int | None = None
    length: Callable[[str], int] = len


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text ready to be sent, and why.

    `language` of `text`: "zh-TW" or "en"; `score`: 0..1; `words` of the comment that matched; `purpose`: what the
    template is for, by staff language.
    """

    template_id: str
    text: str
    language: str
    score: float
    words: tuple[str, ...]
    purpose: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Advice:
    """All that came of a question. What fits but cannot be shown is named too.

    `withheld`: by template id, the variable that is not known; `too_long`: ids of templates no wording of which fits.
    """

    suggestions: tuple[Suggestion, ...]
    withheld: Mapping[str, str]
    too_long: tuple[str, ...]


class Suggester:
    """Built once from packs and a matcher, never changed after, so any thread may ask; a changed pack means a new one.

    `default_language` ("zh-TW" or "en") answers a comment no script tells the language of ("+1").
    """

    def __init__(self, packs: Sequence[Pack], matcher: Matcher, default_language: str = "zh-TW") -> None:
        templates = [template for pack in packs for template in pack.templates]
        self._templates = {template.id: template for template in templates}
        if len(self._templates) < len(templates):
            raise ValueError("two packs hold a template of the same id; load_packs says which")
        self._matcher = matcher
        self._default_language = default_language
        matcher.fit([Phrase(template.id, phrase) for template in templates for phrase in template.phrases])

    def suggest(self, question: Question) -> list[Suggestion]:
        """At most three, the best first; empty when nothing fits. CPU work, some milliseconds: off the event loop."""
        return list(self.advise(question).suggestions)

    def advise(self, question: Question) -> Advice:
        """As `suggest`, with what had to be left out and why."""
        language = self._language(question)
        values = {
            "name": called(question.name, language),
            "brand": one_line(question.brand),
            "manager": one_line(question.manager),
            "post": one_line(question.post),
            "platform": one_line(question.platform),
        }
        suggestions: list[Suggestion] = []
        withheld: dict[str, str] = {}
        too_long: list[str] = []
        for match in self._matcher.rank(question.text, 2 * _MOST):
            if len(suggestions) == _MOST:
                break
            template = self._templates[match.template_id]
            try:
                text = _worded(template, language, values, question)
            except Withheld as reason:
                withheld[template.id] = reason.variable
                continue
            if text is None:
                too_long.append(template.id)
            else:
                suggestions.append(_suggestion(match, template, language, text))
        return Advice(tuple(suggestions), withheld, tuple(too_long))

    def _language(self, question: Question) -> str:
        told = question.language or guess_language(question.text)
        if told is None:
            return self._default_language
        return "zh-TW" if told.split("-")[0].lower() in ("zh", "yue") else "en"


def _suggestion(match: Match, template: Template, language: str, text: str) -> Suggestion:
    return Suggestion(template.id, text, language, match.score, match.words, template.purpose)


def _worded(template: Template, language: str, values: Mapping[str, str], question: Question) -> str | None:
    """The wording whose turn it is; the shortest that fits when it is too long; None when all are.

    A wording that needs a value not known is passed over; `Withheld` when that leaves none.
    """
    wordings = template.bodies[language]
    first = _turn(template.id, question.seed) % len(wordings)
    texts: list[str] = []
    reason: Withheld | None = None
    for wording in (*wordings[first:], *wordings[:first]):
        try:
            text = render(wording, values)
        except Withheld as missing:
            reason = reason or missing
            continue
        if not texts and _fits(text, question):
            return text
        texts.append(text)
    if not texts and reason:
        raise reason
    shortest = min(texts, key=question.length)
    return shortest if _fits(shortest, question) else None


def _fits(text: str, question: Question) -> bool:
    return question.max_length is None or question.length(text) <= question.max_length


def _turn(template_id: str, seed: int | str) -> int:
    """Consecutive numbers take consecutive wordings, so neighbours differ; not `hash`, which varies by process."""
    number = seed if isinstance(seed, int) else zlib.crc32(seed.encode("utf-8", "replace"))
    return zlib.crc32(template_id.encode()) + number
