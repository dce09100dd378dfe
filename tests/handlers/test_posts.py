"""Posts in Slack: written, previewed, approved, sent back, moved, cancelled, and braked, by whoever plans them."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image

from bot.posts.slot import State
from bot.store.engine import Store
from bot.team import Card, Notice, Place, PostCard
from platforms.caps import MediaLimit
from tests.desk.world import World, world
from tests.fakes import KEYED, FakeTeam
from tests.handlers.conftest import DESK, EMMA, PINYU, POHAN, Office
from tests.handlers.fake_desk import NOW
from tests.handlers.room import Json, Room, fields, texts
from tests.people import until

CAPS = replace(
    KEYED,
    publish=True,
    threads=True,
    comments=True,
    media=MediaLimit(4, frozenset({"image/png"}), 1_000_000, 1000, uploads=True),
)
TEXT = "新豆上市：衣索比亞水洗，茉莉花香。"


def still(desk: World) -> None:
    """The desk's clock shows what the office's does, and runs on from there."""
    desk.clock.turn(seconds=(NOW - desk.clock()).total_seconds())


class Channel(FakeTeam):
    """A team whose messages stand in the office's Slack."""

    office: Office

    async def show_post(self, card: PostCard, key: UUID) -> Place:
        return await self.office.slack.team.show_post(card, key)

    async def warn(self, notice: Notice, key: UUID) -> Place:
        return await self.office.slack.team.warn(notice, key)

    async def refresh(self, place: Place, card: Card | PostCard) -> None:
        await self.office.slack.team.refresh(place, card)


@pytest.fixture
async def room(office: Office, store: Store, tmp_path: Path) -> Room:
    channel = Channel()
    channel.office = office
    desk = await world(store, caps=CAPS, shelf=tmp_path, team=channel)
    still(desk)
    return Room(office, desk)


async def form(room: Room, who: str, line: str = f"明天早上九點半 {TEXT}") -> Json:
    await room.says(who, f"/engage post {line}")
    return await room.office.window(who, "accounts")


async def previewed(room: Room, who: str, view: Json, **given: object) -> Json:
    told = await room.submit(who, view, **given)
    assert told == {"outcome": "acked", "errors": None}
    return await room.office.window(who, "post.submit", 2)


async def written(room: Room, who: str = PINYU, line: str = f"明天早上九點半 {TEXT}", **given: object) -> int:
    """Written, previewed, asked for: its number."""
    view = await previewed(room, who, await form(room, who, line), **given)
    assert await room.submit(who, view) == {"outcome": "acked", "errors": None}
    await room.office.no_window(who)
    return int(json.loads(view["private_metadata"])["post"])


async def card(room: Room, number: int, *, with_action: str = "post.edit") -> Json:
    """The post's card in the channel, once it is there and offers this."""

    async def look() -> Json | None:
        await room.world.cards.work()
        found: list[Json] = [
            message
            for message in (await room.office.sees(PINYU))["messages"][DESK]
            if f"#{number}" in message["text"] and with_action in str(message["blocks"])
        ]
        return found[-1] if found else None

    return await until(look, f"the card of post {number} with {with_action}")


async def press(room: Room, who: str, message: Json, action: str) -> None:
    room.office.now += 2  # Not a slip of the finger.
    told = await room.office.does("click", who, channel=DESK, ts=message["ts"], action_id=action)
    assert told["outcome"] == "acked"


async def becomes(room: Room, number: int, state: State) -> None:
    async def look() -> bool | None:
        return (await room.world.posts.board.card(number)).state == state or None

    await until(look, f"post {number} is {state}")


async def test_a_time_the_text_begins_with_fills_the_form_and_is_said_back(room: Room) -> None:
    await room.start()
    view = await form(room, PINYU)
    held = fields(view)
    assert (held["text"]["value"], held["day"]["selected_date"]) == (TEXT, "2026-11-24")
    assert held["clock"]["selected_time"] == "09:30"
    assert "2026-11-24 09:30 Asia/Taipei (UTC+8)" in texts(view)
    assert "2026-11-24 01:30 UTC" in texts(view)
    await room.office.does("close", PINYU, view_id=view["id"])
    view = await form(room, EMMA, "tomorrow 9:30 New beans!")
    assert fields(view)["text"]["value"] == "New beans!"
    assert "Europe/London" in texts(view)
    assert "Asia/Taipei" in texts(view)


