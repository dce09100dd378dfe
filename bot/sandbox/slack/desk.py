"""What a Web API method works with.

It never does anything itself.
"""

from dataclasses import dataclass

from bot.sandbox.slack.files import Files
from bot.sandbox.slack.messages import Messages
from bot.sandbox.slack.sockets import Sockets
from bot.sandbox.slack.state import State
from bot.sandbox.slack.views import Views


@dataclass(frozen=True)
class Desk:
    """The parts of a workspace, as the methods need them."""

    state: State
    messages: Messages
    views: Views
    sockets: Sockets
    files: Files
