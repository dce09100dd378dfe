"""`python -m tests.bench.risk`: how often the rules are right about the labelled comments, and how long one takes.
It prints every error by its text, and asserts nothing: the floors stand in tests/replies/risk/test_measured.py.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from replies.risk import Kind, Tone, assess, tone

COMMENTS = Path(__file__).parents[1] / "data" / "risk" / "comments.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A comment with what a person says of it."""

    text: str
    flags: frozenset[Kind]
    tone: Tone
    part: str


@dataclass(frozen=True, slots=True)
class Score:
    """How the rules did on one kind: `n` comments have it, `missed` of them unflagged, `false` flagged without it."""

    n: int
    missed: tuple[str, ...]
    false: tuple[str, ...]

    @property
    def recall(self) -> float:
        """Of those that have it, the share found; 1 where none has it."""
        return 1 - len(self.missed) / self.n if self.n else 1.0

    @property
    def precision(self) -> float:
        """Of those flagged, the share that have it; 1 where none was flagged."""
        right = self.n - len(self.missed)
        return right / (right + len(self.false)) if right + len(self.false) else 1.0


def labelled(part: str) -> list[Labelled]:
    """The comments of "dev", "test" or "fresh"."""
    rows = [json.loads(line) for line in COMMENTS.read_text(encoding="utf-8").splitlines()]
    return [
        Labelled(row["t"], frozenset(map(Kind, row["flags"])), Tone(row["tone"]), row["part"])
        for row in rows
        if row["part"] == part
    ]


def scores(comments: Sequence[Labelled]) -> dict[Kind, Score]:
    """The score of every kind."""
    found = [(comment, {flag.kind for flag in assess(comment.text)}) for comment in comments]
    return {
        kind: Score(
            sum(kind in comment.flags for comment in comments),
            tuple(comment.text for comment, kinds in found if kind in comment.flags and kind not in kinds),
            tuple(comment.text for comment, kinds in found if kind not in comment.flags and kind in kinds),
        )
        for kind in Kind
    }


def tones(comments: Sequence[Labelled]) -> Counter[tuple[Tone, Tone]]:
    """How many comments of a tone (first) were taken for which (second)."""
    return Counter((comment.tone, tone(comment.text)) for comment in comments)


def _show(part: str) -> None:
    comments = labelled(part)
    print(f"\n== {part}, {len(comments)} comments")
    for kind, score in scores(comments).items():
        print(f"{kind:<10} precision {score.precision:5.1%}  recall {score.recall:5.1%}  n {score.n}")
        for name, texts in (("missed", score.missed), ("false", score.false)):
            for text in texts:
                print(f"    {name:<7}{text}")
    quiet = [comment for comment in comments if not comment.flags]
    print(f"unflagged  {sum(not assess(comment.text) for comment in quiet)} of {len(quiet)} left alone")
    table = tones(comments)
    print(f"\ntone right {sum(n for (said, taken), n in table.items() if said is taken) / len(comments):.1%}")
    print("".join(f"{name:>10}" for name in ("", *Tone)))
    for said in Tone:
        print(f"{said:>10}" + "".join(f"{table[said, taken]:>10}" for taken in Tone))
    for comment in comments:
        if (taken := tone(comment.text)) is not comment.tone:
            print(f"    {comment.tone:>8} taken for {taken:<8} {comment.text}")


def _time() -> None:
    comments = [comment.text for part in ("dev", "test") for comment in labelled(part)]
    spent = []
    for text in comments:
        runs = []
        for _ in range(5):
            started = time.process_time_ns()
            assess(text)
            runs.append(time.process_time_ns() - started)
        spent.append(min(runs) / 1e3)
    spent.sort()
    print(
        f"\nµs a comment: median {spent[len(spent) // 2]:.0f}, p95 {spent[len(spent) * 95 // 100]:.0f}, "
        f"most {spent[-1]:.0f}"
    )


if __name__ == "__main__":
    _show("dev")
    _show("test")
    _show("fresh")
    _time()
