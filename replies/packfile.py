"""Packs as TOML files: read with the line of whatever is wrong, and written so that a person likes to go on in them.
A pack is checked whole when it is read; nothing is half loaded.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from replies import fields
from replies.errors import BadPack, BadTemplate
from replies.library import Library
from replies.links import from_table as read_link
from replies.templates import Fact, Link, Pack, Part, Role, Template, document, from_document, wordings

SHIPPED = Path(__file__).parent / "packs"

_BIGGEST = 8_000_000  # bytes; ten thousand templates are about five million
_FACT = 500  # characters: a fact is part of a sentence, and a wording may name twenty
_SECTIONS = {"template": "templates", "part": "parts", "fact": "facts", "link": "links"}
_WIDTH = 110  # columns of a written list of phrases

Noun = TypeVar("Noun", Template, Part, Fact, Link)


def load_packs(directory: Path = SHIPPED) -> tuple[Pack, ...]:
    """Every `*.toml` of `directory`, by file name.

    Raises `BadPack`, also where two share an id or a template names a part, fact or link that no pack has.
    """
    files = {path: _read(path) for path in sorted(directory.glob("*.toml"))}
    owner: dict[str, Path] = {}
    for path, file in files.items():
        ids = [("pack", None, file.pack.id), *file.ids()]
        for kind, index, name in ids:
            if (other := owner.setdefault(f"{kind} {name}", path)) is not path:
                raise file.bad(BadTemplate("also_in", "id", id=repr(name), file=other.name), kind, index)
    library = Library.of([file.pack for file in files.values()])
    for file in files.values():
        naming: dict[str, Sequence[Template | Part]] = {"part": file.pack.parts, "template": file.pack.templates}
        for section, nouns in naming.items():
            for index, noun in enumerate(nouns):
                try:
                    library.check(noun)
                except BadTemplate as error:
                    raise file.bad(error, section, index) from None
    return tuple(file.pack for file in files.values())


def load_pack(path: Path) -> Pack:
    """The pack in the file at `path`. Raises `BadPack` at the first thing that is wrong within it."""
    return _read(path).pack


def _read(path: Path) -> _File:
    try:
        with path.open("rb") as file:
            raw = file.read(_BIGGEST + 1)
        if len(raw) > _BIGGEST:
            raise BadTemplate("too_big", limit=_BIGGEST // 1_000_000)
        source = raw.decode("utf-8-sig").replace("\r\n", "\n")
        return _File(path, source, tomllib.loads(source))
    except BadPack:
        raise
    except BadTemplate as error:
        raise BadPack(path, error) from None
    except OSError as error:
        raise BadPack(path, BadTemplate("unreadable", said=error.strerror)) from error
    except UnicodeDecodeError as error:
        raise BadPack(path, BadTemplate("not_utf8")) from error
    except ValueError as error:  # TOMLDecodeError, and a number with more digits than Python reads
        raise BadPack(path, BadTemplate("not_toml", said=error)) from error
    except RecursionError as error:
        raise BadPack(path, BadTemplate("nested")) from error


class _File:
    """One file's pack, and where in it things stand."""

    def __init__(self, path: Path, source: str, content: Mapping[str, Any]) -> None:
        self._path, self._lines = path, source.splitlines()
        try:
            fields.table(content, "", ("pack", *_SECTIONS))
            head = content.get("pack")
            if not isinstance(head, dict) or "id" not in head:
                raise BadTemplate("no_pack", "pack.id")
            fields.table(head, "pack", ("id",))
            name = fields.identifier(head["id"], "pack.id")
            for section in _SECTIONS:
                entries = content.get(section, [])
                if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
                    raise BadTemplate("not_a_table", section)
            if not any(content.get(section) for section in _SECTIONS):
                raise BadTemplate("no_templates", "template")
        except BadTemplate as error:
            raise BadPack(path, error) from None
        self._content = content
        self.pack = Pack(
            name,
            self._all("template", from_document),
            self._all("part", _part),
            self._all("fact", _fact),
            self._all("link", read_link),
        )

    def ids(self) -> Iterator[tuple[str, int, str]]:
        """Section, place in it and id of everything the pack holds."""
        for section, attribute in _SECTIONS.items():
            for index, noun in enumerate(getattr(self.pack, attribute)):
                yield section, index, noun.id

    def bad(self, error: BadTemplate, section: str, index: int | None) -> BadPack:
        """The error with file and line."""
        if index is None:
            return BadPack(self._path, error)
        name = self._content[section][index].get("id")
        return BadPack(
            self._path,
            error,
            f"{section} {name!r}" if isinstance(name, str) and name else "",
            self._line(section, index, error.key),
        )

    def _all(self, section: str, read: Callable[[Mapping[str, Any]], Noun]) -> tuple[Noun, ...]:
        found: dict[str, Noun] = {}
        for index, entry in enumerate(self._content.get(section, [])):
            try:
                noun = read(entry)
                if noun.id in found:
                    raise BadTemplate("used_twice", "id", id=repr(noun.id))
            except BadTemplate as error:
                raise self.bad(error, section, index) from None
            found[noun.id] = noun
        return tuple(found.values())

    def _line(self, section: str, index: int, key: str) -> int | None:
        """Where the key stands, else its section; tomllib keeps no positions, so the text is looked through."""
        names = [f"[[{section}]]" for section in _SECTIONS]
        heads = [at for at, line in enumerate(self._lines) if line.split("#")[0].strip() in names]
        own = [at for at in heads if self._lines[at].split("#")[0].strip() == f"[[{section}]]"]
        if index >= len(own):  # an inline array of tables: no section to point at
            return None
        start = own[index]
        end = next((at for at in heads if at > start), len(self._lines))
        path = key.split(".")
        here, best, depth = section, start, 0  # the table we are in, the line found so far and how much of `path` it is
        for at in range(start + 1, end):
            line = self._lines[at].strip()
            if line.startswith("[") and not line.startswith("[["):
                here = line.strip("[] ")
            name = f"{here}.{line.split('=')[0].strip()}" if "=" in line else here
            found = name.removeprefix(f"{section}.").split(".")
            if found == path[: len(found)] and len(found) > depth:
                best, depth = at, len(found)
        return best + 1


