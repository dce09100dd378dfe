"""Many posts at once: the rows of a sheet become drafts, each a post of its own, and approval is asked for all of them.
The same file twice makes no second draft; a row that cannot be used never takes a good one with it; nothing is guessed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.errors import BotError
from bot.posts.approval import Approval
from bot.posts.content import Content, To
from bot.posts.fetching import Fetch, File, Missing, fetched, public
from bot.posts.media import Shelf
from bot.posts.recurrence import instant
from bot.posts.sheet import Refused, Row, read
from bot.posts.slot import State
from bot.posts.walltime import Order, stamp
from bot.posts.writing import Writing
from bot.store import planned
from bot.store.columns import storable
from bot.store.engine import Store
from bot.store.posts import Planned
from platforms.base import Platform

FILES_MOST = 10
"""Of one post: what its window can show."""

Key = tuple[str | tuple[str, ...], datetime | None, frozenset[str]]
"""What a post is recognised by: its text (or where its files are from), the time somebody gave it, the accounts."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. `made`: the numbers of the new drafts; `known`: how many rows were posts already.

    `asks`: a date of the file that may mean two days; then nothing was stored, and a person says which order it is.
    `unknown`: columns nobody looked at. To the codes of `sheet_rows.Refused` come those of `fetching.Missing`, and
    unknown_account (value), no_account, too_many_files (limit).
    """

    made: tuple[int, ...] = ()
    refused: tuple[Refused, ...] = ()
    asks: str = ""
    known: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What became of asking for approval of many. `asked`: how many; `before`: how many were no drafts any more;
    `unseen`: nobody has to approve those, so they would be scheduled without anybody having seen a preview of them.
    """

    asked: int
    before: int
    unseen: tuple[int, ...]
    failed: tuple[tuple[int, BotError], ...]


