"""Draws the card of a post: how it stands, when it goes out, exactly what becomes public where, and what can be done.
A pure function; every text is literal, and nothing can be approved on a card that does not show all of it.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.i18n import Words
from bot.posts.slot import State
from bot.store.models import Phase
from bot.store.posts import OPEN
from bot.team import PostCard
from handlers.ui import blocks as kit
from handlers.ui import post_buttons, post_parts, recurring
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message
from handlers.ui.post_parts import Sizes
from handlers.ui.text import Staff

SIZES = (
    Sizes(text=3000, alt=1000, accounts=20, parts=30, links=10, doubts=6, lines=10, line=600),
    Sizes(text=700, alt=200, accounts=15, parts=6, links=6, doubts=4, lines=6, line=300),
    Sizes(text=220, alt=80, accounts=10, parts=3, links=4, doubts=3, lines=4, line=160),
    Sizes(text=60, alt=30, accounts=6, parts=2, links=2, doubts=2, lines=2, line=100),
    Sizes(text=60, alt=30, accounts=3, parts=1, links=2, doubts=2, lines=1, line=100),
)
"""Roomiest first; the last fits whatever a post says."""

_NOBODY = Staff()
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MARKS: dict[str, str] = {
    State.SCHEDULED: ":alarm_clock:",
    State.PUBLISHING: ":outbox_tray:",
    State.PUBLISHED: ":white_check_mark:",
    State.FAILED: ":warning:",
}


def render_post(card: PostCard, words: Words, now: datetime, staff: Staff = _NOBODY) -> Message:
    """The card as a message in the language of `words`; `now`: aware.

    What would be more than Slack takes is shown shorter, and then, instead of being approved, it can be read whole.
    """
    for sizes in SIZES:
        message = _Drawing(card, words, now, staff, sizes).message()
        if message.size <= kit.BLOCKS_MOST:
            break
    return message


class _Drawing:
    def __init__(self, card: PostCard, words: Words, now: datetime, staff: Staff, sizes: Sizes) -> None:
        self.card, self.words, self.now, self.staff, self.sizes = card, words, now, staff, sizes
        self.blocks: list[Block] = []
        self.said: list[str] = []
        self.whole = len(card.targets) <= sizes.accounts

    def message(self) -> Message:
        self._status()
        self._facts()
        self._accounts()
        self._comment()
        self._media()
        self._lines([f"⚠️ {sentence}" for sentence in self._warnings()])
        self._lines([*self._measured()])
        if not self.whole:
            self._small(self.words("post_card.not_whole"))
        plainly = [block for block in self.blocks if block["type"] == "actions"]
        ways = list(post_buttons.links(self.card, self.words, self.sizes))
        for blocks, whole in ((self.blocks, self.whole), (plainly, False)):
            row = post_buttons.row(self.card, self.words, whole=whole)
            blocks += [*([kit.actions(*row)] if row else []), *ways]
        mark = f"post.{self.card.post}.{self.card.version}"
        text = txt.cut_marked("\n".join(self.said), kit.TEXT_MOST)
        return Message(kit.numbered(self.blocks, mark), text, kit.numbered(plainly, f"{mark}.plain"))

    def _say(self, marked: str) -> None:
        """One line for screen readers; mrkdwn is parsed there, so it comes escaped."""
        self.said.append(marked)

    def _literal(self, text: str) -> None:
        self._say(txt.escape(text))

    def _small(self, text: str) -> None:
        self.blocks.append(kit.context(kit.plain(text, 600)))
        self._literal(text)

    def _status(self) -> None:
        card = self.card
        emoji, sentence = self._state()
        since = self.words("mark.dot") + txt.moment(card.since) if card.since is not None else ""
        by = self.staff.marked(card.author, self.words)
        self._say(
            self.words("mark.label", label=self.words("post_card.headline", post=card.post, by=by), text=sentence)
        )
        lines = [f"{emoji} *{sentence}*{since}", *self._when()]
        self.blocks.append(kit.section("\n".join(lines)))
        for line in lines[1:]:
            self._say(line)
        if card.note and card.state == State.DRAFT:
            note = txt.cleaned(card.note, min(self.sizes.text, 1500))
            label = self.words("post_card.why")
            self.blocks.append(kit.rich(kit.line(kit.words(label, "bold")), kit.quote(kit.words(note))))
            self._literal(self.words("mark.label", label=label, text=note))

    def _state(self) -> tuple[str, str]:
        card, words = self.card, self.words
        by = self.staff.marked(card.by, words)
        match card.state:
            case State.DRAFT if card.note:
                return ":leftwards_arrow_with_hook:", words("post_state.changes", by=by)
            case State.WAITING:
                return ":hourglass_flowing_sand:", self._waiting()
            case State.SCHEDULED if card.rule and card.paused:
                return ":double_vertical_bar:", words("post_state.series_paused", by=by)
            case State.SCHEDULED if card.rule:
                return ":repeat:", words("post_state.series")
            case State.SCHEDULED if card.approved:
                last = self.staff.marked(card.approved[-1], words)
                return ":alarm_clock:", words("post_state.scheduled_by", by=last)
            case State.HELD:
                return ":double_vertical_bar:", words.first(f"post_held.{card.held}", "post_state.held")
            case State.FAILED if Phase.UNSURE in post_parts.phases(card):
                return ":warning:", words("post_state.unsure")
            case State.CANCELLED:
                machine = {"clock": "post_state.skipped", "outbox": "post_state.dropped"}
                return ":no_entry_sign:", words(machine.get(card.by or "", "post_state.cancelled"), by=by)
            case _:
                return _MARKS.get(card.state, ":memo:"), words.first(f"post_state.{card.state}", "post_state.draft")

    def _waiting(self) -> str:
        """For whom, and at which step where there is more than one."""
        card, words = self.card, self.words
        steps, done = len(card.wanted), len(card.approved)
        who = card.wanted[done] if done < steps else ""
        said = words("post_state.waiting_for", by=self.staff.marked(who, words)) if who else words("post_state.waiting")
        if steps < 2:
            return said
        return words("mark.aside", text=said, aside=words("post_state.step", step=min(done + 1, steps), steps=steps))

    def _when(self) -> list[str]:
        """When it goes out, in the reader's zone and as people said it, and how often; mrkdwn."""
        card, words = self.card, self.words
        open_ = card.state in OPEN
        if card.at is None:
            return [words("post_card.at_once")] if open_ else []
        when = words("mark.aside", text=txt.moment(card.at), aside=self._wall(card.at))
        if card.rule:
            rule = txt.marked(recurring.in_words(card.rule, words), recurring.RULE_MOST)
            return [words("post_card.starts", when=when), words("post_card.repeats", rule=rule)]
        ahead = open_ and card.at > self.now
        return [words("post_card.goes_out", when=when) if ahead else words("post_card.was_due", when=when)]

    def _wall(self, at: datetime) -> str:
        """The time as somebody said it, with its zone in words."""
        words, zone = self.words, self.card.zone
        try:
            wall = at.astimezone(ZoneInfo(zone))
        except (KeyError, ValueError, OSError, OverflowError):
            return txt.stamp(at)
        known = words.has(f"zone.{zone}")
        named = words(f"zone.{zone}") if known else words("post_card.zone", zone=txt.marked(zone.replace("_", " "), 60))
        day = words(f"rule.day.{_DAYS[wall.weekday()]}")
        return words("post_card.wall", weekday=day, day=f"{wall:%Y-%m-%d}", time=f"{wall:%H:%M}", zone=named)

    def _facts(self) -> None:
        card, words = self.card, self.words
        tags = (("pillar", card.pillar), ("intervention", card.intervention), ("campaign", card.campaign))
        names = words("mark.comma").join(self.staff.marked(who, words) for who in card.approved[:10])
        facts = [
            words("post_card.number", post=card.post),
            words("post_card.by", by=self.staff.marked(card.author, words)),
            *([words("post_card.approved", names=names)] if names else []),
            *(words(f"post_card.{key}", name=txt.marked(tag, 60)) for key, tag in tags if tag),
            *([words("post_card.series", post=card.series)] if card.series is not None else []),
        ]
        said = words("mark.dot").join(facts)
        self.blocks.append(kit.context(kit.mrkdwn(said)))
        self._say(said)

    def _accounts(self) -> None:
        asked = 0
        for group in post_parts.groups(self.card, self.words, self.sizes):
            self.blocks.append(group.block)
            self._literal(group.said)
            self.whole = self.whole and group.whole
            for delivery, where in post_parts.doubts(group.targets, self.words):
                if asked < self.sizes.doubts:
                    self.blocks.append(post_buttons.asked(self.card, delivery, where, self.words))
                asked += 1
        if (more := len(self.card.targets) - self.sizes.accounts) > 0:
            self._small(self.words("post_card.more_accounts", n=more))
        if (more := asked - self.sizes.doubts) > 0:
            self._small(self.words("post_card.more_doubts", n=more))

    def _comment(self) -> None:
        if not self.card.comment:
            return
        shown, whole = post_parts.exact(self.card.comment, self.sizes.text)
        self.whole = self.whole and whole
        label = self.words("post_card.comment")
        self.blocks.append(kit.rich(kit.line(kit.words(label, "bold")), kit.quote(kit.words(shown))))
        self._literal(self.words("mark.label", label=label, text=self.words("mark.quote", text=shown)))

    def _media(self) -> None:
        card, words = self.card, self.words
        if not card.media:
            return
        elements = [kit.line(kit.words(words("post_card.media"), "bold"))]
        self._literal(words("post_card.media"))
        for n, (name, alt) in enumerate(card.media[: self.sizes.lines], 1):
            file = f"{n}. {txt.one_line(name, 60) or '?'}"
            shown = txt.one_line(alt, self.sizes.alt)
            self.whole = self.whole and shown == " ".join(alt.split())
            told = words("mark.quote", text=shown) if shown else words("post_card.no_description")
            said = words("mark.label", label=file, text=told) if shown or card.state in OPEN else file
            elements.append(kit.line(kit.words(said) if shown else kit.words(said, "italic")))
            self._literal(said)
        if (more := len(card.media) - self.sizes.lines) > 0:
            self.whole = False
            elements.append(kit.line(kit.words(words("post_card.more_lines", n=more), "italic")))
        self.blocks.append(kit.rich(*elements))

    def _lines(self, lines: list[str]) -> None:
        """Literal lines in one block, as many as there is room for."""
        if not lines:
            return
        most = self.sizes.lines
        more = [self.words("post_card.more_lines", n=len(lines) - most)] if len(lines) > most else []
        shown = [*(txt.one_line(line, self.sizes.line) for line in lines[:most]), *more]
        self.blocks.append(kit.rich(*(kit.line(kit.words(line)) for line in shown)))
        for line in shown:
            self._literal(line.removeprefix("⚠️ "))

    def _warnings(self) -> list[str]:
        words, said = self.words, []
        for key, params in self.card.warned:
            if not words.has(f"warning.{key}"):
                continue
            given = {name: txt.one_line(str(value), 60) for name, value in params.items()}
            for name, unit in (("days", "day"), ("minutes", "minute")):
                if name in params:
                    given[name] = words(f"span.{unit}", n=params[name])
            said.append(words(f"warning.{key}", **given))
        return said

    def _measured(self) -> list[str]:
        words, said = self.words, []
        for account, age, values in self.card.measured:
            counts = [
                words("mark.label", label=_metric(name, words), text=f"{value:,}") for name, value in values.items()
            ]
            where = words("post_card.measured", account=txt.one_line(account, 60), age=_age(age, words))
            said.append(words("mark.label", label=where, text=words("mark.dot").join(counts[:12]) or "–"))
        return said


def _metric(name: str, words: Words) -> str:
    """What a metric is called; one we have no word for, as its platform calls it."""
    return words(f"metric.{name}") if words.has(f"metric.{name}") else txt.one_line(name, 30)


def _age(age: str, words: Words) -> str:
    """ "24h" and "7d" in words."""
    unit = {"h": "hour", "d": "day"}.get(age[-1:])
    return words(f"span.{unit}", n=int(age[:-1])) if unit and age[:-1].isdecimal() else txt.one_line(age, 20)
