"""What the contract's tests are made of: the world an adapter is tried in, its faults, and a few acts of its people.
It knows no platform; whoever tests an adapter builds the world.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Protocol, TypeVar

from platforms.base import Act, Item, Platform, Verb
from platforms.errors import PlatformError

E = TypeVar("E", bound=PlatformError)
DEADLINE = 10.0
"""Seconds after which something that should have arrived has not."""
TEXTS = (
    "Hello, world! 👋",
    "大家好，今天的活動幾點開始？「現場」還有位子嗎……",
    "家人👨‍👩‍👧‍👦 國旗🇹🇼🇹🇼 膚色👍🏽",
    "葛󠄀城與𠮷野家",
    "<!channel> <@U123> <https://evil.example|nice> *bold* _it_ `code` \\ & &amp; %s {x}",
    "e\u0301 noe\u0308l ﷽ \u202eabc\u202c",
)
"""Plain, full-width, ZWJ, flags, a variation sequence, a sign outside the BMP, markup of others, combining, bidi."""


class Where(StrEnum):
    """Which calls a fault spoils."""

    READ = "read"
    SEND = "send"


class Fault(StrEnum):
    """What goes wrong, once. Before and after: whether the platform has done what it was asked."""

    LIMITED = "429"
    ERROR_BEFORE = "500_before"
    ERROR_AFTER = "500_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"


class World(Protocol):
    """The platform and the people around the account, as the tests need them. `native_id`s are the adapter's own."""

    page: int
    """Items the platform gives in one answer at most."""
    secret: str
    """The account's secret, which nothing may show."""

    def account(self, *, reachable: bool = True) -> Platform:
        """A new adapter for the account, not opened, with time-outs under a second and everything it can claim
        configured; unreachable: at an address where nobody listens.
        """

    async def say(self, text: str) -> str:
        """A member of the audience comments; returns the native id."""

    async def edit(self, native_id: str, text: str) -> None: ...

    async def delete(self, native_id: str) -> None: ...

    async def answer(self, native_id: str, text: str) -> None:
        """The brand answers by other means than this program. Only called where `look` is claimed."""

    async def spoil(self, where: Where, fault: Fault, after: int = 1) -> None:
        """The next such call goes wrong; `after`: the delay a 429 asks for, in seconds."""

    async def revoke(self) -> None:
        """The token stops being valid."""

    def public(self) -> list[str]:
        """What the brand has said through us, as the audience sees it, oldest first; a post with files is one text."""

    def pictures(self) -> list[tuple[bytes, str]]:
        """The files of the posts made through us and what they are said to show (empty where the platform has no place
        for it), oldest first. Only called where `media` is claimed.
        """

    def before(self, native_id: str) -> str | None:
        """The native id of the post that this one goes on from. Only called where `threads` is claimed."""

    def under(self, native_id: str) -> list[str]:
        """What the brand has said under its post through us. Only called where `comments` is claimed."""

    def requests(self) -> int:
        """How many requests have reached the platform."""


def expect(condition: object, sentence: str) -> None:
    """An assertion that also holds under `python -O` and where nobody rewrites asserts."""
    if not condition:
        raise AssertionError(sentence)


async def refused(kind: type[E], call: Awaitable[object]) -> E:
    """Await `call`, which must raise `kind`; returns the error."""
    try:
        answer = await call
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} expected, got {answer!r}")


async def read_until(
    platform: Platform, cursor: str | None, enough: Callable[[list[Item]], bool]
) -> tuple[list[Item], str | None]:
    """Poll the first feed until `enough` of what came, within the deadline. Returns the items and the cursor after."""
    items: list[Item] = []
    async with asyncio.timeout(DEADLINE):
        while not enough(items):
            batch = await platform.poll(platform.feeds[0], cursor)
            items += batch.items
            cursor = batch.cursor
    return items, cursor


async def comment(world: World, platform: Platform, text: str = "請問幾點開門？") -> Item:
    """Somebody comments, and it has been read."""
    native_id = await world.say(text)
    items, _ = await read_until(platform, None, lambda seen: any(item.native_id == native_id for item in seen))
    return next(item for item in items if item.native_id == native_id)


def reply(item: Item, text: str = "早上八點，歡迎來坐坐。") -> Act:
    """An approved answer to `item`."""
    return Act(Verb.REPLY, text, item.ref)
