"""What happens when people press buttons: done once, acknowledged at once, refused in their own language."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.errors import StaleCard
from bot.team import Place
from platforms.errors import Gone
from tests.handlers.conftest import DAVID, DESK, EMMA, PINYU, POHAN, Office
from tests.handlers.fake_desk import NOW, card
from tests.people import until


async def test_send_this_approves_exactly_what_the_card_shows(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    assert await office.click(PINYU, place, "item.approve") == "acked"
    await office.until(lambda: office.fake.named("approve"), "the approval")
    assert office.fake.named("approve") == [(1, PINYU, "謝謝你！")]


async def test_second_approver_is_told_who_was_first(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    clicks = [office.click(who, place, "item.approve") for who in (PINYU, EMMA)]
    assert await asyncio.gather(*clicks) == ["acked", "acked"]
    await office.until(lambda: office.fake.named("approve"), "the approval")
    (first,) = office.fake.named("approve")
    loser, name = (EMMA, "林品妤 was first") if first[1] == PINYU else (PINYU, "Emma Clarke先處理了")
    assert name in await office.whispered(loser)


async def test_a_double_click_asks_the_desk_once(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    assert [await office.click(PINYU, place, "item.claim") for _ in range(2)] == ["acked", "acked"]
    office.now += 2.0
    await office.click(PINYU, place, "item.ignore")
    await office.until(lambda: office.fake.named("ignore"), "the later click")
    assert len(office.fake.named("claim")) == 1


async def test_the_same_button_on_a_card_redrawn_since_is_another_click(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(PINYU, place, "item.claim")
    await office.slack.team.refresh(place, card(1, version=2))
    await office.click(PINYU, place, "item.claim")
    await office.until(lambda: len(office.fake.named("claim")) == 2, "both clicks")


@pytest.mark.parametrize(
    ("action", "call"),
    [
        ("item.claim", ("claim", 1, PINYU)),
        ("item.ignore", ("ignore", 1, PINYU)),
    ],
)
async def test_a_plain_button_calls_its_method(office: Office, action: str, call: tuple[object, ...]) -> None:
    await office.start()
    await office.click(PINYU, await office.show(card()), action)
    await office.until(lambda: office.fake.calls == [call], "the call")


async def test_release_reopen_and_the_unsure_buttons_call_their_methods(office: Office) -> None:
    await office.start()
    claimed = await office.show(card(1, claimed_by=PINYU))
    ignored = await office.show(card(2, state="ignored", by=PINYU))
    unsure = await office.show(card(3, state="answering", by=PINYU, trouble="unsure", delivery=77, reply="好"))
    for place, action in (
        (claimed, "item.release"),
        (ignored, "item.reopen"),
        (unsure, "delivery.mark_sent"),
        (unsure, "delivery.send_again"),
    ):
        assert await office.click(PINYU, place, action) == "acked"
    await office.until(lambda: len(office.fake.calls) == 4, "four calls")
    assert set(office.fake.calls) == {
        ("release", 1, PINYU),
        ("reopen", 2, PINYU),
        ("mark_sent", 77, PINYU),
        ("send_again", 77, PINYU),
    }


async def test_snoozing_until_tomorrow_means_nine_where_the_person_lives(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.click(EMMA, place, "item.snooze", selected_option="1::tomorrow")
    await office.until(lambda: office.fake.named("snooze"), "the snooze")
    ((_, _, until),) = office.fake.named("snooze")
    assert str(until) == "2026-11-24 09:00:00+00:00"


async def test_snoozing_for_an_hour(office: Office) -> None:
    await office.start()
    await office.click(PINYU, await office.show(card()), "item.snooze", selected_option="1::h1")
    await office.until(lambda: office.fake.named("snooze"), "the snooze")
    assert office.fake.named("snooze") == [(1, PINYU, NOW + timedelta(hours=1))]


async def test_each_person_is_answered_in_their_own_language(office: Office) -> None:
    await office.start()
    place = await office.show(card(1, claimed_by=POHAN))
    for who, word in ((PINYU, "陳柏翰正在處理這則"), (EMMA, "陳柏翰 is working on this one")):
        await office.click(who, place, "item.ignore")
        assert word in await office.whispered(who)


async def test_a_stale_suggestion_says_what_to_do_next(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.refuse = StaleCard()
    await office.click(EMMA, place, "item.approve")
    assert "Read the updated card" in await office.whispered(EMMA)


async def test_a_bug_shows_a_code_and_no_secret(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.refuse = RuntimeError("xoxb-secret inside")
    await office.click(EMMA, place, "item.claim")
    said = await office.whispered(EMMA)
    code = said.split("code ")[1].split(".")[0]
    assert len(code) == 6
    assert "secret" not in said
    assert code in capsys.readouterr().out


async def test_a_platform_error_becomes_a_sentence(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.refuse = Gone("target")
    await office.click(EMMA, place, "item.claim")
    assert "Trying again will not help" in await office.whispered(EMMA)


async def test_an_unknown_button_is_answered(office: Office) -> None:
    await office.start()
    place = await _post(office, {"type": "button", "action_id": "item.dance", "value": "1"})
    assert await office.click(EMMA, place, "item.dance") == "acked"
    assert "I do not know that button" in await office.whispered(EMMA)


@pytest.mark.parametrize("value", ["", "abc", "1:x", "-1", "9" * 30, "1:2:", "²"])
async def test_a_button_with_a_strange_value_is_answered_and_does_nothing(office: Office, value: str) -> None:
    await office.start()
    office.fake.cards[1] = card()
    place = await _post(office, {"type": "button", "action_id": "item.approve", "value": value or "-"})
    assert await office.click(EMMA, place, "item.approve") == "acked"
    assert "I do not know that button" in await office.whispered(EMMA)
    assert office.fake.calls == []


async def test_an_item_that_is_gone_is_answered(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    office.fake.cards.clear()
    await office.click(EMMA, place, "item.claim")
    assert "I do not know #1 any more" in await office.whispered(EMMA)


async def test_a_card_that_stands_twice_goes_away_and_points_to_the_right_one(office: Office) -> None:
    await office.start()
    stale = await office.show(card(), known=False)
    right = await office.show(card())
    await office.click(EMMA, stale, "item.claim")
    said = await office.whispered(EMMA)
    assert "The right one is here" in said
    assert right.ts.replace(".", "") in said
    assert await office.message(stale) is None
    assert office.fake.calls == []


async def test_a_card_not_recorded_yet_works(office: Office) -> None:
    await office.start()
    place = await office.show(card(), known=False)
    await office.click(PINYU, place, "item.claim")
    await office.until(lambda: office.fake.named("claim"), "the claim")


async def test_who_may_not_work_the_desk_is_told_whom_to_ask(office: Office) -> None:
    await office.start(managers=("S0APPROVERS",))
    place = await office.show(card())
    await office.click(EMMA, place, "item.claim")
    assert "slack.managers" in await office.whispered(EMMA)
    assert office.fake.calls == []
    await office.click(POHAN, place, "item.claim")
    await office.until(lambda: office.fake.named("claim") == [(1, POHAN)], "a manager's claim")


async def test_who_cannot_be_whispered_to_gets_the_answer_another_way(office: Office) -> None:
    await office.start()
    place = await office.show(card(1, claimed_by=POHAN))
    await office.fault("429", "chat.postEphemeral", times=None, retry_after=60)
    await office.click(EMMA, place, "item.ignore")
    assert "陳柏翰 is working" in await office.whispered(EMMA)  # through the click's response_url
    await office.fault("500_before", "hook", times=None)
    await office.click(DAVID, place, "item.ignore")

    async def direct() -> Any:
        held = (await office.sees(DAVID))["messages"].values()
        return [m for messages in held for m in messages if "陳柏翰 is working on this one" in m["text"]] or None

    await until(direct, "a direct message")


async def test_the_link_button_is_only_acknowledged(office: Office) -> None:
    await office.start()
    assert await office.click(PINYU, await office.show(card()), "item.open") == "acked"
    assert office.fake.calls == []


async def test_a_slow_slack_does_not_delay_the_acknowledgement(office: Office) -> None:
    await office.start()
    place = await office.show(card())
    await office.fault("slow", "users.info", times=None, delay=1.5)
    told = await office.does("click", DAVID, channel=place.channel, ts=place.ts, action_id="item.claim")
    assert (told["outcome"], told["ms"] < 500) == ("acked", True)
    await office.until(lambda: office.fake.named("claim"), "the claim")


async def _post(office: Office, button: dict[str, Any]) -> Place:
    blocks = [{"type": "actions", "elements": [{**button, "text": {"type": "plain_text", "text": "?"}}]}]
    said = await office.slack._api.reads.chat_postMessage(channel=DESK, text="?", blocks=blocks)
    return Place(DESK, said["ts"])
