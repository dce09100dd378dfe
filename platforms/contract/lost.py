"""What must hold after a send whose answer was lost: the same for a reply, a post and a comment of our own.
It never repeats a send where the platform does not claim that this is harmless.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from platforms.base import Absent, Act, Platform, Receipt
from platforms.caps import Find, Idempotency
from platforms.contract.world import Fault, Where, World, expect, refused
from platforms.errors import Unsupported, Unsure


async def lose_the_answer(
    world: World,
    platform: Platform,
    act: Act,
    fault: Fault,
    *,
    said: int,
    key: UUID | None = None,
    memo: Mapping[str, str] | None = None,
) -> None:
    """Unsure; found again where claimed; repeated without harm where claimed. `said`: how often it then is said."""
    since = datetime.now(UTC) - timedelta(seconds=5)
    key, memo, before = key or uuid4(), memo or {}, list(world.public())
    await world.spoil(Where.SEND, fault)
    error = await refused(Unsure, platform.send(act, key, memo))
    expect(not error.certain and not error.retry, "nobody knows whether it happened")
    expect(_new(world, before) == [act.text] * said, f"it was said {len(_new(world, before))} times")
    if platform.caps.find is Find.NONE:
        await refused(Unsupported, platform.find(act, key, memo, since))
    else:
        found = await platform.find(act, key, memo, since)
        if said:
            expect(isinstance(found, Receipt), f"the lost send is found, not {found}")
        else:
            expect(found is Absent.NOT_SENT, f"it surely never happened, not {found}")
    if platform.caps.idempotency is not Idempotency.NONE:
        again = await platform.send(act, key, memo)
        expect(_new(world, before) == [act.text], "with the same key it is said once")
        expect((await platform.send(act, key, memo)).native_id == again.native_id, "and it is the same one")


def _new(world: World, before: list[str]) -> list[str]:
    """What was said since, in any order."""
    now = list(world.public())
    for text in before:
        now.remove(text)
    return now
