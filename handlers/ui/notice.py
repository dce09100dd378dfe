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
    """The warning as a message. A string parameter that is itself a locale key is said in words."""
    given = {name: _said(value, words) for name, value in notice.params.items()}
    sentence = txt.cut_marked(words(notice.key, **given), kit.SECTION_MOST)
    return Message([kit.section(f":warning: {sentence}")], sentence)


def _said(value: str | int, words: Words) -> str | int:
    if isinstance(value, int):
        return value
    return words(value) if words.has(value) else txt.escape(txt.one_line(value, 300))
