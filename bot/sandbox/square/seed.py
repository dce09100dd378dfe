"""Reads the seed files: who is on the square and what they have already said.

It only fills a new state; nothing is read again later.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from bot.sandbox.bus import Bus
from bot.sandbox.square.state import State
from bot.sandbox.square.world import Brand, Member

POSTS = {"demo": "posts.toml", "empty": "empty.toml"}
_UNITS = {"d": "days", "h": "hours", "m": "minutes"}


def read(name: str) -> dict[str, Any]:
    """One seed file."""
    return tomllib.loads(files(__package__).joinpath("seed", name).read_text(encoding="utf-8"))


def span(words: str) -> timedelta:
    """`"2d 3h 20m"` as a length of time; ValueError for anything else."""
    parts = re.findall(r"(\d+)([dhm])", words)
    if " ".join(number + unit for number, unit in parts) != words:
        raise ValueError(f"not a span: {words!r}")
    return timedelta(**{_UNITS[unit]: int(number) for number, unit in parts})


def plant(bus: Bus, seed: str, clock: Callable[[], datetime]) -> State:
    """A new state of the seed "demo" or "empty"; ValueError for another name.

    The feed tells the past in the order in which it happened, posts and comments mixed, as it would have been read.
    """
    if seed not in POSTS:
        raise ValueError(f"seed is one of {sorted(POSTS)}, not {seed!r}")
    cast = read("brand.toml")
    members = [Member(**member) for member in cast.pop("members")]
    made = State(bus, Brand(**cast), members, clock)
    start = clock()
    past: list[tuple[datetime, Callable[[], object]]] = []

    def said(post: str, row: dict[str, Any], name: str, parent: str | None) -> None:
        at = start - span(row["ago"])
        member = None if row["by"] == "brand" else row["by"]
        past.append((at, lambda: made.comment(member, post, row["text"], parent, at=at, comment_id=name)))
        if row.get("likes"):
            made.likes[name] = set(row["likes"])
        for number, reply in enumerate(row.get("replies", ()), 1):
            said(post, reply, f"{name}-{number}", name)

    for row in read(POSTS[seed])["posts"]:
        at = start - span(row["ago"])
        past.append((at, lambda row=row, at=at: _publish(made, row, at)))  # type: ignore[misc]
        made.likes[row["id"]] = set(row.get("likes", ()))
        for number, comment in enumerate(row.get("comments", ()), 1):
            said(row["id"], comment, f"c-{row['id'][2:]}-{number}", None)
    for _, happen in sorted(past, key=lambda entry: entry[0]):
        happen()
    return made


def _publish(made: State, row: dict[str, Any], at: datetime) -> None:
    made.publish(row["text"].strip(), at=at, post_id=row["id"], art=row.get("art", ""), crowd=row.get("crowd", 0))
