"""What is counted of published posts, and when; and which files are let go of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from bot.posts.measuring import Measuring
from bot.posts.media import MediaGone, Shelf
from bot.posts.tidying import Tidying
from bot.store.engine import Store
from platforms.base import Metric, Ref
from platforms.errors import NotSent
from tests.desk.world import World, world
from tests.fakes import FakePlatform, comment
from tests.posts.test_life import CAPS, approved, comes_due, content

COUNTED = replace(CAPS, metrics=frozenset({"likes", "views"}))


class Counting(FakePlatform):
    """Counts one like for every hour a post is out."""

    away = False
    asked = 0

    async def metrics(self, refs: Sequence[Ref]) -> list[Metric]:
        self.asked += 1
        if self.away:
            raise NotSent("away")
        return [Metric("likes", 7, self._clock(), ref=str(ref["post"])) for ref in refs]


def counting(desk: World) -> tuple[Counting, Measuring]:
    """The world's account, able to count."""
    platform = Counting(COUNTED, name="shop", clock=desk.clock)
    return platform, Measuring(desk.store, desk.dispatch, desk.clock, {"shop": platform})


async def test_a_post_is_counted_once_at_each_age_and_its_card_says_so(store: Store) -> None:
    desk = await world(store, caps=CAPS)
    number = await approved(desk, content(desk))
    await comes_due(desk)
    platform, measuring = counting(desk)
    assert await measuring.work() == 0
    for hours, age in ((1, "1h"), (23, "24h"), (6 * 24, "7d"), (21 * 24, "28d")):
        desk.clock.turn(hours=hours, minutes=2)
        assert await measuring.work() == 1
        assert await measuring.work() == 0
        assert (await desk.posts.board.card(number)).measured[-1] == ("shop", age, {"likes": 7, "replies": 0})
    assert platform.asked == 4


async def test_comments_under_the_post_are_counted_with_it(store: Store) -> None:
    desk = await world(store, caps=CAPS)
    number = await approved(desk, content(desk))
    await comes_due(desk)
    native_id = desk.platform.public[0].native_id
    await desk.takes(*(comment(f"c{n}", "好喝", post=native_id) for n in range(3)))
    desk.clock.turn(hours=1)
    await counting(desk)[1].work()
    assert (await desk.posts.board.card(number)).measured[0][2]["replies"] == 3


async def test_a_platform_that_counts_nothing_leaves_it_unknown(store: Store) -> None:
    desk = await world(store, caps=CAPS)
    number = await approved(desk, content(desk))
    await comes_due(desk)
    desk.clock.turn(hours=1)
    await Measuring(desk.store, desk.dispatch, desk.clock, {"shop": desk.platform}).work()
    assert (await desk.posts.board.card(number)).measured == (("shop", "1h", {"replies": 0}),)


async def test_a_platform_that_is_away_is_asked_again_and_what_was_missed_stays_unknown(store: Store) -> None:
    desk = await world(store, caps=CAPS)
    number = await approved(desk, content(desk))
    await comes_due(desk)
    platform, measuring = counting(desk)
    platform.away = True
    desk.clock.turn(hours=1)
    assert await measuring.work() == 0
    platform.away = False
    assert await measuring.work() == 1
    desk.clock.turn(days=3)
    assert await measuring.work() == 0
    assert [age for _, age, _ in (await desk.posts.board.card(number)).measured] == ["1h"]


@pytest.fixture
def picture() -> bytes:
    data = BytesIO()
    Image.new("RGB", (8, 8), "#336699").save(data, "PNG")
    return data.getvalue()


async def test_files_are_kept_while_a_post_wants_them_and_let_go_of_later(
    store: Store, tmp_path: Path, picture: bytes
) -> None:
    desk = await world(store, caps=CAPS, shelf=tmp_path)
    shelf = Shelf(tmp_path)
    wanted = shelf.put(picture, "a.png")
    file = {"digest": wanted.digest, "name": "a.png", "type": "image/png", "size": wanted.size, "alt": ""}
    number = await desk.posts.writing.begin("U1", content(desk, media=(file,)))

    def later() -> datetime:
        return desk.clock() + timedelta(days=60)

    assert await Tidying(store, later, shelf).work() == 0
    assert shelf.get(wanted.digest).size == wanted.size
    await desk.posts.writing.cancel(number, "U1")
    assert await Tidying(store, later, shelf).work() == 1
    with pytest.raises(MediaGone):
        shelf.get(wanted.digest)
