"""Words one template for one reader: may it be used here and now, which wording's turn it is, what goes around it.
It never leaves a hole, never says what is no longer true, and never offers a text the platform would not take.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import chain

import regex

from replies.advice import NotOffered, Question, Worded
from replies.library import Library
from replies.links import address
from replies.names import called, one_line
from replies.render import Withheld, check_template, render, require
from replies.templates import Condition, Part, Template

# After these Chinese goes on without a space; a wide emoji or a Latin word at the end wants one.
_CLOSED = regex.compile(r"[\u3000-\u303f\uff01-\uff5e…—\s]$")


def worded(template: Template, language: str, library: Library, question: Question) -> Worded:
    """The text whose turn it is. Raises `NotOffered` with the reason where there is none.

    Consecutive seeds walk through every combination of wording, greeting and closing, so neighbours read different
    ones. A text of `question.avoid` makes way for the next combination; where all were said, the first is given again,
    marked. What is too long makes way for `short`, then for the shortest, first without its closing, then without its
    greeting as well; a signature stays.
    """
    check(template, language, question)
    around = _Around(template, language, library, question)
    said = {" ".join(text.split()) for text in question.avoid}
    first: Worded | None = None
    for text, wording, until in around.candidates():
        fresh = " ".join(text.split()) not in said
        found = Worded(text, wording, _earliest(until, template.until), not fresh)
        if fresh:
            return found
        first = first or found
    if first is not None:
        return first
    raise around.refused()


def check(template: Template, language: str, question: Question) -> None:
    """Raises `NotOffered` where the template is past its day, lacks the language or a condition does not hold."""
    if template.until is not None:
        if question.at is None:
            raise NotOffered("no_time")
        if question.at.date() > template.until:
            raise NotOffered("ended", until=template.until.isoformat())
    _conditions(template.when, question)
    if language not in _bodies(template, question):
        raise NotOffered("no_language", language=language)


def _conditions(when: Condition, question: Question) -> None:
    platform = question.platform.strip().casefold()
    if when.platforms and platform not in {name.casefold() for name in when.platforms}:
        raise NotOffered("platform", wanted=_listed(when.platforms))
    if when.kinds and question.kind not in when.kinds:
        raise NotOffered("kind", wanted=_listed(when.kinds))
    segments = {*question.segments, "returning" if question.returning else "new"}
    if when.segments and when.segments.isdisjoint(segments):
        raise NotOffered("segment", wanted=_listed(when.segments))
    if when.tones and question.tone not in when.tones:
        raise NotOffered("tone", wanted=_listed(when.tones))
    if when.hours is not None:
        if question.at is None:
            raise NotOffered("no_time")
        if question.at.time() not in when.hours:
            raise NotOffered("hours", wanted=str(when.hours))


def _bodies(template: Template, question: Question) -> dict[str, dict[str, str]]:
    """By language, wordings by their key: the platform's own where it has some, else the common ones."""
    tables = {"bodies": template.bodies}
    for name, several in template.platforms.items():
        if name.casefold() == question.platform.strip().casefold():
            tables[f"platforms.{name}"] = several
    return {
        language: _keyed(table, language, texts) for table, own in tables.items() for language, texts in own.items()
    }


def _keyed(table: str, language: str, texts: Sequence[str]) -> dict[str, str]:
    return {f"{table}.{language}.{number}": text for number, text in enumerate(texts, start=1)}


@dataclass
class _Piece:
    """A wording that can be filled in, and is when its turn comes; `until`: the last day of the facts in it."""

    source: str
    values: Mapping[str, str]
    until: date | None

    @cached_property
    def text(self) -> str:
        return render(self.source, self.values) if self.source else ""


