"""The contract's tests of replies: exactly, once, and after a failure never taken for sent or unsent without proof.
They go through every way an answer can be lost.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from platforms.base import Absent
from platforms.caps import Find
from platforms.contract.lost import lose_the_answer
from platforms.contract.world import TEXTS, Fault, Where, World, comment, expect, refused, reply
from platforms.counters import count
from platforms.errors import AuthBroken, Gone, NotSent, Rejected, Unsupported


class Sending:
    """For accounts that can reply."""

    async def test_every_reply_arrives_exactly_and_once(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            receipts = [await platform.send(reply(item, text), uuid4(), {}) for text in TEXTS]
        expect(world.public() == list(TEXTS), f"the audience sees {world.public()!r}")
        expect(len({receipt.native_id for receipt in receipts}) == len(TEXTS), "each has its own id")

    async def test_what_is_too_long_never_reaches_the_network(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            limit = platform.caps.text
            longest = "好" * (limit.max // count("好", limit.counter))
            before = world.requests()
            error = await refused(Rejected, platform.send(reply(item, "好" * 10_000), uuid4(), {}))
            expect(error.code == "too_long", f"the code is too_long, not {error.code}")
            problem = platform.check(reply(item, longest + "好"))[0]
            expect(
                problem.key == "too_long" and problem.params["limit"] == limit.max, "the check says so, with numbers"
            )
            expect(world.requests() == before, "no request was made")
            expect(not platform.check(reply(item, longest)), "the longest text passes the check")
            await platform.send(reply(item, longest), uuid4(), {})
        expect(world.public() == [longest], "the longest text is accepted")

    async def test_what_cannot_be_sent_is_refused_before_the_network(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            before = world.requests()
            for text, code in (("", "empty"), (" \n", "empty"), ("half \ud83d a pair", "broken_text")):
                error = await refused(Rejected, platform.send(reply(item, text), uuid4(), {}))
                expect(error.code == code, f"{text!r} is refused as {code}, not {error.code}")
            expect(world.requests() == before, "no request was made")

    async def test_too_many_requests_say_when_to_come_back(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            await world.spoil(Where.SEND, Fault.LIMITED, after=7)
            error = await refused(NotSent, platform.send(reply(item), uuid4(), {}))
            expect(error.after == 7 and error.retry and error.certain, f"come back in 7 s, not {error.after}")
            expect(world.public() == [], "nothing was said")

    async def test_an_error_before_the_effect(self, world: World) -> None:
        await self._lose_the_answer(world, Fault.ERROR_BEFORE, said=0)

    async def test_an_error_after_the_effect(self, world: World) -> None:
        await self._lose_the_answer(world, Fault.ERROR_AFTER, said=1)

    async def test_a_hang_before_the_effect(self, world: World) -> None:
        await self._lose_the_answer(world, Fault.HANG_BEFORE, said=0)

    async def test_a_hang_after_the_effect(self, world: World) -> None:
        await self._lose_the_answer(world, Fault.HANG_AFTER, said=1)

    async def test_a_reset_before_the_effect(self, world: World) -> None:
        await self._lose_the_answer(world, Fault.RESET_BEFORE, said=0)

    async def test_a_reset_after_the_effect(self, world: World) -> None:
        await self._lose_the_answer(world, Fault.RESET_AFTER, said=1)

    async def _lose_the_answer(self, world: World, fault: Fault, *, said: int) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            await lose_the_answer(world, platform, reply(item), fault, said=said)

    async def test_another_answer_of_the_same_text_long_ago_is_not_taken_for_this_one(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            act = reply(item)
            await platform.send(act, uuid4(), {})
            later = datetime.now(UTC) + timedelta(minutes=5)
            if platform.caps.find is Find.NONE:
                await refused(Unsupported, platform.find(act, uuid4(), {}, later))
            else:
                expect(await platform.find(act, uuid4(), {}, later) is Absent.NOT_SENT, "only sends since then count")

    async def test_a_platform_out_of_reach_means_not_sent(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
        away = world.account(reachable=False)
        error = await refused(NotSent, away.open())
        expect(error.retry, "it may be tried again")
        await refused(NotSent, away.send(reply(item), uuid4(), {}))
        await away.close()
        expect(world.public() == [], "nothing was said")

    async def test_answering_what_was_deleted_says_gone(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            await world.delete(item.native_id)
            error = await refused(Gone, platform.send(reply(item), uuid4(), {}))
            expect(error.what == "target" and not error.retry and error.certain, f"the target is gone: {error.what}")
            expect(world.public() == [], "nothing was said")

    async def test_a_revoked_token_breaks_the_account_not_the_reply(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            await world.revoke()
            await refused(AuthBroken, platform.poll(platform.feeds[0], None))
            error = await refused(AuthBroken, platform.send(reply(item), uuid4(), {}))
            expect(error.certain, "it was surely not sent")
            expect(world.public() == [], "nothing was said")
