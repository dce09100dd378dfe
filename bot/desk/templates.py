"""The team's templates while the desk runs: the packs' files with what was changed in Slack laid over them, and what
answers have taught. Every change is a row first; nothing here talks to a platform or to Slack.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.errors import CannotKeep, NotFound, StaleTemplate
from bot.store import answers, templates
from bot.store.engine import Store
from bot.store.knowledge import TemplateRow
from bot.store.templates import Usage
from replies import answers as earlier
from replies.errors import BadTemplate
from replies.exchange import Imported as Read
from replies.exchange import Refused, from_chatwoot, from_csv, from_pairs, to_csv
from replies.library import Library
from replies.packfile import write_pack
from replies.render import check_template
from replies.risk import personal
from replies.suggest import Suggester
from replies.templates import Pack, Template, document, from_document

log = structlog.get_logger(__name__)


class Recall(earlier.Recall, Protocol):
    """Finds earlier questions; takes in new ones and leaves out others at once."""

    def learn(self, number: int, text: str) -> None:
        """This question has an answer."""

    def forget(self, numbers: Sequence[int]) -> None:
        """These no longer have."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One template as the team sees it. `version`: 0 while it is only in a file; `examples`: comments it answered."""

    template: Template
    retired: bool
    version: int
    by: str | None
    at: datetime | None
    examples: int
    usage: Usage


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of an imported file: the ids stored, and the rows that were refused."""

    made: tuple[str, ...]
    refused: tuple[Refused, ...]


class Templates:
    """Open it before the first suggestion; `follow` brings it up to what the rows say."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        packs: Sequence[Pack],
        recall: Recall,
        suggester: Callable[[Library, earlier.Memory], Suggester],
        zone: ZoneInfo,
    ) -> None:
        """`suggester` makes one of a library and the memory of earlier answers; it fits its matcher: CPU work.

        `zone`: the team's, in which days begin and end.
        """
        self._store, self._clock, self._packs, self._recall, self.zone = store, clock, packs, recall, zone
        self._answers: dict[int, earlier.Answer] = {}
        self.library = Library.of(packs)
        self.suggester = suggester(self.library, earlier.Memory(recall, self, _personal))
        self._mark: tuple[int, ...] | None = None
        self._read: Library | None = None
        self._signs = False
        self._turn = asyncio.Lock()

    async def follow(self) -> bool:
        """Bring library, matcher and memory up to the rows; whether anything had changed. The work is a thread's."""
        async with self._turn:
            async with self._store.read() as session:
                mark = await templates.mark(session)
                if mark == self._mark:
                    return False
                rows = await templates.rows(session)
                taught = await templates.examples(session)
                answered = await answers.remembered(session)
            self.library = self._laid_over(rows)
            await asyncio.to_thread(self.suggester.replace, _taught(self.library, taught))
            await asyncio.to_thread(self._remember, answered)
            self._mark = mark
            return True

    @property
    def signs(self) -> bool:
        """Whether any wording names whoever answers: then suggestions depend on who that is."""
        library = self.library
        if library is not self._read:
            parts = (text for part in library.parts.values() for several in part.bodies.values() for text in several)
            bodies = (text for template in library.templates.values() for text in template.wordings().values())
            self._read, self._signs = library, any("manager" in check_template(text) for text in chain(parts, bodies))
        return self._signs

    async def entries(self, query: str = "", language: str | None = None, limit: int = 500) -> list[Entry]:
        """The templates `query` means (all of them, in order, where it is empty), the retired last."""
        library = self.library
        async with self._store.read() as session:
            rows = {row.id: row for row in await templates.rows(session)}
            taught = await templates.examples(session)
            usage = await templates.usage(session)
        found = await asyncio.to_thread(library.search, query, language, limit)
        retired = [] if query else list(library.retired.values())
        return [
            _entry(template, library, rows.get(template.id), len(taught.get(template.id, ())), usage)
            for template in (*found, *retired)[:limit]
        ]

    async def entry(self, name: str) -> Entry:
        """One template by id. Raises `NotFound`."""
        async with self._store.read() as session:
            rows = {row.id: row for row in await templates.rows(session)}
            taught = await templates.examples(session)
            usage = await templates.usage(session)
        if (template := self.library.get(name)) is None:
            raise NotFound(what=name)
        return _entry(template, self.library, rows.get(name), len(taught.get(name, ())), usage)

    async def save(self, content: Mapping[str, Any], who: str, seen: int | None) -> Template:
        """Store a template. `seen`: the version somebody changed, None for a new one.

        Raises `CannotKeep` with what is wrong, `StaleTemplate` where somebody else changed it meanwhile.
        """
        try:
            template = from_document(content)
            self.library.check(template)
        except BadTemplate as error:
            raise CannotKeep(where=error.key, code=error.code, **_told(error.params)) from error
        async with self._store.write() as unit:
            row = await templates.change(unit, template.id)
            if seen is None and (row is not None or self.library.get(template.id) is not None):
                raise CannotKeep(where="id", code="used_twice", id=template.id)
            if seen is not None and (row.version if row else 0) != seen:
                raise StaleTemplate(by=row.by if row else "?", id=template.id)
            await templates.put(unit, [self._row(template, row, who)])
        log.info("template_saved", template=template.id, who=who)
        await self.follow()
        return template

    async def retire(self, name: str, who: str, *, back: bool = False) -> None:
        """Take a template out of use, or `back` into it. Raises `NotFound`."""
        if (template := self.library.get(name)) is None:
            raise NotFound(what=name)
        async with self._store.write() as unit:
            row = await templates.change(unit, name)
            await templates.put(unit, [self._row(template, row, who, retired=not back)])
        log.info("template_back" if back else "template_retired", template=name, who=who)
        await self.follow()

    async def take_in(self, raw: bytes, name: str, who: str) -> Imported:
        """Store the templates of a file: CSV, Chatwoot's canned responses as JSON, or a sheet of two columns.

        Raises `CannotKeep` when the file cannot be read at all; rows that cannot be used are named, the others stored.
        """
        try:
            found = await asyncio.to_thread(_read, raw)
        except BadTemplate as error:
            raise CannotKeep(where=error.key or name, code=error.code, **_told(error.params)) from error
        made = [self._merged(template) for template in found.templates]
        async with self._store.write() as unit:
            rows = {row.id: row for row in await templates.rows(unit)}
            await templates.put(unit, [self._row(template, rows.get(template.id), who) for template in made])
        log.info("templates_imported", made=len(made), refused=len(found.refused), who=who)
        await self.follow()
        return Imported(tuple(template.id for template in made), found.refused)

    def written(self, form: str) -> bytes:
        """All templates in use as a file: `csv` for a sheet of their words, else a pack with everything in it."""
        library = self.library
        used = tuple(library.templates.values())
        if form == "csv":
            return to_csv(used).encode("utf-8-sig")  # Excel takes a sheet without the mark for Big5.
        whole = Pack(
            "exported",
            used,
            tuple(library.parts.values()),
            tuple(library.facts.values()),
            tuple(library.links.values()),
        )
        return write_pack(whole).encode()

    def _row(self, template: Template, row: TemplateRow | None, who: str, *, retired: bool = False) -> dict[str, Any]:
        return {
            "id": template.id,
            "document": document(template),
            "retired": retired,
            "version": (row.version if row is not None else 0) + 1,
            "by": who,
            "at": self._clock(),
        }

    def _merged(self, template: Template) -> Template:
        """A sheet holds words alone: conditions and all else of a template that is here already stay."""
        if (known := self.library.get(template.id)) is None:
            return template
        return replace(known, purpose=template.purpose, phrases=template.phrases, bodies=template.bodies)

    def _laid_over(self, rows: Sequence[TemplateRow]) -> Library:
        changed: dict[str, Template] = {}
        for row in rows:
            try:
                changed[row.id] = from_document(row.document)
            except BadTemplate:  # From another version: the rest must work all the same.
                log.exception("template_unreadable", template=row.id)
        return Library.of(self._packs, changed, [row.id for row in rows if row.retired])

    def _remember(self, answered: Sequence[tuple[int, str, str, str, str]]) -> None:
        known = {number: earlier.Answer(text, (name, called)) for number, _, text, name, called in answered}
        self._recall.forget([number for number in self._answers if number not in known])
        for number, question, *_ in reversed(answered):
            if number not in self._answers:
                self._recall.learn(number, question)
        self._answers = known

    def purpose(self, name: str) -> Mapping[str, str]:
        """What the template of this id is for, by staff language; empty when there is none."""
        template = self.library.get(name) if name else None
        return template.purpose if template is not None else {}

    def get(self, number: int, /) -> earlier.Answer | None:
        """An earlier answer by number: `replies.answers.Answers`."""
        return self._answers.get(number)


