"""The brake in Slack: `/engage hold` pulls it at once or asks what to stop, `/engage resume` shows what waits and asks.
Whoever works the desk may pull it; only those who approve may lift it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.clock import Clock
from bot.errors import NotFound, NotPermitted
from bot.store.posts import Scope
from handlers.payloads import Click, pack
from handlers.people import Actor
from handlers.ui import brake as ui
from handlers.ui.blocks import Block, Message
from handlers.windows import Answer, Windows

if TYPE_CHECKING:
    from bot.desk import Desk


class Brake:
    """One method for each command and window."""

    def __init__(self, desk: Desk, windows: Windows, clock: Clock) -> None:
        self._desk, self._windows, self._clock = desk, windows, clock

    async def hold(self, click: Click, actor: Actor, typed: str) -> None:
        """With a reason: stop now. The first word may name an account, or a campaign after `#`. Without one: ask."""
        first, _, rest = typed.partition(" ")
        accounts, campaigns = self._names()
        if not typed:
            memory = pack(locale=actor.locale, channel=click.channel)

            async def draw() -> Block:
                return ui.ask(accounts, campaigns, memory, actor.words)

            return await self._windows.open(click, actor, draw)
        scope, name, reason = Scope.DESK, "", typed
        if first in accounts:
            scope, name, reason = Scope.ACCOUNT, first, rest
        elif first.startswith("#") and len(first) > 1:
            scope, name, reason = Scope.CAMPAIGN, first[1:], rest
        await self._windows.errors.tell(click, await self._pulled(scope, name, reason, actor))

    async def pulled(self, click: Click, actor: Actor) -> Answer:
        """Stop what the window says."""
        chosen = click.typed(ui.WHAT, "selected_option") or {}
        scope, _, name = str(chosen.get("value", Scope.DESK)).partition(":")
        message = await self._pulled(Scope(scope), name, click.typed(ui.REASON) or "", actor)
        return {"response_action": "update", "view": ui.done(message, actor.words)}

    async def resume(self, click: Click, actor: Actor) -> None:
        """What holds, what waits behind it, and the question what to do with that."""
        if not actor.approves:
            raise NotPermitted(verb="lift")

        async def draw() -> Block:
            found = []
            for brake in await self._desk.posts.braking.pulled():
                report = await self._desk.posts.braking.report(brake.scope, brake.name, self._clock())
                found.append((brake, report))
            staff = await self._windows.people.staff(brake.by for brake, _ in found)
            return ui.lift(found, pack(locale=actor.locale, channel=click.channel), staff, self._clock(), actor.words)

        await self._windows.open(click, actor, draw)

    async def lifted(self, click: Click, actor: Actor) -> Answer:
        """Lift it."""
        if not actor.approves:
            raise NotPermitted(verb="lift")
        chosen = click.typed(ui.WHICH, "selected_option") or {}
        then = click.typed(ui.THEN, "selected_option") or {}
        if not str(chosen.get("value", "")).isdecimal():
            raise NotFound(what="brake")
        send = then.get("value") == ui.SEND
        count = await self._desk.posts.braking.lift(int(chosen["value"]), actor.id, send=send)
        key = "hold.lifted_none" if not count else "hold.lifted_sent" if send else "hold.lifted_back"
        said = actor.words(key, n=count)
        return {"response_action": "update", "view": ui.done(ui.message(said), actor.words)}

    async def _pulled(self, scope: Scope, name: str, reason: str, actor: Actor) -> Message:
        report = await self._desk.posts.braking.pull(scope, name, reason.strip(), actor.id)
        return ui.report(scope, name, report, actor.words)

    def _names(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return tuple(self._desk.posts.platforms), self._desk.posts.policy.campaigns
