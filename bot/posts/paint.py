"""What a calendar is painted with: its colours by day and by night, and a sign for each state that needs no colour.
It never knows what stands in the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.posts.slot import State

if TYPE_CHECKING:
    from PIL import Image, ImageDraw

_FINE = 4
"""Edges are drawn this many times larger and then reduced: Pillow draws shapes without smoothing."""

COLOURS: Mapping[State, str] = {
    State.DRAFT: "#6f7782",
    State.WAITING: "#b67800",
    State.SCHEDULED: "#0072b2",
    State.HELD: "#b04a86",
    State.PUBLISHING: "#1b8ec4",
    State.PUBLISHED: "#00845f",
    State.FAILED: "#d04a02",
    State.CANCELLED: "#80878f",
}
"""After Okabe and Ito's eight colours for every kind of sight ("Color Universal Design", 2008), some darker, so that
white signs stand out on them.
"""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as "#rrggbb". `tint`: how much of a state's colour is in the ground of its posts; `lift`: how much white
    its own colour takes.
    """

    paper: str
    weekend: str
    outside: str
    rule: str
    ink: str
    faint: str
    tint: float
    lift: float

    def colour(self, state: State) -> str:
        """The state's colour."""
        return mixed(COLOURS[state], "#ffffff", self.lift)

    def word(self, state: State) -> str:
        """The state's name: its colour, nearer to that of the text, so that small letters are read."""
        return mixed(self.colour(state), self.ink, 0.42)

    def ground(self, state: State) -> str:
        """What the state's posts stand on."""
        return mixed(self.paper, self.colour(state), self.tint)


LIGHT = Theme("#ffffff", "#f8f9fb", "#f1f3f5", "#dfe3e8", "#1d1c1d", "#616873", 0.12, 0.0)
DARK = Theme("#1a1d21", "#1f2328", "#15171a", "#363b42", "#e8eaed", "#a9b0b9", 0.26, 0.18)
"""Slack's own grounds, so that the picture has no frame."""


def mixed(one: str, other: str, share: float) -> str:
    """`one` with `share` (0 to 1) of `other`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def rounded(width: int, height: int, radius: int) -> Image.Image:
    """A rectangle with round corners, as a mask to paste through."""
    from PIL import Image, ImageDraw

    large = Image.new("L", (width * _FINE, height * _FINE))
    box = (0, 0, width * _FINE - 1, height * _FINE - 1)
    ImageDraw.Draw(large).rounded_rectangle(box, radius * _FINE, 255)
    return large.reduce(_FINE)


def sign(state: State, size: int, theme: Theme) -> Image.Image:
    """The state's sign, `size` pixels high and wide, on nothing: told by outline and inside, without its colour.

    Draft: a dashed ring. To approve: an hourglass. Scheduled: a clock. On hold: a square with a pause. Publishing: a
    disc with an arrow up. Published: a disc with a tick. Failed: a triangle with "!". Cancelled: a ring struck through.
    """
    from PIL import Image, ImageDraw

    large = Image.new("RGBA", (size * _FINE, size * _FINE), theme.colour(state) + "00")
    _Sign(ImageDraw.Draw(large), size * _FINE, theme.colour(state)).draw(state)
    return large.reduce(_FINE)


class _Sign:
    """Draws on a square whose sides are 24 units, as icons usually are."""

    def __init__(self, draw: ImageDraw.ImageDraw, side: int, colour: str) -> None:
        self.drawing, self.unit, self.colour = draw, side / 24, colour

    def draw(self, state: State) -> None:
        match state:
            case State.DRAFT:
                for start in range(0, 360, 60):
                    self._arc(start, start + 36)
            case State.WAITING:
                self._shape(
                    (4, 1), (20, 1), (20, 4), (13.5, 12), (20, 20), (20, 23), (4, 23), (4, 20), (10.5, 12), (4, 4)
                )
                self._shape((7.5, 4.5), (16.5, 4.5), (14.5, 7.5), (9.5, 7.5), colour="#ffffff")
            case State.SCHEDULED:
                self._disc()
                self._line((12, 5.5), (12, 12.5), (17, 15))
            case State.HELD:
                box = tuple(each * self.unit for each in (1.5, 1.5, 22.5, 22.5))
                self.drawing.rounded_rectangle(box, 4 * self.unit, self.colour)
                self._line((8.7, 7), (8.7, 17))
                self._line((15.3, 7), (15.3, 17))
            case State.PUBLISHING:
                self._disc()
                self._line((12, 18), (12, 7.5))
                self._line((7, 11.5), (12, 6.5), (17, 11.5))
            case State.PUBLISHED:
                self._disc()
                self._line((6.5, 12.5), (10.5, 16.5), (17.5, 8))
            case State.FAILED:
                self._shape((12, 0.5), (24, 22.5), (0, 22.5))
                self._line((12, 8.5), (12, 15))
                self._line((12, 18.8), (12, 19.2))
            case State.CANCELLED:
                self._arc(0, 360)
                self._line((5.5, 18.5), (18.5, 5.5), colour=self.colour)

    def _disc(self) -> None:
        self.drawing.ellipse(tuple(each * self.unit for each in (0.5, 0.5, 23.5, 23.5)), self.colour)

    def _arc(self, start: int, end: int) -> None:
        box = tuple(each * self.unit for each in (1, 1, 23, 23))
        self.drawing.arc(box, start, end, self.colour, round(3 * self.unit))

    def _shape(self, *points: tuple[float, float], colour: str = "") -> None:
        self.drawing.polygon(self._scaled(points), colour or self.colour)

    def _line(self, *points: tuple[float, float], colour: str = "#ffffff") -> None:
        wide = 2.8 * self.unit
        self.drawing.line(self._scaled(points), colour, round(wide), "curve")
        for x, y in self._scaled(points):
            self.drawing.ellipse((x - wide / 2, y - wide / 2, x + wide / 2, y + wide / 2), colour)

    def _scaled(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        return [(x * self.unit, y * self.unit) for x, y in points]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
