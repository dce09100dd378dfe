"""Settings: from `xiaobian.toml` and the environment (which wins), checked before anything starts.
Every complaint names the key and the remedy; a secret never appears in one, nor in a log or a repr.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bot.dispatch import LANES
from bot.errors import BadConfig

FILE = "xiaobian.toml"
"""The settings file, looked for in the working directory; `XIAOBIAN_CONFIG` names another one."""


FIRST = {"slack": "bot_token"}
"""What to ask for first where a whole table is missing."""


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("zone")
    return name


def _prefixed(prefix: str, remedy: str) -> AfterValidator:
    def check(value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(prefix):
            raise ValueError(remedy)
        return value

    return AfterValidator(check)


def _matching(pattern: str, remedy: str) -> AfterValidator:
    def check(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise ValueError(remedy)
        return value

    return AfterValidator(check)


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Ids = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class Slack(BaseModel):
    """The team's Slack. `pace`: seconds between two new messages in the channel (Slack allows one a second)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bot_token: Annotated[SecretStr, _prefixed("xoxb-", "bot_token")]
    app_token: Annotated[SecretStr, _prefixed("xapp-", "app_token")]
    channel: Annotated[str, _matching(r"[CG][A-Z0-9]+", "channel_id")]
    """The channel's id, never its name."""
    locale: Literal["zh-TW", "en"] = "zh-TW"
    """The language of the cards; people's own windows follow their Slack."""
    approvers: Ids = ()
    """User ids, or one user group's id: who is called when something is escalated. Empty: nobody in particular."""
    managers: Ids = ()
    """User ids, or one user group's id: who may work the desk. Empty: everybody in the workspace."""
    pace: float = Field(default=1.0, ge=0, le=60)
    history: bool = True
    """Look into the channel for a card that may have been posted before a crash, where the token allows it."""
    sockets: int = Field(default=2, ge=1, le=8)
    base_url: Annotated[str, _matching(r"https?://.+/", "base_url")] = "https://slack.com/api/"


class Account(BaseModel):
    """One account of the brand; what the platform's adapter needs besides is left to the adapter to check."""

    model_config = ConfigDict(extra="allow", frozen=True)

    platform: str

    def options(self) -> Mapping[str, object]:
        """The adapter's own settings."""
        return dict(self.model_extra or {})

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        yield "platform", self.platform
        for key in sorted(self.model_extra or {}):
            yield key, "…"


class Webhooks(BaseModel):
    """Where platforms that push can reach us; `port` None: nowhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = "127.0.0.1"
    public: Annotated[str, _matching(r"(https?://[^ ]+)?", "public")] = ""
    """The address under which the world reaches it, for the calendar's link: "https://desk.example"."""
    port: int | None = Field(default=None, ge=0, le=65535)


class ApprovalRule(BaseModel):
    """Which posts need more approvals, or certain people's. What is left out means any."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    platform: str = ""
    pillar: str = ""
    intervention: str = ""
    steps: int = Field(default=1, ge=0, le=5)
    approvers: Ids = ()
    """User ids, a step each, in order."""


class Posts(BaseModel):
    """What the team has agreed on about posts. Days are a table of "2026-12-25" = "a name"."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: int = Field(default=1, ge=0, le=5)
    """How many people have to approve a post; 0: nobody."""
    self_approval: bool = True
    """Whether the author may be one of them."""
    rules: tuple[ApprovalRule, ...] = ()
    deputies: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Who may act for whom: a user id and those they stand in for."""
    remind_hours: tuple[float, ...] = (24.0, 2.0)
    """How long before its time the approvers are reminded of a post that waits for them."""
    quiet: Annotated[str, _matching(r"(\d\d:\d\d-\d\d:\d\d)?", "hours")] = ""
    """Hours in which a post is warned of, in the team's zone: "22:00-07:00"."""
    blackouts: dict[date, str] = Field(default_factory=dict)
    """Days on which a post is warned of."""
    holidays: dict[date, str] = Field(default_factory=dict)
    """Days that recurring posts may skip or move around."""
    pillars: Ids = ()
    campaigns: Ids = ()
    interventions: Ids = ()
    links: dict[str, str] = Field(default_factory=dict)
    """Parameters added to links in posts: "utm_source" = "{account}"."""
    hosts: Ids = ()
    """Hosts whose links get them; empty: all."""
    queue: tuple[time, ...] = (time(12, 0), time(19, 0))
    """Times of the day for posts that are only put into the queue, in the team's zone."""
    media: Path = Path("var/media")
    """Where the files of posts are kept."""


