"""A small language for saying what JSON may look like, answering in Slack's words with a JSON pointer.

It never knows a number of Slack's: those are in the tables that use it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

import regex

from bot.sandbox.slack.model import Json


class Place(NamedTuple):
    """Where in the payload we are; `surface` is "message", "modal" or "home".

    Made for every part of every payload, and read only where something is wrong: the pointer is put together then.
    """

    surface: str
    above: "Place | None" = None
    key: str | int = ""

    def __truediv__(self, key: str | int) -> "Place":
        return Place(self.surface, self, key)

    def says(self, complaint: str) -> str:
        """One line of Slack's: the complaint and where."""
        return f"{complaint} [json-pointer:{self.pointer or '/'}]"

    @property
    def pointer(self) -> str:
        """The JSON pointer from the top of the payload, "" for the whole."""
        return "" if self.above is None else f"{self.above.pointer}/{self.key}"


#: Looks at a value and gives what is wrong with it, nothing when all is well. Those asked most often return, the others
#: yield: a generator for each of a card's hundred parts would take most of the time of a post.
Rule = Callable[[object, Place], Iterable[str]]


def length(text: str) -> int:
    """Characters as the strictest reading counts them: UTF-16 units, so an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def string(most: int | None = None, least: int = 1, pattern: str | None = None) -> Rule:
    """Text of `least` to `most` characters, matching `pattern` as a whole."""
    shape = regex.compile(pattern) if pattern else None

    def check(value: object, at: Place) -> Iterable[str]:
        if not isinstance(value, str):
            return (at.says("must provide a string"),)
        size = length(value)
        if size < least:
            return (at.says(f"must be more than {least - 1} characters"),)
        if most is not None and size > most:
            return (at.says(f"must be less than {most + 1} characters"),)
        if shape and not shape.fullmatch(value):
            return (at.says("must match the expected format"),)
        return ()

    return check


def url(most: int, schemes: tuple[str, ...] = ("http", "https")) -> Rule:
    """An absolute URL with a host."""
    text = string(most)

    def check(value: object, at: Place) -> Iterator[str]:
        wrong = list(text(value, at))
        yield from wrong
        if not wrong and isinstance(value, str):
            try:
                parts = urlsplit(value)
                good = parts.scheme in schemes and bool(parts.netloc) and not regex.search(r"\s", value)
            except ValueError:
                good = False
            if not good:
                yield at.says("must be a valid URL")

    return check


def boolean(value: object, at: Place) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield at.says("must provide a boolean")


def number(least: float | None = None, most: float | None = None, *, whole: bool = True) -> Rule:
    """A number between two bounds, both included."""

    def check(value: object, at: Place) -> Iterator[str]:
        kinds = (int,) if whole else (int, float)
        if not isinstance(value, kinds) or isinstance(value, bool):
            yield at.says("must provide an integer" if whole else "must provide a number")
        elif least is not None and value < least:
            yield at.says(f"must be at least {least}")
        elif most is not None and value > most:
            yield at.says(f"must be at most {most}")

    return check


def one_of(*values: object) -> Rule:
    """One of these values."""

    def check(value: object, at: Place) -> Iterator[str]:
        if value not in values:
            yield at.says("must be a valid enum value")

    return check


def array(item: Rule, most: int | None = None, least: int = 1) -> Rule:
    """A list of `least` to `most` items."""

    def check(value: object, at: Place) -> Iterable[str]:
        if not isinstance(value, list):
            return (at.says("must provide an array"),)
        wrong: list[str] = []
        if len(value) < least:
            wrong.append(at.says(f"must provide at least {least} items"))
        if most is not None and len(value) > most:
            wrong.append(at.says(f"no more than {most} items allowed"))
        for index, one in enumerate(value):
            wrong += item(one, at / index)
        return wrong

    return check


def shape(required: Mapping[str, Rule], optional: Mapping[str, Rule] | None = None, *also: Rule) -> Rule:
    """An object with these fields and no others ("type" is the business of `by_type`).

    `also` are rules over the whole object, asked only when its fields are well.
    """
    fields = {**required, **(optional or {})}

    def check(value: object, at: Place) -> Iterable[str]:
        if not isinstance(value, dict):
            return (at.says("must provide an object"),)
        wrong = [at.says(f"missing required field: {name}") for name in required if value.get(name) is None]
        for name, held in value.items():
            rule = fields.get(name)
            if rule is None:
                if name != "type":
                    wrong.append(at.says(f"invalid additional property: {name}"))
            elif held is not None:  # Slack takes an explicit null as absence.
                wrong += rule(held, at / name)
        if wrong or not also:
            return wrong
        return [problem for rule in also for problem in rule(value, at)]

    return check


def by_type(table: Mapping[str, Rule]) -> Rule:
    """An object whose "type" says which rule of the table it follows."""

    def check(value: object, at: Place) -> Iterable[str]:
        if not isinstance(value, dict):
            return (at.says("must provide an object"),)
        if "type" not in value:
            return (at.says("missing required field: type"),)
        kind = value["type"]
        if not isinstance(kind, str) or kind not in table:
            return ((at / "type").says(f"unsupported type: {kind}"),)
        return table[kind](value, at)

    return check


def any_of(*names: str) -> Rule:
    """At least one of these fields."""

    def check(value: object, at: Place) -> Iterator[str]:
        if isinstance(value, dict) and all(value.get(name) is None for name in names):
            yield at.says(f"must provide one of: {', '.join(names)}")

    return check


def just_one_of(*names: str) -> Rule:
    """Exactly one of these fields."""

    def check(value: object, at: Place) -> Iterator[str]:
        if isinstance(value, dict) and sum(value.get(name) is not None for name in names) != 1:
            yield at.says(f"must provide exactly one of: {', '.join(names)}")

    return check


def unless(refused: Callable[[Json], bool], complaint: str, key: str | None = None) -> Rule:
    """Whatever else an object must not be: `refused` tells, `key` is where the complaint points."""

    def check(value: object, at: Place) -> Iterator[str]:
        if isinstance(value, dict) and refused(value):
            yield (at / key if key else at).says(complaint)

    return check


def only_on(*surfaces: str) -> Rule:
    """Allowed on some surfaces only; the complaint is that of an unknown type."""

    def check(value: object, at: Place) -> Iterable[str]:
        if at.surface not in surfaces and isinstance(value, dict):
            return ((at / "type").says(f"unsupported type: {value.get('type')}"),)
        return ()

    return check


def every(*rules: Rule) -> Rule:
    """All of these rules."""

    def check(value: object, at: Place) -> Iterable[str]:
        return [problem for rule in rules for problem in rule(value, at)]

    return check


def late(find: Callable[[], Rule]) -> Rule:
    """A rule that is defined further down (blocks hold blocks)."""

    def check(value: object, at: Place) -> Iterable[str]:
        return find()(value, at)

    return check
