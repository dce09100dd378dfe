"""English words brought to one form: contractions and chat spellings written out, endings taken off.
It never touches Chinese, and what it makes is for comparing only.
"""

from __future__ import annotations

from functools import lru_cache

_IRREGULARS = """
sent:send paid:pay bought:buy went:go gone:go lost:lose found:find got:get gotten:get made:make took:take
taken:take gave:give given:give said:say told:tell was:be is:be are:be am:be were:be been:be has:have had:have
did:do does:do done:do came:come saw:see seen:see stole:steal stolen:steal broke:break broken:break forgot:forget
forgotten:forget spent:spend withdrew:withdraw withdrawn:withdraw wrote:write written:write kept:keep knew:know
known:know thought:think chose:choose chosen:choose sold:sell felt:feel met:meet ate:eat eaten:eat drank:drink
children:child people:person better:good best:good worse:bad worst:bad
"""
_SHORT_FOR = """
can't:can+not cannot:can+not cant:can+not won't:will+not wont:will+not shan't:shall+not dont:do+not
doesnt:do+not didnt:do+not isnt:be+not wasnt:be+not hasnt:have+not havent:have+not im:i+be ive:i+have
whats:what+be wheres:where+be hows:how+be thats:that+be lets:let+us u:you ur:your r:be y:why pls:please
plz:please thx:thanks ty:thanks tks:thanks tnx:thanks n:and w:with bc:because cuz:because gonna:go+to
wanna:want+to gotta:get+to lemme:let+me gimme:give+me tmr:tomorrow tmrw:tomorrow msg:message acc:account
acct:account info:information btw:by+the+way asap:soon
"""
_IRREGULAR = dict(pair.split(":") for pair in _IRREGULARS.split())
_WRITTEN_OUT = {short: tuple(long.split("+")) for short, long in (pair.split(":") for pair in _SHORT_FOR.split())}
_ENDS = {"n't": "not", "'re": "be", "'s": "be", "'m": "be", "'ll": "will", "'ve": "have", "'d": "would"}
_DOUBLED = frozenset("bdgmnprt")


@lru_cache(maxsize=4_096)
def forms(word: str) -> tuple[str, ...]:
    """The stems a folded word stands for: "can't" is can, not; "sending", "sends" and "sent" are all one."""
    if word in _WRITTEN_OUT:
        return tuple(map(_stem, _WRITTEN_OUT[word]))
    if "'" in word:
        for end, meant in _ENDS.items():
            if word.endswith(end) and len(word) > len(end):
                return (_stem(word[: -len(end)]), _stem(meant))
        return (_stem(word.replace("'", "")),)
    return (_stem(word),)


def _stem(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) <= 3 or not word.isascii():
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith("sses"):
        word = word[:-2]
    elif word.endswith("s") and len(word) > 4 and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    if word.endswith("ing") and len(word) > 5:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > 4:
        word = word[:-2]
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in _DOUBLED:
        word = word[:-1]
    if word.endswith("e") and len(word) > 4:
        word = word[:-1]
    return word
