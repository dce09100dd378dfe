"""The picture of a page: whole, told by shape as well as by colour, cut between graphemes, and drawn in good time."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from itertools import combinations
from pathlib import Path

import pytest
from PIL import Image

from bot.i18n import LOCALES, Words
from bot.posts.calendar import Kind, Only, page
from bot.posts.labels import labels
from bot.posts.paint import DARK, LIGHT, Theme, sign
from bot.posts.picture import WIDTH, draw
from bot.posts.slot import Slot, State
from bot.posts.typeset import USUAL, NoFont, Pen, Places, Style, find, graphemes
from tests.posts.slots import NOON, TAIPEI, TEXTS, many, slot

TODAY = date(2026, 8, 12)
PLAIN = Style(20, "#000000")
FAMILY = "👨‍👩‍👧"


def drawn(slots: Iterable[Slot], kind: Kind = Kind.MONTH, locale: str = "zh-TW", *, dark: bool = False) -> Image.Image:
    shown = page(slots, kind, TODAY, TAIPEI)
    with Image.open(BytesIO(draw(shown, labels(shown, Words(locale)), TODAY, dark=dark))) as image:
        assert image.format == "PNG"
        return image.convert("RGB")


def areas(image: Image.Image) -> Counter[str]:
    """Pixels of each colour."""
    found = image.getcolors(image.width * image.height) or []
    return Counter({f"#{bytes(colour).hex()}": n for n, colour in found if isinstance(colour, tuple)})


def pen(places: Places = USUAL) -> Pen:
    return Pen(Image.new("RGB", (400, 60), "#ffffff"), places)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("kind", Kind)
def test_each_state_on_the_page_has_its_colour_in_the_picture(kind: Kind, locale: str, theme: Theme) -> None:
    here = {State.WAITING, State.PUBLISHED, State.FAILED}
    image = drawn([slot(n, state=state) for n, state in enumerate(here)], kind, locale, dark=theme is DARK)
    assert image.width == WIDTH
    assert image.getpixel((1, 1)) == Image.new("RGB", (1, 1), theme.paper).getpixel((0, 0))
    seen = areas(image)
    for state in State:
        assert (seen[theme.colour(state)] > 200) is (state in here), state
        assert (seen[theme.ground(state)] > 2_000) is (state in here), state


def test_a_page_is_as_high_as_it_needs_to_be() -> None:
    def heights(kind: Kind) -> list[int]:
        return [drawn(many(number, date(2026, 8, 1), 31), kind).height for number in (0, 40, 2_000)]

    for kind in Kind:
        low, middle, high = heights(kind)
        assert 500 < low < middle <= high <= 1300


def test_an_empty_page_is_not_blank() -> None:
    for kind in Kind:
        assert areas(drawn([], kind))[LIGHT.ink] > 1_000


def test_today_is_marked_and_no_other_day() -> None:
    def seals(day: date) -> int:
        shown = page([], Kind.MONTH, TODAY, TAIPEI)
        with Image.open(BytesIO(draw(shown, labels(shown, Words("en")), day))) as image:
            return areas(image.convert("RGB"))[LIGHT.ink]

    assert seals(TODAY) > seals(date(2020, 1, 1)) + 400


def test_signs_differ_without_their_colours() -> None:
    shapes = {state: sign(state, 24, LIGHT).convert("LA").tobytes() for state in State}
    masks = {state: sign(state, 24, LIGHT).convert("RGBA").getchannel("A") for state in State}
    inside = {state: sign(state, 24, LIGHT).convert("RGBA") for state in State}
    assert len(set(shapes.values())) == len(State)
    for one, other in combinations(State, 2):
        white = [[pixel[:3] == (255, 255, 255) for pixel in _pixels(inside[each])] for each in (one, other)]
        outline = [list(masks[each].tobytes()) for each in (one, other)]
        unlike = sum(a != b for a, b in zip(*white, strict=True))
        unlike += sum(abs(a - b) > 128 for a, b in zip(*outline, strict=True))
        assert unlike > 24, (one, other)


def _pixels(image: Image.Image) -> list[tuple[int, int, int, int]]:
    raw = image.tobytes()
    return [(raw[n], raw[n + 1], raw[n + 2], raw[n + 3]) for n in range(0, len(raw), 4)]


def test_the_states_words_and_signs_stand_out_on_what_is_below_them() -> None:
    """WCAG 2.2: 4.5 for text, 3 for signs."""
    for theme in (LIGHT, DARK):
        for state in State:
            assert _contrast(theme.ink, theme.ground(state)) > 7, state
            assert _contrast(theme.colour(state), theme.ground(state)) > 3, state
            assert _contrast(theme.word(state), theme.ground(state)) > 4.5, state
            assert _contrast(theme.faint, theme.ground(state)) > 4.5, state


def _contrast(one: str, other: str) -> float:
    """WCAG 2.2, "contrast ratio"."""
    light = sorted(_luminance(each) for each in (one, other))
    return (light[1] + 0.05) / (light[0] + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_without_a_font_for_chinese_there_is_no_picture() -> None:
    shown = page([], Kind.WEEK, TODAY, TAIPEI)
    for places in (Places(()), Places((("/nowhere/regular.ttc", "/nowhere/bold.ttc"),))):
        with pytest.raises(NoFont):
            draw(shown, labels(shown, Words("en")), TODAY, places=places)


def test_without_bold_letters_or_emoji_there_still_is_one() -> None:
    (regular, _), _ = find(USUAL.text)
    shown = page([slot(text=FAMILY + "早安")], Kind.WEEK, TODAY, TAIPEI)
    assert draw(shown, labels(shown, Words("en")), TODAY, places=Places(((regular, ""),)))
    assert pen(Places(((regular, ""),))).width(FAMILY, PLAIN) == 0


def test_a_collection_of_fonts_is_opened_where_it_writes_as_taiwan_does() -> None:
    for path, index in find(USUAL.text):
        assert Path(path).is_file()
        assert pen()._font(20, False).getname()[0] == "Noto Sans CJK TC" or index == 0


@pytest.mark.parametrize("text", [*TEXTS, FAMILY * 40, "好" * 90, "word " * 30, "https://example.com/" + "a" * 90])
def test_a_cut_falls_between_graphemes_and_fits(text: str) -> None:
    tool = pen()
    for room in range(0, 400, 23):
        cut = tool.cut(text, room, PLAIN)
        assert tool.width(cut, PLAIN) <= room
        if cut != text and cut:
            assert cut.endswith("…")
            kept = list(graphemes(cut))[:-1]
            assert kept == list(graphemes(text))[: len(kept)]


@pytest.mark.parametrize("text", [*TEXTS, "好，" * 60, "word " * 30, "https://example.com/" + "a" * 90])
def test_wrapped_lines_fit_and_hold_the_text_in_order(text: str) -> None:
    tool = pen()
    for lines in (1, 2, 5, 100):
        made = tool.wrap(text, 180, lines, PLAIN)
        assert len(made) <= lines
        assert all(tool.width(line, PLAIN) <= 180 for line in made)
        assert not any(line[:1] in set("，。！：") for line in made)
        whole, said = text.replace(" ", ""), "".join(made).replace(" ", "")
        assert said == whole or (said.endswith("…") and whole.startswith(said[:-1]))


def test_words_are_kept_whole() -> None:
    assert pen().wrap("Meet the team: Emma has roasted", 180, 3, PLAIN) == ["Meet the team:", "Emma has roasted"]


def test_an_emoji_is_drawn_in_its_colours_as_one() -> None:
    tool = pen()
    assert tool.width("🇹🇼", PLAIN) < 2 * tool.width("🇹", PLAIN)
    tool.write(10, 40, "🍎", PLAIN)
    assert any(red > 150 and green < 90 for red, green, _, _ in _pixels(tool.image.convert("RGBA")))


def test_what_only_the_other_font_has_is_taken_from_there() -> None:
    tool = pen()
    assert [tool._is_emoji(each) for each in "★✈好aé1"] == [False, True, False, False, False, False]


def test_a_month_of_a_thousand_posts_is_drawn_in_three_hundred_milliseconds() -> None:
    shown = page(many(1_000, date(2026, 8, 1), 31), Kind.MONTH, TODAY, TAIPEI)
    said, spent = labels(shown, Words("zh-TW")), []
    for _ in range(3):
        began = time.process_time()
        draw(shown, said, TODAY)
        spent.append(time.process_time() - began)
    assert min(spent) < 0.3


def test_nobody_pays_for_pictures_or_feeds_before_the_first() -> None:
    code = (
        "import sys, bot.posts.picture, bot.posts.feed, handlers.ui.calendar;"
        "sys.exit(any(name in sys.modules for name in ('PIL', 'icalendar')))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2]).returncode == 0


def test_strange_texts_are_drawn_like_any_other() -> None:
    strange = ("\ud800", "\u202eabc", "a\nb\tc", "สวัสดี", "مرحبا", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍", "\x00", "﷽" * 50)
    slots = [slot(n, NOON, text=text, accounts=("x" * 200,)) for n, text in enumerate(strange)]
    for kind in Kind:
        assert drawn(slots, kind).width == WIDTH
    shown = page(slots, Kind.WEEK, TODAY, TAIPEI, Only("y" * 500))
    assert draw(shown, labels(shown, Words("en")), TODAY)
