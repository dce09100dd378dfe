"""Templates in Slack: found, written, previewed, retired and brought back, by whoever works the desk."""

from __future__ import annotations

import time
from datetime import date

import pytest

from bot.store.engine import Store
from replies.templates import Condition, Hours, Risk, document
from tests.desk.world import world
from tests.handlers.conftest import EMMA, PINYU, POHAN, Office
from tests.handlers.room import Room, fields, library, shelf, template, texts


@pytest.fixture
async def room(office: Office, store: Store) -> Room:
    """A desk with two templates."""
    return Room(office, await world(store))


async def test_the_list_is_in_the_readers_language_and_says_how_each_template_does(room: Room) -> None:
    await room.start()
    said = texts(await room.listed(PINYU))
    for words in ("改地址", "address", "營業時間", "第 1–2 則，共 2 則", "還沒建議過", "來自範本包 world"):
        assert words in said
    said = texts(await room.listed(EMMA))
    assert "Change of address" in said
    assert "not suggested yet" in said


async def test_words_behind_the_command_are_searched_for(room: Room) -> None:
    await room.start()
    view = await room.listed(EMMA, "opening")
    assert "Change of address" not in texts(view)
    assert fields(view)["template.find"]["value"] == "opening"
    view = await room.listed(EMMA, "R&D <x>", "R&D <x>")
    assert fields(view)["template.find"]["value"] == "R&D <x>"
    await room.listed(EMMA, "zzqq", "Nothing found")


async def test_the_search_field_searches_on_enter_and_on_its_button(room: Room) -> None:
    await room.start()
    view = await room.listed(EMMA)
    at = {"view_id": view["id"], "block_id": "template.find", "action_id": "template.find"}
    await room.office.does("type", EMMA, **at, value="change of address")
    view = await room.office.window(EMMA, "1–1 of 1")
    assert "Change of address" in texts(view)
    told = await room.submit(EMMA, view, **{"template.find": "opening hours"})
    assert told == {"outcome": "acked", "errors": None}
    assert "Opening hours" in texts(await room.office.window(EMMA, "Opening hours"))


async def test_twelve_are_on_a_page_and_the_rest_behind_it(office: Office, store: Store) -> None:
    room = await shelf(office, store, *(template(f"t{n:02}") for n in range(30)))
    await room.start()
    view = await room.listed(EMMA, holding="1–12 of 30")
    assert "template.previous" not in str(view["blocks"])
    await room.press(EMMA, view, "template.next")
    view = await office.window(EMMA, "13–24 of 30")
    await room.press(EMMA, view, "template.next")
    view = await office.window(EMMA, "25–30 of 30")
    assert "template.next" not in str(view["blocks"])
    await room.press(EMMA, view, "template.previous")
    await office.window(EMMA, "13–24 of 30")


async def test_ten_thousand_templates_open_within_a_second(office: Office, store: Store) -> None:
    room = await shelf(office, store, *(template(f"t{n}") for n in range(10_000)))
    await room.start()
    await office.slack._people.get(EMMA)
    began = time.monotonic()
    await room.listed(EMMA, holding="1–12 of 10,000")
    assert time.monotonic() - began < 1.0


async def test_a_new_template_is_written_saved_and_in_the_list_at_once(room: Room) -> None:
    await room.start()
    await room.press(EMMA, await room.listed(EMMA), "template.new")
    view = await room.office.window(EMMA, "bodies_en", 2)
    told = await room.submit(
        EMMA,
        view,
        id="refunds",
        purpose_zh="退款",
        purpose_en="Refunds",
        phrases="可以退款嗎\n  怎麼退貨 \n\n",
        bodies_zh="{{ name }} 您好，七天內可以退。\n---\n可以的，七天內都行。",
        bodies_en="Yes, within seven days.",
        hours="０９：００～18：00",
        segments="new，returning",
        risk={"selected_option": "safe"},
        until={"selected_date": "2027-12-31"},
        kinds={"selected_options": ["comment", "direct"]},
        owner={"selected_user": POHAN},
    )
    assert told == {"outcome": "acked", "errors": None}
    assert "Refunds" in texts(await room.office.window(EMMA, "1–3 of 3"))
    kept = library(room).templates["refunds"]
    assert kept.phrases == ("可以退款嗎", "怎麼退貨")
    assert kept.bodies["zh-TW"] == ("{{ name }} 您好，七天內可以退。", "可以的，七天內都行。")
    assert str(kept.when.hours) == "09:00-18:00"
    assert kept.when.segments == {"new", "returning"}
    assert (kept.risk, kept.until, kept.owner) == (Risk.SAFE, date(2027, 12, 31), POHAN)
    assert kept.when.kinds == {"comment", "direct"}
    assert (await room.world.templates.entry("refunds")).by == EMMA


