"""What a text says once the tricks of writing are taken off: folded for comparing, cleaned for showing, its language.
Nothing here alters what is stored or sent; the originals stay as the audience wrote them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import regex

LANGUAGES = ("zh-TW", "en")
"""The languages of staff (a template's `purpose`) and of what is answered to the audience (its `bodies`)."""

_ELLIPSIS = "…"

# Python's `re` with spelt-out ranges, not `regex` with properties: a tenth of the time on 40,000 characters.
_SURROGATES = re.compile("[\ud800-\udfff]+")  # Python joins whole pairs by itself: any that is left is broken
_LINE_ENDS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_ODD_SPACE = re.compile("[\t\xa0\u1680\u2000-\u200a\u202f\u205f]")  # not U+3000: it is how Chinese indents
_BLANK_LINES = re.compile("\n[ \u3000\n]*\n")
# Takes no room on a screen: controls, format characters and Unicode's Default_Ignorable_Code_Point.
_INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e001f\U000e0080-\U000e0fff]+"
)
# Invisible too, but the glue of emoji sequences: stays where it holds one together, goes where it holds nothing.
# Tags are hidden ASCII, except after the black flag (Scotland).
_TAGS = re.compile("(\U0001f3f4[\U000e0030-\U000e007a]{1,6}\U000e007f)|[\U000e0020-\U000e007f]+")
_LOOSE_GLUE = regex.compile(
    r"(?V1)(?<!\p{Emoji})[\uFE0E\uFE0F]+|(?<![\p{ExtPict}\p{EMod}]\uFE0F?)\u200D+|\u200D+(?!\p{ExtPict})"
)
# More than four marks on one letter is Zalgo: Latin's combining blocks and Thai, which are what it is written with.
_PILED_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u0483-\u0489\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
# Nearly all texts hold nothing but these, and then there is nothing to take off: a tenth of the time.
_PLAIN = re.compile(
    "[\n -~\xa1-\xac\xae-\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u27bf\u3001-\u3029\u3041-\u3096\u30a1-\u30fa"
    "\u30fc\u3105-\u312f\u4e00-\u9fff\uff01-\uff9e\U0001f300-\U0001f64f\U0001f680-\U0001f6ff\U0001f900-\U0001faff]*"
)
_STARTS = regex.compile(r"(?r)[ \na-zA-Z0-9\p{Han}]")  # a character that begins a grapheme whatever stands before it
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Bopomofo}ーｰ"
_PIECE = regex.compile(
    rf"(?V1)(?P<unspaced>[{_UNSPACED}]+)|(?P<count>[+＋]\p{{Nd}}+)"
    rf"|(?P<word>[[\p{{L}}\p{{N}}]--[{_UNSPACED}]](?:['’](?=\p{{L}})|[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]])*)"
)
_STRETCHED = regex.compile(r"(\p{L})\1{2,}")
_STRETCHED_ANY = re.compile(r"([^\W\d_])\1{2,}")  # the same by `re`, a third of the time
_FOLD = str.maketrans("ㄉㄇㄋㄅㄚㄛㄟ臺裏甚’", "的嗎呢吧啊喔欸台裡什'")  # 注音文 and the two ways to write one word

_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")

# Counted to guess the language: a character of an unspaced script weighs about as much as a word of a spaced one.
_SCRIPTS = {
    "han": regex.compile(r"\p{Han}"),
    "bopomofo": regex.compile(r"\p{Bopomofo}"),
    "kana": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "hangul": regex.compile(r"\p{Hangul}"),
    "word": regex.compile(r"\p{Latin}[\p{Latin}\p{M}'’]*"),
    "other": regex.compile(r"(?V1)[\p{L}--[\p{Han}\p{Bopomofo}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Latin}]]+"),
}
_SIMPLIFIED = re.compile("[们这说吗时会对请问发货价钱买卖东欢谢运费为样听见进还过开关门电话]")
_TRADITIONAL = re.compile("[們這說嗎時會對請問發貨價錢買賣東歡謝運費為樣聽見進還過開關門電話]")
_LONGEST = 256  # code points looked back for a grapheme's beginning: the longest emoji sequence Unicode lists has 10
_GRAPHEME = regex.compile(r"\X")


def clean(text: str, limit: int) -> str:
    """`text` made harmless to look at, at most `limit` code points long.

    Broken surrogates become U+FFFD; bidi controls, zero-width and other invisible characters go (the joiner and
    variation selector inside an emoji sequence stay); line ends become one kind, blank lines at most one together. A
    cut falls between graphemes and ends in "…". Of a very long text only the first `4 × limit + 1,000` code points are
    looked at, so the limit bounds the time. Slack's markup (`<!channel>`) is left as it is: showing it literally is
    rich_text's job.
    """
    if limit < 1:
        raise ValueError("limit must be at least 1")
    window = 4 * limit + 1_000
    if len(text) <= limit and "\n\n" not in text and "\n " not in text and _PLAIN.fullmatch(text):
        return text.strip()
    shown = _visible(text[:window])
    shown = _BLANK_LINES.sub("\n\n", _PILED_MARKS.sub(r"\1", shown)).strip()
    if len(shown) <= limit and len(text) <= window:
        return shown
    return shown[: _boundary(shown, limit - len(_ELLIPSIS))].rstrip() + _ELLIPSIS


