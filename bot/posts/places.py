"""Where a text may be cut in two, and how good each place is: paragraphs, lines, sentences, clauses, words.
It does not choose among them, and knows no platform: what is too long is asked of whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import regex

RUN, WORD, CLAUSE, SENTENCE, LINE, PARAGRAPH = range(6)
"""How good a place is. RUN: inside what should stay whole, and there only because that is too long in whole."""

_WIDE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}"
_TIED = "々〻ゝゞヽヾーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ"  # never begin a line in Japanese (JIS X 4051)
_TOKEN = regex.compile(
    rf"""(?V1)
    (?P<space>\s+)
    |(?P<link>https?://[\w\-.~:/?\#\[\]@!$&'()*+,;=%&&\p{{ASCII}}]*[\w/~=&\#%+\-&&\p{{ASCII}}])(?P<tail>[\p{{L}}\p{{M}}\p{{N}}][^\s\p{{P}}]*)?
    |(?P<tag>[#＃]\w[\w\p{{M}}]*|[@＠]\w(?:[\w\p{{M}}.\-@]*\w)?)
    |(?P<wide>[[{_WIDE}]--[{_TIED}]]+)
    |(?P<word>[[\w\p{{M}}\u200c\u200d]--[{_WIDE}]]+(?:[.'’\-/:&@+,%=?\#~·]+[[\w\p{{M}}\u200c\u200d]--[{_WIDE}]]+)*)
    |(?P<sign>\X)""",
    regex.VERBOSE,
)
_GRAPHEME = regex.compile(r"\X")
# What makes one grapheme of several characters (UAX #29, table 2); most texts have none and need not be looked through.
_JOINS = regex.compile(r"[\p{GCB=EX}\p{GCB=SM}\p{GCB=PP}\p{GCB=ZWJ}\p{GCB=RI}\p{GCB=L}\p{GCB=V}\p{GCB=T}]")
_LINE_END = regex.compile(r"\r\n?|[\n\v\f\x85\u2028\u2029]")
_OPENS = regex.compile(r"[\p{Ps}\p{Pi}¡¿$＄¥￥€£#＃@＠]")
_CLOSES = regex.compile(r"[\p{Pe}\p{Pf}。，、？！；：｡､]")
_ATTACHED = regex.compile(rf"[.,:;!?%％‰°℃…⋯‥．・·‧～~‼⁇⁈⁉{_TIED}]")  # close only what they stand directly behind
_EMOJI = regex.compile(r"[\p{ExtPict}\p{RI}]")
_BROAD = regex.compile(rf"[{_WIDE}\p{{ExtPict}}\p{{RI}}\u2e80-\u303f\uff00-\uffef…⋯—]")  # next to it no space is needed
_PAUSE = dict.fromkeys("。！？｡．.!?…⋯‥‼⁇⁈⁉", SENTENCE) | dict.fromkeys("，、；：､,;:—–～~", CLAUSE)
_ABBREVIATIONS = frozenset(
    {"mr", "mrs", "ms", "dr", "prof", "st", "no", "vs", "jr", "sr", "e.g", "i.e", "etc", "a.m", "p.m"}
)


_TOGETHER = 16  # pieces asked about at once: nearly all fit, and asking may be slow


class DoesNotFit(ValueError):
    """A link or a single grapheme that alone is too long, so that no cut helps. `piece`: which."""

    def __init__(self, piece: str) -> None:
        super().__init__(f"{piece!r} alone does not fit")
        self.piece = piece


class Place(NamedTuple):
    """A place to cut: what is before it ends at `end`, what is after it begins at `start`; the space between goes.

    `link`: what begins here is one.
    """

    end: int
    start: int
    rank: int
    link: bool = False


class _Token(NamedTuple):
    kind: str
    start: int
    end: int


def places(text: str) -> list[Place]:
    """The places of a stripped `text` in order, its two ends included; between two neighbours nothing may be cut."""
    tokens = list(_tokens(text))
    found = [Place(0, 0, PARAGRAPH, bool(tokens) and tokens[0].kind == "link")]
    found += _between(text, tokens)
    if _JOINS.search(text):
        edges = {0} | {grapheme.end() for grapheme in _GRAPHEME.finditer(text)}
        found = [place for place in found if place.end in edges and place.start in edges]
    found.append(Place(len(text), len(text), PARAGRAPH))
    return found


def needed(text: str, found: list[Place], fits: Callable[[str], bool]) -> list[Place]:
    """The places without those inside what fits whole, and with more of them inside what does not: whatever is between
    two neighbours fits, unless it is one character. Raises `DoesNotFit`.
    """
    firm = [number for number, place in enumerate(found) if place.rank != RUN]
    kept = [found[0]]
    for group in range(0, len(firm) - 1, _TOGETHER):
        ends = firm[group : group + _TOGETHER + 1]
        if fits(text[found[ends[0]].start : found[ends[-1]].end]):
            kept += [found[number] for number in ends[1:]]
            continue
        for a, b in pairwise(ends):
            left, right = found[a], found[b]
            if right.end - left.start > 1 and not fits(text[left.start : right.end]):
                for one, other in pairwise(found[a : b + 1]):
                    kept += [*_inside(text, one, other, fits), other]
            else:
                kept.append(right)
    return kept


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        kind, start, end = str(found.lastgroup), found.start(), found.end()
        if found["tail"]:  # the rest of an address in another script, or words somebody wrote right behind one
            yield _Token("link", start, found.start("tail"))
            kind, start = "tail", found.start("tail")
        yield _Token(kind, start, end)


def _between(text: str, tokens: list[_Token]) -> Iterator[Place]:
    """The places between and inside the tokens; RUN where only need would cut."""
    pause, opens, quoted, before = WORD, False, False, ""  # what the token before the place says
    gap: _Token | None = None
    for token in tokens:
        if token.kind == "space":
            gap = token
            continue
        said, is_sign = text[token.start : token.end], token.kind == "sign"
        quote_opens = said == '"' and _quote_opens(text, token, quoted)
        closes = is_sign and (_closes(said, gap is not None) or (said == '"' and not quote_opens))
        if before:
            end, start = (gap.start, gap.end) if gap else (token.start, token.start)
            if opens or closes:
                rank = RUN
            elif gap:
                rank = _spaced(text[gap.start : gap.end], before, pause, said)
            else:
                rank = _unspaced(before, token.kind, said, pause)
            yield Place(end, start, rank, token.kind == "link")
        if token.kind == "wide":
            yield from [Place(at, at, WORD) for at in range(token.start + 1, token.end)]
        if said in _PAUSE:
            pause = WORD if said == "." and _abbreviates(before) else _PAUSE[said]
        elif gap or not (is_sign and (closes or _is_emoji(said))):
            pause = WORD  # a closing bracket or an emoji right behind a sentence's end still belongs to it
        opens = quote_opens or (is_sign and _opens(said))
        quoted = quote_opens if said == '"' else quoted
        before, gap = said, None


def _spaced(space: str, before: str, pause: int, said: str) -> int:
    lines = len(_LINE_END.findall(space))
    if lines:
        return PARAGRAPH if lines > 1 else LINE
    if before.endswith(".") and said[0].islower():
        return WORD
    return pause


def _unspaced(before: str, kind: str, said: str, pause: int) -> int:
    """Without space only next to a wide character, and never in "300元" or behind a link, where it may belong to it."""
    if kind == "tail" or not (_BROAD.match(before[-1]) or _BROAD.match(said)):
        return RUN
    if before[-1].isdecimal() and kind == "wide":
        return RUN
    return min(pause, WORD) if _is_emoji(said) else pause


@lru_cache(maxsize=1_000)
def _closes(sign: str, spaced: bool) -> bool:
    return bool(_CLOSES.match(sign) or (not spaced and _ATTACHED.match(sign)))


@lru_cache(maxsize=1_000)
def _opens(sign: str) -> bool:
    return bool(_OPENS.match(sign))


def _is_emoji(said: str) -> bool:
    return not said[0].isalnum() and bool(_EMOJI.match(said))


def _quote_opens(text: str, token: _Token, quoted: bool) -> bool:
    """Whether a straight quotation mark opens: by the space on one side of it, else by turns."""
    space_before = token.start == 0 or text[token.start - 1].isspace()
    space_behind = token.end == len(text) or text[token.end].isspace()
    return space_before if space_before != space_behind else not quoted


def _abbreviates(before: str) -> bool:
    return before.casefold() in _ABBREVIATIONS or (len(before) == 1 and before.isalpha() and before.isascii())


def _inside(text: str, one: Place, other: Place, fits: Callable[[str], bool]) -> list[Place]:
    """A place between any two graphemes of what is too long and has none."""
    piece = text[one.start : other.end]
    if fits(piece):
        return []
    if one.link:
        raise DoesNotFit(piece)
    signs = [found.end() for found in _GRAPHEME.finditer(text, one.start, other.end)]
    return [Place(at, at, RUN) for at in signs[:-1]]
