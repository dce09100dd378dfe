"""What the team knows of a person: read, noted, and personal data shown only to whoever asks and may."""

from __future__ import annotations

from typing import Any

from tests.handlers.conftest import DAVID, EMMA, PINYU, Office
from tests.handlers.fake_desk import card


def _noted(called: str, promise: str, *kept: int) -> dict[str, Any]:
    ticked = [{"value": str(number), "text": {"type": "plain_text", "text": "x"}} for number in kept]
    return {
        "called": {"called": {"value": called}},
        "promise": {"promise": {"value": promise}},
        **({"kept": {"kept": {"selected_options": ticked}}} if kept else {}),
    }


async def test_a_name_a_promise_and_what_was_kept_are_noted_and_the_card_is_worded_anew(office: Office) -> None:
    await office.start()
    place = await office.show(card(promises=("週五回電",)))
    await office.click(PINYU, place, "item.person")
    view = await office.window(PINYU, "怎麼稱呼")
    assert "週五回電" in str(view["blocks"])
    told = await office.does("submit", PINYU, view_id=view["id"], values=_noted("阿明", "補寄一包豆子"))
    assert told["outcome"] == "acked"
    await office.no_window(PINYU)
    assert office.fake.named("note") == [(1, PINYU, "阿明", "補寄一包豆子", ())]
    await office.until(lambda: office.fake.named("suggest") == [(1,)], "new suggestions")


async def test_a_kept_promise_is_ticked(office: Office) -> None:
    await office.start()
    place = await office.show(card(promises=("週五回電",)))
    await office.click(EMMA, place, "item.person")
    view = await office.window(EMMA, "What to call them")
    await office.does("submit", EMMA, view_id=view["id"], values=_noted("", "", 1))
    await office.no_window(EMMA)
    assert office.fake.named("note") == [(1, EMMA, "", "", (1,))]


async def test_masked_data_is_shown_to_the_one_who_asks(office: Office) -> None:
    await office.start()
    await office.click(EMMA, await office.show(card(masked=True)), "item.reveal")
    assert "0912-345-678" in await office.whispered(EMMA)
    assert office.fake.named("reveal") == [(1, EMMA)]


async def test_who_may_not_work_the_desk_sees_no_personal_data_and_nobodys_file(office: Office) -> None:
    await office.start(managers=(EMMA,))
    place = await office.show(card(masked=True))
    for count, action in enumerate(("item.reveal", "item.person"), 1):
        await office.click(DAVID, place, action)
        assert "0912" not in await office.whispered(DAVID, count)
    assert office.fake.calls == []


async def test_an_edited_reply_remembers_the_suggestion_it_was_made_of(office: Office) -> None:
    await office.start()
    await office.click(PINYU, await office.show(card()), "item.edit")
    view = await office.window(PINYU, "謝謝你！")
    await office.does("submit", PINYU, view_id=view["id"], values={"text": {"text": {"value": "謝謝你，再來喔！"}}})
    view = await office.window(PINYU, "謝謝你，再來喔！", depth=2)
    await office.does("submit", PINYU, view_id=view["id"])
    await office.no_window(PINYU)
    assert office.fake.bases == [11]


async def test_the_edit_window_is_signed_by_whoever_opens_it_and_claiming_signs_the_card(office: Office) -> None:
    await office.start()
    office.fake.signs = True
    place = await office.show(card())
    await office.click(EMMA, place, "item.edit")
    await office.window(EMMA, "謝謝你！ Emma")
    await office.click(PINYU, place, "item.claim")
    await office.until(lambda: office.fake.named("signed_by"), "the card is signed")
    assert office.fake.named("signed_by") == [(1, "林品妤")]
