"""Draws what is known of an audience member: the window to read and note in, and the words that a card masks.
Pure functions; what they wrote is literal text.
"""

from __future__ import annotations

from datetime import datetime

from bot.desk.people import CALLED as CALLED_MOST
from bot.desk.people import PROMISE as PROMISE_MOST
from bot.desk.people import Known, Pledge
from bot.i18n import Words
from bot.team import Card
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message
from handlers.ui.text import Staff
from handlers.verbs import Verb

CALLED, PROMISE, KEPT = "called", "promise", "kept"
"""The fields' names."""


def person(card: Card, known: Known, memory: str, staff: Staff, now: datetime, words: Words) -> Block:
    """Who they are, what came before, what they wait for."""
    since = words.age((now - known.first_seen_at).total_seconds())
    count = words("card.earlier", n=card.exchanges_total) if card.exchanges_total else words("card.first_contact")
    blocks = [
        kit.rich(kit.line(kit.words(txt.one_line(known.name, 80) or "?", "bold"))),
        kit.context(kit.plain(" ".join((words("person.since", age=since), count)), 300)),
        *_before(card, now, words),
        kit.divider(),
    ]
    called: Block = {"type": "plain_text_input", "max_length": CALLED_MOST}
    if known.called:
        called["initial_value"] = known.called
    hint = words("person.called_hint")
    blocks.append(kit.field(CALLED, words("person.called"), called, hint=hint, optional=True))
    promise: Block = {"type": "plain_text_input", "multiline": True, "max_length": PROMISE_MOST}
    hint = words("person.promise_hint")
    blocks.append(kit.field(PROMISE, words("person.promise"), promise, hint=hint, optional=True))
    if known.pledges:
        options = [_option(each, staff, now, words) for each in known.pledges[:10]]
        boxes: Block = {"type": "checkboxes", "options": options}
        blocks.append(kit.field(KEPT, words("person.kept"), boxes, optional=True))
    return kit.modal(
        words("person.title"),
        blocks,
        close=words("modal.close"),
        submit=words("person.submit"),
        callback=Verb.PERSON,
        private_metadata=memory,
    )


def revealed(text: str, words: Words) -> Message:
    """The comment as it was written, for one person's eyes."""
    shown = txt.cleaned(text, 2_500)
    note = words("card.revealed")
    return Message(
        [kit.context(kit.mrkdwn(note)), kit.rich(kit.quote(kit.words(shown)))], f"{note}\n{txt.escape(shown)}"
    )


def _before(card: Card, now: datetime, words: Words) -> list[Block]:
    blocks = []
    for earlier in card.exchanges:
        age = words.age((now - earlier.at).total_seconds())
        line = words("card.exchange", age=age, text=txt.one_line(earlier.text, 200))
        if earlier.reply:
            line += " " + words("card.exchange_reply", reply=txt.one_line(earlier.reply, 200))
        blocks.append(kit.context(kit.plain(line, 600)))
    return blocks


def _option(pledge: Pledge, staff: Staff, now: datetime, words: Words) -> Block:
    by = words("person.promised_by", by=staff.name(pledge.by, words), age=words.age((now - pledge.at).total_seconds()))
    return {"text": kit.plain(pledge.text), "value": str(pledge.number), "description": kit.plain(by)}
