"""Draws a person's own view: the Home tab, and the answers to `/engage queue` and `/engage status`.
Pure functions; links are handed in, texts of the audience stay literal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.desk.board import AccountLine, Queue, QueueLine, Status
from bot.i18n import Words
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message
from handlers.ui.card import platform_name
from handlers.ui.text import Staff
from handlers.verbs import Verb

LINES = 8
"""Of each list: three blocks a line, three lists and the posts stay below the 100 blocks of a Home tab."""
Links = Mapping[int, str]
"""Item -> address of its card."""


def home(queue: Queue, status: Status, words: Words, now: datetime, staff: Staff, links: Links) -> Block:
    """The Home tab of one person."""
    blocks = [kit.header(words("home.title")), kit.context(kit.mrkdwn(_counts(queue, words)))]
    for name, lines in _lists(queue):
        blocks.append(kit.header(words(f"home.{name}")))
        if not lines:
            blocks.append(kit.section(words(f"home.{name}_none")))
        for line in lines[:LINES]:
            blocks += _entry(line, words, now, staff, links)
            if name != "troubles":
                blocks.append(kit.actions(*_buttons(line, words, mine=name == "mine")))
        if len(lines) > LINES:
            blocks.append(kit.context(kit.mrkdwn(words("home.more", n=len(lines) - LINES))))
    bad = [account for account in status.accounts if _trouble(account)]
    blocks.append(kit.header(words("home.accounts")))
    blocks += [kit.section(_account(account, words, now)) for account in bad[:LINES]]
    if not bad:
        blocks.append(kit.section(words("home.accounts_none")))
    return {"type": "home", "blocks": blocks}


def closed(words: Words) -> Block:
    """The Home tab of somebody who may not see what the audience writes."""
    sentence = words("error.not_permitted", verb=words("verb.see"))
    return {"type": "home", "blocks": [kit.header(words("home.title")), kit.section(txt.escape(sentence))]}


def queue_message(queue: Queue, words: Words, now: datetime, staff: Staff, links: Links) -> Message:
    """The same lists as an answer only one person sees."""
    counts = _counts(queue, words)
    blocks, said = [kit.section(f"*{counts}*")], [counts]
    for name, lines in _lists(queue):
        blocks.append(kit.section(f"*{words(f'home.{name}')}*"))
        said.append(words(f"home.{name}"))
        if not lines:
            blocks.append(kit.context(kit.mrkdwn(words(f"home.{name}_none"))))
            said.append(words(f"home.{name}_none"))
        for line in lines[:5]:
            blocks += _entry(line, words, now, staff, links)
            said.append(_spoken(line, words, now))
    return Message(blocks, txt.cut_marked("\n".join(said), kit.TEXT_MOST))


def status_message(status: Status, words: Words, now: datetime) -> Message:
    """What waits, what is stuck, how every account is."""
    waiting = words("engage.status_waiting", n=status.waiting)
    if status.oldest_wait is not None:
        waiting += words("mark.dot") + words(
            "engage.status_oldest", span=words.span(status.oldest_wait.total_seconds())
        )
    facts = [
        waiting,
        words("engage.status_answered", n=status.answered_24h),
        words("engage.status_outbox", ready=status.outbox_ready, unsure=status.outbox_unsure),
        words("engage.status_cards", n=status.cards_behind),
        words("engage.status_up", span=words.span((now - status.started_at).total_seconds())),
    ]
    accounts = [_account(account, words, now) for account in status.accounts[:20]]
    text = "\n".join([f"*{words('engage.status_title')}*", *facts, "", *accounts])
    return Message([kit.section(text)], txt.cut_marked(text, kit.TEXT_MOST))


def help_message(words: Words, channel: str, unknown: str = "", nearest: str = "") -> Message:
    """What I can do; first, where asked for something else, what was not understood."""
    text = words("engage.help", channel=f"<#{channel}>")
    if unknown:
        first = words("engage.unknown", word=txt.marked(unknown, 40))
        text = f"{first} {words('engage.nearest', word=nearest)}\n\n{text}" if nearest else f"{first}\n\n{text}"
    return Message([kit.section(text)], text)


def _lists(queue: Queue) -> tuple[tuple[str, tuple[QueueLine, ...]], ...]:
    return ("mine", queue.mine), ("oldest", queue.oldest), ("troubles", queue.troubles)


def _counts(queue: Queue, words: Words) -> str:
    return words("home.counts", waiting=queue.waiting, snoozed=queue.snoozed, escalated=queue.escalated)


def _entry(line: QueueLine, words: Words, now: datetime, staff: Staff, links: Links) -> list[Block]:
    """Who said what, how long ago, and the way to its card."""
    author, said = txt.one_line(line.author, 60) or "?", txt.one_line(line.text, 200) or words("card.empty_text")
    url = txt.web_url(links.get(line.item))
    way = [kit.words(" "), kit.link(url, words("home.show"))] if url else []
    facts = [_facts(line, words, now)]
    if line.place is None:
        facts.append(words("home.no_card_yes_item"))
    if line.trouble:
        facts.append(f":warning: {words.first(f'trouble.{line.trouble}', 'trouble.rejected')}")
    elif line.claimed_by:
        facts.append(words("home.claimed_by", by=staff.marked(line.claimed_by, words)))
    return [
        kit.rich(kit.line(kit.words(words("mark.label", label=author, text=""), "bold"), kit.words(said), *way)),
        kit.context(*(kit.mrkdwn(fact) for fact in facts)),
    ]


def _facts(line: QueueLine, words: Words, now: datetime) -> str:
    age = words.age((now - line.received_at).total_seconds())
    state = words.first(f"state.{line.state}", "state.open")
    where = words("mark.aside", text=platform_name(line.platform, words), aside=txt.marked(line.account, 60))
    return words("mark.dot").join((where, age, state))


def _spoken(line: QueueLine, words: Words, now: datetime) -> str:
    facts = words("mark.dot").join((txt.marked(line.author, 60), _facts(line, words, now)))
    return words("mark.label", label=facts, text=txt.escape(txt.one_line(line.text, 120)))


def _buttons(line: QueueLine, words: Words, *, mine: bool) -> list[Block]:
    item = str(line.item)
    holding = Verb.RELEASE if mine else Verb.CLAIM
    return [kit.button(words("item.write"), Verb.EDIT, item), kit.button(words(holding), holding, item)]


def _trouble(account: AccountLine) -> bool:
    return bool(account.paused or account.problem or account.gap)


def _account(account: AccountLine, words: Words, now: datetime) -> str:
    title = f"*{txt.marked(account.title or account.name, 60)}*"
    name = words("mark.aside", text=title, aside=platform_name(account.platform, words))
    facts = [
        words(f"account.{field}", **{"reason" if field == "paused" else field: txt.marked(value, 120)})
        for field in ("paused", "gap", "problem")
        if (value := getattr(account, field))
    ]
    polled = account.polled_at
    read = words("account.polled", age=words.age((now - polled).total_seconds())) if polled else words("account.never")
    facts = [*(facts or [words("account.fine")]), read, words("account.waiting", n=account.waiting)]
    return words("mark.label", label=name, text=words("mark.dot").join(facts))