async def test_what_the_window_does_not_show_and_what_nobody_touched_survives_an_edit(
    office: Office, store: Store
) -> None:
    whole = template(
        "whole",
        phrases=("一行\n兩行", "另一句"),
        short={"en": ("Short.",)},
        platforms={"telegram": {"en": ("On Telegram.",)}},
        when=Condition(frozenset({"telegram"}), frozenset({"direct"}), frozenset({"a, b"}), None, frozenset()),
        greeting="hello",
        signature=True,
        owner="行銷組",
    )
    room = await shelf(office, store, whole)
    await room.start()
    view = await room.form(EMMA, "whole")
    told = await room.submit(EMMA, view, bodies_en="Like so.\n-----\nOr so.")
    assert told["errors"] is None
    await office.window(EMMA, "changed by Emma Clarke")
    wanted = document(whole) | {"bodies": {"zh-TW": ["這樣 whole。"], "en": ["Like so.", "Or so."]}}
    assert document(library(room).templates["whole"]) == wanted


async def test_pickers_are_emptied_by_their_tick_boxes(office: Office, store: Store) -> None:
    room = await shelf(office, store, template("old", until=date(2027, 1, 1), owner=POHAN, greeting="hello"))
    await room.start()
    view = await room.form(EMMA, "old")
    assert fields(view)["until"]["selected_date"] == "2027-01-01"
    none = {"selected_option": "-"}
    await room.submit(EMMA, view, clear={"selected_options": ["until", "owner"]}, greeting=none)
    await office.window(EMMA, "changed by")
    kept = library(room).templates["old"]
    assert (kept.until, kept.owner, kept.greeting) == (None, "", None)


