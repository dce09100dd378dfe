"""The library: what Slack changed lies over the files, what ends is seen coming, and what is sought is found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.errors import BadTemplate
from replies.library import Ending, Library, Warned
from replies.packfile import load_packs
from replies.templates import Fact, Link, Pack, Part, Role, Template


def template(
    name: str, *phrases: str, en: Sequence[str] = ("x",), zh: Sequence[str] = (), until: date | None = None, **more: str
) -> Template:
    bodies = {language: tuple(texts) for language, texts in (("zh-TW", zh), ("en", en)) if texts}
    parts = {key: more.get(key) for key in ("greeting", "closing")}
    return Template(
        name,
        {"zh-TW": more.get("title", name), "en": name},
        phrases or (f"about {name}",),
        bodies,
        until=until,
        signature=more.get("signature", False),
        **parts,  # type: ignore[arg-type]
    )


def test_what_slack_changed_replaces_the_files_template_and_a_new_one_is_added() -> None:
    library = Library.of(
        [Pack("p", (template("a"), template("b")))],
        {"a": template("a", "new words"), "c": template("c")},
    )
    assert list(library.templates) == ["a", "b", "c"]
    assert library.templates["a"].phrases == ("new words",)


def test_a_retired_template_is_left_out_but_known_by_name() -> None:
    library = Library.of([Pack("p", (template("a"), template("b")))], {"a": template("a", "changed")}, {"a", "gone"})
    assert list(library.templates) == ["b"]
    assert library.template("a") is None
    found = library.get("a")
    assert found is not None
    assert found.phrases == ("changed",)
    assert library.get("gone") is None


def test_one_id_in_two_packs_is_refused_for_every_kind() -> None:
    fact, link = Fact("f", None, {"en": "x"}), Link("l", "https://x.example/")
    part = Part("g", Role.GREETING, {"en": ("x",)})
    for pack in (
        Pack("p", (template("a"),)),
        Pack("p", (), (part,)),
        Pack("p", (), (), (fact,)),
        Pack("p", (), (), (), (link,)),
    ):
        with pytest.raises(BadTemplate, match="used twice"):
            Library.of([pack, pack])


def test_a_change_kept_under_another_name_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="'a' holds template 'b'"):
        Library.of([], {"a": template("b")})


def test_what_ends_within_a_week_is_told_the_soonest_first() -> None:
    facts = (Fact("today", date(2026, 5, 1), {"en": "x"}), Fact("later", date(2026, 6, 1), {"en": "x"}))
    past = Fact("past", date(2026, 4, 30), {"en": "x"})
    library = Library.of([Pack("p", (template("a", until=date(2026, 5, 8)), template("b")), (), (*facts, past))])
    assert library.ending(date(2026, 5, 1)) == (
        Ending("fact", "today", date(2026, 5, 1)),
        Ending("template", "a", date(2026, 5, 8)),
    )
    assert library.ending(date(2026, 5, 1), within_days=6) == (Ending("fact", "today", date(2026, 5, 1)),)


def test_a_phrase_in_two_templates_is_allowed_and_listed() -> None:
    library = Library.of([Pack("p", (template("a", "多少錢？", "x"), template("b", "ship"), template("c", "多少錢")))])
    assert library.conflicts() == (("多少錢？", ("a", "c")),)


def test_markdown_in_a_wording_or_part_is_warned_about() -> None:
    part = Part("g", Role.GREETING, {"en": ("fine", "[here](https://x.example)")})
    library = Library.of([Pack("p", (template("a", en=("2 * 3 * 4", "so **good**")),), (part,))])
    assert library.warnings() == (
        Warned("template.a.bodies.en.2", "markdown", {"mark": "**g"}),
        Warned("part.g.bodies.en.2", "markdown", {"mark": "[here](https://x.example)"}),
    )


@pytest.mark.parametrize(
    ("wrong", "key", "code"),
    [
        (template("t", greeting="none"), "greeting", "unknown_part"),
        (template("t", closing="hello"), "closing", "wrong_role"),
        (template("t", signature="hello"), "signature", "wrong_role"),
        (template("t", en=("ok", "{{ facts.none }}")), "bodies.en.2", "unknown_fact"),
        (template("t", zh=("{{ links.none }}",)), "bodies.zh-TW.1", "unknown_link"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(wrong: Template, key: str, code: str) -> None:
    library = Library.of([Pack("p", (), (Part("hello", Role.GREETING, {"en": ("Hi",)}),))])
    with pytest.raises(BadTemplate) as told:
        library.check(wrong)
    assert (told.value.key, told.value.code) == (key, code)
    library.check(template("t", greeting="hello"))


@pytest.fixture(scope="module")
def cafe() -> Library:
    return Library.of(load_packs())


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("運費", "shipping-fee"),
        ("shipping-fee", "shipping-fee"),
        ("shiping fee", "shipping-fee"),
        ("refnud", "refund"),
        ("營業時間", "hours"),
        ("ＯＰＥＮＩＮＧ hours", "hours"),
        ("subscripton", "subscription"),
        ("低因", "decaf"),
        ("晚上還有開ㄇ", "hours"),
        ("手寫小卡", "gift-box"),
        ("Swiss Water", "decaf"),
    ],
)
def test_a_search_finds_by_id_purpose_phrase_wording_and_despite_a_slip(cafe: Library, query: str, first: str) -> None:
    assert cafe.search(query)[0].id == first


def test_a_search_for_nothing_lists_all_and_for_nonsense_nothing(cafe: Library) -> None:
    assert [t.id for t in cafe.search("", limit=2)] == [t.id for t in list(cafe.templates.values())[:2]]
    assert cafe.search("qzxvkj") == []


def test_of_equals_the_one_that_speaks_the_language_comes_first() -> None:
    library = Library.of([Pack("p", (template("a", "coffee"), template("b", "coffee", en=(), zh=("好",))))])
    assert [t.id for t in library.search("coffee", "zh-TW")] == ["b", "a"]
    assert [t.id for t in library.search("coffee", "en")] == ["a", "b"]


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=60))
def test_any_query_gives_the_same_twice(query: str) -> None:
    library = Library.of([Pack("p", (template("a", "多少錢"), template("b", "how much is it")))])
    assert library.search(query) == library.search(query)


def test_ten_thousand_templates_are_searched_in_a_tenth_of_a_second() -> None:
    many = [
        template(f"t{n}", f"開到{n}點", "what are your opening hours", zh=("每天八點到六點。" * 5,), title=f"營業 {n}")
        for n in range(10_000)
    ]
    library = Library.of([Pack("p", tuple(many))])
    library.search("the first search builds the index")
    for query in ("營業 77", "opning houres", "開到 9", "zzz", "t99"):
        took = []
        for _ in range(3):
            started = process_time()
            library.search(query)
            took.append(process_time() - started)
        assert min(took) < 0.1, (query, took)
