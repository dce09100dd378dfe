"""What the desk proposes and what nobody could answer: decided once, in windows that show all of it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.store import answers
from bot.store.engine import Store
from bot.team import Place
from handlers.ui import blocks as kit
from tests.desk.world import ADDRESS, World, world
from tests.fakes import comment
from tests.handlers.conftest import EMMA, PINYU, POHAN, Office
from tests.handlers.room import Json, Room, fields, texts


@pytest.fixture
async def room(office: Office, store: Store) -> Room:
    """A desk with two templates."""
    return Room(office, await world(store))


async def edited(desk: World, native_id: str, text: str, *, asked: str = ADDRESS) -> int:
    """A comment whose suggestion was changed to this before it was sent."""
    (item,) = await desk.takes(comment(native_id, asked))
    await desk.suggesting.suggest([item])
    base = (await desk.board.card(item)).suggestions[0].id
    preview = await desk.drafting.preview(item, text)
    await desk.drafting.approve(item, "U1", stamp=preview.stamp, suggestion=base, text=text)
    return item


async def by_hand(desk: World, native_id: str, asked: str, text: str) -> int:
    """A comment no template fits, answered by hand."""
    (item,) = await desk.takes(comment(native_id, asked))
    await desk.suggesting.suggest([item])
    await desk.approve(item, text)
    return item


async def proposals(room: Room, who: str, holding: str) -> Json:
    """The proposals, opened by the command."""
    await room.says(who, "/engage proposals")
    return await room.office.window(who, holding)


def runs(view: Json, style: str) -> list[str]:
    """The words of a window in this style."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if part.get("style") == {style: True}:
                found.append(part["text"])
            for held in part.values():
                walk(held)
        elif isinstance(part, list):
            for held in part:
                walk(held)

    walk(view["blocks"])
    return found


async def test_a_changed_wording_is_shown_as_a_difference_and_accepted(room: Room) -> None:
    await room.start()
    await edited(room.world, "c1", "可以，請私訊訂單編號，一小時內改好。")
    await room.world.cards.work()
    view = await proposals(room, EMMA, "Another wording")
    said = texts(view)
    assert "Change of address" in said
    assert "A suggestion was changed like this before it was sent" in said
    assert runs(view, "bold")[-1] == "，一小時內改好"
    await room.press(EMMA, view, "proposal.accept")
    await room.office.window(EMMA, "Nothing is proposed")
    wordings = room.world.templates.library.templates["address"].bodies["zh-TW"]
    assert wordings == ("可以，請私訊訂單編號。", "可以，請私訊訂單編號，一小時內改好。")


async def test_the_comment_it_comes_from_is_linked_where_its_card_is_known(room: Room) -> None:
    await room.start()
    item = await edited(room.world, "c1", "可以，請私訊訂單編號，一小時內改好。")
    said = await room.office.does("say", EMMA, channel="C0DESK", text="the card stood here")
    row = await room.world.item(item)
    await room.world.board.shown(item, row.version, Place("C0DESK", said["ts"]))
    view = await proposals(room, EMMA, "Another wording")
    assert f"/archives/C0DESK/p{said['ts'].replace('.', '')}|Comment #{item}>" in texts(view)


async def test_the_second_person_is_told_who_was_first(room: Room) -> None:
    await room.start()
    await edited(room.world, "c1", "可以，請私訊訂單編號，一小時內改好。")
    hers, his = await proposals(room, PINYU, "多一種說法"), await proposals(room, EMMA, "Another wording")
    await room.press(PINYU, hers, "proposal.decline")
    await room.office.window(PINYU, "目前沒有提案")
    await room.press(EMMA, his, "proposal.accept")
    view = await room.office.window(EMMA, "林品妤 was first: this is declined now", 2)
    await room.office.does("close", EMMA, view_id=view["id"])
    await room.office.window(EMMA, "Nothing is proposed")
    assert len(room.world.templates.library.templates["address"].bodies["zh-TW"]) == 1


async def test_a_proposal_can_be_changed_in_the_templates_own_window(room: Room) -> None:
    await room.start()
    await edited(room.world, "c1", "可以，請私訊訂單編號，一小時內改好。")
    view = await proposals(room, EMMA, "Another wording")
    await room.press(EMMA, view, "proposal.change")
    form = await room.office.window(EMMA, "bodies_zh", 2)
    assert fields(form)["bodies_zh"]["value"] == "可以，請私訊訂單編號。\n---\n可以，請私訊訂單編號，一小時內改好。"
    assert (await room.submit(EMMA, form, bodies_zh="可以，請私訊訂單編號。\n---\n沒問題！"))["errors"] is None
    await room.office.window(EMMA, "Nothing is proposed")
    kept = room.world.templates.library.templates["address"].bodies["zh-TW"]
    assert kept == ("可以，請私訊訂單編號。", "沒問題！")


