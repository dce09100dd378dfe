"""The whole program with the optional sentence vectors switched on by their setting."""

from __future__ import annotations

from tests.faults.conftest import OpenDesk
from tests.people import People


async def test_a_comment_is_matched_by_its_sense_when_the_setting_asks_for_it(
    people: People, open_desk: OpenDesk, file_url: str
) -> None:
    async with open_desk(file_url, sentence_vectors=True):
        await people.comment("How do we reach one of your cafés, whereabouts is it?")
        card = await people.card("whereabouts")
        assert "Dongmen" in str(card["blocks"])
