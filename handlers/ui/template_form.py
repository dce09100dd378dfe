"""Draws the window in which one template is written: every field, and what its wordings look like to a reader.
A pure function of what the fields hold; nothing in it is ever cut.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.desk.samples import Sample
from bot.i18n import Words
from handlers.template_fields import CLEAR, NONE, PARTS, PURPOSES, SEVERAL, USUAL, Fields
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.card import platform_name
from handlers.ui.text import Staff
from handlers.verbs import Verb
from replies.library import Library
from replies.templates import KINDS, PURPOSE, TONES, Risk

SAMPLES = 6
"""Wordings a preview shows; a window may be 250 kB and have a hundred blocks."""
OPTIONS_MOST = 100
LONG = ("phrases", "bodies_zh", "bodies_en", "short_zh", "short_en")
"""The fields that may hold more than Slack takes."""


@dataclass(frozen=True, slots=True)
class Form:
    """The window. `fields`: what they hold; `name`: the template's id, "" for a new one; `said`: sentences on top;
    `samples`: the preview, None before it was asked for.
    """

    fields: Fields
    name: str
    memory: str
    platforms: Sequence[str] = ()
    said: Sequence[str] = ()
    samples: Sequence[Sample] | None = None
    problem: str = ""


def form(made: Form, library: Library, words: Words) -> Block:
    """Everything about one template."""
    blocks = [kit.section(f":warning: {txt.escape(sentence)}") for sentence in made.said]
    if made.name:
        blocks.append(kit.rich(kit.line(kit.words(made.name, "code"))))
    else:
        blocks.append(_text(made, "id", words, most=64))
    blocks += [_text(made, name, words, most=PURPOSE) for name in PURPOSES]
    blocks.append(_text(made, "phrases", words, lines=True))
    blocks += [_text(made, name, words, lines=True, optional=True) for name in ("bodies_zh", "bodies_en")]
    # Named after what the fields hold: after a change it is another button, however soon it is pressed again.
    mark = zlib.crc32(repr(sorted(made.fields.items(), key=str)).encode("utf-8", "replace"))
    blocks.append(kit.actions(kit.button(words("template.preview"), Verb.SAMPLE)) | {"block_id": f"preview.{mark}"})
    blocks += _preview(made, words)
    blocks += [_text(made, name, words, lines=True, optional=True) for name in ("short_zh", "short_en")]
    blocks += [_part(made, name, library, words) for name in PARTS]
    blocks.append(_risk(made, words))
    blocks += _ends(made, words)
    blocks += [block for name in SEVERAL if (block := _several(made, name, words)) is not None]
    blocks.append(_text(made, "hours", words, most=40, optional=True))
    blocks.append(_text(made, "segments", words, most=600, optional=True))
    return kit.modal(
        words("template_form.title" if made.name else "template_form.new_title"),
        blocks,
        close=words("modal.close"),
        submit=words("template_form.submit"),
        callback=Verb.CHANGE,
        private_metadata=made.memory,
    )


def _text(
    made: Form, name: str, words: Words, *, most: int = kit.INPUT_MOST, lines: bool = False, optional: bool = False
) -> Block:
    box: Block = {"type": "plain_text_input", "max_length": most}
    if lines:
        box["multiline"] = True
    if held := made.fields.get(name):
        box["initial_value"] = held
        box["max_length"] = max(most, min(kit.INPUT_MOST, txt.units(held)))
    return _field(name, box, words, optional=optional)


def _field(name: str, element: Block, words: Words, *, optional: bool = True) -> Block:
    hint = words(f"tpl_hint.{name}") if words.has(f"tpl_hint.{name}") else None
    return kit.field(name, words(f"tpl_field.{name}"), element, hint=hint, optional=optional)


def _option(text: str, value: str) -> Block:
    return {"text": kit.plain(text), "value": value}


def _part(made: Form, name: str, library: Library, words: Words) -> Block:
    held = made.fields.get(name) or NONE
    options = [_option(words("tpl_option.none"), NONE)]
    if name == "signature":
        options.append(_option(words("tpl_option.usual"), USUAL))
    known = [part.id for part in library.parts.values() if part.role.value == name]
    if held not in (NONE, USUAL) and held not in known:
        known.insert(0, held)
    options += [_option(each, each) for each in known[: OPTIONS_MOST - len(options)]]
    chosen = next((option for option in options if option["value"] == held), options[0])
    return _field(name, {"type": "static_select", "options": options, "initial_option": chosen}, words, optional=False)


def _risk(made: Form, words: Words) -> Block:
    options = [_option(words(f"tpl_option.{risk}"), risk.value) for risk in (Risk.CAREFUL, Risk.SAFE)]
    chosen = options[1] if made.fields.get("risk") == Risk.SAFE else options[0]
    return _field(
        "risk", {"type": "radio_buttons", "options": options, "initial_option": chosen}, words, optional=False
    )


def _ends(made: Form, words: Words) -> list[Block]:
    """The last day and the owner; tick boxes beside them, since Slack's pickers cannot be emptied."""
    day: Block = {"type": "datepicker"}
    if until := made.fields.get("until"):
        day["initial_date"] = until
    person: Block = {"type": "users_select"}
    if owner := made.fields.get("owner"):
        person["initial_user"] = owner
    blocks = [_field("until", day, words), _field("owner", person, words)]
    held = [name for name in ("until", "owner") if made.fields.get(name)]
    if held:
        options = [_option(words(f"tpl_option.no_{name}"), name) for name in held]
        boxes: Block = {"type": "checkboxes", "options": options}
        if ticked := [each for each in options if each["value"] in (made.fields.get(CLEAR) or ())]:
            boxes["initial_options"] = ticked
        blocks.append(_field(CLEAR, boxes, words))
    return blocks


