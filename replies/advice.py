"""What is asked of the suggester and what it answers: a comment with all that is known of it, and texts ready to send.
Values alone; nothing here looks anything up.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Question:
    """A comment to answer. Strings may hold anything; an unknown value is "".

    `seed`: the item's id, which picks the wording; `name`: what the reader goes by; `called`: how they asked to be
    called; `manager`: who answers; `post`: what the post is called; `platform`: its machine name; `kind`: comment,
    mention, direct or review; `tone`: positive, negative, neutral or unsure; `segments` the reader is in;
    `returning`: whether they wrote before, and `last_topic`: about what; `at`: now, aware, by which hours and last days
    are judged (None: whatever has hours or a last day is withheld); `language`: BCP 47, of the comment, None to guess
    it from the text; `max_length` in the units `length` counts, both as the platform's caps say (None: no limit);
    `avoid`: texts sent lately to others on this account, which are not said word for word again.
    """

    text: str
    seed: int | str
    name: str = ""
    brand: str = ""
    manager: str = ""
    post: str = ""
    platform: str = ""
    language: str | None = None
    max_length: int | None = None
    length: Callable[[str], int] = len
    kind: str = ""
    segments: Collection[str] = ()
    tone: str = ""
    at: datetime | None = None
    called: str = ""
    returning: bool = False
    last_topic: str = ""
    avoid: Collection[str] = ()

    def fits(self, text: str) -> bool:
        """Whether the platform takes a text of this length."""
        return self.max_length is None or self.length(text) <= self.max_length


REASONS: Mapping[str, str] = {
    "unknown_value": "{variable} is not known.",
    "unknown_fact": "It names the fact {id}, which there is no more.",
    "unknown_link": "It names the link {id}, which there is no more.",
    "fact_ended": "The fact {id} was true until {until}.",
    "fact_language": "The fact {id} is not written in this language.",
    "ended": "It was true until {until}.",
    "no_language": "It has no wording in {language}.",
    "platform": "It is only for {wanted}.",
    "kind": "It is only for messages of the kind {wanted}.",
    "segment": "It is only for readers in {wanted}.",
    "hours": "It is only for the hours {wanted}.",
    "tone": "It is only for comments whose tone is {wanted}.",
    "no_time": "It depends on the time, which is not known.",
    "too_long": "It has no wording of at most {limit} characters.",
}
"""By code, why a template that fits is not offered, in English; `template_error.withheld.<code>` of both locales."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a template that fits is not offered: a code of `REASONS` and the texts its sentence needs."""

    code: str
    params: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return REASONS[self.code].format_map(self.params)


class NotOffered(Exception):
    """The template cannot be offered for this question, for the `reason` given."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code)
        self.reason = Reason(code, params)


@dataclass(frozen=True, slots=True)
class Worded:
    """A template's text for one reader; `wording` is its key there; `until`: the last day its facts are true."""

    text: str
    wording: str
    until: date | None
    repeated: bool


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text ready to be sent, and why.

    `language` of `text`: "zh-TW" or "en"; `score`: 0..1; `words` of the comment that matched; `purpose`: what the
    template is for, by staff language; `wording`: its key in the template, such as `bodies.en.2`; `until`: the instant
    from which a fact or the template is no longer true, aware; `safe`: a rule may send it; `source`: "template", or
    "answer" for one that was approved for an earlier question, whose number is `answer` (then `template_id` is "");
    `repeated`: exactly this was sent to somebody else lately.
    """

    template_id: str
    text: str
    language: str
    score: float
    words: tuple[str, ...]
    purpose: Mapping[str, str]
    wording: str = ""
    until: datetime | None = None
    safe: bool = False
    source: Literal["template", "answer"] = "template"
    repeated: bool = False
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class Advice:
    """All that came of a question; `withheld`: by template id, why one that fits cannot be offered."""

    suggestions: tuple[Suggestion, ...]
    withheld: Mapping[str, Reason]
