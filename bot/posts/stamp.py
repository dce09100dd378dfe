"""What the approvals of a post are bound to: exactly what becomes public, where and when; only that is published."""

from __future__ import annotations

import hashlib
import json

from bot.store.posts import Planned


def stamp(post: Planned) -> str:
    """A hash of every part on every account, the files with their descriptions, the comment and the time (32 hex)."""
    bound = [
        [[target.account, target.parts] for target in sorted(post.targets, key=lambda target: target.account)],
        [[file["digest"], file["alt"]] for file in post.media],
        [post.comment, post.wall, post.zone, post.rule, post.on_holiday],
    ]
    return hashlib.sha256(json.dumps(bound, ensure_ascii=False).encode("utf-8", "surrogatepass")).hexdigest()[:32]
