"""All the answers a team has: its packs, with what was changed or retired in Slack laid over them.
A library is a value: whoever changes something makes a new one, and asks of time are answered for the day given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

from replies.errors import BadTemplate
from replies.render import check_template
from replies.search import Index
from replies.templates import Fact, Link, Pack, Part, Role, Template, keyed
from replies.text import normalise

Named = TypeVar("Named", Template, Part, Fact, Link)

# What a reader would see as stars and brackets: no platform we answer on renders Markdown in comments.
_MARKDOWN = re.compile(r"\*\*\S|__\S+__|```|\[[^\]\n]+\]\([^)\n]+\)|^#{1,6} ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Ending:
    """A template or fact (`kind`) that is true for the last time on the day `until`."""

    kind: str
    id: str
    until: date


@dataclass(frozen=True, slots=True)
class Warned:
    """Something in a library that works but should be looked at: dotted path, code ("markdown") and params."""

    key: str
    code: str
    params: Mapping[str, str]


@dataclass(frozen=True)
class Library:
    """What there is to answer with, by id, in the packs' order. Made by `of`.

    `templates`: those in use, also the ones whose last day is past; `retired`: those taken out of use, known by name.
    """

    templates: Mapping[str, Template] = field(default_factory=dict)
    retired: Mapping[str, Template] = field(default_factory=dict)
    parts: Mapping[str, Part] = field(default_factory=dict)
    facts: Mapping[str, Fact] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)

    @classmethod
    def of(
        cls, packs: Iterable[Pack], changed: Mapping[str, Template] | None = None, retired: Collection[str] = ()
    ) -> Library:
        """The packs with `changed` (by id) laid over them and `retired` taken out of use.

        Raises `BadTemplate` where two packs hold the same id. What the templates name is not looked up: a fact that a
        file no longer has must not keep the desk from starting. `check` does it when a template is stored.
        """
        packs = list(packs)
        templates = _by_id("template", [template for pack in packs for template in pack.templates])
        for name, template in (changed or {}).items():
            if name != template.id:
                raise ValueError(f"{name!r} holds template {template.id!r}")
            templates[name] = template
        return cls(
            {name: template for name, template in templates.items() if name not in retired},
            {name: template for name, template in templates.items() if name in retired},
            _by_id("part", [part for pack in packs for part in pack.parts]),
            _by_id("fact", [fact for pack in packs for fact in pack.facts]),
            _by_id("link", [link for pack in packs for link in pack.links]),
        )

    def template(self, name: str) -> Template | None:
        """The template in use of that id."""
        return self.templates.get(name)

    def get(self, name: str) -> Template | None:
        """The template of that id, in use or retired."""
        return self.templates.get(name) or self.retired.get(name)

    def part(self, name: str) -> Part | None:
        """The greeting, closing or signature of that id."""
        return self.parts.get(name)

    def fact(self, name: str) -> Fact | None:
        """The fact of that id, also when its day is past."""
        return self.facts.get(name)

    def link(self, name: str) -> Link | None:
        """The link of that id."""
        return self.links.get(name)

    def signature(self, template: Template) -> Part | None:
        """The signature `template` asks for: by id, or the library's first."""
        if isinstance(template.signature, str):
            return self.part(template.signature)
        return next((part for part in self.parts.values() if part.role is Role.SIGNATURE and template.signature), None)

    def ending(self, today: date, within_days: int = 7) -> tuple[Ending, ...]:
        """What has its last day from today on within so many days, the soonest first."""
        last = today + timedelta(days=within_days)
        dated = [("template", t.id, t.until) for t in self.templates.values()]
        dated += [("fact", fact.id, fact.until) for fact in self.facts.values()]
        found = [Ending(kind, name, until) for kind, name, until in dated if until and today <= until <= last]
        return tuple(sorted(found, key=lambda ending: (ending.until, ending.kind, ending.id)))

    def search(self, query: str, language: str | None = None, limit: int = 20) -> Sequence[Template]:
        """The templates in use that `query` means, the likeliest first; all, in order, where it says nothing.

        Looked through are id, purpose, phrases and wordings, with the folds of `replies.text`; of equals, those that
        can answer in `language` come first. Some milliseconds of CPU at a thousand templates.
        """
        return [self.templates[name] for name in self._index.search(query, language, limit)]

    def conflicts(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Phrases that several templates in use hold, as the first spells them, with the ids of those templates."""
        owners: dict[str, dict[str, str]] = {}
        for template in self.templates.values():
            for phrase in template.phrases:
                if folded := normalise(phrase):
                    owners.setdefault(folded, {}).setdefault(template.id, phrase)
        return tuple((next(iter(ids.values())), tuple(ids)) for ids in owners.values() if len(ids) > 1)

    def warnings(self) -> tuple[Warned, ...]:
        """Wordings that hold Markdown, which the public would read as stars and brackets."""
        named = {f"template.{t.id}.{key}": text for t in self.templates.values() for key, text in t.wordings().items()}
        for part in self.parts.values():
            named |= keyed(f"part.{part.id}.bodies", part.bodies)
        found = {key: mark.group() for key, text in named.items() if (mark := _MARKDOWN.search(text))}
        return tuple(Warned(key, "markdown", {"mark": mark}) for key, mark in found.items())

    def check(self, noun: Template | Part) -> None:
        """Raises `BadTemplate` where it names a part, fact or link that is not there, or a part of another role."""
        if isinstance(noun, Template):
            self._check_parts(noun)
            wordings = noun.wordings()
        else:
            wordings = keyed("bodies", noun.bodies)
        for key, wording in wordings.items():
            self._check_names(wording, key)

    def _check_parts(self, template: Template) -> None:
        wanted = {"greeting": template.greeting, "closing": template.closing}
        if isinstance(template.signature, str):
            wanted["signature"] = template.signature
        for key, name in wanted.items():
            if name is None:
                continue
            if (part := self.parts.get(name)) is None:
                known = [part.id for part in self.parts.values() if part.role.value == key]
                raise BadTemplate("unknown_part", key, id=repr(name), known=_listed(known))
            if part.role.value != key:
                raise BadTemplate("wrong_role", key, id=repr(name), role=part.role.value, wanted=key)

    def _check_names(self, wording: str, key: str) -> None:
        if "facts." not in wording and "links." not in wording:
            return
        for name in sorted(check_template(wording)):
            table, _, entry = name.partition(".")
            known: Collection[str] = self.facts if table == "facts" else self.links
            if entry and entry not in known:
                code = "unknown_fact" if table == "facts" else "unknown_link"
                raise BadTemplate(code, key, id=repr(entry), known=_listed(known))

    @cached_property
    def _index(self) -> Index:
        return Index(self.templates.values())


def _by_id(kind: str, nouns: Iterable[Named]) -> dict[str, Named]:
    found: dict[str, Named] = {}
    for noun in nouns:
        if noun.id in found:
            raise BadTemplate("used_twice", f"{kind}.id", id=repr(noun.id))
        found[noun.id] = noun
    return found


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "-"
