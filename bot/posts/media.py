"""The shelf: keeps the files that posts carry, byte for byte, until the day they go out.
It never hands out a file that is not exactly what was approved, and never throws away what a post still wants.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.errors import BotError
from bot.posts.filetypes import SUFFIX, BadMedia, Reason, inspected
from platforms.base import Media

MOST = 50
"""Megabytes of one file (core.telegram.org/bots/api#sending-files: what a bot may send). Platforms may allow less."""
_MEGABYTE = 1_000_000
_OURS = re.compile(rf"([0-9a-f]{{64}})\.(?:json|{'|'.join(SUFFIX.values())})|[^.]+\.part")
"""How files on the shelf are called; whatever else lies there is somebody else's."""


class MediaGone(BotError):
    """A file of a post was deleted or altered since it was put on the shelf. `name`: of the file, or its digest."""

    key = "error.media_gone"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on the shelf. `digest`: the SHA-256 of what `path` holds, in hex, which is what names it everywhere.

    `name`: what people call it; `type`: MIME, as its bytes say; `size`: bytes; `width`, `height`: pixels as shown;
    `animated`: a picture that moves. All of it is what goes out, not what was handed in: without place and device.
    """

    digest: str
    path: Path
    name: str
    type: str
    size: int
    width: int
    height: int
    animated: bool


def to_act(kept: Kept, alt: str) -> Media:
    """The file as it goes to a platform. `alt`: what it shows, for whoever cannot see it."""
    return Media(str(kept.path), kept.type, kept.size, alt, kept.width, kept.height)


def stored(kept: Kept, **more: str) -> dict[str, Any]:
    """The file as the row of a post keeps it, nobody having described it yet."""
    return {
        "digest": kept.digest,
        "name": kept.name,
        "type": kept.type,
        "size": kept.size,
        "width": kept.width,
        "height": kept.height,
        "alt": "",
        **more,
    }


class Shelf:
    """Files in one folder, which any number of threads and processes may share.

    Every method blocks (on the disk, and `put` while it decodes): from a coroutine, call it by `asyncio.to_thread`.
    """

    def __init__(self, folder: Path, most: int = MOST) -> None:
        """`folder` is made when it is first needed, for us alone; `most`: megabytes of one file."""
        self._folder, self._most = folder, most

    def put(self, data: bytes, name: str) -> Kept:
        """Keep a file, called `name` by people. When this returns it outlives a power cut. Twice is once: the same file
        gets the same digest, and the younger of two names. Raises `BadMedia`.
        """
        if len(data) > self._most * _MEGABYTE:
            size = -(-len(data) // _MEGABYTE)
            raise BadMedia(reason=Reason.TOO_LARGE, size=size, limit=self._most, name=name)
        found = inspected(data, name)
        digest = hashlib.sha256(found.data).hexdigest()
        told: dict[str, str | int] = {
            "name": name,
            "type": found.type,
            "size": len(found.data),
            "width": found.width,
            "height": found.height,
            "animated": found.animated,
        }
        with self._alone():
            # The file comes last: where it is, what was told of it is as well.
            self._write(self._label(digest), json.dumps(told).encode())
            self._write(self._folder / f"{digest}.{SUFFIX[found.type]}", found.data)
            _sync(self._folder)
        return self._kept(digest, told)

    def get(self, digest: str) -> Kept:
        """The file with this digest, read anew and found to be unchanged. Raises `MediaGone`."""
        name = digest
        try:
            if not re.fullmatch(r"[0-9a-f]{64}", digest):
                raise ValueError(digest)
            told = json.loads(self._label(digest).read_bytes())
            name = str(told["name"])
            kept = self._kept(digest, told)
            with kept.path.open("rb") as file:
                same = os.fstat(file.fileno()).st_size == kept.size
                same = same and hashlib.file_digest(file, "sha256").hexdigest() == digest
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise MediaGone(name=name) from error
        if not same:
            raise MediaGone(name=name)
        return kept

    def sweep(self, wanted: Collection[str], older_than: datetime) -> tuple[str, ...]:
        """Throw away what is not among the digests `wanted` and was last put before `older_than`; the digests gone.

        `older_than` leaves time between a `put` and the moment a post that wants the file is stored. What an
        interrupted `put` left behind goes as well.
        """
        if not self._folder.is_dir():
            return ()
        gone = []
        with self._alone():
            for name, paths in self._lying().items():
                last = max(path.stat().st_mtime for path in paths)
                if name in wanted or last >= older_than.timestamp():
                    continue
                for path in paths:
                    path.unlink()
                if not name.endswith(".part"):
                    gone.append(name)
            _sync(self._folder)
        return tuple(sorted(gone))

    def _lying(self) -> dict[str, list[Path]]:
        """The files in the folder by digest, those half written by their own name."""
        found: dict[str, list[Path]] = {}
        for path in self._folder.iterdir():
            if ours := _OURS.fullmatch(path.name):
                found.setdefault(ours[1] or path.name, []).append(path)
        return found

    def _label(self, digest: str) -> Path:
        return self._folder / f"{digest}.json"

    def _kept(self, digest: str, told: dict[str, str | int]) -> Kept:
        type = str(told["type"])
        return Kept(
            digest,
            self._folder / f"{digest}.{SUFFIX[type]}",
            str(told["name"]),
            type,
            int(told["size"]),
            int(told["width"]),
            int(told["height"]),
            bool(told["animated"]),
        )

    def _write(self, path: Path, data: bytes) -> None:
        """Whole or not at all: whoever reads `path` meanwhile reads what stood there before."""
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as file:
            try:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
                os.replace(file.name, path)
            except BaseException:
                os.unlink(file.name)
                raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other `put` or `sweep` runs meanwhile: a file is never swept in the moment it is put again."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def _sync(folder: Path) -> None:
    """Make new names in a folder survive a power cut (fsync(2): the file's own does not)."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
