"""Slack away, slow, busy, rude, deaf: cards still come once each and in order, and show in the end what is true.
What it costs is time, and for a click that Slack itself lost, a second click.
"""

from __future__ import annotations

from itertools import accumulate, chain, repeat, takewhile
from typing import Any

import pytest

from bot.outbox.lane import BACK_OFF
from bot.sandbox.server import Sandbox
from tests.faults.conftest import OpenDesk
from tests.faults.screens import whispered
from tests.people import EMMA, PINYU, People, offers, until

QUESTION = "請問你們的豆子什麼時候出貨？"
BACKLOG = 30
ONCE = ["500_before", "500_after", "reset_before", "reset_after", "hang_before", "hang_after"]
HURRY = 0.6
"""Seconds of patience with Slack where it hangs."""


async def hits(people: People, kind: str, least: int = 1) -> None:
    """Wait until the first fault of this kind has struck so often."""

    async def look() -> bool | None:
        faults = (await people.get("faults"))["faults"]
        first = next(fault for fault in faults if fault["kind"] == kind)
        return first["hits"] >= least or None

    await until(look, f"{least} hits of {kind}")


async def numbered(people: People, count: int) -> list[dict[str, Any]]:
    """All cards, once there are so many."""

    async def look() -> list[dict[str, Any]] | None:
        cards = await people.cards("")
        return cards if len(cards) >= count else None

    return await until(look, f"{count} cards")


async def test_a_backlog_from_while_slack_was_away_drains_once_each_and_in_order(
    people: People, open_desk: OpenDesk, database_url: str
) -> None:
    texts = [f"第 {n:02} 則：{QUESTION}" for n in range(BACKLOG)]
    async with open_desk(database_url, patience=HURRY):
        await people.do("faults", target="slack", kind="down", operation="chat.postMessage")
        await people.do("faults", target="slack", kind="down")
        await people.do("square/bulk", count=BACKLOG, texts=texts)
        await hits(people, "down", 1)
        assert await people.cards("") == []
        await people.forget_faults()
        cards = await numbered(people, BACKLOG)
        assert [card["text"].splitlines()[1] for card in cards] == [f"「{text}」" for text in texts]
        # And the desk hears again.
        card = await people.card(f"\n「{texts[3]}」", with_action="item.ignore")
        await clicked(people, card, "item.ignore")
        await people.card(f"\n「{texts[3]}」", with_action="item.reopen")
    assert len(await people.cards("")) == BACKLOG


def test_after_ten_minutes_away_the_next_try_comes_within_a_quarter_of_one() -> None:
    def waits() -> chain[float]:
        return chain(BACK_OFF, repeat(BACK_OFF[-1]))

    tries = list(takewhile(lambda at: at < 3_600, accumulate(waits())))
    for back in (5, 60, 600, 1_800):
        assert min(at for at in tries if at >= back) - back <= 15


@pytest.mark.parametrize("kind", ["429", *ONCE])
async def test_a_card_that_slack_fumbles_is_posted_once_and_the_next_one_after_it(
    kind: str, people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, patience=HURRY if kind.startswith("hang") else 10.0):
        await people.do("faults", target="slack", kind=kind, operation="chat.postMessage")
        await people.comment(f"{QUESTION} 1")
        await hits(people, kind)
        await people.comment(f"{QUESTION} 2", member=1)
        cards = await numbered(people, 2)
        assert [card["text"].count(f"{QUESTION} {n}") for n, card in enumerate(cards, 1)] == [1, 1]
        await clicked(people, cards[0], "item.ignore")
        await people.card(f"{QUESTION} 1", with_action="item.reopen")
        assert len(await people.cards("")) == 2


@pytest.mark.parametrize("kind", ["429", *ONCE])
async def test_a_card_whose_update_slack_fumbles_shows_in_the_end_what_is_true(
    kind: str, people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, patience=HURRY if kind.startswith("hang") else 10.0):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.do("faults", target="slack", kind=kind, operation="chat.update", times=2)
        await people.click(card, "item.approve")
        await hits(people, kind)
        card = await people.card(QUESTION, with_action="item.reopen")
        assert not offers(card, "item.approve")
        assert len(await people.replies(comment)) == 1
        assert len(await people.cards("")) == 1


async def test_a_long_retry_after_is_kept_and_then_everything_comes(
    people: People, open_desk: OpenDesk, sandbox: Sandbox, file_url: str
) -> None:
    async with open_desk(file_url):
        await people.do("faults", target="slack", kind="429", operation="chat.postMessage", retry_after=4)
        await people.do("square/bulk", count=3, texts=[f"{QUESTION} {n}" for n in range(3)])
        await hits(people, "429")
        began = float(sandbox.slack.state.new_ts())
        cards = await numbered(people, 3)
        assert float(cards[0]["ts"]) - began > 3.5
        assert [card["text"].count(f"{QUESTION} {n}") for n, card in enumerate(cards)] == [1, 1, 1]


async def test_a_reply_goes_out_while_slack_is_away_and_its_card_says_so_afterwards(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, patience=HURRY):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.do("faults", target="slack", kind="down", operation="chat.*")
        await people.click(card, "item.approve")

        async def heard() -> list[str] | None:
            return await people.replies(comment) or None

        assert len(await until(heard, "the reply")) == 1
        assert not offers(await people.card(QUESTION), "item.reopen")
        await people.forget_faults()
        assert offers(await people.card(QUESTION, with_action="item.reopen"), "item.reopen")
        assert len(await people.replies(comment)) == 1


async def test_dropped_sockets_come_back_and_the_second_click_works(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, patience=HURRY):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.do("faults", target="slack", kind="refuse_socket")
        await people.do("faults", target="slack", kind="drop_socket")
        assert await people.click(card, "item.approve") != "acked"
        await people.comment(f"{QUESTION} 2", member=1)
        await people.card(f"{QUESTION} 2")  # What goes out does not need a socket.
        await people.forget_faults()
        await clicked(people, card, "item.approve")
        await people.card(QUESTION, with_action="item.reopen")
        assert len(await people.replies(comment)) == 1


async def test_one_connection_too_many_is_none_too_few(people: People, open_desk: OpenDesk, file_url: str) -> None:
    await people.do("faults", target="slack", kind="too_many_websockets", operation="link")
    async with open_desk(file_url, patience=HURRY):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        assert await people.click(card, "item.approve") == "acked"
        await people.card(QUESTION, with_action="item.reopen")
        assert len(await people.replies(comment)) == 1


async def test_a_click_that_slack_lost_works_the_second_time(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url):
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.do("faults", target="slack", kind="lose_click", operation="interactive")
        assert await people.click(card, "item.approve") == "lost"
        assert (await people.slack())["notices"] != []
        assert await people.click(card, "item.approve") == "acked"
        await people.card(QUESTION, with_action="item.reopen")
        assert len(await people.replies(comment)) == 1


async def test_a_refusal_that_cannot_be_whispered_is_told_another_way(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url):
        await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.claim")
        await people.click(card, "item.claim", PINYU)
        await people.card(QUESTION, with_action="item.release")
        await people.do("faults", target="slack", kind="500_before", operation="chat.postEphemeral")
        await people.click(card, "item.approve", EMMA)
        assert "林品妤" in await whispered(people, EMMA)


async def clicked(people: People, card: dict[str, Any], action: str) -> None:
    """Click until Slack has an acknowledgement, as a person would."""

    async def again() -> bool | None:
        return True if await people.click(card, action) == "acked" else None

    await until(again, f"{action} taken")
