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
from replies.suggest import LIKELY, Suggester
from replies.text import language

CARDS = Path(__file__).parent.parent / "data" / "demo" / "cards.toml"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


VERDICTS = {
    "right": "the first suggestion is the one to send, and one click sends it",
    "likely": "the first is the right one, but it is marked as unsure: edit, preview, send",
    "silent": "nothing fits, and nothing is suggested",
    "wrong": "one click would send something that does not answer",
    "doubtful": "something that does not answer is shown, marked as unsure",
    "missed": "a template fits, and is not suggested first",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One comment, what would be sent to it (empty: nothing), what is suggested first and how surely, and its flags."""

    text: str
    fits: tuple[str, ...]
    first: str
    score: float
    flags: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """One of `VERDICTS`."""
        if not self.first:
            return "missed" if self.fits else "silent"
        sure = self.score >= LIKELY and not self.flags
        if self.first in self.fits:
            return "right" if sure else "likely"
        return "wrong" if sure else "doubtful"

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
        first, score = (offered[0].template_id, offered[0].score) if offered else ("", 0.0)
        flags = tuple(flag.kind.value for flag in assess(card["text"]))
        yield Card(card["text"], tuple(card["fits"]), first, score, flags)


def main() -> None:
    """Print the count by language, then every card that is not as a manager would have it."""
    found = list(cards())
    for name, some in (("zh-TW", [c for c in found if c.chinese]), ("en", [c for c in found if not c.chinese])):
        print(f"{name}: {len(some)} cards")
        for verdict, meaning in VERDICTS.items():
            print(f"  {sum(card.verdict == verdict for card in some):3} {verdict:8} {meaning}")
    for verdict in ("wrong", "doubtful", "missed", "likely"):
        print(f"\n{verdict}")
        for card in sorted(found, key=lambda card: -card.score):
            if card.verdict == verdict:
                wanted, flags = ", ".join(card.fits) or "-", f" [{', '.join(card.flags)}]" if card.flags else ""
                print(f"  {card.score:.2f} {card.first or '-':14} wanted {wanted:14} {card.text[:80]}{flags}")


if __name__ == "__main__":
    main()
