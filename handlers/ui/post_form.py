"""Draws the windows in which a post is written, previewed, moved and sent back.
Pure functions; a preview shows exactly what will be public, and nothing in it is ever cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.i18n import Words
from bot.posts.content import Content, Shown
from bot.posts.policy import Policy
from bot.posts.recurrence import OnHoliday
from bot.store.posts import Late
from handlers.post_fields import NEVER, OTHER, REPEATS, VARIANT, Fields
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.card import platform_name
from handlers.ui.modals import zone_name
from handlers.verbs import Verb

OPTIONS_MOST = 100
BOXES_MOST = 10
"""Tick boxes in one field: Slack's limit."""
NOTE_MOST = 1000
IMAGES = ["png", "jpg", "jpeg", "gif", "webp"]
FILES_MOST = 10
PREVIEW_MOST = 90
"""Blocks of a preview: a window may have a hundred."""


@dataclass(frozen=True, slots=True)
class Form:
    """The window. `fields`: what they hold; `number`: the post's, None for a new one; `variants`: accounts that have a
    text of their own; `said`: sentences on top; `reads`: whether files may be asked for; `threads`: accounts that can
    go on in a further post; `habits`: sentences about the best times, as plain text.
    """

    fields: Fields
    number: int | None
    memory: str
    accounts: Sequence[tuple[str, str]]
    variants: Sequence[str]
    media: Sequence[dict[str, Any]]
    policy: Policy
    zones: Sequence[str]
    said: Sequence[str] = ()
    reads: bool = True
    threads: Sequence[str] = ()
    habits: Sequence[str] = ()


def form(made: Form, words: Words) -> Block:
    """Everything about one post."""
    blocks = [kit.section(sentence) for sentence in made.said]
    blocks.append(_text(made, "text", words, lines=True, optional=True))
    blocks.append(
        _boxes(made, "accounts", [(name, _account(name, kind, words)) for name, kind in made.accounts], words)
    )
    blocks += [_variant(made, name, words) for name in made.variants]
    others = [(name, kind) for name, kind in made.accounts if name not in made.variants]
    if len(made.accounts) > 1 and others:
        options = [(_account(name, kind, words), name) for name, kind in others[:OPTIONS_MOST]]
        menu = kit.select(words("post_form.variant_menu"), Verb.POST_FORM, options)
        blocks.append(kit.actions(menu) | {"block_id": f"variants.{len(made.variants)}"})
    blocks += _time(made, words)
    if made.habits:
        blocks.append(kit.context(*(kit.plain(line, 300) for line in made.habits)))
    blocks += _files(made, words)
    blocks.append(_text(made, "comment", words, lines=True, optional=True))
    if made.threads:
        known = [(name, _account(name, kind, words)) for name, kind in made.accounts if name in made.threads]
        blocks.append(_boxes(made, "split", known, words))
    blocks += _repeat(made, words)
    blocks += [_tag(made, name, words) for name in ("pillar", "intervention", "campaign")]
    late = [(each.value, words(f"post_form.late_{each}")) for each in Late]
    blocks.append(_menu(made, "late", late, words))
    return kit.modal(
        words("post_form.title" if made.number is not None else "post_form.new_title"),
        blocks,
        close=words("modal.close"),
        submit=words("post_form.submit"),
        callback=Verb.POST_FORM,
        private_metadata=made.memory,
        notify_on_close=True,
    )


