"""Answers a team has agreed on, and the packs (TOML files) they are kept in.
A pack is checked whole when it is read: what is wrong is said with file, line, key and remedy; nothing is half loaded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from replies.render import BadTemplate, check_template

LANGUAGES = ("zh-TW", "en")
"""The languages every template is written in, for staff (`purpose`) and for the audience (`bodies`)."""

SHIPPED = Path(__file__).parent / "packs"

_KEYS = ("id", "purpose", "phrases", "bodies")


@dataclass(frozen=True, slots=True)
class Template:
    """One agreed answer: `purpose` by staff language, `phrases` people ask with, `bodies`: wordings by language."""

    id: str
    purpose: Mapping[str, str]
    phrases: tuple[str, ...]
    bodies: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Pack:
    """The templates of one file; their ids are unique."""

    id: str
    templates: tuple[Template, ...]


class BadPack(ValueError):
    """The pack cannot be used; the message names file, line (where it can be told), key and remedy."""

    def __init__(self, file: Path, key: str, problem: str, line: int | None = None) -> None:
        place = f"{file.name}:{line}" if line else file.name
        super().__init__(f"{place}: {key}: {problem}" if key else f"{place}: {problem}")
        self.file = file
        self.key = key
        self.line = line


def load_packs(directory: Path = SHIPPED) -> tuple[Pack, ...]:
    """Every `*.toml` of `directory`, by file name. Raises `BadPack`, also where two share an id of pack or template."""
    packs: list[Pack] = []
    owner: dict[str, str] = {}
    for path in sorted(directory.glob("*.toml")):
        pack = load_pack(path)
        for kind, name in [("pack", pack.id), *(("template", template.id) for template in pack.templates)]:
            if (other := owner.setdefault(f"{kind} {name}", path.name)) != path.name:
                raise BadPack(path, "id", f"{kind} {name!r} is in {other} too; rename one of them")
        packs.append(pack)
    return tuple(packs)


def load_pack(path: Path) -> Pack:
    """The pack in the file at `path`. Raises `BadPack` at the first thing that is wrong."""
    try:
        source = path.read_text(encoding="utf-8")
        document = tomllib.loads(source)
    except OSError as error:
        raise BadPack(path, "", f"cannot be read ({error.strerror}); check the path and its permissions") from error
    except UnicodeDecodeError as error:
        raise BadPack(path, "", "is not UTF-8; save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise BadPack(path, "", f"is not valid TOML: {error}; often a quote or comma is missing there") from error
    return _Reader(path, source).pack(document)


class _Reader:
    def __init__(self, path: Path, source: str) -> None:
        self._path = path
        self._lines = source.splitlines()
        self._index: int | None = None
        self._id = ""

    def pack(self, document: Mapping[str, Any]) -> Pack:
        self._only(document, ("pack", "template"), "")
        head = document.get("pack")
        if not isinstance(head, dict) or not isinstance(head.get("id"), str) or not head["id"].strip():
            self._fail("pack.id", 'is missing; begin the file with [pack] and id = "a-short-name"')
        entries = document.get("template")
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            self._fail("template", "is missing; write at least one [[template]] section")
        templates: dict[str, Template] = {}
        for self._index, entry in enumerate(entries):
            template = self._template(entry)
            if template.id in templates:
                self._fail("id", f"{template.id!r} is used twice; rename one of them")
            templates[template.id] = template
        return Pack(head["id"], tuple(templates.values()))

    def _template(self, entry: Mapping[str, Any]) -> Template:
        name = entry.get("id")
        self._id = name if isinstance(name, str) else ""
        if not self._id.strip():
            self._fail("id", 'is missing; write id = "a-short-name"')
        self._only(entry, _KEYS, "")
        phrases = self._texts("phrases", entry.get("phrases"))
        purpose, bodies = (self._by_language(key, entry.get(key)) for key in ("purpose", "bodies"))
        for language, text in purpose.items():
            if not isinstance(text, str) or not text.strip():
                self._fail(f"purpose.{language}", "must be a text; say in a few words what the answer is for")
        wordings = {language: self._texts(f"bodies.{language}", texts) for language, texts in bodies.items()}
        for language, texts in wordings.items():
            for number, text in enumerate(texts, start=1):
                try:
                    check_template(text)
                except BadTemplate as error:
                    self._fail(f"bodies.{language}", f"wording {number}: {error}")
        return Template(self._id, purpose, phrases, wordings)

    def _by_language(self, key: str, value: object) -> dict[str, Any]:
        if not isinstance(value, dict):
            self._fail(key, f"is missing; write it for {' and '.join(LANGUAGES)}")
        self._only(value, LANGUAGES, f"{key}.")
        for language in LANGUAGES:
            if language not in value:
                self._fail(f"{key}.{language}", "is missing; every template is written in both languages")
        return value

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not value:
            self._fail(key, 'must be a list of texts with at least one, like ["…", "…"]')
        for number, text in enumerate(value, start=1):
            if not isinstance(text, str) or not text.strip():
                self._fail(key, f"entry {number} is not a text; remove it or put it in quotes")
        return tuple(text.strip() for text in value)

    def _only(self, table: Mapping[str, Any], keys: tuple[str, ...], prefix: str) -> None:
        for key in table:
            if key not in keys:
                self._fail(f"{prefix}{key}", f"is not known here; there are: {', '.join(keys)}")

    def _fail(self, key: str, problem: str) -> NoReturn:
        raise BadPack(self._path, f"template {self._id!r}: {key}" if self._id else key, problem, self._line(key))

    def _line(self, key: str) -> int | None:
        """Where the key stands, else its section; tomllib keeps no positions, so the text is looked through."""
        if self._index is None:
            return None
        heads = [at for at, line in enumerate(self._lines) if line.split("#")[0].strip() == "[[template]]"]
        if self._index >= len(heads):  # an inline array of templates: no section to point at
            return None
        start, end = heads[self._index], (*heads, len(self._lines))[self._index + 1]
        top, _, rest = key.partition(".")
        section, inside = start, False
        for at in range(start, end):
            name = self._lines[at].split("=")[0].strip()
            if name in (key, top) or (inside and name == rest):
                return at + 1
            if name.startswith("["):
                inside = name == f"[template.{top}]"
                section = at if inside else section
        return section + 1
