"""Reading an adapter's settings: every key is named, every complaint says which key and what to do about it.
It never reads the environment or a file, and never puts a value into an error: a value may be a secret.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from platforms.errors import BadSettings


class Settings:
    """One account's settings, read key by key; `done` then complains of the keys nobody asked for."""

    def __init__(self, account: str, values: Mapping[str, object]) -> None:
        self._account = account
        self._values = values
        self._known: list[str] = []

    def has(self, key: str) -> bool:
        """Is the key set to something other than an empty text?"""
        return self._values.get(key) not in (None, "")

    def text(self, key: str, remedy: str, default: str | None = None) -> str:
        """A text; `default` None means that it must be there."""
        value = self._take(key, remedy, default)
        if not isinstance(value, str):
            raise BadSettings(key, f"must be a text. {remedy}", self._account)
        return value.strip()

    def url(self, key: str, remedy: str, default: str | None = None) -> str:
        """An http(s) address without credentials, query or fragment; comes back without a slash at its end."""
        value = self.text(key, remedy, default)
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
            raise BadSettings(key, f"must be an http(s) address without a password in it. {remedy}", self._account)
        if parts.query or parts.fragment:
            raise BadSettings(key, f"must be an address without “?” and “#”. {remedy}", self._account)
        return value.rstrip("/")

    def seconds(self, key: str, default: float, *, most: float = 300.0) -> float:
        """A number of seconds above 0 and up to `most`; a text such as "10" is read as one."""
        remedy = f"Give a number of seconds above 0 and up to {most:g}."
        value = self._take(key, remedy, default)
        try:
            number = float(value) if isinstance(value, str | int | float) else -1.0
        except ValueError:
            number = -1.0
        if not 0 < number <= most:
            raise BadSettings(key, remedy, self._account)
        return number

    def names(self, key: str, remedy: str) -> tuple[int | str, ...]:
        """Ids (whole numbers) and names, as a list or as one text with commas between them; none when not set."""
        value = self._take(key, remedy, "")
        parts: Iterable[object]
        if isinstance(value, str):
            parts = [part.strip() for part in value.split(",") if part.strip()]
        elif isinstance(value, Iterable):
            parts = value
        else:
            parts = [value]
        return tuple(self._name(key, remedy, part) for part in parts)

    def done(self) -> None:
        """Complain of the first key that nobody asked for."""
        for key in self._values:
            if key not in self._known:
                raise BadSettings(key, f"is not known; known are: {', '.join(self._known)}.", self._account)

    def _take(self, key: str, remedy: str, default: object) -> object:
        self._known.append(key)
        if self.has(key):
            return self._values[key]
        if default is None:
            raise BadSettings(key, f"is missing. {remedy}", self._account)
        return default

    def _name(self, key: str, remedy: str, part: object) -> int | str:
        if isinstance(part, int) and not isinstance(part, bool):
            return part
        if isinstance(part, str) and part.strip():
            text = part.strip()
            return int(text) if text.lstrip("-").isdecimal() else text
        raise BadSettings(key, f"must hold ids or names. {remedy}", self._account)
