"""Files as people hand them in: pictures with a place and a device in them, films built box by box, and traps."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

PLACE = b"25.0330N 121.5654E"
"""What must never go out; as text it is found by its bytes."""
_GPS, _DEVICE, _ORIENTATION = 0x8825, 0x0110, 0x0112


def drawing(width: int = 48, height: int = 32, shift: int = 0) -> Image.Image:
    """A picture that is not the same turned or mirrored."""
    picture = Image.new("RGB", (width, height))
    picture.putdata([(x * 5 % 256, (y + shift) * 7 % 256, x * y % 256) for y in range(height) for x in range(width)])
    return picture


def exif(orientation: int = 1) -> bytes:
    """What a phone writes: the place, the device, how it was held."""
    held = Image.Exif()
    held[_DEVICE] = PLACE.decode()
    held[_ORIENTATION] = orientation
    held[_GPS] = {1: "N", 2: (25.0, 1.0, 58.8), 3: "E", 4: (121.0, 33.0, 55.4)}
    return held.tobytes()


def saved(kind: str, picture: Image.Image | None = None, **more: Any) -> bytes:
    """A picture in this format of Pillow's."""
    made = BytesIO()
    (picture or drawing()).save(made, kind, **more)
    return made.getvalue()


def personal(kind: str, orientation: int = 1) -> bytes:
    """A picture with the place in every corner its format has: Exif, XMP, captions, comments."""
    corners: dict[str, dict[str, Any]] = {
        "JPEG": {"exif": exif(orientation), "xmp": PLACE, "comment": PLACE, "progressive": True},
        "PNG": {"exif": exif(orientation), "pnginfo": captions()},
        "WEBP": {"exif": exif(orientation), "xmp": PLACE, "lossless": True},
        "GIF": {"comment": PLACE},
    }
    return saved(kind, **corners[kind])


def captions() -> PngInfo:
    told = PngInfo()
    told.add_text("Comment", PLACE.decode())
    told.add_itxt("XML:com.adobe.xmp", PLACE.decode())
    return told


def moving(kind: str, frames: int = 3) -> bytes:
    """An animation."""
    first, *rest = [drawing(shift=n) for n in range(frames)]
    return saved(kind, first, save_all=True, append_images=rest, duration=40, loop=0)


def shown(data: bytes) -> list[bytes]:
    """The pixels of every frame, as they are stored."""
    frames = []
    with Image.open(BytesIO(data)) as picture:
        for n in range(getattr(picture, "n_frames", 1)):
            picture.seek(n)
            frames.append(picture.convert("RGBA").tobytes())
    return frames


def chunk(kind: bytes, body: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be this large, in a few bytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def gif_bomb(width: int, height: int, frames: int) -> bytes:
    """A GIF whose every frame fills the whole screen with one colour and takes 20 bytes."""
    frame = b"\x2c" + struct.pack("<HHHH", 0, 0, 1, 1) + b"\0" + b"\x02\x02\x44\x01\0"
    colours = b"\x80\0\0" + bytes(6)
    return b"GIF89a" + struct.pack("<HH", width, height) + colours + frame * frames + b"\x3b"


def webp_bomb() -> bytes:
    """A WebP that claims 16384 x 16384 pixels."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + b"\xff\x3f\0" + b"\xff\x3f\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def box(kind: bytes, *parts: bytes) -> bytes:
    """One box of an MP4."""
    body = b"".join(parts)
    return struct.pack(">I", 8 + len(body)) + kind + body


def film(*, width: int = 1080, height: int = 1920, turned: bool = False, brand: bytes = b"isom") -> bytes:
    """An MP4 as a phone writes it: the place among the notes of the film and of its track. Its frames are made up."""
    straight, quarter = (
        (0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000),
        (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000),
    )
    header = bytes(40) + struct.pack(">9i", *(quarter if turned else straight))
    track = box(b"trak", box(b"tkhd", header, struct.pack(">II", width << 16, height << 16)), box(b"meta", PLACE))
    sound = box(b"trak", box(b"tkhd", bytes(84)))
    notes = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0), PLACE))
    xmp = box(b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac"), PLACE)
    return b"".join(
        (
            box(b"ftyp", brand, bytes(4), b"isommp42"),
            struct.pack(">I4sQ", 1, b"mdat", 16 + 500) + bytes(range(250)) * 2,
            box(b"moov", box(b"mvhd", bytes(100)), track, sound, notes),
            xmp,
        )
    )
