"""Kill -9 between a question in a Telegram group and its settled reply, real processes, both databases.
Telegram has no key and shows a bot nothing it has sent: what is in doubt becomes a card, and a person decides.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from bot.steps import Step
from tests.faults.desk_process import DeskProcess
from tests.faults.telegram_process import TelegramProcess
from tests.people import POHAN, People
from tests.sandbox_settings import told

QUESTION = "請問你們的豆子什麼時候出貨？"
SECOND = "What are your opening hours?"


@pytest.fixture
async def telegram() -> AsyncIterator[TelegramProcess]:
    async with TelegramProcess() as process:
        yield process


@pytest.fixture
def settings(sandbox: Sandbox, telegram: TelegramProcess, database_url: str) -> dict[str, Any]:
    return told(sandbox.credentials(), database_url, accounts={"telegram": telegram.account})


async def ask(telegram: TelegramProcess) -> int:
    """Two people ask in a group; the first question's message id."""
    group = await telegram.do("chat", title="晨光咖啡 粉絲團")
    question = int(await telegram.do("say", chat=group, user=await telegram.do("user", name="小美"), text=QUESTION))
    await telegram.do("say", chat=group, user=await telegram.do("user", name="Ben"), text=SECOND)
    return question


async def told_once(people: People, telegram: TelegramProcess, question: int) -> None:
    """One card a question, one reply that quotes the answered one, and its card says so."""
    await people.card(QUESTION, with_action="item.reopen")
    await people.card(SECOND)
    assert len(await people.cards(QUESTION)) == 1
    assert len(await people.cards(SECOND)) == 1
    (reply,) = await telegram.sent()
    assert reply["reply_to_message"]["message_id"] == question


@pytest.mark.parametrize("step", [Step.POLLED, Step.TAKEN])
async def test_a_death_while_reading_loses_and_doubles_no_question(
    step: Step, people: People, telegram: TelegramProcess, settings: dict[str, Any]
) -> None:
    async with DeskProcess(settings, kill=step) as doomed:
        question = await ask(telegram)
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        card = await people.card(QUESTION, with_action="item.approve")
        await people.click(card, "item.approve")
        await told_once(people, telegram, question)


@pytest.mark.parametrize("step", [Step.REPLY_CLAIMED, Step.REPLY_LOOKED, Step.REPLY_SENT])
async def test_a_death_while_answering_asks_a_person_and_the_chat_reads_one_reply(
    step: Step, people: People, telegram: TelegramProcess, settings: dict[str, Any]
) -> None:
    async with DeskProcess(settings, kill=step) as doomed:
        question = await ask(telegram)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.click(card, "item.approve")
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        card = await people.card(QUESTION, with_action="delivery.mark_sent")
        there = bool(await telegram.sent())
        assert there == (step is Step.REPLY_SENT)
        await people.click(card, "delivery.mark_sent" if there else "delivery.send_again", POHAN)
        await told_once(people, telegram, question)
