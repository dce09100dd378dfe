"""Pictures for the contract's tests, made here: true PNG and JPEG files, each unlike the others.
It needs no library and leaves nothing on disk behind.
"""

from __future__ import annotations

import struct
import tempfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from platforms.base import Media
from platforms.caps import MediaLimit

SIDE = 8
"""Pixels, both ways."""
_JPEG = b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP////////////////////////////////////////////////////////////////////////////////"
    "//////wAALCAAIAAgBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AT//Z"
)
"""A grey square."""


@contextmanager
def pictures(limit: MediaLimit, number: int, alt: str = "第 {n} 張：一杯拿鐵 ☕") -> Iterator[tuple[Media, ...]]:
    """So many different pictures of a type that `limit` allows, as files for as long as the block lasts.

    `alt`: what each shows, with its number for `{n}`. Raises `LookupError` where neither PNG nor JPEG is allowed.
    """
    kind = next(kind for kind in ("image/png", "image/jpeg", None) if kind in limit.types or kind is None)
    if kind is None:
        raise LookupError("the contract has only PNG and JPEG to try")
    with tempfile.TemporaryDirectory() as folder:
        made = []
        for n in range(1, number + 1):
            path = Path(folder, f"{n}")
            path.write_bytes(_png(n) if kind == "image/png" else _jpeg(n))
            words = alt.format(n=n)[: limit.alt]
            made.append(Media(str(path), kind, path.stat().st_size, words, SIDE, SIDE))
        yield tuple(made)


def _png(n: int) -> bytes:
    """A square in one of 256 greys (W3C PNG, sections 5 and 11)."""
    pixels = zlib.compress((b"\0" + bytes([n % 256]) * SIDE) * SIDE)
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", pixels) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _jpeg(n: int) -> bytes:
    """The grey square with its number in a comment (ITU T.81, section B.2.4.5)."""
    words = str(n).encode()
    return _JPEG[:2] + b"\xff\xfe" + struct.pack(">H", len(words) + 2) + words + _JPEG[2:]
