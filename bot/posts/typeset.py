"""Sets lines of Chinese, Latin and emoji into a picture: finds the fonts, measures, cuts and wraps between graphemes.
It never decides what is written where.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import count, groupby
from pathlib import Path
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from PIL import Image, ImageFont

_ELLIPSIS = "…"
_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Emoji_Presentation}|.*[\uFE0F\u200D\u20E3]", regex.DOTALL)
_PICTOGRAPH = regex.compile(r"\p{Extended_Pictographic}")
"""May be an emoji; is one where the font for text lacks it (it has ★, but not ✈)."""
_NEVER_FIRST = frozenset("，。、；：！？）」』】》〉…—～・,.;:!?)]}%’”")
"""What no line begins with (W3C, "Requirements for Chinese Text Layout": prohibition rules for line start)."""
_NOWHERE = "\U0010fffd"
"""A character no font has: drawn as all are that a font lacks."""
_EMOJI_PIXELS = 109
"""The one size Noto Color Emoji holds its bitmaps in."""
_TAIWAN = (" TC", " TW", " HW TC")
"""How a face of a collection that writes characters as Taiwan does ends its name; else the collection's first face."""


class NoFont(LookupError):
    """No font that can write Chinese is in any of the places looked at."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where fonts may be. `text`: pairs of files, regular and bold (which may be missing), best first; `emoji`: files
    of colour bitmaps, without which emoji are left out.
    """

    text: tuple[tuple[str, str], ...]
    emoji: tuple[str, ...] = ()


def _weights(*patterns: str) -> tuple[tuple[str, str], ...]:
    return tuple((each.format("Regular"), each.format("Bold")) for each in patterns)


USUAL = Places(
    (
        *_weights(
            "/usr/share/fonts/opentype/noto/NotoSansCJK-{}.ttc",  # Debian, Ubuntu: fonts-noto-cjk
            "/usr/share/fonts/noto-cjk/NotoSansCJK-{}.ttc",  # Arch: noto-fonts-cjk
            "/usr/share/fonts/noto/NotoSansCJK-{}.ttc",  # Alpine: font-noto-cjk
            "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-{}.ttc",  # Fedora
            "/usr/share/fonts/google-noto-cjk/NotoSansCJK-{}.ttc",
            "/usr/share/fonts/truetype/noto/NotoSansTC-{}.ttf",
            "/usr/share/fonts/opentype/source-han-sans/SourceHanSansTW-{}.otf",
            "/usr/share/fonts/adobe-source-han-sans/SourceHanSansTW-{}.otf",
            "/usr/local/share/fonts/NotoSansCJK-{}.ttc",
            "/usr/local/share/fonts/NotoSansTC-{}.ttf",
        ),
        ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", ""),
        ("/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc", ""),
        ("/System/Library/Fonts/PingFang.ttc", ""),  # macOS
        ("C:/Windows/Fonts/msjh.ttc", "C:/Windows/Fonts/msjhbd.ttc"),
    ),
    (
        "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf",
        "/usr/share/fonts/noto/NotoColorEmoji.ttf",
        "/usr/share/fonts/google-noto-emoji/NotoColorEmoji.ttf",
        "/usr/local/share/fonts/NotoColorEmoji.ttf",
    ),
)


@dataclass(frozen=True, slots=True)
class Style:
    """How a line is written. `size`: pixels of an em; `colour`: "#rrggbb"."""

    size: int
    colour: str
    bold: bool = False


