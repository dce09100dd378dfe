"""The contract every adapter keeps, as tests driven by its own `Caps`: claimed is done, unclaimed is `Unsupported`.
It knows no platform and needs no pytest: subclass `PlatformContract` in a test module and give it a `world` fixture.

    class TestMine(PlatformContract):
        @pytest.fixture
        async def world(self): ...   # yields a `World`: a local server of the platform and the people around it
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

from platforms.base import Absent, Act, Batch, Change, Item, Platform, Receipt, Standing, Verb
from platforms.caps import Find, Idempotency, Kind, Seen
from platforms.counters import count
from platforms.errors import AuthBroken, Gone, NotSent, PlatformError, Rejected, Unsupported, Unsure

E = TypeVar("E", bound=PlatformError)
DEADLINE = 10.0
"""Seconds after which something that should have arrived has not."""
TEXTS = (
    "Hello, world! 👋",
    "大家好，今天的活動幾點開始？「現場」還有位子嗎……",
    "家人👨‍👩‍👧‍👦 國旗🇹🇼🇹🇼 膚色👍🏽",
    "葛󠄀城與𠮷野家",
    "<!channel> <@U123> <https://evil.example|nice> *bold* _it_ `code` \\ & &amp; %s {x}",
    "e\u0301 noe\u0308l ﷽ \u202eabc\u202c",
)
"""Plain, full-width, ZWJ, flags, a variation sequence, a sign outside the BMP, markup of others, combining, bidi."""


class Where(StrEnum):
    """Which calls a fault spoils."""

    READ = "read"
    SEND = "send"


class Fault(StrEnum):
    """What goes wrong, once. Before and after: whether the platform has done what it was asked."""

    LIMITED = "429"
    ERROR_BEFORE = "500_before"
    ERROR_AFTER = "500_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_BEFORE = "reset_before"
    RESET_AFTER = "reset_after"


class World(Protocol):
    """The platform and the people around the account, as the tests need them. `native_id`s are the adapter's own."""

    page: int
    """Items the platform gives in one answer at most."""
    secret: str
    """The account's secret, which nothing may show."""

    def account(self, *, reachable: bool = True) -> Platform:
        """A new adapter for the account, not opened, with time-outs under a second and everything it can claim
        configured; unreachable: at an address where nobody listens.
        """

    async def say(self, text: str) -> str:
        """A member of the audience comments; returns the native id."""

    async def edit(self, native_id: str, text: str) -> None: ...

    async def delete(self, native_id: str) -> None: ...

    async def answer(self, native_id: str, text: str) -> None:
        """The brand answers by other means than this program. Only called where `look` is claimed."""

    async def spoil(self, where: Where, fault: Fault, after: int = 1) -> None:
        """The next such call goes wrong; `after`: the delay a 429 asks for, in seconds."""

    async def revoke(self) -> None:
        """The token stops being valid."""

    def public(self) -> list[str]:
        """What the brand has said through us, as the audience sees it, oldest first."""

    def requests(self) -> int:
        """How many requests have reached the platform."""


def expect(condition: object, sentence: str) -> None:
    """An assertion that also holds under `python -O` and where nobody rewrites asserts."""
    if not condition:
        raise AssertionError(sentence)


async def refused(kind: type[E], call: Awaitable[object]) -> E:
    """Await `call`, which must raise `kind`; returns the error."""
    try:
        answer = await call
    except kind as error:
        return error
    raise AssertionError(f"{kind.__name__} expected, got {answer!r}")


async def read_until(
    platform: Platform, cursor: str | None, enough: Callable[[list[Item]], bool]
) -> tuple[list[Item], str | None]:
    """Poll the first feed until `enough` of what came, within the deadline. Returns the items and the cursor after."""
    items: list[Item] = []
    async with asyncio.timeout(DEADLINE):
        while not enough(items):
            batch = await platform.poll(platform.feeds[0], cursor)
            items += batch.items
            cursor = batch.cursor
    return items, cursor


async def comment(world: World, platform: Platform, text: str = "請問幾點開門？") -> Item:
    """Somebody comments, and it has been read."""
    native_id = await world.say(text)
    items, _ = await read_until(platform, None, lambda seen: any(item.native_id == native_id for item in seen))
    return next(item for item in items if item.native_id == native_id)


def reply(item: Item, text: str = "早上八點，歡迎來坐坐。") -> Act:
    """An approved answer to `item`."""
    return Act(Verb.REPLY, text, item.ref)


