"""What an answer teaches: how far it is, what changed, and words that are nobody's in particular."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.lesson import REWORDED, SAME, difference, distance, wording
from replies.render import check_template, render
from replies.text import clean

texts = st.text(max_size=60)


@given(texts, texts)
def test_distance_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    far = distance(one, other)
    assert 0.0 <= far <= 1.0
    assert far == distance(other, one)
    assert (far == 0.0) == (one.split() == other.split())


def test_spaces_are_no_change_a_full_stop_hardly_any_and_another_answer_all() -> None:
    said = "可以，請私訊訂單編號，我們在一個小時之內幫您改好，改好之後會再回覆您，謝謝您的耐心等候喔"
    assert distance(said, f" {said}\n") == 0.0
    assert 0.0 < distance(said, said + "！") <= 0.03
    assert distance("Yes, send us your order number.", "Yes, send us your order number") > SAME
    assert distance(said, "Sorry, we are closed today.") > REWORDED


@given(texts, texts)
def test_the_runs_hold_both_texts_in_order(before: str, after: str) -> None:
    runs = difference(before, after)
    assert "".join(run.text for run in runs if run.kind != "new") == before
    assert "".join(run.text for run in runs if run.kind != "gone") == after
    assert all(run.text for run in runs)


def test_latin_words_are_never_cut() -> None:
    runs = [tuple(run) for run in difference("We are open", "We're closed")]
    assert runs == [("gone", "We"), ("new", "We're"), ("same", " "), ("gone", "are open"), ("new", "closed")]


@pytest.mark.parametrize(
    ("said", "names", "made"),
    [
        ("Amy 您好，日和祝您愉快", ["Amy"], "{{ name }} 您好，{{ brand }}祝您愉快"),
        ("王小美您好", ["小美", "王小美"], "{{ name }}您好"),
        ("Annual sale, Ann!", ["Ann"], "Annual sale, {{ name }}!"),
        ("好好好", ["好"], "好好好"),
        ("朋友您好", ["朋友"], "朋友您好"),
        ("@amy 看這裡", ["@amy"], "{{ name }} 看這裡"),
        ("{{ name }} {% x %} {# y #}", [], "{ name } { x % { y #"),
        ("{{{{{ x }}} {{%", [], "{ x } {"),
        ("{日和} {Amy}", ["Amy"], "{ {{ brand }} } { {{ name }} }"),
        ("Amelia and name and 日和", ["name", "Amelia"], "{{ name }} and {{ name }} and {{ brand }}"),
    ],
)
def test_names_and_brand_become_variables_and_braces_lose_their_meaning(said: str, names: list[str], made: str) -> None:
    assert wording(said, names, "日和") == made


@given(
    st.one_of(st.text(max_size=80), st.text("{}%# 日和小美ab", max_size=30)).filter(lambda text: bool(clean(text, 80))),
    st.lists(st.one_of(st.text(max_size=6), st.sampled_from(["name", "brand", "日和", "{ "])), max_size=3),
)
def test_whatever_somebody_answered_is_a_wording_that_can_be_rendered(said: str, names: list[str]) -> None:
    made = wording(said, names, "日和")
    used = check_template(made)
    assert used <= {"name", "brand"}
    assert render(made, {"name": "小美", "brand": "日和"}) is not None
