"""Slack's Block Kit limits: what a message, a modal and a Home tab may hold, refused in Slack's words.

It never changes what it looks at, and knows no more of a workspace than the payload.
"""

from collections import Counter
from collections.abc import Iterator

from bot.sandbox.slack import elements
from bot.sandbox.slack.limits import objects as of
from bot.sandbox.slack.limits.blocks import block
from bot.sandbox.slack.limits.rules import Place, Rule, array, boolean, by_type, length, shape, string
from bot.sandbox.slack.model import Json

__all__ = ["check_blocks", "check_view", "length", "split"]

BLOCKS_MOST = {"message": 50, "modal": 100, "home": 100}
#: Cumulative over a payload's markdown blocks (docs), and over a message's tables (third party).
MARKDOWN_MOST = 12_000
TABLES_MOST = 10_000
#: docs: one table a message (`only_one_table_allowed`), two charts.
KIND_MOST = {"table": 1, "data_visualization": 2}

_common: dict[str, Rule] = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_VIEWS: dict[str, Rule] = {
    "modal": shape(
        {"title": of.plain(24), "blocks": array(block, BLOCKS_MOST["modal"])},
        {
            **_common,
            "submit": of.plain(24),
            "close": of.plain(24),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
        },
    ),
    "home": shape({"blocks": array(block, BLOCKS_MOST["home"])}, _common),
}


def check_blocks(blocks: object, surface: str) -> list[str]:
    """What is wrong with a message's blocks, each with its JSON pointer; nothing when all is well."""
    at = Place(surface) / "blocks"
    problems = list(array(block, BLOCKS_MOST[surface], least=0)(blocks, at))
    return problems or (list(_together(blocks, at)) if isinstance(blocks, list) else [])


def check_view(view: object, kind: str) -> list[str]:
    """What is wrong with a modal or Home view (`kind`), pointers from /view."""
    at = Place(kind) / "view"
    problems = list(by_type({kind: _VIEWS[kind]})(view, at))
    if problems or not isinstance(view, dict):
        return problems
    problems += _together(view["blocks"], at / "blocks")
    has_input = any(one["type"] == "input" for one in view["blocks"])
    if kind == "modal" and has_input and not view.get("submit"):
        problems.append(at.says("missing required field: submit"))
    focused = [element for _, element in elements.parts(view["blocks"]) if element.get("focus_on_load")]
    if len(focused) > 1:
        problems.append((at / "blocks").says("only one element may have focus_on_load"))
    return problems


def split(problem: str) -> tuple[str, str]:
    """A problem's words and its pointer, apart."""
    words, _, pointer = problem.rpartition(" [json-pointer:")
    return words, pointer.removesuffix("]")


def _together(blocks: list[Json], at: Place) -> Iterator[str]:
    """What no block can see alone: ids used twice, sums over the payload."""
    seen: set[str] = set()
    for index, one in enumerate(blocks):
        name = one.get("block_id")
        if name in seen:
            yield (at / index / "block_id").says(f"`block_id` `{name}` already exists")
        seen.update([name] if name else [])
        actions = [element["action_id"] for _, element in elements.parts([one]) if element.get("action_id")]
        if len(set(actions)) < len(actions):
            for action in (action for action, times in Counter(actions).items() if times > 1):
                yield (at / index).says(f'`action_id` "{action}" already exists for block_id "{name}"')
    kinds = Counter(one["type"] for one in blocks)
    for kind, most in KIND_MOST.items():
        if kinds[kind] > most:
            yield at.says(f"no more than {most} {kind} blocks allowed")
    marked = sum(length(one["text"]) for one in blocks if one["type"] == "markdown")
    if marked > MARKDOWN_MOST:
        yield at.says(f"markdown blocks must be less than {MARKDOWN_MOST + 1} characters together")
    tables = [one for one in blocks if one["type"] in ("table", "data_table")]
    if sum(length(text) for one in tables for text in _texts(one["rows"])) > TABLES_MOST:
        yield at.says(f"tables must be less than {TABLES_MOST + 1} characters together")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, dict):
        for name, held in value.items():
            if name == "text" and isinstance(held, str):
                yield held
            else:
                yield from _texts(held)