async def test_the_preview_shows_what_will_be_public_and_asks_for_approval(room: Room) -> None:
    await room.start()
    view = await previewed(room, PINYU, await form(room, PINYU), comment="連結在這裡")
    said = texts(view)
    for words in (TEXT, "連結在這裡", "shop", f"{len(TEXT)} /"):
        assert words in said
    assert await room.submit(PINYU, view) == {"outcome": "acked", "errors": None}
    assert "已送審" in await room.office.whispered(PINYU)
    found = await card(room, 1, with_action="post.approve")
    assert TEXT in str(found["blocks"])


async def test_coming_back_from_the_preview_goes_on_with_the_same_draft(room: Room) -> None:
    await room.start()
    first = await previewed(room, PINYU, await form(room, PINYU))
    await room.office.does("close", PINYU, view_id=first["id"])
    view = await room.office.window(PINYU, '"post": 1')
    again = await previewed(room, PINYU, view, text="改好了")
    assert json.loads(again["private_metadata"])["post"] == 1
    assert (await room.world.posts.writing.content(1))[0].text == "改好了"
    assert len((await room.world.posts.board.lists(PINYU)).mine) == 1


async def test_what_was_typed_is_kept_as_a_draft_when_the_window_is_closed(room: Room) -> None:
    await room.start()
    view = await form(room, PINYU)
    at = {"view_id": view["id"], "block_id": "text", "action_id": "text"}
    await room.office.does("type", PINYU, **at, value="還沒寫完")
    await room.office.does("close", PINYU, view_id=view["id"])

    async def kept() -> bool | None:
        mine = (await room.world.posts.board.lists(PINYU)).mine
        return [slot.text for slot in mine] == ["還沒寫完"] or None

    assert await until(kept, "the draft")


async def test_closing_the_window_of_a_post_that_waits_for_approval_changes_nothing(room: Room) -> None:
    await room.start()
    number = await written(room)
    await press(room, PINYU, await card(room, number), "post.edit")
    view = await room.office.window(PINYU, "accounts")
    at = {"view_id": view["id"], "block_id": "text", "action_id": "text"}
    await room.office.does("type", PINYU, **at, value="算了")
    await room.office.does("close", PINYU, view_id=view["id"])
    await room.office.no_window(PINYU)
    await room.office.slack.drain(1.0)
    assert (await room.world.posts.writing.content(number))[0].text == TEXT


async def test_a_colleague_approves_from_the_card_and_it_goes_out(room: Room) -> None:
    await room.start()
    number = await written(room, line=TEXT)
    await press(room, POHAN, await card(room, number, with_action="post.approve"), "post.approve")
    await becomes(room, number, State.SCHEDULED)
    await room.world.posts.schedule.work()
    await room.world.work()
    await becomes(room, number, State.PUBLISHED)
    assert [said.text for said in room.world.platform.public] == [TEXT]


async def test_a_card_that_is_out_of_date_approves_nothing_and_says_so(room: Room) -> None:
    await room.start()
    number = await written(room)
    found = await card(room, number, with_action="post.approve")
    content, _ = await room.world.posts.writing.content(number)
    await room.world.posts.approval.change(number, EMMA, replace(content, text="別的"))
    await press(room, POHAN, found, "post.approve")
    assert "Emma Clarke" in await room.office.whispered(POHAN)
    await becomes(room, number, State.WAITING)


async def test_only_approvers_approve_where_they_are_named(room: Room) -> None:
    await room.start(approvers=(POHAN,))
    number = await written(room)
    found = await card(room, number, with_action="post.approve")
    await press(room, EMMA, found, "post.approve")
    assert await room.office.whispered(EMMA)
    await becomes(room, number, State.WAITING)
    await press(room, POHAN, found, "post.approve")
    await becomes(room, number, State.SCHEDULED)


