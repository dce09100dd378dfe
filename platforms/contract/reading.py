"""The contract's tests of reading: nothing is lost, nothing is changed, and what is claimed to be seen is seen.
They never say anything in the brand's name.
"""

from __future__ import annotations

from platforms.base import Batch, Change, Standing
from platforms.caps import Seen
from platforms.contract.world import TEXTS, Fault, Where, World, comment, expect, read_until, refused
from platforms.errors import NotSent, Unsupported


class Reading:
    """For accounts that are polled."""

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
