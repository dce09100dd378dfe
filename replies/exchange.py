"""Templates from and to what other people keep theirs in: CSV sheets, questions beside answers, Chatwoot's canned
responses. A row that cannot be used is refused by number and reason; the others are taken, and nothing is guessed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from replies.encoding import decoded
from replies.errors import BadTemplate
from replies.templates import PHRASE, PURPOSE, Template, from_document
from replies.text import LANGUAGES, graphemes, language

_ROWS = 20_000
_SEPARATORS = "\t;,"
_COLUMNS = {
    "id": ("id", "編號", "代號"),
    "purpose": ("purpose", "purpose zh-tw", "title", "用途", "標題", "名稱"),
    "purpose en": ("purpose en", "title en", "用途 en", "英文用途"),
    "phrases": ("phrases", "phrase", "question", "questions", "問法", "問題", "關鍵字"),
    "zh-TW": ("zh-tw", "zh", "中文", "中文回覆", "回覆", "答案"),
    "en": ("en", "english", "英文", "英文回覆"),
}
"""What a header cell may say, small letters; a number behind it ("zh-TW 2") makes it a further column of the same."""

_ANSWERS = ("answer", "answers", "reply", "答案", "回覆", "回答")

# Chatwoot's canned-response variables that we have too (chatwoot.com/docs, "Dynamic variables").
_CHATWOOT = {
    "contact.name": "name",
    "contact.first_name": "name",
    "agent.name": "manager",
    "agent.first_name": "manager",
}
_LIQUID = re.compile(r"\{\{-?\s*([a-z_]+\.[a-z_]+)\s*-?\}\}")
_ESCAPED = re.compile(r"\\([\\|])")
_BETWEEN_BARS = re.compile(r"(?:\\[\\|]|[^|])+")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula (OWASP, "CSV Injection")
_UNSAID = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that was not taken: its number (from 1, as the file counts), the key, code and params of the reason."""

    row: int
    key: str
    code: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file gave."""

    templates: tuple[Template, ...]
    refused: tuple[Refused, ...]


def read(data: bytes) -> Imported:
    """Templates by what the file looks like: JSON, a sheet with a header we know, or two columns. Raises `BadTemplate`
    for what is none of them.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        return from_chatwoot(data)
    try:
        return from_csv(data)
    except BadTemplate as error:
        if error.code != "no_column":
            raise
    return from_pairs(data)


def from_csv(data: bytes) -> Imported:
    """Templates from a sheet with a header: purpose, phrases, zh-TW, en and, if there, id.

    Commas, semicolons or tabs; several phrases in one cell stand between "|", or in columns of the same name; so do
    several wordings in columns. Raises `BadTemplate` for what is no such sheet.
    """
    rows = _rows(decoded(data))
    if not rows:
        raise BadTemplate("no_rows")
    columns = [_column(cell) for cell in rows[0][1]]
    for name in ("purpose", "phrases"):
        if name not in columns:
            raise BadTemplate("no_column", name)
    if not set(LANGUAGES) & set(columns):
        raise BadTemplate("no_column", " / ".join(LANGUAGES))
    gathered = _Gathered()
    for number, cells in rows[1:]:
        held: dict[str, list[str]] = {}
        for name, cell in zip(columns, cells, strict=False):
            if name and (value := _bare(cell)):
                held.setdefault(name, []).append(value)
        purpose = (held.get("purpose") or [""])[0]
        gathered.add(
            number,
            {
                "id": (held.get("id") or [""])[0] or _id(purpose, number),
                "purpose": {"zh-TW": purpose, "en": (held.get("purpose en") or [purpose])[0]} if purpose else None,
                "phrases": [phrase for cell in held.get("phrases", []) for phrase in _split(cell)],
                "bodies": {name: held[name] for name in LANGUAGES if name in held},
            },
        )
    return gathered.imported()


def from_pairs(data: bytes) -> Imported:
    """Templates from two columns without a header: how people ask, and the answer.

    Rows with the same answer become one template. The answer's script tells its language; an answer in a language that
    is not answered in is refused. Raises `BadTemplate` for what has no two columns.
    """
    rows = _rows(decoded(data))
    if not rows or all(len(cells) < 2 for _, cells in rows):
        raise BadTemplate("columns" if rows else "no_rows")
    asked: dict[str, tuple[int, list[str]]] = {}
    gathered = _Gathered()
    for number, cells in rows[1:] if _is_header(rows[0][1]) else rows:
        question, answer = (_bare(cell) for cell in (*cells, "", "")[:2])
        if not question or not answer:
            gathered.refuse(number, BadTemplate("missing", "question" if not question else "answer"))
        else:
            asked.setdefault(answer, (number, []))[1].append(question)
    for answer, (number, questions) in asked.items():
        gathered.answer(number, questions[0], questions, answer)
    return gathered.imported()


