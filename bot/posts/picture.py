"""Draws a page of the calendar as a PNG that is read in a Slack message, by day and by night.
A pure function of what it is given and the fonts of the machine; it never decides which posts are on the page.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from io import BytesIO
from typing import TYPE_CHECKING

from bot.posts.calendar import Day, Kind, Page
from bot.posts.labels import Labels
from bot.posts.paint import DARK, LIGHT, Theme, rounded, sign
from bot.posts.slot import Slot, State
from bot.posts.typeset import USUAL, NoFont, Pen, Places, Style
from replies.text import clean

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["NoFont", "draw"]

WIDTH = 1600
"""Pixels: Slack shows a picture up to some 800 wide in a message, and screens have two pixels to each of those."""
_MARGIN, _HEAD, _FOOT = 32, 112, 68
_NAMES = 44
"""Height of the row with the names of the weekdays."""
_DATE = 46
"""Height of a day's number in a month."""
_ROW = 31
"""Height of a row in a month; a post takes one, or more where there is room."""
_ROWS_LEAST, _ROWS_MOST = 2, {4: 6, 5: 5, 6: 4}
"""Rows in a week of a month: quiet weeks are low, busy ones high; the most by the number of weeks."""
_ENTRY_MOST = 3
"""Rows for one post in a month."""
_WEEK, _WEEK_LEAST = 884, 360
"""Height of a week's columns: as the busiest day needs."""
_MORE = 40
"""Height of the line below a week's posts that counts the others."""
_LINES_MOST = 4
"""Lines of what a post says, in a week."""
_READ = 160
"""Characters of a post that are looked at; no place shows more."""


def draw(page: Page, labels: Labels, today: date, *, dark: bool = False, places: Places = USUAL) -> bytes:
    """The page as PNG, 1600 pixels wide, 540 to 1,300 high. `today`: in the page's zone. Raises NoFont.

    Blocks for up to 0.3 s: call it in a thread. Takes 40 MB at its height (measured: a month of 1,000 posts), of which
    8 are never given back; 5 of those are Pillow, which is imported here because most processes never draw.
    """
    from PIL import Image

    height = _HEAD + _FOOT + (_NAMES + sum(_heights(page)) if page.kind is Kind.MONTH else _WEEK)
    theme = DARK if dark else LIGHT
    with Image.new("RGB", (WIDTH, height), theme.paper) as image:
        used = _Drawing(image, Pen(image, places), page, labels, today, theme).draw()
        # 3: as small as the default of 6 for flat colours, in half the time.
        whole = image if used == height else image.crop((0, 0, WIDTH, used))
        whole.save(kept := BytesIO(), "PNG", compress_level=3)
    return kept.getvalue()


