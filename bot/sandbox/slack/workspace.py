"""The local Slack put together."""

from aiohttp import web

from bot.sandbox.bus import Bus
from bot.sandbox.faults import Faults


class Workspace:
    """One team, one app."""

    def __init__(self, bus: Bus, faults: Faults, *, pacing: bool) -> None:
        self.origin = ""

    def credentials(self) -> dict[str, str]:
        """What the bot needs."""
        return {}

    def routes(self) -> list[web.RouteDef]:
        """Every route."""
        return []

    async def close(self) -> None:
        """End every connection."""
