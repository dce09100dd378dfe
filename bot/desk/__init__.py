"""The use cases of the people who answer: what comes in, who works on it, what is suggested, approved and shown.
Everything here is a transaction on the rows; nothing here talks to a platform or to Slack.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.desk.board import Board
from bot.desk.drafting import Drafting
from bot.desk.inbox import Inbox
from bot.desk.lessons import Lessons
from bot.desk.people import People
from bot.desk.suggesting import Suggesting
from bot.desk.templates import Templates
from bot.desk.unsure import Unsure
from bot.posts.desk import Posts


@dataclass(frozen=True, slots=True)
class Desk:
    """All that `handlers/` may ask for."""

    inbox: Inbox
    suggesting: Suggesting
    drafting: Drafting
    unsure: Unsure
    board: Board
    templates: Templates
    lessons: Lessons
    people: People
    posts: Posts