def _personal(text: str) -> bool:
    """Whether an answer holds what belongs to one person, and is nobody else's to read."""
    return bool(personal(text)) or earlier.looks_personal(text)


def _read(raw: bytes) -> Read:
    """By what it looks like: JSON, a sheet with a header we know, or two columns."""
    if raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return from_chatwoot(raw)
    try:
        return from_csv(raw)
    except BadTemplate as error:
        if error.code != "no_column":
            raise
    return from_pairs(raw)


def _taught(library: Library, examples: Mapping[str, Sequence[str]]) -> Library:
    """The library with the comments its templates have answered among their phrases."""
    taught = {
        name: replace(template, phrases=(*template.phrases, *examples[name])) if name in examples else template
        for name, template in library.templates.items()
    }
    return replace(library, templates=taught)


def _entry(
    template: Template, library: Library, row: TemplateRow | None, examples: int, usage: Mapping[str, Usage]
) -> Entry:
    version, by, at = (row.version, row.by, row.at) if row is not None else (0, None, None)
    used = usage.get(template.id, Usage())
    return Entry(template, template.id in library.retired, version, by, at, examples, used)


def _told(params: Mapping[str, object]) -> dict[str, str | int]:
    return {name: value if isinstance(value, int) else str(value) for name, value in params.items()}