def _several(made: Form, name: str, words: Words) -> Block | None:
    held = made.fields.get(name) or []
    known = {"platforms": list(made.platforms), "kinds": list(KINDS), "tones": list(TONES)}[name]
    known += [each for each in held if each not in known]
    if not known:
        return None
    options = [_option(_named(name, each, words), each) for each in known[:OPTIONS_MOST]]
    menu: Block = {"type": "multi_static_select", "options": options}
    if chosen := [each for each in options if each["value"] in held]:
        menu["initial_options"] = chosen
    return _field(name, menu, words)


def _named(name: str, value: str, words: Words) -> str:
    if name == "platforms":
        return platform_name(value, words)
    return words.first(f"kind.{value}" if name == "kinds" else f"tpl_tone.{value}", "tpl_tone.unsure")


def _preview(made: Form, words: Words) -> list[Block]:
    if made.problem:
        return [kit.section(f":warning: {txt.escape(made.problem)}")]
    if made.samples is None:
        return []
    blocks: list[Block] = []
    for sample in made.samples[:SAMPLES]:
        if sample.reason is not None:
            params: dict[str, Any] = dict(sample.reason.params)
            said = words.first(f"withheld.{sample.reason.code}", "withheld.other", **params)
            blocks.append(kit.rich(kit.line(kit.words(f"{_wording(sample, words)} ", "bold"), kit.words(said))))
            continue
        length = words("template_form.length", n=f"{len(sample.text):,}")
        head = kit.line(kit.words(f"{_wording(sample, words)} ", "bold"), kit.words(length))
        blocks.append(kit.rich(head, kit.quote(kit.words(txt.cleaned(sample.text, 3000)))))
    if (rest := len(made.samples) - SAMPLES) > 0:
        blocks.append(kit.context(kit.plain(words("template_form.more", n=rest), 200)))
    return blocks


def _wording(sample: Sample, words: Words) -> str:
    table, *_, language, number = sample.wording.split(".")
    name = f"{'short' if table == 'short' else 'bodies'}_{'en' if language == 'en' else 'zh'}"
    field = words(f"tpl_field.{name}")
    if table == "platforms":
        field = words("mark.aside", text=field, aside=platform_name(sample.wording.split(".")[1], words))
    return words("tpl_field.nth", field=field, n=number)


def theirs(fields: Fields, typed: Fields, by: str, staff: Staff, words: Words) -> str:
    """What to say where somebody else changed the template meanwhile: who, and which fields differ now."""
    names = [name for name in fields if name != "id" and name in typed and (typed[name] or "") != (fields[name] or "")]
    listed = words("mark.comma").join(words(f"tpl_field.{name}") for name in names) or "–"
    return words("template_form.stale", by=staff.name(by, words), fields=listed)
