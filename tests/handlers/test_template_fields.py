"""Between a document and the fields of its window nothing is lost that nobody changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.template_fields import _PUT, merged, place, shown
from replies.templates import KINDS, TONES, document, from_document

words = st.text("abc 問答\n-,、", min_size=1, max_size=12).filter(lambda text: bool(text.strip()))
several = st.lists(words, min_size=1, max_size=3)
bodies = st.dictionaries(st.sampled_from(["zh-TW", "en"]), several, min_size=1)
names = st.from_regex(r"[a-z]{1,6}", fullmatch=True)

documents = st.fixed_dictionaries(
    {
        "id": names,
        "purpose": st.fixed_dictionaries({"zh-TW": words, "en": words}),
        "phrases": several,
        "bodies": bodies,
    },
    optional={
        "short": bodies,
        "platforms": st.dictionaries(names, bodies, min_size=1),
        "when": st.fixed_dictionaries(
            {},
            optional={
                "platforms": st.lists(names, min_size=1, unique=True),
                "kinds": st.lists(st.sampled_from(KINDS), min_size=1, unique=True),
                "segments": several,
                "hours": st.just("22:00-08:00"),
                "tones": st.lists(st.sampled_from(TONES), min_size=1, unique=True),
            },
        ),
        "greeting": names,
        "closing": names,
        "signature": st.one_of(st.just(True), names),
        "until": st.dates().map(str),
        "risk": st.just("safe"),
        "owner": st.sampled_from(["U0EMMA", "行銷組"]),
    },
).map(lambda each: document(from_document(each)))


@given(documents)
def test_a_window_that_is_only_looked_at_changes_nothing(whole: dict[str, Any]) -> None:
    assert merged(whole, shown(whole)) == whole


@given(documents, st.sampled_from(sorted(set(_PUT) - {"id"})))
def test_changing_one_field_leaves_all_the_others(whole: dict[str, Any], name: str) -> None:
    other = shown(whole)
    fresh = {
        "until": "2031-01-01",
        "owner": "U0OTHER",
        "risk": "careful" if whole.get("risk") else "safe",
        "hours": "01:00-02:00",
        **{key: ["direct", "x"] for key in ("platforms", "kinds", "tones")},
    }.get(name, "other")
    made = merged(whole, {**other, name: fresh})
    after = shown(made)
    assert after[name] == ([*sorted(fresh)] if isinstance(fresh, list) else fresh)
    assert {key: held for key, held in after.items() if key != name} == {
        key: held for key, held in other.items() if key != name
    }
    assert made.get("platforms") == whole.get("platforms")


@given(documents)
def test_emptied_fields_are_gone_from_the_document(whole: dict[str, Any]) -> None:
    made = merged(whole, dict.fromkeys(shown(whole)) | {"id": whole["id"]})
    kept = {"id", "platforms"} | ({"owner"} if whole.get("owner") == "行銷組" else set())
    assert set(made) <= kept | {"risk"}


@pytest.mark.parametrize(
    ("where", "field", "number"),
    [
        ("id", "id", None),
        ("purpose", "purpose_zh", None),
        ("purpose.en", "purpose_en", None),
        ("phrases.12", "phrases", 12),
        ("bodies", "bodies_zh", None),
        ("bodies.en.2", "bodies_en", 2),
        ("short.zh-TW.1", "short_zh", 1),
        ("platforms.telegram.en.1", "bodies_en", None),
        ("when.hours", "hours", None),
        ("when.segments.3", "segments", 3),
        ("signature", "signature", None),
        ("payload", "", None),
        ("", "", None),
    ],
)
def test_an_error_finds_its_field(where: str, field: str, number: int | None) -> None:
    assert place(where) == (field, number)


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("９：００～１８：３０", "9:00-18:30"),
        (" 22:00 至 08:00 ", "22:00-08:00"),
        ("09:00–18:00", "09:00-18:00"),
        ("", None),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, hours: str | None) -> None:
    assert merged({}, {"hours": typed}).get("when", {}).get("hours") == hours
