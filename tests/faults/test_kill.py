"""Kill -9 at every step between "a comment arrives" and "its reply is settled", real processes, both databases.
No comment lost, none doubled, no reply sent twice, none forgotten; where no machine can know, a person is asked.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from bot.steps import Step
from tests.faults.desk_process import DeskProcess
from tests.faults.steps import REPLY
from tests.people import POHAN, People, offers, until
from tests.sandbox_settings import told

QUESTION = "請問你們的豆子什麼時候出貨？"
SECOND = "What are your opening hours?"


@pytest.fixture
def settings(sandbox: Sandbox, database_url: str) -> dict[str, Any]:
    return told(sandbox.credentials(), database_url)


async def answer(people: People) -> None:
    """A colleague sends the first suggestion as soon as the card offers one."""
    card = await people.card(QUESTION, with_action="item.approve")
    await people.click(card, "item.approve")


async def answered(people: People, comment: str) -> None:
    """The public has the reply, and the card says so."""

    async def look() -> bool | None:
        cards = await people.cards(QUESTION)
        return True if await people.replies(comment) and cards and offers(cards[-1], "item.reopen") else None

    await until(look, "the reply and a card that says so")


async def nothing_doubled(people: People, comment: str) -> None:
    """One card for each comment, one reply for the answered one."""
    assert len(await people.cards(QUESTION)) == 1
    assert len(await people.cards(SECOND)) == 1
    assert len(await people.replies(comment)) == 1


@pytest.mark.parametrize("step", REPLY)
async def test_a_death_at_any_step_loses_and_doubles_nothing(
    step: Step, people: People, settings: dict[str, Any]
) -> None:
    async with DeskProcess(settings, kill=step) as doomed:
        comment = await people.comment(QUESTION)
        await people.comment(SECOND, member=1)
        await until_dead_or(doomed, answer(people))
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        card = await people.card(QUESTION)
        if not await settled_soon(people, comment):
            # The click died with the process before it was stored: the card still offers it.
            card = await people.card(QUESTION, with_action="item.approve")
            await people.click(card, "item.approve")
        await answered(people, comment)
        await people.card(SECOND)
        await nothing_doubled(people, comment)


@pytest.mark.parametrize("step", [Step.REPLY_CLAIMED, Step.REPLY_LOOKED, Step.REPLY_SENT])
async def test_without_a_key_the_reply_is_looked_for(step: Step, people: People, settings: dict[str, Any]) -> None:
    await people.do("square/settings", idempotency="none", lookup=True)
    async with DeskProcess(settings, kill=step) as doomed:
        comment = await people.comment(QUESTION)
        await people.comment(SECOND, member=1)
        await answer(people)
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        await answered(people, comment)
        await people.card(SECOND)
        await nothing_doubled(people, comment)


@pytest.mark.parametrize("step", [Step.REPLY_CLAIMED, Step.REPLY_LOOKED, Step.REPLY_SENT])
async def test_without_key_or_lookup_a_person_decides(step: Step, people: People, settings: dict[str, Any]) -> None:
    await people.do("square/settings", idempotency="none", lookup=False)
    async with DeskProcess(settings, kill=step) as doomed:
        comment = await people.comment(QUESTION)
        await people.comment(SECOND, member=1)
        await answer(people)
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        card = await people.card(QUESTION, with_action="delivery.mark_sent")
        went_out = bool(await people.replies(comment))
        assert went_out == (step is Step.REPLY_SENT)
        await people.click(card, "delivery.mark_sent" if went_out else "delivery.send_again", POHAN)
        await answered(people, comment)
        await people.card(SECOND)
        await nothing_doubled(people, comment)


async def test_a_card_that_may_have_been_posted_is_posted_again_where_looking_is_not_allowed(
    people: People, settings: dict[str, Any]
) -> None:
    await people.do("slack/settings", history=False)
    async with DeskProcess(settings, kill=Step.CARD_POSTED) as doomed:
        comment = await people.comment(QUESTION)
        assert await doomed.died() == -9
    async with DeskProcess(settings):

        async def twice() -> list[dict[str, Any]] | None:
            cards = await people.cards(QUESTION)
            return cards if len(cards) == 2 else None

        stale, right = await until(twice, "the card once more")
        # Until the new place is written down, a click on either card counts: the new one follows once it is.
        await people.click(right, "item.claim")
        await people.card(QUESTION, with_action="item.release")
        await people.click(stale, "item.approve")

        async def once() -> bool | None:
            return True if len(await people.cards(QUESTION)) == 1 else None

        await until(once, "the stale card taken away")
        assert await people.replies(comment) == []
        await answer(people)
        await answered(people, comment)


async def until_dead_or(doomed: DeskProcess, work: Any) -> None:
    """Do the work, unless the process dies first."""
    task = asyncio.ensure_future(work)
    death = asyncio.ensure_future(doomed.died())
    await asyncio.wait([task, death], return_when=asyncio.FIRST_COMPLETED)
    task.cancel()
    death.cancel()
    await asyncio.gather(task, death, return_exceptions=True)


async def settled_soon(people: People, comment: str) -> bool:
    """Is the reply there, or coming, without anybody's doing?"""

    async def look() -> str | None:
        cards = await people.cards(QUESTION)
        if not cards:
            return None
        if offers(cards[-1], "item.approve"):
            return "waits"
        return "sent" if await people.replies(comment) else None

    return await until(look, "a card that waits, or a reply") == "sent"
