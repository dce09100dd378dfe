"""Draws what a card says for the people who answer: why to look first, what is promised, what was found but withheld.
Pure functions; each gives blocks with the same words for screen readers, and personal data comes masked.
"""

from __future__ import annotations

from bot.i18n import Words
from bot.team import Card, CardSuggestion, Withheld
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.verbs import Verb

Said = tuple[Block, str]
"""A block, and its words for whoever listens instead of looking (unescaped)."""

SHOWN = 4
"""Reasons of one kind a card lists."""

_SCORES = ((0.8, "card.score_high"), (0.5, "card.score_middle"), (0.0, "card.score_low"))
"""Calibrated probability that it is the right template, in words: people compare words quicker than decimals."""


def flags(card: Card, words: Words) -> list[Said]:
    """Why a person should look before anything is sent, and the way to what is masked."""
    if not card.flags and not card.masked:
        return []
    reasons = []
    for flag in card.flags:
        name = words.first(f"flag.{flag.kind}", "flag.other")
        seen = words("mark.comma").join(txt.one_line(word, 24) for word in flag.words[:SHOWN])
        reason = words("mark.label", label=name, text=words("mark.quote", text=seen)) if seen else name
        reasons.append(reason if flag.sure else words("mark.aside", text=reason, aside=words("flag.unsure")))
    said: list[Said] = []
    if reasons:
        sentence = words("flag.look_first", reasons=words("mark.semicolon").join(reasons))
        shown = kit.words(f"🚩 {txt.cleaned(sentence, 600)}", "bold")
        said.append((kit.rich(kit.line(shown)), sentence))
    if card.masked:
        show = kit.actions(kit.button(words(Verb.REVEAL), Verb.REVEAL, str(card.item)))
        said.append((kit.context(kit.mrkdwn(words("card.masked"))), words("card.masked")))
        said.append((show, ""))
    return said


def promises(card: Card, words: Words) -> list[Said]:
    """What the team promised this person and has not kept yet."""
    lines = [words("card.promised", text=txt.one_line(text, 160)) for text in card.promises[:SHOWN]]
    return [(kit.rich(kit.line(kit.words(f"🤝 {line}", "bold"))), line) for line in lines]


def why(suggestion: CardSuggestion, words: Words, most: int) -> str:
    """What made it fit, how sure that is, and what it comes from."""
    seen = words("mark.comma").join(txt.one_line(word, 20) for word in suggestion.words[:most])
    if suggestion.source == "answer":
        return words("card.why_answer", words=seen) if seen else words("card.why_answer_bare")
    score = words(next(key for least, key in _SCORES if suggestion.score >= least or least == 0.0))
    return words("card.why_words", words=seen, score=score) if seen else words("card.why", score=score)


def title(n: int, suggestion: CardSuggestion, words: Words) -> str:
    """Its number, and what it is for."""
    purpose = txt.one_line(suggestion.purpose.get(words.locale, ""), 40)
    name = words("card.suggestion", n=n)
    return words("mark.dot").join((name, purpose)) if purpose else name


def hindered(card: Card, suggestion: CardSuggestion, whole: bool, words: Words) -> str | None:
    """Why this one cannot be sent with one click; None when it can."""
    if card.flags:
        return words("card.flagged_edit")
    if suggestion.repeated:
        return words("card.repeated_edit")
    return None if whole else words("card.open_to_see")


def withheld(card: Card, words: Words) -> list[Said]:
    """What fits and was not offered, with the reason."""
    lines = [_withheld(each, words) for each in card.withheld[:SHOWN]]
    return [(kit.context(*(kit.plain(line, 200) for line in lines)), "\n".join(lines))] if lines else []


def _withheld(each: Withheld, words: Words) -> str:
    name = txt.one_line(each.purpose.get(words.locale, ""), 40) or words("withheld.some_template")
    params = {key: txt.one_line(value, 60) for key, value in each.params.items()}
    return words(
        "withheld.line",
        name=name,
        reason=words.first(f"template_error.withheld.{each.code}", "withheld.other", **params),
    )
