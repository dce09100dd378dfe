"""The templates as a list to look through: which of them somebody means, and how each has done.
It reads and counts, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.templates import Usage
from replies.library import Library
from replies.templates import Template


@dataclass(frozen=True, slots=True)
class Entry:
    """One template as the team sees it. `version`: 0 while it is only in a file; `examples`: comments it answered;
    `pack`: the file's, empty for one made in Slack.
    """

    template: Template
    retired: bool
    version: int
    by: str | None
    at: datetime | None
    examples: int
    usage: Usage
    pack: str


def listed(library: Library, query: str, language: str | None) -> list[Template]:
    """The templates `query` means, the likeliest first; all, in the library's order, where it is empty.

    The retired come last. CPU work: some milliseconds at a thousand templates.
    """
    if not query.strip():
        return [*library.templates.values(), *library.retired.values()]
    away = Library(templates=library.retired)
    return [
        *library.search(query, language, len(library.templates)),
        *away.search(query, language, len(away.templates)),
    ]


def entries(
    found: Sequence[Template],
    library: Library,
    packs: Mapping[str, str],
    changed: Mapping[str, tuple[int, str, datetime]],
    taught: Mapping[str, int],
    usage: Mapping[str, Usage],
) -> list[Entry]:
    """What is known of each, all by the template's id. `packs`: which pack holds it; `changed`: the version stored, by
    whom and when; `taught`: how many comments it learns from.
    """
    made = []
    for template in found:
        name, retired = template.id, template.id in library.retired
        version, by, at = changed.get(name, (0, None, None))
        examples, used = taught.get(name, 0), usage.get(name, Usage())
        made.append(Entry(template, retired, version, by, at, examples, used, packs.get(name, "")))
    return made
