"""Which of many comments ask the same: near-duplicates fall into one fold, everything else stays by itself.
It compares words, never people, and decides nothing about an answer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rapidfuzz import fuzz

from replies.text import normalise

ALIKE = 60.0
"""fuzz.token_set_ratio of folded texts, 0..100, from which two ask the same. Two different questions of the zh-TW set
(`tests/data/zh_tw`, part `dev`) reach it in 0.14 of 1,000 pairs."""

_COMMON = 50  # comments that share a token before it says nothing: pairs are looked for among the rarer ones


def folded(texts: Sequence[str]) -> list[tuple[int, ...]]:
    """The places of texts that ask the same, each place once, in order of first appearance.

    A text joins the fold whose first text it is like. Some milliseconds for 500 comments: off the event loop.
    """
    said = [normalise(text[:400]) for text in texts]
    by_token: defaultdict[str, list[int]] = defaultdict(list)
    folds: dict[int, list[int]] = {}
    for place, text in enumerate(said):
        tokens = set(text.split())
        near = {head for token in tokens for head in by_token[token][:_COMMON]}
        likeness, head = max(((fuzz.token_set_ratio(text, said[head]), -head) for head in near), default=(0.0, 0))
        if likeness >= ALIKE and text:
            folds[-head].append(place)
            continue
        folds[place] = [place]
        for token in tokens:
            by_token[token].append(place)
    return [tuple(places) for places in folds.values()]
