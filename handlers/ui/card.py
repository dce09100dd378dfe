"""Draws one comment's card: what was said, by whom, what we could answer, and the buttons its state allows.
A pure function; whatever the audience wrote appears as literal text only, and nothing it wrote becomes a link.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Words
from bot.store.models import WAITING, State
from bot.team import Card, CardSuggestion, Trouble
from handlers.ui import advice
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message
from handlers.ui.text import Staff
from handlers.verbs import Snooze, Verb


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How much of each text is shown, in characters."""

    comment: int = 1500
    reply: int = 3000
    suggestion: int = 800
    exchanges: int = 3
    excerpt: int = 120
    note: int = 500
    words: int = 6


_ROOMY = _Sizes()
_TIGHT = _Sizes(comment=450, reply=450, suggestion=220, exchanges=1, excerpt=40, note=150, words=2)
_NOBODY = Staff()


def render(card: Card, words: Words, now: datetime, staff: Staff = _NOBODY) -> Message:
    """The card as a message in the language of `words`.

    When texts full of characters that JSON escapes would go over what Slack takes, everything is shown shorter. A
    suggestion that is not shown whole gets no send button: nobody may send what no button previewed.
    """
    message = _Drawing(card, words, now, staff, _ROOMY).message()
    return message if message.size <= kit.BLOCKS_MOST else _Drawing(card, words, now, staff, _TIGHT).message()


