"""Reads the fields of a template's document (what a TOML or JSON file holds), one kind of value at a time.
Whatever is not exactly as it should be raises `BadTemplate` with its key; nothing is guessed or mended.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from replies.errors import BadTemplate
from replies.text import LANGUAGES, clean

_ID = re.compile(r"\w[\w-]{0,63}")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_ID_LENGTH = 64
_LETTERS = re.compile(r"\w")
_ENTRIES = 500  # in one list: more phrases than anybody writes for one answer
# Controls, and the marks that turn reading order round: no text of ours needs them, and they hide what is sent.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)


def table(value: object, key: str, keys: Collection[str]) -> Mapping[str, Any]:
    """A table that has no other keys than these."""
    if not isinstance(value, Mapping):
        raise BadTemplate("not_a_table", key)
    for name in value:
        if name not in keys:
            raise BadTemplate("unknown_key", f"{key}.{name}" if key else str(name), known=", ".join(keys))
    return value


def text(value: object, key: str, limit: int) -> str:
    """A text that is not blank, without controls and bidi marks, at most `limit` code points; outer space taken off."""
    if value is None:
        raise BadTemplate("missing", key)
    if not isinstance(value, str) or not (stripped := value.strip()):
        raise BadTemplate("not_text", key)
    if not _LETTERS.search(stripped) and not clean(stripped, 8):  # invisible characters alone
        raise BadTemplate("not_text", key)
    if len(stripped) > limit:
        raise BadTemplate("too_long", key, limit=f"{limit:,}")
    if found := _UNWANTED.search(stripped):
        raise BadTemplate("control", key, character=f"U+{ord(found.group()):04X}")
    return stripped


def texts(value: object, key: str, limit: int) -> tuple[str, ...]:
    """A list of at least one text."""
    if not isinstance(value, list | tuple) or not value:
        raise BadTemplate("no_texts", key)
    if len(value) > _ENTRIES:
        raise BadTemplate("too_many", key, limit=_ENTRIES)
    return tuple(text(entry, f"{key}.{number}", limit) for number, entry in enumerate(value, start=1))


def languages(value: object, key: str) -> Mapping[str, Any]:
    """A table by language, with at least one."""
    if value is None or value == {}:
        raise BadTemplate("no_language", key, languages=" / ".join(LANGUAGES))
    return table(value, key, LANGUAGES)


def identifier(value: object, key: str = "id") -> str:
    """The id of a template, part or pack: letters of any script, digits, "-" and "_"."""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadTemplate("bad_id", key, limit=_ID_LENGTH)
    return value


def name(value: object, key: str = "id") -> str:
    """The id of a fact or link: it stands behind a dot in a wording, where a "-" would be a minus."""
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise BadTemplate("bad_name", key)
    return value


def day(value: object, key: str) -> date | None:
    """A date, as TOML's own or as "2027-12-31"; None where it is left out."""
    if value is None:
        return None
    try:
        if isinstance(value, str):
            value = date.fromisoformat(value)
    except ValueError:
        pass
    if not isinstance(value, date) or isinstance(value, datetime) or value.year == date.max.year:
        raise BadTemplate("day", key)  # the last day of all has no end
    return value


def one_of(value: object, key: str, known: Collection[str]) -> str:
    """One of the known words."""
    if not isinstance(value, str) or value not in known:
        raise BadTemplate("one_of", key, expected=", ".join(known))
    return value
