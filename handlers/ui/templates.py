"""Draws the list of templates, and the windows to take templates in and to give them out.
Pure functions; what the team or anybody else wrote is literal text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.entries import Entry
from bot.desk.templates import Imported
from bot.i18n import Words
from handlers.template_fields import place
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.text import Staff
from handlers.verbs import Verb

PAGE = 12
"""Templates on a page: each takes three of the hundred blocks a window may have."""
QUERY_MOST = 200
REFUSED_MOST = 30
FILE, PASTE = "file", "paste"
"""The fields of the import window."""
FILE_TYPES = ["csv", "tsv", "txt", "json"]


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of the list. `start`: of the first entry shown, from 0; `proposals`: how many wait."""

    query: str
    start: int
    total: int
    entries: Sequence[Entry]
    proposals: int


def listing(shown: Listing, memory: str, staff: Staff, now: datetime, words: Words) -> Block:
    """The list: search, what can be done with all of them, then each."""
    box: Block = {
        "type": "plain_text_input",
        "max_length": QUERY_MOST,
        "placeholder": kit.plain(words("templates.find")),
    }
    if shown.query:
        box["initial_value"] = shown.query
    search = kit.field(Verb.FIND, words("templates.search"), box, optional=True)
    blocks = [
        search | {"dispatch_action": True},
        kit.actions(
            kit.button(words("template.new"), Verb.NEW, style="primary"),
            kit.button(words("template.take_in"), Verb.TAKE_IN, confirm=_about_import(words)),
            kit.button(words("template.export_csv"), Verb.EXPORT_CSV),
            kit.button(words("template.export_pack"), Verb.EXPORT_PACK),
        ),
        kit.actions(
            kit.button(f"{words('proposal.list')} ({shown.proposals})", Verb.PROPOSALS),
            kit.button(words("question.list"), Verb.QUESTIONS),
        ),
        kit.context(kit.plain(_count(shown, words), 200)),
    ]
    for n, entry in enumerate(shown.entries):
        blocks += [kit.divider(), *_entry(entry, n, staff, now, words)]
    before, after = shown.start > 0, shown.start + len(shown.entries) < shown.total
    if before or after:
        last = (shown.total - 1) // PAGE * PAGE
        back, onward = max(0, min(shown.start, last + PAGE) - PAGE), shown.start + PAGE
        blocks.append(kit.divider())
        blocks.append(
            kit.actions(
                kit.button(words("template.previous"), Verb.PREVIOUS, str(back)) if before else None,
                kit.button(words("template.next"), Verb.NEXT, str(onward)) if after else None,
            )
        )
    return kit.modal(
        words("templates.title"),
        blocks,
        close=words("modal.close"),
        submit=words("template.find"),
        callback=Verb.FIND,
        private_metadata=memory,
    )


def purpose(said: Mapping[str, str], words: Words) -> str:
    """What a template is for, in the reader's language; "" where nobody said."""
    return said.get(words.locale) or next(iter(said.values()), "")


def take_in(file: bool, memory: str, words: Words) -> Block:
    """Choose a file, or paste what is in it. `file`: whether the token lets us read one."""
    blocks = [kit.section(words("exchange.about"))]
    if file:
        picker: Block = {"type": "file_input", "filetypes": FILE_TYPES, "max_files": 1}
        blocks.append(kit.field(FILE, words("exchange.file"), picker, hint=words("exchange.file_hint"), optional=True))
    else:
        blocks.append(kit.section(f":information_source: {words('exchange.no_scope', scope='`files:read`')}"))
    box: Block = {"type": "plain_text_input", "multiline": True, "max_length": kit.INPUT_MOST}
    blocks.append(kit.field(PASTE, words("exchange.paste"), box, hint=words("exchange.paste_hint"), optional=True))
    return kit.modal(
        words("exchange.title"),
        blocks,
        close=words("modal.close"),
        submit=words("template.take_in"),
        callback=Verb.TAKE_IN,
        private_metadata=memory,
    )


