"""The nouns of a library of answers: templates and when they may be used, parts, facts and links, and packs of them.
Values alone, checked whole when they are read from a document; nothing here knows a file, a comment or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any

from replies import fields
from replies.errors import BadTemplate
from replies.render import WORDING, check_template
from replies.text import LANGUAGES

__all__ = ["Condition", "Fact", "Hours", "Link", "Pack", "Part", "Risk", "Role", "Template"]

Wordings = Mapping[str, tuple[str, ...]]
"""By language: texts of the same meaning."""

KINDS = ("comment", "mention", "direct", "review")
TONES = ("positive", "negative", "neutral", "unsure")

PHRASE = 300  # characters; what is longer is a story, not a way to ask
PURPOSE = 120
_WORDS = 60  # of a segment, platform or owner
_VARIANTS = 20  # wordings of one text in one language; bounds what is tried for one comment

_KEYS = (
    *("id", "purpose", "phrases", "bodies", "short", "platforms", "when"),
    *("greeting", "closing", "signature", "until", "risk", "owner"),
)
_CONDITIONS = ("platforms", "kinds", "segments", "hours", "tones")


class Risk(StrEnum):
    """Whether a rule may send the answer: only what is safe; everything else goes through a person."""

    SAFE = "safe"
    CAREFUL = "careful"


class Role(StrEnum):
    """Where in a reply a part stands."""

    GREETING = "greeting"
    CLOSING = "closing"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True)
class Hours:
    """From `start` until just before `end`, on the wall of the team's zone; across midnight where `end` is earlier."""

    start: time
    end: time

    def __contains__(self, at: time) -> bool:
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end

    def __str__(self) -> str:
        return f"{self.start:%H:%M}-{self.end:%H:%M}"


@dataclass(frozen=True, slots=True)
class Condition:
    """When an answer may be used; an empty set, or no hours, is no condition.

    `platforms`: machine names; `kinds`: of `KINDS`; `segments`: the reader is in one of them; `tones`: of `TONES`.
    """

    platforms: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    segments: frozenset[str] = frozenset()
    hours: Hours | None = None
    tones: frozenset[str] = frozenset()


ALWAYS = Condition()


@dataclass(frozen=True, slots=True)
class Template:
    """One agreed answer.

    `purpose` by staff language; `phrases` people ask with; `bodies`: wordings by language, at least one; `short`: those
    used where a body is too long; `platforms`: bodies of their own by platform; `greeting`, `closing`: ids of parts;
    `signature`: the id of one, or True for the library's first; `until`: the last day it is true.
    """

    id: str
    purpose: Mapping[str, str]
    phrases: tuple[str, ...]
    bodies: Wordings
    short: Wordings = field(default_factory=dict)
    platforms: Mapping[str, Wordings] = field(default_factory=dict)
    when: Condition = ALWAYS
    greeting: str | None = None
    closing: str | None = None
    signature: bool | str = False
    until: date | None = None
    risk: Risk = Risk.CAREFUL
    owner: str = ""

    def wordings(self) -> dict[str, str]:
        """Every wording by its key, such as `bodies.en.2`, `short.zh-TW.1` or `platforms.telegram.en.1`."""
        found = keyed("bodies", self.bodies) | keyed("short", self.short)
        for platform, several in self.platforms.items():
            found |= keyed(f"platforms.{platform}", several)
        return found


