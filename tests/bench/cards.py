"""`python -m tests.bench.cards`: the demo's cards, one by one: is the first suggestion the one you would send?
It counts, and names every miss; `tests/replies/test_demo_cards.py` holds the count.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from replies.advice import Question
from replies.library import Library
from replies.matcher import BlockMatcher
from replies.packfile import load_packs
from replies.risk import assess
from replies.suggest import Suggester
from replies.text import language

CARDS = Path(__file__).parent.parent / "data" / "demo" / "cards.toml"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Card:
    """One comment, what would be sent to it (empty: nothing), what is suggested first, and the flags it gets."""

    text: str
    fits: tuple[str, ...]
    first: str
    flags: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """`right`: the first is the one to send; `silent`: rightly none; `wrong`: not that one; `missed`: none."""
        if not self.first:
            return "missed" if self.fits else "silent"
        return "right" if self.first in self.fits else "wrong"

    @property
    def chinese(self) -> bool:
        """Which of the two languages it is written in."""
        return (language(self.text) or "zh").startswith("zh")


def cards() -> Iterator[Card]:
    """Every card of the demo."""
    suggester = Suggester(Library.of(load_packs()), BlockMatcher(), "zh-TW", ZoneInfo("Asia/Taipei"))
    for number, card in enumerate(tomllib.loads(CARDS.read_text(encoding="utf-8"))["card"]):
        kind = "direct" if card.get("direct") else "comment"
        question = Question(
            card["text"], number, name="小美", brand="晨光咖啡", manager="品妤", platform="square", kind=kind, at=NOON
        )
        offered = suggester.suggest(question)
        flags = tuple(flag.kind.value for flag in assess(card["text"]))
        yield Card(card["text"], tuple(card["fits"]), offered[0].template_id if offered else "", flags)


def main() -> None:
    """Print the count by language, then the misses."""
    found = list(cards())
    for name, some in (("zh-TW", [c for c in found if c.chinese]), ("en", [c for c in found if not c.chinese])):
        count = {
            verdict: sum(card.verdict == verdict for card in some) for verdict in ("right", "silent", "wrong", "missed")
        }
        fine = count["right"] + count["silent"]
        print(f"{name:6} {len(some)} cards, {fine} as a manager would have it: {count}")
    for verdict in ("wrong", "missed"):
        print(f"\n{verdict}")
        for card in found:
            if card.verdict == verdict:
                print(f"  {card.first or '-':16} wanted {', '.join(card.fits) or '-':16} {card.text[:90]}")
    print("\nflagged (no single click)")
    for card in found:
        if card.flags:
            print(f"  {', '.join(card.flags):24} {card.text[:90]}")


if __name__ == "__main__":
    main()
