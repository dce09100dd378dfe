"""Draws a page of the calendar of posts as a message: a paragraph a day, and what leads to other pages.
Pure functions; what posts say is literal text, and however many there are, the message stays as large as Slack takes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.i18n import Words
from bot.posts import labels
from bot.posts.calendar import EVERYTHING, Day, Kind, Only, Page
from bot.posts.slot import Slot, State
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message

MOST = 12_000
"""Characters of JSON: some less than `kit.BLOCKS_MOST`, so that a caller has room for a picture's block."""
ANY = "*"
"""The value of a menu's entry that narrows nothing: Slack takes no empty one."""
NAME_MOST = 50
"""UTF-16 units of a name that menus can offer: a look at two of them fits into a block_id (Slack: 255), even quoted."""

MARKS: Mapping[State, str] = {
    State.DRAFT: ":memo:",
    State.WAITING: ":hourglass_flowing_sand:",
    State.SCHEDULED: ":alarm_clock:",
    State.HELD: ":double_vertical_bar:",
    State.PUBLISHING: ":outbox_tray:",
    State.PUBLISHED: ":white_check_mark:",
    State.FAILED: ":warning:",
    State.CANCELLED: ":no_entry_sign:",
}


@dataclass(frozen=True, slots=True)
class Doors:
    """Action ids of what leads elsewhere. A button's value and the menus' block_id are a `Look`, as `written`: where
    the button leads, and what is looked at; a menu's value is a name, a `State` or `ANY`.
    """

    previous: str
    next: str
    today: str
    kind: str
    account: str
    pillar: str
    state: str


@dataclass(frozen=True, slots=True)
class Look:
    """Which page somebody looks at, and what it is narrowed to."""

    kind: Kind
    day: date
    only: Only = EVERYTHING

    def written(self) -> str:
        """For a button's value or a block_id."""
        only = self.only
        said = [self.kind, self.day.isoformat(), only.account, only.pillar, only.state or ""]
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, written: str) -> Look:
        """What `written` wrote. Raises ValueError for anything else."""
        said = json.loads(written)
        if not (isinstance(said, list) and len(said) == 5 and all(isinstance(each, str) for each in said)):
            raise ValueError("not a look at the calendar")
        kind, day, account, pillar, state = said
        return cls(Kind(kind), date.fromisoformat(day), Only(account, pillar, State(state) if state else None))


@dataclass(frozen=True, slots=True)
class _Sizes:
    """How much is shown: posts a day, UTF-16 units of a post and of its accounts, entries of a menu."""

    posts: int
    words: int
    accounts: int
    options: int


_SIZES = (
    _Sizes(12, 70, 40, 30),
    _Sizes(8, 50, 40, 20),
    _Sizes(5, 40, 32, 15),
    _Sizes(3, 32, 24, 10),
    _Sizes(2, 24, 20, 8),
    _Sizes(1, 16, 12, 3),
)
"""Roomiest first; the last one fits whatever a month of posts says."""


def calendar_message(page: Page, words: Words, now: datetime, doors: Doors | None = None) -> Message:
    """The page as a message in the language of `words`, at most 50 blocks and 12,000 characters of them. `now`: aware.

    Shows as much of each day as fits, and says of how many posts it shows nothing. There is nothing to press without
    `doors`, and on a page that is narrowed to a name no menu can hold.
    """
    for sizes in _SIZES:
        message = _Drawing(page, words, now, doors, sizes).message()
        if message.size <= MOST:
            break
    return message


def calendar_blocks(page: Page, words: Words, now: datetime, doors: Doors | None = None) -> list[Block]:
    """The blocks of `calendar_message`."""
    return calendar_message(page, words, now, doors).blocks


