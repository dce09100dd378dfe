"""How alike two posts are, however their links are tracked: for telling people that they say the same again.
It compares characters, never meaning, and decides nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from zlib import crc32

from rapidfuzz import fuzz, process

from replies.text import flat, fold

_LINK = re.compile(r"(?:https?://|www\.)[!-~]+", re.IGNORECASE)  # ASCII: Chinese may follow without a space
_ROUGH_LINK = re.compile(r"https?://[!-~]+")
_TAG = re.compile(r"[#＃]\w+")
_PUNCTUATION = re.compile(r"[\W_]+")  # emoji and spaces too
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|igshid|igsh|mc_[ce]id|msclkid|ttclid|twclid|yclid|si)=")

_PAGE_WEIGHT = 4
"""What a link counts, in characters, a hashtag being one: the same forty characters before another page are still alike
at 0.9, the same twenty ("新品上架！" and whatever it was) are not."""

_ROUGH = 65.0
"""fuzz.ratio, 0..100, before folding: what is alike at 0.9 is well above; two English posts are around 50."""

_LOOKED_AT = 50
_MARKS = 0xF0000  # a plane of private use: no text has these, and folding leaves them alone


def alike(one: str, other: str) -> float:
    """0 to 1: the share of characters in common, in order (Indel), of the words of both; 0 where one says nothing.

    Width, case, spaces, punctuation and emoji do not count where there are words. A link counts as little as
    `_PAGE_WEIGHT` says, by its page without what tracks the click; a hashtag still less; wherever they stand.
    """
    return _ratio(_form(one), _form(other))


def most_alike(text: str, others: Sequence[str], least: float) -> list[tuple[int, float]]:
    """The places in `others` of texts at least that alike (`least`: 0.8 to 1), and how much; the most alike first.

    Some 10 ms for 2,000 texts of 200 characters. The fifty that are nearest before folding are looked at: one written
    in full-width letters throughout is not found.
    """
    rough = _rough(text)
    near = process.extract(
        rough, [_rough(other) for other in others], scorer=fuzz.ratio, score_cutoff=_ROUGH, limit=_LOOKED_AT
    )
    form = _form(text)
    found = [(place, _ratio(form, _form(others[place]))) for _, _, place in near]
    return sorted((pair for pair in found if pair[1] >= least), key=lambda pair: (-pair[1], pair[0]))


def _ratio(one: str, other: str) -> float:
    return fuzz.ratio(one, other) / 100 if one and other else 0.0


def _rough(text: str) -> str:
    """The words, nearly: an eighth of the time of `_form`."""
    return (_TAG.sub("", _ROUGH_LINK.sub("", text)) or text).lower()


def _form(text: str) -> str:
    """The words without spaces and punctuation, then a mark for each hashtag and each page, in a fixed order."""
    marks = [_mark(_page(link)) * _PAGE_WEIGHT for link in _LINK.findall(text)]
    text = _LINK.sub(" ", text)
    marks += [_mark(fold(tag[1:])) for tag in _TAG.findall(text)]
    words = fold(_PUNCTUATION.sub("", _TAG.sub(" ", text)))
    return words + "".join(sorted(marks)) or "".join(flat(text).split())


def _mark(name: str) -> str:
    return chr(_MARKS + crc32(name.encode(errors="replace")) % 0xFFFE)


def _page(link: str) -> str:
    address, _, query = link.rstrip(".,;:!?)'\"").partition("#")[0].partition("?")
    kept = sorted(pair for pair in query.split("&") if pair and not _TRACKING.match(pair.lower()))
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", address, flags=re.IGNORECASE).rstrip("/")
    host, slash, path = bare.partition("/")
    return f"{host.lower()}{slash}{path}?{'&'.join(kept)}"
