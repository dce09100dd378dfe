"""What may go out with a post: told by bytes, free of what is personal, not one pixel changed; and what may not."""

from __future__ import annotations

import struct
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from bot.posts.filetypes import BadMedia, inspected
from tests.posts.pictures import (
    PLACE,
    box,
    drawing,
    exif,
    film,
    gif_bomb,
    moving,
    personal,
    png_bomb,
    saved,
    shown,
    webp_bomb,
)

KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
HELD = [kind for kind in KINDS if kind != "GIF"]
"""Formats that say how the phone was held."""


def refused(data: bytes, name: str = "menu.jpg") -> dict[str, str | int]:
    """Why the file is refused; the name is always told."""
    with pytest.raises(BadMedia) as caught:
        inspected(data, name)
    assert caught.value.params.pop("name") == name
    return caught.value.params


@pytest.mark.parametrize("kind", KINDS)
def test_the_bytes_tell_the_type_whatever_the_name_says(kind: str) -> None:
    found = inspected(saved(kind), "invoice.pdf")
    assert (found.type, found.width, found.height, found.animated) == (KINDS[kind], 48, 32, False)


@pytest.mark.parametrize("kind", KINDS)
def test_place_device_and_captions_go_and_every_pixel_stays(kind: str) -> None:
    before = personal(kind)
    assert PLACE in before
    found = inspected(before, "menu.jpg")
    assert PLACE not in found.data
    assert shown(found.data) == shown(before)
    with Image.open(BytesIO(found.data)) as picture:
        assert dict(picture.getexif()) == {}


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", HELD)
def test_a_picture_stays_the_right_way_up(kind: str, orientation: int) -> None:
    before = personal(kind, orientation)
    found = inspected(before, "menu.jpg")
    assert PLACE not in found.data
    with Image.open(BytesIO(before)) as one, Image.open(BytesIO(found.data)) as other:
        wanted, upright = ImageOps.exif_transpose(one), ImageOps.exif_transpose(other)
        assert upright.tobytes() == wanted.tobytes()
        assert (found.width, found.height) == wanted.size
        assert set(other.getexif()) <= {0x0112}


@pytest.mark.parametrize("kind", KINDS)
def test_cleaning_a_clean_picture_changes_nothing(kind: str) -> None:
    once = inspected(personal(kind, 6), "menu.jpg").data
    assert inspected(once, "menu.jpg").data == once


def test_the_colours_a_profile_gives_are_kept() -> None:
    profile = b"profile" * 30_000  # More than one segment of a JPEG holds.
    for kind in HELD:
        with Image.open(BytesIO(inspected(saved(kind, icc_profile=profile), "x").data)) as picture:
            assert picture.info["icc_profile"] == profile


def test_print_colours_stay_what_they_are() -> None:
    before = saved("JPEG", drawing().convert("CMYK"), exif=exif())
    assert shown(inspected(before, "x").data) == shown(before)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_keeps_every_frame_and_its_repeats(kind: str) -> None:
    before = moving(kind)
    found = inspected(before, "x")
    assert found.animated
    assert shown(found.data) == shown(before)
    with Image.open(BytesIO(before)) as one, Image.open(BytesIO(found.data)) as other:
        assert other.info.get("loop") == one.info.get("loop")


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_appended_to_a_picture_does_not_go_out(kind: str) -> None:
    appended = b"PK\x03\x04" + PLACE + film()  # As phones append a film, and attackers an archive.
    assert inspected(saved(kind) + appended, "x").data == inspected(saved(kind), "x").data