class Settings(BaseModel):
    """Everything that can be set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    slack: Slack
    accounts: dict[str, Account] = Field(default_factory=dict)
    brand: str = Field(default="", max_length=80)
    """What the audience knows you as; templates may use it."""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Taipei"
    database: Annotated[str, _matching(r"(sqlite|postgresql)://.*", "database")] = "sqlite:///var/xiaobian.db"
    templates: Path | None = None
    """A folder of template packs (TOML) instead of the ones that come with the program."""
    sentence_vectors: bool = False
    """Match by the sense of whole sentences too, with the extra `embed`: 120 MB and 4 ms a comment more."""
    crisis: Ids = ()
    """Words that make a comment a crisis for this brand, besides those everybody has."""
    webhooks: Webhooks = Webhooks()
    posts: Posts = Posts()
    log: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.timezone)

    @property
    def database_url(self) -> str:
        """The database with its driver."""
        return self.database.replace("sqlite://", "sqlite+aiosqlite://", 1).replace(
            "postgresql://", "postgresql+psycopg://", 1
        )


class _Found(Settings, BaseSettings):
    """Settings as the environment and the file have them."""

    model_config = SettingsConfigDict(
        env_prefix="XIAOBIAN_", env_nested_delimiter="__", enable_decoding=False, extra="forbid", frozen=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = TomlConfigSettingsSource(settings_cls, toml_file=os.environ.get("XIAOBIAN_CONFIG", FILE))
        return init_settings, env_settings, file


def load() -> Settings:
    """Read and check the settings. Raises `BadConfig`."""
    named = os.environ.get("XIAOBIAN_CONFIG")
    if named and not Path(named).is_file():
        raise BadConfig(where="XIAOBIAN_CONFIG", remedy="no_file", file=named)
    try:
        settings: Settings = _Found()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        where = f"{where}.{FIRST[where]}" if first["type"] == "missing" and where in FIRST else where
        raise BadConfig(where=where, **_remedy(first, where)) from None
    except ValueError as error:  # The TOML parser's, with line and column.
        raise BadConfig(where=named or FILE, remedy=str(error)) from None
    for variable in os.environ:
        field = variable.removeprefix("XIAOBIAN_").split("__")[0].lower()
        if variable.startswith("XIAOBIAN_") and field not in {*Settings.model_fields, "config"}:
            raise BadConfig(where=variable, remedy="unknown_key")
    for name in settings.accounts:
        if name in LANES or not name.replace("-", "").replace("_", "").isalnum():
            raise BadConfig(where=f"accounts.{name}", remedy="account_name")
    return settings


def given(credentials: Mapping[str, Any], database: str, **more: Any) -> Settings:
    """Settings for a sandbox (`Sandbox.credentials()`): a demo must not meet the real tokens of the environment."""
    slack, square = credentials["slack"], credentials["square"]
    told: dict[str, Any] = {
        "slack": {
            "bot_token": slack["bot_token"],
            "app_token": slack["app_token"],
            "channel": slack["channel"],
            "base_url": slack["api_url"],
        },
        "accounts": {"square": {"platform": "square", "url": square["url"], "token": square["token"]}},
        "database": database,
    }
    if database.startswith("sqlite:///"):
        told["posts"] = {"media": str(Path(database.removeprefix("sqlite:///")).parent / "media")}
    for key, value in more.items():
        told[key] = {**told[key], **value} if isinstance(told.get(key), dict) else value
    return Settings(**told)


def _remedy(error: ErrorDetails, where: str) -> dict[str, str]:
    """The remedy's key and parameters; our own validators raise the key, pydantic's own complaints are by kind."""
    said = error["msg"].removeprefix("Value error, ")
    given = {key: str(value) for key, value in error.get("ctx", {}).items() if key != "error"}
    match error["type"]:
        case "missing":
            return {"remedy": "missing", "file": FILE, "variable": "XIAOBIAN_" + where.upper().replace(".", "__")}
        case "extra_forbidden":
            return {"remedy": "unknown_key"}
        case "literal_error":
            return {"remedy": "one_of", "expected": given["expected"]}
        case "greater_than_equal" | "less_than_equal" | "string_too_long":
            limit = next(iter(given.values()))
            return {"remedy": error["type"], "limit": limit}
        case "float_parsing" | "int_parsing" | "float_type" | "int_type":
            return {"remedy": "number"}
        case "bool_parsing" | "bool_type":
            return {"remedy": "yes_or_no"}
        case "model_type" | "dict_type":
            return {"remedy": "table"}
        case _:
            return {"remedy": said}
