"""Planned posts out of the CSV files people have them in, and into one of our own: bytes in, values out.
It fetches nothing and stores nothing; a row that cannot be used is refused by number and reason, nothing is guessed.

Three kinds of file, told apart by their header, not by their name:

- Buffer's bulk upload (support.buffer.com/article/926). Established: the columns `Text`, `Image URL`, `Tags` (between
  commas), `Posting Time` ("YYYY-MM-DD HH:mm", 24 hours, local), and for Pinterest `Board Name`, which is not looked at;
  a text or an image is needed. Seen in the wild: "M/D/YYYY HH:mm" after Excel saved the file. Assumed: several images,
  where there are any, stand between spaces, commas, semicolons or "|".
- Hootsuite's bulk composer (help.hootsuite.com/s/article/bulk-schedule). Established: no header; date, message, link;
  the date as "MM/DD/YYYY HH:mm" or "DD/MM/YYYY HH:mm", which of them is chosen beside the file and not written in it.
  Assumed: an export with a header calls the columns `Date`, `Message`, `Link`, `Image`.
- Our own: any header with `Text` that is not Buffer's; the columns are those of `_OWN`, in English or Chinese.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from enum import StrEnum

from bot.posts import cells
from bot.posts.sheet_rows import Gathered, Refused, Row
from bot.posts.walltime import Order, Stamp, decided, stamp

__all__ = ["Kind", "Refused", "Row", "Sheet", "read", "write"]

_ROWS = 1_000
_PEEK = 20  # rows looked at for what has no header: the first dates may be mistyped
_BUFFER = {
    "text": ("text",),
    "time": ("posting time",),
    "media": ("image url",),
    "tags": ("tags",),
}
_HOOTSUITE = {
    "time": ("date",),
    "text": ("message",),
    "link": ("link", "url"),
    "media": ("image", "image url", "media"),
}
_OWN = {
    "text": ("text", "內文", "貼文", "貼文內容", "文案"),
    "time": ("time", "時間", "排程", "排程時間", "發布時間", "發佈時間"),
    "media": ("media", "圖片", "媒體", "圖片網址"),
    "link": ("link", "連結", "網址"),
    "tags": ("tags", "標籤"),
    "accounts": ("accounts", "帳號"),
    "pillar": ("pillar", "主題", "內容主題"),
    "campaign": ("campaign", "活動", "檔期"),
    "first_comment": ("first comment", "首則留言", "第一則留言"),
}
"""What a header cell may say, small letters; the first of each is what we write."""


class Kind(StrEnum):
    """Whose file it is."""

    BUFFER = "buffer"
    HOOTSUITE = "hootsuite"
    OWN = "own"


_SPELT: Mapping[Kind, Mapping[str, Sequence[str]]] = {
    Kind.BUFFER: _BUFFER,
    Kind.HOOTSUITE: _HOOTSUITE,
    Kind.OWN: _OWN,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file gave. Each row of it is in `rows` or in `refused`, unless the whole file is refused (one `Refused` of
    `column` "") or `ambiguous`: then both are empty, and a person says what `example` means before it is read again.

    `kind` and `encoding` ("UTF-8", "UTF-16", "Big5"): what it was taken for; `unknown`: the columns nobody looked at.
    """

    rows: tuple[Row, ...] = ()
    refused: tuple[Refused, ...] = ()
    kind: Kind | None = None
    ambiguous: bool = False
    example: str = ""
    encoding: str = ""
    unknown: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    """What the file calls the columns that were looked at, by our name."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where what stands: for each column our name for it ("" for none) and what the file calls it."""

    kind: Kind
    columns: tuple[str, ...]
    called: tuple[str, ...]
    has_header: bool = True
    unknown: tuple[str, ...] = ()


