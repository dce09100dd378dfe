"""Builds Block Kit pieces and knows its limits; everything that reaches Slack is made of these.
It never sees a card or a queue, and never lets a text be longer than Slack takes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from handlers.ui.text import cleaned, cut_marked, units

Block = dict[str, Any]

# Block Kit reference, unless said otherwise.
TEXT_MOST = 3900
"""Of a message's `text`: chat.update refuses 4,000; longer posts have been seen to be split in two."""
BLOCKS_MOST = 12_800
"""Characters of JSON of all blocks of one message: bolt-js issue 2509 measured a refusal from about 13,200."""
SECTION_MOST = 3000
BUTTON_MOST = 75
LABEL_MOST = 2000
TITLE_MOST = 24
INPUT_MOST = 3000
VALUE_MOST = 2000
CONFIRM_TEXT_MOST = 300


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its blocks, and `text` with the same content for screen readers and notifications.

    `plainly`: the rows of buttons for `plain`, where they are not those of `blocks`: its words may be cut, and nobody
    may approve what they cannot read.
    """

    blocks: list[Block]
    text: str
    plainly: list[Block] | None = None

    @property
    def size(self) -> int:
        """UTF-16 units of the blocks as JSON."""
        return units(json.dumps(self.blocks, ensure_ascii=False, separators=(",", ":")))

    def plain(self) -> Message:
        """The same in the oldest blocks there are, for when Slack refuses the others: the words, and the buttons."""
        said = [section(self.text[at : at + 2900]) for at in range(0, len(self.text), 2900)]
        rows = [block for block in self.blocks if block["type"] == "actions"] if self.plainly is None else self.plainly
        return Message([*said, *rows], self.text)


def plain(text: str, limit: int = BUTTON_MOST) -> Block:
    """A plain_text object: literal, no emoji codes; never empty (Slack refuses that)."""
    return {"type": "plain_text", "text": cleaned(text, limit) or "–", "emoji": False}


@lru_cache(1_024)
def _label(text: str, limit: int) -> str:
    """Our own words, the same on every card: cleaned once."""
    return cleaned(text, limit) or "–"


def label(text: str, limit: int = BUTTON_MOST) -> Block:
    """`plain` for words from a locale file."""
    return {"type": "plain_text", "text": _label(text, limit), "emoji": False}


def mrkdwn(text: str, limit: int = SECTION_MOST) -> Block:
    """A mrkdwn object of text that is ours, or was escaped."""
    return {"type": "mrkdwn", "text": cut_marked(text, limit) or "–"}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn."""
    return {"type": "section", "text": mrkdwn(text)} | ({"accessory": accessory} if accessory else {})


def header(text: str) -> Block:
    """A headline."""
    return {"type": "header", "text": plain(text, 150)}


def context(*elements: Block) -> Block:
    """Small print: at most ten text objects."""
    return {"type": "context", "elements": list(elements[:10])}


def divider() -> Block:
    """A line."""
    return {"type": "divider"}


def rich(*elements: Block) -> Block:
    """A rich_text block: the one place where outside text keeps its line breaks and is still literal."""
    return {"type": "rich_text", "elements": list(elements)}


def line(*elements: Block) -> Block:
    """A paragraph of rich_text."""
    return {"type": "rich_text_section", "elements": list(elements)}


def quote(*elements: Block) -> Block:
    """A quotation of rich_text."""
    return {"type": "rich_text_quote", "elements": list(elements)}


def words(text: str, *styles: str) -> Block:
    """A literal run of rich_text, already cut and cleaned by the caller; `styles`: bold, italic."""
    run: Block = {"type": "text", "text": text or "–"}
    return run | {"style": dict.fromkeys(styles, True)} if styles else run


def link(url: str, text: str) -> Block:
    """A link in rich_text. `url` has been through `web_url`."""
    return {"type": "link", "url": url, "text": text or url}


def button(
    name: str,
    action: str,
    value: str = "",
    *,
    style: str | None = None,
    url: str | None = None,
    confirm: Block | None = None,
    says: str | None = None,
) -> Block:
    """A button. `style`: primary or danger; `says`: what a screen reader reads instead of the label."""
    made: Block = {"type": "button", "text": label(name), "action_id": action}
    if value:
        made["value"] = value
    if says:
        made["accessibility_label"] = _label(says, BUTTON_MOST)
    return made | {name: each for name, each in (("style", style), ("url", url), ("confirm", confirm)) if each}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """A question before a button acts."""
    return {
        "title": plain(title, 100),
        "text": plain(text, CONFIRM_TEXT_MOST),
        "confirm": plain(yes, 30),
        "deny": plain(no, 30),
        "style": "danger",
    }


def select(name: str, action: str, options: Iterable[tuple[str, str]]) -> Block:
    """A menu of (label, value)."""
    made = [{"text": label(text), "value": value} for text, value in options]
    return {"type": "static_select", "placeholder": label(name, 150), "action_id": action, "options": made}


def actions(*elements: Block | None) -> Block:
    """A row of buttons and menus; what is None is left out."""
    return {"type": "actions", "elements": [element for element in elements if element is not None]}


def field(name: str, label: str, element: Block, *, hint: str | None = None, optional: bool = False) -> Block:
    """An input with its label; `name` is block_id and action_id, so that what was typed survives updates."""
    made: Block = {
        "type": "input",
        "block_id": name,
        "label": plain(label, LABEL_MOST),
        "element": {**element, "action_id": name},
        "optional": optional,
    }
    return made | ({"hint": plain(hint, LABEL_MOST)} if hint else {})


def modal(
    title: str, blocks: list[Block], *, close: str, submit: str | None = None, callback: str = "", **rest: Any
) -> Block:
    """A window. `rest`: private_metadata, external_id, notify_on_close."""
    made: Block = {"type": "modal", "title": plain(title, TITLE_MOST), "close": plain(close, TITLE_MOST)}
    if submit:
        made["submit"] = plain(submit, TITLE_MOST)
    if callback:
        made["callback_id"] = callback
    return {**made, **rest, "blocks": blocks}


def numbered(blocks: Iterable[Block], mark: str) -> list[Block]:
    """The blocks with ids that differ for every `mark`: Slack asks for new block_ids at each chat.update."""
    return [{**block, "block_id": block.get("block_id", f"{mark}.{n}")} for n, block in enumerate(blocks)]
