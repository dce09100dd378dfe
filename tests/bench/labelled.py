"""Reads labelled sets for judging a matcher: `NAME.train.jsonl` with `NAME.dev.jsonl`, and the project's own zh-TW set.
It only reads, and draws the same phrases for the same name every time.
"""

from __future__ import annotations

import hashlib
import json
import random
import tomllib
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

OWN = Path(__file__).parent.parent / "data" / "zh_tw"
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A set: `given` phrases and `asked` comments as pairs of template id and text; `none`: texts no template answers,
    by kind ("oos": the set's own, "far": unrelated)."""

    name: str
    given: tuple[Pair, ...]
    asked: tuple[Pair, ...]
    none: dict[str, tuple[str, ...]]

    def without(self, share: int = 5) -> tuple[Labelled, set[str]]:
        """The set with every fifth template hidden, chosen by a digest of its name; and the hidden ones."""
        labels = sorted({label for label, _ in self.given})
        name = self.name.split("/")[0]
        order = sorted(labels, key=lambda label: hashlib.md5(f"near{name}{label}".encode()).hexdigest()[:8])  # noqa: S324
        hidden = set(order[: max(1, len(labels) // share)])
        return replace(self, given=tuple(pair for pair in self.given if pair[0] not in hidden)), hidden


def names(data: Path | None) -> list[str]:
    """The sets found, the project's own first."""
    own = ["zh_tw/dev", "zh_tw/test"] if OWN.is_dir() else []
    return (
        own
        + [
            path.name.removesuffix(".dev.jsonl")
            for path in sorted(data.glob("*.dev.jsonl"))
            if data and _has(data, path)
        ]
        if data
        else own
    )


def load(name: str, shots: str, data: Path | None, most: int = 2_000) -> Labelled:
    """A set by name, with `shots` phrases a template ("all", or a number as text) and at most `most` comments."""
    if name.startswith("zh_tw/"):
        return _own(name, shots)
    if data is None:
        raise FileNotFoundError(f"{name} needs --data")
    train = [(row["l"], row["t"]) for row in _rows(data / f"{name}.train.jsonl")]
    test = [(row["l"], row["t"]) for row in _rows(data / f"{name}.dev.jsonl")]
    asked = [pair for pair in test if not pair[0].startswith("__")]
    chance = random.Random(11)  # the order of these three draws is part of the measure: others draw the same
    asked = chance.sample(asked, min(most, len(asked)))
    oos = [text for label, text in test if label == "__oos__"]
    oos = chance.sample(oos, min(most, len(oos)))
    inbox = data / "inbox_en.dev.jsonl"
    far = [row["t"] for row in _rows(inbox)] if inbox.exists() else []
    far = chance.sample(far, min(most, 600, len(far)))
    none = {kind: tuple(texts) for kind, texts in (("oos", oos), ("far", far)) if texts}
    return Labelled(name, tuple(_few(name, train, shots, data)), tuple(asked), none)


def _own(name: str, shots: str) -> Labelled:
    part = name.split("/")[1]
    pack = tomllib.loads((OWN / "templates.toml").read_text("utf-8"))
    most = None if shots == "all" else int(shots)
    given = tuple((template["id"], phrase) for template in pack["template"] for phrase in template["phrases"][:most])
    asked = tuple((row["l"], row["t"]) for row in _rows(OWN / "comments.jsonl") if row["part"] == part)
    none = [row for row in _rows(OWN / "none.jsonl") if row["part"] == part]
    kinds = {
        "oos": tuple(row["t"] for row in none if row["near"]),
        "far": tuple(row["t"] for row in none if not row["near"]),
    }
    return Labelled(name, given, asked, kinds)


def _few(name: str, train: list[Pair], shots: str, data: Path) -> list[Pair]:
    if shots == "all":
        return train
    published = data / "official_shots.jsonl"
    rows = _rows(published) if published.exists() else []
    given = [(row["l"], row["t"]) for row in rows if row["d"] == name and row["k"] == int(shots)]
    if given:
        return given
    texts: defaultdict[str, set[str]] = defaultdict(set)
    for label, text in train:
        texts[label].add(text)
    for label in sorted(texts):
        every = sorted(texts[label])
        random.Random(f"{name}{label}0").shuffle(every)
        given += [(label, text) for text in every[: int(shots)]]
    return given


def _has(data: Path, dev: Path) -> bool:
    return (data / dev.name.replace(".dev.", ".train.")).exists()


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]
