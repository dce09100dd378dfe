"""Personal data in a comment: where it stands, and the comment with it masked.
It never decides what to do about it, and never lets a number through because it cannot prove it is a real one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from replies.risk.fold import Folded, fold, pattern, same

What = Literal["phone", "national_id", "card", "email", "address", "line_id", "account"]

_MOST_ASKED = 20  # numbers a comment may have checked by phonenumbers, some 0.1 ms each; the rest count as they look
_MASK = "•"
_KEPT: dict[What, tuple[int, int]] = {  # letters and digits left readable in front and at the end
    "phone": (2, 3),
    "national_id": (2, 1),
    "card": (0, 4),
    "email": (1, 0),  # of what stands before the @; the rest is not masked
    "address": (2, 0),
    "line_id": (1, 1),
    "account": (0, 3),
}
_FRAME = frozenset("縣市區鄉鎮村里鄰路街道段巷弄衖號樓室之县区乡镇邻号楼")  # the shape of an address, left readable

_GAP = r"[ .\-_/()]{0,2}"
_MOBILE = re.compile(rf"(?<![\d+])0{_GAP}9(?:{_GAP}\d){{8}}(?!\d)")
_LANDLINE = pattern(
    r"(?<![\d+\-])(?!0800|0809)(\(?0[2-8]\d{0,2}\)?[ \-]{0,2}\d{3,4}[ \-]?\d{3,4})(?!\d)"
    r"(?: ?(?:#|分機|轉|ext\.?) ?:?\d{1,6})?"
)
_ABROAD = re.compile(rf"\+{_GAP}\d(?:{_GAP}\d){{7,14}}(?!\d)|(?<!\d)886(?:{_GAP}\d){{8,9}}(?!\d)")
_NUMERALS = str.maketrans(same("零〇一二三四五六七八九"), "00123456789")
_SPELT = pattern(r"[0-9零〇一二三四五六七八九]{10}")

_ID = pattern(r"(?<![a-z0-9])[a-z] ?(?:[1289]|[a-d])\d{8}(?!\d)")
_ID_SAID = pattern(r"(?:身分證|身份證|居留證|統一證號|\bid)[^0-9\n]{0,8}$")
_CARD = re.compile(r"(?<!\d)(?<!\d[ \-])[2-6](?:[ \-]?\d){13,18}(?!\d)")
_NUMBERED = pattern(
    r"(?:訂單|訂購|單號|編號|條碼|型號|發票|貨號|批號|序號|統編|order|tracking|invoice|isbn|serial|barcode|model)"
    r"[ :#是為]{0,3}(?:no\.?|number|id)?[ :#]{0,2}$"
)
_EMAIL = re.compile(
    r"(?<![a-z0-9._%+\-])[a-z0-9._%+\-]+ ?(?:@|\[at\]|\(at\)) ?[a-z0-9\-]+"
    r"(?: ?(?:\.|\[dot\]|\(dot\)) ?[a-z0-9\-]{2,}){1,4}"
)
_LINE_ID = re.compile(
    r"(?:(?<![a-z])line ?id(?: is)? ?[:=]? ?|(?<![a-z])line ?[:=] ?|\bmy line is |"
    + pattern(r"(?<!信)賴(?: ?id)?(?: ?[:=是])? ?|(?:加|我的?) ?line ?(?:id)? ?是? ?").pattern
    + r")@?(?!pay|pts|points|official|today|shop|store|https?:)([a-z][a-z0-9._\-]{3,19})"
)
_ACCOUNT = pattern(r"(?<![\d+])(?:\(?\d{3}\)?[ \-]{1,2}(?:[㐀-鿿]{1,6} ?)?)?\d{10,16}(?!\d)")
_ACCOUNT_SAID = pattern(r"(?:帳號|帳戶|戶頭|郵局|銀行|匯|轉帳|存入|account|acct|bank)[^\n]{0,16}$")
_BANKED = re.compile(r"\(?\d{3}\)?[ \-]")

_N = "[0-9一二三四五六七八九十百]{1,4}"
_ADDRESS = pattern(
    rf"(?:路|街|大道|村|里)(?: ?{_N} ?鄰)?(?: ?{_N} ?段)?(?: ?{_N} ?巷)?(?: ?{_N} ?弄)?"
    rf" ?{_N}(?:[之\-]{_N})? ?號(?:之{_N})?"
    rf"(?P<inside>,? ?(?:地下|b)?{_N} ?(?:樓|f)(?:之{_N})?(?: ?{_N}室)?)?"
)
_CITIES = "[台臺][北中南東]|新北|桃園|高雄|基隆|新竹|嘉義|苗栗|彰化|南投|雲林|屏東|宜蘭|花蓮|澎湖|金門|連江"
_ROAD = re.compile(r"[㐀-鿿]{1,4}$")
_CITY = pattern(rf"(?:{_CITIES})[縣市]?|[㐀-鿿]{{2}}[區鄉鎮市]")
_MY_PLACE = pattern(r"住|地址|寄|收件|送到|送來|宅配")
_ADDRESS_EN = re.compile(
    r"(?:\bno\.? ?\d{1,4}|(?<![\w.])\d{1,4})(?:-\d+)?,? "
    r"(?:(?:lane|ln|alley|aly)\.? ?\d+,? ){0,2}(?:(?:section|sec)\.? ?\d,? )?"
    r"[a-z][a-z' ]{1,24} (?:road|rd|street|st|avenue|ave|blvd|boulevard|drive|dr)\b\.?"
    r"(?P<town>,? [a-z' ]{2,24}(?:district|dist\.?|city|township)"
    r"(?:,? ?(?:taipei|taichung|tainan|kaohsiung|taiwan)\b)*)?"
)
_MY_PLACE_EN = re.compile(r"\b(?:my|ship|send|deliver|address|live|no\.?)\b")
_LETTERS = {letter: 10 + n for n, letter in enumerate("abcdefghjklmnpqrstuvxywzio")}


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data at `start`..`end` of the text as it was written."""

    kind: What
    start: int
    end: int


