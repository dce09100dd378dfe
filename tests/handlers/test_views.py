"""The windows: opened in time, previewed exactly, refused where people look, nothing typed is lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from bot.errors import AlreadyHandled
from handlers.views import VERDICT_SECONDS
from tests.handlers.conftest import DAVID, EMMA, PINYU, POHAN, Office
from tests.handlers.fake_desk import NOW, card, stamp
from tests.people import until


def _text(text: str) -> dict[str, Any]:
    return {"text": {"text": {"value": text}}}


async def _edited(office: Office, who: str, text: str) -> dict[str, Any]:
    """Open the edit window and submit this text; the outcome."""
    place = await office.show(card())
    await office.click(who, place, "item.edit")
    view = await office.window(who, "plain_text_input")
    return await office.does("submit", who, view_id=view["id"], values=_text(text))


async def test_the_edit_window_starts_with_the_suggestion(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(EMMA, place, "item.edit")
    view = await office.window(EMMA, "謝謝你！")
    assert view["title"]["text"] == "Write a reply"
    assert "At most 100, in characters" in str(view["blocks"])


async def test_preview_shows_exactly_what_send_then_approves(office: Office) -> None:
    await office.start()
    text = "謝謝 *你* <!channel> &amp; :tada:\n\n  下次見"
    assert (await _edited(office, PINYU, text))["outcome"] == "acked"
    view = await office.window(PINYU, f"{len(text)} / 100", depth=2)
    assert view["blocks"][1]["elements"][0]["elements"] == [{"type": "text", "text": text}]
    assert (await office.does("submit", PINYU, view_id=view["id"]))["outcome"] == "acked"
    await office.no_window(PINYU)
    assert office.fake.named("approve") == [(1, PINYU, text)]


async def test_a_text_the_platform_would_refuse_is_a_field_error(office: Office) -> None:
    await office.start()
    told = await _edited(office, EMMA, "x" * 101)
    assert told["errors"] == {"text": "Not sent. It is too long: 101 of 100 allowed. Change it, then preview it again."}
    assert office.fake.named("approve") == []


async def test_going_back_from_the_preview_keeps_the_text(office: Office) -> None:
    await office.start()
    await _edited(office, PINYU, "改過的")
    top = await office.window(PINYU, "改過的", depth=2)
    await office.does("close", PINYU, view_id=top["id"])
    view = await office.window(PINYU, "plain_text_input")
    assert view["state"]["values"]["text"]["text"]["value"] == "改過的"


async def test_closing_keeps_the_draft_for_the_next_time(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    view = await office.write(EMMA, place)
    await office.does("type", EMMA, view_id=view["id"], block_id="text", action_id="text", value="half a thought")
    await office.does("close", EMMA, view_id=view["id"])
    await office.until(lambda: office.fake.drafts, "the draft is kept")
    office.now += 2
    view = await office.write(EMMA, place)
    assert "half a thought" in str(view["blocks"])
    assert "This is the draft that was kept" in str(view["blocks"])


async def test_somebody_else_was_first_while_the_window_was_open(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(EMMA, place, "item.edit")
    view = await office.window(EMMA, "plain_text_input")
    await office.slack._people.get(PINYU)
    office.fake.refuse = AlreadyHandled(by=PINYU, state="answered")
    told = await office.does("submit", EMMA, view_id=view["id"], values=_text("thanks"))
    assert told["errors"]["text"].startswith("林品妤 was first: this is answered now.")


async def test_sending_a_preview_that_went_stale_says_so_in_the_window(office: Office) -> None:
    await office.start()
    await _edited(office, EMMA, "one")
    view = await office.window(EMMA, "one", depth=2)
    office.fake.drafts[1, EMMA] = "another"
    assert (await office.does("submit", EMMA, view_id=view["id"]))["outcome"] == "acked"
    await office.window(EMMA, "Read the updated card", depth=2)
    assert office.fake.named("approve") == []


async def test_an_item_already_handled_says_so_in_the_window_that_was_opening(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.refuse = AlreadyHandled(by=POHAN, state="ignored")
    await office.click(PINYU, place, "item.edit")
    assert "陳柏翰先處理了，現在是「已略過」" in str(await office.window(PINYU, "先處理了"))


async def test_a_slow_desk_never_makes_slack_give_up(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(EMMA, place, "item.edit")
    view = await office.window(EMMA, "plain_text_input")
    office.fake.held = asyncio.Event()
    told = await office.does("submit", EMMA, view_id=view["id"], values=_text("thanks"))
    assert told["outcome"] == "acked"
    await office.window(EMMA, "takes longer than usual", depth=2)
    office.fake.held.set()
    assert "thanks" in str((await office.window(EMMA, "Exactly this will be public", depth=2))["blocks"])
    assert VERDICT_SECONDS < 3.0


async def test_an_expired_trigger_says_click_again(office: Office) -> None:
    await office.start()
    await office.does("settings", EMMA, trigger_seconds=0.0)
    place = await office.show(card())
    assert await office.click(EMMA, place, "item.edit") == "acked"
    assert "Please click again" in await office.whispered(EMMA)


async def test_picking_a_time_names_the_zone_and_refuses_the_past(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(DAVID, place, "item.snooze", selected_option="1::pick")
    view = await office.window(DAVID, "Asia/Taipei (UTC+8)")
    past = {"until": {"until": {"selected_date_time": int(NOW.timestamp()) - 60}}}
    told = await office.does("submit", DAVID, view_id=view["id"], values=past)
    assert told["errors"] == {"until": "That time has already passed. Choose a later one."}
    then = int(NOW.timestamp()) + 7200
    later = {"until": {"until": {"selected_date_time": then}}}
    await office.does("submit", DAVID, view_id=view["id"], values=later)
    await office.no_window(DAVID)
    assert office.fake.named("snooze") == [(1, DAVID, datetime.fromtimestamp(then, UTC))]


async def test_escalating_calls_the_approvers_and_nobody_else(office: Office) -> None:
    await office.start(approvers=("S0APPROVERS",))
    place = await office.show(card())
    await office.click(EMMA, place, "item.escalate")
    view = await office.window(EMMA, "What should the approvers know?")
    note = {"note": {"note": {"value": "refund? <!channel>"}}}
    await office.does("submit", EMMA, view_id=view["id"], values=note)
    await office.no_window(EMMA)
    assert office.fake.named("escalate") == [(1, EMMA, "refund? <!channel>")]

    async def called() -> Any:
        return [call for call in await office.log("chat.postMessage") if call["args"].get("thread_ts")] or None

    calls = await until(called, "the approvers are called")
    assert calls[0]["args"]["thread_ts"] == place.ts
    assert "<!subteam^S0APPROVERS>" in calls[0]["args"]["text"]
    await office.slack.team.refresh(place, office.fake.cards[1])
    message = await office.message(place)
    assert message is not None
    assert message["pings"] == ["S0APPROVERS"]
    assert "refund? &lt;!channel&gt;" in message["text"]


async def test_an_unknown_window_is_answered(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(EMMA, place, "item.edit")
    view = await office.window(EMMA, "plain_text_input")
    body = {name: view[name] for name in ("type", "title", "submit", "close", "blocks")}
    for block in body["blocks"]:
        block.pop("block_id", None)
    await office.slack._api.update_view({**body, "callback_id": "item.dance"}, view_id=view["id"])
    told = await office.does("submit", EMMA, view_id=view["id"])
    assert told["outcome"] == "acked"
    await office.window(EMMA, "I do not know that window")


async def test_a_suggestion_too_long_for_the_field_is_explained(office: Office) -> None:
    await office.start()
    long = "長" * 3001
    offered = card().suggestions[0]
    place = await office.show(card(suggestions=(type(offered)(11, long, "t", 0.9, (), stamp(1, long)),)))
    await office.click(EMMA, place, "item.edit")
    await office.window(EMMA, "stops at 3000")
