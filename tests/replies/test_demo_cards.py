"""The demo's cards do not get worse: what one click would send, and what it must not."""

from __future__ import annotations

from collections import Counter

from tests.bench.cards import VERDICTS, cards


def test_the_demos_cards_are_at_least_as_right_as_they_were() -> None:
    count = Counter(card.verdict for card in cards())
    assert sum(count.values()) == 79
    assert set(count) <= set(VERDICTS)
    assert count["right"] + count["likely"] >= 35
    assert count["silent"] >= 17
    assert count["wrong"] <= 8
    assert count["missed"] <= 4


def test_no_flagged_card_is_sent_with_one_click() -> None:
    assert {card.verdict for card in cards() if card.flags} <= {"likely", "doubtful", "silent", "missed"}