@pytest.mark.parametrize(
    ("typed", "field", "says"),
    [
        ({"id": "address"}, "id", "address 用了兩次"),
        ({"id": "no spaces"}, "id", "必須是簡短的名稱"),
        ({"bodies_zh": "{{ nmae }} 好\n---\n好"}, "bodies_zh", "第 1 則沒有 nmae 這個變數"),
        ({"bodies_en": "ok\n---\n{{ facts.gone }}"}, "bodies_en", "第 2 則用了不存在的事實 'gone'"),
        ({"short_en": "{% if x %}"}, "short_en", "第 1 則"),
        ({"phrases": "好\n" + "長" * 301}, "phrases", "第 2 則超過 300 個字"),
        ({"bodies_zh": None}, "bodies_zh", "這一欄沒有寫"),
        ({"hours": "九點到五點"}, "hours", "必須是兩個不同的時間"),
        ({"purpose_en": "\u202e顛倒"}, "purpose_en", "看不見的字元"),
        ({"segments": "a" * 61}, "segments", "超過 60 個字"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_in_the_readers_language(
    room: Room, typed: dict[str, object], field: str, says: str
) -> None:
    await room.start()
    await room.press(PINYU, await room.listed(PINYU), "template.new")
    view = await room.office.window(PINYU, "bodies_zh", 2)
    good: dict[str, object] = {"id": "new", "purpose_zh": "新", "purpose_en": "New", "phrases": "新", "bodies_zh": "好"}
    told = await room.submit(PINYU, view, **good | typed)
    assert list(told["errors"]) == [field]
    assert says in told["errors"][field]
    assert (await room.submit(PINYU, view, **good | dict.fromkeys(typed, None) | good))["errors"] is None


async def test_two_people_at_once_the_second_is_told_and_loses_nothing(room: Room) -> None:
    await room.start()
    first, second = await room.form(PINYU, "address"), await room.form(EMMA, "address")
    assert (await room.submit(PINYU, first, bodies_en="Hers."))["errors"] is None
    await room.office.window(PINYU, "林品妤 改過")
    assert (await room.submit(EMMA, second, bodies_en="His."))["outcome"] == "acked"
    view = await room.office.window(EMMA, "林品妤 changed this template", 2)
    assert "Different now: Answers in English." in texts(view)
    assert fields(view)["bodies_en"]["value"] == "His."
    assert library(room).templates["address"].bodies["en"] == ("Hers.",)
    assert (await room.submit(EMMA, view))["errors"] is None
    await room.office.window(EMMA, "changed by Emma Clarke")
    assert library(room).templates["address"].bodies["en"] == ("His.",)


async def test_a_preview_shows_every_wording_as_a_reader_would_see_it(office: Office, store: Store) -> None:
    room = await shelf(office, store, template("greeted", greeting="hello"))
    await room.start()
    view = await room.form(EMMA, "greeted")
    at = {"view_id": view["id"], "block_id": "bodies_zh", "action_id": "bodies_zh"}
    await office.does("type", EMMA, **at, value="{{ name }}，歡迎 <!channel> *來*。")
    await room.press(EMMA, view, "template.preview")
    view = await office.window(EMMA, "小美，歡迎", 2)
    said = texts(view)
    assert "您好！小美，歡迎 <!channel> *來*。" in said
    assert "Hello! Like greeted." in said
    assert "20 characters" in said
    assert fields(view)["bodies_zh"]["value"] == "{{ name }}，歡迎 <!channel> *來*。"
    await office.does("type", EMMA, **at, value="{{ nobody }}")
    await room.press(EMMA, view, "template.preview")
    await office.window(EMMA, "Answers in Chinese: No. 1 has no variable nobody", 2)
    assert library(room).templates["greeted"].bodies["zh-TW"] == ("這樣 greeted。",)


async def test_retired_and_brought_back_from_the_list(room: Room) -> None:
    await room.start()
    view = await room.listed(EMMA)
    buttons = [each for block in view["blocks"] for each in block.get("elements", ()) if "action_id" in each]
    assert all("confirm" in each for each in buttons if each["action_id"] in ("template.retire", "template.take_in"))
    await room.press(EMMA, view, "template.retire", "address")
    view = await room.office.window(EMMA, "template.restore")
    assert list(library(room).templates) == ["opening"]
    view = await room.form(EMMA, "address")
    assert (await room.submit(EMMA, view, purpose_en="Moved"))["errors"] is None
    view = await room.office.window(EMMA, "Moved")
    assert library(room).retired["address"].purpose["en"] == "Moved"
    await room.press(EMMA, view, "template.restore", "address")
    await room.gone(EMMA, "template.restore")
    assert library(room).templates["address"].purpose["en"] == "Moved"


async def test_a_template_longer_than_slacks_field_is_not_cut_but_explained(office: Office, store: Store) -> None:
    room = await shelf(office, store, template("long", bodies={"en": ("x" * 2999, "y" * 100)}))
    await room.start()
    await room.press(EMMA, await room.listed(EMMA), "template.edit", "long")
    said = texts(await office.window(EMMA, "stops at 3000", 2))
    assert "“Answers in English” has 3104 characters" in said


async def test_hostile_words_are_literal_in_the_list_and_in_the_form(office: Office, store: Store) -> None:
    nasty = "*<!channel>* <http://evil.example|x> :skull:"
    room = await shelf(office, store, template("nasty", purpose={"zh-TW": nasty, "en": nasty}, phrases=(nasty,)))
    await room.start()
    view = await room.listed(EMMA)
    kinds = {block["type"] for block in view["blocks"] if "<!channel>" in str(block)}
    assert kinds == {"rich_text", "actions"}
    assert "mrkdwn" not in str([block for block in view["blocks"] if "<!channel>" in str(block)])
    view = await room.form(EMMA, "nasty")
    assert fields(view)["purpose_en"]["value"] == nasty
    assert (await room.submit(EMMA, view, hours="22:00-08:00"))["errors"] is None
    await office.window(EMMA, "changed by")
    kept = library(room).templates["nasty"]
    assert (kept.purpose["en"], str(kept.when.hours)) == (nasty, "22:00-08:00")
    assert isinstance(kept.when.hours, Hours)
