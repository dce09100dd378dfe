"""What a template's wordings look like to a reader, before anybody real reads them: the reader here is invented.
It never asks whether a template may be used now; hours, tones and last days say nothing about its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from replies.advice import NotOffered, Question, Reason
from replies.library import Library
from replies.templates import ALWAYS, Template
from replies.wording import worded

READERS: Mapping[str, tuple[str, str, str]] = {
    "zh-TW": ("小美", "品妤", "秋季新品上市"),
    "en": ("Alex", "Emma", "Our autumn menu"),
}
"""By language: a reader, who answers, and the post."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One wording, by its key (`bodies.en.2`), as a text; or the reason why there is none."""

    wording: str
    text: str
    reason: Reason | None = None


def samples(template: Template, library: Library, brand: str, at: datetime) -> list[Sample]:
    """Every wording with greeting, closing and signature around it. `at`: now, on the team's wall."""
    found = []
    for key, text in template.wordings().items():
        language = key.split(".")[-2]
        name, manager, post = READERS[language]
        only = replace(template, bodies={language: (text,)}, short={}, platforms={}, when=ALWAYS, until=None)
        asked = Question(
            "",
            0,
            name=name,
            brand=brand or "…",
            manager=manager,
            post=post,
            platform=key.split(".")[1] if key.startswith("platforms.") else "telegram",
            language=language,
            at=at,
            returning=True,
            last_topic=post,
        )
        try:
            found.append(Sample(key, worded(only, language, library, asked).text))
        except NotOffered as missing:
            found.append(Sample(key, "", missing.reason))
    return found
