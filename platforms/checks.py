"""What can be said of an act without asking the platform: does it claim the verb, does the text fit, can it be sent.
Every adapter shares these rules, so that a preview in Slack and the last check before the network say the same.
"""

from __future__ import annotations

from platforms.base import Act, Problem, Verb
from platforms.caps import Caps
from platforms.counters import count
from platforms.errors import Rejected, Unsupported


def claims(caps: Caps, verb: Verb) -> bool:
    """Does the account claim to be able to do `verb`?"""
    return {Verb.REPLY: caps.reply, Verb.PUBLISH: caps.publish, Verb.HIDE: caps.hide}[verb]


def problems(act: Act, caps: Caps) -> list[Problem]:
    """Problems by key: `unsupported` (verb), `empty`, `broken_text` (half a surrogate pair: no encoding can carry it),
    `too_long` (length, limit, counter).
    """
    found: list[Problem] = []
    if not claims(caps, act.verb):
        found.append(Problem("unsupported", {"verb": act.verb.value}))
    if act.verb is Verb.HIDE:
        return found
    if not act.text.strip():
        found.append(Problem("empty"))
    if any("\ud800" <= sign <= "\udfff" for sign in act.text):
        found.append(Problem("broken_text"))
    length = count(act.text, caps.text.counter)
    if length > caps.text.max:
        found.append(
            Problem("too_long", {"length": length, "limit": caps.text.max, "counter": caps.text.counter.value})
        )
    return found


def refuse(found: list[Problem]) -> None:
    """Raise for the first problem, so that nothing that `problems` names ever reaches the network."""
    for problem in found:
        if problem.key == "unsupported":
            raise Unsupported(str(problem.params["verb"]))
        raise Rejected(problem.key, " ".join(f"{name}={value}" for name, value in problem.params.items()))
