"""Every number of the local Slack a test may want to bend, with the value the real one has.

It never holds state.
"""

from dataclasses import dataclass, fields

from bot.sandbox.slack import seed


@dataclass
class Settings:
    """Times in seconds. `change` replaces some of them."""

    #: Slack, "Handling interactivity": acknowledge within 3 seconds.
    ack_seconds: float = 3.0
    #: Slack, "Modals": a trigger_id expires 3 seconds after it was made.
    trigger_seconds: float = 3.0
    #: Slack, "Handling interactivity": response_url up to 5 times within 30 minutes.
    hook_seconds: float = 1800.0
    hook_uses: int = 5
    #: Slack, "Events API": retried at once, after 1 minute, after 5 minutes.
    retry_seconds: tuple[float, ...] = (0.0, 60.0, 300.0)
    #: Slack, "Socket Mode": the warning comes about 10 seconds before the end.
    warning_seconds: float = 10.0
    #: Whether rate limits are enforced.
    pacing: bool = True
    #: Whether the installer granted the optional scopes that read history; a fresh install did not.
    history: bool = False
    #: Whether the app has Socket Mode switched on (`link_disabled` switches it off).
    socket_mode: bool = True
    #: Half-open connections Slack still counts and delivers to (python-slack-sdk issue 1940).
    ghosts: int = 0
    scopes: tuple[str, ...] = seed.SCOPES
    events: tuple[str, ...] = seed.EVENTS

    @property
    def granted(self) -> tuple[str, ...]:
        """The scopes the bot's token has: `scopes`, with those for history if and only if `history` is on."""
        others = tuple(scope for scope in self.scopes if scope not in seed.HISTORY_SCOPES)
        return others + (seed.HISTORY_SCOPES if self.history else ())

    def change(self, changes: dict[str, object]) -> None:
        """Replace settings by name; raises ValueError for a name or type that does not fit."""
        for name, value in changes.items():
            kinds = {field.name: type(getattr(self, field.name)) for field in fields(self)}
            if name not in kinds:
                raise ValueError(f"no such setting: {name}")
            kind = kinds[name]
            if kind is bool:
                fits = isinstance(value, bool)
            elif kind is tuple:
                fits = isinstance(value, list | tuple)
            else:
                fits = isinstance(value, int | float) and not isinstance(value, bool)
            if not fits:
                raise ValueError(f"{name} must be a {kind.__name__}")
            setattr(self, name, kind(value))