def preview(
    shown: Sequence[Shown], content: Content, memory: str, said: Sequence[str], submit: str | None, words: Words
) -> Block:
    """Exactly what will be public on every account. `submit`: what the button does; None: there is nothing to ask."""
    blocks = [kit.section(sentence) for sentence in said]
    for each in shown:
        counter = words.first(f"counter.{each.counter}", "counter.codepoints")
        blocks.append(kit.header(_account(each.account, each.platform, words)))
        for n, part in enumerate(each.parts):
            blocks.append(kit.rich(kit.quote(kit.words(part.text))))
            count = words("modal.preview_count", length=part.length, limit=each.limit, counter=counter)
            nth = (
                words("post_form.part", n=n + 1, of=len(each.parts)) + words("mark.dot") if len(each.parts) > 1 else ""
            )
            blocks.append(kit.context(kit.plain(nth + count, 200)))
        blocks += [
            kit.section(f":warning: {_problem(problem.key, problem.params, words)}") for problem in each.problems
        ]
        if each.mute:
            blocks.append(kit.context(kit.plain(words("post_form.mute"), 200)))
        if each.splits and len(each.parts) == 1:
            blocks.append(kit.context(kit.plain(words("post_form.would_split"), 200)))
    for file in content.media:
        alt = str(file.get("alt", "")) or words("post_form.no_alt")
        blocks.append(kit.context(kit.plain(words("mark.label", label=str(file.get("name", "")), text=alt), 1000)))
    if content.comment:
        blocks.append(kit.context(kit.plain(words("post_form.then_comment"), 200)))
        blocks.append(kit.rich(kit.quote(kit.words(content.comment))))
    if len(blocks) > PREVIEW_MOST:
        blocks = [*blocks[:PREVIEW_MOST], kit.section(f":warning: {words('post_form.too_much')}")]
        submit = None
    return kit.modal(
        words("post_form.preview_title"),
        blocks,
        close=words("post_form.back"),
        submit=submit,
        callback=Verb.SUBMIT_POST,
        private_metadata=memory,
    )


def move(content: Content, memory: str, zones: Sequence[str], words: Words) -> Block:
    """Another time for a post."""
    fields = {
        "day": content.wall.date().isoformat() if content.wall else None,
        "clock": content.wall.strftime("%H:%M") if content.wall else None,
        "zone": content.zone,
    }
    made = Form(fields, None, memory, (), (), (), Policy(), zones)
    return kit.modal(
        words("post_form.move_title"),
        [kit.section(words("post_form.move_intro")), *_time(made, words, optional=False)],
        close=words("modal.close"),
        submit=words("post_form.move_submit"),
        callback=Verb.MOVE_POST,
        private_metadata=memory,
    )


def changes(memory: str, words: Words) -> Block:
    """What should be changed."""
    box: Block = {"type": "plain_text_input", "multiline": True, "max_length": NOTE_MOST, "focus_on_load": True}
    return kit.modal(
        words("post_form.changes_title"),
        [kit.field("note", words("post_form.changes_label"), box)],
        close=words("modal.close"),
        submit=words("post_form.changes_submit"),
        callback=Verb.ASK_CHANGES,
        private_metadata=memory,
    )


def understood(wall: datetime, zone: ZoneInfo, team: ZoneInfo, now: datetime, words: Words) -> str:
    """What was read as the time, in the person's zone, in the team's, and in UTC, as mrkdwn."""
    at = wall.replace(tzinfo=zone)
    zones = list(dict.fromkeys((zone.key, team.key, "UTC")))
    said = [f"{at.astimezone(ZoneInfo(name)):%Y-%m-%d %H:%M} {zone_name(ZoneInfo(name), at)}" for name in zones]
    return words("post_form.understood", times=f"*{said[0]}*") + "".join(f"\n{each}" for each in said[1:])


def _account(name: str, kind: str, words: Words) -> str:
    return words("mark.aside", text=name, aside=platform_name(kind, words)) if kind else name


def _problem(key: str, params: Any, words: Words) -> str:
    return txt.escape(words.first(f"problem.{key}", "problem.other", **params))


def _text(made: Form, name: str, words: Words, *, lines: bool = False, optional: bool = False, most: int = 0) -> Block:
    box: Block = {"type": "plain_text_input", "max_length": most or kit.INPUT_MOST}
    if lines:
        box["multiline"] = True
    if held := made.fields.get(name):
        box["initial_value"] = held
    return _field(name, box, words, optional=optional)


