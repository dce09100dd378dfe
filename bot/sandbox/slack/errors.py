"""What Slack refuses, in Slack's own words.

It never decides anything: whoever knows the rule raises, the Web API writes the answer.
"""

from typing import Any


class SlackError(Exception):
    """A refusal: `error` is Slack's word for it, `messages` go into `response_metadata`, `extra` beside `error`."""

    def __init__(
        self,
        error: str,
        *messages: str,
        status: int = 200,
        headers: dict[str, str] | None = None,
        **extra: object,
    ) -> None:
        super().__init__(error, *messages)
        self.error = error
        self.messages = messages
        self.status = status
        self.headers = headers or {}
        self.extra = extra

    def as_json(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class NoSuchThing(Exception):
    """A person reached for something that is not there (answered 404) or in a way the client forbids (400)."""

    def __init__(self, error: str, status: int = 404) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
