"""The local Slack: a workspace with people, a Web API, Socket Mode and everything a person can do in it.

It never reaches the real Slack.
"""

from bot.sandbox.slack.workspace import Workspace

__all__ = ["Workspace"]
