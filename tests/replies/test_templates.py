"""Packs: the shipped one is whole, and what is wrong with a pack is said so that a person can mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from replies.render import VARIABLES, render
from replies.templates import LANGUAGES, BadPack, load_pack, load_packs

GOOD = """\
[pack]
id = "shop"

[[template]]
id = "hours"
purpose = { en = "Hours", zh-TW = "營業時間" }
phrases = ["開到幾點"]

[template.bodies]
zh-TW = ["{{ name }} 您好"]
en = ["Hi {{ name }}"]
"""


def written(directory: Path, text: str, name: str = "shop.toml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_pack_is_read(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path, GOOD))
    (template,) = pack.templates
    assert (pack.id, template.id, template.phrases) == ("shop", "hours", ("開到幾點",))
    assert template.purpose == {"en": "Hours", "zh-TW": "營業時間"}
    assert template.bodies == {"zh-TW": ("{{ name }} 您好",), "en": ("Hi {{ name }}",)}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "shop"', 'id = "shop', r"shop\.toml: is not valid TOML: .*line 2.*quote or comma"),
        ('id = "shop"', "", r"shop\.toml: pack\.id: is missing; begin the file with \[pack\]"),
        ("[[template]]", "[[templates]]", r"templates: is not known here; there are: pack, template"),
        ('id = "hours"', "", r"shop\.toml:4: id: is missing; write id ="),
        ("phrases", "phrase", r"shop\.toml:7: template 'hours': phrase: is not known here; there are: id, purpose"),
        ('["開到幾點"]', "[]", r"shop\.toml:7: template 'hours': phrases: must be a list of texts"),
        ('["開到幾點"]', '"開到幾點"', r"phrases: must be a list of texts with at least one"),
        ('["開到幾點"]', '["好", 3]', r"phrases: entry 2 is not a text; remove it"),
        (', zh-TW = "營業時間"', "", r"shop\.toml:6: .*purpose\.zh-TW: is missing; every template is written in both"),
        ('"營業時間"', '" "', r"purpose\.zh-TW: must be a text"),
        ('en = ["Hi {{ name }}"]', "", r"shop\.toml:9: template 'hours': bodies\.en: is missing"),
        ('en = ["', 'fr = ["Salut"]\nen = ["', r"shop\.toml:11: .*bodies\.fr: is not known here; there are: zh-TW, en"),
        ("Hi {{ name }}", "Hi {{ nmae }}", r"shop\.toml:11: .*bodies\.en: wording 1: line 1: unknown variable 'nmae'"),
        ("Hi {{ name }}", "Hi {{ name.x }}", r"wording 1: line 1: only text and \{\{ variable \}\}"),
        ("Hi {{ name }}", "Hi {{ name", r"shop\.toml:11: .*wording 1: line 1: "),
    ],
)
def test_what_is_wrong_is_said_with_place_and_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(BadPack, match=told):
        load_pack(written(tmp_path, GOOD.replace(old, new)))


def test_a_pack_without_templates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"template: is missing; write at least one \[\[template\]\] section"):
        load_pack(written(tmp_path, '[pack]\nid = "shop"\n'))


def test_two_templates_of_one_id_are_refused_at_the_second(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"shop\.toml:14: template 'hours': id: 'hours' is used twice") as told:
        load_pack(written(tmp_path, GOOD + "\n" + GOOD.split("\n\n", 1)[1]))
    assert told.value.line == 14
    assert told.value.key.endswith("id")


def test_an_inline_list_of_templates_is_told_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"^shop\.toml: template 'a': phrases: must be") as told:
        load_pack(written(tmp_path, 'template = [{ id = "a" }]\n[pack]\nid = "shop"\n'))
    assert told.value.line is None


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"none\.toml: cannot be read \(No such file"):
        load_pack(tmp_path / "none.toml")
    (tmp_path / "big5.toml").write_bytes("營業".encode("big5"))
    with pytest.raises(BadPack, match="is not UTF-8; save the file as UTF-8"):
        load_pack(tmp_path / "big5.toml")


def test_ids_are_unique_over_all_packs(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.toml")
    written(tmp_path, GOOD.replace('"shop"', '"other"'), "b.toml")
    with pytest.raises(BadPack, match=r"b\.toml: id: template 'hours' is in a\.toml too; rename"):
        load_packs(tmp_path)
    written(tmp_path, GOOD.replace('"hours"', '"closing"'), "b.toml")
    with pytest.raises(BadPack, match=r"b\.toml: id: pack 'shop' is in a\.toml too"):
        load_packs(tmp_path)


def test_every_shipped_template_has_enough_phrases_and_wordings_that_render() -> None:
    values = dict.fromkeys(VARIABLES, "X")
    for pack in load_packs():
        assert len(pack.templates) >= 18
        for template in pack.templates:
            assert len(template.phrases) >= 16, template.id
            for language in LANGUAGES:
                assert 2 <= len(set(template.bodies[language])) <= 3, template.id
                texts = [render(wording, values) for wording in template.bodies[language]]
                assert all(text and "{" not in text for text in texts)
                assert min(map(len, texts)) <= 120, f"{template.id} has no short wording"


def test_shipped_wordings_greet_the_reader_only_where_the_neutral_word_fits() -> None:
    for pack in load_packs():
        for template in pack.templates:
            for wording in template.bodies["en"]:
                assert wording.count("{{ name }}") == wording.count("Hi {{ name }}"), wording
            for wording in template.bodies["zh-TW"]:
                assert wording.startswith(("{{ name }} 您好", "哈囉 {{ name }}，")), wording
