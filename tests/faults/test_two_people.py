"""Two people at one desk: clicks in the same instant, twice, too late, on what is gone or was never there.
Whatever they click, the public hears one answer, and whoever was not heard is told why in their own language.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from tests.faults.conftest import OpenDesk
from tests.faults.screens import elements, whispered, whispers, window, write
from tests.people import EMMA, PINYU, POHAN, People, offers

QUESTION = "請問你們的豆子什麼時候出貨？"
ROUNDS = 3
"""Instants tried per database: the order in which two clicks arrive differs from one to the next."""

FIRST = {PINYU: "林品妤", EMMA: "Emma Clarke"}


async def settled(people: People, holding: str) -> dict[str, Any]:
    """The card once it says how it ended."""
    return await people.card(holding, with_action="item.reopen")


async def test_two_who_send_in_the_same_instant_make_one_reply_and_the_second_is_told_who_was_first(
    people: People, open_desk: OpenDesk, database_url: str
) -> None:
    heard = {PINYU: 0, EMMA: 0}
    async with open_desk(database_url):
        for n in range(ROUNDS):
            text = f"{QUESTION} {n}"
            comment = await people.comment(text, member=n)
            card = await people.card(text, with_action="item.approve")
            outcomes = await asyncio.gather(
                people.click(card, "item.approve", PINYU), people.click(card, "item.approve", EMMA)
            )
            assert list(outcomes) == ["acked", "acked"]
            card = await settled(people, text)
            first = next(who for who, name in FIRST.items() if name in card["text"].splitlines()[0])
            second = EMMA if first == PINYU else PINYU
            heard[second] += 1
            sentence = await whispered(people, second, heard[second])
            assert FIRST[first] in sentence
            assert ("was first" if second == EMMA else "先處理了") in sentence
            assert len(await whispers(people, first)) == heard[first]
            assert len(await people.replies(comment)) == 1


async def test_one_who_sends_and_one_who_ignores_in_the_same_instant_do_not_both_get_their_way(
    people: People, open_desk: OpenDesk, database_url: str
) -> None:
    async with open_desk(database_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await asyncio.gather(people.click(card, "item.approve", PINYU), people.click(card, "item.ignore", POHAN))
        card = await settled(people, QUESTION)
        sent = len(await people.replies(comment))
        loser, winner = (POHAN, "林品妤") if sent else (PINYU, "陳柏翰")
        assert winner in await whispered(people, loser)
        assert sent == (1 if "林品妤" in card["text"].splitlines()[0] else 0)


async def test_a_double_click_sends_once_and_is_not_lectured_about(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        outcomes = await asyncio.gather(*(people.click(card, "item.approve") for _ in range(3)))
        assert list(outcomes) == ["acked"] * 3
        await settled(people, QUESTION)
        assert len(await people.replies(comment)) == 1
        assert await whispers(people, PINYU) == []


async def test_a_click_on_a_card_that_was_edited_meanwhile_sends_nothing_and_says_so(
    people: People, open_desk: OpenDesk, sandbox: Sandbox, file_url: str
) -> None:
    async with open_desk(file_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        old = elements(card, "item.approve")[0]
        await people.do("square/edit", id=comment, text="What are your opening hours?")
        fresh = await people.card("opening hours", with_action="item.approve")
        # What a colleague still has on their screen: Slack sends the old button's value.
        stale = sandbox.slack.state.messages["C0DESK"][fresh["ts"]]
        present = stale.blocks
        stale.blocks = card["blocks"]
        await people.click(fresh, "item.approve", EMMA)
        stale.blocks = present
        assert "has changed since you looked" in await whispered(people, EMMA)
        assert old["value"] not in str(fresh["blocks"])
        assert await people.replies(comment) == []
        await people.click(fresh, "item.approve", EMMA)
        await people.card("opening hours", with_action="item.reopen")
        assert len(await people.replies(comment)) == 1


@pytest.mark.parametrize(("user", "sentence"), [(PINYU, "我不認得這個按鈕"), (EMMA, "I do not know that button")])
async def test_a_button_nobody_knows_is_answered_in_the_persons_language(
    user: str, sentence: str, people: People, open_desk: OpenDesk, sandbox: Sandbox, file_url: str
) -> None:
    async with open_desk(file_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        for button in elements(_stored(sandbox, card), "item.approve"):
            button["action_id"] = "item.publish_everywhere"
        await people.click(card, "item.publish_everywhere", user)
        assert sentence in await whispered(people, user)
        assert await people.replies(comment) == []


@pytest.mark.parametrize("value", ["", "0", "999999", "abc", "1:2:3:4", "9" * 40, "1:1:0000"])
async def test_a_button_with_a_value_we_never_gave_is_answered_and_sends_nothing(
    value: str, people: People, open_desk: OpenDesk, sandbox: Sandbox, file_url: str
) -> None:
    async with open_desk(file_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        for button in elements(_stored(sandbox, card), "item.approve"):
            button["value"] = value
        await people.click(card, "item.approve", EMMA)
        sentence = await whispered(people, EMMA)
        assert "Something went wrong on our side" not in sentence
        assert await people.replies(comment) == []
        assert offers(await people.card(QUESTION), "item.ignore")


@pytest.mark.parametrize("user", [PINYU, EMMA])
async def test_a_window_that_slack_no_longer_lets_us_open_is_explained(
    user: str, people: People, open_desk: OpenDesk, file_url: str
) -> None:
    await people.do("slack/settings", trigger_seconds=0.0)
    async with open_desk(file_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.edit")
        await people.click(card, "item.edit", user)
        assert ("click again" if user == EMMA else "再按一次") in await whispered(people, user)
        await people.do("slack/settings", trigger_seconds=3.0)
        pick = next(o["value"] for o in elements(card, "item.snooze")[0]["options"] if o["value"].endswith("pick"))
        await people.click(card, "item.snooze", user, selected_option=pick)
        assert await window(people, user, "item.snooze")
        assert await people.replies(comment) == []


async def test_two_who_write_at_once_send_one_reply_and_the_second_reads_why_in_the_window(
    people: People, open_desk: OpenDesk, database_url: str
) -> None:
    async with open_desk(database_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.edit")
        previews = {}
        for user, text in ((PINYU, "週三出貨喔！"), (EMMA, "We ship on Wednesdays.")):
            previews[user] = await write(people, card, text, user)
        await asyncio.gather(
            *(people.do("slack/submit", user=user, view_id=view["id"]) for user, view in previews.items())
        )
        await settled(people, QUESTION)
        replies = await people.replies(comment)
        assert len(replies) == 1
        assert replies[0] in ("週三出貨喔！", "We ship on Wednesdays.")
        left = {user: (await people.slack(user))["views"] for user in (PINYU, EMMA)}
        second = next(user for user, views in left.items() if views)
        assert [bool(views) for views in left.values()].count(True) == 1
        assert ("週三" in replies[0]) == (second == EMMA)


def _stored(sandbox: Sandbox, card: dict[str, Any]) -> dict[str, Any]:
    """The card as Slack holds it: what an old version of ours, or anybody's own client, may make of it."""
    return {"blocks": sandbox.slack.state.messages["C0DESK"][card["ts"]].blocks}
