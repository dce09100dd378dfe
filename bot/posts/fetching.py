"""The files that a sheet names by their addresses: fetched from the public internet, and put on the shelf.
It never lets one address that cannot be reached hold up the others for long, and asks for none of them twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from bot.posts.filetypes import BadMedia
from bot.posts.media import MOST, Shelf, stored
from platforms.errors import NotSent, PlatformError, Rejected
from platforms.fetch import Fetched, fetch

AT_ONCE = 4
"""Addresses asked at a time: with files of 50 MB each, some 200 MB of memory at the worst."""

Fetch = Callable[[str], Awaitable[Fetched]]
"""The file at an address. Raises `PlatformError`."""

public: Fetch = partial(fetch, most=MOST * 1_000_000)
"""From the public internet, and no larger than the shelf takes."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Why there is no file. `code`: one of `platforms.fetch`'s, away (it cannot be reached), or bad_media with the
    parameters of `BadMedia`.
    """

    code: str
    params: Mapping[str, str | int]


File = dict[str, Any]
"""A file on the shelf, as `Planned.media` keeps it, with its `source`: the address it is from."""


async def fetched(urls: Iterable[str], get: Fetch, shelf: Shelf) -> dict[str, File | Missing]:
    """By address, the file or why there is none. A host that cannot be reached is not asked for its other files."""
    wanted, turns, away = list(dict.fromkeys(urls)), asyncio.Semaphore(AT_ONCE), set[str]()

    async def one(url: str) -> File | Missing:
        host = urlsplit(url).netloc
        async with turns:
            if host in away:
                return Missing("away", {})
            try:
                found = await get(url)
                kept = await asyncio.to_thread(shelf.put, found.data, _name(found.url))
            except BadMedia as error:
                return Missing("bad_media", error.params)
            except NotSent:
                away.add(host)
                return Missing("away", {})
            except PlatformError as error:
                return Missing(error.code if isinstance(error, Rejected) else "bad_answer", {})
            return stored(kept, source=url)

    return dict(zip(wanted, await asyncio.gather(*map(one, wanted)), strict=True))


def _name(url: str) -> str:
    """What people call it: the last part of its path, or the host."""
    parts = urlsplit(url)
    return unquote(PurePosixPath(parts.path).name)[:100] or parts.netloc
