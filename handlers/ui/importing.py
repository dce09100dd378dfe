"""Draws the windows in which posts are taken in from a sheet and given out as one, and what became of every row.
Pure functions; what stood in a file is literal text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Words
from bot.posts.exporting import Exported
from bot.posts.importing import Asked, Taken
from bot.posts.sheet import Refused
from bot.posts.walltime import Order
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.verbs import Verb

FILE, PASTE, ACCOUNTS, ZONE, ORDER = "file", "paste", "accounts", "zone", "order"
"""The fields."""
FILE_TYPES = ["csv", "tsv", "txt"]
BOXES_MOST = 10
"""Tick boxes in one field: Slack's limit."""
OPTIONS_MOST = 100
LINES_MOST = 200
"""Rows told of in one window: Slack takes 250 kB of JSON (`view_too_large`), where a Chinese sentence is up to one. The
others are told of when these are mended.
"""
TOGETHER = 50
"""Lines in one block."""


@dataclass(frozen=True, slots=True)
class Window:
    """The window to take posts in. `chosen`, `zone`, `paste`: what its fields hold; `file`: the name of one that was
    handed in already; `example`: a date that may mean two days, with what it means in either order.
    """

    accounts: Sequence[str]
    zones: Sequence[str]
    memory: str
    reads: bool
    chosen: Sequence[str] = ()
    zone: str = ""
    paste: str = ""
    file: str = ""
    example: str = ""
    readings: Mapping[Order, datetime | None] | None = None


def take_in(made: Window, words: Words) -> Block:
    """Choose a file or paste what is in it; with an `example`, say first which day it means."""
    blocks = _question(made, words) if made.example else [kit.section(words("post_import.about"))]
    if made.file:
        blocks.append(kit.context(kit.plain(words("mark.label", label=words("exchange.file"), text=made.file), 200)))
    elif made.reads and not made.example:
        picker: Block = {"type": "file_input", "filetypes": FILE_TYPES, "max_files": 1}
        blocks.append(kit.field(FILE, words("exchange.file"), picker, hint=words("exchange.file_hint"), optional=True))
    elif not made.reads:
        blocks.append(kit.section(f":information_source: {words('exchange.no_scope', scope='`files:read`')}"))
    if not made.file:
        box: Block = {"type": "plain_text_input", "multiline": True, "max_length": kit.INPUT_MOST}
        box |= {"initial_value": made.paste} if made.paste else {}
        blocks.append(kit.field(PASTE, words("exchange.paste"), box, hint=words("exchange.paste_hint"), optional=True))
    if made.accounts:
        blocks.append(_accounts(made, words))
    blocks.append(_zones(made, words))
    return kit.modal(
        words("post_import.title"),
        blocks,
        close=words("modal.close"),
        submit=words("post_import.submit"),
        callback=Verb.IMPORT_POSTS,
        private_metadata=made.memory,
    )


def taken_in(taken: Taken, memory: str | None, words: Words) -> Block:
    """What became of every row. `memory`: names the drafts for the button below; None: there is no button."""
    made = words("post_import.made", n=len(taken.made)) if taken.made else words("post_import.none")
    blocks = [kit.section(f":white_check_mark: {made}" if taken.made else made)]
    if taken.known:
        blocks.append(kit.section(words("post_import.known", n=taken.known)))
    if taken.made and memory is not None:
        about = kit.confirm(
            words("post_import.all_title"),
            words("post_import.all_text", n=len(taken.made)),
            words(Verb.SUBMIT_ALL),
            words("confirm.no"),
        )
        button = kit.button(words(Verb.SUBMIT_ALL), Verb.SUBMIT_ALL, style="primary", confirm=about | _CALM)
        blocks.append(kit.actions(button))
    if taken.refused:
        blocks.append(kit.section(words("post_import.refused", n=len(taken.refused))))
        blocks += _listed([(_place(each, words), refusal(each, words)) for each in taken.refused], words)
        blocks.append(kit.context(kit.plain(words("post_import.again"), 300)))
    if taken.unknown:
        names = txt.one_line(words("mark.comma").join(taken.unknown), 300)
        blocks.append(kit.context(kit.plain(words("post_import.unknown", columns=names), 500)))
    more = {"private_metadata": memory} if memory is not None else {}
    return kit.modal(words("post_import.title"), blocks, close=words("modal.close"), **more)


