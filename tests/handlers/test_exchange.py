"""Templates into the desk from files and pasted sheets, and out of it: what is refused is said row by row."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from bot.store.engine import Store
from handlers.files import Files
from replies.exchange import read
from replies.packfile import load_pack
from tests.desk.world import world
from tests.handlers.conftest import DESK, EMMA, PINYU, Office
from tests.handlers.room import Json, Room, texts
from tests.people import until

SHEET = """id,purpose,phrases,zh-TW,en
parking,停車,哪裡停車|有停車場嗎,門口就有。,At the door.
address,改地址,想改地址,新的說法。,
"""
BAD = "wifi,無線網路,密碼是什麼,{{ password }},\n,,,,only english\n"


@pytest.fixture
async def room(office: Office, store: Store) -> Room:
    """A desk with two templates."""
    return Room(office, await world(store))


async def window(room: Room, who: str = EMMA) -> Json:
    """The import window, opened from the list."""
    await room.press(who, await room.listed(who), "template.take_in")
    return await room.office.window(who, "paste", 2)


async def attached(room: Room, who: str, name: str, content: bytes) -> Json:
    """A file chosen in the window: what its field holds then."""
    if len(content) > 1_000_000:  # aiohttp's client warns of a body so large; the sandbox is in this process.
        return {"files": [room.office.box.slack.files.attach(who, name, content)]}
    told = await room.office.does("attach", who, name=name, content=base64.b64encode(content).decode())
    return {"files": [told]}


async def put_in(room: Room, name: str, content: bytes, who: str = EMMA) -> Json:
    """Choose this file and import it."""
    return await room.submit(who, await window(room, who), file=await attached(room, who, name, content))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_a_sheet_is_taken_in_and_refused_rows_are_named_with_their_reason(room: Room, encoding: str) -> None:
    await room.start()
    assert (await put_in(room, "mine.csv", (SHEET + BAD).encode(encoding)))["errors"] is None
    said = texts(await room.office.window(EMMA, "are stored", 2))
    assert "2 templates are stored." in said
    assert "2 rows were not taken:" in said
    assert "Row 4:\n Answers in Chinese, no. 1 has no variable password" in said
    assert "Row 5:\n Purpose, in Chinese is missing" in said
    held = room.world.templates.library.templates
    assert held["parking"].phrases == ("哪裡停車", "有停車場嗎")
    assert held["address"].bodies["zh-TW"] == ("新的說法。",)


async def test_two_columns_and_chatwoots_responses_are_taken_in(room: Room) -> None:
    await room.start()
    pairs = "可以刷卡嗎\t可以，各家都行。\n能用行動支付嗎\t可以，各家都行。\n"
    assert (await put_in(room, "pairs.tsv", pairs.encode()))["errors"] is None
    await room.office.window(EMMA, "1 template is stored", 2)
    canned = [{"short_code": "late", "content": "Sorry, {{contact.name}}."}, {"short_code": "odd"}]
    assert (await put_in(room, "canned.json", json.dumps(canned).encode(), PINYU))["errors"] is None
    said = texts(await room.office.window(PINYU, "已經存好 1 則範本", 2))
    assert "第 2 列：" in said
    held = room.world.templates.library.templates
    assert held["late"].bodies["en"] == ("Sorry, {{ name }}.",)
    assert [each.phrases for each in held.values() if "各家都行" in str(each.bodies)] == [
        ("可以刷卡嗎", "能用行動支付嗎")
    ]


async def test_what_was_pasted_works_without_any_scope(room: Room) -> None:
    await room.office.does("settings", EMMA, scopes=["chat:write", "commands", "users:read"])
    await room.start()
    view = await window(room)
    assert "file_input" not in str(view["blocks"])
    assert "Add it under “OAuth & Permissions”" in texts(view).replace("&amp;", "&")
    assert (await room.submit(EMMA, view, paste=SHEET.replace(",", "\t")))["errors"] is None
    await room.office.window(EMMA, "2 templates are stored", 2)
    view = await room.office.window(EMMA, "2 templates are stored", 2)
    await room.office.does("close", EMMA, view_id=view["id"])
    assert "停車" in texts(await room.office.window(EMMA, "1–3 of 3"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"x" * 5_000_001, "The file is larger than 5 MB"),
        (b"\x00\xff\xfe\x00", "The file "),
        (b"[not json", "The file is not valid JSON"),
        (b"one column only\n", "The file must have two columns"),
    ],
)
async def test_a_file_that_cannot_be_read_is_said_at_its_field(room: Room, content: bytes, says: str) -> None:
    await room.start()
    told = await put_in(room, "odd.csv", content)
    assert told["errors"]["file"].startswith(says)
    assert list(room.world.templates.library.templates) == ["address", "opening"]


async def test_nothing_chosen_is_said(room: Room) -> None:
    await room.start()
    told = await room.submit(EMMA, await window(room), paste=None)
    assert told["errors"] == {"paste": "Choose a file, or paste something."}


async def test_a_file_that_may_not_be_read_says_what_to_do(room: Room) -> None:
    await room.start()
    view = await window(room)
    file = await attached(room, EMMA, "mine.csv", SHEET.encode())
    await room.office.does("settings", EMMA, scopes=["chat:write", "commands", "users:read"])
    told = await room.submit(EMMA, view, file=file)
    assert "Add the permission files:read" in told["errors"]["file"]


async def test_a_file_of_somebody_elses_host_is_never_fetched(room: Room, foreign: list[str]) -> None:
    await room.start()
    view = await window(room)
    for url in ("https://files.evil.example/a.csv", "http://localhost.evil.example/a.csv", "", "http://[::1"):
        told = await room.submit(EMMA, view, file={"files": [{"name": "a.csv", "url_private": url}]})
        assert "does not let me read that file" in told["errors"]["file"]
    assert foreign == []


def test_only_slacks_own_hosts_are_slacks() -> None:
    files = Files(None, "https://slack.com/api/", frozenset())  # type: ignore[arg-type]
    ours = ["https://files.slack.com/x", "https://slack.com/x", "https://a.files.slack.com:443/x"]
    theirs = [
        *("http://files.slack.com/x", "https://slack.com.evil.example/x", "https://evilslack.com/x"),
        *("https://files.slack.com:8443/x", "https://user@evil.example/slack.com", "ftp://files.slack.com/x", "x"),
    ]
    assert [url for url in ours + theirs if files._ours(url)] == ours


async def test_an_export_arrives_in_the_channel_and_can_be_taken_in_again(room: Room, tmp_path: Path) -> None:
    await room.start()
    view = await room.listed(EMMA)
    for kind, name in (("csv", "xiaobian-templates.csv"), ("pack", "xiaobian-templates.toml")):
        await room.press(EMMA, view, f"template.export_{kind}")
        top = await room.office.window(EMMA, f"The file is in <#{DESK}>", 2)
        await room.office.does("close", EMMA, view_id=top["id"])
        content = await downloaded(room, name)
        wanted = room.world.templates.library.templates
        if kind == "csv":
            assert {each.id: each for each in read(content).templates} == dict(wanted)
        else:
            file = tmp_path / name
            file.write_bytes(content)
            assert {each.id: each for each in load_pack(file).templates} == dict(wanted)


async def test_without_the_scope_a_short_export_can_be_copied_and_a_long_one_says_what_to_do(room: Room) -> None:
    await room.office.does("settings", EMMA, scopes=["chat:write", "commands", "users:read"])
    await room.start()
    view = await room.listed(EMMA)
    await room.press(EMMA, view, "template.export_csv")
    top = await room.office.window(EMMA, "Copy this into a file", 2)
    assert "`files:write`" in texts(top)
    copied = top["state"]["values"]["copy"]["copy"]["value"]
    assert {each.id for each in read(copied.encode()).templates} == {"address", "opening"}
    assert (await room.submit(EMMA, top))["outcome"] == "acked"
    content = {
        "id": "long",
        "purpose": {"zh-TW": "長", "en": "Long"},
        "phrases": ["長"],
        "bodies": {"en": ["x" * 3500]},
    }
    await room.world.templates.save(content, EMMA, None)
    await room.press(EMMA, await room.office.window(EMMA, "template.export_csv"), "template.export_csv")
    top = await room.office.window(EMMA, "`files:write`", 2)
    assert "copy" not in top["state"]["values"]


async def test_an_export_asked_for_where_the_bot_is_not_goes_to_the_desks_channel(room: Room) -> None:
    await room.start()
    await room.office.does("command", EMMA, channel="C0GENERAL", text="/engage templates")
    view = await room.office.window(EMMA, "template.export_csv")
    await room.press(EMMA, view, "template.export_csv")
    await room.office.window(EMMA, f"The file is in <#{DESK}>", 2)
    assert (await downloaded(room, "xiaobian-templates.csv")).startswith(b"\xef\xbb\xbfid,")
    assert (await room.office.sees(EMMA))["messages"]["C0GENERAL"] == []


async def downloaded(room: Room, name: str) -> bytes:
    """The newest file of this name in the desk's channel, as a person downloads it."""

    async def look() -> dict[str, Any] | None:
        shown = (await room.office.sees(EMMA))["messages"][DESK]
        found = [file for message in shown for file in message["files"] if file["name"] == name]
        return found[-1] if found else None

    file = await until(look, f"a file {name}")
    async with room.office.http.get(file["url_private"]) as answer:
        return await answer.read()
