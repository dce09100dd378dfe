"""What a comment's words mean for the people who answer it: flags, tone, and what it says about an earlier answer.
It reads and never learns, and where it cannot be sure it says so: a person decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from replies.risk.fold import fold
from replies.risk.links import Link, Trust, links
from replies.risk.personal import Found, find, masked
from replies.risk.reading import MOST_READ, Reading, Sign, has, understand

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
    """Why a comment wants a person: at most five of its words (personal data masked), and whether that is certain."""

    kind: Kind
    words: tuple[str, ...]
    sure: bool


_BAD = ("claim.sure", "claim.harm", "abuse.sure", "complaint.sure", "tone.negative")


def assess(text: str, crisis: Sequence[str] = ()) -> tuple[Flag, ...]:
    """The flags of a comment, at most one of a kind, the most serious first.

    `crisis`: words the plan in force adds, in whatever writing; each is looked for as it stands. Personal data and
    those are looked for in the whole text, the built-in words in its first 4,000 characters.
    """
    reading = understand(text)
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
    reading = understand(text)
    scam = _scam(reading)
    if scam and scam[2]:
        return Tone.NEUTRAL
    displeased = {kind for kind, _, _ in filter(None, _displeased(reading))}
    if Kind.SARCASM in displeased:
        return Tone.UNSURE
    bad = (
        Kind.COMPLAINT in displeased
        or bool(reading.said("crisis.sure"))
        or any(not sign.asked for sign in reading.of(*_BAD))
    )
    good = any(not sign.asked for sign in reading.of("tone.positive")) or _denied_blame(reading)
    if bad and good and reading.contrast:
        return Tone.UNSURE
    if bad:
        return Tone.NEGATIVE
    return Tone.POSITIVE if good else Tone.NEUTRAL


def outcome(text: str) -> Outcome:
    """What a later message says about our answer. A thanks with a question in it is a question."""
    reading = understand(text)
    kinds = {flag.kind for flag in assess(text)}
    if reading.of("outcome.complaint") or kinds & {Kind.CRISIS, Kind.CLAIM, Kind.ABUSE, Kind.COMPLAINT}:
        return Outcome.COMPLAINT
    if has(reading.folded.text[:MOST_READ], "asking"):
        return Outcome.QUESTION
    if reading.of("outcome.thanks", "tone.positive"):
        return Outcome.THANKS
    return Outcome.OTHER


_Judged = tuple[Kind, list[tuple[int, int]], bool]


def _crisis(reading: Reading, extra: Sequence[str]) -> _Judged | None:
    sure = reading.said("crisis.sure")
    told = list(_told(reading.folded.text, extra))
    perhaps = reading.said("crisis.unsure")
    if not sure and not told and not perhaps:
        return None
    certain = bool(told) or any(not sign.asked for sign in sure)
    return Kind.CRISIS, [*told, *_places(sure or perhaps)], certain


def _claim(reading: Reading) -> _Judged | None:
    sure, perhaps = reading.said("claim.sure", "claim.harm"), reading.said("claim.unsure")
    if not sure and not perhaps:
        return None
    return Kind.CLAIM, _places([*sure, *perhaps]), any(not sign.asked for sign in sure)


def _abuse(reading: Reading) -> _Judged | None:
    sure, perhaps = reading.said("abuse.sure"), [sign for sign in reading.said("abuse.unsure") if not sign.asked]
    if not sure and len(perhaps) < 2:
        return None
    return Kind.ABUSE, _places([*sure, *perhaps]), bool(sure)


def _scam(reading: Reading) -> _Judged | None:
    """Words of the trade, or bait with a link that hides where it leads; who warns of a scam is not one."""
    found = list(links(reading.folded.text[:MOST_READ]))
    traps = [link for link in found if link.trust is Trust.TRAP]
    hidden = [link for link in found if link.trust is Trust.HIDDEN]
    trade = reading.said("scam.sure")
    bait = [sign for sign in reading.said("scam.bait") if not sign.asked]
    warned = bool(reading.said("scam.warning"))
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


def _displeased(reading: Reading) -> tuple[_Judged | None, _Judged | None]:
    """Complaint and sarcasm together: the words of praise are sarcasm only beside something that went wrong."""
    sure = [sign for sign in reading.of("complaint.sure") if not sign.asked]
    harm = [sign for sign in reading.of("claim.harm") if not sign.asked]
    perhaps = [sign for sign in reading.of("complaint.unsure") if not sign.asked]
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
    unpraised = [*harm, *([] if praise and not sure else perhaps)]
    if not sure and not spoilt and not unpraised and not sarcasm:
        return None, None
    places = _places([*sure, *spoilt, *unpraised]) or (sarcasm[1] if sarcasm else [])
    return (Kind.COMPLAINT, places, bool(sure) and not sarcasm), sarcasm


def _denied_blame(reading: Reading) -> bool:
    return any(
        sign.negated and not sign.asked and sign.within("complaint.sure", "complaint.unsure") for sign in reading.signs
    )


def _told(text: str, extra: Sequence[str]) -> Iterable[tuple[int, int]]:
    for word in extra:
        form = fold(word).text.strip()
        if form and (at := text.find(form)) >= 0:
            yield at, at + len(form)


def _places(found: Iterable[Sign | Link]) -> list[tuple[int, int]]:
    hits = [each.hit if isinstance(each, Sign) else each for each in found]
    return [(hit.start, hit.end) for hit in hits]


def _quoted(reading: Reading, places: Sequence[tuple[int, int]], found: tuple[Found, ...]) -> tuple[str, ...]:
    """The words as written; `found` in them masked."""
    chosen = {reading.folded.text[start:end]: (start, end) for start, end in reversed(places)}
    first = sorted(chosen.values())[:_MOST_WORDS]
    return tuple(masked(reading.text, *reading.folded.span(start, end), found) for start, end in first)