async def test_a_proposal_decided_while_it_was_being_changed_keeps_what_was_typed(room: Room) -> None:
    await room.start()
    await edited(room.world, "c1", "可以，請私訊訂單編號，一小時內改好。")
    await room.press(EMMA, await proposals(room, EMMA, "Another wording"), "proposal.change")
    form = await room.office.window(EMMA, "bodies_zh", 2)
    (offer,) = (await room.world.lessons.proposals())[1]
    await room.world.lessons.decline(offer.number, POHAN)
    told = await room.submit(EMMA, form, bodies_zh="我的")
    assert "was first: this is declined now" in told["errors"]["purpose_zh"]
    view = await room.office.window(EMMA, "我的", 2)
    assert fields(view)["bodies_zh"]["value"] == "我的"
    assert room.world.templates.library.templates["address"].bodies["zh-TW"] == ("可以，請私訊訂單編號。",)


async def test_an_answer_by_hand_becomes_a_template(room: Room) -> None:
    await room.start()
    await by_hand(room.world, "c1", "有賣禮盒嗎", "日和有三種禮盒，Amy 可以到門市看看。")
    view = await proposals(room, EMMA, "A new template")
    assert "proposal.accept" not in str(view["blocks"])
    await room.press(EMMA, view, "proposal.change")
    form = await room.office.window(EMMA, "bodies_zh", 2)
    assert fields(form)["phrases"]["value"] == "有賣禮盒嗎"
    assert fields(form)["bodies_zh"]["value"] == "{{ brand }}有三種禮盒，{{ name }} 可以到門市看看。"
    told = await room.submit(EMMA, form, id="gifts", purpose_zh="禮盒", purpose_en="Gift boxes")
    assert told["errors"] is None
    await room.office.window(EMMA, "Nothing is proposed")
    assert "gifts" in room.world.templates.library.templates
    (item,) = await room.world.takes(comment("c2", "請問有賣禮盒嗎？", author="ben"))
    await room.world.suggesting.suggest([item])
    assert "日和有三種禮盒，Ben 可以到門市看看。" in [
        each.text for each in (await room.world.board.card(item)).suggestions
    ]


async def test_a_difference_too_long_to_show_whole_cannot_be_accepted_unread(room: Room) -> None:
    await room.start()
    long = "可以，請私訊訂單編號。" + "補充" * 3
    await edited(room.world, "c1", long)
    async with room.world.store.write() as unit:
        (offer,) = (await room.world.lessons.proposals())[1]
        row = await answers.proposal(unit, offer.number)
        row.after = row.before + "長" * 2000
    view = await proposals(room, EMMA, "Shown in part")
    assert "proposal.accept" not in str(view["blocks"])
    assert "proposal.change" in str(view["blocks"])


async def test_unanswered_questions_are_gathered_and_become_a_template(room: Room) -> None:
    await room.start()
    asked = ["可以帶狗進店嗎", "可以帶狗狗進店嗎？", "我的電話 0912-345-678 可以帶狗進店嗎"]
    for n, text in enumerate(asked):
        (item,) = await room.world.takes(comment(f"c{n}", text, author=f"a{n}"))
        await room.world.suggesting.suggest([item])
    await by_hand(room.world, "c9", "可以帶狗進店嗎 <!channel>", "歡迎，有戶外座位。")
    await room.world.work()
    await room.says(EMMA, "/engage unanswered")
    view = await room.office.window(EMMA, "Asked 4 times")
    said = texts(view)
    assert "歡迎，有戶外座位。" in said
    assert "0912-345-678" not in said
    await room.press(EMMA, view, "question.make")
    form = await room.office.window(EMMA, "bodies_zh", 2)
    assert "可以帶狗進店嗎" in fields(form)["phrases"]["value"].splitlines()
    assert "0912-345-678" not in fields(form)["phrases"]["value"]
    assert fields(form)["bodies_zh"]["value"] == "歡迎，有戶外座位。"


async def test_from_the_list_to_proposals_to_a_form_and_back(room: Room) -> None:
    await room.start()
    await edited(room.world, "c1", "可以，請私訊訂單編號，一小時內改好。")
    await room.press(EMMA, await room.listed(EMMA, holding="Proposals (1)"), "proposal.list")
    await room.press(EMMA, await room.office.window(EMMA, "Another wording", 2), "proposal.change")
    form = await room.office.window(EMMA, "bodies_zh", 3)
    assert (await room.submit(EMMA, form))["errors"] is None
    top = await room.office.window(EMMA, "Nothing is proposed", 2)
    await room.office.does("close", EMMA, view_id=top["id"])
    await room.press(EMMA, await room.office.window(EMMA, "template.new"), "question.list")
    await room.office.window(EMMA, "Every question", 2)


async def test_a_template_made_from_a_card_is_saved_and_said(room: Room) -> None:
    await room.start()
    item = await by_hand(room.world, "c1", "有賣禮盒嗎", "有三種禮盒。")
    said = await room.office.slack._api.post("C0DESK", a_button(item))
    assert await room.office.click(EMMA, said, "template.make") == "acked"
    form = await room.office.window(EMMA, "bodies_zh")
    told = await room.submit(EMMA, form, id="gifts", purpose_zh="禮盒", purpose_en="Gifts")
    assert told["errors"] is None
    assert "The template “gifts” is saved" in await room.office.whispered(EMMA)


def a_button(item: int) -> Any:
    """A message with the card's button on it."""
    return kit.Message([kit.actions(kit.button("Make a template", "template.make", str(item)))], "a card")
