"""Turns a key and its parameters into a sentence in one of the languages the team reads.
It never decides who reads what, and never interprets markup: parameters go in as they are.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources

from bot.errors import BotError

LOCALES = ("zh-TW", "en")
FALLBACK = "en"
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


def locale_of(slack_locale: str | None) -> str:
    """The locale we speak to somebody whose Slack is set to `slack_locale` ("zh-TW", "zh-Hans", "en-US", "ja-JP" …)."""
    return "zh-TW" if slack_locale is not None and slack_locale.lower().startswith("zh") else FALLBACK


@cache
def table(locale: str) -> Mapping[str, str]:
    """All sentences of one locale: dotted key -> template. Raises KeyError for a locale there is no file of."""
    if locale not in LOCALES:
        raise KeyError(locale)
    source = resources.files("bot").joinpath("locales", f"{locale}.toml").read_text(encoding="utf-8")
    return dict(_flat("", tomllib.loads(source)))


class Words:
    """The sentences of one locale; what a locale lacks is said in English."""

    def __init__(self, locale: str) -> None:
        """`locale`: one of `LOCALES`; anything else becomes English."""
        self.locale = locale if locale in LOCALES else FALLBACK
        self._own, self._spare = table(self.locale), table(FALLBACK)
        self._bare: dict[str, str] = {}

    def __call__(self, key: str, /, **params: object) -> str:
        """The sentence for `key`. With a parameter `n`, `key.one` is taken for 1 and `key.other` for the rest.

        A parameter the caller did not give reads "?", so that a sentence about an error never becomes a second error.
        Raises KeyError for a key nobody wrote.
        """
        if not params:
            if (said := self._bare.get(key)) is None:
                said = self._bare[key] = self._template(key, None).format_map(_Given())
            return said
        return self._template(key, params.get("n")).format_map(_Given(params))

    def has(self, key: str) -> bool:
        """Whether somebody wrote a sentence for `key` (codes that come from platforms may have none)."""
        return any(f"{key}{form}" in self._spare for form in ("", ".other"))

    def first(self, *keys: str, **params: object) -> str:
        """The sentence for the first of `keys` that has one; the last must have one."""
        return self(next((key for key in keys[:-1] if self.has(key)), keys[-1]), **params)

    def span(self, seconds: float) -> str:
        """A length of time in its largest unit, rounded down: "3 min", "3 分鐘"."""
        unit, n = _rough(seconds)
        return self(f"span.{unit}", n=n)

    def age(self, seconds: float) -> str:
        """How long ago something was: "just now", "3 min ago", "3 分鐘前"."""
        return self("age.now") if seconds < _MINUTE else self("age.ago", span=self.span(seconds))

    def sentence(self, error: BotError) -> str:
        """What somebody at a terminal reads about an error; a remedy that is a key is said in this language too."""
        given = dict(error.params)
        if self.has(remedy := f"remedy.{given.get('remedy')}"):
            given["remedy"] = self(remedy, **given)
        return self(error.key, **given)

    def _template(self, key: str, n: object) -> str:
        keys = [key] if n is None else [*([f"{key}.one"] if n == 1 else []), f"{key}.other", key]
        for source in (self._own, self._spare):
            for each in keys:
                if each in source:
                    return source[each]
        raise KeyError(key)


class _Given(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "?"


def _rough(seconds: float) -> tuple[str, int]:
    if seconds < _HOUR:
        return "minute", max(1, int(seconds // _MINUTE))
    return ("hour", int(seconds // _HOUR)) if seconds < _DAY else ("day", int(seconds // _DAY))


def _flat(prefix: str, branch: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in branch.items():
        if isinstance(value, Mapping):
            yield from _flat(f"{prefix}{name}.", value)
        else:
            yield f"{prefix}{name}", str(value)
