"""What the rules reached on the labelled comments: floors, so that no later rule makes them worse unseen.
How far such numbers can be believed is said in tests/data/risk/README.md.
"""

from __future__ import annotations

import pytest

from replies.risk import Kind, assess
from tests.bench.risk import labelled, scores, tones

TEST = labelled("test")
SCORES = scores(TEST)

FLOORS = {  # precision, recall; reached 2026-11-24, rounded down
    Kind.CRISIS: (0.91, 1.00),
    Kind.CLAIM: (0.96, 1.00),
    Kind.PERSONAL: (1.00, 1.00),
    Kind.SCAM: (1.00, 1.00),
    Kind.ABUSE: (1.00, 1.00),
    Kind.COMPLAINT: (0.92, 0.96),
    Kind.SARCASM: (0.95, 0.95),
}


@pytest.mark.parametrize("kind", Kind)
def test_no_kind_gets_worse(kind: Kind) -> None:
    score = SCORES[kind]
    assert score.precision >= FLOORS[kind][0], score.false
    assert score.recall >= FLOORS[kind][1], score.missed


def test_harmless_comments_are_left_alone() -> None:
    quiet = [comment.text for comment in TEST if not comment.flags]
    assert sum(not assess(text) for text in quiet) >= 0.99 * len(quiet)


def test_comments_written_after_the_rules_are_found_no_less_than_at_first_sight() -> None:
    first_sight = {
        Kind.CRISIS: 1.0,
        Kind.CLAIM: 0.85,
        Kind.PERSONAL: 1.0,
        Kind.SCAM: 0.6,
        Kind.ABUSE: 1.0,
        Kind.COMPLAINT: 0.25,
    }
    fresh = scores(labelled("fresh"))
    assert {kind: fresh[kind].recall for kind, floor in first_sight.items() if fresh[kind].recall < floor} == {}


def test_the_tone_is_mostly_right() -> None:
    table = tones(TEST)
    assert sum(n for (said, taken), n in table.items() if said is taken) >= 0.97 * len(TEST)


def test_the_comments_are_what_their_readme_says() -> None:
    comments = [*labelled("dev"), *TEST, *labelled("fresh")]
    assert len(comments) == 961
    assert len({comment.text for comment in comments}) == len(comments)
    assert sum(not comment.flags for comment in comments) == 386
