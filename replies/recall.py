"""Finds earlier questions like a new one."""

from __future__ import annotations

from collections.abc import Collection

from rapidfuzz import fuzz, process

from replies.text import normalise


class Recall:
    """Earlier questions by number."""

    def __init__(self) -> None:
        self._texts: dict[int, str] = {}

    def learn(self, number: int, text: str) -> None:
        """This question has an answer."""
        self._texts = {**self._texts, number: normalise(text)}

    def forget(self, numbers: Collection[int]) -> None:
        """These no longer have."""
        self._texts = {number: text for number, text in self._texts.items() if number not in numbers}

    def similar(self, text: str, k: int) -> list[tuple[int, float, tuple[str, ...]]]:
        """At most `k`: number, likeness, shared words."""
        found = process.extract(normalise(text), self._texts, scorer=fuzz.token_sort_ratio, limit=k, score_cutoff=70)
        return [(number, score / 100, ()) for _, score, number in found]
