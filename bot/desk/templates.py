"""The team's templates while the desk runs: the packs' files with what was changed in Slack laid over them, and what
answers have taught. Every change is a row first; nothing here talks to a platform or to Slack.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.clock import Clock
from bot.desk.entries import Entry, entries, listed
from bot.desk.samples import Sample, samples
from bot.errors import CannotKeep, NotFound, StaleTemplate
from bot.store import answers, templates
from bot.store.answers import Remembered
from bot.store.engine import Store, Unit
from bot.store.knowledge import TemplateRow
from bot.store.templates import Mark, Taught
from replies import answers as earlier
from replies.errors import BadTemplate
from replies.exchange import Refused, read, to_csv
from replies.library import Library
from replies.packfile import write_pack
from replies.render import check_template
from replies.risk import personal
from replies.suggest import Suggester
from replies.templates import Pack, Part, Template, document, from_document

log = structlog.get_logger(__name__)


class Recall(earlier.Recall, Protocol):
    """Finds earlier questions; takes in new ones and leaves out others at once."""

    def learn(self, number: int, text: str) -> None:
        """This question has an answer."""

    def forget(self, numbers: Sequence[int]) -> None:
        """These no longer have."""


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
        brand: str = "",
    ) -> None:
        """`suggester` makes one of a library and the memory of earlier answers; it fits its matcher: CPU work.

        `zone`: the team's, in which days begin and end; `brand`: as samples call it.
        """
        self._brand = brand
        self._pack = {template.id: pack.id for pack in packs for template in pack.templates}
        self._store, self._clock, self._packs, self._recall, self.zone = store, clock, packs, recall, zone
        self._answers: dict[int, earlier.Answer] = {}
        self.library = Library.of(packs)
        self.suggester = suggester(self.library, earlier.Memory(recall, self, _personal))
        self._examples: dict[int, Taught] = {}
        self._mark: Mark | None = None
        self._inexact = False
        self._parsed: dict[str, tuple[int, Template]] = {}
        self._turn = asyncio.Lock()

    async def follow(self) -> bool:
        """Bring library, matcher and memory up to the rows; whether anything had changed. The work is a thread's."""
        async with self._turn:
            async with self._store.read() as session:
                mark = await templates.mark(session)
                if mark == self._mark:
                    return False
                rows = await templates.rows(session)
                present, fresh = await templates.examples(session, self._examples)
                answered = await answers.remembered(session)
            self.library = self._laid_over(rows)
            held = self._examples | fresh
            self._examples = {number: held[number] for number in sorted(present)}
            await asyncio.to_thread(self.suggester.replace, _taught(self.library, self._examples.values()))
            await asyncio.to_thread(self._remember, answered)
            self._mark = mark
            self._inexact = True
            return True

    async def refit(self) -> None:
        """Learn everything anew where something was learned since; questions are answered meanwhile."""
        async with self._turn:
            if self._inexact:
                await asyncio.to_thread(self.suggester.refit)
                self._inexact = False

    def signs(self, names: Iterable[str]) -> bool:
        """Whether any of these templates names whoever answers: then its text depends on who that is."""
        library = self.library
        for template in filter(None, map(library.get, names)):
            parts = [library.part(name) for name in (template.greeting, template.closing) if name]
            around = [text for part in (*parts, library.signature(template)) if part for text in _sayings(part)]
            if any("manager" in check_template(text) for text in (*template.wordings().values(), *around)):
                return True
        return False

    async def entries(
        self, query: str = "", language: str | None = None, *, start: int = 0, count: int = 12
    ) -> tuple[int, list[Entry]]:
        """How many templates `query` means (all of them where it is empty), and `count` from `start` on.

        The likeliest first, else in the library's order; the retired last.
        """
        found = await asyncio.to_thread(listed, self.library, query, language)
        return len(found), await self._entries(found[start : start + count])

    async def entry(self, name: str) -> Entry:
        """One template by id. Raises `NotFound`."""
        if (template := self.library.get(name)) is None:
            raise NotFound(what=name)
        return (await self._entries([template]))[0]

    async def _entries(self, found: Sequence[Template]) -> list[Entry]:
        names = [template.id for template in found]
        async with self._store.read() as session:
            rows = {row.id: row for row in await templates.rows(session, names)}
            usage = await templates.usage(session, names)
        told = {name: (row.version, row.by, row.at) for name, row in rows.items()}
        taught = Counter(each.template_id for each in self._examples.values())
        return entries(found, self.library, self._pack, told, taught, usage)

    def checked(self, content: Mapping[str, Any]) -> Template:
        """The template a document describes, if the library can have it. Raises `CannotKeep` with what is wrong."""
        try:
            template = from_document(content)
            self.library.check(template)
        except BadTemplate as error:
            raise CannotKeep(where=error.key, code=error.code, **_told(error.params)) from error
        return template

    def samples(self, content: Mapping[str, Any]) -> list[Sample]:
        """Every wording of a document as an invented reader would see it. Raises `CannotKeep` as `save` does."""
        return samples(self.checked(content), self.library, self._brand, self._clock().astimezone(self.zone))

    async def save(self, content: Mapping[str, Any], who: str, seen: int | None) -> Template:
        """Store a template. `seen`: the version somebody changed, None for a new one. A retired one stays retired.

        Raises `CannotKeep` with what is wrong, `StaleTemplate` where somebody else changed it meanwhile.
        """
        template = self.checked(content)
        async with self._store.write() as unit:
            await self.put(unit, template, who, seen)
        await self.follow()
        return template

    async def put(self, unit: Unit, template: Template, who: str, seen: int | None) -> None:
        """`save` within a transaction; `follow` is for its end."""
        row = await templates.change(unit, template.id)
        if seen is None and (row is not None or self.library.get(template.id) is not None):
            raise CannotKeep(where="id", code="used_twice", id=template.id)
        if seen is not None and (row.version if row else 0) != seen:
            raise StaleTemplate(by=row.by if row else "?", id=template.id)
        made = self._row(template, row, who, retired=row is not None and row.retired)
        if row is not None:
            await templates.put(unit, [made])
        elif not await templates.add(unit, made):
            if seen is None:
                raise CannotKeep(where="id", code="used_twice", id=template.id)
            first = await templates.change(unit, template.id)
            raise StaleTemplate(by=first.by if first else "?", id=template.id)
        log.info("template_saved", template=template.id, who=who)

    async def retire(self, name: str, who: str, *, back: bool = False) -> None:
        """Take a template out of use, or `back` into it. Raises `NotFound`."""
        async with self._store.write() as unit:
            await self.put_away(unit, name, who, back=back)
        await self.follow()

    async def put_away(self, unit: Unit, name: str, who: str, *, back: bool = False) -> None:
        """`retire` within a transaction; `follow` is for its end."""
        if (template := self.library.get(name)) is None:
            raise NotFound(what=name)
        row = await templates.change(unit, name)
        if row is not None:  # Newer than the library, where somebody saved it a moment ago.
            template = from_document(row.document)
        await templates.put(unit, [self._row(template, row, who, retired=not back)])
        log.info("template_back" if back else "template_retired", template=name, who=who)

    async def take_in(self, raw: bytes, name: str, who: str) -> Imported:
        """Store the templates of a file: CSV, Chatwoot's canned responses as JSON, or a sheet of two columns.

        Raises `CannotKeep` when the file cannot be read at all; rows that cannot be used are named, the others stored.
        """
        try:
            found = await asyncio.to_thread(read, raw)
        except BadTemplate as error:
            raise CannotKeep(where=error.key or name, code=error.code, **_told(error.params)) from error
        made, refused = self._fitting(map(self._merged, found.templates))
        refused = (*found.refused, *refused)
        async with self._store.write() as unit:
            rows = {row.id: row for row in await templates.rows(unit)}
            await templates.put(unit, [self._row(template, rows.get(template.id), who) for template in made])
        log.info("templates_imported", made=len(made), refused=len(refused), who=who)
        await self.follow()
        return Imported(tuple(template.id for template in made), refused)

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

    def _fitting(self, read: Iterable[Template]) -> tuple[list[Template], tuple[Refused, ...]]:
        """Those the library can have; the others by id, since their rows are no longer known."""
        made, refused = [], []
        for template in read:
            try:
                self.library.check(template)
            except BadTemplate as error:
                refused.append(Refused(0, template.id, error.code, error.params))
            else:
                made.append(template)
        return made, tuple(refused)

    def _laid_over(self, rows: Sequence[TemplateRow]) -> Library:
        changed: dict[str, Template] = {}
        for row in rows:
            version, template = self._parsed.get(row.id, (0, None))
            if version == row.version and template is not None:
                changed[row.id] = template
                continue
            try:
                changed[row.id] = from_document(row.document)
            except BadTemplate:  # From another version: the rest must work all the same.
                log.exception("template_unreadable", template=row.id)
        self._parsed = {row.id: (row.version, changed[row.id]) for row in rows if row.id in changed}
        return Library.of(self._packs, changed, [row.id for row in rows if row.retired])

    def _remember(self, found: Sequence[Remembered]) -> None:
        known = {each.number: earlier.Answer(each.text, each.names, each.until) for each in found}
        self._recall.forget([number for number in self._answers if number not in known])
        for each in reversed(found):
            if each.number not in self._answers:
                self._recall.learn(each.number, each.question)
        self._answers = known

    def purpose(self, name: str) -> Mapping[str, str]:
        """What the template of this id is for, by staff language; empty when there is none."""
        template = self.library.get(name) if name else None
        return template.purpose if template is not None else {}

    def get(self, number: int, /) -> earlier.Answer | None:
        """An earlier answer by number: `replies.answers.Answers`."""
        return self._answers.get(number)


def _sayings(part: Part) -> list[str]:
    return [text for several in part.bodies.values() for text in several]


def _personal(text: str) -> bool:
    """Whether an answer holds what belongs to one person, and is nobody else's to read."""
    return bool(personal(text)) or earlier.looks_personal(text)


def _taught(library: Library, examples: Iterable[Taught]) -> Library:
    """The library with the comments its templates have answered among their phrases."""
    answered: dict[str, list[str]] = {}
    for each in examples:
        answered.setdefault(each.template_id, []).append(each.text)
    taught = {
        name: replace(template, phrases=(*template.phrases, *answered[name])) if name in answered else template
        for name, template in library.templates.items()
    }
    return replace(library, templates=taught)


def _told(params: Mapping[str, object]) -> dict[str, str | int]:
    return {name: value if isinstance(value, int) else str(value) for name, value in params.items()}