def personal(text: str) -> tuple[Found, ...]:
    """The personal data in `text` from left to right; no two overlap. Order numbers, prices and dates are none."""
    folded = fold(text)
    return tuple(Found(kind, *folded.span(start, end)) for kind, start, end in find(folded))


def mask(text: str) -> str:
    """`text` with the letters and digits of personal data as "•" but the first or last few; as long as it was."""
    return masked(text, 0, len(text), personal(text))


def masked(text: str, start: int, end: int, found: Sequence[Found]) -> str:
    """`text[start:end]` with what `found` names masked."""
    shown, at = [], start
    for each in found:
        if start < each.end and each.start < end:
            cover = _cover(text[each.start : each.end], each.kind)
            shown += [text[at : max(at, each.start)], cover[max(0, at - each.start) : end - each.start]]
            at = min(each.end, end)
    return "".join([*shown, text[at:end]])


def _cover(value: str, kind: What) -> str:
    places = [i for i, char in enumerate(value) if char.isalnum()]
    front, back = _KEPT[kind]
    if kind == "email":
        sign = next(i for i, char in enumerate(value) if char in "@＠[(［（")
        places = [i for i in places if i < sign]
    elif kind == "address":
        places = [i for i in places if value[i] not in _FRAME]
    if len(places) < 2 * (front + back):  # a short one would be shown whole
        front, back = min(front, len(places) // 4), min(back, len(places) // 4)
    covered = set(places[front : len(places) - back])
    return "".join(_MASK if i in covered else char for i, char in enumerate(value))


def find(folded: Folded) -> list[tuple[What, int, int]]:
    """As `personal`, in positions of the folded text."""
    text = folded.text
    taken = bytearray(len(text))
    found: list[tuple[What, int, int]] = []
    for kind, start, end in _candidates(text):
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append((kind, start, end))
    return sorted(found, key=lambda each: each[1])


def _candidates(text: str) -> Iterator[tuple[What, int, int]]:
    """The surest kind first: it keeps what it takes."""
    if "@" in text or "at]" in text or "at)" in text:
        yield from (("email", *match.span()) for match in _EMAIL.finditer(text))
    if sum(map(text.count, "0123456789")) >= 8:
        yield from _numbers(text)
    elif _SPELT.search(text):
        yield from _mobiles(text)
    if same("號") in text:
        yield from _addresses(text)
    if re.search(r"\d", text) and re.search(r" (?:r(?:oa)?d|st|ave|blvd|dr)", text):
        for match in _ADDRESS_EN.finditer(text):
            if match["town"] or _MY_PLACE_EN.search(text, max(0, match.start() - 30), match.start() + 3):
                yield "address", *match.span()
    if "line" in text or same("賴") in text:
        yield from (("line_id", *match.span(1)) for match in _LINE_ID.finditer(text) if _is_line_id(match))


def _is_line_id(match: re.Match[str]) -> bool:
    """A word after "line" is an id where it does not look like a word, or where it was said to be one."""
    return bool(re.search(r"[\d._\-]", match[1])) or bool(re.search(r"id|[:=]|是|is $", match[0][: -len(match[1])]))


def _numbers(text: str) -> Iterator[tuple[What, int, int]]:
    for match in _ID.finditer(text):
        number = match.group().replace(" ", "")
        if is_national_id(number) or _ID_SAID.search(text, max(0, match.start() - 12), match.start()):
            yield "national_id", *match.span()
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if is_card(digits) and not _is_numbered(text, match.start()):
            yield "card", *match.span()
    asked = 0
    for match in _ABROAD.finditer(text):
        asked += 1
        if asked > _MOST_ASKED or is_phone(match.group()):
            yield "phone", *match.span()
    yield from _mobiles(text)
    for match in _ACCOUNT.finditer(text):
        if _is_numbered(text, match.start()):
            continue
        said = _ACCOUNT_SAID.search(text, max(0, match.start() - 24), match.start())
        if said or (_BANKED.match(match.group()) and not match.group().startswith("000")):
            yield "account", *match.span()
    for match in _LANDLINE.finditer(text):
        if _is_numbered(text, match.start()) or not 9 <= sum(map(str.isdigit, match[1])) <= 10:
            continue
        asked += 1
        if asked > _MOST_ASKED or is_phone(match[1]):
            yield "phone", *match.span()


def _mobiles(text: str) -> Iterator[tuple[What, int, int]]:
    """Taiwan's 09 numbers: written with any separators, and in Chinese digits."""
    for match in _MOBILE.finditer(text.translate(_NUMERALS)):
        if not _is_numbered(text, match.start()):
            yield "phone", *match.span()


def _addresses(text: str) -> Iterator[tuple[What, int, int]]:
    """A house number on a road with a town, a floor or a word about living or sending; else it may be a shop."""
    for match in _ADDRESS.finditer(text):
        before = max(0, match.start() - 16)
        city = _CITY.search(text, before, match.start())
        town = city or _ROAD.search(text, before, match.start())
        start = town.start() if town else match.start()
        if city or match["inside"] or _MY_PLACE.search(text, before, match.start()):
            yield "address", start, match.end()


def _is_numbered(text: str, at: int) -> bool:
    return bool(_NUMBERED.search(text, max(0, at - 16), at))


def is_national_id(number: str) -> bool:
    """Whether the check digit of a folded 身分證 or 統一證號 holds: one letter or, before 2021, two.

    The letter's number (A = 10 … Z = 33, I = 34, O = 35) counts as two digits; weights 1, 9, 8 … 1, 1; the sum is a
    multiple of ten. Ministry of the Interior, 國民身分證統一編號編碼規則 and 外來人口統一證號.
    """
    first = _LETTERS[number[0]]
    second = _LETTERS[number[1]] % 10 if number[1].isalpha() else int(number[1])
    digits = [first // 10, first % 10, second, *map(int, number[2:])]
    return (
        sum(digit * weight for digit, weight in zip(digits, (1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1), strict=True)) % 10 == 0
    )


def is_card(digits: str) -> bool:
    """Whether the digits have a card scheme's beginning and length (ISO/IEC 7812) and their Luhn check holds."""
    known = (
        (len(digits) == 16 and re.match(r"4|5[1-5]|2[2-7]|35|6(?:0|2|4|5)", digits))
        or (len(digits) == 15 and digits[:2] in ("34", "37"))
        or (len(digits) == 14 and digits[:2] in ("30", "36", "38"))
        or (len(digits) == 19 and digits.startswith("62"))
    )
    doubled = (2 * int(digit) for digit in digits[-2::-2])
    total = sum(map(int, digits[-1::-2])) + sum(n - 9 if n > 9 else n for n in doubled)
    return bool(known) and total % 10 == 0


def is_phone(number: str) -> bool:
    """Whether a number could be given out: a Taiwanese one as it is dialled here, any other with its "+"."""
    import phonenumbers  # 48 ms and some megabytes: only a comment with a number that needs judging pays for it

    try:
        parsed = phonenumbers.parse(f"+{number}" if number.startswith("886") else number, "TW")
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_number(parsed)
