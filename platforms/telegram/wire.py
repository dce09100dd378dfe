"""The requests python-telegram-bot makes for us, with the server's own words kept: status, description, parameters.
It never logs a body (the library's own code does, at CRITICAL), and one update nobody can read does not spoil the rest.
"""

from __future__ import annotations

import json
from collections.abc import Coroutine
from typing import Any, Protocol

from telegram import Update
from telegram.error import TelegramError
from telegram.request import BaseRequest, HTTPXRequest, RequestData

_UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What the library's types raise for JSON that is not of their shape."""


class Call(Protocol):
    """`Telegram._call`: awaits a method of the library and raises our errors."""

    async def __call__(
        self, what: str, call: Coroutine[Any, Any, Any], *, write: bool = False, hold: float = 0.0
    ) -> Any: ...


class Refusal(TelegramError):
    """The Bot API answered, and not with a result. `migrate_to` and `after` are its ResponseParameters."""

    def __init__(
        self, status: int, description: str, migrate_to: int | None = None, after: float | None = None
    ) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.migrate_to = migrate_to
        self.after = after


class Wire(HTTPXRequest):
    """Raises `Refusal` where the library would choose an exception by status and drop the status."""

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        status, payload = await super().do_request(
            url, method, request_data, read_timeout, write_timeout, connect_timeout, pool_timeout
        )
        if status >= 300:
            raise _refusal(status, payload)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """As the library's, which also writes the whole payload to the log when it is not JSON."""
        try:
            document = json.loads(payload.decode("utf-8", "replace"))
        except ValueError:
            document = None
        if not isinstance(document, dict) or "result" not in document:
            raise TelegramError("the answer is no JSON object with a result")
        return document


class UpdatesWire(Wire):
    """For `getUpdates` alone: an update that cannot be read is emptied, so that the others still are."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        document = Wire.parse_json_payload(payload)
        if isinstance(document["result"], list):
            document["result"] = [data if read_update(data) else _emptied(data) for data in document["result"]]
        return document


def read_update(data: Any) -> Update | None:
    """The update, or None when it is not of the shape the library knows."""
    try:
        return Update.de_json(data, None)
    except _UNREADABLE:
        return None


def _emptied(data: Any) -> dict[str, Any]:
    if isinstance(data, dict) and isinstance(data.get("update_id"), int):
        return {"update_id": data["update_id"]}
    raise TelegramError("an update without an id")


def _refusal(status: int, payload: bytes) -> Refusal:
    try:
        document = json.loads(payload)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        return Refusal(status, "")
    parameters = document.get("parameters")
    if not isinstance(parameters, dict):
        parameters = {}
    migrate_to, after = parameters.get("migrate_to_chat_id"), parameters.get("retry_after")
    return Refusal(
        status,
        str(document.get("description", ""))[:200],
        migrate_to if isinstance(migrate_to, int) else None,
        float(after) if isinstance(after, int | float) else None,
    )
