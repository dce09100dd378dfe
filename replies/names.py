"""What a reader is called in a reply. Nothing is guessed: no surname is taken off, no 先生 or 小姐 is put on.

1. What the person asked to be called wins, cleaned, unless it holds a link or nothing one could say.
2. Otherwise the name as it stands: mentions lose their @; line breaks, controls and faces such as (´･ω･`) go;
   full-width and fancy Latin letters become plain ones; emoji joined from several (a family) go; decoration goes from
   both ends.
3. What stands in brackets goes where something is left: "小美（代購）" is 小美. Of "王小明｜房仲" only what
   stands before the first ｜ | • or / is kept. The dots of "瓦歷斯·諾幹" (· ‧ ・) belong to the name.
4. A name is cut at 40 graphemes.
5. A reader is 朋友 or "there" when nothing is left to say, and where the name is a link, the platform's own stand-in
   ("Deleted Account"), a number, mostly digits, or one word in capitals (a handle).
"""

from __future__ import annotations

import unicodedata

import regex

from replies.text import clean, graphemes

NEUTRAL = {"zh-TW": "朋友", "en": "there"}
"""What a reader without a usable name is called, by language of the reply: 朋友 您好, "Hi there,"."""

_NAME = 40  # graphemes of a name or title; longer ones are a joke or an advertisement
_READ = 400  # code points of a name that are looked at: forty graphemes of the longest kind people use
_MENTION = regex.compile(r"[@＠\ufffd]")
_LINK = regex.compile(r"://|www\.|\.(?:com|net|org|me|io|cc|tw|ly|xyz|shop|top)\b", regex.IGNORECASE)
_FANCY = regex.compile(r"[\uff01-\uff5e\U0001d400-\U0001d7ff]+")
_JOINED = regex.compile(r"\p{ExtPict}[\ufe0f\p{EMod}]*(?:\u200d\p{ExtPict}[\ufe0f\p{EMod}]*)+")
_BRACKETED = regex.compile(r"\([^()]*\)|（[^（）]*）|\[[^\[\]]*\]|【[^【】]*】|《[^《》]*》|「[^「」]*」|〔[^〔〕]*〕")
_ADVERTISED = regex.compile(r"[|｜•/]")
_EDGES = regex.compile(r"(?V1)^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$")
_LETTER = regex.compile(r"\p{L}")
_DIGIT = regex.compile(r"\p{N}")
# A face: brackets around what no name holds, with its arms; or two equal eyes of a script used for little else here.
_FACE = regex.compile(
    r"(?V1)[^\s()（）\p{Han}\p{Latin}\p{N}]{0,4}[(（][^()（）\n]{0,9}[´｀`ﾟ°･ωΩ∀Дд◕▽≧≦＾^><ಠಥツ益㉨ㅅロ゜¬_‿•˘ᴗ]"
    r"[^()（）\n]{0,9}[)）][^\s\p{Han}\p{Latin}\p{N}]{0,4}|([ಠಥ◕ʘ])[_‿.益]+\1|[☆★][彡ミ]|[彡ミ][☆★]"
)
_STAND_INS = frozenset(
    [
        *("deleted account", "deleted user", "deleted", "unknown", "unknown user", "user", "guest", "a google user"),
        *("anonymous", "anonymous member", "anonymous user", "anonymous participant", "group anonymous bot"),
        *("匿名", "匿名成員", "匿名使用者", "匿名參與者", "匿名用戶", "已刪除的帳號", "已刪除帳號", "已刪除的使用者"),
        *("未知", "使用者", "用戶", "訪客", "instagrammer"),
        *(
            f"{host} {user}"
            for host in ("facebook", "instagram", "line", "telegram", "google", "threads")
            for user in ("user", "使用者", "用戶")
        ),
    ]
)


def called(name: str, language: str, wish: str = "") -> str:
    """How to address a reader who goes by `name` and asked to be called `wish` ("" when not): by the rules above.

    Never empty: `NEUTRAL[language]` where nothing else will do.
    """
    return _wished(wish) or _shown(name) or NEUTRAL[language]


def one_line(value: str) -> str:
    """`value` as a few words inside a sentence: cleaned, on one line, no mentions, at most 40 graphemes."""
    return graphemes(" ".join(_MENTION.sub(" ", clean(value, 40 * _NAME)).split()), _NAME).strip()


def _wished(wish: str) -> str:
    shown = one_line(wish)
    return shown if _LETTER.search(shown) and not _LINK.search(wish) else ""


def _shown(name: str) -> str:
    """The name by rules 2 to 5, "" where the neutral word has to do."""
    whole = _JOINED.sub(" ", _FANCY.sub(lambda found: unicodedata.normalize("NFKC", found.group()), clean(name, _READ)))
    whole = _FACE.sub(" ", whole)
    inner = _BRACKETED.sub(" ", whole)
    if not _LETTER.search(inner):  # all of it stands in brackets: then that is the name
        inner = whole
    advertised, link = _ADVERTISED.search(inner), _LINK.search(inner)
    if link and (advertised is None or link.start() < advertised.start()):
        return ""
    kept = one_line(inner[: advertised.start()] if advertised else inner)
    kept = _EDGES.sub("", kept)
    return kept if _sayable(kept) else ""


def _sayable(name: str) -> bool:
    letters, digits = len(_LETTER.findall(name)), len(_DIGIT.findall(name))
    if letters < max(digits, 1) or name.casefold() in _STAND_INS:
        return False
    return " " in name or not all(letter.isupper() for letter in _LETTER.findall(name))
