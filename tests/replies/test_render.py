"""Rendering: audience words stay data, the sandbox holds, a missing value leaves no hole, names are never guessed."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.render import NEUTRAL, BadTemplate, Withheld, called, check_template, one_line, render

unhurried = settings(deadline=None)  # a busy machine is no bug


def test_named_variables_are_filled_in() -> None:
    assert (
        render("{{ name }} 您好，{{ brand }} 感謝您", {"name": "小美", "brand": "晨光咖啡"})
        == "小美 您好，晨光咖啡 感謝您"
    )


@pytest.mark.parametrize(
    "trick", ["{{ 7*7 }}", "{% for x in y %}", "{{ brand }}", "<b>&amp;</b>", "{# gone #}", "%s {0}"]
)
def test_audience_words_are_never_a_template(trick: str) -> None:
    assert render("Hi {{ name }},", {"name": trick, "brand": "X"}) == f"Hi {trick},"


@pytest.mark.parametrize("values", [{}, {"manager": ""}, {"manager": "  "}])
def test_a_missing_value_withholds_and_says_which(values: dict[str, str]) -> None:
    with pytest.raises(Withheld) as told:
        render("由 {{ manager }} 與您聯絡", values)
    assert told.value.variable == "manager"


def test_an_unused_value_may_be_missing() -> None:
    assert render("謝謝您！", {}) == "謝謝您！"


@pytest.mark.parametrize(
    "source",
    [
        "{{ name.__class__ }}",
        "{{ name['__class__'] }}",
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ name.format(brand) }}",
        "{{ name|attr('__class__') }}",
        "{{ name|upper }}",
        "{{ range(10**9) }}",
        "{{ name * 1000000000 }}",
        "{{ 7 * 7 }}",
        "{{ 'text' }}",
        "{{ self }}",
        "{{ cycler }}",
        "{{ nmae }}",
        "{% for i in name %}x{% endfor %}",
        "{% if name %}x{% endif %}",
        "{% set brand = name %}",
        "{% include 'x' %}",
        "{% import 'os' as os %}",
        "{% extends 'x' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}",
        "{{ name if brand else post }}",
        "{{ name ~ brand }}",
        "{{ name, brand }}",
        "{{ name",
        "{% endfor %}",
        "{{ " + "(" * 3_000 + " }}",
        "{{ name }}" * 1_000,
    ],
)
def test_everything_but_plain_variables_is_refused(source: str) -> None:
    with pytest.raises(BadTemplate):
        check_template(source)
    with pytest.raises(BadTemplate):
        render(source, {"name": "x", "brand": "x", "post": "x"})


def test_an_unknown_variable_is_named_with_its_line() -> None:
    with pytest.raises(BadTemplate, match=r"line 2: unknown variable 'nmae'; there are: name, brand") as told:
        check_template("您好\n{{ nmae }}")
    assert told.value.line == 2


def test_a_good_wording_tells_its_variables() -> None:
    assert check_template("{{ name }}，{{ brand }} {# a note #}{% raw %}{{ }}{% endraw %}") == {"name", "brand"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王小明"),
        ("  Amy   Lin ", "Amy Lin"),
        ("@amy", "amy"),
        ("＠小美", "小美"),
        ("Bob @everyone", "Bob everyone"),
        ("a\nb\r\tc", "a b c"),
        ("evil\u202egnp", "evilgnp"),
        ("小\u200b明", "小明"),
        ("{{ 7*7 }}", "{{ 7*7 }}"),
        ("🌸", "🌸"),
        ("長" * 50, "長" * 40),
        ("👨‍👩‍👧‍👦" * 41, "👨‍👩‍👧‍👦" * 40),
    ],
)
def test_people_are_called_what_they_call_themselves(name: str, shown: str) -> None:
    assert called(name, "zh-TW") == shown


@pytest.mark.parametrize(
    "name", ["", "  ", "\u200b", "...", "@", "\ud83d", "https://evil.example", "shop at evil.com", "x" * 60 + "www.a.b"]
)
def test_a_name_that_cannot_be_said_becomes_a_neutral_word(name: str) -> None:
    assert called(name, "en") == "there"
    assert called(name, "zh-TW") == "朋友"


@unhurried
@given(st.text(st.characters(), max_size=200), st.sampled_from(sorted(NEUTRAL)))
def test_any_name_gives_one_short_line_without_mentions(name: str, language: str) -> None:
    shown = called(name, language)
    assert 1 <= len(regex.findall(r"\X", shown)) <= 40
    assert shown == shown.strip()
    assert not regex.search(r"[@＠\n\r\x00\u202e]", shown)
    assert one_line(shown) == shown
