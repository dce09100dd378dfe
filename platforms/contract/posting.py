"""The contract's tests of posts: words, pictures, threads and comments of our own, each as claimed, exactly and once.
What is refused offline never reaches the network, and what was handed over before the post is seen by nobody.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid4

from platforms.base import Act, Media, Platform, Verb
from platforms.contract.lost import lose_the_answer
from platforms.contract.pictures import pictures
from platforms.contract.world import TEXTS, Fault, Where, World, expect, refused
from platforms.counters import count
from platforms.errors import NotSent, Rejected, Unsupported

POST = "週五晚上的爵士之夜，現場見。"


async def hand_over(platform: Platform, act: Act, key: UUID) -> dict[str, str]:
    """Upload the files of `act` where the platform wants that; the memo for `send`."""
    if platform.caps.media is None or not platform.caps.media.uploads:
        return {}
    return {str(number): await platform.upload(media, key) for number, media in enumerate(act.media)}


async def publish(platform: Platform, act: Act) -> tuple[str, Act]:
    """Send a post with all that belongs to it; its native id, and a further part that goes on from it."""
    key = uuid4()
    receipt = await platform.send(act, key, await hand_over(platform, act, key))
    return receipt.native_id, Act(Verb.PUBLISH, "接下來：歌單。", receipt.ref)


class Posting:
    """For every account: most can do some of it."""

    async def test_every_post_arrives_exactly_and_once(self, world: World) -> None:
        async with world.account() as platform:
            if not platform.caps.publish:
                await refused(Unsupported, platform.send(Act(Verb.PUBLISH, POST), uuid4(), {}))
                expect(world.public() == [], "nothing was said")
                return
            ids = [(await publish(platform, Act(Verb.PUBLISH, text)))[0] for text in TEXTS]
        expect(world.public() == list(TEXTS), f"the audience sees {world.public()!r}")
        expect(len({*ids}) == len(TEXTS), "each has its own id")

    async def test_pictures_arrive_intact_in_order_and_with_their_descriptions(self, world: World) -> None:
        async with world.account() as platform:
            limit = platform.caps.media
            if limit is None:
                return await self._no_pictures(world, platform)
            sent: list[tuple[bytes, str]] = []
            for text, number in ((POST, 1), ("", limit.most)):
                with pictures(limit, number) as media:
                    await publish(platform, Act(Verb.PUBLISH, text, media=media))
                    sent += [(_read(each), each.alt) for each in media]
        expect(world.public() == [POST, ""], "a post with files needs no text, and is one post")
        expect(world.pictures() == sent, f"{len(sent)} files were sent, the audience sees {len(world.pictures())}")

    async def _no_pictures(self, world: World, platform: Platform) -> None:
        media = (Media("nowhere.png", "image/png", 1),)
        before = world.requests()
        await refused(Unsupported, platform.send(Act(Verb.PUBLISH, POST, media=media), uuid4(), {}))
        await refused(Unsupported, platform.upload(media[0], uuid4()))
        expect(world.requests() == before, "no request was made")

    async def test_files_the_platform_would_refuse_never_reach_the_network(self, world: World) -> None:
        async with world.account() as platform:
            limit = platform.caps.media
            if limit is None:
                return await self._no_pictures(world, platform)
            before = world.requests()
            with pictures(limit, limit.most + 1) as media:
                one = media[0]
                wrong = [
                    (media, "too_many_media", limit.most),
                    ((replace(one, size=limit.size + 1),), "media_size", limit.size),
                    ((replace(one, type="application/pdf"),), "media_type", None),
                    ((replace(one, path=f"{one.path}-gone"),), "media_missing", None),
                    ((replace(one, size=one.size + 1),), "media_missing", None),
                    ((replace(one, alt="half \ud83d"),), "broken_text", None),
                ]
                if limit.alt:
                    wrong.append(((replace(one, alt="好" * (limit.alt + 1)),), "alt_too_long", limit.alt))
                for chosen, code, most in wrong:
                    await self._refuse(platform, Act(Verb.PUBLISH, POST, media=chosen), code, most)
        expect(world.requests() == before and world.public() == [], "no request was made")

    async def _refuse(self, platform: Platform, act: Act, code: str, most: int | None) -> None:
        """The check says it (but of what stands on disk), with the limit; so do `upload` and `send`."""
        found = [problem for problem in platform.check(act) if problem.key == code]
        expect(found or code == "media_missing", f"the check says {code}")
        expect(most is None or found[0].params["limit"] == most, "with the number")
        memo = {str(number): "handle" for number in range(len(act.media))}
        uploads = platform.caps.media is not None and platform.caps.media.uploads
        if uploads and code != "too_many_media":
            error = await refused(Rejected, platform.upload(act.media[0], uuid4()))
            expect(error.code == code, f"the upload is refused as {error.code}, not {code}")
            expect(act.media[0].path not in error.evidence, "no path is in the error")
        if not uploads or code != "media_missing":
            error = await refused(Rejected, platform.send(act, uuid4(), memo))
            expect(error.code == code, f"the post is refused as {error.code}, not {code}")
            expect(act.media[0].path not in error.evidence, "no path is in the error")

    async def test_the_longest_text_with_a_picture_is_the_one_that_is_said(self, world: World) -> None:
        async with world.account() as platform:
            limit, text = platform.caps.media, platform.caps.text
            if limit is None:
                return await self._no_pictures(world, platform)
            most = limit.text or text.max
            longest = "好" * (most // count("好", text.counter))
            with pictures(limit, 1) as media:
                error = await refused(
                    Rejected, platform.send(Act(Verb.PUBLISH, longest + "好", media=media), uuid4(), {"0": "handle"})
                )
                expect(error.code == "too_long", f"the code is too_long, not {error.code}")
                await publish(platform, Act(Verb.PUBLISH, longest, media=media))
        expect(world.public() == [longest], "the longest text is accepted")

    async def test_uploading_twice_does_no_harm(self, world: World) -> None:
        async with world.account() as platform:
            limit = platform.caps.media
            if limit is None or not limit.uploads:
                await refused(Unsupported, platform.upload(Media("nowhere.png", "image/png", 1), uuid4()))
                return
            with pictures(limit, 1) as media:
                act, key = Act(Verb.PUBLISH, POST, media=media), uuid4()
                for fault in Fault:
                    await world.spoil(Where.SEND, fault)
                    error = await refused(NotSent, hand_over(platform, act, key))
                    expect(error.retry and error.certain, f"{fault}: an upload may be repeated")
                await hand_over(platform, act, key)
                memo = await hand_over(platform, act, key)
                expect(world.public() == [], "nobody sees what is not yet posted")
                await platform.send(act, key, memo)
                expect(world.public() == [POST], "the post is out")
                expect(world.pictures() == [(_read(media[0]), media[0].alt)], "with one picture")

    async def test_a_part_stands_after_the_one_before(self, world: World) -> None:
        async with world.account() as platform:
            if not platform.caps.threads:
                before = world.requests()
                await refused(Unsupported, platform.send(Act(Verb.PUBLISH, POST, {"post": "1"}), uuid4(), {}))
                expect(world.requests() == before and world.public() == [], "no request was made")
                return
            first, then = await publish(platform, Act(Verb.PUBLISH, POST))
            second, last = await publish(platform, then)
            limit = platform.caps.media
            if limit is None:
                third, _ = await publish(platform, last)
            else:
                with pictures(limit, limit.most) as media:
                    third, _ = await publish(platform, replace(last, media=media))
        expect([world.before(name) for name in (first, second, third)] == [None, first, second], "each after the last")

    async def test_a_comment_stands_under_our_own_post(self, world: World) -> None:
        async with world.account() as platform:
            if not platform.caps.comments:
                before = world.requests()
                await refused(Unsupported, platform.send(Act(Verb.COMMENT, POST, {"post": "1"}), uuid4(), {}))
                expect(world.requests() == before and world.public() == [], "no request was made")
                return
            first, then = await publish(platform, Act(Verb.PUBLISH, POST))
            receipt = await platform.send(Act(Verb.COMMENT, "報名連結在這裡", then.target), uuid4(), {})
        expect(receipt.native_id and world.under(first) == ["報名連結在這裡"], f"under it is {world.under(first)!r}")

    async def test_a_post_whose_answer_is_an_error_before_the_effect(self, world: World) -> None:
        await self._lose(world, Fault.ERROR_BEFORE, said=0)

    async def test_a_post_whose_answer_is_an_error_after_the_effect(self, world: World) -> None:
        await self._lose(world, Fault.ERROR_AFTER, said=1)

    async def test_a_post_whose_answer_hangs_before_the_effect(self, world: World) -> None:
        await self._lose(world, Fault.HANG_BEFORE, said=0)

    async def test_a_post_whose_answer_hangs_after_the_effect(self, world: World) -> None:
        await self._lose(world, Fault.HANG_AFTER, said=1)

    async def test_a_post_whose_answer_is_reset_before_the_effect(self, world: World) -> None:
        await self._lose(world, Fault.RESET_BEFORE, said=0)

    async def test_a_post_whose_answer_is_reset_after_the_effect(self, world: World) -> None:
        await self._lose(world, Fault.RESET_AFTER, said=1)

    async def _lose(self, world: World, fault: Fault, *, said: int) -> None:
        """A post as rich as the platform takes it, in a thread where it can; then a comment under the first part."""
        async with world.account() as platform:
            caps = platform.caps
            if not caps.publish:
                await refused(Unsupported, platform.send(Act(Verb.PUBLISH, POST), uuid4(), {}))
                return
            _, then = await publish(platform, Act(Verb.PUBLISH, POST))
            act, key = then if caps.threads else replace(then, target={}), uuid4()
            if caps.media is None:
                await lose_the_answer(world, platform, act, fault, said=said)
            else:
                with pictures(caps.media, min(2, caps.media.most)) as media:
                    act = replace(act, media=media)
                    memo = await hand_over(platform, act, key)
                    await lose_the_answer(world, platform, act, fault, said=said, key=key, memo=memo)
            if caps.comments:
                await lose_the_answer(world, platform, Act(Verb.COMMENT, "補充一句", then.target), fault, said=said)


def _read(media: Media) -> bytes:
    with open(media.path, "rb") as file:
        return file.read()
