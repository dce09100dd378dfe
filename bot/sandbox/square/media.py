"""Pictures on the square: what may come up, and where it is kept for the posts that show it.

It never changes a byte it was given, and believes what the bytes say of themselves rather than what was said of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.square.world import Picture, Refused

SIZE_MOST = 5_000_000  # bytes of one picture
ALT_MOST = 1000  # code points of one description
TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class File:
    """A picture with its bytes."""

    picture: Picture
    content: bytes


class Shelf:
    """The pictures that came up. `name` makes an id."""

    def __init__(self, name: Callable[[], str]) -> None:
        self._name = name
        self._files: dict[str, File] = {}

    def __len__(self) -> int:
        return len(self._files)

    def put(self, content: bytes, kind: str, alt: str) -> Picture:
        """Take a picture in; Refused 422 `media_type`, `media_size`, `alt_too_long`."""
        if kind not in TYPES or kind_of(content) != kind:
            raise Refused(422, "media_type", types=list(TYPES), type=kind)
        if len(content) > SIZE_MOST:
            raise Refused(422, "media_size", limit=SIZE_MOST, size=len(content))
        if len(alt) > ALT_MOST:
            raise Refused(422, "alt_too_long", limit=ALT_MOST, length=len(alt))
        picture = Picture(self._name(), kind, len(content), alt)
        self._files[picture.id] = File(picture, content)
        return picture

    def get(self, name: object) -> File:
        """Refused 404 `unknown` when there is none."""
        found = self._files.get(str(name))
        if found is None:
            raise Refused(404, "unknown", what="media")
        return found

    def chosen(self, names: object, most: int) -> tuple[Picture, ...]:
        """The pictures a post names; Refused 422 `too_many_media`, and `media_unknown` for an id nobody was given."""
        if not isinstance(names, list):
            raise Refused(422, "media_unknown")
        if len(names) > most:
            raise Refused(422, "too_many_media", limit=most, count=len(names))
        if not all(str(name) in self._files for name in names):
            raise Refused(422, "media_unknown")
        return tuple(self._files[str(name)].picture for name in names)


def kind_of(content: bytes) -> str:
    """The MIME type the first bytes are those of; empty for whatever is no picture we take."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"
    return ""