class Importing:
    """Takes sheets in, for whoever plans posts."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        writing: Writing,
        approval: Approval,
        platforms: Mapping[str, Platform],
        shelf: Shelf,
        fetch: Fetch = public,
    ) -> None:
        self._store, self._clock, self._writing, self._approval = store, clock, writing, approval
        self._platforms, self._shelf, self._fetch = platforms, shelf, fetch
        self._one_by_one = asyncio.Lock()

    async def take_in(
        self, raw: bytes, zone: ZoneInfo, accounts: Sequence[str], who: str, order: Order | None = None
    ) -> Taken:
        """Keep a draft for every row of the file. `zone`: whose wall its times are on; `accounts`: where a row goes
        that names none of ours; `order`: of month and day, where a person was asked. Never raises for what a file
        holds. One that is cut short by a restart goes on where it was when it is taken in again.
        """
        sheet = await asyncio.to_thread(read, raw, zone, order, now=self._clock())
        if sheet.ambiguous:
            return Taken(asks=sheet.example, unknown=sheet.unknown)
        refused, drafts = list(sheet.refused), list[tuple[Row, Content]]()
        for row in sheet.rows:
            judged = self._drafted(row, zone, accounts, sheet.columns)
            if isinstance(judged, Refused):
                refused.append(judged)
            else:
                drafts.append((row, judged))
        # Looked at before the files are fetched, since that may take minutes, and again when nobody else is storing.
        new = await self._new(drafts)
        files = await fetched((url for row, _ in new for url in row.media), self._fetch, self._shelf)
        refused += _unreached(new, files, sheet.columns)
        lacking = {url for url, found in files.items() if isinstance(found, Missing)}
        whole = [(row, content) for row, content in new if lacking.isdisjoint(row.media)]
        async with self._one_by_one:
            left = await self._new(whole)
            made = [await self._writing.begin(who, _with_files(row, content, files)) for row, content in left]
        known = len(drafts) - len(new) + len(whole) - len(left)
        return Taken(tuple(made), tuple(sorted(refused, key=lambda one: one.line)), "", known, sheet.unknown)

    async def ask_all(self, numbers: Sequence[int], who: str) -> Asked:
        """Ask for approval of all these drafts, one after the other; one that cannot go out does not stop the rest."""
        asked, before = 0, 0
        unseen, failed = list[int](), list[tuple[int, BotError]]()
        for number in numbers:
            try:
                async with self._store.read() as session:
                    post = await planned.one(session, number)
                if post.state != State.DRAFT:
                    before += 1
                elif not self._approval.wanted(post):
                    unseen.append(number)
                else:
                    await self._approval.submit(number, who)
                    asked += 1
            except BotError as error:
                failed.append((number, error))
        return Asked(asked, before, tuple(unseen), tuple(failed))

    def _drafted(
        self, row: Row, zone: ZoneInfo, accounts: Sequence[str], columns: Mapping[str, str]
    ) -> Content | Refused:
        """The post of a row, still without its files."""
        ours = {name.casefold(): name for name, platform in self._platforms.items() if platform.caps.publish}
        strange = next((name for name in row.accounts if name.casefold() not in ours), None)
        if strange is not None:
            return Refused(row.line, columns.get("accounts", ""), "unknown_account", {"value": strange[:60]})
        named = [ours[name.casefold()] for name in (*row.accounts, *row.tags) if name.casefold() in ours]
        goes = tuple(dict.fromkeys(named or accounts))
        if not goes:
            return Refused(row.line, columns.get("accounts", ""), "no_account", {})
        if len(row.media) > FILES_MOST:
            return Refused(row.line, columns.get("media", ""), "too_many_files", {"limit": FILES_MOST})
        text = f"{row.text}\n{row.link}".strip() if row.link and row.link not in row.text else row.text
        return Content(
            storable(text),
            tuple(map(To, goes)),
            comment=row.first_comment,
            pillar=row.pillar.strip(),
            campaign=row.campaign.strip(),
            wall=None if row.wall is None else row.wall.replace(second=0, microsecond=0),
            zone=zone.key,
        )

    async def _new(self, drafts: Sequence[tuple[Row, Content]]) -> list[tuple[Row, Content]]:
        """Those that are no post yet; of equal ones the first."""
        async with self._store.read() as session:
            found = await planned.saying(session, {content.text for _, content in drafts})
        known, new = {_key_of(post) for post in found}, []
        for row, content in drafts:
            if (key := _key(row, content)) not in known:
                known.add(key)
                new.append((row, content))
        return new


def readings(example: str, zone: ZoneInfo) -> dict[Order, datetime | None]:
    """What an ambiguous date means in either order, as naive time; None where it is no date in that order."""
    found: dict[Order, datetime | None] = {"mdy": None, "dmy": None}
    read_as = stamp(example)
    for order in found:
        try:
            found[order] = read_as.wall(zone, order) if read_as is not None else None
        except ValueError:
            continue
    return found


def _key(row: Row, content: Content) -> Key:
    due = instant(content.wall, ZoneInfo(content.zone)) if content.wall is not None else None
    return content.text or row.media, due, frozenset(to.account for to in content.to)


def _key_of(post: Planned) -> Key:
    # Not when it is due: one that was to go out as soon as it is approved has no time in any file.
    due = instant(datetime.fromisoformat(post.wall), ZoneInfo(post.zone)) if post.wall else None
    sources = tuple(str(file.get("source", "")) for file in post.media)
    return post.text or sources, due, frozenset(target.account for target in post.targets)


def _unreached(
    drafts: Sequence[tuple[Row, Content]], files: Mapping[str, File | Missing], columns: Mapping[str, str]
) -> list[Refused]:
    """Every file that a row lacks."""
    return [
        Refused(row.line, columns.get("media", ""), found.code, {**found.params, "value": url[:60]})
        for row, _ in drafts
        for url in row.media
        if isinstance(found := files[url], Missing)
    ]


def _with_files(row: Row, content: Content, files: Mapping[str, File | Missing]) -> Content:
    found = [file for url in row.media if not isinstance(file := files[url], Missing)]
    return replace(content, media=tuple(dict(file) for file in found))