@dataclass(frozen=True, slots=True)
class Part:
    """A greeting, closing or signature that many answers share."""

    id: str
    role: Role
    bodies: Wordings


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is true until a day, said in one place; plain text, named as `{{ facts.id }}`."""

    id: str
    until: date | None
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Link:
    """An https address, named as `{{ links.id }}`; `tracking`: parameters that say where a click came from."""

    id: str
    url: str
    tracking: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pack:
    """What one file holds; the ids of each kind are unique."""

    id: str
    templates: tuple[Template, ...]
    parts: tuple[Part, ...] = ()
    facts: tuple[Fact, ...] = ()
    links: tuple[Link, ...] = ()


def from_document(document: Mapping[str, Any]) -> Template:
    """The template a TOML or JSON table describes. Raises `BadTemplate` at the first thing that is wrong."""
    fields.table(document, "", _KEYS)
    signature = document.get("signature", False)
    if not isinstance(signature, bool):
        signature = _reference(signature, "signature") if isinstance(signature, str) else None
    if signature is None:
        raise BadTemplate("signature", "signature")
    platforms = document.get("platforms", {})
    fields.table(platforms, "platforms", tuple(platforms) if isinstance(platforms, Mapping) else ())
    return Template(
        id=fields.identifier(document.get("id")),
        purpose=_purpose(document.get("purpose")),
        phrases=fields.texts(document.get("phrases"), "phrases", PHRASE),
        bodies=wordings(document.get("bodies"), "bodies"),
        short=wordings(document["short"], "short") if document.get("short") else {},
        platforms={
            fields.text(platform, f"platforms.{platform}", _WORDS): wordings(texts, f"platforms.{platform}")
            for platform, texts in platforms.items()
        },
        when=_condition(document.get("when", {})),
        greeting=_reference(document.get("greeting"), "greeting"),
        closing=_reference(document.get("closing"), "closing"),
        signature=signature,
        until=fields.day(document.get("until"), "until"),
        risk=Risk(fields.one_of(document.get("risk", Risk.CAREFUL), "risk", tuple(Risk))),
        owner=fields.text(document["owner"], "owner", _WORDS) if document.get("owner") else "",
    )


def document(template: Template) -> dict[str, Any]:
    """The table `template` is kept as, in JSON's types; what is not set is left out. `from_document` reads it back."""
    when = template.when
    conditions: dict[str, Any] = {
        key: sorted(getattr(when, key)) for key in _CONDITIONS if key != "hours" and getattr(when, key)
    }
    if when.hours is not None:
        conditions["hours"] = str(when.hours)
    whole: dict[str, Any] = {
        "id": template.id,
        "purpose": dict(template.purpose),
        "phrases": list(template.phrases),
        "bodies": _lists(template.bodies),
        "short": _lists(template.short),
        "platforms": {platform: _lists(several) for platform, several in template.platforms.items()},
        "when": conditions,
        "greeting": template.greeting,
        "closing": template.closing,
        "signature": template.signature,
        "until": template.until.isoformat() if template.until is not None else None,
        "risk": template.risk.value if template.risk is not Risk.CAREFUL else None,
        "owner": template.owner,
    }
    return {key: value for key, value in whole.items() if value}


def keyed(table: str, given: Wordings) -> dict[str, str]:
    """Texts by their key, `<table>.<language>.<number>`, counted from 1."""
    return {f"{table}.{name}.{n}": text for name, several in given.items() for n, text in enumerate(several, start=1)}


def wordings(value: object, key: str) -> Wordings:
    """By language, texts that name nothing but what a wording may name; in the order of `LANGUAGES`."""
    given = fields.languages(value, key)
    read = {name: fields.texts(given[name], f"{key}.{name}", WORDING) for name in LANGUAGES if name in given}
    for language, several in read.items():
        if len(several) > _VARIANTS:
            raise BadTemplate("too_many", f"{key}.{language}", limit=_VARIANTS)
        for number, wording in enumerate(several, start=1):
            try:
                check_template(wording)
            except BadTemplate as error:
                raise error.under(f"{key}.{language}.{number}") from None
    return read


def _purpose(value: object) -> Mapping[str, str]:
    """By language; one text alone serves both."""
    if isinstance(value, str):
        value = dict.fromkeys(LANGUAGES, value)
    if value is None:
        raise BadTemplate("both_languages", "purpose", languages=" / ".join(LANGUAGES))
    given = fields.table(value, "purpose", LANGUAGES)
    for language in LANGUAGES:
        if language not in given:
            raise BadTemplate("both_languages", f"purpose.{language}", languages=" / ".join(LANGUAGES))
    return {language: fields.text(given[language], f"purpose.{language}", PURPOSE) for language in LANGUAGES}


def _condition(value: object) -> Condition:
    given = fields.table(value, "when", _CONDITIONS)

    def several(key: str, known: tuple[str, ...] = ()) -> frozenset[str]:
        if not given.get(key):
            return frozenset()
        found = fields.texts(given[key], f"when.{key}", _WORDS)
        if known:
            for number, word in enumerate(found, start=1):
                fields.one_of(word, f"when.{key}.{number}", known)
        return frozenset(found)

    return Condition(
        several("platforms"), several("kinds", KINDS), several("segments"), _hours(given), several("tones", TONES)
    )


def _hours(given: Mapping[str, Any]) -> Hours | None:
    if not given.get("hours"):
        return None
    try:
        start, end = (time.fromisoformat(part.strip()) for part in given["hours"].split("-"))
        hours = Hours(start.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0))
    except (AttributeError, ValueError, TypeError):
        raise BadTemplate("hours", "when.hours") from None
    if start == end or start.tzinfo or end.tzinfo:
        raise BadTemplate("hours", "when.hours")
    return hours


def _reference(value: object, key: str) -> str | None:
    return None if value is None else fields.identifier(value, key)


def _lists(given: Wordings) -> dict[str, list[str]]:
    return {language: list(several) for language, several in given.items()}
