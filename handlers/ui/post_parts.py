"""Draws what a post says on every account, part by part: the exact text, its length, what stands against it, its fate.
Pure functions; all texts are literal, and the caller is told whether every one of them is shown whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.i18n import Words
from bot.store.models import Phase
from bot.team import PostCard, PostPart, PostTarget
from handlers.ui import blocks as kit
from handlers.ui import text as txt
from handlers.ui.blocks import Block
from handlers.ui.card import platform_name
from handlers.ui.problems import problem

ACCOUNT_MOST = 60
"""Characters of an account's name."""

_BLANK_LINES = re.compile("\n[ \u3000\n]*\n")
_GULF = re.compile("(?:\n[ \u3000]*){8}")
"""So many line ends that what comes after may be missed, and a card hides nothing."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is shown. `text`, `alt`, `line`: UTF-16 units of each text, description and other line; the rest are
    numbers: of accounts, parts of one account, links, unsure parts that are asked about, and lines of one kind.
    """

    text: int
    alt: int
    accounts: int
    parts: int
    links: int
    doubts: int
    lines: int
    line: int


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts on which the same is said. `said`: what `block` shows, literal; `whole`: nothing is missing."""

    targets: tuple[PostTarget, ...]
    block: Block
    said: str
    whole: bool


def groups(card: PostCard, words: Words, sizes: Sizes) -> list[Group]:
    """What is said on every account, in the card's order; what several say alike stands there once."""
    alike: dict[tuple[str, ...], list[PostTarget]] = {}
    for target in card.targets[: sizes.accounts]:
        alike.setdefault(tuple(part.text for part in target.parts), []).append(target)
    links = frozenset(_linked(card, sizes.links))
    return [_group(tuple(targets), links, words, sizes) for targets in alike.values()]


def exact(text: str, most: int) -> tuple[str, bool]:
    """`text` as the public will read it, and True; cleaned and cut, and False, where it cannot be shown as it is."""
    said = text.replace("\r\n", "\n").strip()
    shown = txt.cleaned(said, most)
    whole = txt.units(said) <= most and _BLANK_LINES.sub("\n\n", said) == shown and not _GULF.search(said)
    return (said if whole else shown), whole


def name(target: PostTarget, words: Words) -> str:
    """Platform and account, literal."""
    account = txt.one_line(target.account, ACCOUNT_MOST) or "?"
    platform = platform_name(target.platform, words)
    return words("mark.dot").join((platform, account)) if platform else account


def phases(card: PostCard) -> set[str]:
    """Where the parts and comments of a post stand; empty before it is in the outbox."""
    parts = [*(part for target in card.targets for part in target.parts), *(target.comment for target in card.targets)]
    return {part.phase for part in parts if part is not None and part.phase}


def doubts(targets: Sequence[PostTarget], words: Words) -> Iterator[tuple[int, str]]:
    """Of what may or may not be public: its delivery, and where that is, literal."""
    for target in targets:
        account = txt.one_line(target.account, 30) or "?"
        many = len(target.parts) > 1
        for n, part in enumerate(target.parts, 1):
            if part.phase == Phase.UNSURE and part.delivery is not None:
                where = (account, f"{n}/{len(target.parts)}") if many else (account,)
                yield part.delivery, words("mark.dot").join(where)
        under = target.comment
        if under is not None and under.phase == Phase.UNSURE and under.delivery is not None:
            yield under.delivery, words("mark.dot").join((account, words("post_card.the_comment")))


def _group(targets: tuple[PostTarget, ...], links: frozenset[str], words: Words, sizes: Sizes) -> Group:
    elements: list[Block] = []
    said: list[str] = []
    for target in targets:
        for line, spoken in _about(target, links, words, sizes):
            elements.append(line)
            said.append(spoken)
    parts = targets[0].parts
    whole = len(parts) <= sizes.parts
    for n, part in enumerate(parts[: sizes.parts], 1):
        shown, all_of_it = exact(part.text, sizes.text)
        whole = whole and all_of_it
        mark = f"{n}/{len(parts)}"
        quoted = kit.words(shown) if shown else kit.words(words("card.empty_text"), "italic")
        elements += [*([kit.line(kit.words(mark, "bold"))] if len(parts) > 1 else []), kit.quote(quoted)]
        spoken = words("mark.quote", text=shown) if shown else words("card.empty_text")
        said.append(words("mark.label", label=mark, text=spoken) if len(parts) > 1 else spoken)
    if (more := len(parts) - sizes.parts) > 0:
        said.append(words("post_card.more_parts", n=more))
        elements.append(kit.line(kit.words(said[-1], "italic")))
    return Group(targets, kit.rich(*elements), "\n".join(said), whole)


