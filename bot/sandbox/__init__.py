"""A local Slack and a local audience, on one origin, strict enough that what works here works there.

It never imports the bot: a judge that shares code with the judged proves nothing.
"""

from bot.sandbox.server import Sandbox

__all__ = ["Sandbox"]
