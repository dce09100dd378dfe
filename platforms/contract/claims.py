"""The contract's tests of the account and its claims: what is not claimed is `Unsupported`, and claims fit together.
They never look at a platform's name.
"""

from __future__ import annotations

from uuid import uuid4

from platforms.base import Act, Verb
from platforms.caps import Idempotency, Kind
from platforms.contract.world import World, comment, expect, refused
from platforms.errors import AuthBroken, Unsupported


class Claims:
    """For every account."""

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
        expect(caps.publish or not (caps.threads or caps.media), "only who can post has threads and files")
        expect(
            caps.media is None or (caps.media.most > 0 and caps.media.types and caps.media.size > 0),
            "what may go out with a post",
        )
        expect(caps.key_life is None or caps.idempotency is Idempotency.KEY, "only a key has a life")
