"""Packs as files: what is wrong is said with file, line, key and remedy, and what is written is read back the same."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from time import process_time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from replies.errors import BadPack
from replies.packfile import load_pack, load_packs, write_pack
from replies.templates import Condition, Fact, Hours, Link, Pack, Part, Risk, Role, Template

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
MORE = """
[[part]]
id = "hello"
role = "greeting"
bodies = { en = ["Hi {{ name }},"] }

[[fact]]
id = "closed"
until = 2027-12-31
texts = { en = "closed on Monday" }

[[link]]
id = "shop"
url = "https://shop.example/"
tracking = { utm_campaign = "desk" }
"""
FULL = GOOD.replace('phrases = ["開', 'greeting = "hello"\nphrases = ["開') + MORE


def written(directory: Path, text: str, name: str = "shop.toml") -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_pack_is_read_with_parts_facts_and_links(tmp_path: Path) -> None:
    pack = load_pack(written(tmp_path, FULL))
    assert (pack.id, [template.id for template in pack.templates]) == ("shop", ["hours"])
    assert pack.parts == (Part("hello", Role.GREETING, {"en": ("Hi {{ name }},",)}),)
    assert pack.facts == (Fact("closed", date(2027, 12, 31), {"en": "closed on Monday"}),)
    assert pack.links == (Link("shop", "https://shop.example/", {"utm_campaign": "desk"}),)
    assert load_packs(tmp_path) == (pack,)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('id = "shop"\n', 'id = "shop\n', r"shop\.toml: is not valid TOML: .*line 2.*quote or comma"),
        ('id = "shop"\n\n[[t', "\n[[t", r"shop\.toml: pack\.id: is missing; begin the file with \[pack\]"),
        ("[[template]]", "[[templates]]", r"templates: is not known here; there are: pack, template"),
        ('id = "hours"', "", r"shop\.toml:4: id: must be a short name"),
        ("phrases", "phrase", r"shop\.toml:8: template 'hours': phrase: is not known here; there are: id, purpose"),
        ('["開到幾點"]', "[]", r"shop\.toml:8: template 'hours': phrases: must be a list of texts"),
        ('["開到幾點"]', '["好", 3]', r"phrases\.2: is not a text; remove it"),
        (', zh-TW = "營業時間"', "", r"shop\.toml:6: .*purpose\.zh-TW: is missing; the team reads this in zh-TW / en"),
        ('en = ["Hi {{ name }}"]\n', 'fr = ["Salut"]\n', r"shop\.toml:12: .*bodies\.fr: is not known here"),
        ("Hi {{ name }}\"]\n", "Hi {{ nmae }}\"]\n", r"shop\.toml:12: .*bodies\.en\.1: has no variable nmae"),
        ("Hi {{ name }}\"]\n", "Hi {{ name\"]\n", r"shop\.toml:12: .*bodies\.en\.1: has double braces"),
        ('"greeting"', '"hello"', r"shop\.toml:16: part 'hello': role: must be one of: greeting, closing, signature"),
        ("2027-12-31", '"soon"', r"shop\.toml:21: fact 'closed': until: must be a date"),
        ("closed on", "closed {{ name }} on", r"shop\.toml:22: fact 'closed': texts\.en: is a fact, which is plain"),
        ('id = "closed"', 'id = "is-closed"', r"shop\.toml:20: fact 'is-closed': id: must be a short name of small"),
        ("https://shop", "http://shop", r"shop\.toml:26: link 'shop': url: must be an address that begins with https"),
        ("https://shop.example/", "https://me:pass@shop.example/", r"url: must be an address"),
        ("https://shop.example/", "https://", r"url: must be an address"),
        ("https://shop.example/", "https://a.b/c d", r"url: must be an address"),
        ("https://shop.example/", "https://a.b/{{name}}", r"url: must be an address"),
        ("https://shop.example/", "javascript:alert(1)", r"url: must be an address"),
        ('greeting = "hello"', 'greeting = "hallo"', r"shop\.toml:7: template 'hours': greeting: names the part 'ha"),
        ('greeting = "hello"', 'closing = "hello"', r"closing: names 'hello', whose role is greeting; it must be"),
        ("Hi {{ name }},", "Hi {{ facts.open }},", r"shop\.toml:17: part 'hello': bodies\.en\.1: names the fact 'op"),
        ('您好"]', '您好 {{ links.x }}"]', r"shop\.toml:11: .*bodies\.zh-TW\.1: names the link 'x'.*there are: shop"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_place_and_remedy(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FULL
    written(tmp_path, FULL.replace(old, new, 1))
    with pytest.raises(BadPack, match=told):
        load_packs(tmp_path)


def test_a_pack_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"template: is missing; write at least one \[\[template\]\] section"):
        load_pack(written(tmp_path, '[pack]\nid = "shop"\n'))


def test_a_file_of_facts_alone_serves_the_other_packs(tmp_path: Path) -> None:
    written(tmp_path, GOOD.replace("Hi {{ name }}", "We are {{ facts.closed }}"), "a.toml")
    written(tmp_path, '[pack]\nid = "facts"\n' + MORE, "b.toml")
    assert [pack.id for pack in load_packs(tmp_path)] == ["shop", "facts"]


def test_two_templates_of_one_id_are_refused_at_the_second(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"shop\.toml:14: template 'hours': id: 'hours' is used twice") as told:
        load_pack(written(tmp_path, GOOD + "\n" + GOOD.split("\n\n", 1)[1]))
    assert (told.value.line, told.value.key, told.value.code) == (14, "id", "used_twice")


def test_an_inline_list_of_templates_is_told_without_a_line(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"^shop\.toml: template 'a': purpose: is missing") as told:
        load_pack(written(tmp_path, 'template = [{ id = "a" }]\n[pack]\nid = "shop"\n'))
    assert told.value.line is None


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match=r"none\.toml: cannot be read \(No such file"):
        load_pack(tmp_path / "none.toml")
    (tmp_path / "big5.toml").write_bytes("營業".encode("big5"))
    with pytest.raises(BadPack, match="is not UTF-8; save it as UTF-8"):
        load_pack(tmp_path / "big5.toml")


def test_a_file_of_ten_megabytes_is_refused_before_it_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "big.toml").write_bytes(b"# " + b"x" * 10_000_000)
    with pytest.raises(BadPack, match=r"big\.toml: is larger than 8 MB"):
        load_pack(tmp_path / "big.toml")


@pytest.mark.parametrize("nest", ["x = " + "[" * 50_000, "x = " + "{a=" * 50_000])
def test_a_file_nested_without_end_is_refused(tmp_path: Path, nest: str) -> None:
    with pytest.raises(BadPack, match="nested too deep"):
        load_pack(written(tmp_path, nest))


def test_a_number_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="is not valid TOML"):
        load_pack(written(tmp_path, "x = " + "9" * 10_000))


def test_a_null_byte_in_a_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadPack, match="is not valid TOML"):
        load_pack(written(tmp_path, GOOD.replace("Hi", "Hi\x00")))
    with pytest.raises(BadPack, match=r"bodies\.en\.1: holds the invisible character U\+0000"):
        load_pack(written(tmp_path, GOOD.replace("Hi", "Hi\\u0000")))


def test_ids_are_unique_over_all_packs(tmp_path: Path) -> None:
    written(tmp_path, GOOD, "a.toml")
    written(tmp_path, GOOD.replace('"shop"', '"other"'), "b.toml")
    with pytest.raises(BadPack, match=r"b\.toml:5: template 'hours': id: 'hours' is in a\.toml too; rename"):
        load_packs(tmp_path)
    written(tmp_path, GOOD.replace('"hours"', '"closing"'), "b.toml")
    with pytest.raises(BadPack, match=r"b\.toml: id: 'shop' is in a\.toml too"):
        load_packs(tmp_path)


WHOLE = Pack(
    "whole",
    (
        Template(
            "all",
            {"zh-TW": '引號 " 與 \\', "en": "x"},
            ("a" * 200, "b"),
            {"zh-TW": ("一行\n兩行\t欄", "# 不是註解")},
            {"en": ("short",)},
            {"fan.page": {"en": ("x",)}, "電報": {"zh-TW": ("y",)}},
            Condition(frozenset({"b", "a"}), frozenset({"review"}), frozenset({"vip"}), Hours(time(22), time(8))),
            "hello",
            None,
            True,
            date(2030, 2, 28),
            Risk.SAFE,
            "U1",
        ),
    ),
    (Part("hello", Role.GREETING, {"en": ("Hi",)}),),
    (Fact("f", None, {"zh-TW": "事實"}),),
    (Link("l", "https://x.example/?a=1", {}),),
)


def test_what_is_written_is_read_back_the_same(tmp_path: Path) -> None:
    path = tmp_path / "whole.toml"
    path.write_text(write_pack(WHOLE), encoding="utf-8")
    assert load_pack(path) == WHOLE
    assert write_pack(load_pack(path)) == write_pack(WHOLE)
    assert "until = 2030-02-28\n" in write_pack(WHOLE)


WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Zl", "Zp", "Zs")), min_size=1, max_size=30
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(WORDS.filter(lambda text: "{" not in text and text.isalnum()), min_size=1, max_size=20), WORDS)
def test_any_words_survive_being_written(tmp_path: Path, phrases: list[str], platform: str) -> None:
    bodies = {"en": ("x\ny \\ \" '''",)}
    template = Template("a", {"zh-TW": "x", "en": "y"}, tuple(phrases), bodies, platforms={platform: bodies})
    path = tmp_path / "pack.toml"
    path.write_text(write_pack(Pack("p", (template,))), encoding="utf-8", newline="")
    assert load_pack(path).templates == (template,)


def test_ten_thousand_templates_are_read_in_a_few_seconds(tmp_path: Path) -> None:
    head, body = GOOD.split("\n\n", 1)
    many = [body.replace('"hours"', f'"t{n}"').replace("開到幾點", f"開到{n}點") for n in range(10_000)]
    path = written(tmp_path, "\n".join([head, "", *many]))
    started = process_time()
    (pack,) = load_packs(tmp_path)
    took = process_time() - started
    assert (len(pack.templates), path.stat().st_size > 1_000_000) == (10_000, True)
    assert took < 5, f"{took:.1f} s"
