"""What a file that is to go out with a post really is: told by its bytes, never by its name, and made free of what is
personal. It never lets through what a platform or a viewer could take for anything but the picture or film it shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from bot.errors import BotError
from bot.posts import containers, film
from bot.posts.containers import Broken

if TYPE_CHECKING:
    from PIL import Image, ImageFile

PIXELS = 50_000_000
"""Of one frame. The largest phone picture has 48.8 million (8064 x 6048); decoded to check it, this takes 200 MB."""
MOTION = 500_000_000
"""Of all frames of an animation: 20 s at 25 frames a second of 1000 x 1000."""
FRAMES = 3_000
"""Of one animation: a minute at 50 frames a second, the most a GIF can say that browsers honour."""

SUFFIX = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "video/mp4": "mp4",
}
"""Every MIME type that is taken, and how a file of it is called."""

_MAGIC = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
"""Major brands of HEIF files (ISO 23008-12, annex B; mp4ra.org): what phones write unless told otherwise."""


class Reason(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    UNKNOWN_KIND = "unknown_kind"
    """Neither a picture nor a film of a kind that platforms take."""
    BROKEN = "broken"
    TOO_LARGE = "too_large"
    """`size` and `limit`, in megabytes."""
    BOMB = "bomb"
    """Small to send, huge to show: `pixels`, over all frames looked at."""
    SVG = "svg"
    """A picture that can hold a program; platforms do not take it either."""
    HEIC = "heic"
    """A phone's own format: it has to be converted first."""
    QUICKTIME = "quicktime"
    """The same, for films."""


class BadMedia(BotError):
    """A file that cannot go out with a post. `reason`: a `Reason`, with its parameters; `name`: of the file."""

    key = "error.bad_media"


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may go out. `data`: what is sent, without what is personal; `width`, `height`: pixels as shown."""

    data: bytes
    type: str
    width: int
    height: int
    animated: bool = False
    """A picture that moves. A film is no picture."""


def inspected(data: bytes, name: str) -> Inspected:
    """Look at a whole file. Blocks while it is decoded: some 0.1 s for a phone's picture, seconds for an animation.

    Raises `BadMedia` with any reason but too_large.
    """
    type = _type(data, name)
    try:
        if type == "video/mp4":
            return _film(data, name)
        clean = containers.clean(type, data)
        width, height, frames = _decoded(type, clean.data, name)
    except Broken as error:
        raise BadMedia(reason=Reason.BROKEN, name=name) from error
    if clean.orientation >= 5:  # Turned by 90° (Exif 2.32, tag 0x0112).
        width, height = height, width
    return Inspected(clean.data, type, width, height, frames > 1)


def _type(data: bytes, name: str) -> str:
    if not data:
        raise BadMedia(reason=Reason.EMPTY, name=name)
    for magic, type in _MAGIC.items():
        if data.startswith(magic):
            return type
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    reason = Reason.UNKNOWN_KIND
    if data[4:8] == b"ftyp":
        brand = data[8:12].rstrip()
        if brand in film.BRANDS:
            return "video/mp4"
        reason = Reason.HEIC if brand in _HEIC else Reason.QUICKTIME if brand == b"qt" else reason
    elif b"<svg" in data[:4096].lower():
        reason = Reason.SVG
    raise BadMedia(reason=reason, name=name)


def _film(data: bytes, name: str) -> Inspected:
    found = film.clean(data)
    if not found.width * found.height:
        raise BadMedia(reason=Reason.UNKNOWN_KIND, name=name)  # Sound only.
    return Inspected(found.data, "video/mp4", found.width, found.height)


def _decoded(type: str, data: bytes, name: str) -> tuple[int, int, int]:
    """Width and height as stored, and the number of frames. Every frame is decoded: a header proves nothing."""
    # Pillow with its formats costs 5 MB and 35 ms, for which a desk that publishes no pictures has no use.
    from PIL import GifImagePlugin, Image, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

    # The formats' own classes: `Image.open` tries others too, and warns where it should refuse.
    opened: Callable[[BytesIO], ImageFile.ImageFile] = {
        "image/jpeg": JpegImagePlugin.JpegImageFile,
        "image/png": PngImagePlugin.PngImageFile,
        "image/gif": GifImagePlugin.GifImageFile,
        "image/webp": WebPImagePlugin.WebPImageFile,
    }[type]
    if type == "image/webp":
        _bounded(containers.canvas(data), 0, name)
    try:
        with opened(BytesIO(data)) as picture:
            _bounded(picture.size, 0, name)
            picture.verify()
        with opened(BytesIO(data)) as picture:
            return (*picture.size, _frames(picture, name))
    except (BadMedia, Broken):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadMedia(reason=Reason.BOMB, pixels=PIXELS, name=name) from error
    except Exception as error:
        # Whatever a decoder stumbles over in a hostile file, and Pillow's raise nearly every class: the file is broken.
        raise Broken("cannot be decoded") from error


def _frames(picture: Image.Image, name: str) -> int:
    """The number of frames, each of which was decoded."""
    # A JPEG can be read whole and yet built in an eighth of its size; other formats ignore this.
    picture.draft(None, (picture.width // 8, picture.height // 8))
    for frame in range(FRAMES + 1):
        try:
            picture.seek(frame)
        except EOFError:
            return frame
        _bounded(picture.size, frame, name)
        picture.load()
    raise BadMedia(reason=Reason.BOMB, pixels=picture.width * picture.height * FRAMES, name=name)


def _bounded(size: tuple[int, int], before: int, name: str) -> None:
    """Refuse before memory is taken. `before`: frames of this size that came before this one."""
    pixels = size[0] * size[1]
    if pixels > PIXELS or (before + 1) * pixels > MOTION:
        raise BadMedia(reason=Reason.BOMB, pixels=(before + 1) * pixels, name=name)