async def test_an_approver_edits_and_approves_in_one_window(room: Room) -> None:
    await room.start()
    number = await written(room)
    await press(room, POHAN, await card(room, number), "post.edit")
    view = await room.office.window(POHAN, "accounts")
    view = await previewed(room, POHAN, view, text="衣索比亞新豆上市！")
    assert view["submit"]["text"] == "核准"
    assert await room.submit(POHAN, view) == {"outcome": "acked", "errors": None}
    await becomes(room, number, State.SCHEDULED)
    assert (await room.world.posts.writing.content(number))[0].text == "衣索比亞新豆上市！"


async def test_changes_are_asked_for_with_a_reason_and_the_author_is_called(room: Room) -> None:
    await room.start()
    number = await written(room)
    await press(room, POHAN, await card(room, number), "post.changes")
    view = await room.office.window(POHAN, "note")
    await room.submit(POHAN, view, note="日期錯了")
    await becomes(room, number, State.DRAFT)

    async def called() -> bool | None:
        return any("日期錯了" in m["text"] and PINYU in m["pings"] for m in await thread(room)) or None

    assert await until(called, "the author is called")


def element(view: Json, name: str) -> Json:
    """The input of this name."""
    return next(dict(block["element"]) for block in view["blocks"] if block.get("block_id") == name)


async def thread(room: Room) -> list[Json]:
    seen = await room.office.sees(PINYU)
    return [message for messages in seen["messages"].values() for message in messages]


async def test_another_time_is_given_in_a_window(room: Room) -> None:
    await room.start()
    number = await written(room)
    await press(room, POHAN, await card(room, number, with_action="post.approve"), "post.approve")
    await becomes(room, number, State.SCHEDULED)
    await room.world.post_cards.work()
    await press(room, PINYU, await card(room, number, with_action="post.move"), "post.move")
    view = await room.office.window(PINYU, "clock")
    told = await room.submit(PINYU, view, day={"selected_date": "2020-01-01"}, clock={"selected_time": "08:00"})
    assert "day" in (told["errors"] or {})
    told = await room.submit(PINYU, view, day={"selected_date": "2026-12-01"}, clock={"selected_time": "08:00"})
    assert told["errors"] is None
    await becomes(room, number, State.WAITING)
    content, _ = await room.world.posts.writing.content(number)
    assert f"{content.wall:%Y-%m-%d %H:%M}" == "2026-12-01 08:00"


async def test_half_a_time_and_a_rule_nobody_can_read_are_refused_where_they_stand(room: Room) -> None:
    await room.start()
    view = await form(room, PINYU)
    told = await room.submit(PINYU, view, clock={"selected_time": None})
    assert list(told["errors"]) == ["clock"]
    given = {"clock": {"selected_time": "09:30"}, "repeat": {"selected_option": "other"}}
    told = await room.submit(PINYU, view, rule="每天", **given)
    assert list(told["errors"]) == ["rule"]
    assert (await room.world.posts.board.lists(PINYU)).mine == ()


async def test_a_picture_with_its_description_goes_along(room: Room) -> None:
    await room.start()
    data = BytesIO()
    Image.new("RGB", (40, 30), "#884422").save(data, "PNG")
    view = await form(room, PINYU, TEXT)
    file = await room.office.does("attach", PINYU, name="豆子.png", content=base64.b64encode(data.getvalue()).decode())
    given: dict[str, Any] = {"files": {"files": [file.get("file", file)]}}
    view = await previewed(room, PINYU, view, alts="一包咖啡豆", **given)
    assert "一包咖啡豆" in texts(view)
    assert await room.submit(PINYU, view) == {"outcome": "acked", "errors": None}
    found = await card(room, 1, with_action="post.approve")
    await press(room, POHAN, found, "post.approve")
    await becomes(room, 1, State.SCHEDULED)
    await room.world.posts.schedule.work()
    await room.world.work()
    (said,) = room.world.platform.public
    assert [media.alt for media in said.media] == ["一包咖啡豆"]


