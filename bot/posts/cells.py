"""Bytes of a CSV file into rows of cells and back: encodings, separators, formulas, several names in one cell.
It never knows what a column means, and never turns bytes into text it has reason to doubt.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import islice

SEPARATORS = ",;\t"
_BIGGEST = 8_000_000  # bytes; a thousand posts of 500 Chinese characters are 1.5 million
_MARKED = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}  # Excel's "Unicode text"
_SAMPLE = 10_000  # Chinese characters looked at before a text is believed to be Big5
_COMMON = 0.9
"""The share of them that must be common ones. A choice: of our own zh-TW texts 0.997 and more are; simplified Chinese
taken for Big5 reaches it by chance in 1.7 % of texts of 8 characters, in 0.3 % of 20 (2,000 random ones each)."""
_FORMULA = "=+\\-@\t\r"  # what a spreadsheet takes for a formula (OWASP, "CSV Injection")
_RISKY = re.compile(f"'*[{_FORMULA}]")
_QUOTED = re.compile(f"'+[{_FORMULA}]")
_BETWEEN = r"\\|,;，、；\n"
_NAME = re.compile(rf"(?:\\[{_BETWEEN}]|[^|,;，、；\n])+")
_ESCAPED = re.compile(rf"\\([{_BETWEEN}])")
_BY_HAND = re.compile(rf"[{_BETWEEN}]")


class BadFile(ValueError):
    """A file that cannot be read at all. `code`: encoding, too_big or not_csv; `line`: where, 0 for everywhere."""

    def __init__(self, code: str, line: int = 0, **params: str | int) -> None:
        super().__init__(code)
        self.code, self.line, self.params = code, line, params


def decoded(data: bytes) -> tuple[str, str]:
    """The text and what it was written in: "UTF-8", "UTF-16" (by its mark) or "Big5" (code page 950, what Taiwanese
    Excel saves as "CSV"; emoji were lost when it did). Raises `BadFile`.

    Nearly any bytes are some Big5 text, simplified Chinese as well, so it is believed only where nearly all characters
    are of Big5's first level (lead bytes A4 to C6, the 5,401 frequent ones): wrong texts land among the rare.
    """
    if len(data) > _BIGGEST:
        raise BadFile("too_big", limit=_BIGGEST // 1_000_000)
    marked = next((name for mark, name in _MARKED.items() if data.startswith(mark)), None)
    try:
        text, written = data.decode(marked or "utf-8-sig"), "UTF-16" if marked else "UTF-8"
    except UnicodeDecodeError:
        if marked:
            raise BadFile("encoding", encoding="?") from None
        text, written = _big5(data), "Big5"
    if "\0" in text:  # every second byte of Latin text in UTF-16 without its mark
        raise BadFile("encoding", encoding="UTF-16" if len(data) % 2 == 0 else "?")
    return text, written


def first_rows(text: str, separator: str, most: int) -> list[list[str]]:
    """The first rows that hold anything, however badly they are quoted: to see what kind of file it is."""
    found: list[list[str]] = []
    with suppress(csv.Error):
        found.extend(islice(filter(_held, csv.reader(io.StringIO(text, newline=""), delimiter=separator)), most))
    return found


def rows(text: str, separator: str, most: int) -> list[tuple[int, list[str]]]:
    """The rows that hold anything, each with its number as a spreadsheet shows it (from 1, empty ones counted); at most
    `most + 1` of them, so that more can be told from enough.

    Raises `BadFile` (`not_csv`) where a quotation mark is not closed: all posts behind it would become one.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    numbered = enumerate(reader, start=1)
    found: list[tuple[int, list[str]]] = []
    try:
        found.extend(islice((row for row in numbered if _held(row[1])), most + 1))
    except csv.Error as error:
        raise BadFile("not_csv", found[-1][0] + 1 if found else 1, said=str(error)) from None
    return found


def written(table: Iterable[Sequence[str]]) -> bytes:
    """The rows as UTF-8 with the mark Excel needs to see that it is. What a spreadsheet would take for a formula has a
    "'" before it, which `bare` takes off.
    """
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([_harmless(cell) for cell in cells] for cells in table)
    return out.getvalue().encode("utf-8-sig")


def bare(cell: str) -> str:
    """The cell without the "'" that keeps a spreadsheet from taking it for a formula, ours or another program's."""
    return cell[1:] if _QUOTED.match(cell) else cell


def joined(names: Iterable[str]) -> str:
    """Names in one cell, between ", "; a separator inside a name has a "\\" before it."""
    return ", ".join(_BY_HAND.sub(r"\\\g<0>", name) for name in names)


def split(cell: str) -> tuple[str, ...]:
    """The names in a cell, between commas of any width, "、", semicolons, "|" or line ends; outer space taken off."""
    found = (_ESCAPED.sub(r"\1", name).strip() for name in _NAME.findall(cell))
    return tuple(name for name in found if name)


def _harmless(cell: str) -> str:
    return f"'{cell}" if _RISKY.match(cell) else cell


def _held(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _big5(data: bytes) -> str:
    try:
        text = data.decode("cp950")
    except UnicodeDecodeError:
        raise BadFile("encoding", encoding="?") from None
    leads = list(islice((lead for sign in text if (lead := sign.encode("cp950")[0]) >= 0xA4), _SAMPLE))
    if sum(lead <= 0xC6 for lead in leads) < _COMMON * len(leads):
        raise BadFile("encoding", encoding="?")
    return text