def asked(done: Asked, sentences: Mapping[int, str], words: Words) -> Block:
    """What became of asking for approval of all. `sentences`: by post, why it was not asked for."""
    blocks = [kit.section(words("post_import.asked", n=done.asked) if done.asked else words("post_import.asked_none"))]
    if done.before:
        blocks.append(kit.section(words("post_import.asked_before", n=done.before)))
    left = [(number, words("post_import.unseen")) for number in done.unseen]
    left += [(number, sentences[number]) for number, _ in done.failed]
    if left:
        blocks.append(kit.section(words("post_import.not_asked", n=len(left))))
        blocks += _listed([(words("post_import.post", post=number), said) for number, said in left], words)
    return kit.modal(words("post_import.title"), blocks, close=words("modal.close"))


def given_out(channel: str, words: Words) -> Block:
    """The file is in a channel."""
    said = words("exchange.shared", channel=f"<#{channel}>")
    return kit.modal(words("post_import.out_title"), [kit.section(said)], close=words("modal.close"))


def to_copy(text: str, scope: str, words: Words) -> Block:
    """The token may not share files: what to do, and the sheet itself where it is short."""
    blocks = [kit.section(f":information_source: {words('exchange.no_scope', scope=f'`{txt.escape(scope)}`')}")]
    if text and txt.units(text) <= kit.INPUT_MOST:
        blocks.append(kit.section(words("exchange.copy")))
        blocks.append(kit.rich({"type": "rich_text_preformatted", "elements": [kit.words(text)]}))
    return kit.modal(words("post_import.out_title"), blocks, close=words("modal.close"))


def comment(out: Exported, by: str, words: Words) -> str:
    """What is said beside the file, as mrkdwn."""
    said = [words("post_import.comment", n=out.posts, by=by, zone=out.zone.key)]
    return " ".join([*said, *([words("post_import.no_files", n=out.files)] if out.files else [])])


def refusal(each: Refused, words: Words) -> str:
    """Why a row or a file was not taken and what to do, as plain text."""
    given = dict(each.params)
    if each.code == "bad_media":
        given["problem"] = words.first(f"reason.{given.get('reason')}", "reason.broken", **given)
    return words.first(f"post_refused.{each.code}", "post_refused.other", **given)


_CALM: Block = {"style": "primary"}
"""Not a dangerous thing to do."""


def _question(made: Window, words: Words) -> list[Block]:
    """Which day is it? Nothing else in the window has an answer that Slack insists on."""
    said = words("post_import.ambiguous", example=txt.marked(made.example, 60))
    options = []
    for order, wall in (made.readings or {}).items():
        day = f"{wall:%Y-%m-%d}" if wall is not None else words("post_import.no_date")
        options.append({"text": kit.plain(words(f"post_import.{order}", day=day)), "value": order})
    radio: Block = {"type": "radio_buttons", "options": options}
    return [kit.section(f":calendar: {said}"), kit.field(ORDER, words("post_import.order"), radio)]


def _accounts(made: Window, words: Words) -> Block:
    options = [{"text": kit.plain(name), "value": name} for name in made.accounts[:OPTIONS_MOST]]
    menu: Block = {"type": "checkboxes" if len(options) <= BOXES_MOST else "multi_static_select", "options": options}
    if held := [option for option in options if option["value"] in made.chosen]:
        menu["initial_options"] = held
    hint = words("post_import.accounts_hint")
    return kit.field(ACCOUNTS, words("post_import.accounts"), menu, hint=hint, optional=True)


def _zones(made: Window, words: Words) -> Block:
    options = [{"text": kit.plain(name), "value": name} for name in made.zones]
    chosen = next((option for option in options if option["value"] == made.zone), options[0])
    menu: Block = {"type": "static_select", "options": options, "initial_option": chosen}
    return kit.field(ZONE, words("post_field.zone"), menu, hint=words("post_import.zone_hint"))


def _place(each: Refused, words: Words) -> str:
    if not each.line:
        return words("post_import.whole")
    column = txt.one_line(each.column, 60)
    return words("post_import.cell", row=each.line, column=column) if column else words("exchange.row", row=each.line)


def _listed(lines: Sequence[tuple[str, str]], words: Words) -> list[Block]:
    """Lines of a place and a sentence."""
    rows = [
        kit.line(kit.words(txt.one_line(place, 120), "bold"), kit.words(" " + txt.one_line(said, 300)))
        for place, said in lines[:LINES_MOST]
    ]
    blocks = [
        kit.rich({"type": "rich_text_list", "style": "bullet", "elements": rows[at : at + TOGETHER]})
        for at in range(0, len(rows), TOGETHER)
    ]
    if (rest := len(lines) - LINES_MOST) > 0:
        blocks.append(kit.context(kit.plain(words("exchange.more", n=rest), 200)))
    return blocks
