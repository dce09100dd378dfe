"""The local Slack put together: memory, rules, sockets, Web API and the people's doors.

It never holds a rule of its own.
"""

from aiohttp import web

from bot.sandbox.bus import Bus
from bot.sandbox.faults import Faults
from bot.sandbox.slack import seed
from bot.sandbox.slack.api import Api
from bot.sandbox.slack.events import Events
from bot.sandbox.slack.files import Files
from bot.sandbox.slack.hooks import Hooks
from bot.sandbox.slack.interactions import Interactions
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.people import People
from bot.sandbox.slack.settings import Settings
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.views import Views


class Workspace:
    """One team with one app. `state` and `settings` are open to tests in the same process."""

    def __init__(self, bus: Bus, faults: Faults, *, pacing: bool) -> None:
        self.settings = Settings(pacing=pacing)
        self.state = State(bus, self.settings)
        self.messages = Messages(self.state)
        self.views = Views(self.state)
        self.sockets = Sockets(self.state, faults)
        self.events = Events(self.state, self.sockets)
        self.interactions = Interactions(self.state, self.messages, self.views, self.sockets, self.events)
        self.files = Files(self.state, self.messages)
        self.api = Api(self.state, self.messages, self.views, self.sockets, self.files)

    @property
    def origin(self) -> str:
        """Where this server answers, `http://host:port`; set once it listens."""
        return self.state.origin

    @origin.setter
    def origin(self, url: str) -> None:
        self.state.origin = url

    def credentials(self) -> dict[str, str]:
        """What a bot needs to use this workspace; `channel` is where it works."""
        return {
            "api_url": f"{self.origin}/api/",
            "bot_token": seed.BOT_TOKEN,
            "app_token": seed.APP_TOKEN,
            "channel": seed.CHANNELS[0].id,
        }

    def routes(self) -> list[web.RouteDef]:
        """The app's side and the people's side."""
        hooks = Hooks(self.state, self.interactions)
        people = People(self.state, self.views, self.sockets, self.events, self.interactions, self.api, self.files)
        return [
            *self.api.routes(),
            web.get("/link", self.sockets.link),
            *hooks.routes(),
            *self.files.routes(),
            *people.routes(),
        ]

    async def close(self) -> None:
        """Give up what is on its way and end every socket."""
        await self.events.close()
        await self.sockets.close()
