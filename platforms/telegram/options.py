"""The settings of a Telegram account, read and checked once.
They never show the token or the webhook's secret in their repr.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from platforms.errors import BadSettings
from platforms.http import TIMEOUT
from platforms.settings import Settings

API = "https://api.telegram.org"
LONG_POLL = 25.0
"""Seconds Telegram may hold `getUpdates`; the Bot API's server cuts at 50."""
_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""Bot API, "setWebhook", `secret_token`."""


@dataclass(frozen=True, slots=True)
class Options:
    """See the package's docstring for the keys."""

    token: str = field(repr=False)
    base_url: str
    chats: tuple[int | str, ...]
    channel: int | str | None
    staff: tuple[int, ...]
    timeout: float
    long_poll: float
    webhook_url: str
    webhook_secret: str = field(repr=False)

    @property
    def hooked(self) -> bool:
        """Does Telegram call us, instead of us asking?"""
        return bool(self.webhook_url)

    @classmethod
    def read(cls, account: str, values: Mapping[str, object]) -> Options:
        """Raises `BadSettings`."""
        settings = Settings(account, values)
        ask = "Ask @BotFather for the bot's token: it looks like 123456:ABC-DEF."
        token = settings.text("token", ask)
        if not _TOKEN.fullmatch(token):
            raise BadSettings("token", f"has not the form of a token. {ask}", account)
        place = "Give an id such as -1001234567890, or a public @name."
        channels = settings.names("channel", place)
        if len(channels) > 1:
            raise BadSettings("channel", f"must be one channel. {place}", account)
        staff = settings.names("staff", "Give the numeric user ids of those who speak for the brand.")
        options = cls(
            token=token,
            base_url=settings.url("base_url", "Leave it out for Telegram's own server.", API),
            chats=settings.names("chats", place),
            channel=channels[0] if channels else None,
            staff=tuple(person for person in staff if isinstance(person, int)),
            timeout=settings.seconds("timeout", TIMEOUT),
            long_poll=settings.seconds("long_poll", LONG_POLL, most=50),
            webhook_url=settings.text("webhook_url", "Give the https address Telegram shall call.", ""),
            webhook_secret=settings.text("webhook_secret", "Give up to 256 of A-Z a-z 0-9 _ -.", ""),
        )
        if len(options.staff) != len(staff):
            raise BadSettings("staff", "must hold numeric user ids: Telegram's @names can change hands.", account)
        if options.hooked and not _SECRET.fullmatch(options.webhook_secret):
            raise BadSettings(
                "webhook_secret", "is needed with webhook_url. Give up to 256 of A-Z a-z 0-9 _ -.", account
            )
        settings.done()
        return options