def _about(target: PostTarget, links: frozenset[str], words: Words, sizes: Sizes) -> Iterator[tuple[Block, str]]:
    """One account's lines: what it is called and how long the text is there, its fate, what stands against it."""
    title, count = name(target, words), _count(target, words, sizes)
    dot = words("mark.dot")
    runs = [kit.words(title, "bold"), *([kit.words(dot + count)] if count else [])]
    yield kit.line(*runs), words("mark.label", label=title, text=count) if count else title
    fates = list(_fates(target, words, sizes))
    if fates:
        runs = []
        for fate, url in fates:
            runs += [*([kit.words(dot)] if runs else []), kit.link(url, fate) if url in links else kit.words(fate)]
        yield kit.line(*runs), dot.join(fate for fate, _ in fates)
    for sentence in list(dict.fromkeys(_against(target, words)))[: sizes.lines]:
        sentence = txt.one_line(sentence, sizes.line)
        yield kit.line(kit.words(f"⚠️ {sentence}")), sentence


def _count(target: PostTarget, words: Words, sizes: Sizes) -> str:
    if not target.limit:
        return ""
    length = words("mark.comma").join(f"{part.length:,}" for part in target.parts[: sizes.parts])
    counter = words.first(f"counter.{target.counter}", "counter.codepoints")
    return words("post_card.count", length=length, limit=f"{target.limit:,}", counter=counter)


def _fates(target: PostTarget, words: Words, sizes: Sizes) -> Iterator[tuple[str, str]]:
    """What became of each part and of the comment, in words, with where it is; nothing before it is in the outbox."""
    many = len(target.parts) > 1
    for n, part in enumerate(target.parts[: sizes.parts], 1):
        url = part.url or (target.url if n == 1 else None)
        phase = part.phase or (Phase.SENT if url else "")
        if phase:
            fate = words.first(f"part_state.{phase}", "part_state.unsure")
            yield (f"{n}/{len(target.parts)} {fate}" if many else fate), url or ""
    if target.comment is not None and target.comment.phase:
        fate = words.first(f"part_state.{target.comment.phase}", "part_state.unsure")
        yield words("post_card.comment_fate", fate=fate), target.comment.url or ""


def _against(target: PostTarget, words: Words) -> Iterator[str]:
    """What the platform would refuse, and why a part is not public."""
    for key, params in target.problems:
        yield problem(key, {"verb": "publish", **params}, words)
    many = len(target.parts) > 1
    for n, part in enumerate(target.parts, 1):
        if why := _why(part, target, "publish", words):
            yield words("mark.label", label=f"{n}/{len(target.parts)}", text=why) if many else why
    if target.comment is not None and (why := _why(target.comment, target, "comment", words)):
        yield words("mark.label", label=words("post_card.the_comment"), text=why)


def _why(part: PostPart, target: PostTarget, verb: str, words: Words) -> str:
    if not part.problem or part.phase in (Phase.UNSURE, Phase.SENT):
        return ""
    measured: dict[str, str | int] = {"length": part.length, "limit": target.limit}
    return problem(part.problem, {"verb": verb, "account": target.account, **measured}, words)


def _linked(card: PostCard, most: int) -> list[str]:
    """The first addresses that may be linked: each costs its length in the message."""
    given = [
        url
        for target in card.targets
        for url in (target.url, *(part.url for part in target.parts), target.comment.url if target.comment else None)
        if url is not None and txt.web_url(url)
    ]
    return list(dict.fromkeys(given))[:most]