@dataclass
class _Around:
    """A template's texts for one reader; remembers the first reason why one could not be made."""

    template: Template
    language: str
    library: Library
    question: Question
    reason: NotOffered | None = None
    too_long: bool = False
    _base: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        asked = self.question
        self._base = {
            "name": called(asked.name, self.language, asked.called),
            "brand": one_line(asked.brand),
            "manager": one_line(asked.manager),
            "post": one_line(asked.post),
            "platform": one_line(asked.platform),
            "last_topic": one_line(asked.last_topic) if asked.returning else "",
        }

    def candidates(self) -> Iterator[tuple[str, str, date | None]]:
        """Texts that fit, with the wording's key and the last day of their facts, in the order they should be tried."""
        bodies = _bodies(self.template, self.question)[self.language]
        short = _keyed("short", self.language, self.template.short.get(self.language, ()))
        whole = self._combined(bodies)
        first = next(whole, None)
        if first is not None and self.question.fits(first[0]):
            yield first
            yield from filter(self._fits, chain(whole, self._combined(short)))
            return
        self.too_long = first is not None
        yield from filter(self._fits, self._combined(short))
        for left_out in ((), ("closing",), ("closing", "greeting")):
            every = chain(self._combined(bodies, left_out), self._combined(short, left_out) if left_out else ())
            yield from sorted(filter(self._fits, every), key=lambda found: self.question.length(found[0]))

    def refused(self) -> NotOffered:
        """Why there was no candidate."""
        if self.too_long or self.reason is None:
            return NotOffered("too_long", limit=str(self.question.max_length))
        return self.reason

    def _fits(self, found: tuple[str, str, date | None]) -> bool:
        fits = self.question.fits(found[0])
        self.too_long = self.too_long or not fits
        return fits

    def _combined(
        self, bodies: Mapping[str, str], left_out: Sequence[str] = ()
    ) -> Iterator[tuple[str, str, date | None]]:
        """Every combination of these bodies with greetings and closings, from the one whose turn it is."""
        made = [(key, found) for key, source in bodies.items() if (found := self._filled(source)) is not None]
        if not made:
            return
        greetings, closings = (
            [] if role in left_out else self._part(self.library.part(name) if name else None)
            for role, name in (("greeting", self.template.greeting), ("closing", self.template.closing))
        )
        nothing = [_Piece("", {}, None)]
        greetings, closings = greetings or nothing, closings or nothing
        signatures = self._part(self.library.signature(self.template)) or nothing
        total = len(made) * len(greetings) * len(closings)
        turn = _turn(self.template.id, self.question.seed)
        for number in range(turn, turn + total):
            rest, place = divmod(number, len(made))
            key, body = made[place]
            rest, place = divmod(rest, len(greetings))
            greeting, closing = greetings[place], closings[rest % len(closings)]
            text = _joined(greeting.text, body.text, closing.text, self.language)
            signature = signatures[0]
            if signature.text:
                text = f"{text}\n{signature.text}"
            yield text, key, _earliest(body.until, greeting.until, closing.until, signature.until)

    def _part(self, part: Part | None) -> list[_Piece]:
        """Its wordings that can be filled in; none where it has none: an optional part is then left out whole."""
        reason = self.reason
        sources = part.bodies.get(self.language, ()) if part is not None else ()
        found = [filled for source in sources if (filled := self._filled(source)) is not None]
        self.reason = reason  # a part that is left out is no reason against the template
        return found

    def _filled(self, source: str) -> _Piece | None:
        """The wording with all it needs; None where a value is missing."""
        values, until = dict(self._base), None
        try:
            used = sorted(check_template(source))
            for name in used:
                table, _, entry = name.partition(".")
                if table == "facts" and entry:
                    values[name], last = self._fact(entry)
                    until = _earliest(until, last)
                elif table == "links" and entry:
                    values[name] = self._link(entry)
            require(used, values)
            return _Piece(source, values, until)
        except Withheld as missing:
            self.reason = self.reason or NotOffered("unknown_value", variable=missing.variable)
        except NotOffered as missing:
            self.reason = self.reason or missing
        return None

    def _fact(self, name: str) -> tuple[str, date | None]:
        fact = self.library.fact(name)
        if fact is None:
            raise NotOffered("unknown_fact", id=name)
        if fact.until is not None:
            if self.question.at is None:
                raise NotOffered("no_time")
            if self.question.at.date() > fact.until:
                raise NotOffered("fact_ended", id=name, until=fact.until.isoformat())
        if self.language not in fact.texts:
            raise NotOffered("fact_language", id=name)
        return fact.texts[self.language], fact.until

    def _link(self, name: str) -> str:
        link = self.library.link(name)
        if link is None:
            raise NotOffered("unknown_link", id=name)
        return address(link, self.question.platform)


def _joined(greeting: str, body: str, closing: str, language: str) -> str:
    text = ""
    for piece in filter(None, (greeting, body, closing)):
        tight = not text or (language == "zh-TW" and _CLOSED.search(text))
        text += piece if tight else f" {piece}"
    return text


def _turn(template_id: str, seed: int | str) -> int:
    """Consecutive numbers take consecutive wordings, so neighbours differ; not `hash`, which varies by process."""
    number = seed if isinstance(seed, int) else zlib.crc32(seed.encode("utf-8", "replace"))
    return zlib.crc32(template_id.encode()) + number


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


def _listed(words: frozenset[str]) -> str:
    return ", ".join(sorted(words))
