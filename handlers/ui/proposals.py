"""Draws what the desk proposes to change in the templates, and the questions nobody could answer.
Pure functions; what people wrote is literal text, and a difference that is not shown whole cannot be accepted unread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.desk.lessons import Fold, Offer
from bot.i18n import Words
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.templates import purpose
from handlers.verbs import Verb

OFFERS, FOLDS = 10, 10
"""In one window: each offer may show 1,500 characters, and a window holds 250 kB."""
DIFFERENCE_MOST = 1500
TEXTS, TEXT_MOST, ANSWER_MOST = 3, 300, 600
ITEMS_MOST = 100
"""Comments a button names: its value takes 2,000 characters."""

_STYLES: Mapping[str, tuple[str, ...]] = {"same": (), "gone": ("strike",), "new": ("bold",)}


def proposals(
    count: int, offers: Sequence[Offer], links: Mapping[int, str], memory: str, now: datetime, words: Words
) -> Block:
    """What waits for a decision. `links`: of the cards of the comments they come from, by item."""
    blocks: list[Block] = []
    if not offers:
        blocks.append(kit.section(words("proposals.none")))
    else:
        blocks.append(kit.context(kit.plain(words("proposals.legend"), 200)))
    if count > len(offers):
        blocks.append(kit.context(kit.plain(words("proposals.more", shown=len(offers), n=count), 200)))
    for offer in offers:
        blocks += [*_offer(offer, links, now, words), kit.divider()]
    title = words("proposals.title")
    return kit.modal(title, blocks, close=words("modal.close"), private_metadata=memory)


def questions(folds: Sequence[Fold], memory: str, words: Words) -> Block:
    """What people asked that no template fits."""
    blocks: list[Block] = [kit.section(words("questions.about" if folds else "questions.none"))]
    for n, fold in enumerate(folds):
        blocks += [kit.divider(), *_fold(fold, n, words)]
    title = words("questions.title")
    return kit.modal(title, blocks, close=words("modal.close"), private_metadata=memory)


def _offer(offer: Offer, links: Mapping[int, str], now: datetime, words: Words) -> list[Block]:
    title = [kit.words(words(f"proposals.{offer.kind}"), "bold")]
    if offer.template_id:
        title.append(kit.words(f"  {txt.one_line(purpose(offer.purpose, words), 120)} "))
        title.append(kit.words(offer.template_id, "code"))
    blocks = [kit.rich(kit.line(*title))]
    length = sum(txt.units(run.text) for run in offer.runs)
    whole = length <= DIFFERENCE_MOST
    if offer.runs:
        blocks.append(kit.rich(kit.quote(*_difference(offer, DIFFERENCE_MOST))))
    if not whole:
        blocks.append(kit.context(kit.plain(words("proposals.cut"), 200)))
    why = words(f"proposals.why_{offer.detail.get('reason', offer.kind)}", **_counts(offer))
    age = words.age((now - offer.made_at).total_seconds())
    small = [kit.plain(words("mark.dot").join((why, age)), 400)]
    if offer.item is not None and (url := txt.web_url(links.get(offer.item))):
        small.append(kit.mrkdwn(f"<{url}|{words('proposals.comment', n=offer.item)}>"))
    blocks.append(kit.context(*small))
    number = str(offer.number)
    accept = kit.button(words("proposal.accept"), Verb.ACCEPT, number, style="primary")
    change = kit.button(words("question.make" if offer.kind == "template" else "proposal.change"), Verb.REVISE, number)
    row = kit.actions(
        accept if whole and offer.kind != "template" else None,
        change if offer.kind != "retire" else None,
        kit.button(words("proposal.decline"), Verb.DECLINE, number),
    )
    return [*blocks, row | {"block_id": f"offer.{number}"}]


def _counts(offer: Offer) -> dict[str, object]:
    return {name: offer.detail.get(name, 0) for name in ("shown", "sent")}


def _difference(offer: Offer, most: int) -> list[Block]:
    """The runs, gone ones struck, new ones bold, up to `most` UTF-16 units in all."""
    shown: list[Block] = []
    for run in offer.runs:
        text = txt.cleaned(run.text, most) if run.text.strip() else run.text
        if text:
            shown.append(kit.words(text, *_STYLES[run.kind]))
        most -= txt.units(run.text)
        if most <= 0:
            break
    return shown


def _fold(fold: Fold, n: int, words: Words) -> list[Block]:
    texts = list(dict.fromkeys(txt.one_line(text, TEXT_MOST) for text in fold.texts))
    rows = [kit.line(kit.words(text)) for text in texts[:TEXTS]]
    head = kit.line(kit.words(words("questions.asked", n=len(fold.items)), "bold"))
    blocks = [kit.rich(head, {"type": "rich_text_list", "style": "bullet", "elements": rows})]
    if len(texts) > TEXTS:
        blocks.append(kit.context(kit.plain(words("questions.more", n=len(texts) - TEXTS), 200)))
    if fold.answer:
        answer = kit.quote(kit.words(txt.cleaned(fold.answer, ANSWER_MOST)))
        blocks.append(kit.rich(kit.line(kit.words(words("questions.answer"))), answer))
    value = ",".join(map(str, fold.items[:ITEMS_MOST]))
    make = kit.button(words("question.make"), Verb.TO_TEMPLATE, value)
    return [*blocks, kit.actions(make) | {"block_id": f"fold.{n}.{fold.items[0]}"}]
