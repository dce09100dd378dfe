"""Turns a wording and what is known of the reader into the text of a reply, in Jinja2's sandbox.
The audience's words are only ever data here: they are never parsed, and a missing value never leaves a hole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import regex
from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from replies.text import clean, graphemes

VARIABLES = ("name", "brand", "manager", "post", "platform")
"""What a wording may name: the reader, the brand, the person who answers, what the post is called, the platform."""

NEUTRAL = {"zh-TW": "朋友", "en": "there"}
"""What a reader without a usable name is called, by language of the reply: 朋友 您好, "Hi there,"."""

_NAME = 40  # graphemes of a name or title; longer ones are a joke or an advertisement
_SOURCE = 4_000  # characters of a wording; the longest text any platform takes is shorter, and deep nesting needs more
_MENTION = regex.compile(r"[@＠\ufffd]")
_LINK = regex.compile(r"://|www\.|\.(?:com|net|org|me|io|cc|tw|ly|xyz|shop|top)\b", regex.IGNORECASE)
_SAYABLE = regex.compile(r"[\p{L}\p{N}\p{ExtPict}]")

_sandbox = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)  # the reply is plain text, never HTML


class BadTemplate(ValueError):
    """The wording cannot be used. `line` counts from 1 within the wording, None where the whole is meant."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason if line is None else f"line {line}: {reason}")
        self.reason = reason
        self.line = line


class Withheld(Exception):
    """The suggestion is withheld: it needs a value that is not known. `variable` is one of `VARIABLES`."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not known")
        self.variable = variable


def check_template(source: str) -> frozenset[str]:
    """The variables `source` uses. Raises `BadTemplate` unless it is text and plain `{{ variable }}` alone.

    An allow-list of syntax, not a list of dangers: with no attribute, call, filter, loop or block there is nothing to
    escape with, and the output is as long as the input says.
    """
    if len(source) > _SOURCE:
        raise BadTemplate(f"longer than {_SOURCE:,} characters")
    try:
        tree = _sandbox.parse(source)
    except TemplateSyntaxError as error:
        raise BadTemplate(error.message or "not a valid template", error.lineno) from error
    except RecursionError as error:
        raise BadTemplate("nested too deep") from error
    used = set()
    for node in tree.find_all(nodes.Node):
        if isinstance(node, nodes.Name) and node.name in VARIABLES:
            used.add(node.name)
        elif isinstance(node, nodes.Name):
            raise BadTemplate(f"unknown variable {node.name!r}; there are: {', '.join(VARIABLES)}", node.lineno)
        elif not isinstance(node, nodes.Output | nodes.TemplateData):
            raise BadTemplate(
                "only text and {{ variable }} may stand here: no dots, calls, filters or {% … %}", node.lineno
            )
    return frozenset(used)


def render(source: str, values: Mapping[str, str]) -> str:
    """`source` with `values` filled in, as given.

    Raises `Withheld` when a value it uses is missing or blank, `BadTemplate` as `check_template` does.
    """
    template, used = _compiled(source)
    for variable in VARIABLES:
        if variable in used and not values.get(variable, "").strip():
            raise Withheld(variable)
    return template.render({variable: values[variable] for variable in used}).strip()


def called(name: str, language: str) -> str:
    """How to address a reader who goes by `name`: that name as it stands, or `NEUTRAL[language]`.

    Nothing is guessed: no surname taken off, no 先生 or 小姐 put on. Mentions lose their @, line breaks and control
    characters go, and a name is cut at 40 graphemes. A name that is empty, has nothing one could say ("…") or carries a
    link (the brand would be made to advertise it) is not used.
    """
    shown = one_line(name)
    return shown if _SAYABLE.search(shown) and not _LINK.search(name) else NEUTRAL[language]


def one_line(value: str) -> str:
    """`value` as a few words inside a sentence: cleaned, on one line, no mentions, at most 40 graphemes."""
    return graphemes(" ".join(_MENTION.sub(" ", clean(value, 40 * _NAME)).split()), _NAME).strip()


@lru_cache(maxsize=4_096)
def _compiled(source: str) -> tuple[Template, frozenset[str]]:
    used = check_template(source)
    return _sandbox.from_string(source), used