def _part(entry: Mapping[str, Any]) -> Part:
    fields.table(entry, "", ("id", "role", "bodies"))
    role = Role(fields.one_of(entry.get("role"), "role", tuple(Role)))
    return Part(fields.identifier(entry.get("id")), role, wordings(entry.get("bodies"), "bodies"))


def _fact(entry: Mapping[str, Any]) -> Fact:
    fields.table(entry, "", ("id", "until", "texts"))
    name, given = fields.name(entry.get("id")), fields.languages(entry.get("texts"), "texts")
    texts = {language: fields.text(text, f"texts.{language}", _FACT) for language, text in given.items()}
    for language, text in texts.items():
        if any(mark in text for mark in ("{{", "{%", "{#")):
            raise BadTemplate("fact_variable", f"texts.{language}")
    return Fact(name, fields.day(entry.get("until"), "until"), texts)


def write_pack(pack: Pack) -> str:
    """The pack as TOML, the same every time; `load_pack` reads an equal one from it."""
    out = ["[pack]", f"id = {_quoted(pack.id)}"]
    for part in pack.parts:
        out += ["", "[[part]]", f"id = {_quoted(part.id)}", f"role = {_quoted(part.role)}"]
        out += _table("part.bodies", part.bodies)
    for fact in pack.facts:
        out += ["", "[[fact]]", f"id = {_quoted(fact.id)}"]
        out += [f"until = {fact.until.isoformat()}"] if fact.until is not None else []
        out += [f"texts = {_inline(fact.texts)}"]
    for link in pack.links:
        out += ["", "[[link]]", f"id = {_quoted(link.id)}", f"url = {_quoted(link.url)}"]
        out += [f"tracking = {_inline(link.tracking)}"] if link.tracking else []
    for template in pack.templates:
        out += ["", "[[template]]", *_template(document(template), template.until)]
    return "\n".join(out) + "\n"


def _template(content: Mapping[str, Any], until: date | None) -> Iterator[str]:
    for key, value in content.items():
        if key == "until" and until is not None:
            yield f"until = {until.isoformat()}"
        elif key == "purpose":
            yield f"{key} = {_inline(value)}"
        elif key == "phrases":
            yield from _list(key, value)
        elif isinstance(value, bool):
            yield f"{key} = {str(value).lower()}"
        elif isinstance(value, str):
            yield f"{key} = {_quoted(value)}"
    for key in ("when", "bodies", "short"):  # tables stand last: what follows one would belong to it
        if key in content:
            yield from _table(f"template.{key}", content[key])
    for platform, texts in content.get("platforms", {}).items():
        yield from _table(f"template.platforms.{_key(platform)}", texts)


def _table(name: str, content: Mapping[str, Any]) -> Iterator[str]:
    yield from ("", f"[{name}]")
    for key, value in content.items():
        if isinstance(value, str):
            yield f"{_key(key)} = {_quoted(value)}"
        else:
            yield from _list(key, value)


def _list(key: str, texts: Sequence[str]) -> Iterator[str]:
    """On one line where it is short; a list of phrases fills its lines, a list of wordings has one on each."""
    one = f"{_key(key)} = [{', '.join(map(_quoted, texts))}]"
    if len(one) <= _WIDTH:
        yield one
        return
    yield f"{_key(key)} = ["
    line = ""
    for text in map(_quoted, texts):
        if line and len(line) + len(text) > _WIDTH:
            yield f" {line}"
            line = ""
        line += f" {text},"
    yield f" {line}"
    yield "]"


def _inline(texts: Mapping[str, str]) -> str:
    return "{ " + ", ".join(f"{_key(key)} = {_quoted(text)}" for key, text in texts.items()) + " }"


def _key(key: str) -> str:
    return key if key.replace("-", "").replace("_", "").isalnum() and key.isascii() else _quoted(key)


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, all but the delete character's."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
