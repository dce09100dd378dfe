"""Import and export: sheets as people write them, Chatwoot's responses, rows refused by number and reason."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from replies.errors import BadTemplate
from replies.exchange import Imported, from_chatwoot, from_csv, from_pairs, to_csv
from replies.packfile import load_packs
from replies.templates import Template

SHEET = (
    "id,purpose,phrases,zh-TW,en\n"
    "hours,營業時間,開到幾點|今天有開嗎,每天 8 點到 18 點。,Daily 8 to 18.\n"
    ",運費,運費多少,\"滿 1,200 元免運，\n沒滿 60 元。\",\n"
)  # fmt: skip


def refused(found: Imported) -> list[tuple[int, str, str]]:
    return [(row.row, row.key, row.code) for row in found.refused]


def test_a_sheet_gives_templates_with_ids_made_where_there_is_none() -> None:
    found = from_csv(SHEET.encode())
    assert found.refused == ()
    hours, fee = found.templates
    assert (hours.id, hours.phrases) == ("hours", ("開到幾點", "今天有開嗎"))
    assert hours.bodies == {"zh-TW": ("每天 8 點到 18 點。",), "en": ("Daily 8 to 18.",)}
    assert (fee.id, fee.purpose["en"], fee.bodies) == ("運費", "運費", {"zh-TW": ("滿 1,200 元免運，\n沒滿 60 元。",)})


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_separators_and_marks_do_not_matter(separator: str, encoding: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(csv.reader(io.StringIO(SHEET)))
    assert from_csv(out.getvalue().encode(encoding)) == from_csv(SHEET.encode())


def test_columns_may_be_chinese_repeated_in_any_order_and_more_than_are_looked_at() -> None:
    sheet = "英文,備註,問法,問法 2,用途,中文,中文 2\nYes,memo,可以嗎,行嗎,許可,可以,行\n"
    (template,) = from_csv(sheet.encode()).templates
    assert template.phrases == ("可以嗎", "行嗎")
    assert template.bodies == {"zh-TW": ("可以", "行"), "en": ("Yes",)}


@pytest.mark.parametrize(
    ("data", "code", "key"),
    [
        ("營業時間,開到幾點".encode("big5"), "encoding", ""),
        ("purpose,phrases,en\n".encode("utf-16-le"), "encoding", ""),
        (b"\xff\xfe\xff", "encoding", ""),
        (b"a\0b\0c", "encoding", ""),
        (b"", "no_rows", ""),
        (b"\n \n", "no_rows", ""),
        (b"purpose,en\nx,y\n", "no_column", "phrases"),
        (b"phrases,en\nx,y\n", "no_column", "purpose"),
        (b"purpose,phrases\nx,y\n", "no_column", "zh-TW / en"),
        (b'purpose,phrases,en\nx,y,"' + b"z" * 200_000, "not_csv", ""),
        (b"x" * 8_000_001, "too_big", ""),
    ],
)
def test_what_is_no_such_sheet_is_said_clearly(data: bytes, code: str, key: str) -> None:
    with pytest.raises(BadTemplate) as told:
        from_csv(data)
    assert (told.value.code, told.value.key) == (code, key)


def test_big5_and_utf16_are_called_by_name() -> None:
    for encoding, shown in (("big5", "Big5"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")):
        with pytest.raises(BadTemplate, match=f"is written in {shown}; save it as UTF-8"):
            from_csv("用途,問法,中文\n營業時間,幾點開,八點 8:00 daily".encode(encoding))


def test_a_row_that_cannot_be_used_is_refused_and_the_others_are_taken() -> None:
    sheet = (
        "id,purpose,phrases,en\n"
        "a,A,ask a,answer\n"
        "\n"
        "b,B,,answer\n"
        "a,A,ask again,answer\n"
        "c,C,ask,{{ colour }}\n"
        "d,D,ask,{{ name.__class__ }}\n"
        "e,,ask,answer\n"
        "f,F,ask,\n"
        "g h,G,ask,answer\n"
    )
    found = from_csv(sheet.encode())
    assert [template.id for template in found.templates] == ["a"]
    assert refused(found) == [
        (4, "phrases", "no_texts"),
        (5, "id", "used_twice"),
        (6, "bodies.en.1", "unknown_variable"),
        (7, "bodies.en.1", "syntax"),
        (8, "purpose", "both_languages"),
        (9, "bodies", "no_language"),
        (10, "id", "bad_id"),
    ]
    assert found.refused[2].params["name"] == "colour"


def test_two_columns_of_question_and_answer_are_gathered_by_answer() -> None:
    found = from_pairs("幾點開門\t八點開門喔！\nwhen do you open\tAt 8.\n你們幾點開\t八點開門喔！\n".encode())
    assert [(t.id, t.phrases, t.bodies) for t in found.templates] == [
        ("幾點開門", ("幾點開門", "你們幾點開"), {"zh-TW": ("八點開門喔！",)}),
        ("when-do-you-open", ("when do you open",), {"en": ("At 8.",)}),
    ]


def test_a_header_over_two_columns_is_no_question() -> None:
    assert [t.id for t in from_pairs("問題,答案\n幾點開,八點\n".encode()).templates] == ["幾點開"]


def test_pairs_are_refused_where_a_half_is_missing_or_cannot_be_spoken() -> None:
    found = from_pairs("有嗎,\n,有\nいつ,いつでもどうぞ\nok,👍\n".encode())
    assert refused(found) == [
        (1, "answer", "missing"),
        (2, "question", "missing"),
        (3, "answer", "unsupported_language"),
    ]
    assert found.templates[0].bodies == {"zh-TW": ("👍",), "en": ("👍",)}
    with pytest.raises(BadTemplate, match="two columns"):
        from_pairs("只有一欄\n第二列\n".encode())


CANNED = [
    {"id": 1, "short_code": "hello", "content": "Hi {{contact.name}}, this is {{ agent.first_name }}."},
    {"id": 2, "short_code": "opening-hours", "content": "您好 {{ contact.first_name }}，八點開門。"},
    {"id": 3, "short_code": "mail", "content": "We wrote to {{contact.email}}."},
    {"id": 4, "short_code": "filter", "content": "Hi {{ contact.name | capitalize }}"},
    {"id": 5, "content": "no code"},
    {"id": 6, "short_code": "nothing", "content": None},
    "not a response",
]


@pytest.mark.parametrize("content", [CANNED, {"payload": CANNED}])
def test_chatwoots_responses_become_templates_with_our_variables(content: object) -> None:
    found = from_chatwoot(json.dumps(content).encode())
    hello, hours = found.templates
    assert (hello.id, hello.bodies) == ("hello", {"en": ("Hi {{ name }}, this is {{ manager }}.",)})
    assert (hours.id, hours.phrases) == ("opening-hours", ("opening hours",))
    assert hours.bodies == {"zh-TW": ("您好 {{ name }}，八點開門。",)}
    assert refused(found) == [
        (3, "bodies.en.1", "syntax"),
        (4, "bodies.en.1", "syntax"),
        (5, "short_code", "missing"),
        (6, "content", "missing"),
        (7, "short_code", "missing"),
    ]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "not_json"),
        (b"{}", "missing"),
        (b"7", "missing"),
        (b"[" * 100_000, "nested"),
        (b"[" + b"9" * 10_000 + b"]", "not_json"),
        (b"[1," * 20_001, "not_json"),
    ],
)
def test_what_is_no_list_of_responses_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BadTemplate) as told:
        from_chatwoot(data)
    assert told.value.code in (code, "nested")


def test_what_is_exported_is_imported_the_same() -> None:
    (pack,) = load_packs()
    words = [Template(t.id, t.purpose, t.phrases, t.bodies) for t in pack.templates]
    assert from_csv(to_csv(pack.templates).encode()) == Imported(tuple(words), ())


def test_no_exported_cell_is_taken_for_a_formula() -> None:
    evil = ("=1+1", "+886", "-1", "@SUM(A1)", "'quoted", "a|b", "\\|", "c\\", "d")
    template = Template("t", {"zh-TW": "=x", "en": "+y"}, evil, {"en": ("=cmd|' /C calc'!A0",), "zh-TW": ("@x", "-y")})
    sheet = to_csv([template])
    cells = [cell for row in csv.reader(io.StringIO(sheet)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert from_csv(sheet.encode()).templates == (template,)


WORDS = st.text(st.characters(codec="utf-8"), max_size=30)


@settings(deadline=None)
@given(st.lists(st.lists(WORDS, min_size=5, max_size=5), max_size=5))
def test_any_cells_are_taken_or_refused_row_by_row(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "purpose", "phrases", "zh-TW", "en"], *rows])
    if "\0" in out.getvalue():
        with pytest.raises(BadTemplate):
            from_csv(out.getvalue().encode())
        return
    found = from_csv(out.getvalue().encode())
    assert len(found.templates) + len(found.refused) == sum(any(cell.strip() for cell in row) for row in rows)
    assert from_csv(to_csv(found.templates).encode()).templates == found.templates


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (from_csv, from_pairs, from_chatwoot):
        try:
            assert len(read(data).templates) <= len(data)
        except BadTemplate:
            continue
