"""Reads a Web API call's arguments whatever encoding they came in: typed JSON, or strings from query and form.

It never knows what an argument means.
"""

import json

from bot.sandbox.slack.errors import SlackError
from bot.sandbox.slack.model import Json


class Args:
    """The arguments of one call."""

    def __init__(self, given: Json) -> None:
        self._given = given

    def raw(self, name: str) -> object:
        """The argument as it came, None when absent."""
        return self._given.get(name)

    def text(self, name: str, default: str = "") -> str:
        """A string argument; anything else is refused."""
        value = self._given.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise SlackError("invalid_arguments", f"must provide a string [json-pointer:/{name}]")
        return value

    def need(self, name: str) -> str:
        """A string argument that must be there and not empty."""
        value = self.text(name)
        if not value:
            raise SlackError("invalid_arguments", f"missing required field: {name} [json-pointer:/]")
        return value

    def flag(self, name: str) -> bool:
        """A boolean: true, "true", "1", 1."""
        return self._given.get(name) in (True, "true", "True", "1")

    def number(self, name: str, default: int) -> int:
        """A whole number, as such or in digits."""
        value = self._given.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise SlackError("invalid_arguments", f"must provide a number [json-pointer:/{name}]") from None

    def data(self, name: str, error: str) -> object:
        """A structure: as such in a JSON body, as a JSON string elsewhere; raises `error` when it is neither."""
        value = self._given.get(name)
        if not isinstance(value, str) or value == "":
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise SlackError(error) from None

    def message(self) -> Json:
        """What a chat method says, structures parsed."""
        return {
            "text": self._given.get("text"),
            "markdown_text": self._given.get("markdown_text"),
            "blocks": self.data("blocks", "invalid_blocks_format"),
            "metadata": self.data("metadata", "invalid_metadata_format"),
            "link_names": self.flag("link_names"),
            "parse": self._given.get("parse"),
        }
