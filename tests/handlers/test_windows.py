"""How the windows around templates behave: closed to who may not, patient with a busy database."""

from __future__ import annotations

import pytest

from bot.store.engine import Store
from tests.desk.world import PACK, world
from tests.handlers.conftest import DAVID, EMMA, POHAN, Office
from tests.handlers.room import Room, library, shelf


@pytest.fixture
async def room(office: Office, store: Store) -> Room:
    """A desk with two templates."""
    return Room(office, await world(store))


@pytest.mark.parametrize("word", ["templates", "proposals", "unanswered"])
async def test_who_may_not_work_the_desk_gets_none_of_it(room: Room, word: str) -> None:
    await room.start(managers=(POHAN,))
    await room.says(DAVID, f"/engage {word}")
    assert "who may manage templates" in await room.office.whispered(DAVID)
    assert (await room.office.sees(DAVID))["views"] == []


async def test_who_loses_the_right_meanwhile_is_refused_in_the_window(office: Office, store: Store) -> None:
    room = await shelf(office, store, *PACK.templates)
    await room.start(managers=(EMMA,))
    view = await room.form(EMMA, "address")
    office.slack._people._managers = (POHAN,)
    assert (await room.submit(EMMA, view, bodies_en="Mine."))["outcome"] == "acked"
    await office.window(EMMA, "who may manage templates", 2)
    assert library(room).templates["address"].bodies["en"] == ("Yes, send us your order number.",)


async def test_a_database_that_is_busy_never_makes_slack_give_up_and_the_template_is_saved_after_all(
    room: Room,
) -> None:
    await room.start()
    view = await room.form(EMMA, "address")
    async with room.world.store.write():
        assert (await room.submit(EMMA, view, bodies_en="Later."))["outcome"] == "acked"
        await room.office.window(EMMA, "takes longer than usual", 2)
        assert library(room).templates["address"].bodies["en"] != ("Later.",)
    await room.office.window(EMMA, "It worked after all", 2)
    assert library(room).templates["address"].bodies["en"] == ("Later.",)
