"""Draws a warning to the whole team.
A pure function; parameters are shown literally, whoever they come from.
"""

from __future__ import annotations

from bot.i18n import Words
from bot.team import Notice
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Message


def render_notice(notice: Notice, words: Words) -> Message:
    """The warning as a message."""
    given = {name: txt.marked(str(value), 300) for name, value in notice.params.items()}
    count = notice.params.get("n")
    sentence = words(notice.key, **(given if count is None else {**given, "n": count}))
    shown = txt.cut_marked(sentence, kit.SECTION_MOST)
    return Message([kit.section(f":warning: {shown}")], shown)
