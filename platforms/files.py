"""The bytes of a file that goes out with a post, read at the moment they are needed.
It never hands out another file than the one that was approved, and never lets a path into an error.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from platforms.base import Media
from platforms.errors import Rejected

SUFFIX = {"image/gif": ".gif", "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}
"""How a file of the type is called: some platforms look at the name before they look inside."""


async def content(media: Media) -> bytes:
    """All of the file. Raises `Rejected` `media_missing` where it is gone or has another size than was approved."""
    found: bytes | None
    try:
        found = await asyncio.to_thread(Path(media.path).read_bytes)
    except OSError:
        found = None
    # Raised out here so that no context hangs on it: an error of the file system names the path.
    if found is None or len(found) != media.size:
        raise Rejected("media_missing", "a file is not there as it was approved")
    return found
