"""The team's templates while the desk runs: what was changed is kept, laid over the files, and counts at once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import CannotKeep, NotFound, StaleTemplate
from bot.store import templates
from bot.store.engine import Store
from replies.packfile import load_packs
from replies.templates import Fact, Part, Role, document
from tests.desk.world import ADDRESS, PACK, World, world
from tests.fakes import comment


def changed(desk: World, **more: object) -> dict[str, object]:
    """The document of a template with something else in it."""
    return document(desk.templates.library.templates["address"]) | more


async def suggested(desk: World, native_id: str, text: str = ADDRESS) -> list[str]:
    """What is suggested for a new comment."""
    (item,) = await desk.takes(comment(native_id, text, author=native_id))
    await desk.suggesting.suggest([item])
    return [each.text for each in (await desk.board.card(item)).suggestions]


async def test_a_saved_wording_is_suggested_for_the_next_comment_and_by_the_next_process(desk: World) -> None:
    assert await suggested(desk, "c1") == ["可以，請私訊訂單編號。"]
    await desk.templates.save(changed(desk, bodies={"zh-TW": ["當然可以！"]}), "U1", 0)
    assert await suggested(desk, "c2") == ["當然可以！"]
    again = await world(desk.store, name="other")
    assert again.templates.library.templates["address"].bodies == {"zh-TW": ("當然可以！",)}


async def test_another_process_follows_what_was_saved_here(desk: World) -> None:
    other = await world(desk.store)
    assert await other.templates.follow() is False
    await desk.templates.save(changed(desk, bodies={"en": ["Sure."]}), "U1", 0)
    assert await other.templates.follow() is True
    assert other.templates.library.templates["address"].bodies == {"en": ("Sure.",)}


async def test_a_stale_version_is_refused_with_who_was_first(desk: World) -> None:
    await desk.templates.save(changed(desk, owner="a"), "U1", 0)
    with pytest.raises(StaleTemplate) as refused:
        await desk.templates.save(changed(desk, owner="b"), "U2", 0)
    assert refused.value.params == {"by": "U1", "id": "address"}
    assert (await desk.templates.entry("address")).version == 1


async def test_of_two_who_save_at_once_one_is_refused(desk: World) -> None:
    said = await asyncio.gather(
        *(desk.templates.save(changed(desk, owner=who), who, 0) for who in ("U1", "U2")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in said) == ["StaleTemplate", "Template"]


@pytest.mark.parametrize(
    ("more", "where", "code"),
    [
        ({"id": "x y"}, "id", "bad_id"),
        ({"bodies": {"en": ["{{ facts.gone }}"]}}, "bodies.en.1", "unknown_fact"),
        ({"greeting": "gone"}, "greeting", "unknown_part"),
        ({"phrases": []}, "phrases", "no_texts"),
        ({"purpose": {"en": "x"}}, "purpose.zh-TW", "both_languages"),
    ],
)
async def test_what_cannot_be_used_is_refused_with_its_place(
    desk: World, more: dict[str, object], where: str, code: str
) -> None:
    with pytest.raises(CannotKeep) as refused:
        await desk.templates.save(changed(desk, **more), "U1", 0)
    assert (refused.value.params["where"], refused.value.params["code"]) == (where, code)
    assert (await desk.templates.entry("address")).version == 0


async def test_a_new_template_does_not_take_the_id_of_another(desk: World) -> None:
    await desk.templates.retire("opening", "U1")
    for name in ("address", "opening"):
        with pytest.raises(CannotKeep) as refused:
            await desk.templates.save(changed(desk, id=name), "U1", None)
        assert refused.value.params["code"] == "used_twice"


RETIRED = "可以，請私訊訂單編號。"


async def test_a_retired_template_is_not_suggested_until_it_is_brought_back_and_an_edit_does_not_do_that(
    desk: World,
) -> None:
    await desk.templates.retire("address", "U1")
    assert RETIRED not in await suggested(desk, "c1")
    total, entries = await desk.templates.entries()
    assert (total, [(each.template.id, each.retired) for each in entries]) == (
        2,
        [("opening", False), ("address", True)],
    )
    entry = await desk.templates.entry("address")
    await desk.templates.save(document(entry.template) | {"owner": "x"}, "U2", entry.version)
    assert RETIRED not in await suggested(desk, "c2")
    await desk.templates.retire("address", "U1", back=True)
    assert RETIRED in await suggested(desk, "c3")
    assert (await desk.templates.entry("address")).template.owner == "x"


async def test_what_there_is_not_cannot_be_retired(desk: World) -> None:
    for call in (desk.templates.retire("gone", "U1"), desk.templates.entry("gone")):
        with pytest.raises(NotFound):
            await call


async def test_the_list_counts_all_and_gives_a_page_of_what_is_meant(desk: World) -> None:
    total, (first,) = await desk.templates.entries(count=1)
    assert (total, first.template.id, first.pack, first.version) == (2, "address", "world", 0)
    total, (second,) = await desk.templates.entries(start=1, count=5)
    assert second.template.id == "opening"
    total, found = await desk.templates.entries("營業時間")
    assert found[0].template.id == "opening"
    await desk.templates.retire("opening", "U1")
    for words in ("營業時間", "when are you open", "每天十點"):
        assert [each.retired for each in (await desk.templates.entries(words))[1]][-1] is True


async def test_the_list_says_what_became_of_a_template(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.suggesting.suggest([item])
    shown = (await desk.board.card(item)).suggestions[0]
    await desk.drafting.approve(item, "U1", stamp=shown.stamp, suggestion=shown.id)
    await desk.work()
    entry = await desk.templates.entry("address")
    assert (entry.usage.shown, entry.usage.as_is, entry.usage.passed, entry.examples) == (1, 1, 0, 1)


async def test_a_file_is_taken_in_conditions_stay_and_bad_rows_are_named(desk: World) -> None:
    await desk.templates.save(changed(desk, when={"kinds": ["comment"]}, owner="x"), "U1", 0)
    sheet = "id,purpose,phrases,en\naddress,改地址,想改地址,Of course.\nnew,新,新的問法,{{ links.gone }}\nbad,壞,,x\n"
    result = await desk.templates.take_in(sheet.encode(), "sheet.csv", "U2")
    assert result.made == ("address",)
    assert [(each.row, each.key, each.code) for each in result.refused] == [
        (4, "phrases", "no_texts"),
        (0, "new", "unknown_link"),
    ]
    kept = desk.templates.library.templates["address"]
    assert document(kept)["bodies"] == {"en": ["Of course."]}
    assert (kept.owner, sorted(kept.when.kinds)) == ("x", ["comment"])
    assert (await desk.templates.entry("address")).by == "U2"


async def test_a_file_that_is_none_is_refused_whole(desk: World) -> None:
    for raw in (b"", b"[", b"one\n", "名稱".encode("big5")):
        with pytest.raises(CannotKeep):
            await desk.templates.take_in(raw, "odd", "U1")
    assert await desk.templates.follow() is False


async def test_what_is_written_out_can_be_read_in_again(store: Store, tmp_path_factory: pytest.TempPathFactory) -> None:
    parts = (Part("hi", Role.GREETING, {"en": ("Hi!",)}),)
    pack = replace(PACK, parts=parts, facts=(Fact("fee", None, {"en": "NT$80"}),))
    desk = await world(store, pack=pack)
    whole = changed(desk, bodies={"en": ["It is {{ facts.fee }}."]}, greeting="hi", until="2027-12-31")
    await desk.templates.save(whole, "U1", 0)
    folder = tmp_path_factory.mktemp("packs")
    (folder / "exported.toml").write_bytes(desk.templates.written("pack"))
    (found,) = load_packs(folder)
    assert {each.id: each for each in found.templates} == dict(desk.templates.library.templates)
    assert (found.parts, found.facts) == (pack.parts, pack.facts)
    sheet = desk.templates.written("csv")
    other = await world(store, pack=replace(pack, templates=()))
    result = await other.templates.take_in(sheet, "sheet.csv", "U1")
    assert set(result.made) == {"address", "opening"}


async def test_every_wording_has_a_sample_or_the_reason_why_not(store: Store) -> None:
    pack = replace(PACK, facts=(Fact("fee", (await world(store)).clock().date() - timedelta(days=3), {"en": "NT$80"}),))
    desk = await world(store, pack=pack)
    content = changed(
        desk,
        bodies={"zh-TW": ["{{ name }}，{{ brand }}的{{ post }}。"], "en": ["Fee: {{ facts.fee }}."]},
        short={"en": ["{{ name }}: yes, says {{ manager }}."]},
        platforms={"telegram": {"en": ["On {{ platform }}."]}},
        when={"hours": "03:00-03:01"},
        until="2020-01-01",
    )
    samples = {each.wording: each for each in desk.templates.samples(content)}
    assert samples["bodies.zh-TW.1"].text == "小美，日和的秋季新品上市。"
    assert samples["short.en.1"].text == "Alex: yes, says Emma."
    assert samples["platforms.telegram.en.1"].text == "On telegram."
    reason = samples["bodies.en.1"].reason
    assert reason is not None
    assert reason.code == "fact_ended"
    with pytest.raises(CannotKeep):
        desk.templates.samples(content | {"bodies": {"en": ["{{ x }}"]}})


async def test_a_row_another_version_wrote_does_not_keep_the_others_from_working(desk: World) -> None:
    row = {"id": "odd", "document": {"id": "odd"}, "retired": False, "version": 1, "by": "U1", "at": desk.clock()}
    async with desk.store.write() as unit:
        await templates.put(unit, [row])
    assert await desk.templates.follow() is True
    assert set(desk.templates.library.templates) == {"address", "opening"}
    assert await suggested(desk, "c1") == ["可以，請私訊訂單編號。"]
