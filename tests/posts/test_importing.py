"""Sheets of posts taken in: every row a draft or refused with its reason, nothing twice, and out as it came in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.posts.content import Content, To
from bot.posts.importing import Importing, Taken, readings
from bot.posts.media import Shelf
from bot.posts.policy import Policy
from bot.posts.sheet import Row, write
from bot.posts.slot import State
from bot.posts.walltime import Order
from bot.store.engine import Store
from platforms.fetch import fetch
from tests.desk.world import TAIPEI, World, world
from tests.fakes import KEYED, PUBLISHER
from tests.platforms.file_server import Server, ok
from tests.posts.pictures import saved

HEAD = "Text,Image URL,Tags,Posting Time\n"
OWN = "Text,Time,Accounts,Link,Pillar,Campaign,First comment\n"
CAPS = replace(KEYED, publish=True, threads=True, comments=True)


class Imports:
    """A desk with a shelf, and a local web server for the files that a sheet names."""

    def __init__(self, desk: World, folder: Path, server: Server) -> None:
        self.desk, self.server, self.shelf = desk, server, Shelf(folder)
        self.importing = self.at()

    def at(self, most: int = 1_000_000) -> Importing:
        """Importing with another limit on files."""
        posts, own = self.desk.posts, partial(fetch, most=most, allow={self.server.host}, within=5)
        given = (posts.writing, posts.approval, posts.platforms)
        return Importing(self.desk.store, self.desk.clock, *given, self.shelf, own)

    async def take(self, sheet: str, accounts: tuple[str, ...] = ("shop",), order: Order | None = None) -> Taken:
        return await self.importing.take_in(sheet.encode(), TAIPEI, accounts, "U1", order)

    async def content(self, number: int) -> Content:
        return (await self.desk.posts.writing.content(number))[0]

    def later(self, days: int = 3) -> str:
        """Noon on a day to come, as a sheet writes it."""
        return f"{self.desk.clock().astimezone(TAIPEI) + timedelta(days=days):%Y-%m-%d} 12:00"


@pytest.fixture
async def imports(store: Store, tmp_path: Path) -> AsyncIterator[Imports]:
    async with Server() as server:
        yield Imports(await world(store, caps=PUBLISHER), tmp_path / "shelf", server)


def reasons(taken: Taken) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.code) for each in taken.refused]


async def test_every_row_becomes_a_draft_of_whoever_took_it_in(imports: Imports) -> None:
    when = imports.later()
    taken = await imports.take(
        f'{OWN}早安,{when},,https://shop.tw/new,日常,春季,第一！\n"看 https://shop.tw/new 這裡",,,https://shop.tw/new,,,\n'
    )
    assert (taken.refused, taken.known, taken.asks) == ((), 0, "")
    first, second = [await imports.content(number) for number in taken.made]
    assert (first.text, first.wall) == ("早安\nhttps://shop.tw/new", datetime.fromisoformat(when))
    assert (first.to, first.zone) == ((To("shop"),), "Asia/Taipei")
    assert (first.pillar, first.campaign, first.comment) == ("日常", "春季", "第一！")
    assert (second.text, second.wall) == ("看 https://shop.tw/new 這裡", None)
    mine = (await imports.desk.posts.board.lists("U1")).mine
    assert [(each.post, each.state) for each in mine] == [(number, State.DRAFT) for number in taken.made]


async def test_an_account_that_a_row_or_its_tags_name_wins_over_the_chosen_ones(imports: Imports) -> None:
    taken = await imports.take(f"{OWN}一,,SHOP,,,,\n二,,,,,,\n三,,elsewhere,,,,\n", ("other",))
    assert [(await imports.content(number)).to for number in taken.made] == [(To("shop"),), (To("other"),)]
    (strange,) = taken.refused
    assert (strange.line, strange.column, strange.code) == (4, "Accounts", "unknown_account")
    assert strange.params == {"value": "elsewhere"}
    taken = await imports.take(f'{HEAD}四,,"夏天, shop",\n五,,夏天,\n', ())
    assert [(await imports.content(number)).to for number in taken.made] == [(To("shop"),)]
    assert reasons(taken) == [(3, "", "no_account")]


async def test_files_are_fetched_once_and_put_on_the_shelf(imports: Imports) -> None:
    server = imports.server
    server.answers = {"/a.png": ok(saved("PNG")), "/b.jpg": ok(saved("JPEG"))}
    a, b = f"http://{server.host}/a.png", f"http://{server.host}/b.jpg"
    taken = await imports.take(f"{HEAD}一,{a},,\n二,{a} {b},,\n")
    assert taken.refused == ()
    first, second = [(await imports.content(number)).media for number in taken.made]
    assert [file["name"] for file in second] == ["a.png", "b.jpg"]
    assert [(file["type"], file["source"], file["alt"]) for file in first] == [("image/png", a, "")]
    assert imports.shelf.get(first[0]["digest"]).size == first[0]["size"]
    assert sorted(path for path, _ in server.seen) == ["/a.png", "/b.jpg"]


async def test_a_row_whose_file_is_not_to_be_had_is_refused_and_the_others_are_kept(imports: Imports) -> None:
    server = imports.server
    server.answers = {
        "/page": ok(b"<!doctype html>"),
        "/large.png": ok(bytes(1000), length=2_000_000),
        "/gone.png": b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "/a.png": ok(saved("PNG")),
    }
    at = f"http://{server.host}"
    rows = [f"{at}/page", f"{at}/large.png", f"{at}/gone.png {at}/a.png", "http://127.0.0.1:9/x.png", f"{at}/a.png"]
    taken = await imports.take(HEAD + "".join(f"第{n}篇,{urls},,\n" for n, urls in enumerate(rows)))
    assert [(await imports.content(number)).text for number in taken.made] == ["第4篇"]
    assert reasons(taken) == [
        (2, "Image URL", "bad_media"),
        (3, "Image URL", "too_large"),
        (4, "Image URL", "not_found"),
        (5, "Image URL", "bad_url"),
    ]
    assert taken.refused[0].params["reason"] == "unknown_kind"
    assert taken.refused[2].params["value"] == f"{at}/gone.png"


async def test_a_host_that_cannot_be_reached_is_asked_once(imports: Imports) -> None:
    server = imports.server
    busy = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"
    server.answers = {f"/{n}.png": busy for n in range(30)}
    taken = await imports.take(HEAD + "".join(f"{n},http://{server.host}/{n}.png,,\n" for n in range(30)))
    assert {each.code for each in taken.refused} == {"away"}
    assert len(taken.refused) == 30
    assert len(server.seen) <= 4


async def test_the_same_file_again_makes_no_second_draft_whatever_became_of_the_first(imports: Imports) -> None:
    imports.server.answers = {"/a.png": ok(saved("PNG"))}
    sheet = f"{HEAD}一,,,{imports.later()}\n二,,,\n,http://{imports.server.host}/a.png,,\n"
    (first, second, third) = (await imports.take(sheet)).made
    await imports.desk.posts.approval.submit(first, "U1")
    await imports.desk.posts.approval.submit(second, "U1")
    card = await imports.desk.posts.board.card(second)
    await imports.desk.posts.approval.approve(second, "U2", card.stamp, approver=True)
    again = await imports.take(sheet + "四,,,\n")
    assert (len(again.made), again.known, again.refused) == (1, 3, ())
    assert len(imports.server.seen) == 1
    await imports.desk.posts.writing.cancel(third, "U1")
    assert len((await imports.take(sheet)).made) == 1


async def test_another_time_or_another_account_is_another_post(imports: Imports) -> None:
    assert len((await imports.take(f"{HEAD}早安,,,{imports.later(3)}\n")).made) == 1
    assert len((await imports.take(f"{HEAD}早安,,,{imports.later(4)}\n")).made) == 1
    assert len((await imports.take(f"{HEAD}早安,,,{imports.later(3)}\n", ("other",))).made) == 1
    assert len((await imports.take(f"{HEAD}早安,,,{imports.later(3)}:30\n")).made) == 0


async def test_two_who_take_in_the_same_file_at_once_make_each_draft_once(imports: Imports) -> None:
    sheet = HEAD + "".join(f"第{n}篇,,,\n" for n in range(10))
    one, other = await asyncio.gather(imports.take(sheet), imports.take(sheet))
    assert len(one.made) + len(other.made) == 10
    assert one.known + other.known == 10


async def test_where_day_and_month_can_be_told_apart_by_nobody_nothing_is_stored_before_a_person_said(
    imports: Imports,
) -> None:
    year = imports.desk.clock().year + 1
    sheet = f"{HEAD}早安,,,03/04/{year} 09:00\n"
    taken = await imports.take(sheet)
    assert taken == Taken(asks=f"03/04/{year} 09:00")
    assert (await imports.desk.posts.board.lists("U1")).mine == ()
    (number,) = (await imports.take(sheet, order="dmy")).made
    assert (await imports.content(number)).wall == datetime.fromisoformat(f"{year}-04-03 09:00")


def test_both_readings_of_a_date_are_given_and_none_where_there_is_no_such_date() -> None:
    march, april = (datetime.fromisoformat(f"2027-{day} 09:00") for day in ("03-04", "04-03"))
    assert readings("03/04/2027 09:00", TAIPEI) == {"mdy": march, "dmy": april}
    assert readings("25/04/2027 09:00", TAIPEI)["mdy"] is None
    assert readings("tomorrow", TAIPEI) == {"mdy": None, "dmy": None}


async def test_a_file_that_is_none_and_rows_that_are_none_are_refused_with_what_was_seen(imports: Imports) -> None:
    assert reasons(await imports.take("hello\n")) == [(1, "", "unknown_format")]
    taken = await imports.take(f"{HEAD},,,\n早安,,,2020-01-01 09:00\n晚安,,,someday\n午安,,,\n")
    assert reasons(taken) == [(3, "Posting Time", "past"), (4, "Posting Time", "bad_date")]
    assert len(taken.made) == 1
    many = " ".join(f"https://shop.tw/{n}.png" for n in range(11))
    assert reasons(await imports.take(f"{HEAD}早,{many},,\n")) == [(2, "Image URL", "too_many_files")]


async def test_approval_is_asked_for_all_and_what_cannot_go_out_is_named(imports: Imports) -> None:
    made = (await imports.take(f"{HEAD}一,,,\n{'長' * 5000},,,\n三,,,\n")).made
    await imports.desk.posts.approval.submit(made[2], "U1")
    asked = await imports.importing.ask_all((*made, 999), "U1")
    assert (asked.asked, asked.before, asked.unseen) == (1, 1, ())
    assert [(number, error.key) for number, error in asked.failed] == [
        (made[1], "error.cannot_send"),
        (999, "error.not_found"),
    ]
    assert (await imports.desk.posts.board.card(made[0])).state == State.WAITING


async def test_where_nobody_has_to_approve_nothing_is_scheduled_that_nobody_saw(store: Store, tmp_path: Path) -> None:
    async with Server() as server:
        imports = Imports(await world(store, caps=CAPS, policy=Policy(steps=0)), tmp_path, server)
        made = (await imports.take(f"{HEAD}一,,,\n")).made
        asked = await imports.importing.ask_all(made, "U1")
        assert (asked.asked, asked.unseen) == (0, made)
        assert (await imports.desk.posts.board.card(made[0])).state == State.DRAFT


async def test_what_is_planned_goes_out_as_a_sheet_and_is_all_known_when_it_comes_in_again(imports: Imports) -> None:
    imports.server.answers = {"/a.png": ok(saved("PNG"))}
    address = f"http://{imports.server.host}/a.png"
    sheet = f'{HEAD}"=早安, ""各位""",{address},,{imports.later()}\n午安,,,\n晚安,,,\n'
    made = (await imports.take(sheet)).made
    await imports.desk.posts.writing.cancel(made[2], "U1")
    lone = Content("圖", (To("shop"),), media=({"digest": "0" * 64, "type": "image/png", "size": 1, "alt": ""},))
    await imports.desk.posts.writing.begin("U2", replace(lone, comment="留言", pillar="日常", campaign="春季"))
    out = await imports.desk.posts.exporting.sheet()
    assert (out.posts, out.files, out.zone) == (3, 1, TAIPEI)
    assert out.content == write(
        [
            Row(
                2,
                '=早安, "各位"',
                datetime.fromisoformat(imports.later()),
                (address,),
                accounts=("shop",),
            ),
            Row(3, "午安", accounts=("shop",)),
            Row(4, "圖", accounts=("shop",), pillar="日常", campaign="春季", first_comment="留言"),
        ]
    )
    again = await imports.importing.take_in(out.content, TAIPEI, (), "U3")
    assert (again.made, again.known, again.refused) == ((), 3, ())
