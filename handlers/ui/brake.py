"""Draws the brake: what to stop, what it met, what to do with what waits behind it. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Words
from bot.posts.brake import Line, Pulled, Report
from bot.store.posts import Scope
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message
from handlers.ui.text import Staff
from handlers.verbs import Verb

WHAT, REASON, WHICH, THEN = "what", "reason", "which", "then"
SEND, BACK = "send", "back"
LINES = 8
"""Lines of one list: whoever pulls a brake has other things to read."""
REASON_MOST = 300
OPTIONS_MOST = 100


def ask(accounts: Sequence[str], campaigns: Sequence[str], memory: str, words: Words) -> Block:
    """What to stop, and why."""
    known = [(words("hold.desk"), Scope.DESK.value)]
    known += [(words("hold.account", name=name), f"{Scope.ACCOUNT}:{name}") for name in accounts]
    known += [(words("hold.campaign", name=name), f"{Scope.CAMPAIGN}:{name}") for name in campaigns]
    options = [{"text": kit.plain(text), "value": value} for text, value in known[:OPTIONS_MOST]]
    menu: Block = {"type": "static_select", "options": options, "initial_option": options[0]}
    box: Block = {"type": "plain_text_input", "max_length": REASON_MOST}
    return kit.modal(
        words("hold.title"),
        [
            kit.section(words("hold.intro")),
            kit.field(WHAT, words("hold.what"), menu),
            kit.field(REASON, words("hold.reason"), box, optional=True),
        ],
        close=words("modal.close"),
        submit=words("brake.pull"),
        callback=Verb.PULL_BRAKE,
        private_metadata=memory,
    )


def report(scope: Scope, name: str, met: Report, words: Words) -> Message:
    """What is held, what cannot be called back, what had left already."""
    head = words(f"hold.pulled_{scope}", name=txt.marked(name, 80))
    said = [f":octagonal_sign: *{head}*", *([words("hold.posts", n=met.posts)] if met.posts else [])]
    for key, lines in (("held", met.held), ("under_way", met.under_way), ("left", met.left)):
        said += _listed(key, lines, words)
    said.append(words("hold.how_to_lift"))
    return message("\n".join(said))


def lift(found: Sequence[tuple[Pulled, Report]], memory: str, staff: Staff, now: datetime, words: Words) -> Block:
    """Which brake, and what to do with what it kept."""
    if not found:
        return kit.modal(words("hold.lift_title"), [kit.section(words("hold.none"))], close=words("modal.close"))
    blocks: list[Block] = []
    options = []
    for brake, met in found[:OPTIONS_MOST]:
        what = words(f"hold.{brake.scope}", name=brake.name)
        age = words.age((now - brake.at).total_seconds())
        facts = words("hold.by", by=staff.marked(brake.by, words), age=age, reason=txt.marked(brake.reason, 200) or "–")
        said = [f"*{txt.escape(what)}*{words('mark.dot')}{facts}", *_listed("held", met.held, words)]
        blocks.append(kit.section("\n".join(said)))
        options.append({"text": kit.plain(what), "value": str(brake.number)})
    then = [
        {"text": kit.plain(words("hold.then_back")), "value": BACK},
        {"text": kit.plain(words("hold.then_send")), "value": SEND},
    ]
    which: Block = {"type": "radio_buttons", "options": options[:10], "initial_option": options[0]}
    blocks.append(kit.field(WHICH, words("hold.which"), which))
    blocks.append(
        kit.field(
            THEN,
            words("hold.then"),
            {"type": "radio_buttons", "options": then, "initial_option": then[0]},
            hint=words("hold.then_hint"),
        )
    )
    return kit.modal(
        words("hold.lift_title"),
        blocks,
        close=words("modal.close"),
        submit=words("brake.lift"),
        callback=Verb.LIFT_BRAKE,
        private_metadata=memory,
    )


def done(said: Message, words: Words) -> Block:
    """The window after it."""
    return kit.modal(words("hold.title"), said.blocks, close=words("modal.close"))


def message(text: str) -> Message:
    """A message of one paragraph."""
    shown = txt.cut_marked(text, kit.SECTION_MOST)
    return Message([kit.section(shown)], shown)


def _listed(key: str, lines: Sequence[Line], words: Words) -> list[str]:
    if not lines:
        return []
    said = [words(f"hold.{key}", n=len(lines))]
    said += [
        f"• {txt.marked(line.account, 40)}{words('mark.dot')}{txt.marked(line.text, 80)}" for line in lines[:LINES]
    ]
    return [*said, *([words("hold.more", n=len(lines) - LINES)] if len(lines) > LINES else [])]