class _Drawing:
    def __init__(self, card: Card, words: Words, now: datetime, staff: Staff, sizes: _Sizes) -> None:
        self.card, self.words, self.now, self.staff, self.sizes = card, words, now, staff, sizes
        self.blocks: list[Block] = []
        self.said: list[str] = []
        self.platform = platform_name(card.platform, words)
        self.url = txt.web_url(card.url)

    def message(self) -> Message:
        waiting = self.card.state in WAITING
        self._status()
        self._who()
        if self.card.state == State.DELETED:
            self._actions()
        else:
            self._add(advice.flags(self.card, self.words) if waiting else [])
            self._what()
            if waiting:
                self._add(advice.promises(self.card, self.words))
                self._history()
            self._trouble()
            self._reply()
            if waiting and self.card.state != State.SNOOZED:
                self._suggestions()
            self._actions()
        text = txt.cut_marked("\n".join(self.said), kit.TEXT_MOST)
        return Message(kit.numbered(self.blocks, f"card.{self.card.item}.{self.card.version}"), text)

    def _add(self, said: Sequence[advice.Said]) -> None:
        for block, sentence in said:
            self.blocks.append(block)
            if sentence:
                self._literal(sentence)

    def _say(self, line: str) -> None:
        """One line for screen readers; mrkdwn is parsed there, so it comes escaped."""
        self.said.append(line)

    def _literal(self, text: str) -> None:
        self._say(txt.escape(text))

    def _status(self) -> None:
        card, words = self.card, self.words
        by = self.staff.marked(card.by, words)
        match card.state:
            case State.SNOOZED:
                until = txt.moment(card.snoozed_until) if card.snoozed_until else "?"
                self._banner(":zzz:", words("status.snoozed", by=by, until=until))
            case State.ESCALATED:
                call = self.staff.call()
                self._banner(":raised_hand:", words("status.escalated", by=by), *([call] if call else []))
                if card.note:
                    note = txt.cleaned(card.note, self.sizes.note)
                    self.blocks.append(kit.rich(kit.quote(kit.words(note))))
                    self._literal(words("mark.label", label=words("status.note"), text=note))
            case State.ANSWERING:
                self._banner(":hourglass_flowing_sand:", words("status.answering", by=by))
            case State.ANSWERED:
                own = card.by == "platform"
                self._banner(
                    ":white_check_mark:", words("status.answered_platform") if own else words("status.answered", by=by)
                )
            case State.IGNORED:
                self._banner(":no_bell:", words("status.ignored", by=by))
            case State.DELETED:
                self._banner(":wastebasket:", words("status.deleted"))
        if card.claimed_by and card.state in WAITING:
            self._banner(":bust_in_silhouette:", words("status.claimed", by=self.staff.marked(card.claimed_by, words)))

    def _banner(self, emoji: str, sentence: str, *more: str) -> None:
        when = ""
        if self.card.at is not None and self.card.state not in (State.OPEN, State.SNOOZED):
            when = self.words("mark.dot") + txt.moment(self.card.at)
        self.blocks.append(kit.section(" ".join((emoji, f"*{sentence}*" + when, *more))))
        self._say(sentence)

    def _who(self) -> None:
        card, words = self.card, self.words
        author = txt.one_line(card.author, 80) or "?"
        handle = txt.one_line(card.handle or "", 60)
        kind = words.first(f"kind.{card.kind}", "kind.comment")
        account = txt.one_line(card.account, 60)
        runs = [kit.words(author, "bold")] + ([kit.words(f" @{handle.lstrip('@')}")] if handle else [])
        self.blocks.append(kit.rich(kit.line(*runs)))
        age = words.age((self.now - card.created_at).total_seconds())
        facts = [
            words("card.by_line", kind=kind, platform=self.platform, account=txt.marked(card.account, 60)),
            *([self._language(card.language)] if card.language else []),
            words("mark.aside", text=txt.moment(card.created_at), aside=txt.date(card.created_at, "{ago}", age)),
            *([words("card.edited")] if card.edited_at else []),
        ]
        self.blocks.append(kit.context(kit.mrkdwn(words("mark.dot").join(facts))))
        name = words("mark.aside", text=author, aside=f"@{handle.lstrip('@')}") if handle else author
        where = words("mark.aside", text=self.platform, aside=account)
        said = [words("card.headline", kind=kind, author=name, platform=where), age]
        if card.language:
            said.append(self._language(card.language))
        self._literal(words("mark.comma").join(said))

    def _language(self, tag: str) -> str:
        return txt.marked(tag, 20) if not self.words.has(f"language.{tag}") else self.words(f"language.{tag}")

    def _what(self) -> None:
        card, words, sizes = self.card, self.words, self.sizes
        shown = txt.cleaned(card.text, sizes.comment)
        cut = shown.endswith("…") and not card.text.rstrip().endswith("…")
        self._literal(words("mark.quote", text=shown) if shown else words("card.empty_text"))
        if card.post_text:
            self._about("card.under_post", card.post_text, txt.web_url(card.post_url))
        if card.parent_text:
            self._about("card.in_reply_to", card.parent_text, None)
        body = kit.words(shown) if shown else kit.words(words("card.empty_text"), "italic")
        self.blocks.append(kit.rich(kit.quote(body)))
        notes = []
        if cut:
            notes.append(words("card.cut", shown=len(shown), length=len(card.text)))
        if card.attachments:
            names = words("mark.comma").join(txt.one_line(name, 30) for name in card.attachments[:8])
            notes.append(words("card.attachments", names=names))
        if notes:
            self.blocks.append(kit.context(*(kit.plain(note, 600) for note in notes)))
            self._literal(" ".join(notes))

    def _about(self, key: str, text: str, url: str | None) -> None:
        excerpt = self.words("mark.quote", text=txt.one_line(text, self.sizes.excerpt) or "–")
        label = self.words(key)
        said = kit.link(url, excerpt) if url else kit.words(excerpt)
        self.blocks.append(kit.rich(kit.line(kit.words(f"{label} "), said)))
        self._literal(self.words("mark.label", label=label, text=excerpt))

    def _history(self) -> None:
        card, words = self.card, self.words
        known = [words("card.earlier", n=card.exchanges_total) if card.exchanges_total else words("card.first_contact")]
        if card.called:
            known.append(words("card.called", name=txt.one_line(card.called, 40)))
        lines = [" ".join(known)]
        for earlier in card.exchanges[: self.sizes.exchanges]:
            age = words.age((self.now - earlier.at).total_seconds())
            line = words("card.exchange", age=age, text=txt.one_line(earlier.text, self.sizes.excerpt))
            if earlier.reply:
                line += " " + words("card.exchange_reply", reply=txt.one_line(earlier.reply, self.sizes.excerpt))
            lines.append(line)
        self.blocks.append(kit.context(*(kit.plain(line, 600) for line in lines)))
        for line in lines:
            self._literal(line)

    def _trouble(self) -> None:
        card, words = self.card, self.words
        if card.trouble is None:
            return
        sentence = words(f"trouble.{card.trouble}")
        if card.trouble == Trouble.REJECTED:
            sentence += " " + words.first(f"rejected.{card.trouble_detail}", "rejected.invalid")
        self.blocks.append(kit.section(f":warning: {sentence}"))
        self._say(sentence)
        if card.trouble == Trouble.UNSURE and card.delivery is not None:
            value = f"{card.item}:{card.delivery}"
            ask = kit.confirm(
                words("confirm.send_again_title"),
                words("confirm.send_again_text"),
                words("confirm.send_again_yes"),
                words("confirm.no"),
            )
            again = kit.button(words(Verb.SEND_AGAIN), Verb.SEND_AGAIN, value, style="danger", confirm=ask)
            self.blocks.append(kit.actions(kit.button(words(Verb.MARK_SENT), Verb.MARK_SENT, value), again))

    def _reply(self) -> None:
        card, words = self.card, self.words
        if not card.reply:
            return
        shown = txt.cleaned(card.reply, self.sizes.reply)
        url = txt.web_url(card.reply_url)
        label = [kit.words(words("card.reply"), "bold")]
        if url:
            label += [kit.words(words("mark.dot")), kit.link(url, words("card.see_reply"))]
        self.blocks.append(kit.rich(kit.line(*label), kit.quote(kit.words(shown))))
        self._literal(words("mark.label", label=words("card.reply"), text=words("mark.quote", text=shown)))

    def _suggestions(self) -> None:
        card, words = self.card, self.words
        if not card.can_reply:
            self.blocks.append(kit.section(words("card.cannot_reply")))
            self._say(words("card.cannot_reply"))
            return
        if card.trouble == Trouble.UNSURE:
            return
        if not card.suggestions:
            self.blocks.append(kit.context(kit.mrkdwn(words("card.no_suggestions"))))
            self._say(words("card.no_suggestions"))
        for n, suggestion in enumerate(card.suggestions[:3], 1):
            self._suggestion(n, suggestion)
        self._add(advice.withheld(card, words))

    def _suggestion(self, n: int, suggestion: CardSuggestion) -> None:
        words, sizes = self.words, self.sizes
        shown = txt.cleaned(suggestion.text, sizes.suggestion)
        whole = shown == suggestion.text.strip()
        why = advice.why(suggestion, words, sizes.words)
        title = advice.title(n, suggestion, words)
        hindered = advice.hindered(self.card, suggestion, whole, words)
        self.blocks.append(kit.rich(kit.line(kit.words(title, "bold")), kit.quote(kit.words(shown))))
        small = [why, hindered] if hindered else [why]
        self.blocks.append(kit.context(*(kit.plain(each, 300) for each in small)))
        label = words("mark.aside", text=title, aside=why)
        self._literal(words("mark.label", label=label, text=words("mark.quote", text=shown)))
        if hindered:
            self._literal(hindered)
        value = f"{self.card.item}:{suggestion.id}"
        send = kit.button(
            words(Verb.APPROVE),
            Verb.APPROVE,
            f"{value}:{suggestion.stamp}",
            style="primary" if n == 1 else None,
            says=words("mark.label", label=words(Verb.APPROVE), text=title),
        )
        edit = kit.button(
            words(Verb.EDIT), Verb.EDIT, value, says=words("mark.label", label=words(Verb.EDIT), text=title)
        )
        self.blocks.append(kit.actions(None if hindered else send, edit))

    def _actions(self) -> None:
        card, words = self.card, self.words
        item = str(card.item)
        buttons: list[Block | None] = []
        if card.state in WAITING:
            snoozes = [(words(f"snooze.{choice}"), f"{item}::{choice}") for choice in Snooze]
            holding = Verb.RELEASE if card.claimed_by else Verb.CLAIM
            buttons = [
                kit.button(words("item.write"), Verb.EDIT, item) if card.can_reply else None,
                kit.button(words(holding), holding, item),
                kit.select(words(Verb.SNOOZE), Verb.SNOOZE, snoozes),
                kit.button(words(Verb.IGNORE), Verb.IGNORE, item),
                kit.button(words(Verb.ESCALATE), Verb.ESCALATE, item) if card.state != State.ESCALATED else None,
                kit.button(words(Verb.PERSON), Verb.PERSON, item),
            ]
        if card.own:
            buttons.append(kit.button(words(Verb.MAKE_TEMPLATE), Verb.MAKE_TEMPLATE, item))
        if card.state in (State.ANSWERED, State.IGNORED, State.SNOOZED):
            buttons.append(kit.button(words(Verb.REOPEN), Verb.REOPEN, item))
        if self.url and card.state != State.DELETED:
            label = words(Verb.OPEN, platform=self.platform)
            buttons.append(kit.button(label, Verb.OPEN, item, url=self.url))
        if any(buttons):
            self.blocks.append(kit.actions(*buttons))


def platform_name(platform: str, words: Words) -> str:
    """The platform's name as people write it."""
    return words(f"platform.{platform}") if words.has(f"platform.{platform}") else txt.marked(platform, 30).title()