class _Drawing:
    def __init__(self, page: Page, words: Words, now: datetime, doors: Doors | None, sizes: _Sizes) -> None:
        self.page, self.words, self.doors, self.sizes, self.now = page, words, doors, sizes, now
        self.today = now.astimezone(page.zone).date()
        self.names = labels.states(words)

    def message(self) -> Message:
        page, words = self.page, self.words
        title, about = labels.title(page, words), labels.about(page, words)
        blocks = [kit.header(title), kit.context(kit.plain(about, 300))]
        said = [txt.escape(title), txt.escape(txt.one_line(about, 300))]
        if self.doors is not None:
            blocks += self._ways(self.doors)
        counts = page.counts()
        if not counts:
            said.append(labels.none(page, words))
            blocks.append(kit.section(said[-1]))
        for day in page.days if counts else ():
            if day.slots or page.kind is Kind.WEEK:
                shown, spoken = self._day(day)
                blocks.append(kit.section(shown))
                said.append(spoken)
        if counts:
            legend = words("mark.dot").join(f"{MARKS[state]} {self.names[state]} {n:,}" for state, n in counts.items())
            blocks.append(kit.context(kit.mrkdwn(legend)))
        mark = f"calendar.{page.kind}.{page.first}.{int(self.now.timestamp())}"
        return Message(kit.numbered(blocks, mark), txt.cut_marked("\n".join(said), kit.TEXT_MOST))

    def _day(self, day: Day) -> tuple[str, str]:
        """A day's paragraph, and the same for screen readers: with the states in words."""
        words, room = self.words, kit.SECTION_MOST - 200
        name = labels.day_title(day.date, words)
        today = words("mark.dot") + words("calendar.today") if day.date == self.today else ""
        shown, spoken = [f"*{name}*{today}"], [f"{name}{today}"]
        for n, slot in enumerate(day.slots):
            text = txt.marked(slot.text, self.sizes.words) or words("calendar.no_text")
            line = self._line(slot, f"{MARKS[slot.state]} {text}")
            room -= txt.units(line) + 1
            if n == self.sizes.posts or room < 0:
                shown.append(f"_{words('calendar.more', n=len(day.slots) - n)}_")
                spoken.append(words("calendar.more", n=len(day.slots) - n))
                break
            shown.append(line)
            spoken.append(self._line(slot, words("mark.label", label=self.names[slot.state], text=text)))
        if not day.slots:
            shown.append("–")
            spoken.append("–")
        return "\n".join(shown), "\n".join(spoken)

    def _line(self, slot: Slot, said: str) -> str:
        accounts = txt.marked(self.words("mark.comma").join(slot.accounts), self.sizes.accounts)
        return self.words("mark.dot").join(filter(None, (self.page.clock(slot), accounts, said)))

    def _ways(self, doors: Doors) -> list[Block]:
        page, words = self.page, self.words
        look = Look(page.kind, page.first, page.only)
        account, pillar = page.only.account, page.only.pillar
        if not (_fits(account) and _fits(pillar)):
            return []
        inside = page.first <= self.today <= page.last
        # A week that lies in two months belongs to the one that has its Thursday (ISO 8601 counts weeks that way).
        around = self.today if inside else page.first + timedelta(days=3 if page.kind is Kind.WEEK else 0)
        other = Kind.MONTH if page.kind is Kind.WEEK else Kind.WEEK

        def way(key: str, action: str, kind: Kind, day: date) -> Block:
            return kit.button(words(f"calendar.{key}"), action, Look(kind, day, page.only).written())

        return [
            kit.actions(
                way("previous", doors.previous, page.kind, page.neighbour(-1)),
                None if inside else way("to_today", doors.today, page.kind, self.today),
                way("next", doors.next, page.kind, page.neighbour(1)),
                way(f"as_{other}", doors.kind, other, around),
            ),
            kit.actions(
                self._menu("account", doors.account, self._offered(page.accounts, account), account),
                self._menu("pillar", doors.pillar, self._offered(page.pillars, pillar), pillar),
                self._menu("state", doors.state, [(self.names[each], each) for each in State], page.only.state or ""),
            )
            | {"block_id": look.written()},
        ]

    def _menu(self, key: str, action: str, options: Sequence[tuple[str, str]], chosen: str) -> Block | None:
        """A menu to narrow the page; None where there is nothing to choose from."""
        if len(options) < 2 and not chosen:
            return None
        words = self.words
        menu = kit.select(words(f"calendar.by_{key}"), action, [(words(f"calendar.any_{key}"), ANY), *options])
        return menu | {"initial_option": next(each for each in menu["options"] if each["value"] == (chosen or ANY))}

    def _offered(self, names: Sequence[str], chosen: str) -> list[tuple[str, str]]:
        """Entries of a menu for as many of `names` as there is room for; the chosen one always."""
        rest = [name for name in names if _fits(name) and name not in (chosen, ANY)]
        return [(name, name) for name in sorted(filter(None, [chosen, *rest[: self.sizes.options]]))]


def _fits(name: str) -> bool:
    """Whether a menu's entry can hold the name."""
    return name.isprintable() and txt.units(name) <= NAME_MOST
