"""The desk's seat in Slack: checks the tokens, registers the entry points, keeps the connections, drains at the end.
Nothing happens before `async with`; it knows no comment and no reply.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from zoneinfo import ZoneInfo

import aiohttp
import structlog
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import clock as real
from bot.clock import Clock
from bot.errors import BadConfig
from bot.team import Notice
from handlers import Entries, register
from handlers.actions import Actions
from handlers.brake import Brake
from handlers.calendar import Calendar
from handlers.client import Api, ShortWait
from handlers.commands import Commands
from handlers.errors import Errors
from handlers.events import Events
from handlers.exchange import Exchange
from handlers.files import Files
from handlers.home import Home
from handlers.importing import Importing
from handlers.middleware import Gate
from handlers.people import People
from handlers.post_cards import PostCards
from handlers.posts import Posts
from handlers.proposals import Proposals
from handlers.runner import Runner
from handlers.shortcuts import Shortcuts
from handlers.socket import Sockets, Timing
from handlers.team import SlackTeam
from handlers.templates import Templates
from handlers.views import Views
from handlers.windows import Windows
from platforms.errors import PlatformError

if TYPE_CHECKING:
    from bot.config import Slack as SlackSettings
    from bot.desk import Desk

log = structlog.get_logger()

Notify = Callable[[Notice], Awaitable[None]]

SCOPES = ("chat:write", "commands", "users:read")
"""What we cannot do without; `manifest.yaml` asks for the same."""
PREFLIGHT_SECONDS = 20.0
"""A wrong token has to be known within 30 s of the start."""


@dataclass(frozen=True, slots=True)
class Seat:
    """Who we are in Slack. `scopes`: what the token may do; empty when Slack does not say."""

    team: str
    bot: str
    scopes: frozenset[str] = frozenset()


class SlackDesk:
    """`async with SlackDesk(…) as slack:` checks the tokens; `team` is the port; `serve` takes clicks until `drain`."""

    def __init__(
        self,
        settings: SlackSettings,
        *,
        zone: ZoneInfo,
        clock: Clock = real.now,
        ticks: Callable[[], float] = time.monotonic,
        timing: Timing | None = None,
        timeout: float = 10.0,
        ping: float = 10.0,
        public: str = "",
    ) -> None:
        """`zone`: of people whose own is not known; `timeout`: of one call to Slack; `ping`: between two pings of a
        socket, which is found dead after four; all in seconds; `public`: our own address. No side effects.
        """
        self._settings, self._zone, self._clock, self._ticks = settings, zone, clock, ticks
        self._timing, self._ping, self._public = timing, ping, public
        self._api = Api(settings.bot_token.get_secret_value(), settings.base_url, pace=settings.pace, timeout=timeout)
        self._people = People(
            self._api,
            locale=settings.locale,
            zone=zone,
            managers=settings.managers,
            approvers=settings.approvers,
            clock=ticks,
        )
        self.team = SlackTeam(
            self._api,
            self._people,
            clock,
            channel=settings.channel,
            locale=settings.locale,
            pace=settings.pace,
            history=settings.history,
        )
        self._errors = Errors(self._api, self._people)
        self._runner = Runner(self._errors.report)
        self._sockets: Sockets | None = None
        self._identity: dict[str, Any] = {}
        self.seat = Seat("", "")
        self._notify: Notify | None = None
        self.removed = asyncio.Event()
        """Set when the app was removed from the workspace, or its tokens were taken back."""

    async def __aenter__(self) -> Self:
        await self._api.open()
        try:
            async with asyncio.timeout(PREFLIGHT_SECONDS):
                await self._preflight()
        except TimeoutError:
            await self._api.close()
            raise BadConfig(where="slack.base_url", remedy="slack_away") from None
        except BaseException:
            await self._api.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.drain(0.5)
        await self._api.close()

    async def serve(self, desk: Desk, *, notify: Notify | None = None) -> None:
        """Take clicks. Returns when the first socket is up. Raises `BadConfig` when none comes up within 30 s.

        `notify` is handed warnings for everybody, to be sent through the outbox.
        """
        self._notify = notify
        app = self._app(desk)
        self._sockets = Sockets(lambda: self._handler(app), self._settings.sockets, self._ghosts, self._timing)
        if not await self._sockets.start():
            await self._sockets.close()
            raise BadConfig(where="slack.app_token", remedy="no_socket")
        log.info("slack_connected", sockets=self._settings.sockets)

    async def drain(self, seconds: float) -> None:
        """Stop taking clicks, and finish what they asked for, within about `seconds`."""
        if self._sockets is not None:
            await self._sockets.close()
            self._sockets = None
        await self._runner.drain(seconds)

    def _app(self, desk: Desk) -> AsyncApp:
        """bolt's app. With our own `authorize` it asks Slack nothing at the first click, ignores SLACK_BOT_TOKEN, and
        does not turn itself into an OAuth app when SLACK_CLIENT_ID happens to be in the environment.
        """
        client = self._api.client(ShortWait(max_retry_count=1))
        client.token = None
        identity = AuthorizeResult.from_auth_test_response(
            bot_token=self._settings.bot_token.get_secret_value(), auth_test_response=self._identity
        )

        async def authorize() -> AuthorizeResult:
            return identity

        app = AsyncApp(
            client=client,
            authorize=authorize,
            signing_secret="",  # Socket Mode signs nothing.
            request_verification_enabled=False,
            logger=logging.getLogger("slack_bolt"),
        )
        home = Home(desk, self._api, self._people, self._clock)
        api, people, runner, errors = self._api, self._people, self._runner, self._errors
        windows = Windows(api, people, runner, errors)
        templates = Templates(desk, windows, self._clock)
        proposals = Proposals(desk, windows, templates, self._clock)
        files = Files(api, self._settings.base_url, self.seat.scopes)
        channel = self._settings.channel
        posts = Posts(desk, windows, files, self._clock, self._zone)
        brake = Brake(desk, windows, self._clock)
        calendar = Calendar(desk, windows, files, self._clock, channel, self._public)
        importing = Importing(desk, windows, files, self._zone, channel)
        register(
            app,
            Entries(
                Actions(desk, api, people, runner, errors, home, self._clock),
                Views(desk, api, people, runner, errors, home),
                Commands(
                    desk,
                    people,
                    runner,
                    errors,
                    home,
                    self._clock,
                    channel,
                    templates,
                    proposals,
                    posts,
                    brake,
                    calendar,
                    importing,
                ),
                Shortcuts(desk, people, runner, errors),
                Events(people, runner, home, self.removed),
                windows,
                templates,
                proposals,
                Exchange(desk, windows, files, channel),
                posts,
                PostCards(desk, windows, self._zone),
                brake,
                calendar,
                importing,
            ),
            Gate(self._ticks),
        )
        return app

    def _handler(self, app: AsyncApp) -> AsyncSocketModeHandler:
        handler = AsyncSocketModeHandler(
            app,
            self._settings.app_token.get_secret_value(),
            web_client=self._api.client(),
            logger=logging.getLogger("slack_sdk.socket_mode"),
            ping_interval=self._ping,
        )
        handler.client.proxy = self._api.proxy  # The SDK knows no NO_PROXY.
        return handler

    async def _preflight(self) -> None:
        """Both tokens, the scopes, the user groups: asked before anything starts."""
        bot, app = self._settings.bot_token.get_secret_value(), self._settings.app_token.get_secret_value()
        if not bot.startswith("xoxb-"):
            raise BadConfig(where="slack.bot_token", remedy="bot_token")
        if not app.startswith("xapp-"):
            raise BadConfig(where="slack.app_token", remedy="app_token")
        said = await self._asked(self._api.reads.auth_test(), "slack.bot_token", "bot_refused")
        self._identity = dict(said.data)
        scopes = _scopes(said.headers.get("x-oauth-scopes"))
        self.seat = Seat(str(self._identity.get("team", "")), str(self._identity.get("user", "")), scopes)
        self._check_scopes(scopes)
        await self._asked(self._api.reads.apps_connections_open(app_token=app), "slack.app_token", "app_refused")
        await self._check_groups("approvers", self._settings.approvers)
        await self._check_groups("managers", self._settings.managers)

    async def _asked(self, call: Awaitable[AsyncSlackResponse], where: str, remedy: str) -> Any:
        try:
            return await call
        except SlackApiError as error:
            raise BadConfig(where=where, remedy=remedy, said=_word(error)) from None
        except (aiohttp.ClientError, OSError):
            raise BadConfig(where="slack.base_url", remedy="slack_away") from None

    def _check_scopes(self, scopes: frozenset[str]) -> None:
        missing = sorted(set(SCOPES) - scopes) if scopes else []
        if missing:
            raise BadConfig(where="slack.bot_token", remedy="slack_scopes", scopes=", ".join(missing))

    async def _check_groups(self, setting: str, ids: Sequence[str]) -> None:
        for group in ids:
            try:
                await self._people.members(group)
            except PlatformError as error:
                where = f"slack.{setting}"
                raise BadConfig(where=where, remedy="user_group", group=group, said=error.evidence) from None

    async def _ghosts(self, counted: int, ours: int) -> None:
        if self._notify is not None:
            await self._notify(Notice("notice.slack_ghost_sockets", {"n": counted, "ours": ours}))


def _word(error: SlackApiError) -> str:
    data = getattr(error.response, "data", None)
    return str(data.get("error", "")) if isinstance(data, dict) else "no JSON"


def _scopes(header: str | None) -> frozenset[str]:
    return frozenset(scope.strip() for scope in (header or "").split(",") if scope.strip())
