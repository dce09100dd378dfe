"""One row of a sheet into a planned post, or every reason why it is none: the rows are judged one after the other.
It never mends a cell, and never lets a bad row take a good one with it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from urllib.parse import urlsplit

from bot.posts import cells
from bot.posts.walltime import Order, Skipped, stamp
from replies.text import clean

_SHOWN = 60  # code points of a cell that are said back
_URL_LENGTH = 2_000  # characters; a choice: what browsers and platforms all still take
_NOT_IN_URLS = re.compile(r'[\s<>"\\^`{|}\x00-\x1f\x7f]')  # RFC 3986 has none of them
_NEXT_URL = re.compile(r"[\s|]+|[,;]\s*(?=https?://)")  # a comma alone may belong to the address


@dataclass(frozen=True, slots=True)
class Row:
    """A post as it was planned.

    `line`: the row's number as a spreadsheet shows it; where it stood says nothing about the post, so rows are equal
    without it. `wall`: naive, on the wall of the zone it was read for; None: no time yet. `media`: addresses of files.
    `link`: belongs to the post and is not in its text. `accounts`: empty where the file names none.
    """

    line: int = field(compare=False)
    text: str
    wall: datetime | None = None
    media: tuple[str, ...] = ()
    link: str = ""
    tags: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    pillar: str = ""
    campaign: str = ""
    first_comment: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a row, or with `column` "" and no row's code the whole file, was not taken.

    `line`: its number as a spreadsheet shows it, 0 where there is none; `column`: what the file calls it. The codes of
    rows, with their `params`: empty_text (neither text nor file), bad_date (value), skipped (value: the clocks jump
    over it), past (value), bad_url (value), too_many_columns (value: the first cell too many), duplicate (first: the
    line that says the same at the same time). Of files: encoding (encoding, "?" where unknown), too_big (limit, MB),
    not_csv (said), unknown_format, too_long_file (limit).
    """

    line: int
    column: str
    code: str
    params: Mapping[str, str | int]


class Gathered:
    """What has been read so far. `exact`: cells are kept as they stand, since we wrote them."""

    def __init__(self, zone: tzinfo, order: Order | None, now: datetime | None, *, exact: bool) -> None:
        self._zone, self._order, self._now, self._exact = zone, order, now, exact
        self.rows: list[Row] = []
        self.refused: list[Refused] = []
        self._said: dict[object, list[Row]] = {}

    def add(self, line: int, columns: Sequence[str], called: Sequence[str], held: Sequence[str]) -> None:
        """Take or refuse one row. `columns`: our name for each column; `called`: the file's."""
        wrong: list[Refused] = []
        names = dict(zip(filter(None, columns), (c for c, n in zip(called, columns, strict=True) if n), strict=True))

        def refuse(name: str, code: str, **params: str | int) -> None:
            shown = {key: clean(value, _SHOWN) if isinstance(value, str) else value for key, value in params.items()}
            wrong.append(Refused(line, names.get(name, ""), code, shown))

        cell = {name: self._kept(text) for name, text in zip(columns, held, strict=False) if name}
        extra = [text for text in held[len(columns) :] if text.strip()]
        if extra:
            refuse("", "too_many_columns", value=extra[0])
        text, link = cell.get("text", ""), cell.get("link", "").strip()
        media = self._addresses(cell.get("media", ""))
        if not text.strip() and not media:
            refuse("text", "empty_text")
        wall = None
        if said := cell.get("time", "").strip():
            wall, code = self._wall(said)
            if code:
                refuse("time", code, value=said)
        for name, urls in (("media", media), ("link", (link,) if link else ())):
            for url in urls:
                if not _fine(url):
                    refuse(name, "bad_url", value=url)
        row = Row(
            line=line,
            text=text,
            wall=wall,
            media=media,
            link=link,
            tags=cells.split(cell.get("tags", "")),
            accounts=cells.split(cell.get("accounts", "")),
            pillar=cell.get("pillar", ""),
            campaign=cell.get("campaign", ""),
            first_comment=cell.get("first_comment", ""),
        )
        same = self._said.setdefault((row.text or row.media, row.wall), [])
        if not wrong and (first := next((other for other in same if _overlap(other, row)), None)):
            refuse("text", "duplicate", first=first.line)
        if wrong:
            self.refused += wrong
        else:
            same.append(row)
            self.rows.append(row)

    def _kept(self, text: str) -> str:
        text = cells.bare(text)
        return text if self._exact else text.replace("\r\n", "\n").strip()

    def _addresses(self, said: str) -> tuple[str, ...]:
        """Our own stand one a line; elsewhere between anything that cannot belong to one."""
        found = said.split("\n") if self._exact else _NEXT_URL.split(said)
        return tuple(url.strip() for url in found if url.strip())

    def _wall(self, said: str) -> tuple[datetime | None, str]:
        """The time, or the code of what is wrong with it."""
        found = stamp(said)
        if found is None:
            return None, "bad_date"
        try:
            wall = found.wall(self._zone, self._order)
        except Skipped:
            return None, "skipped"
        except ValueError:
            return None, "bad_date"
        if self._now is not None and wall.replace(tzinfo=self._zone).astimezone(UTC) <= self._now:
            return None, "past"
        return wall, ""


def _overlap(one: Row, other: Row) -> bool:
    """Whether the two would go out on one account; a row without accounts may go out on any."""
    return not one.accounts or not other.accounts or bool(set(one.accounts) & set(other.accounts))


def _fine(url: str) -> bool:
    """Whether this is the address of something on a site: http or https, a name with a dot, no password in it."""
    try:
        split = urlsplit(url)
        _ = split.port
    except ValueError:
        return False
    sited = split.scheme in ("http", "https") and "." in str(split.hostname) and "@" not in split.netloc
    return sited and len(url) <= _URL_LENGTH and not _NOT_IN_URLS.search(url)
