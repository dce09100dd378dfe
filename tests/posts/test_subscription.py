"""The calendar's address: made by a person, read by any calendar program, taken back at once."""

from __future__ import annotations

import aiohttp
import pytest
from icalendar import Calendar
from sqlalchemy import text

from bot.store.engine import Store
from handlers.webhooks import Webhooks
from tests.desk.world import World, world
from tests.posts.test_life import CAPS, TEXT, approved, content


@pytest.fixture
async def desk(store: Store) -> World:
    return await world(store, caps=CAPS)


async def test_the_address_gives_the_calendar_until_it_is_taken_back(desk: World) -> None:
    number = await approved(desk, content(desk))
    secret = await desk.posts.subscription.make("U1")
    async with (
        Webhooks("127.0.0.1", 0, desk.intake.webhook, desk.posts.subscription.read) as door,
        aiohttp.ClientSession(door.address) as people,
    ):
        async with people.get(f"/calendar/{secret}.ics") as answer:
            assert (answer.status, answer.content_type) == (200, "text/calendar")
            assert "no-store" in answer.headers["Cache-Control"]
            read = Calendar.from_ical(await answer.read())
        (event,) = read.walk("VEVENT")
        assert (event["SUMMARY"], event["STATUS"]) == (TEXT, "CONFIRMED")
        assert str(event["UID"]).startswith(f"post-{number}")
        assert await desk.posts.subscription.revoke("U1")
        for gone in (secret, secret[:-1], "x"):
            async with people.get(f"/calendar/{gone}.ics") as answer:
                assert (answer.status, await answer.text()) == (404, "")


async def test_a_new_address_takes_the_old_one_back_and_nobody_elses(desk: World) -> None:
    first, theirs = await desk.posts.subscription.make("U1"), await desk.posts.subscription.make("U2")
    second = await desk.posts.subscription.make("U1")
    assert await desk.posts.subscription.read(first) is None
    assert await desk.posts.subscription.read(second) is not None
    assert await desk.posts.subscription.read(theirs) is not None
    assert not await desk.posts.subscription.revoke("U3")


async def test_the_secret_itself_is_not_stored(desk: World) -> None:
    secret = await desk.posts.subscription.make("U1")
    async with desk.store.read() as session:
        rows = (await session.execute(text("SELECT * FROM feed_key"))).all()
    assert secret not in str(rows)
