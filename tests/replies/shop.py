"""A small library and a matcher that always finds the same, for tests of what is suggested.
They decide nothing themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from replies.library import Library
from replies.matcher import Match, Phrase
from replies.suggest import Suggester
from replies.templates import Fact, Link, Pack, Part, Template


def template(name: str, zh: Sequence[str] = (), en: Sequence[str] = (), **more: Any) -> Template:
    """A template of these wordings; `more` as `Template` has it."""
    bodies = {language: tuple(texts) for language, texts in (("zh-TW", zh), ("en", en)) if texts}
    return Template(name, {"en": name, "zh-TW": name}, (f"about {name}",), bodies, **more)


class Fixed:
    """A matcher that always finds the same, and remembers what it was taught."""

    def __init__(self, *found: str) -> None:
        self.found = found
        self.learned: list[Phrase] = []

    def fit(self, examples: Sequence[Phrase]) -> None:
        self.learned = list(examples)

    def rank(self, text: str, k: int) -> list[Match]:
        return [Match(name, 0.9 - place / 20, ("word",)) for place, name in enumerate(self.found)][:k]


class Taught(Fixed):
    """One that also learns and forgets, and keeps a list of what it was told."""

    def __init__(self, *found: str) -> None:
        super().__init__(*found)
        self.told: list[tuple[str, object]] = []

    def fit(self, examples: Sequence[Phrase]) -> None:
        super().fit(examples)
        self.told = [("fit", len(examples))]

    def learn(self, examples: Sequence[Phrase]) -> None:
        self.told.append(("learn", [(phrase.template_id, phrase.text) for phrase in examples]))

    def forget(self, template_ids: Collection[str]) -> None:
        self.told.append(("forget", sorted(template_ids)))


def fixed(
    *templates: Template, parts: Sequence[Part] = (), facts: Sequence[Fact] = (), links: Sequence[Link] = ()
) -> Suggester:
    """A suggester to which every comment is about these templates, in this order."""
    pack = Pack("test", templates, tuple(parts), tuple(facts), tuple(links))
    return Suggester(Library.of([pack]), Fixed(*(t.id for t in templates)))