class PlatformContract:
    """Subclass it and give a `world` fixture. For accounts that are polled and can reply."""

    async def test_opening_names_the_account(self, world: World) -> None:
        async with world.account() as platform:
            info = await platform.open()
        expect(info.native_id and info.name, "the account has an id and a name")

    async def test_closing_twice_or_unopened_is_harmless(self, world: World) -> None:
        never, opened = world.account(), world.account()
        await opened.open()
        for platform in (never, opened):
            await platform.close()
            await platform.close()
        expect(opened.kind, "it still knows what it is")

    async def test_secrets_never_show(self, world: World) -> None:
        await world.revoke()
        platform = world.account()
        error = await refused(AuthBroken, platform.open())
        await platform.close()
        expect(error.__context__ is None and error.__cause__ is None, "no library error with a request hangs on it")
        expect(world.secret not in f"{error!r} {error} {error.evidence}", "the error does not hold the secret")
        expect(world.secret not in repr(platform), "the adapter does not show the secret")

    # -- reading -----------------------------------------------------------------------------------------------------

    async def test_every_text_arrives_exactly(self, world: World) -> None:
        async with world.account() as platform:
            ids = [await world.say(text) for text in TEXTS]
            items, _ = await read_until(platform, None, lambda seen: len(seen) >= len(TEXTS))
        texts = {item.native_id: item.text for item in items}
        for native_id, text in zip(ids, TEXTS, strict=True):
            expect(texts.get(native_id) == text, f"{text!r} came as {texts.get(native_id)!r}")
        for item in items:
            expect(item.kind in platform.caps.reads, f"{item.kind} is claimed")
            expect(item.created_at.tzinfo is not None, "times are aware")
            expect(item.author.native_id and item.author.name, "somebody said it")

    async def test_reading_again_from_the_same_cursor_brings_the_same_ids(self, world: World) -> None:
        async with world.account() as platform:
            first = await world.say("一")
            _, cursor = await read_until(platform, None, lambda seen: bool(seen))
            later = [await world.say(text) for text in ("二", "三")]
            once, _ = await read_until(platform, cursor, lambda seen: len(seen) >= 2)
            again, end = await read_until(platform, cursor, lambda seen: len(seen) >= 2)
            expect([item.native_id for item in once] == later, "the cursor stands after what was read")
            expect([item.native_id for item in again] == later, "the same cursor brings the same ids")
            expect(first not in later and end != cursor, "the cursor moves on")

    async def test_nothing_is_lost_where_one_page_ends(self, world: World) -> None:
        async with world.account() as platform:
            ids = [await world.say(f"第 {number} 則") for number in range(world.page + 2)]
            seen: list[str] = []
            cursor, batch = None, Batch((), None, more=True)
            while batch.more:
                batch = await platform.poll(platform.feeds[0], cursor)
                cursor = batch.cursor
                seen += [item.native_id for item in batch.items]
            expect(seen == ids, f"{len(ids)} were said, oldest first; {len(seen)} came, {len(set(seen))} different")

    async def test_edits_are_seen_as_claimed(self, world: World) -> None:
        async with world.account() as platform:
            native_id = await world.say("請問幾點開門")
            _, cursor = await read_until(platform, None, lambda seen: bool(seen))
            await world.edit(native_id, "請問幾點關門")
            if platform.caps.edits is Seen.EVENT:
                items, _ = await read_until(platform, cursor, lambda seen: bool(seen))
                expect(items[0].native_id == native_id, "an edit keeps its id")
                expect(items[0].change is Change.EDITED and items[0].edited_at is not None, "it says it is an edit")
                expect(items[0].text == "請問幾點關門", "it brings the new text")
            else:
                batch = await platform.poll(platform.feeds[0], cursor)
                expect(not batch.items, "an edit that is not claimed as an event brings none")

    async def test_deletions_are_seen_as_claimed(self, world: World) -> None:
        async with world.account() as platform:
            native_id = await world.say("說錯了")
            _, cursor = await read_until(platform, None, lambda seen: bool(seen))
            await world.delete(native_id)
            if platform.caps.deletions is Seen.EVENT:
                items, _ = await read_until(platform, cursor, lambda seen: bool(seen))
                expect(items[0].native_id == native_id and items[0].change is Change.DELETED, "the deletion is told")
            else:
                batch = await platform.poll(platform.feeds[0], cursor)
                expect(not batch.items, "a deletion that is not claimed as an event brings none")

    async def test_a_failed_read_may_be_repeated(self, world: World) -> None:
        async with world.account() as platform:
            native_id = await world.say("在嗎")
            for fault in Fault:
                await world.spoil(Where.READ, fault)
                error = await refused(NotSent, platform.poll(platform.feeds[0], None))
                expect(error.retry and error.certain, f"{fault}: a read has no effect")
            items, _ = await read_until(platform, None, lambda seen: bool(seen))
            expect(items[0].native_id == native_id, "nothing was lost meanwhile")

    async def test_looking_at_a_comment_is_as_claimed(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            if not platform.caps.look:
                await refused(Unsupported, platform.look(item.ref, item.text))
                return
            expect((await platform.look(item.ref, item.text)).standing is Standing.AS_SEEN, "nothing has changed")
            await world.edit(item.native_id, "改了")
            edited = await platform.look(item.ref, item.text)
            expect(edited.standing is Standing.EDITED and edited.item and edited.item.text == "改了", "it was edited")
            await world.answer(item.native_id, "在手機上回覆")
            expect((await platform.look(item.ref, "改了")).standing is Standing.ANSWERED, "the brand has answered")
            await world.delete(item.native_id)
            expect((await platform.look(item.ref, "改了")).standing is Standing.DELETED, "it was deleted")

    # -- sending -----------------------------------------------------------------------------------------------------

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
        """A send whose answer is lost: unsure, found again where claimed, repeated without harm where claimed."""
        since = datetime.now(UTC) - timedelta(seconds=5)
        async with world.account() as platform:
            item = await comment(world, platform)
            act, key = reply(item), uuid4()
            await world.spoil(Where.SEND, fault)
            error = await refused(Unsure, platform.send(act, key, {}))
            expect(not error.certain and not error.retry, "nobody knows whether it happened")
            expect(len(world.public()) == said, f"it was said {len(world.public())} times")
            await self._find(platform, act, key, since, said=said)
            if platform.caps.idempotency is not Idempotency.NONE:
                again = await platform.send(act, key, {})
                expect(world.public() == [act.text], "with the same key it is said once")
                expect((await platform.send(act, key, {})).native_id == again.native_id, "and it is the same one")

    async def _find(self, platform: Platform, act: Act, key: UUID, since: datetime, *, said: int) -> None:
        if platform.caps.find is Find.NONE:
            await refused(Unsupported, platform.find(act, key, {}, since))
            return
        found = await platform.find(act, key, {}, since)
        if said:
            expect(isinstance(found, Receipt), f"the lost send is found, not {found}")
        else:
            expect(found is Absent.NOT_SENT, f"it surely never happened, not {found}")

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

    # -- claims ------------------------------------------------------------------------------------------------------

    async def test_publishing_is_as_claimed(self, world: World) -> None:
        async with world.account() as platform:
            act = Act(Verb.PUBLISH, "週五晚上的爵士之夜，現場見。")
            if platform.caps.publish:
                receipt = await platform.send(act, uuid4(), {})
                expect(receipt.native_id and world.public() == [act.text], "the post is out")
            else:
                await refused(Unsupported, platform.send(act, uuid4(), {}))
                expect(world.public() == [], "nothing was said")

    async def test_hiding_is_as_claimed(self, world: World) -> None:
        async with world.account() as platform:
            item = await comment(world, platform)
            act = Act(Verb.HIDE, target=item.ref)
            if platform.caps.hide:
                expect((await platform.send(act, uuid4(), {})).native_id, "there is a receipt")
            else:
                await refused(Unsupported, platform.send(act, uuid4(), {}))

    async def test_metrics_are_as_claimed(self, world: World) -> None:
        async with world.account() as platform:
            if not platform.caps.metrics:
                await refused(Unsupported, platform.metrics([]))
                return
            names = {metric.name for metric in await platform.metrics([])}
            expect(names and names <= platform.caps.metrics, f"{names} of the account are among the claimed")

    async def test_a_feed_or_webhook_that_is_not_claimed_is_unsupported(self, world: World) -> None:
        async with world.account() as platform:
            await refused(Unsupported, platform.poll("no such feed", None))
            if not platform.caps.push:
                try:
                    hook = platform.webhook({}, b"{}", {})
                except Unsupported:
                    return
                raise AssertionError(f"Unsupported expected, got {hook!r}")

    async def test_what_is_claimed_hangs_together(self, world: World) -> None:
        async with world.account() as platform:
            caps = platform.caps
        expect(bool(platform.feeds) == caps.poll, "feeds are there to be polled")
        expect(caps.reads <= set(Kind) and caps.text.max > 0, "what is read and how much may be said")
        expect(caps.key_life is None or caps.idempotency is Idempotency.KEY, "only a key has a life")