class Pen:
    """Writes on one picture. Holds its fonts open (a few MB) for as long as it lives, so it is made anew each time."""

    def __init__(self, image: Image.Image, places: Places) -> None:
        """Raises NoFont."""
        from PIL import ImageDraw

        self.image = image
        self.draw = ImageDraw.Draw(image)
        self._regular, self._bold = find(places.text)
        self._emoji_font = _emoji_font(places.emoji)
        self._fonts: dict[tuple[int, bool], ImageFont.FreeTypeFont] = {}
        self._widths: dict[tuple[str, int, bool], float] = {}
        self._pictures: dict[tuple[str, int], Image.Image | None] = {}
        self._emoji: dict[str, bool] = {}

    def write(self, x: float, y: float, text: str, style: Style) -> float:
        """Write one line that begins at `x` and stands on `y`; returns where it ends."""
        for is_emoji, run in groupby(graphemes(text), self._is_emoji):
            if is_emoji:
                for each in run:
                    x = self._paste(x, y, each, style.size)
            else:
                said, font = "".join(run), self._font(style.size, style.bold)
                self.draw.text((x, y), said, style.colour, font, anchor="ls")
                x += self.width(said, style)
        return x

    def width(self, text: str, style: Style) -> float:
        """Pixels that `text` takes."""
        return sum(self._advance(each, style) for each in graphemes(text))

    def cut(self, text: str, room: float, style: Style) -> str:
        """As much of `text` as `room` pixels take, with "…" where something is missing; "" where not even that fits."""
        return next(iter(self.wrap(text, room, 1, style)), "")

    def wrap(self, text: str, room: float, lines: int, style: Style) -> list[str]:
        """`text` in at most `lines` lines of `room` pixels, broken where a reader would; the last ends in "…" where
        something is missing. `text`: of one paragraph.
        """
        rest, made = list(graphemes(text)), []
        while rest:
            taken = self._fitting(rest, room, style)
            if taken == len(rest):
                made.append("".join(rest))
                break
            if len(made) == lines - 1:
                made.append(self._shortened(rest, room, style))
                break
            taken = _break(rest, taken)
            made.append("".join(rest[:taken]).rstrip())
            rest = rest[taken + 1 :] if rest[taken] == " " else rest[taken:]
        return made

    def _shortened(self, pieces: Sequence[str], room: float, style: Style) -> str:
        room -= self.width(_ELLIPSIS, style)
        return "" if room < 0 else "".join(pieces[: self._fitting(pieces, room, style)]).rstrip() + _ELLIPSIS

    def _fitting(self, pieces: Sequence[str], room: float, style: Style) -> int:
        """How many of `pieces` take at most `room` pixels."""
        for n, piece in enumerate(pieces):
            room -= self._advance(piece, style)
            if room < 0:
                return n
        return len(pieces)

    def _advance(self, grapheme: str, style: Style) -> float:
        key = (grapheme, style.size, style.bold)
        if (found := self._widths.get(key)) is None:
            if self._is_emoji(grapheme):
                picture = self._picture(grapheme, style.size)
                found = 0.0 if picture is None else picture.width + style.size / 10
            else:
                found = self._font(style.size, style.bold).getlength(grapheme)
            self._widths[key] = found
        return found

    def _is_emoji(self, grapheme: str) -> bool:
        if grapheme.isascii():
            return False
        if (found := self._emoji.get(grapheme)) is None:
            found = _EMOJI.match(grapheme) is not None
            if not found and _PICTOGRAPH.match(grapheme):
                font = self._font(20, False)
                found = bytes(font.getmask(grapheme)) == bytes(font.getmask(_NOWHERE))
            self._emoji[grapheme] = found
        return found

    def _font(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        if (size, bold) not in self._fonts:
            self._fonts[size, bold] = _open(*(self._bold if bold else self._regular), size)
        return self._fonts[size, bold]

    def _paste(self, x: float, y: float, emoji: str, size: int) -> float:
        if (picture := self._picture(emoji, size)) is not None:
            self.image.paste(picture, (round(x + size / 20), round(y + size * 0.16 - picture.height)), picture)
        return x + self._advance(emoji, Style(size, ""))

    def _picture(self, emoji: str, size: int) -> Image.Image | None:
        """The emoji `size` pixels high, or None where no font has it."""
        if (emoji, size) not in self._pictures:
            self._pictures[emoji, size] = self._drawn(emoji, size)
        return self._pictures[emoji, size]

    def _drawn(self, emoji: str, size: int) -> Image.Image | None:
        from PIL import Image, ImageDraw

        if self._emoji_font is None:
            return None
        sheet = Image.new("RGBA", (2 * _EMOJI_PIXELS, 2 * _EMOJI_PIXELS))
        ImageDraw.Draw(sheet).text((20, 20), emoji, font=self._emoji_font, embedded_color=True)
        box = sheet.getbbox()
        if box is None:
            return None
        glyph = sheet.crop(box)
        return glyph.resize((max(1, round(glyph.width * size / glyph.height)), size), Image.Resampling.LANCZOS)


def graphemes(text: str) -> Iterator[str]:
    """What a person counts as characters, in order."""
    return iter(text) if text.isascii() else (found.group() for found in _GRAPHEME.finditer(text))


@cache
def find(places: tuple[tuple[str, str], ...]) -> tuple[tuple[str, int], tuple[str, int]]:
    """The first font there is, regular and bold: file, and number of the face in it. Raises NoFont."""
    for regular, bold in places:
        if Path(regular).is_file():
            found = regular, _face(regular)
            return found, (bold, _face(bold)) if bold and Path(bold).is_file() else found
    raise NoFont(NoFont.__doc__)


def _face(path: str) -> int:
    """Which face of a collection writes characters as Taiwan does."""
    for index in count():
        try:
            family = _open(path, index, 10).getname()[0]
        except OSError:  # There are no more.
            return 0
        if family and family.endswith(_TAIWAN):
            return index
    raise AssertionError("counting ends")


def _open(path: str, index: int, size: int) -> ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(path, size, index)


def _emoji_font(places: Sequence[str]) -> ImageFont.FreeTypeFont | None:
    for path in places:
        if Path(path).is_file():
            try:
                return _open(path, 0, _EMOJI_PIXELS)
            except OSError:  # Holds outlines, or bitmaps of another size: as good as none.
                continue
    return None


def _break(pieces: Sequence[str], most: int) -> int:
    """Where the line ends that could take `most` of `pieces`: before a word, and never before closing punctuation."""
    for at in range(most, max(0, most - 24), -1):
        before, after = pieces[at - 1], pieces[at]
        if after in _NEVER_FIRST:
            continue
        if not (_joins(before) and _joins(after)):
            return at
    return max(1, most)


def _joins(piece: str) -> bool:
    """Whether the piece is part of a word that is not broken: Latin letters and digits, not Chinese."""
    return piece.isalnum() and ord(piece[0]) < 0x2E80