def graphemes(text: str, limit: int) -> str:
    """The first `limit` graphemes (what a person counts as characters) of `text`, unmarked."""
    if len(text) <= limit:
        return text
    return "".join(piece.group() for piece, _ in zip(_GRAPHEME.finditer(text), range(limit), strict=False))


def normalise(text: str) -> str:
    """`text` folded for comparing: its tokens in order, one space between them, no punctuation, no emoji.

    Spaced scripts give words; Chinese and kana runs give overlapping pairs of characters (a lone one stays alone),
    because a word scorer finds nothing in a script without spaces. Full width, case, invisible characters, stretched
    letters ("soooo") and 注音文 (ㄉ for 的) are folded; simplified Chinese is not.
    """
    return " ".join(token for piece in pieces(text) for token in piece.tokens)


def fold(text: str) -> str:
    """`text` with full width, case and 注音文 folded; spaces, punctuation and stretched letters stay as they are."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return folded.translate(_FOLD) if _FOLDED.search(folded) else folded


def flat(text: str) -> str:
    """`text` folded as `normalise` folds its tokens, but whole: punctuation, spaces, emoji stay. For comparing only."""
    text = _visible(text)
    text = text.lower() if text.isascii() else fold(text)
    return _STRETCHED_ANY.sub(r"\1\1", text)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a run of unspaced script: `raw` as it stands in the text, `tokens` as `normalise` folds it."""

    raw: str
    tokens: tuple[str, ...]
    unspaced: bool


def pieces(text: str) -> Iterator[Piece]:
    """The words and runs of `text` in order; those that fold to nothing are left out."""
    for found in _PIECE.finditer(_visible(text)):
        raw = found.group()
        folded = _STRETCHED.sub(r"\1\1", fold(raw))
        unspaced = found.lastgroup == "unspaced"
        tokens = tuple(a + b for a, b in pairwise(folded)) or (folded,) if unspaced else tuple(folded.split())
        if tokens:
            yield Piece(raw, tokens, unspaced)


def language(text: str) -> str | None:
    """A BCP 47 guess at the language of `text` from its script; None where no script tells (only emoji or digits).

    Honest about what it cannot do: every Latin text is "en", Vietnamese and French too; Chinese is "zh-Hans" only when
    it holds common characters of simplified writing and none of their traditional twins, else "zh-Hant". Two Han
    characters to three Latin words are enough for Chinese, as people in Taiwan mix English in freely, and a の among
    Han does not make a text Japanese. "und": letters of another script. The first 2,000 code points are read.
    """
    sample = unicodedata.normalize("NFKC", _visible(text[:2_000]))
    count = {name: len(pattern.findall(sample)) for name, pattern in _SCRIPTS.items()}
    if not any(count.values()):
        return None
    if 3 * (count["kana"] - sample.count("の")) > count["han"] + count["kana"]:
        return "ja"
    if 2 * count["hangul"] > sum(count.values()):
        return "ko"
    if 3 * (count["han"] + count["bopomofo"]) >= 2 * (count["word"] + count["other"]):
        return "zh-Hans" if _SIMPLIFIED.search(sample) and not _TRADITIONAL.search(sample) else "zh-Hant"
    return "en" if count["word"] >= count["other"] else "und"


def spoken(told: str | None) -> str:
    """Which of `LANGUAGES` somebody is answered in who wrote in the language `told` (BCP 47); "zh-TW" where none is."""
    return "zh-TW" if told is None or told.split("-")[0].lower() in ("zh", "yue") else "en"


def _visible(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    text = _ODD_SPACE.sub(" ", _LINE_ENDS.sub("\n", text))
    text = _TAGS.sub(r"\1", _INVISIBLE.sub("", _SURROGATES.sub("\ufffd", text)))
    if "\u200d" in text or "\ufe0f" in text or "\ufe0e" in text:
        text = _LOOSE_GLUE.sub("", text)
    return text


def _boundary(text: str, at: int) -> int:
    """The last grapheme boundary not after `at`."""
    start = _STARTS.search(text, 0, at)
    end = max(start.start() if start else 0, at - _LONGEST)
    for piece in _GRAPHEME.finditer(text, end):
        if piece.end() > at:
            break
        end = piece.end()
    return end
