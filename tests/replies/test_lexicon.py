"""The hand-written lexicon: that its lists are sound, that they find what they say, and that nothing else ships."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest

import replies
from replies.lexicon import lexicon, stemmed
from replies.reading import read

FOLDER = resources.files("replies.lexicon")
LISTS = {name: tomllib.loads(FOLDER.joinpath(name).read_text("utf-8"))["concepts"] for name in ("en.toml", "zh.toml")}


def concepts(text: str) -> list[str]:
    return lexicon().concepts(stemmed(read(text).words))


def notions(text: str) -> list[str]:
    reading = read(text)
    return lexicon().notions(reading.runs, stemmed(reading.words))


@pytest.mark.parametrize("name", LISTS)
def test_a_concept_has_at_least_two_members_and_a_member_at_most_two_concepts(name: str) -> None:
    assert [concept for concept, members in LISTS[name].items() if len(set(members)) < 2] == []
    count = Counter(member for members in LISTS[name].values() for member in set(members))
    assert [member for member, times in count.items() if times > 2] == []


@pytest.mark.parametrize("name", LISTS)
def test_members_are_lower_case_and_each_stands_once_in_its_concept(name: str) -> None:
    for concept, members in LISTS[name].items():
        assert [member for member in members if member != member.lower().strip()] == [], concept
        assert [member for member, times in Counter(members).items() if times > 1] == [], concept


def test_every_member_can_be_found() -> None:
    for concept, members in LISTS["en.toml"].items():
        assert [member for member in members if concept not in concepts(member)] == [], concept
    for concept, members in LISTS["zh.toml"].items():
        assert [member for member in members if concept not in notions(member)] == [], concept


def test_different_words_for_the_same_thing_meet() -> None:
    assert set(concepts("my parcel never showed up")) & set(concepts("I have not received the package"))
    assert set(notions("包裹還沒收到")) & set(notions("我的快遞沒收到"))


def test_the_longest_member_is_the_one_meant() -> None:
    assert "how_long" in concepts("how many days")
    assert "how_many" not in concepts("how many days")
    assert "received" not in notions("沒收到")


def test_simplified_and_full_width_writing_have_the_same_concepts() -> None:
    assert notions("什么时候发货") == notions("什麼時候發貨") != []
    assert concepts("ＲＥＦＵＮＤ please") == concepts("refund please") != []


def test_no_weights_and_no_binary_ship_with_the_engine() -> None:
    """The core knows what a person wrote and what a library teaches it, and nothing that was trained elsewhere."""
    files = [p for p in Path(replies.__file__).parent.rglob("*") if p.is_file() and "__pycache__" not in p.parts]
    assert {path.suffix for path in files} <= {".py", ".toml"}
    assert [path.name for path in files if b"\0" in path.read_bytes()] == []
