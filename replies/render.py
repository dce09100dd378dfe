"""Turns a wording and what is known of the reader into the text of a reply, in Jinja2's sandbox.
The audience's words are only ever data here: they are never parsed, and a missing value never leaves a hole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import SimpleNamespace

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from replies.errors import BadTemplate

VARIABLES = ("name", "brand", "manager", "post", "platform", "last_topic")
"""What a wording may name: the reader, the brand, the person who answers, what the post is called, the platform, and
what a reader who comes back asked about last."""

TABLES = ("facts", "links")
"""What a wording may name with one dot behind it: `facts.delivery`, `links.shop`."""

WORDING = 4_000  # characters; the longest text any platform takes is shorter, and deep nesting needs more
_NAMED = 20  # variables in one wording: it and 20 values bound what comes out

# What nearly every wording is. Jinja's parser takes 0.2 ms for each, which a library of ten thousand would feel.
_PLAIN = re.compile(r"(?<!\{)\{\{ *([a-z_]+(?:\.[a-z][a-z0-9_]*)?) *\}\}(?!\})")
_SPECIAL = re.compile(r"\{[{%#]")

_sandbox = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)  # the reply is plain text, never HTML


class Withheld(Exception):
    """The wording needs a value that is not known: `variable` is one of `VARIABLES`, `facts.<id>` or `links.<id>`."""

    def __init__(self, variable: str) -> None:
        super().__init__(f"{variable} is not known")
        self.variable = variable


def check_template(source: str) -> frozenset[str]:
    """What `source` names. Raises `BadTemplate` unless it is text, `{{ variable }}` and `{{ facts.id }}` alone.

    An allow-list of syntax, not a list of dangers: with no call, filter, loop or block there is nothing to escape with,
    and the output is as long as the input says. Whether facts and links exist is for the library to say.
    """
    if len(source) > WORDING:
        raise BadTemplate("too_long", limit=f"{WORDING:,}")
    used = _PLAIN.findall(source)
    if not all(map(_known, used)) or _SPECIAL.search(_PLAIN.sub("", source)):
        used = _parsed(source)
    if len(used) > _NAMED:
        raise BadTemplate("too_many_variables", limit=_NAMED)
    return frozenset(used)


def render(source: str, values: Mapping[str, str]) -> str:
    """`source` with `values` (by what `check_template` names) filled in, as given.

    Raises `Withheld` when a value it uses is missing or blank, `BadTemplate` as `check_template` does.
    """
    template, used = _compiled(source)
    require(used, values)
    given: dict[str, object] = {table: SimpleNamespace() for table in TABLES}
    for variable in used:
        table, _, entry = variable.partition(".")
        if entry:
            setattr(given[table], entry, values[variable])
        else:
            given[table] = values[variable]
    return template.render(given).strip()


def require(used: Iterable[str], values: Mapping[str, str]) -> None:
    """Raises `Withheld` for the first variable in `used` whose value is missing or blank."""
    for variable in used:
        if not values.get(variable, "").strip():
            raise Withheld(variable)


def _known(variable: str) -> bool:
    table, _, entry = variable.partition(".")
    return table in TABLES if entry else variable in VARIABLES


def _parsed(source: str) -> list[str]:
    """The same by Jinja's own parser, which also knows comments and `{% raw %}`; what is wrong gets its name here."""
    try:
        tree = _sandbox.parse(source)
    except TemplateSyntaxError as error:
        raise BadTemplate("braces", said=error.message or "not a valid template") from error
    except RecursionError as error:
        raise BadTemplate("nested") from error
    used, says = [], False
    for output in tree.body:
        for node in output.nodes if isinstance(output, nodes.Output) else [output]:
            if isinstance(node, nodes.TemplateData):
                says = says or bool(node.data.strip())
            else:
                used.append(_name(node))
    if not used and not says:  # a comment alone
        raise BadTemplate("not_text")
    return used


def _name(node: nodes.Node) -> str:
    named = ""
    if isinstance(node, nodes.Name):
        named = node.name
    elif isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name) and node.node.name in TABLES:
        named = f"{node.node.name}.{node.attr}"
    if not named or (not isinstance(node, nodes.Name) and not _PLAIN.fullmatch(f"{{{{ {named} }}}}")):
        raise BadTemplate("syntax")
    if not _known(named):
        known = ", ".join([*VARIABLES, *(f"{table}.…" for table in TABLES)])
        raise BadTemplate("unknown_variable", name=named, known=known)
    return named


@lru_cache(maxsize=4_096)
def _compiled(source: str) -> tuple[Template, tuple[str, ...]]:
    used = check_template(source)
    return _sandbox.from_string(source), tuple(sorted(used, key=_place))


def _place(variable: str) -> tuple[int, str]:
    """The variables in their listed order, then facts and links: the reason given must not depend on a set's order."""
    return (VARIABLES.index(variable) if variable in VARIABLES else len(VARIABLES), variable)
