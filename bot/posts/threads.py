"""A text that is too long for one post into the parts of a thread, cut where a reader would pause.
It never cuts inside a sign, a link, a hashtag or a mention, and never changes a word: only space at a cut is dropped.
"""

from __future__ import annotations

from collections.abc import Callable

from bot.posts.places import CLAUSE, LINE, PARAGRAPH, RUN, SENTENCE, WORD, DoesNotFit, Place, needed, places

_COST = {PARAGRAPH: 0.0, LINE: 0.15, SENTENCE: 0.25, CLAUSE: 0.8, WORD: 1.5, RUN: 4.0}
_UNEVEN = 2.0
"""What a cut costs at a place of a rank, and how many times the squares of how far the part, and those behind it, are
then from an even share, in shares. All choices: of two parts, a paragraph's end in place of a sentence's is worth that
one is a quarter longer, a sentence's end in place of a comma a bit over a third; no part of words is left with less
than about a third of its share."""
_MORE = 4 / 3  # how many times the fewest parts may be made to keep sentences whole; a choice

Fits = Callable[[str], bool]


def split(text: str, fits: Fits, *, numbered: bool = False) -> list[str]:
    """The parts of `text`, in order; the text alone, without outer space, where it fits.

    `fits` must hold for every piece of a text it holds for, as a length within a limit does. Cuts are made at blank
    lines, then at line ends, sentence ends, clauses, words or single CJK characters; a run without such a place that
    alone is too long (a hashtag as well) is cut between graphemes. The parts are the fewest possible, or a third more
    (at least one) where that keeps sentences whole, and about evenly long. `numbered`: each part ends in " (2/5)",
    which counts. Raises `DoesNotFit`, a ValueError, for a link or a grapheme that alone does not fit.
    """
    text = text.strip()
    if fits(text):
        return [text]
    found = places(text)
    if not numbered:
        return _Cutting(text, found, fits).parts()
    digits = len(str(_Cutting(text, found, fits).fewest()))  # with the numbers in them they are no fewer
    while True:
        parts = _Cutting(text, found, fits, f" ({'9' * digits}/{'9' * digits})").parts()
        if len(str(len(parts))) <= digits:
            return [f"{part} ({number}/{len(parts)})" for number, part in enumerate(parts, start=1)]
        digits += 1


class _Cutting:
    """One text between its places, by their number. A part goes from the start of one to the end of a later one."""

    def __init__(self, text: str, found: list[Place], fits: Fits, ending: str = "") -> None:
        self._text = text
        self._fits = (lambda part: fits(part + ending)) if ending else fits
        found = needed(text, found, self._fits)
        self._ends = [place.end for place in found]
        self._starts = [place.start for place in found]
        self._ranks = [place.rank for place in found]
        self._last = len(found) - 1
        self._reached: dict[int, int] = {}
        self._span = 1  # how many places the part before had: where to look first

    def fewest(self) -> int:
        """How many parts it takes, wherever they are cut."""
        return self._count(RUN)

    def parts(self) -> list[str]:
        """Between the latest cut that fits and the earliest that leaves no more than the other parts can take, the
        cheapest place, part by part.
        """
        fewest, whole = self.fewest(), self._count(SENTENCE)
        count = whole if whole <= max(fewest * _MORE, fewest + 1) else fewest
        earliest = self._earliest(count)
        found, at = [], 0
        for left in range(count - 1, 0, -1):
            low = max(earliest[left], at + 1)
            high = min(self._reach(at), self._last - left)
            cut = self._cheapest(at, low, high, left + 1)
            found.append(self._text[self._starts[at] : self._ends[cut]])
            at = cut
        return [*found, self._text[self._starts[at] :]]

    def _count(self, rank: int) -> int:
        """How many parts there are if each is as long as it can be, and ends at `rank` or better in its second half."""
        at, count = 0, 0
        while at < self._last:
            reach = self._reach(at)
            half = (self._starts[at] + self._ends[reach]) // 2
            good = reach
            while self._ranks[good] < rank and self._ends[good] > half:
                good -= 1
            at = good if good > at and self._ranks[good] >= rank else reach
            count += 1
        return count

    def _earliest(self, count: int) -> list[int]:
        """For each number of parts below `count`, the first place from which the rest fits into so many."""
        found = [self._last]
        while len(found) < count:
            found.append(self._back(found[-1]) if found[-1] else 0)
        return found

    def _cheapest(self, at: int, low: int, high: int, left: int) -> int:
        share = (len(self._text) - self._starts[at]) / left
        even = self._starts[at] + share

        def cost(number: int) -> float:
            off = (self._ends[number] - even) / share
            return _COST[self._ranks[number]] + _UNEVEN * off**2 * left / (left - 1)

        return min(range(low, high + 1), key=cost)

    def _reach(self, at: int) -> int:
        """The furthest place at which a part that begins at `at` may end."""
        if at not in self._reached:
            start, most = self._starts[at], self._last - at - 1
            if not self._fits(self._text[start : self._ends[at + 1]]):
                raise DoesNotFit(self._text[start : self._ends[at + 1]])
            steps = self._furthest(lambda n: self._fits(self._text[start : self._ends[at + 1 + n]]), most)
            self._reached[at] = at + 1 + steps
        return self._reached[at]

    def _back(self, end: int) -> int:
        """The earliest place at which a part that ends at `end` may begin."""
        stop = self._ends[end]
        return end - 1 - self._furthest(lambda n: self._fits(self._text[self._starts[end - 1 - n] : stop]), end - 1)

    def _furthest(self, holds: Callable[[int], bool], most: int) -> int:
        """The largest number up to `most` that holds; 0 does, and all below one that does. Looks where the last was."""
        low, high, step = 0, most + 1, max(1, self._span // 16)
        probe = self._span
        while high - low > 1:
            probe = probe if low < probe < high else (low + high) // 2
            if holds(probe):
                low, probe = probe, probe + step
            else:
                high, probe = probe, probe - step
            step *= 2
        self._span = low
        return low
