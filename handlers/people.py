"""Who clicked: language, zone, name and rights of a team member, remembered so that an answer never waits for Slack.
It never stores anything, and only user ids decide about rights, never names.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import structlog

from bot.i18n import Words, locale_of
from handlers.client import Api
from handlers.ui.text import Staff, is_member
from platforms.errors import PlatformError

log = structlog.get_logger()

PERSON_SECONDS = 86_400.0
"""A person's locale and zone hardly ever change; users.info is Tier 4."""
GROUP_SECONDS = 300.0
"""usergroups.users.list is Tier 2, and a new colleague should not wait longer than for a coffee."""
LOOK_SECONDS = 1.0
"""A trigger lives three seconds: whoever cannot be looked up within one is spoken to in the channel's language."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a click. `may`: whether they work this desk; `approves`: whether they approve posts."""

    id: str
    locale: str
    zone: ZoneInfo
    name: str = ""
    may: bool = True
    approves: bool = True

    @property
    def words(self) -> Words:
        """How we speak to them."""
        return Words(self.locale)


class People:
    """The team's members, as far as anybody asked."""

    def __init__(
        self,
        api: Api,
        *,
        locale: str,
        zone: ZoneInfo,
        managers: tuple[str, ...] = (),
        approvers: tuple[str, ...] = (),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`locale`, `zone`: of somebody nothing is known about. `managers`: who works this desk (user ids or a user
        group's id; empty: everybody); `approvers` may too.
        """
        self._api, self._locale, self._zone, self._clock = api, locale, zone, clock
        self._managers, self._approvers = managers, approvers
        self._actors: dict[str, tuple[float, Actor]] = {}
        self._groups: dict[str, tuple[float, frozenset[str]]] = {}

    def known(self, who: str) -> Actor:
        """What memory says of `who`, at once."""
        held = self._actors.get(who)
        return held[1] if held else Actor(who, self._locale, self._zone)

    async def get(self, who: str) -> Actor:
        """Who this is and whether they may; within about a second, from memory where Slack is slow."""
        if not is_member(who):
            return self.known(who)
        groups = (*self._managers, *self._approvers) if self._managers else ()
        actor, may, approves = await asyncio.gather(
            self._looked_up(who), self._among(who, groups), self._among(who, self._approvers)
        )
        return Actor(actor.id, actor.locale, actor.zone, actor.name, may, may and approves)

    async def staff(self, ids: Iterable[str | None]) -> Staff:
        """Names for drawing: of everybody known, and of `ids`."""
        await asyncio.gather(*(self._looked_up(who) for who in {who for who in ids if who and is_member(who)}))
        names = {who: actor.name for who, (_, actor) in self._actors.items() if actor.name}
        return Staff(names, self._approvers)

    async def members(self, group: str) -> frozenset[str]:
        """The user ids in a group, or just this one. Raises `PlatformError` when it was never known."""
        if not group.startswith("S"):
            return frozenset({group})
        held = self._groups.get(group)
        if held is None or held[0] <= self._clock():
            try:
                ids = await self._api.group(group)
            except PlatformError as error:
                if held is None:
                    raise
                log.warning("group_unread", reason=str(error))
                ids = held[1]
            held = self._groups[group] = (self._clock() + GROUP_SECONDS, ids)
        return held[1]

    async def _among(self, who: str, groups: Iterable[str]) -> bool:
        """Whether they are in any of these groups (or are named); everybody is where there are none."""
        groups = tuple(groups)
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return not groups or any([who in await self.members(each) for each in groups])
        except (PlatformError, TimeoutError) as error:
            log.warning("rights_unknown", reason=str(error))
            return False

    async def _looked_up(self, who: str) -> Actor:
        held = self._actors.get(who)
        if held is not None and held[0] > self._clock():
            return held[1]
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                user = await self._api.user(who)
        except (PlatformError, TimeoutError):
            return self.known(who)
        profile = user.get("profile") or {}
        name = str(user.get("real_name") or profile.get("display_name") or user.get("name") or "")
        actor = Actor(who, locale_of(user.get("locale")), self._read_zone(user.get("tz")), name)
        self._actors[who] = (self._clock() + PERSON_SECONDS, actor)
        return actor

    def _read_zone(self, name: object) -> ZoneInfo:
        try:
            return ZoneInfo(str(name))
        except (KeyError, ValueError, OSError):
            return self._zone
