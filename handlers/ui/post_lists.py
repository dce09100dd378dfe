"""Draws the posts of a person's Home tab: what wants a decision, what goes out next, what they have begun; the brakes.
A pure function; what posts say is literal text.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.i18n import Words
from bot.posts.board import Lists
from bot.posts.brake import Pulled
from bot.posts.slot import Slot
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.calendar import MARKS
from handlers.verbs import Verb

LINES = 5
"""Of each list: it says what is next, the calendar says the rest."""


def section(posts: Lists, brakes: Sequence[Pulled], words: Words, zone: ZoneInfo) -> list[Block]:
    """At most 12 blocks, to stand above the queue."""
    blocks: list[Block] = []
    if brakes:
        said = [words(f"hold.{brake.scope}", name=txt.marked(brake.name, 60)) for brake in brakes[:LINES]]
        blocks.append(kit.section(f":octagonal_sign: *{words('posts.braked', what=words('mark.comma').join(said))}*"))
    blocks.append(kit.header(words("posts.title")))
    for name, slots in (("wanting", posts.wanting), ("next", posts.next), ("mine", posts.mine)):
        if slots:
            lines = [_line(slot, words, zone) for slot in slots[:LINES]]
            if len(slots) > LINES:
                lines.append(words("posts.more"))
            blocks.append(kit.section("\n".join([f"*{words(f'posts.{name}')}*", *lines])))
    if not (posts.wanting or posts.next or posts.mine):
        blocks.append(kit.section(words("posts.none")))
    ways = kit.actions(
        kit.button(words(Verb.WRITE_POST), Verb.WRITE_POST, style="primary"),
        kit.button(words(Verb.CALENDAR), Verb.CALENDAR),
        kit.button(words(Verb.IMPORT_POSTS), Verb.IMPORT_POSTS),
    )
    drafts = [
        kit.button(words("posts.draft", n=slot.post), Verb.EDIT_POST, str(slot.post)) for slot in posts.mine[:LINES]
    ]
    return [*blocks, ways, *([kit.actions(*drafts) | {"block_id": "drafts"}] if drafts else [])]


def _line(slot: Slot, words: Words, zone: ZoneInfo) -> str:
    when = f"{slot.at.astimezone(zone):%m-%d %H:%M}" if slot.at.year < 9999 else words("posts.no_time")
    where = txt.marked(words("mark.comma").join(slot.accounts), 60) or "–"
    said = txt.marked(slot.text, 80) or words("calendar.no_text")
    return words("mark.dot").join((f"{MARKS[slot.state]} {when}", where, f"#{slot.post} {said}"))
