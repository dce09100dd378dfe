"""What a comment's words mean for the people who answer it: flags, tone, and what it says about an earlier answer.
It reads and never learns, and where it cannot be sure it says so: a person decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from replies.risk.fold import Folded, fold, same
from replies.risk.links import Link, Trust, links
from replies.risk.personal import Found, find, masked
from replies.risk.words import LANGUAGES, Hit, forms, read, words

_MOST_WORDS = 5  # shown on a card as the reason; more is a list to read


class Kind(StrEnum):
    """What a comment may be flagged for, the most serious first."""

    CRISIS = "crisis"
    CLAIM = "claim"
    PERSONAL = "personal"
    SCAM = "scam"
    ABUSE = "abuse"
    COMPLAINT = "complaint"
    SARCASM = "sarcasm"


class Tone(StrEnum):
    """How the writer feels about us, as far as words tell."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    UNSURE = "unsure"


class Outcome(StrEnum):
    """What a later message of the same person says about our answer."""

    THANKS = "thanks"
    QUESTION = "question"
    COMPLAINT = "complaint"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Flag:
    """Why a comment wants a person: at most five of its own words (personal data masked), and whether that is certain."""

    kind: Kind
    words: tuple[str, ...]
    sure: bool


@dataclass(frozen=True, slots=True)
class _Sign:
    """A hit with what stands around it: `negated`, `asked` about, only `expected`, or said for certain."""

    hit: Hit
    negated: bool
    asked: bool
    expected: bool

    def within(self, *lists: str) -> bool:
        return not self.hit.lists.isdisjoint(lists)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A comment read once: everything that is judged comes from here."""

    text: str
    folded: Folded
    signs: tuple[_Sign, ...]
    contrast: bool

    def of(self, *lists: str) -> list[_Sign]:
        """Signs of the lists that are said, not denied and not merely expected."""
        return [sign for sign in self.signs if sign.within(*lists) and not sign.negated and not sign.expected]


_CLAUSE = re.compile(r"[.,!?;~\n]|(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_GRAVE = ("crisis.sure", "claim.sure", "abuse.sure", "complaint.sure")
_BAD = (*_GRAVE, "tone.negative")


def assess(text: str, crisis: Sequence[str] = ()) -> tuple[Flag, ...]:
    """The flags of a comment, at most one of a kind, the most serious first.

    `crisis`: words the plan in force adds, in whatever writing; each is looked for as it stands.
    """
    reading = _read(text)
    found = find(reading.folded)
    flags = [
        _crisis(reading, crisis),
        _claim(reading),
        _scam(reading),
        _abuse(reading),
        *_displeased(reading),
    ]
    scam = any(flag is not None and flag[0] is Kind.SCAM and flag[2] for flag in flags)
    # The contact a scam gives is its bait and nobody's secret.
    data = [each for each in found if not (scam and each[0] in ("line_id", "phone"))]
    if data:
        flags.append((Kind.PERSONAL, [(start, end) for _, start, end in data], True))
    spans = tuple(Found(kind, *reading.folded.span(start, end)) for kind, start, end in found)
    order = list(Kind)
    given = sorted((flag for flag in flags if flag is not None), key=lambda flag: order.index(flag[0]))
    return tuple(Flag(kind, _quoted(reading, places, spans), sure) for kind, places, sure in given)


def tone(text: str) -> Tone:
    """How the writer feels; UNSURE for irony and for praise and blame in one comment. A scam feels nothing."""
    reading = _read(text)
    scam = _scam(reading)
    if scam and scam[2]:
        return Tone.NEUTRAL
    displeased = {kind for kind, _, _ in filter(None, _displeased(reading))}
    if Kind.SARCASM in displeased:
        return Tone.UNSURE
    bad = bool(reading.of(*_BAD)) or Kind.COMPLAINT in displeased
    good = any(not sign.asked for sign in reading.of("tone.positive")) or _denied_blame(reading)
    if bad and good and reading.contrast:
        return Tone.UNSURE
    if bad:
        return Tone.NEGATIVE
    return Tone.POSITIVE if good else Tone.NEUTRAL


def outcome(text: str) -> Outcome:
    """What a later message says about our answer. A thanks with a question in it is a question."""
    reading = _read(text)
    kinds = {flag.kind for flag in assess(text)}
    if reading.of("outcome.complaint") or kinds & {Kind.CRISIS, Kind.CLAIM, Kind.ABUSE, Kind.COMPLAINT}:
        return Outcome.COMPLAINT
    if _ASKS().search(reading.folded.text):
        return Outcome.QUESTION
    if reading.of("outcome.thanks", "tone.positive"):
        return Outcome.THANKS
    return Outcome.OTHER


_Judged = tuple[Kind, list[tuple[int, int]], bool]


def _crisis(reading: _Reading, extra: Sequence[str]) -> _Judged | None:
    sure = reading.of("crisis.sure")
    told = list(_told(reading.folded.text, extra))
    perhaps = reading.of("crisis.unsure")
    if not sure and not told and not perhaps:
        return None
    certain = bool(told) or any(not sign.asked for sign in sure)
    return Kind.CRISIS, [*told, *_places(sure or perhaps)], certain


def _claim(reading: _Reading) -> _Judged | None:
    sure, perhaps = reading.of("claim.sure"), reading.of("claim.unsure")
    if not sure and not perhaps:
        return None
    return Kind.CLAIM, _places([*sure, *perhaps]), any(not sign.asked for sign in sure)


def _abuse(reading: _Reading) -> _Judged | None:
    sure, perhaps = reading.of("abuse.sure"), [sign for sign in reading.of("abuse.unsure") if not sign.asked]
    if not sure and len(perhaps) < 2:
        return None
    return Kind.ABUSE, _places([*sure, *perhaps]), bool(sure)


def _scam(reading: _Reading) -> _Judged | None:
    """Words of the trade, or bait with a link that hides where it leads; who warns of a scam is not one."""
    found = list(links(reading.folded.text))
    traps = [link for link in found if link.trust is Trust.TRAP]
    hidden = [link for link in found if link.trust is Trust.HIDDEN]
    trade = reading.of("scam.sure")
    bait = [sign for sign in reading.of("scam.bait") if not sign.asked]
    warned = bool(reading.of("scam.warning"))
    if traps:
        return Kind.SCAM, _places([*traps, *trade, *bait]), not warned
    if warned and len(trade) < 3:
        return None
    if hidden and (trade or bait):
        return Kind.SCAM, _places([*hidden, *trade, *bait]), True
    if trade:
        certain = len(trade) > 1 or bool(bait) or any(not sign.asked for sign in trade)
        return Kind.SCAM, _places([*trade, *bait]), certain
    if hidden or len({sign.hit.start for sign in bait}) > 2:
        return Kind.SCAM, _places([*hidden, *bait]), False
    return None


def _displeased(reading: _Reading) -> tuple[_Judged | None, _Judged | None]:
    """Complaint and sarcasm together: the words of praise are sarcasm only beside something that went wrong."""
    sure = [sign for sign in reading.of("complaint.sure") if not sign.asked]
    doubtful = [sign for sign in reading.of("complaint.sure", "complaint.unsure") if sign not in sure]
    perhaps = [sign for sign in doubtful if not sign.asked]
    spoilt = [
        sign
        for sign in reading.signs
        if sign.within("tone.positive") and sign.negated and not sign.asked and not sign.expected
    ]
    praise = [sign for sign in reading.of("tone.positive") if not sign.asked]
    mocked = reading.of("sarcasm.sure")
    cues = [*reading.of("sarcasm.cues"), *praise]
    wrong = [*sure, *reading.of("sarcasm.context")]
    sarcasm: _Judged | None = None
    if mocked or (cues and wrong and not reading.contrast):
        sarcasm = Kind.SARCASM, _places(mocked or [*cues, *wrong]), False
    unpraised = [] if praise and not sure else perhaps
    if not sure and not spoilt and not unpraised and not sarcasm:
        return None, None
    places = _places([*sure, *spoilt, *unpraised]) or (sarcasm[1] if sarcasm else [])
    return (Kind.COMPLAINT, places, bool(sure) and not sarcasm), sarcasm


def _denied_blame(reading: _Reading) -> bool:
    return any(
        sign.negated and not sign.asked and sign.within("complaint.sure", "complaint.unsure") for sign in reading.signs
    )


def _told(text: str, extra: Sequence[str]) -> Iterable[tuple[int, int]]:
    for word in extra:
        form = fold(word).text.strip()
        if form and (at := text.find(form)) >= 0:
            yield at, at + len(form)


def _places(found: Iterable[_Sign | Link]) -> list[tuple[int, int]]:
    hits = [each.hit if isinstance(each, _Sign) else each for each in found]
    return [(hit.start, hit.end) for hit in hits]


def _quoted(reading: _Reading, places: Sequence[tuple[int, int]], found: tuple[Found, ...]) -> tuple[str, ...]:
    """The words as written; `found` in them masked."""
    quoted: dict[str, None] = {}
    for start, end in places:
        quoted[masked(reading.text, *reading.folded.span(start, end), found)] = None
        if len(quoted) == _MOST_WORDS:
            break
    return tuple(quoted)


def _read(text: str) -> _Reading:
    folded = fold(text)
    hits = sorted((hit for name in LANGUAGES for hit in words(name).find(folded.text)), key=lambda hit: hit.start)
    breaks = [match.start() for match in _CLAUSE.finditer(folded.text)] if hits else []
    signs: list[_Sign] = []
    n = 0
    for hit in hits:
        while n < len(breaks) and breaks[n] < hit.start:
            n += 1
        since = max(breaks[n - 1] + 1 if n else 0, hit.start - 40)
        until = min(breaks[n] + 1 if n < len(breaks) else len(folded.text), hit.end + 20)
        before, clause = folded.text[since : hit.start], folded.text[since:until]
        asked = bool(_ASKS().search(clause))
        signs.append(_Sign(hit, bool(_NEGATED().search(before)), asked, bool(_EXPECTED().search(before))))
    return _Reading(text, folded, tuple(signs), bool(signs) and bool(_CONTRAST().search(folded.text)))


@cache
def _NEGATED() -> re.Pattern[str]:
    zh, en = (_any(name, "negators") for name in LANGUAGES)
    zh_between, en_between = (_any(name, "between") for name in LANGUAGES)
    return re.compile(rf"(?:{zh}) ?(?:{zh_between}){{0,2}} ?$|(?<![a-z'])(?:{en}) (?:(?:{en_between}) ){{0,3}}$")


@cache
def _EXPECTED() -> re.Pattern[str]:
    zh, en = (_any(name, "expectation") for name in LANGUAGES)
    return re.compile(rf"{zh}|(?<![a-z'])(?:{en})(?![a-z])")


@cache
def _CONTRAST() -> re.Pattern[str]:
    zh, en = (_any(name, "contrast") for name in LANGUAGES)
    return re.compile(rf"{zh}|(?<![a-z'])(?:{en})(?![a-z])")


@cache
def _ASKS() -> re.Pattern[str]:
    zh, en = (_any(name, "asking") for name in LANGUAGES)
    return re.compile(rf"{zh}|(?<![a-z'])(?:{en})(?![a-z])")


def _any(language: str, name: str) -> str:
    found = {form for entry in read(language)[f"shift.{name}"] for form in forms(entry)}
    return "|".join(re.escape(same(form)) for form in sorted(found, key=len, reverse=True))
