"""Takes MP4 files apart: how large the picture is, and where they say who filmed it where.
Nothing here decodes or moves a frame: what is personal is overwritten in place, so that every offset stays true.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from bot.posts.containers import Broken

BRANDS = frozenset(b"isom iso2 iso3 iso4 iso5 iso6 iso7 iso8 iso9 mp41 mp42 avc1 M4V MSNV XAVC dash".split())
"""Major brands of MP4 video (mp4ra.org, "Brands"), without trailing spaces."""

_PERSONAL = frozenset({b"udta", b"meta", b"free", b"skip"})
"""Boxes for notes: the place (`©xyz`), the device, the title; and gaps, which may still hold what was cut."""
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The uuid box that holds XMP (XMP Specification part 3, section 1.2.7)."""
_BOXES_OF_BOXES = frozenset({b"moov", b"trak"})


@dataclass(frozen=True, slots=True)
class Film:
    """An MP4 without what is personal. `width`, `height`: pixels as shown, of its largest track; 0 without one."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    body: int
    end: int


def clean(data: bytes) -> Film:
    """The film without what is personal. Raises `Broken` when its boxes do not fill the file, or one is missing."""
    made = bytearray(data)
    sizes, seen = [(0, 0)], set()
    for box in _walk(data, 0, len(data)):
        seen.add(box.kind)
        if box.kind in _PERSONAL or (box.kind == b"uuid" and data[box.body : box.body + 16] == _XMP):
            made[box.start + 4 : box.start + 8] = b"free"
            made[box.body : box.end] = bytes(box.end - box.body)
        elif box.kind == b"tkhd":
            sizes.append(_shown(data[box.body : box.end]))
    if not {b"ftyp", b"moov", b"mdat"} <= seen:
        raise Broken("no film in it")
    width, height = max(sizes, key=lambda size: size[0] * size[1])
    return Film(bytes(made), width, height)


def _walk(data: bytes, start: int, stop: int) -> Iterator[_Box]:
    """Every box from `start` to `stop`, and those inside that may hold boxes we look for."""
    at = start
    while at < stop:
        try:
            size, kind = struct.unpack_from(">I4s", data, at)
            body = at + 8
            if size == 1:
                (size,) = struct.unpack_from(">Q", data, body)
                body += 8
        except struct.error as error:
            raise Broken("ends too soon") from error
        end = at + size if size else stop  # 0: up to the end of the file (ISO 14496-12, section 4.2).
        if not body <= end <= stop:
            raise Broken("a box of impossible length")
        yield _Box(kind, at, body, end)
        if kind in _BOXES_OF_BOXES:
            yield from _walk(data, body, end)
        at = end


def _shown(tkhd: bytes) -> tuple[int, int]:
    """Width and height of a track header: its last 8 bytes (16.16), swapped where the matrix before turns it by 90°."""
    if len(tkhd) not in (84, 96):  # Version 0 and 1 (ISO 14496-12, section 8.3.2).
        raise Broken("a track header of impossible length")
    a, d = struct.unpack_from(">i12xi", tkhd, len(tkhd) - 44)
    width, height = (side >> 16 for side in struct.unpack(">II", tkhd[-8:]))
    return (width, height) if a or d else (height, width)