class _Drawing:
    def __init__(self, image: Image.Image, pen: Pen, page: Page, labels: Labels, today: date, theme: Theme) -> None:
        self.image, self.pen, self.page, self.labels, self.today, self.theme = image, pen, page, labels, today, theme
        self.masks: dict[tuple[int, int, int], Image.Image] = {}
        self.signs: dict[tuple[State, int], Image.Image] = {}

    def draw(self) -> int:
        """Draws everything; returns how high it is."""
        self._head()
        bottom = self._month() if self.page.kind is Kind.MONTH else self._week()
        self._legend(bottom)
        return bottom + _FOOT

    def _head(self) -> None:
        title = self._ink(44, bold=True)
        about = self._faint(23)
        room = WIDTH - 2 * _MARGIN
        end = self.pen.write(_MARGIN, 74, self.pen.cut(self.labels.title, room, title), title)
        said = self.pen.cut(self.labels.about, WIDTH - _MARGIN - end - 40, about)
        self.pen.write(WIDTH - _MARGIN - self.pen.width(said, about), 72, said, about)

    def _month(self) -> int:
        top = _HEAD + _NAMES
        for n, name in enumerate(self.labels.weekdays):
            self._centred(_column(n), _column(n + 1), top - 15, name, self._faint(22, bold=True))
        days = {day.date: day for day in self.page.days}
        begins = self.page.first - timedelta(days=self.page.first.weekday())
        for week, height in enumerate(_heights(self.page)):
            for n in range(7):
                each = begins + timedelta(days=7 * week + n)
                self._cell((_column(n), top, _column(n + 1), top + height), days.get(each, each))
            top += height
        self._lines(_HEAD + _NAMES, top)
        self._nothing(_HEAD + _NAMES, top)
        return top

    def _cell(self, box: tuple[int, int, int, int], day: Day | date) -> None:
        left, top, right, bottom = box
        outside = not isinstance(day, Day)
        at = day if isinstance(day, date) else day.date
        self._ground(box, at, outside)
        self._number(left + 24, top + 31, at, 22, faint=outside)
        if isinstance(day, date):
            return
        rows = (bottom - top - _DATE) // _ROW
        shown = day.slots if len(day.slots) <= rows else day.slots[: rows - 1]
        each = min(_ENTRY_MOST, rows // max(1, len(shown)))
        y = top + _DATE
        for slot in shown:
            self._entry(left + 5, y, right - left - 10, slot, each)
            y += each * _ROW
        if more := len(day.slots) - len(shown):
            style = self._faint(19, bold=True)
            self.pen.write(left + 12, y + 21, self.pen.cut(self.labels.more(more), right - left - 24, style), style)

    def _entry(self, x: int, y: int, width: int, slot: Slot, rows: int) -> None:
        """A post on one row: sign, time, first words. On more: sign, time, accounts, and the words below."""
        self._paste_ground(x, y, width, rows * _ROW - 3, slot.state)
        self._sign(slot.state, x + 10, y + 6, 17)
        begins = self.pen.write(x + 32, y + 21, self.page.clock(slot), self._ink(18, bold=True)) + 6
        room = x + width - begins - 4
        text = self._first_words(slot)
        if rows == 1:
            self._said(begins, y + 21, text, room, slot, 19)
        else:
            self._accounts(begins + 2, y + 21, room - 2, slot)
            for n, line in enumerate(self.pen.wrap(text, width - 16, rows - 1, self._ink(20))):
                self._said(x + 11, y + 49 + n * 27, line, width - 16, slot, 20)

    def _week(self) -> int:
        top, bottom, used = _HEAD + 64, _HEAD + _WEEK, _HEAD + _WEEK_LEAST
        for n, day in enumerate(self.page.days):
            left, right = _column(n), _column(n + 1)
            self._ground((left, _HEAD, right, bottom), day.date, outside=False)
            name = self._faint(22, bold=True)
            half = int(self.pen.width(self.labels.weekdays[n], name) + 46) // 2
            self.pen.write((left + right) / 2 - half, _HEAD + 41, self.labels.weekdays[n], name)
            self._number((left + right) // 2 + half - 18, _HEAD + 43, day.date, 26)
            used = max(used, self._posts(left + 6, top, right - left - 11, bottom, day))
        self.pen.draw.rectangle((0, used, WIDTH, bottom), self.theme.paper)
        self._lines(_HEAD, used)
        self._nothing(_HEAD, used)
        return used

    def _posts(self, x: int, y: int, width: int, bottom: int, day: Day) -> int:
        """A day's posts below each other, as much of each as there is room for; returns where they end."""
        style, most = self._ink(20), (bottom - y - _MORE) // _box(1)
        slots = day.slots[:most]
        for lines in range(_LINES_MOST, 0, -1):
            said = [self.pen.wrap(self._first_words(slot), width - 22, lines, style) for slot in slots]
            if sum(_box(len(each)) for each in said) <= bottom - y - _MORE:
                break
        for slot, each in zip(slots, said, strict=True):
            self._box(x, y, width, each, slot)
            y += _box(len(each))
        if more := len(day.slots) - len(slots):
            self._centred(x, x + width, y + 23, self.labels.more(more), self._faint(21, bold=True))
        return y + _MORE

    def _box(self, x: int, y: int, width: int, said: Sequence[str], slot: Slot) -> None:
        """A post with its time, its state in words, its accounts, and some lines of what it says."""
        self._paste_ground(x, y, width, _box(len(said)) - 8, slot.state)
        self._sign(slot.state, x + 13, y + 10, 20)
        end = self.pen.write(x + 40, y + 27, self.page.clock(slot), self._ink(21, bold=True)) + 9
        state = Style(17, self.theme.word(slot.state), bold=True)
        self.pen.write(end, y + 27, self.pen.cut(self.labels.states[slot.state], x + width - end - 5, state), state)
        self._accounts(x + 13, y + 52, width - 22, slot)
        for n, line in enumerate(said):
            self._said(x + 13, y + 79 + 27 * n, line, width - 22, slot, 20)

    def _accounts(self, x: float, y: int, room: float, slot: Slot) -> None:
        style = self._faint(17)
        self.pen.write(x, y, self.pen.cut(" · ".join(slot.accounts), room, style), style)

    def _first_words(self, slot: Slot) -> str:
        return " ".join(clean(slot.text, _READ).split()) or self.labels.no_text

    def _said(self, x: float, y: int, text: str, room: float, slot: Slot, size: int) -> None:
        """One line of a post; struck through where it is not to come."""
        gone = slot.state is State.CANCELLED
        style = self._faint(size) if gone or not slot.text.strip() else self._ink(size)
        end = self.pen.write(x, y, self.pen.cut(text, room, style), style)
        if gone:
            self.pen.draw.line((x, y - size // 3, end, y - size // 3), style.colour, 2)

    def _legend(self, top: int) -> None:
        """Which sign is which state, and how many posts there are of each on the page."""
        said = {state: f"{self.labels.states[state]} {n:,}" for state, n in self.page.counts().items()}
        for size in range(21, 8, -1):
            style = self._ink(size)
            if sum(self.pen.width(each, style) + 68 for each in said.values()) <= WIDTH - 2 * _MARGIN + 34:
                break
        x, y = float(_MARGIN), top + _FOOT // 2
        for state, each in said.items():
            self._sign(state, round(x), y - 12, 24)
            x = self.pen.write(x + 34, y + 8, each, style) + 34

    def _ground(self, box: tuple[int, int, int, int], day: date, outside: bool) -> None:
        colour = self.theme.outside if outside else self.theme.weekend if day.isoweekday() > 5 else self.theme.paper
        self.pen.draw.rectangle(box, colour)

    def _lines(self, top: int, bottom: int) -> None:
        """The grid, over the grounds of all days."""
        for n in range(8):
            self.pen.draw.line((_column(n), top, _column(n), bottom), self.theme.rule, 2)
        tops = [top, bottom]
        if self.page.kind is Kind.MONTH:
            for height in _heights(self.page):
                tops.append(tops[0 if len(tops) == 2 else -1] + height)
        for y in tops:
            self.pen.draw.line((_column(0), y, _column(7), y), self.theme.rule, 2)

    def _number(self, x: int, y: int, day: date, size: int, *, faint: bool = False) -> None:
        """The day of the month around `x`; of today as on a seal."""
        style = self._faint(size) if faint else self._ink(size, bold=True)
        if day == self.today:
            side = round(size * 1.6)
            self._paste(x - side // 2, y - size // 3 - side // 2 - 1, side, side, side // 2, self.theme.ink)
            style = Style(size, self.theme.paper, bold=True)
        self._centred(x, x, y, str(day.day), style)

    def _nothing(self, top: int, bottom: int) -> None:
        """What an empty page says."""
        if not self.page.counts():
            style, y = self._faint(28), (top + bottom) // 2
            wide = round(self.pen.width(self.labels.none, style)) + 56
            self._paste((WIDTH - wide) // 2, y - 30, wide, 60, 30, self.theme.rule)
            self._centred(0, WIDTH, y + 10, self.labels.none, Style(28, self.theme.ink))

    def _centred(self, left: int, right: int, y: int, text: str, style: Style) -> None:
        self.pen.write((left + right - self.pen.width(text, style)) / 2, y, text, style)

    def _paste_ground(self, x: int, y: int, width: int, height: int, state: State) -> None:
        """What a post stands on: its state's colour, thin, with an edge of it in full."""
        self._paste(x, y, width, height, 6, self.theme.colour(state))
        self._paste(x + 5, y, width - 5, height, 5, self.theme.ground(state))

    def _paste(self, x: int, y: int, width: int, height: int, radius: int, colour: str) -> None:
        key = (width, height, radius)
        if key not in self.masks:
            self.masks[key] = rounded(*key)
        self.image.paste(colour, (x, y), self.masks[key])

    def _sign(self, state: State, x: int, y: int, size: int) -> None:
        if (state, size) not in self.signs:
            self.signs[state, size] = sign(state, size, self.theme)
        self.image.paste(self.signs[state, size], (x, y), self.signs[state, size])

    def _ink(self, size: int, *, bold: bool = False) -> Style:
        return Style(size, self.theme.ink, bold)

    def _faint(self, size: int, *, bold: bool = False) -> Style:
        return Style(size, self.theme.faint, bold)


def _heights(page: Page) -> list[int]:
    """Pixels of each week of a month."""
    before = page.first.weekday()
    busiest = [_ROWS_LEAST] * ((before + len(page.days) + 6) // 7)
    for n, day in enumerate(page.days):
        week = (before + n) // 7
        roomy = min(len(day.slots) + 2, 4) if day.slots else 0
        busiest[week] = max(busiest[week], roomy, min(len(day.slots), _ROWS_MOST[len(busiest)]))
    return [_DATE + rows * _ROW + 4 for rows in busiest]


def _box(lines: int) -> int:
    """Pixels of a post in a week, and the gap below it."""
    return 70 + 27 * lines


def _column(n: int) -> int:
    """Where the n-th of seven columns begins; 7: where the last one ends."""
    return _MARGIN + n * (WIDTH - 2 * _MARGIN) // 7
