"""Takes picture files apart without decoding them: what is personal, hidden or appended goes, the picture stays.
Nothing here re-encodes: every byte that says what a pixel looks like is copied, and what is not known to is dropped.

What is kept is listed, what goes is not: EXIF and XMP (where and with what it was taken), captions, thumbnails of what
was cut away, further pictures and films behind the first one, and any other format that hides in a gap or at the end.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

UPRIGHT = 1
"""The orientation of a picture that is shown as it is stored (Exif 2.32, tag 0x0112: 1 to 8)."""
_ORIENTATION = 0x0112

_JPEG_KEPT = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
"""Segments for applications that change how pixels look: density, colour profile, colour transform."""
_JPEG_COMMENT = 0xFE
_AFTER_SCAN = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
"""The first marker after compressed data that is neither a stuffed zero nor a restart (ITU T.81, B.1.1.2)."""
_SCANS = 100
"""Passes of one JPEG. Progressive ones have about 10; each of thousands costs a pass over the whole picture."""

_PNG_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP cICP mDCV cLLI sBIT bKGD pHYs acTL fcTL fdAT".split()
)
_WEBP_KEPT = frozenset({b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04
"""Bits of the first byte of VP8X (WebP Container Specification, "Extended File Format")."""
_GIF_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")
"""Application extensions that change what is seen: how often it repeats, its colour profile."""


class Broken(ValueError):
    """The file does not follow its own format."""


@dataclass(frozen=True, slots=True)
class Clean:
    """A picture without what is personal. `orientation`: how it is turned when shown, which the file still says."""

    data: bytes
    orientation: int = UPRIGHT


def clean(type: str, data: bytes) -> Clean:
    """The picture of this MIME type without what is personal. Raises `Broken`; what passes may still be broken."""
    take = {"image/jpeg": _jpeg, "image/png": _png, "image/webp": _webp, "image/gif": _gif}[type]
    try:
        return take(data)
    except (IndexError, struct.error) as error:
        raise Broken("ends too soon") from error


def canvas(data: bytes) -> tuple[int, int]:
    """Width and height a WebP claims: a decoder reserves memory for them before anybody can ask it.

    Offsets are those of the WebP Container Specification and RFC 6386, section 9.1. Raises `Broken`.
    """
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"VP8 ":
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    raise Broken("no picture comes first")


def _jpeg(data: bytes) -> Clean:
    kept, orientation = [data[:2]], UPRIGHT
    scans = 0
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        scans += marker == 0xDA
        if scans > _SCANS:
            raise Broken("more passes than any picture needs")
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = _orientation(body[6:])
        elif _of_the_picture(marker, body):
            kept.append(data[start:end])
    if orientation != UPRIGHT:
        body = b"Exif\0\0" + _exif(orientation)
        first = 2 if kept[1].startswith(b"\xff\xe0") else 1  # JFIF wants to be first and Exif as well: JFIF, then Exif.
        kept.insert(first, b"\xff\xe1" + struct.pack(">H", 2 + len(body)) + body)
    return Clean(b"".join(kept), orientation)


def _of_the_picture(marker: int, body: bytes) -> bool:
    if 0xE0 <= marker <= 0xEF:
        return marker in _JPEG_KEPT and body.startswith(_JPEG_KEPT[marker])
    return marker != _JPEG_COMMENT


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of every segment up to the end of the first picture; a scan includes its data."""
    at = 2
    while True:
        if data[at] != 0xFF:
            raise Broken("no marker where one belongs")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == 0xD9:
            yield marker, at, at + 2
            return
        if marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD8:
            raise Broken("a marker where none belongs")
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise Broken("a segment of impossible length")
        if marker == 0xDA:
            found = _AFTER_SCAN.search(data, end)
            if found is None:
                raise Broken("ends within the picture")
            end = found.start()
        yield marker, at, end
        at = end


def _png(data: bytes) -> Clean:
    kept, orientation, at, kind = [data[:8]], UPRIGHT, 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise Broken("a chunk of impossible length")
        if kind in _PNG_KEPT:
            kept.append(data[at:end])
        elif kind == b"eXIf":
            orientation = _orientation(data[at + 8 : end - 4])
        at = end
    if orientation != UPRIGHT:
        body = b"eXIf" + _exif(orientation)
        kept.insert(2, struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)))
    return Clean(b"".join(kept), orientation)


def _webp(data: bytes) -> Clean:
    kept, orientation, at = [], UPRIGHT, 12
    stop = 8 + int(struct.unpack_from("<I", data, 4)[0])
    if stop > len(data):
        raise Broken("ends too soon")
    while at < stop:
        kind, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length
        if end > stop:
            raise Broken("a chunk of impossible length")
        if kind in _WEBP_KEPT:
            kept.append(data[at:end] + b"\0" * (length % 2))
        elif kind == b"EXIF":
            orientation = _orientation(data[at + 8 : end].removeprefix(b"Exif\0\0"))
        at = end + length % 2
    if kept and kept[0].startswith(b"VP8X"):
        turned = orientation != UPRIGHT
        flags = kept[0][8] & ~(_WEBP_EXIF | _WEBP_XMP) | (_WEBP_EXIF if turned else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
        if turned:
            body = _exif(orientation)
            kept.append(b"EXIF" + struct.pack("<I", len(body)) + body)
    else:
        orientation = UPRIGHT  # The simple format has no place for one.
    body = b"WEBP" + b"".join(kept)
    return Clean(b"RIFF" + struct.pack("<I", len(body)) + body, orientation)


def _gif(data: bytes) -> Clean:
    at = 13 + _colours(data[10])
    kept = [data[:at]]
    while data[at] != 0x3B:
        if data[at] == 0x2C:
            body = at + 11 + _colours(data[at + 9])
            useful = True
        elif data[at] == 0x21:
            body = at + 2
            useful = data[at + 1] == 0xF9 or (data[at + 1] == 0xFF and data[at + 3 : at + 14] in _GIF_KEPT)
        else:
            raise Broken("neither a frame nor an extension")
        end = body
        while data[end]:
            end += 1 + data[end]
        if useful:
            kept.append(data[at : end + 1])
        at = end + 1
    return Clean(b"".join([*kept, b"\x3b"]))


def _colours(flags: int) -> int:
    """Bytes of the colour table that the flags of a screen or a frame announce (GIF89a, sections 18 and 20)."""
    return 3 * 2 ** ((flags & 0x07) + 1) if flags & 0x80 else 0


def _orientation(tiff: bytes) -> int:
    """The orientation in the first directory of Exif data; upright where it says none or is damaged."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return UPRIGHT
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (entries,) = struct.unpack_from(f"{order}H", tiff, first)
        for n in range(entries):
            tag, _, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + 12 * n)
            if tag == _ORIENTATION:
                return int(value) if 1 <= value <= 8 else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def _exif(orientation: int) -> bytes:
    """Exif data that says the orientation and nothing else: one directory with one entry."""
    return struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