async def test_another_text_for_one_account_is_a_field_of_its_own(office: Office, store: Store) -> None:
    desk = await world(store, caps=CAPS)
    other = await world(store, caps=CAPS, name="town")
    still(desk)
    desk.posts.platforms.update(other.posts.platforms)  # type: ignore[attr-defined]
    room = Room(office, desk)
    await room.start()
    view = await form(room, PINYU, TEXT)
    await room.press(PINYU, view, "post.form", selected_option="town")
    view = await room.office.window(PINYU, "variant.town")
    given: dict[str, Any] = {"variant.town": "只給 town 的文字", "accounts": {"selected_options": ["shop", "town"]}}
    view = await previewed(room, PINYU, view, **given)
    said = texts(view)
    assert TEXT in said
    assert "只給 town 的文字" in said


async def test_hold_stops_everything_at_once_and_resume_asks(room: Room) -> None:
    await room.start()
    number = await written(room)
    await press(room, POHAN, await card(room, number, with_action="post.approve"), "post.approve")
    await becomes(room, number, State.SCHEDULED)
    await room.says(EMMA, "/engage hold wrong price")
    assert "1 scheduled post is held" in await room.office.whispered(EMMA)
    room.world.clock.turn(hours=30)
    await room.world.posts.schedule.work()
    await becomes(room, number, State.HELD)
    await room.world.cards.work()
    assert any("wrong price" in message["text"] for message in await thread(room))
    await room.says(EMMA, "/engage resume")
    view = await room.office.window(EMMA, "which")
    assert "wrong price" in texts(view)
    await room.submit(EMMA, view)
    assert "Lifted" in texts(await room.office.window(EMMA, "Lifted"))
    await becomes(room, number, State.HELD)
    assert room.world.platform.sends == []


async def test_hold_without_a_reason_asks_what_to_stop(room: Room) -> None:
    await room.start()
    await room.says(PINYU, "/engage hold")
    view = await room.office.window(PINYU, "what")
    options = element(view, "what")["options"]
    assert [option["value"] for option in options] == ["desk", "account:shop"]
    await room.submit(PINYU, view, what={"selected_option": "account:shop"}, reason="換小編")
    assert "shop 已停止發送" in texts(await room.office.window(PINYU, "shop"))
    assert room.world.brakes.stops(["shop"])
    assert not room.world.brakes.stops(["elsewhere"])


async def test_only_those_who_approve_lift_the_brake(room: Room) -> None:
    await room.start(approvers=(POHAN,))
    await room.says(PINYU, "/engage hold 先停一下")
    await room.office.whispered(PINYU)
    await room.says(EMMA, "/engage resume")
    assert "may not" in await room.office.whispered(EMMA) or await room.office.whispered(EMMA)
    assert room.world.brakes.stops(["shop"])


async def test_the_calendar_opens_and_turns_its_pages(room: Room) -> None:
    await room.start()
    await written(room)
    await room.says(PINYU, "/engage calendar")
    view = await room.office.window(PINYU, "calendar.before")
    assert "新豆上市" in texts(view)
    await room.press(PINYU, view, "calendar.before")
    await room.gone(PINYU, "新豆上市")
    await room.says(EMMA, "/engage calendar month")
    assert "November 2026" in texts(await room.office.window(EMMA, "November 2026"))


async def test_the_home_tab_says_what_waits_and_what_comes(room: Room) -> None:
    await room.start()
    await written(room)
    await room.office.does("open_home", EMMA)

    async def look() -> bool | None:
        home = (await room.office.sees(EMMA))["home"]
        return (home and "Waiting for a decision" in str(home) and "新豆上市" in str(home)) or None

    assert await until(look, "the post on the Home tab")


async def test_whoever_may_not_work_the_desk_plans_nothing(room: Room) -> None:
    await room.start(managers=(POHAN,))
    for line in ("post 明天 9:00 早安", "calendar", "hold 停", "resume"):
        await room.says(EMMA, f"/engage {line}")
    await room.office.whispered(EMMA, 4)
    assert (await room.office.sees(EMMA))["views"] == []
    assert not room.world.brakes.stops(["shop"])
