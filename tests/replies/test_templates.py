"""Templates as values: read from a document, written back, and refused with key, code and params where wrong."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.i18n import table
from replies.advice import REASONS
from replies.errors import SENTENCES, BadTemplate
from replies.templates import Condition, Hours, Risk, Template, document, from_document
from tests.pages import DOCS, rows, section

SMALL: dict[str, Any] = {
    "id": "hours",
    "purpose": {"zh-TW": "營業時間", "en": "Hours"},
    "phrases": ["開到幾點"],
    "bodies": {"zh-TW": ["{{ name }} 您好"], "en": ["Hi {{ name }}"]},
}
FULL: dict[str, Any] = {
    **SMALL,
    "short": {"en": ["9-5"]},
    "platforms": {"telegram": {"zh-TW": ["電報", "{{ facts.open }}"]}},
    "when": {
        "platforms": ["square", "telegram"],
        "kinds": ["direct"],
        "segments": ["new", "vip"],
        "hours": "22:00-08:30",
        "tones": ["negative"],
    },
    "greeting": "hello",
    "closing": "bye",
    "signature": "team",
    "until": "2027-12-31",
    "risk": "safe",
    "owner": "U0123",
}


def changed(path: str, value: object) -> dict[str, Any]:
    """`FULL` with the value at the dotted path replaced, or taken out where it is `...`."""
    made = deepcopy(FULL)
    *way, last = path.split(".")
    inner = made
    for key in way:
        inner = inner[key]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return made


def test_a_small_document_is_a_careful_template_without_conditions() -> None:
    template = from_document(SMALL)
    assert template == Template(
        "hours",
        {"zh-TW": "營業時間", "en": "Hours"},
        ("開到幾點",),
        {"zh-TW": ("{{ name }} 您好",), "en": ("Hi {{ name }}",)},
    )
    assert (template.risk, template.when, template.signature) == (Risk.CAREFUL, Condition(), False)
    assert document(template) == SMALL


def test_a_full_document_comes_back_the_same_through_json() -> None:
    template = from_document(FULL)
    assert document(template) == FULL
    assert from_document(json.loads(json.dumps(document(template)))) == template
    assert (template.until, template.risk) == (date(2027, 12, 31), Risk.SAFE)
    assert template.when.hours == Hours(time(22), time(8, 30))


def test_wordings_are_named_by_table_language_and_number() -> None:
    assert from_document(FULL).wordings() == {
        "bodies.zh-TW.1": "{{ name }} 您好",
        "bodies.en.1": "Hi {{ name }}",
        "short.en.1": "9-5",
        "platforms.telegram.zh-TW.1": "電報",
        "platforms.telegram.zh-TW.2": "{{ facts.open }}",
    }


def test_one_language_of_wordings_and_one_text_of_purpose_are_enough() -> None:
    template = from_document({**SMALL, "purpose": "Hours", "bodies": {"en": ["x"]}, "signature": True})
    assert template.purpose == {"zh-TW": "Hours", "en": "Hours"}
    assert (template.bodies, template.signature) == ({"en": ("x",)}, True)


@pytest.mark.parametrize(
    ("path", "value", "key", "code"),
    [
        ("colour", "red", "colour", "unknown_key"),
        ("id", ..., "id", "bad_id"),
        ("id", "a b", "id", "bad_id"),
        ("id", "x" * 65, "id", "bad_id"),
        ("id", "a.b", "id", "bad_id"),
        ("id", 7, "id", "bad_id"),
        ("purpose", ..., "purpose", "both_languages"),
        ("purpose.en", ..., "purpose.en", "both_languages"),
        ("purpose.en", " ", "purpose.en", "not_text"),
        ("purpose.en", "x" * 121, "purpose.en", "too_long"),
        ("phrases", ..., "phrases", "no_texts"),
        ("phrases", "開到幾點", "phrases", "no_texts"),
        ("phrases", [], "phrases", "no_texts"),
        ("phrases", ["a", 3], "phrases.2", "not_text"),
        ("phrases", ["a"] * 501, "phrases", "too_many"),
        ("phrases", ["a\x00b"], "phrases.1", "control"),
        ("bodies", ..., "bodies", "no_language"),
        ("bodies", {}, "bodies", "no_language"),
        ("bodies", ["x"], "bodies", "not_a_table"),
        ("bodies.fr", ["Salut"], "bodies.fr", "unknown_key"),
        ("bodies.en", ["ok", "{{ nmae }}"], "bodies.en.2", "unknown_variable"),
        ("bodies.en", ["{{ name.x }}"], "bodies.en.1", "syntax"),
        ("bodies.en", ["{{ name"], "bodies.en.1", "braces"),
        ("bodies.en", ["x" * 4_001], "bodies.en.1", "too_long"),
        ("bodies.en", ["x\x00"], "bodies.en.1", "control"),
        ("bodies.en", ["invoice\u202egnp"], "bodies.en.1", "control"),
        ("bodies.en", ["\u2066x"], "bodies.en.1", "control"),
        ("bodies.en", ["\ud83d"], "bodies.en.1", "control"),
        ("bodies.en", ["\u200b\u200b"], "bodies.en.1", "not_text"),
        ("bodies.en", ["{{ name }}" * 21], "bodies.en.1", "too_many_variables"),
        ("bodies.en", ["x"] * 21, "bodies.en", "too_many"),
        ("short.en", ["{{ nmae }}"], "short.en.1", "unknown_variable"),
        ("platforms", ["telegram"], "platforms", "not_a_table"),
        ("platforms.telegram", "x", "platforms.telegram", "not_a_table"),
        ("platforms.telegram.zh-TW", ["{% x %}"], "platforms.telegram.zh-TW.1", "braces"),
        ("when", "always", "when", "not_a_table"),
        ("when.days", ["mon"], "when.days", "unknown_key"),
        ("when.kinds", ["comment", "post"], "when.kinds.2", "one_of"),
        ("when.tones", ["angry"], "when.tones.1", "one_of"),
        ("when.platforms", "square", "when.platforms", "no_texts"),
        ("when.hours", "evening", "when.hours", "hours"),
        ("when.hours", "08:00-08:00", "when.hours", "hours"),
        ("when.hours", "08:00-25:00", "when.hours", "hours"),
        ("when.hours", 8, "when.hours", "hours"),
        ("greeting", "a b", "greeting", "bad_id"),
        ("signature", 1, "signature", "signature"),
        ("until", "soon", "until", "day"),
        ("until", 2027, "until", "day"),
        ("until", "9999-12-31", "until", "day"),
        ("until", datetime(2027, 1, 1), "until", "day"),  # noqa: DTZ001 - a TOML time without a zone
        ("risk", "none", "risk", "one_of"),
        ("owner", ["U1"], "owner", "not_text"),
    ],
)
def test_what_is_wrong_has_a_key_a_code_and_a_sentence(path: str, value: object, key: str, code: str) -> None:
    with pytest.raises(BadTemplate) as told:
        from_document(changed(path, value))
    assert (told.value.key, told.value.code) == (key, code)
    assert str(told.value) == f"{key}: {told.value.sentence}"
    assert "{" not in told.value.sentence


def test_every_sentence_about_templates_is_in_both_locales() -> None:
    said = {f"template_error.{code}": sentence for code, sentence in SENTENCES.items()}
    said |= {f"template_error.withheld.{code}": sentence for code, sentence in REASONS.items()}
    said["template_error.warned.markdown"] = "holds Markdown ({mark}), which the public reads as it stands."
    assert {key: text for key, text in table("en").items() if key.startswith("template_error.")} == said
    assert {key for key in table("zh-TW") if key.startswith("template_error.")} == set(said)


def test_every_key_of_a_pack_is_in_the_guide() -> None:
    page = rows(section(DOCS / "templates.md", "Keys"))
    keys = {key for key in FULL if key not in ("platforms", "when")} | {f"when.{key}" for key in FULL["when"]}
    others = {"part.id", "part.role", "part.bodies", "fact.id", "fact.until", "fact.texts"}
    others |= {"link.id", "link.url", "link.tracking", "pack.id", "platforms.NAME"}
    assert set(page) == keys | others


@pytest.mark.parametrize(
    ("at", "inside"),
    [("21:59", False), ("22:00", True), ("23:59", True), ("00:00", True), ("08:29", True), ("08:30", False)],
)
def test_hours_may_cross_midnight_and_leave_out_their_end(at: str, inside: bool) -> None:
    assert (time.fromisoformat(at) in Hours(time(22), time(8, 30))) is inside


def test_hours_within_a_day_hold_from_start_to_end() -> None:
    hours = Hours(time(9), time(18))
    assert [time(8, 59) in hours, time(9) in hours, time(17, 59) in hours, time(18) in hours] == [
        False,
        True,
        True,
        False,
    ]
    assert str(hours) == "09:00-18:00"


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None), max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(sorted(FULL)), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FULL)), ANYTHING, max_size=13))
def test_any_document_is_read_or_cleanly_refused(odd: dict[str, Any]) -> None:
    try:
        template = from_document({**FULL, **odd})
    except BadTemplate:
        return
    assert from_document(document(template)) == template


@settings(deadline=None)
@given(st.text(st.characters(codec=None), max_size=60), st.text(st.characters(codec=None), max_size=60))
def test_any_text_in_phrases_and_wordings_is_kept_as_written_or_refused(phrase: str, wording: str) -> None:
    try:
        template = from_document({**SMALL, "phrases": [phrase], "bodies": {"en": [wording]}})
    except BadTemplate:
        return
    assert (template.phrases, template.bodies) == ((phrase.strip(),), {"en": (wording.strip(),)})
