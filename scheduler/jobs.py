"""Every tick on one screen: its name, how often, and the coroutine it wakes.
A tick never carries state, so that missing one costs at most its interval.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.desk.inbox import Inbox
from bot.desk.lessons import Lessons
from bot.desk.templates import Templates
from bot.dispatch import InProcess
from bot.intake import Intake
from bot.posts.desk import Posts


@dataclass(frozen=True, slots=True)
class Tick:
    """Call `work` every `seconds`; never twice at once."""

    name: str
    seconds: float
    work: Callable[[], Awaitable[object]]


def ticks(
    intake: Intake,
    inbox: Inbox,
    dispatch: InProcess,
    templates: Templates,
    lessons: Lessons,
    posts: Posts,
) -> list[Tick]:
    """The desk's ticks."""

    async def sweep() -> None:
        dispatch.wake()

    return [
        Tick("poll", 1, intake.tick),
        Tick("due", 10, inbox.wake),
        Tick("templates", 10, templates.follow),
        Tick("sweep", 30, sweep),
        Tick("post_reminders", 60, posts.schedule.remind),
        Tick("post_watch", 60, posts.schedule.watch),
        Tick("measure", 60, posts.measuring.work),
        Tick("review", 600, lessons.review),
        Tick("tidy", 3_600, posts.tidying.work),
        Tick("refit", 3_600, templates.refit),
    ]