def test_a_program_hidden_in_a_comment_does_not_go_out() -> None:
    for kind in ("JPEG", "GIF"):
        before = saved(kind, comment=b"<script>alert(1)</script>")
        assert b"script" in before
        assert b"script" not in inspected(before, "x").data


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_ends_too_soon_is_broken(kind: str) -> None:
    whole = saved(kind)
    for length in (len(whole) // 4, len(whole) // 2, len(whole) - 4):
        assert refused(whole[:length]) == {"reason": "broken"}, length


def test_a_damaged_png_is_broken() -> None:
    whole = bytearray(saved("PNG"))
    whole[len(whole) // 2] ^= 0xFF
    assert refused(bytes(whole)) == {"reason": "broken"}


def test_a_jpeg_of_thousands_of_passes_is_broken() -> None:
    whole = saved("JPEG")
    scan = whole.index(b"\xff\xda")
    assert refused(whole[:scan] + whole[scan:-2] * 101 + b"\xff\xd9") == {"reason": "broken"}


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"MZ\x90\0" + bytes(200), "unknown_kind"),
        (b"%PDF-1.7\n", "unknown_kind"),
        (b"PK\x03\x04" + bytes(60), "unknown_kind"),
        (b"<!doctype html><p>hello", "unknown_kind"),
        (saved("BMP"), "unknown_kind"),
        (saved("TIFF"), "unknown_kind"),
        (saved("AVIF"), "unknown_kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "svg"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- \xe5\x9c\x96 -->\n<SVG/>", "svg"),
        (box(b"ftyp", b"heic", bytes(4), b"mif1heic"), "heic"),
        (box(b"ftyp", b"mif1", bytes(4), b"mif1heic"), "heic"),
        (film(brand=b"qt  "), "quicktime"),
        (film(brand=b"M4A "), "unknown_kind"),
        (film(width=0, height=0), "unknown_kind"),
        (b"\xff\xd8\xff", "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"GIF89a", "broken"),
        (b"RIFF\x04\0\0\0WEBP", "broken"),
    ],
)
def test_what_is_no_picture_or_film_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    assert refused(data) == {"reason": reason}


@pytest.mark.parametrize(
    ("bomb", "pixels"),
    [
        (png_bomb(60_000, 60_000), 3_600_000_000),
        (gif_bomb(65_535, 65_535, 1), 65_535**2),
        (gif_bomb(7_000, 7_000, 200), 11 * 49_000_000),
        (gif_bomb(1, 1, 3_100), 3_000),
        (webp_bomb(), 16_384**2),
    ],
)
def test_a_small_file_with_a_huge_picture_is_refused_before_it_is_decoded(bomb: bytes, pixels: int) -> None:
    assert len(bomb) < 60_000
    assert refused(bomb) == {"reason": "bomb", "pixels": pixels}


def test_a_film_forgets_where_it_was_taken_and_nothing_in_it_moves() -> None:
    before = film()
    found = inspected(before, "x")
    assert PLACE in before
    assert PLACE not in found.data
    assert (found.type, found.width, found.height, found.animated) == ("video/mp4", 1080, 1920, False)
    assert len(found.data) == len(before)
    start = before.index(b"mdat")
    assert found.data[: start + 512] == before[: start + 512]


def test_a_film_that_was_held_sideways_is_as_large_as_it_is_shown() -> None:
    found = inspected(film(width=1920, height=1080, turned=True), "x")
    assert (found.width, found.height) == (1080, 1920)


@pytest.mark.parametrize(
    "damaged",
    [
        film()[:-1],
        film()[:300],
        film() + b"PK\x03\x04",
        box(b"ftyp", b"isom", bytes(4)),
        film().replace(b"tkhd", b"tkhx").replace(b"moov", b"moox"),
        box(b"ftyp", b"isom") + struct.pack(">I4sQ", 1, b"mdat", 2**63),
        film() + struct.pack(">I4s", 4, b"free"),
    ],
)
def test_a_film_whose_boxes_do_not_fill_it_is_broken(damaged: bytes) -> None:
    assert refused(damaged) == {"reason": "broken"}


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([personal(kind, 6) for kind in KINDS] + [moving("PNG"), film()]), st.data())
def test_no_damage_is_ever_more_than_a_broken_file(whole: bytes, data: st.DataObject) -> None:
    hurt = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        hurt[at] = data.draw(st.integers(0, 255))
    with suppress(BadMedia):
        found = inspected(bytes(hurt[: data.draw(st.integers(1, len(whole)))]), "x")
        assert found.width * found.height > 0
        assert inspected(found.data, "x") == found
