"""A comment read once: the words of the lists that stand in it, and what stands around each.
It knows no kind of risk: which word means what is for `judge` to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from replies.risk.fold import Folded, fold, pattern
from replies.risk.words import Hit, forms, read, words
from replies.text import LANGUAGES

MOST_READ = 4_000
"""Characters that words are looked for in, which bounds the time. Instagram allows 2,200, Telegram 4,096."""

_CHOICE = pattern(
    r"(?:有沒有?|是不是|會不會|能不能|可不可以?|要不要|好不好|算不算|該不該)[㐀-鿿]{0,3}$"
)  # asked, not denied
_LATIN = re.compile("[a-z]")
_CLAUSE = pattern(r"[.,!?;~\n]|(?<=[\u3100-\u9fff]) (?=[\u3100-\u9fff])|但|結果|可是|不過|卻|\bbut\b")


@dataclass(frozen=True, slots=True)
class Sign:
    """A hit with what stands around it: whether it is `negated`, in a question (`asked`), or only `expected`."""

    hit: Hit
    negated: bool
    asked: bool
    expected: bool

    def within(self, *lists: str) -> bool:
        """Whether the entry stands in one of `lists`."""
        return not self.hit.lists.isdisjoint(lists)


@dataclass(frozen=True, slots=True)
class Reading:
    """A comment read once; `contrast`: it holds a "but"."""

    text: str
    folded: Folded
    signs: tuple[Sign, ...]
    contrast: bool

    def said(self, *lists: str) -> list[Sign]:
        """Signs of the lists that are not denied. A threat that begins with "if" is still one."""
        return [sign for sign in self.signs if sign.within(*lists) and not sign.negated]

    def of(self, *lists: str) -> list[Sign]:
        """Signs of the lists that are said, not denied and not merely expected."""
        return [sign for sign in self.signs if sign.within(*lists) and not sign.negated and not sign.expected]


@lru_cache(maxsize=4)  # Flags, tone and outcome of one comment are asked for one after the other.
def understand(text: str) -> Reading:
    """`text` read for everything that is asked about it."""
    folded = fold(text)
    seen = folded.text[:MOST_READ]
    hits = sorted((hit for name in LANGUAGES for hit in words(name).find(seen)), key=lambda hit: hit.start)
    breaks = [match.start() for match in _CLAUSE.finditer(seen)] if hits else []
    signs: list[Sign] = []
    asked: dict[tuple[int, int], bool] = {}
    n = 0
    for hit in hits:
        while n < len(breaks) and breaks[n] < hit.start:
            n += 1
        since = max(breaks[n - 1] + 1 if n else 0, hit.start - 40)
        until = min(breaks[n] + 1 if n < len(breaks) else len(seen), hit.end + 20)
        before, clause = seen[since : hit.start], seen[since:until]
        if (since, until) not in asked:
            asked[since, until] = has(clause, "asking")
        signs.append(Sign(hit, _negated(before), asked[since, until], has(before, "expectation")))
    return Reading(text, folded, tuple(signs), bool(signs) and has(seen, "contrast"))


def _negated(before: str) -> bool:
    """Whether what stands right before a word takes it back."""
    if not before:
        return False
    if _CHOICE.search(before):
        return False
    zh, en = _negators()
    return bool(zh.search(before, max(0, len(before) - 8))) or (before[-1] == " " and bool(en.search(before[-28:])))


def has(text: str, name: str) -> bool:
    """Whether a word of the list `shift.<name>` stands in the folded text."""
    zh, en = _shifts(name)
    return bool(zh.search(text)) or bool(_LATIN.search(text) and en.search(text))


@cache
def _negators() -> tuple[re.Pattern[str], re.Pattern[str]]:
    (zh, between), (en, en_between) = ((_any(name, "negators"), _any(name, "between")) for name in LANGUAGES)
    return (
        re.compile(rf"(?:{zh}) ?(?:{between}){{0,2}} ?$"),
        re.compile(rf"(?<![a-z'])(?:{en}) (?:(?:{en_between}) ){{0,3}}$"),
    )


@cache
def _shifts(name: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    zh, en = (_any(language, name) for language in LANGUAGES)
    return re.compile(zh), re.compile(rf"\b(?:{en})(?![a-z])")


def _any(language: str, name: str) -> str:
    found = {form for entry in read(language)[f"shift.{name}"] for form in forms(entry)}
    return "|".join(re.escape(form) for form in sorted(found, key=len, reverse=True))
