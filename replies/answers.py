"""Offers what was approved for an earlier, similar question, made fit for the reader of now.
An answer that still holds the earlier reader's name, or anything that looks personal, is never offered to another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from replies.advice import Question, Suggestion
from replies.names import called
from replies.text import fold, language, spoken

_LOOKED_AT = 8  # earlier questions weighed: most of what is dropped is dropped for a name
_SHORTEST = 2  # letters of a name that can be looked for: one letter is in every text

# Digits that belong to somebody (telephone, order, account: five and more, with what people put between them), e-mail
# addresses, handles, and the end of a street address.
_PERSONAL = re.compile(
    r"\d(?:[ \-.()]?\d){4,}|[\w.+-]+@[\w-]|(?<!\w)@\w|[路街道段巷弄]\s*\d+\s*[巷弄號]|line\s*id", re.IGNORECASE
)
_OPENING = r"(?:(?:哈囉|嗨|親愛的|hi|hello|hey|dear)[,，]?\s*)?"
_AFTER = r"\s*(?:您好|你好|[，,！!：:～~])"


@dataclass(frozen=True, slots=True)
class Answer:
    """What was sent: the approved text, and every name its reader went by (shown, handle, how they were called).

    `until`: the instant from which it is no longer true, aware, as the suggestion it came from had it.
    """

    text: str
    names: tuple[str, ...] = ()
    until: datetime | None = None


class Recall(Protocol):
    """Finds earlier questions; any thread may ask."""

    def similar(self, text: str, k: int) -> Sequence[tuple[int, float, tuple[str, ...]]]:
        """At most `k`: number, likeness 0..1 and the shared words as `text` has them; the likest first."""


class Answers(Protocol):
    """The approved answers by the number of their question; a dict will do."""

    def get(self, number: int, /) -> Answer | None:
        """The answer, None where there is none."""


def looks_personal(text: str) -> bool:
    """Whether `text` may hold something that belongs to one person: rather once too often than once too seldom."""
    return bool(_PERSONAL.search(fold(text)))


@dataclass(frozen=True, slots=True)
class Memory:
    """Earlier answers to offer from; `personal` says whether a text holds personal data."""

    recall: Recall
    answers: Answers
    personal: Callable[[str], bool] = looks_personal

    def offers(self, question: Question, speaking: str) -> Iterator[Suggestion]:
        """Answers to similar questions in the language `speaking`, the likest first, each text once."""
        said = {" ".join(text.split()) for text in question.avoid}
        seen: set[str] = set()
        for number, likeness, words in self.recall.similar(question.text, _LOOKED_AT):
            answer = self.answers.get(number)
            if answer is None or _over(answer, question.at):
                continue
            text = self._fit(answer, question, speaking)
            if text is None or text in seen:
                continue
            seen.add(text)
            yield Suggestion(
                "", text, speaking, likeness, tuple(words), {}, until=answer.until, source="answer",
                repeated=" ".join(text.split()) in said, answer=number,
            )  # fmt: skip

    def _fit(self, answer: Answer, question: Question, speaking: str) -> str | None:
        """The answer's text with its greeting turned to this reader; None where it is not for others to read."""
        neutral = called("", speaking)
        names = {name for given in answer.names for name in (given.strip(), called(given, speaking)) if name}
        opening, rest = _greeting(answer.text.strip(), names | {neutral})
        text = opening + called(question.name, speaking, question.called) + rest if rest is not None else opening
        kept = rest if rest is not None else opening
        if not text or _holds(kept, names - {neutral}) or self.personal(kept) or not question.fits(text):
            return None
        told = language(text)
        if told is not None and spoken(told) != speaking:
            return None
        return text


def _over(answer: Answer, at: datetime | None) -> bool:
    """Whether the answer is no longer true, or nobody can tell."""
    return answer.until is not None and (at is None or at >= answer.until)


def _greeting(text: str, names: Collection[str]) -> tuple[str, str | None]:
    """What stands before the name in a greeting ("哈囉 ", "Hi ") and what follows it; `(text, None)` without one."""
    for name in sorted(names, key=len, reverse=True):
        if found := re.match(rf"({_OPENING}){re.escape(name)}(?={_AFTER})", text, re.IGNORECASE):
            return found.group(1), text[found.end() :]
    return text, None


def _holds(text: str, names: Collection[str]) -> bool:
    folded = fold(text)
    return any(len(name) >= _SHORTEST and fold(name) in folded for name in names)