def read(data: bytes, zone: tzinfo, order: Order | None = None, *, now: datetime | None = None) -> Sheet:
    """The posts of a file. Never raises for what the file holds.

    `zone`: whose wall the times are on; `order`: what a person answered to an `ambiguous` sheet; `now`: aware, times
    not after it are refused; None: they are taken. At most 1,000 rows (a choice: what a person can still look over).
    """
    try:
        text, encoding = cells.decoded(data)
        separator, layout = _recognised(text)
        if layout is None:
            return Sheet(refused=(Refused(1, "", "unknown_format", {}),), encoding=encoding)
        rows = cells.rows(text, separator, _ROWS + layout.has_header)
    except cells.BadFile as error:
        return Sheet(refused=(Refused(error.line, "", error.code, error.params),))
    rows = rows[layout.has_header :]
    if len(rows) > _ROWS:
        refused = Refused(rows[_ROWS][0], "", "too_long_file", {"limit": _ROWS})
        return Sheet(refused=(refused,), kind=layout.kind, encoding=encoding)
    order, example = _asked(rows, layout, order)
    if example:
        return Sheet(kind=layout.kind, ambiguous=True, example=example, encoding=encoding, unknown=layout.unknown)
    gathered = Gathered(zone, order, now, exact=layout.kind is Kind.OWN)
    for line, held in rows:
        gathered.add(line, layout.columns, layout.called, held)
    return Sheet(
        rows=tuple(gathered.rows),
        refused=tuple(gathered.refused),
        kind=layout.kind,
        encoding=encoding,
        unknown=layout.unknown,
        columns={name: called for name, called in zip(layout.columns, layout.called, strict=True) if name},
    )


def write(rows: Iterable[Row]) -> bytes:
    """Our own file of them, which `read` gives back as they are, and which Excel opens as it is meant.

    The names in `tags` and `accounts` have no outer space, the texts no NUL character; `line` is counted anew.
    """
    table = [[spelt[0].capitalize() for spelt in _OWN.values()]]
    for row in rows:
        table.append(
            [
                row.text,
                "" if row.wall is None else row.wall.isoformat(" ", "seconds" if row.wall.second else "minutes"),
                "\n".join(row.media),
                row.link,
                cells.joined(row.tags),
                cells.joined(row.accounts),
                row.pillar,
                row.campaign,
                row.first_comment,
            ]
        )
    return cells.written(table)


def _recognised(text: str) -> tuple[str, _Layout | None]:
    """The separator under which the file makes sense, and how: a text full of semicolons is no proof of one."""
    peeked = {separator: cells.first_rows(text, separator, _PEEK) for separator in cells.SEPARATORS}
    for recognise in (_with_header, _without_header):
        for separator, rows in peeked.items():
            if rows and (layout := recognise(rows)):
                return separator, layout
    return ",", None


def _with_header(rows: Sequence[Sequence[str]]) -> _Layout | None:
    called = tuple(cell.strip() for cell in rows[0])
    said = [cell.casefold() for cell in called]
    if {"text"} < set(said) and {"posting time", "image url"} & set(said):
        kind = Kind.BUFFER
    elif {"date", "message"} <= set(said):
        kind = Kind.HOOTSUITE
    elif set(_OWN["text"]) & set(said):
        kind = Kind.OWN
    else:
        return None
    columns: list[str] = []
    for cell in said:
        name = next((name for name, spelt in _SPELT[kind].items() if cell in spelt), "")
        columns.append("" if name in columns else name)  # a second column of one name would hide the first
    unknown = tuple(cell for cell, name in zip(called, columns, strict=True) if cell and not name)
    return _Layout(kind, tuple(columns), called, unknown=unknown)


def _without_header(rows: Sequence[Sequence[str]]) -> _Layout | None:
    if any(len(held) > 1 and stamp(held[0]) for held in rows):
        return _Layout(Kind.HOOTSUITE, ("time", "text", "link"), ("Date", "Message", "Link"), has_header=False)
    return None


def _asked(rows: Sequence[tuple[int, Sequence[str]]], layout: _Layout, order: Order | None) -> tuple[Order | None, str]:
    """The order of month and day for the whole file, else the date that a person has to be asked about."""
    if order is not None or "time" not in layout.columns:
        return order, ""
    at = layout.columns.index("time")
    written = [(cell, found) for _, held in rows for cell in held[at : at + 1] if (found := _open(cell))]
    order = decided(found for _, found in written)
    return order, written[0][0].strip() if written and order is None else ""


def _open(cell: str) -> Stamp | None:
    found = stamp(cells.bare(cell))
    return found if found is not None and found.open else None