def _variant(made: Form, account: str, words: Words) -> Block:
    box: Block = {"type": "plain_text_input", "multiline": True, "max_length": kit.INPUT_MOST}
    if held := made.fields.get(f"{VARIANT}{account}"):
        box["initial_value"] = held
    return kit.field(f"{VARIANT}{account}", words("post_form.variant", account=account), box, optional=True)


def _field(name: str, element: Block, words: Words, *, optional: bool = True) -> Block:
    hint = words(f"post_hint.{name}") if words.has(f"post_hint.{name}") else None
    return kit.field(name, words(f"post_field.{name}"), element, hint=hint, optional=optional)


def _option(text: str, value: str) -> Block:
    return {"text": kit.plain(text), "value": value}


def _boxes(made: Form, name: str, known: Sequence[tuple[str, str]], words: Words) -> Block:
    held = made.fields.get(name) or []
    options = [_option(text, value) for value, text in known[:OPTIONS_MOST]]
    kind = "checkboxes" if len(options) <= BOXES_MOST else "multi_static_select"
    menu: Block = {"type": kind, "options": options}
    if chosen := [option for option in options if option["value"] in held]:
        menu["initial_options"] = chosen
    return _field(name, menu, words, optional=name != "accounts")


def _menu(made: Form, name: str, known: Sequence[tuple[str, str]], words: Words) -> Block:
    options = [_option(text, value) for value, text in known[:OPTIONS_MOST]]
    chosen = next((option for option in options if option["value"] == made.fields.get(name)), options[0])
    return _field(name, {"type": "static_select", "options": options, "initial_option": chosen}, words, optional=False)


def _files(made: Form, words: Words) -> list[Block]:
    blocks: list[Block] = []
    if made.media:
        known = [(str(file["digest"]), str(file.get("name", file["digest"]))) for file in made.media[:BOXES_MOST]]
        blocks.append(_boxes(made, "drop", known, words))
    if made.reads:
        room = max(1, FILES_MOST - len(made.media))
        blocks.append(_field("files", {"type": "file_input", "filetypes": IMAGES, "max_files": room}, words))
    if made.media or made.reads:
        blocks.append(_text(made, "alts", words, lines=True, optional=True))
    else:
        blocks.append(kit.context(kit.mrkdwn(words("post_form.no_files"))))
    return blocks


def _time(made: Form, words: Words, *, optional: bool = True) -> list[Block]:
    day: Block = {"type": "datepicker"}
    if held := made.fields.get("day"):
        day["initial_date"] = held
    clock: Block = {"type": "timepicker"}
    if held := made.fields.get("clock"):
        clock["initial_time"] = held
    return [
        _field("day", day, words, optional=optional),
        _field("clock", clock, words, optional=optional),
        _menu(made, "zone", [(zone, zone) for zone in made.zones], words),
    ]


def _repeat(made: Form, words: Words) -> list[Block]:
    repeats = [(name, words(f"post_form.repeat_{name}")) for name in (NEVER, *REPEATS, OTHER)]
    holidays = [(each.value, words(f"post_form.holiday_{each}")) for each in OnHoliday]
    return [
        _menu(made, "repeat", repeats, words),
        _text(made, "rule", words, optional=True, most=300),
        _menu(made, "holiday", holidays, words),
    ]


def _tag(made: Form, name: str, words: Words) -> Block:
    known = {
        "pillar": made.policy.pillars,
        "intervention": made.policy.interventions,
        "campaign": made.policy.campaigns,
    }[name]
    held = made.fields.get(name) or ""
    if not known:
        return _text(made, name, words, optional=True, most=60)
    options = [
        ("-", words("tpl_option.none")),
        *((each, each) for each in dict.fromkeys((*known, *filter(None, [held])))),
    ]
    return _menu(made, name, options, words)
