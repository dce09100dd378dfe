"""What can be said of an act without asking the platform: does it claim the verb, do text and files fit, can it go out.
Every adapter shares these rules, so that a preview in Slack and the last check before the network say the same.
"""

from __future__ import annotations

from platforms.base import Act, Media, Problem, Verb
from platforms.caps import Caps, MediaLimit
from platforms.counters import count
from platforms.errors import Rejected, Unsupported


def claims(caps: Caps, verb: Verb) -> bool:
    """Does the account claim to be able to do `verb`?"""
    return {
        Verb.REPLY: caps.reply,
        Verb.PUBLISH: caps.publish,
        Verb.COMMENT: caps.comments,
        Verb.HIDE: caps.hide,
    }[verb]


def problems(act: Act, caps: Caps) -> list[Problem]:
    """Problems by key: `unsupported` (verb; `thread` for a part that goes on from another where posts cannot), those of
    `media_problems`, `empty`, `broken_text` (half a surrogate pair: no encoding can carry it), `too_long` (length,
    limit, counter). A post with files needs no text.
    """
    found: list[Problem] = []
    if not claims(caps, act.verb):
        found.append(Problem("unsupported", {"verb": act.verb.value}))
    elif act.verb is Verb.PUBLISH and act.target and not caps.threads:
        found.append(Problem("unsupported", {"verb": "thread"}))
    if act.verb is Verb.HIDE:
        return found
    if act.media:
        found += media_problems(act.media, caps.media if act.verb is Verb.PUBLISH else None)
    elif not act.text.strip():
        found.append(Problem("empty"))
    if any(_broken(text) for text in (act.text, *(media.alt for media in act.media))):
        found.append(Problem("broken_text"))
    length, limit = count(act.text, caps.text.counter), text_limit(act, caps)
    if length > limit:
        found.append(Problem("too_long", {"length": length, "limit": limit, "counter": caps.text.counter.value}))
    return found


def media_problems(media: tuple[Media, ...], limit: MediaLimit | None) -> list[Problem]:
    """Problems of files by key: `media_unsupported` (then nothing else is said), `too_many_media` (count, limit), and
    of each file `media_type` (type), `media_size` (size, limit: bytes), `alt_too_long` (length, limit: code points).
    """
    if limit is None:
        return [Problem("media_unsupported")]
    found: list[Problem] = []
    if len(media) > limit.most:
        found.append(Problem("too_many_media", {"count": len(media), "limit": limit.most}))
    for each in media:
        if each.type not in limit.types:
            found.append(Problem("media_type", {"type": each.type}))
        if each.size > limit.size:
            found.append(Problem("media_size", {"size": each.size, "limit": limit.size}))
        if limit.alt and len(each.alt) > limit.alt:
            found.append(Problem("alt_too_long", {"length": len(each.alt), "limit": limit.alt}))
    return found


def text_limit(act: Act, caps: Caps) -> int:
    """How long the text of `act` may be, in units of `caps.text.counter`: some platforms take less with files."""
    if act.media and caps.media is not None and caps.media.text:
        return caps.media.text
    return caps.text.max


def refuse(found: list[Problem]) -> None:
    """Raise for the first problem, so that nothing that `problems` names ever reaches the network."""
    for problem in found:
        if problem.key == "unsupported":
            raise Unsupported(str(problem.params["verb"]))
        if problem.key == "media_unsupported":
            raise Unsupported("media")
        raise Rejected(problem.key, " ".join(f"{name}={value}" for name, value in problem.params.items()))


def _broken(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)
