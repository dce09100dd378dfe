"""What `make bench-matching` counts, on answers whose numbers are known beforehand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.bench import judging, labelled, matching

RANKED = [[("a", 0.9), ("b", 0.1)], [("b", 0.6), ("a", 0.3)], [("c", 0.2)], []]
GOLD = ["a", "a", "c", "b"]


def test_right_counts_the_first_places() -> None:
    assert judging.right(RANKED, GOLD, 1) == 50
    assert judging.right(RANKED, GOLD, 3) == 75


def test_auroc_counts_equal_scores_half() -> None:
    assert judging.auroc(np.array([2.0, 1.0]), np.array([1.0, 0.0])) == 87.5
    assert judging.auroc(np.array([1.0]), np.array([1.0])) == 50


def test_refused_are_those_below_what_nineteen_of_twenty_reach() -> None:
    kept = np.arange(1.0, 22.0)  # the 5 % quantile is 2
    assert judging.refused(kept, np.array([0.0, 1.9, 2.0, 30.0])) == 50


def test_calibration_error_is_the_distance_of_probability_and_truth() -> None:
    ranked = [[("a", 0.85)]] * 4
    assert judging.calibration_error(ranked, ["a", "a", "a", "b"]) == pytest.approx(10)


def test_typos_touch_a_quarter_of_the_longer_words_and_no_others() -> None:
    texts = ["delivery times please 請問運費多少 an"] * 400
    wrong = judging.mistyped(texts)
    assert wrong == judging.mistyped(texts)
    words = [
        (a, b) for one, other in zip(texts, wrong, strict=True) for a, b in zip(one.split(), other.split(), strict=True)
    ]
    assert all(a == b for a, b in words if a in ("請問運費多少", "an"))
    assert 0.19 < np.mean([a != b for a, b in words if len(a) >= 5 and a.isascii()]) < 0.28


def test_a_row_says_what_was_measured(tmp_path: Path) -> None:
    words = {
        "ship": "when does it ship",
        "price": "what does it cost",
        "hours": "when are you open",
        "jobs": "are you hiring",
    }
    rows = [{"l": label, "t": f"{text} {end}"} for label, text in words.items() for end in ("please", "today", "now")]
    (tmp_path / "tiny.train.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    asked = [*({"l": label, "t": f"hi, {text}?"} for label, text in words.items()), {"l": "__oos__", "t": "喵喵"}]
    (tmp_path / "tiny.dev.jsonl").write_text("\n".join(map(json.dumps, asked)), "utf-8")
    (tmp_path / "alone.dev.jsonl").write_text("", "utf-8")
    assert labelled.names(tmp_path)[-1] == "tiny"
    row = matching.judge("ours", "tiny", "all", tmp_path)
    assert row["top1"] == "100.0"
    assert row["oos"] == "100.0/100.0"
    assert (row["templates"], row["phrases"]) == ("4", "12")
    rival = matching.judge("rapidfuzz token_set", "tiny", "2", tmp_path)
    assert rival["phrases"] == "8"
    assert "ECE" not in rival
