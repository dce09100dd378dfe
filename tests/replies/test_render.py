"""Rendering: audience words stay data, the sandbox holds, and a missing value leaves no hole."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from replies.errors import BadTemplate
from replies.render import VARIABLES, Withheld, check_template, render

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
        "{{ name }}" * 21,
        "{{ facts }}",
        "{{ facts.hours.text }}",
        "{{ facts.__class__ }}",
        "{{ facts._hours }}",
        "{{ facts['hours'] }}",
        "{{ facts.hours() }}",
        "{{ facts.hours|upper }}",
        "{{ links.Shop }}",
        "{{ links.店 }}",
        "{{ name.facts }}",
        "{{ facts.a, facts.b }}",
        "{{{ name }}}",
        "{{ name }}{% raw %}x",
        "{{ true }}",
        "{# a note alone #}",
    ],
)
def test_everything_but_plain_variables_is_refused(source: str) -> None:
    with pytest.raises(BadTemplate):
        check_template(source)
    with pytest.raises(BadTemplate):
        render(source, {"name": "x", "brand": "x", "post": "x"})


def test_an_unknown_variable_is_named_with_those_there_are() -> None:
    with pytest.raises(BadTemplate, match=r"no variable nmae; there are: name, brand, .*facts\.…, links\.…") as told:
        check_template("您好\n{{ nmae }}")
    assert (told.value.code, told.value.params["name"]) == ("unknown_variable", "nmae")


def test_a_good_wording_tells_its_variables() -> None:
    assert check_template("{{ name }}，{{ brand }} {# a note #}{% raw %}{{ }}{% endraw %}") == {"name", "brand"}
    assert check_template("{{facts.delivery}} {{ links.shop }}") == {"facts.delivery", "links.shop"}


def test_facts_and_links_are_filled_in_by_their_names() -> None:
    values = {"facts.delivery": "三天內到貨", "links.shop": "https://shop.example/?a={{ name }}"}
    assert render("{{ facts.delivery }}：{{ links.shop }}", values) == "三天內到貨：https://shop.example/?a={{ name }}"
    with pytest.raises(Withheld) as told:
        render("{{ name }} {{ facts.other }}", {"name": "x"})
    assert told.value.variable == "facts.other"


def test_what_comes_out_is_never_longer_than_wording_and_twenty_values() -> None:
    values = {"facts.laugh": "ha" * 250}
    assert len(render("{{ facts.laugh }}" * 20, values)) == 10_000


PIECES = [
    "{{ name }}",
    "{{brand}}",
    "{{ facts.a }}",
    "{",
    "}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    " ",
    "-",
    "name",
    "字",
]


@unhurried
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5), max_size=12).map("".join))
def test_any_wording_is_refused_or_comes_out_as_jinja_itself_would_say_it(source: str) -> None:
    values = dict.fromkeys(VARIABLES, "X") | {"facts.a": "Y"}
    try:
        used = check_template(source)
    except BadTemplate:
        return
    assert used <= set(values)
    plain = SandboxedEnvironment(undefined=StrictUndefined).from_string(source)
    assert render(source, values) == plain.render(dict.fromkeys(VARIABLES, "X"), facts={"a": "Y"}).strip()
