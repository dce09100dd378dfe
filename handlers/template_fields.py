"""Between a template's document and the fields of its window: what one shows and means, where an error belongs.
Pure; what no field shows, and what nobody changed, stays in the document as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from handlers.ui.text import is_member

Document = Mapping[str, Any]
Fields = Mapping[str, Any]
"""By field: a text, a list of options' values, or None for an empty one."""

NONE, USUAL = "-", "+"
"""Options that are no id: no part at all; the library's own signature."""

TEXTS = {
    "bodies_zh": ("bodies", "zh-TW"),
    "bodies_en": ("bodies", "en"),
    "short_zh": ("short", "zh-TW"),
    "short_en": ("short", "en"),
}
PURPOSES = {"purpose_zh": "zh-TW", "purpose_en": "en"}
PARTS = ("greeting", "closing", "signature")
SEVERAL = ("platforms", "kinds", "tones")
CLEAR = "clear"
"""Tick boxes for what Slack's pickers cannot be emptied of."""

_BETWEEN = "\n---\n"
_DASHES = re.compile(r"^[ \t]*-{3,}[ \t]*$", re.MULTILINE)
_COMMA = re.compile("[,，、;；\n]")


def shown(document: Document) -> dict[str, Any]:
    """What every field holds for this document."""
    when, purpose = document.get("when", {}), document.get("purpose", {})
    signature = document.get("signature", False)
    until, owner = document.get("until"), document.get("owner", "")
    return {
        "id": document.get("id", ""),
        **{name: purpose.get(language, "") for name, language in PURPOSES.items()},
        "phrases": "\n".join(document.get("phrases", ())),
        **{name: _BETWEEN.join(document.get(table, {}).get(language, ())) for name, (table, language) in TEXTS.items()},
        "greeting": document.get("greeting") or NONE,
        "closing": document.get("closing") or NONE,
        "signature": signature if isinstance(signature, str) else USUAL if signature else NONE,
        "risk": document.get("risk", "careful"),
        "until": str(until) if until else None,
        **{name: sorted(when.get(name, ())) for name in SEVERAL},
        "hours": when.get("hours", ""),
        "segments": ", ".join(when.get("segments", ())),
        "owner": owner if is_member(owner) else None,
    }


def merged(document: Document, typed: Fields) -> dict[str, Any]:
    """The document with what was changed in its fields. A field that says what it was drawn with changes nothing, so
    that a phrase with a line break in it, or an owner who is nobody in Slack, survives.
    """
    made: dict[str, Any] = {**document, "when": dict(document.get("when", {}))}
    was = shown(document)
    for name, put in _PUT.items():
        if name in typed and _same(typed[name]) != _same(was[name]):
            put(made, typed[name])
    for name in typed.get(CLEAR) or ():
        made.pop(name, None)
    return {key: value for key, value in made.items() if value not in (None, {}, [])}


def place(where: str) -> tuple[str, int | None]:
    """The field an error's dotted path belongs to ("" for none), and which entry of it: `bodies.en.2`."""
    parts = where.split(".")
    number = int(parts.pop()) if parts[-1].isdigit() else None
    match parts:
        case ["purpose" | "bodies" | "short" as table, *rest]:
            return f"{table}_{'en' if rest == ['en'] else 'zh'}", number
        case ["when", name]:
            return name, number if name != "hours" else None
        case ["platforms", _, language]:
            return f"bodies_{'en' if language == 'en' else 'zh'}", None
        case [name] if name in _PUT:
            return name, number
    return "", number


def _same(value: object) -> object:
    if isinstance(value, str):
        return "\n".join(line.rstrip() for line in value.strip().splitlines())
    return sorted(value) if isinstance(value, list) else value or ""


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _wordings(text: str | None) -> list[str]:
    return [wording.strip() for wording in _DASHES.split(text or "") if wording.strip()]


def _into(table: str, language: str, read: Callable[[str | None], object]) -> Callable[[dict[str, Any], Any], None]:
    def put(made: dict[str, Any], value: Any) -> None:
        held = {**made.get(table, {}), language: read(value)}
        made[table] = {key: each for key, each in held.items() if each}

    return put


def _when(name: str, read: Callable[[Any], object]) -> Callable[[dict[str, Any], Any], None]:
    def put(made: dict[str, Any], value: Any) -> None:
        made["when"] = {key: each for key, each in {**made["when"], name: read(value)}.items() if each}

    return put


def _plain(name: str, read: Callable[[Any], object]) -> Callable[[dict[str, Any], Any], None]:
    def put(made: dict[str, Any], value: Any) -> None:
        made[name] = read(value)

    return put


def _part(value: str | None) -> object:
    return None if value in (None, NONE) else True if value == USUAL else value


def _hours(value: str | None) -> str:
    """As people write them here: full-width digits, a wave for "to"."""
    return re.sub(r"\s*[-–—~～至到]\s*", "-", unicodedata.normalize("NFKC", value or "").strip())


_PUT: Mapping[str, Callable[[dict[str, Any], Any], None]] = {
    "id": _plain("id", lambda value: (value or "").strip()),
    **{name: _into("purpose", language, lambda value: (value or "").strip()) for name, language in PURPOSES.items()},
    "phrases": _plain("phrases", _lines),
    **{name: _into(table, language, _wordings) for name, (table, language) in TEXTS.items()},
    **{name: _plain(name, _part) for name in PARTS},
    "risk": _plain("risk", lambda value: value),
    "until": _plain("until", lambda value: value),
    **{name: _when(name, lambda value: list(value or ())) for name in SEVERAL},
    "hours": _when("hours", _hours),
    "segments": _when("segments", lambda value: [each.strip() for each in _COMMA.split(value or "") if each.strip()]),
    "owner": _plain("owner", lambda value: value),
}