def from_chatwoot(data: bytes) -> Imported:
    """Templates from Chatwoot's canned responses: a list, or one under "payload", of `short_code` and `content`.

    The short code is purpose and phrase: people's own phrases have to be added after. Rows are counted from 1 within
    the list. Contact's and agent's names become ours; a response with any other variable is refused.
    """
    try:
        content = json.loads(decoded(data))
    except ValueError as error:  # JSONDecodeError, and a number with more digits than Python reads
        raise BadTemplate("not_json", said=str(error)) from None
    except RecursionError:
        raise BadTemplate("nested") from None
    responses = content.get("payload") if isinstance(content, Mapping) else content
    if not isinstance(responses, list):
        raise BadTemplate("missing", "payload")
    if len(responses) > _ROWS:
        raise BadTemplate("too_many", limit=_ROWS)
    gathered = _Gathered()
    for number, response in enumerate(responses, start=1):
        code, text = (response.get(key) if isinstance(response, Mapping) else None for key in ("short_code", "content"))
        if not isinstance(code, str) or not isinstance(text, str):
            gathered.refuse(number, BadTemplate("missing", "content" if isinstance(code, str) else "short_code"))
            continue
        words = code.replace("-", " ").replace("_", " ")
        gathered.answer(number, words, [words], _LIQUID.sub(_ours, text))
    return gathered.imported()


def to_csv(templates: Iterable[Template]) -> str:
    """The words of the templates as a sheet `from_csv` reads back: what they say, not when they may say it.

    Cells a spreadsheet would take for a formula begin with "'". UTF-8 is the writer's business; Excel wants a BOM.
    """
    templates = list(templates)
    most = {name: max([1, *(len(template.bodies.get(name, ())) for template in templates)]) for name in LANGUAGES}
    header = ["id", "purpose", "purpose en", "phrases"]
    header += [name if n == 1 else f"{name} {n}" for name in LANGUAGES for n in range(1, most[name] + 1)]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for template in templates:
        cells = [template.id, template.purpose["zh-TW"], template.purpose["en"]]
        cells.append("|".join(re.sub(r"([\\|])", r"\\\1", phrase) for phrase in template.phrases))
        for name in LANGUAGES:
            bodies = template.bodies.get(name, ())
            cells += [*bodies, *[""] * (most[name] - len(bodies))]
        writer.writerow([f"'{cell}" if cell.startswith(("'", *_FORMULA)) else cell for cell in cells])
    return out.getvalue()


class _Gathered:
    """What has been read so far."""

    def __init__(self) -> None:
        self._templates: dict[str, Template] = {}
        self._refused: list[Refused] = []

    def add(self, number: int, document: Mapping[str, Any]) -> None:
        try:
            template = from_document(document)
            if template.id in self._templates:
                raise BadTemplate("used_twice", "id", id=repr(template.id))
        except BadTemplate as error:
            self.refuse(number, error)
        else:
            self._templates[template.id] = template

    def answer(self, number: int, purpose: str, phrases: Sequence[str], answer: str) -> None:
        """A template in the language its answer is written in; in both where no script tells it ("👍")."""
        told = language(answer)
        spoken = LANGUAGES if told is None else ("zh-TW",) if told.startswith("zh") else ("en",) if told == "en" else ()
        if not spoken:
            known = ", ".join(LANGUAGES)
            self.refuse(number, BadTemplate("unsupported_language", "answer", languages=known))
            return
        document = {
            "id": _id(purpose, number),
            "purpose": graphemes(purpose, PURPOSE // 2),
            "phrases": list(dict.fromkeys(phrase[:PHRASE] for phrase in phrases)),
            "bodies": {name: [answer] for name in spoken},
        }
        self.add(number, document)

    def refuse(self, number: int, error: BadTemplate) -> None:
        self._refused.append(Refused(number, error.key, error.code, error.params))

    def imported(self) -> Imported:
        refused = sorted(self._refused, key=lambda refused: refused.row)
        return Imported(tuple(self._templates.values()), tuple(refused))


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers. The separator is the one the first line has most of."""
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=lambda mark: re.sub(r'"[^"]*"', "", first).count(mark))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[tuple[int, list[str]]] = []
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                rows.append((number, cells))
            if len(rows) > _ROWS:
                raise BadTemplate("too_many", limit=_ROWS)
    except csv.Error as error:
        raise BadTemplate("not_csv", said=str(error)) from None
    return rows


def _column(cell: str) -> str:
    """Which of `_COLUMNS` a header cell is; "" for one that is not looked at."""
    said = re.sub(r"[ _.]\d+$", "", cell.strip().casefold())
    return next((name for name, spelt in _COLUMNS.items() if said in spelt), "")


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a sheet that should have none has a header after all."""
    return len(cells) > 1 and _column(cells[0]) == "phrases" and cells[1].strip().casefold() in _ANSWERS


def _bare(cell: str) -> str:
    """The cell without the mark `to_csv` puts before a formula."""
    cell = cell.strip()
    return cell[1:] if cell.startswith(tuple(f"'{mark}" for mark in ("'", *_FORMULA))) else cell


def _split(cell: str) -> Sequence[str]:
    """The phrases of a cell; a "|" or "\\" that belongs to one has a "\\" before it."""
    return [_ESCAPED.sub(r"\1", part).strip() for part in _BETWEEN_BARS.findall(cell) if part.strip()]


def _ours(found: re.Match[str]) -> str:
    variable = _CHATWOOT.get(found.group(1))
    return f"{{{{ {variable} }}}}" if variable else found.group()


def _id(words: str, number: int) -> str:
    """A name made of the words, else of the row's number."""
    return _UNSAID.sub("-", words).strip("-_")[:40].strip("-_").casefold() or f"row-{number}"
