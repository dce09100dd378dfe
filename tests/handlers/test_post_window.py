"""The window of a new post: the queue's next free time where it was asked for, and when the audience is there."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from bot.i18n import Words
from bot.posts.best import Best, Hour
from bot.posts.content import Content, To
from bot.posts.policy import Policy
from bot.store.engine import Store
from handlers.ui import best as ui
from tests.desk.world import TAIPEI
from tests.fakes import comment
from tests.handlers.conftest import EMMA, PINYU, Office
from tests.handlers.planning import Planning, planning
from tests.handlers.room import Json, fields, texts

QUEUE = Policy(queue=(time(12), time(19)))


@pytest.fixture
async def desk(office: Office, store: Store, tmp_path: Path) -> Planning:
    return await planning(office, store, tmp_path / "shelf", QUEUE)


def places(desk: Planning) -> list[datetime]:
    """The queue's next times, as naive time in Taipei."""
    now = desk.world.clock().astimezone(TAIPEI).replace(tzinfo=None)
    found = [datetime.combine(now.date() + timedelta(days=n), at) for n in range(4) for at in QUEUE.queue]
    return [at for at in found if at > now]


def filled(view: Json) -> tuple[str, str, str]:
    """Day, time and zone of the form."""
    held = fields(view)
    return held["day"]["selected_date"], held["clock"]["selected_time"], held["zone"]["selected_option"]["value"]


def told(at: datetime) -> tuple[str, str, str]:
    return f"{at:%Y-%m-%d}", f"{at:%H:%M}", "Asia/Taipei"


@pytest.mark.parametrize(
    ("who", "word", "says"), [(EMMA, "queue", "next free time"), (PINYU, "排隊", "空著的排隊時段")]
)
async def test_the_next_free_time_of_the_queue_is_filled_in_and_said(
    desk: Planning, who: str, word: str, says: str
) -> None:
    await desk.start()
    free = places(desk)
    for at, state in zip(free[:2], ("begun", "cancelled"), strict=True):
        number = await desk.world.posts.writing.begin("U1", Content("早", (To("shop"),), wall=at))
        if state == "cancelled":
            await desk.world.posts.writing.cancel(number, "U1")
    await desk.world.posts.writing.begin("U1", Content("別的帳號", (To("other"),), wall=free[1]))
    view = await desk.opened(who, f"{word} 明天 8 點見！", says)
    assert filled(view) == told(free[1])
    assert fields(view)["text"]["value"] == "明天 8 點見！"
    said = texts(view)
    assert "shop" in said
    assert f"{free[1]:%Y-%m-%d %H:%M} Asia/Taipei (UTC+8)" in said
    await desk.submit(who, view)
    await desk.office.window(who, "shop", 2)
    assert await desk.world.posts.board.next_free(["shop"]) == free[2].replace(tzinfo=TAIPEI)


@pytest.mark.parametrize(
    ("policy", "says"),
    [(Policy(), "The queue has no times"), (replace(QUEUE, quiet=(time(0), time(0))), "no free time within a year")],
)
async def test_where_the_queue_has_no_place_that_is_said_and_nothing_filled_in(
    office: Office, store: Store, tmp_path: Path, policy: Policy, says: str
) -> None:
    desk = await planning(office, store, tmp_path, policy)
    await desk.start()
    view = await desk.opened(EMMA, "queue hello", says)
    assert fields(view)["text"]["value"] == "hello"
    assert fields(view)["day"].get("selected_date") is None


async def test_a_text_that_only_begins_like_the_word_is_a_text(desk: Planning) -> None:
    await desk.start()
    view = await desk.opened(EMMA, "Queue here for bagels", "repeat")
    assert fields(view)["text"]["value"] == "Queue here for bagels"


async def test_the_form_says_how_far_the_best_times_are_from_being_known(desk: Planning) -> None:
    await desk.start()
    await desk.world.takes_only(comment("c1"), comment("c2"))
    assert "Best times for shop: not known yet, " in texts(await desk.opened(EMMA, "hello", "repeat"))


async def test_the_best_times_are_measured_and_stand_right_under_the_time(desk: Planning) -> None:
    await desk.start()
    last = desk.world.clock().astimezone(TAIPEI).replace(hour=20, minute=0) - timedelta(days=1)
    days = [last - timedelta(weeks=week) for week in range(4)]
    found = [comment(f"{n}.{day:%m%d}") for n in range(30) for day in days]
    moments = [replace(each, created_at=day) for each, day in zip(found, days * 30, strict=True)]
    await desk.world.takes_only(*moments)
    view = await desk.opened(PINYU, "早安", "最佳時間")
    names = ["週一", "週二", "週三", "週四", "週五", "週六", "週日"]
    wanted = f"shop 的最佳時間：{names[last.weekday()]} 20:00（前後 120 則）。根據最近 90 天的 120 則留言"
    kinds = [block.get("block_id") if block["type"] == "input" else str(block) for block in view["blocks"]]
    at = next(n for n, block in enumerate(kinds) if wanted in block)
    assert (kinds[at - 1], kinds[at + 1]) == ("zone", "files")


def test_what_is_not_known_is_said_with_its_numbers_and_never_guessed() -> None:
    words = Words("en")
    hour = Hour(4, 20, 0.4, 72)

    def said(best: Best) -> str:
        return ui.lines([("shop", best)], TAIPEI, words)[0].removeprefix("Best times for shop: ")

    assert said(Best(False, (), 12)) == "not known yet, 12 of 100 comments."
    assert said(Best(False, (), 300)) == "not known yet, its 300 comments lie within fewer than 14 days."
    assert said(Best(True, (), 100)) == "none stands out among 100 comments."
    assert said(Best(True, (hour,), 180)).startswith("Fri 20:00 (72 around it). From 180 comments of the last 90 days")
