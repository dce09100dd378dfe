"""What the desk learns from answers: proposals that people decide, once, and what ends soon, told once."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import AlreadyHandled, CannotKeep, NotFound
from bot.store import answers
from bot.store.engine import Store
from platforms.base import Change
from replies.templates import Fact, Part, Role, document
from tests.desk.world import ADDRESS, PACK, World, world
from tests.fakes import comment

AS_IS = "可以，請私訊訂單編號。"
EDITED = "可以，請私訊訂單編號，一小時內改好。"


async def sent(desk: World, native_id: str, text: str, *, asked: str = ADDRESS, author: str = "amy") -> int:
    """A comment answered with this text, made of its first suggestion where it has one."""
    (item,) = await desk.takes(comment(native_id, asked, author=author))
    await desk.suggesting.suggest([item])
    offered = (await desk.board.card(item)).suggestions
    preview = await desk.drafting.preview(item, text)
    base = offered[0].id if offered else None
    await desk.drafting.approve(item, "U1", stamp=preview.stamp, suggestion=base, text=text)
    await desk.work()
    return item


async def only(desk: World) -> Any:
    """The one proposal there is."""
    count, (offer,) = await desk.lessons.proposals()
    assert count == 1
    return offer


async def test_an_answer_as_suggested_teaches_a_phrase_and_proposes_nothing(desk: World) -> None:
    await sent(desk, "c1", AS_IS, asked="請問可以改地址嗎？急急急")
    assert (await desk.templates.entry("address")).examples == 1
    assert await desk.lessons.proposals() == (0, [])


async def test_a_changed_answer_proposes_its_wording_without_the_readers_name(desk: World) -> None:
    item = await sent(desk, "c1", f"Amy {EDITED}")
    offer = await only(desk)
    assert (offer.kind, offer.template_id, offer.item) == ("wording", "address", item)
    assert offer.after == "{{ name }} " + EDITED
    assert "".join(run.text for run in offer.runs if run.kind != "new") == AS_IS
    assert "".join(run.text for run in offer.runs if run.kind != "gone") == offer.after
    assert offer.purpose == {"zh-TW": "改地址", "en": "Change of address"}


async def test_the_greeting_and_closing_around_a_wording_are_not_part_of_it(store: Store) -> None:
    parts = (
        Part("hi", Role.GREETING, {"zh-TW": ("{{ name }} 您好！", "哈囉 {{ name }}，")}),
        Part("bye", Role.CLOSING, {"zh-TW": ("謝謝您。",)}),
        Part("sign", Role.SIGNATURE, {"zh-TW": ("{{ brand }}小編",)}),
    )
    greeted = replace(PACK.templates[0], greeting="hi", closing="bye", signature=True)
    desk = await world(store, pack=replace(PACK, templates=(greeted,), parts=parts))
    (item,) = await desk.takes(comment("c1"))
    await desk.suggesting.suggest([item])
    shown = (await desk.board.card(item)).suggestions[0].text
    assert shown.endswith(f"{AS_IS}謝謝您。\n日和小編")
    await sent(desk, "c2", shown.replace(AS_IS, EDITED))
    offer = await only(desk)
    assert "".join(run.text for run in offer.runs if run.kind != "new") == AS_IS
    assert offer.after == EDITED
    await desk.lessons.accept(offer.number, "U1")
    assert desk.templates.library.templates["address"].bodies["zh-TW"] == (AS_IS, EDITED)
    await sent(desk, "c3", shown.replace("謝謝您。", ""))
    await sent(desk, "c4", AS_IS, author="dora")
    assert await desk.lessons.proposals() == (1, [await only(desk)])


async def test_accepting_adds_the_wording_once_and_the_second_is_told_who_was_first(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    offer = await only(desk)
    await desk.lessons.accept(offer.number, "U1")
    assert desk.templates.library.templates["address"].bodies["zh-TW"] == (AS_IS, EDITED)
    for call in (desk.lessons.accept(offer.number, "U2"), desk.lessons.decline(offer.number, "U2")):
        with pytest.raises(AlreadyHandled) as refused:
            await call
        assert refused.value.params == {"by": "U1", "state": "accepted"}


async def test_of_two_who_decide_at_once_one_decides(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    offer = await only(desk)
    said = await asyncio.gather(
        desk.lessons.accept(offer.number, "U1"), desk.lessons.decline(offer.number, "U2"), return_exceptions=True
    )
    accepted = said[0] is None
    assert [type(each) for each in said if each is not None] == [AlreadyHandled]
    assert (EDITED in desk.templates.library.templates["address"].bodies["zh-TW"]) is accepted


async def test_a_declined_proposal_changes_nothing(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    await desk.lessons.decline((await only(desk)).number, "U1")
    assert await desk.lessons.proposals() == (0, [])
    assert (await desk.templates.entry("address")).version == 0


async def test_a_proposal_that_cannot_be_carried_out_stays_open(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    offer = await only(desk)
    full = document(desk.templates.library.templates["address"]) | {
        "bodies": {"zh-TW": [f"第{n}種" for n in range(20)]}
    }
    await desk.templates.save(full, "U1", 0)
    with pytest.raises(CannotKeep):
        await desk.lessons.accept(offer.number, "U1")
    assert (await only(desk)).number == offer.number


async def test_accepting_keeps_what_somebody_changed_a_moment_before(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    mine = document(desk.templates.library.templates["address"]) | {"owner": "x"}
    other = await world(desk.store)
    await other.templates.save(mine, "U2", 0)
    await desk.lessons.accept((await only(desk)).number, "U1")
    kept = desk.templates.library.templates["address"]
    assert (kept.owner, kept.bodies["zh-TW"]) == ("x", (AS_IS, EDITED))


async def test_a_proposal_is_adopted_with_the_template_made_of_it_or_not_at_all(desk: World) -> None:
    item = await sent(desk, "c1", "日和有禮盒。", asked="有賣禮盒嗎")
    offer = await only(desk)
    assert (offer.kind, offer.template_id) == ("template", None)
    draft = await desk.lessons.draft([item], offer.number)
    assert (draft.phrases, draft.body, draft.language) == (("有賣禮盒嗎",), "{{ brand }}有禮盒。", "zh-TW")
    content = {"id": "gifts", "purpose": "禮盒", "phrases": list(draft.phrases), "bodies": {"zh-TW": [draft.body]}}
    with pytest.raises(CannotKeep):
        await desk.lessons.adopt(offer.number, content | {"id": "address"}, "U1", None)
    assert (await only(desk)).number == offer.number
    await desk.lessons.adopt(offer.number, content, "U1", None)
    assert "gifts" in desk.templates.library.templates
    with pytest.raises(AlreadyHandled):
        await desk.lessons.adopt(offer.number, content | {"id": "more"}, "U2", None)
    assert "more" not in desk.templates.library.templates


async def test_an_answer_to_a_flagged_comment_is_nobody_elses(desk: World) -> None:
    await sent(desk, "c1", EDITED, asked=f"{ADDRESS}我的電話是 0912-345-678")
    assert await desk.lessons.proposals() == (0, [])
    assert (await desk.templates.entry("address")).examples == 0


async def test_the_same_proposal_is_made_once(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    await sent(desk, "c2", EDITED, author="ben")
    await only(desk)


async def test_what_there_is_not_cannot_be_decided(desk: World) -> None:
    with pytest.raises(NotFound):
        await desk.lessons.accept(4711, "U1")
    with pytest.raises(NotFound):
        await desk.lessons.draft([4711])


async def test_questions_without_a_template_are_gathered_most_asked_first_and_masked(desk: World) -> None:
    await sent(desk, "c0", "有，明天到。", asked="想問馬克杯還有貨嗎")
    asked = ["可以帶狗進店嗎", "可以帶狗進店嗎？0912-345-678", "狗狗可以進店嗎", ADDRESS]
    for n, text in enumerate(asked, start=1):
        (item,) = await desk.takes(comment(f"c{n}", text, author=f"a{n}"))
        await desk.suggesting.suggest([item])
    folds = await desk.lessons.unanswered()
    assert [(len(fold.items), fold.answer) for fold in folds] == [(3, None), (1, "有，明天到。")]
    assert "0912-345-678" not in str(folds)
    assert ADDRESS not in str(folds)
    desk.clock.turn(days=15)
    assert await desk.lessons.unanswered() == []


async def test_what_is_not_used_any_more_is_proposed_for_retirement(desk: World) -> None:
    await sent(desk, "c1", AS_IS)
    await desk.lessons.review()
    assert await desk.lessons.proposals() == (0, [])
    desk.clock.turn(days=91)
    await desk.lessons.review()
    offer = await only(desk)
    assert (offer.kind, offer.template_id, offer.detail) == (
        "retire",
        "address",
        {"reason": "stale", "shown": 1, "sent": 1},
    )
    await desk.lessons.accept(offer.number, "U1")
    assert list(desk.templates.library.retired) == ["address"]


async def test_what_is_suggested_and_never_sent_is_proposed_for_retirement(desk: World) -> None:
    for n in range(10):
        (item,) = await desk.takes(comment(f"c{n}", author=f"a{n}"))
        await desk.work()
        await desk.inbox.ignore(item, "U1")
    await desk.lessons.review()
    assert (await only(desk)).detail == {"reason": "failing", "shown": 10, "sent": 0}


async def test_what_ends_within_a_week_is_told_once_however_often_it_is_looked_at(store: Store) -> None:
    today = (await world(store)).clock().date()
    facts = (
        Fact("fee", today + timedelta(days=5), {"en": "NT$80"}),
        Fact("far", today + timedelta(days=50), {"en": "x"}),
    )
    ending = replace(PACK.templates[0], until=today + timedelta(days=6))
    desk = await world(store, pack=replace(PACK, templates=(ending, PACK.templates[1]), facts=facts))
    for _ in range(3):
        await desk.lessons.review()
        desk.clock.turn(days=1)
    rows = await desk.deliveries("notice")
    assert [(row.payload["key"], row.payload["params"]["id"]) for row in rows] == [
        ("notice.fact_ends", "fee"),
        ("notice.template_ends", "address"),
    ]


async def test_a_day_is_reviewed_by_one_process(desk: World) -> None:
    await sent(desk, "c1", AS_IS)
    other = await world(desk.store)
    other.clock.turn(days=91)
    desk.clock.turn(days=91)
    await asyncio.gather(*(each.lessons.review() for each in (desk, other, desk)))
    assert (await only(desk)).template_id == "address"

    async def asks() -> bool:
        async with desk.store.write() as unit:
            return await answers.turn(unit, "work", "2026-11-24", desk.clock())

    assert sorted(await asyncio.gather(*(asks() for _ in range(4)))) == [False, False, False, True]


async def test_a_new_proposal_is_never_taken_for_one_whose_comment_was_taken_back(desk: World) -> None:
    await sent(desk, "c1", EDITED)
    before = await only(desk)
    await desk.takes(comment("c1", ADDRESS, author="amy", change=Change.DELETED))
    await sent(desk, "c2", "可以，請私訊電話末三碼。", author="bob")
    assert (await only(desk)).number != before.number
    with pytest.raises(NotFound):
        await desk.lessons.accept(before.number, "U1")
