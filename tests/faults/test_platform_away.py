"""The platform busy, failing, hanging, hanging up, before and after it did what was asked; and the comment changing
between approval and sending. In the end the public has one reply, or none and the card says why.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.sandbox.server import Sandbox
from tests.faults.conftest import OpenDesk
from tests.faults.screens import warnings
from tests.people import POHAN, People, offers, until

QUESTION = "請問你們的豆子什麼時候出貨？"
REPLY = "POST /square/api/comments/*/replies"
LOOK = "GET /square/api/comments/*"
FEED = "GET /square/api/feed"

QUICK = {"timeout": 0.5, "long_poll": 5}
"""Seconds of patience with the platform, so that what hangs need not be waited for."""

UNCERTAIN = ["500_before", "500_after", "reset_before", "reset_after", "hang_before", "hang_after"]
MODES: dict[str, dict[str, Any]] = {
    "key": {"idempotency": "key", "lookup": False},
    "lookup": {"idempotency": "none", "lookup": True},
    "none": {"idempotency": "none", "lookup": False},
}
"""How the platform lets us find out what became of a reply."""

WAITING, REFUSED = "平台暫時連不上", "平台不接受我們的權限。"
"""What a card says of its reply."""
PAUSED, RESUMED = "*square* 已暫停", "*square* 恢復正常"
"""What the channel is told."""


async def approve(people: People) -> str:
    """A comment, and a colleague who sends the first suggestion; the comment."""
    comment = await people.comment(QUESTION)
    card = await people.card(QUESTION, with_action="item.approve")
    await people.click(card, "item.approve")
    return comment


async def struck(people: People, least: int = 1) -> None:
    """Wait until the first fault has hit so often."""

    async def look() -> bool | None:
        return (await people.get("faults"))["faults"][0]["hits"] >= least or None

    await until(look, f"{least} hits")


async def says(people: People, sentence: str) -> dict[str, Any]:
    """The one card, once it holds this."""

    async def look() -> dict[str, Any] | None:
        (card,) = await people.cards(QUESTION)
        return card if sentence in card["text"] else None

    return await until(look, f"a card that says {sentence}")


@pytest.mark.parametrize("kind", ["429", *UNCERTAIN])
@pytest.mark.parametrize("mode", ["key", "lookup"])
async def test_a_reply_the_platform_fumbles_is_public_once_without_anybodys_help(
    mode: str, kind: str, people: People, open_desk: OpenDesk, file_url: str
) -> None:
    await people.do("square/settings", **MODES[mode])
    await people.do("faults", target="square", kind=kind, operation=REPLY)
    async with open_desk(file_url, account=QUICK):
        comment = await approve(people)
        await struck(people)
        card = await people.card(QUESTION, with_action="item.reopen")
        assert not offers(card, "delivery.send_again")
        assert len(await people.replies(comment)) == 1
        assert await warnings(people, "*square*") == []


@pytest.mark.parametrize("kind", UNCERTAIN)
async def test_where_nobody_can_tell_a_person_looks_and_decides(
    kind: str, people: People, open_desk: OpenDesk, file_url: str
) -> None:
    await people.do("square/settings", **MODES["none"])
    await people.do("faults", target="square", kind=kind, operation=REPLY)
    async with open_desk(file_url, account=QUICK):
        comment = await approve(people)
        card = await people.card(QUESTION, with_action="delivery.mark_sent")
        assert not offers(card, "item.approve")

        assert len(await warned(people, "*square*")) == 1
        there = len(await people.replies(comment))
        assert there == kind.endswith("_after")
        await people.click(card, "delivery.mark_sent" if there else "delivery.send_again", POHAN)
        await people.card(QUESTION, with_action="item.reopen")
        assert len(await people.replies(comment)) == 1


async def test_a_refused_reply_is_not_unsure_even_where_nobody_can_tell(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    await people.do("square/settings", **MODES["none"])
    await people.do("faults", target="square", kind="429", operation=REPLY)
    async with open_desk(file_url, account=QUICK):
        comment = await approve(people)
        await people.card(QUESTION, with_action="item.reopen")
        assert len(await people.replies(comment)) == 1
        assert await warnings(people, "*square*") == []


async def test_a_card_says_that_its_reply_waits_and_then_that_it_went_out(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, account=QUICK):
        await people.do("faults", target="square", kind="down", operation="* /square/api/comments/*")
        comment = await approve(people)
        card = await says(people, WAITING)
        assert not offers(card, "item.approve")
        assert await people.replies(comment) == []
        await people.forget_faults()
        card = await people.card(QUESTION, with_action="item.reopen")
        assert WAITING not in card["text"]
        assert len(await people.replies(comment)) == 1


@pytest.mark.parametrize("heard", ["by looking", "from the feed"])
@pytest.mark.parametrize(
    ("change", "sentence"),
    [("delete", "已刪除"), ("edit", "核准之後留言改了"), ("answer", "在平台上")],
)
async def test_a_comment_that_changed_since_its_approval_is_not_answered_and_its_card_says_why(
    change: str, sentence: str, heard: str, people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, account={**QUICK, "long_poll": 0.2}):
        await people.do("faults", target="square", kind="429", operation=LOOK, retry_after=1)
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        if heard == "by looking":
            await people.do("faults", target="square", kind="down", operation=FEED)
        await people.click(card, "item.approve")
        await struck(people)
        words = {} if change == "delete" else {"text": f"{QUESTION}！"}
        await people.do(f"square/{change}", id=comment, **words)
        await _told(people, card["ts"], sentence)
        ours = await people.replies(comment)
        assert ours == ([f"{QUESTION}！"] if change == "answer" else [])
        await people.forget_faults()
        if change == "edit":
            card = await people.card(f"{QUESTION}！", with_action="item.approve")
            await people.click(card, "item.approve")
            await people.card(f"{QUESTION}！", with_action="item.reopen")
            assert len(await people.replies(comment)) == 1
        assert len(await people.cards("")) == 1


@pytest.mark.parametrize("left", [[], ["reply", "publish"]])
async def test_access_taken_away_pauses_the_account_once_and_given_back_sends_what_waited_once(
    left: list[str], people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, account={**QUICK, "long_poll": 0.2}) as app:
        comment = await people.comment(QUESTION)
        card = await people.card(QUESTION, with_action="item.approve")
        await people.do("square/settings", scopes=left)
        await people.click(card, "item.approve")
        await says(people, REFUSED)
        await warned(people, PAUSED)

        async def unread() -> bool | None:
            (account,) = (await app.desk.board.status()).accounts
            return account.problem is not None or None

        await until(unread, "a feed that cannot be read")
        assert await people.replies(comment) == []
        await people.do("square/settings", scopes=["read", "reply", "publish"])
        await warned(people, RESUMED)
        card = await people.card(QUESTION, with_action="item.reopen")
        assert REFUSED not in card["text"]
        assert len(await people.replies(comment)) == 1
        assert len(await warnings(people, PAUSED)) == 1
        assert len(await warnings(people, RESUMED)) == 1


async def test_every_reply_that_waits_for_access_says_so_and_the_channel_is_told_once(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, account={**QUICK, "long_poll": 0.2}):
        await people.do("square/settings", scopes=["read"])
        for n in range(3):
            comment = await people.comment(f"{QUESTION} {n}", member=n)
            card = await people.card(f"{QUESTION} {n}", with_action="item.approve")
            await people.click(card, "item.approve")

            async def refused(n: int = n) -> bool | None:
                (card,) = await people.cards(f"{QUESTION} {n}")
                return REFUSED in card["text"] or None

            await until(refused, f"card {n} that says it waits for access")
            assert await people.replies(comment) == []
        assert len(await warned(people, PAUSED)) == 1
        assert await warnings(people, RESUMED) == []


async def test_a_desk_that_opens_while_the_platform_is_away_works_once_it_is_back(
    people: People, open_desk: OpenDesk, sandbox: Sandbox, file_url: str
) -> None:
    await people.do("faults", target="square", kind="down")
    async with open_desk(file_url, account=QUICK):
        await people.do("square/settings", idempotency="none", lookup=False)
        await people.forget_faults()
        comment = await approve(people)
        await people.card(QUESTION, with_action="item.reopen")
        assert len(await people.replies(comment)) == 1


async def warned(people: People, holding: str) -> list[str]:
    """The warnings that hold this, once there is one."""

    async def look() -> list[str] | None:
        return await warnings(people, holding) or None

    return await until(look, f"a warning with {holding}")


async def _told(people: People, ts: str, sentence: str) -> None:
    async def look() -> bool | None:
        (card,) = [card for card in await people.cards("") if card["ts"] == ts]
        return sentence in card["text"] or None

    await until(look, f"a card that says {sentence}")