def taken_in(result: Imported, words: Words) -> Block:
    """How many were stored, and which rows were not and why."""
    blocks = [kit.section(f":white_check_mark: {words('exchange.stored', n=len(result.made))}")]
    if result.refused:
        blocks.append(kit.section(words("exchange.refused", n=len(result.refused))))
        rows = []
        for each in result.refused[:REFUSED_MOST]:
            name, number = place(each.key)
            field = words(f"tpl_field.{name}") if name else each.key
            if number is not None:
                field = words("tpl_field.nth", field=field, n=number)
            problem = words.first(f"template_error.{each.code}", "tpl_field.other", **each.params)
            row = words("exchange.row", row=each.row) if each.row else words("exchange.id", id=each.key)
            said = words("exchange.reason", field=field, problem=problem) if each.row else problem
            rows.append(kit.line(kit.words(txt.one_line(row, 120), "bold"), kit.words(" " + txt.one_line(said, 300))))
        blocks.append(kit.rich({"type": "rich_text_list", "style": "bullet", "elements": rows}))
        if (rest := len(result.refused) - REFUSED_MOST) > 0:
            blocks.append(kit.context(kit.plain(words("exchange.more", n=rest), 200)))
    return kit.modal(words("exchange.title"), blocks, close=words("modal.close"))


def given_out(channel: str, words: Words) -> Block:
    """The file is in a channel."""
    said = words("exchange.shared", channel=f"<#{channel}>")
    return kit.modal(words("exchange.out_title"), [kit.section(said)], close=words("modal.close"))


def to_copy(text: str, scope: str, words: Words) -> Block:
    """The token may not share files: what to do, and the text itself where a field can hold it."""
    blocks = [kit.section(f":information_source: {words('exchange.no_scope', scope=f'`{txt.escape(scope)}`')}")]
    submit = None
    if text and txt.units(text) <= kit.INPUT_MOST:
        box: Block = {"type": "plain_text_input", "multiline": True, "initial_value": text}
        blocks.append(kit.field("copy", words("exchange.copy"), box, optional=True))
        submit = words("exchange.copied")
    return kit.modal(
        words("exchange.out_title"), blocks, close=words("modal.close"), submit=submit, callback=Verb.EXPORT_CSV
    )


def _about_import(words: Words) -> Block:
    title, text = words("exchange.confirm_title"), words("exchange.confirm_text")
    return kit.confirm(title, text, words("exchange.confirm_yes"), words("confirm.no")) | {"style": "primary"}


def _count(shown: Listing, words: Words) -> str:
    if not shown.total:
        return words("templates.none")
    last = shown.start + len(shown.entries)
    return words("templates.count", first=shown.start + 1, last=last, total=f"{shown.total:,}")


def _entry(entry: Entry, n: int, staff: Staff, now: datetime, words: Words) -> list[Block]:
    name = entry.template.id
    title = txt.one_line(purpose(entry.template.purpose, words), 120) or "?"
    runs = [kit.words(title, "bold"), kit.words("  "), kit.words(name, "code")]
    if entry.retired:
        runs += [kit.words("  "), kit.words(words("templates.retired"), "italic")]
    said = words("mark.dot").join(_facts(entry, staff, now, words))
    return [
        kit.rich(kit.line(*runs)),
        kit.context(kit.plain(said, 600)),
        kit.actions(
            kit.button(words("template.edit"), Verb.CHANGE, name, says=words("templates.edit_says", name=title)),
            kit.button(words("template.restore"), Verb.RESTORE, name)
            if entry.retired
            else kit.button(words("template.retire"), Verb.RETIRE, name, confirm=_about_retiring(title, words)),
        )
        | {"block_id": f"entry.{n}.{name}.{entry.version}"[:255]},
    ]


def _facts(entry: Entry, staff: Staff, now: datetime, words: Words) -> list[str]:
    used, said = entry.usage, []
    if used.shown:
        said.append(words("templates.shown", n=used.shown))
        counts = {"as_is": used.as_is, "edited": used.edited, "passed": used.passed}
        said += [words(f"templates.{key}", n=n) for key, n in counts.items() if n]
    else:
        said.append(words("templates.never"))
    if used.last_used is not None:
        said.append(words("templates.last_used", age=words.age((now - used.last_used).total_seconds())))
    if entry.examples:
        said.append(words("templates.examples", n=entry.examples))
    if entry.template.until is not None:
        said.append(words("templates.until", day=entry.template.until.isoformat()))
    if entry.pack:
        said.append(words("templates.pack", pack=entry.pack))
    if entry.by:
        key = "templates.changed" if entry.pack else "templates.made"
        said.append(words(key, by=staff.name(entry.by, words)))
    return said


def _about_retiring(title: str, words: Words) -> Block:
    text = words("templates.retire_text", name=title)
    return kit.confirm(words("templates.retire_title"), text, words("template.retire"), words("confirm.no"))
