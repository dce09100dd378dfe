"""Many posts at the same moment, people and processes at the same moment, and a database that goes away meanwhile:
everything leaves once, in order, at its account's pace, or it stays and says why.
"""

from __future__ import annotations

import asyncio
import shutil
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

import psycopg
import pytest
from structlog.testing import capture_logs

from bot.errors import AlreadyHandled, NotAllowed
from bot.posts.content import To
from bot.posts.media import Shelf
from bot.posts.policy import Policy
from bot.posts.slot import State
from bot.store import planned
from bot.store.engine import Store, Unit
from bot.store.models import Phase
from bot.store.posts import Scope
from tests.conftest import with_driver
from tests.desk.world import Broken, world
from tests.fakes import NOBODY, PUBLISHER, until, until_async
from tests.postgres import Postgres
from tests.posts.fleet import Fleet, fleet
from tests.posts.pictures import saved
from tests.posts.test_life import CAPS, approved, comes_due, content, stamp, state

LONG = "今天的豆子是衣索比亞的水洗豆，有茉莉花和檸檬的香氣。" * 25
PACE = 0.02
HELPLESS = replace(NOBODY, publish=True, threads=True, comments=True)
"""A platform that drops no repeats and finds nothing: whatever we send twice stands there twice."""

PATIENCE = 120.0
"""Seconds for thousands of posts on a busy machine."""


@pytest.fixture
async def file_store(migrated_file: Path, tmp_path: Path) -> AsyncIterator[Store]:
    path = tmp_path / "desk.db"
    shutil.copyfile(migrated_file, path)
    async with Store(with_driver(f"sqlite:///{path}")) as opened:
        yield opened


async def test_two_thousand_posts_of_one_second_leave_once_in_order_and_at_their_accounts_pace(
    file_store: Store,
) -> None:
    many = await fleet(file_store, 20, replace(HELPLESS, pace=PACE))
    due = await many.scheduled(2_000)
    many.comes(due)
    async with many.running():
        await until(lambda: len(many.said()) == 2_000, "all of them are public", PATIENCE)
    assert Counter(await many.states()) == {State.PUBLISHED: 2_000}
    assert Counter(many.said()) == dict.fromkeys(map(str, range(2_000)), 1)
    late = []
    for n, platform in enumerate(many.platforms.values()):
        assert [int(said.text) for said in platform.public] == list(range(n, 2_000, 20))
        at = [said.at.timestamp() for said in platform.public]
        assert median(later - earlier for earlier, later in zip(at, at[3:], strict=False)) > 3 * PACE * 0.8
        late += [each - due.timestamp() for each in at]
    late.sort()
    assert late[0] >= 0
    assert late[len(late) // 2] < PATIENCE / 2
    assert late[len(late) * 99 // 100] < PATIENCE


async def test_a_hold_at_the_instant_of_sending_names_what_is_under_way_and_keeps_the_rest(store: Store) -> None:
    many = await fleet(store, 1, HELPLESS)
    platform, lane = many.platforms["shop0"], many.lanes["shop0"]
    due = await many.scheduled(12)
    many.comes(due)
    await many.posts.schedule.work()
    gate = platform.hold()
    sending = asyncio.create_task(lane.work())
    await until(lambda: len(platform.sends) == 8, "as many as go side by side")
    report = await many.posts.braking.pull(Scope.DESK, "", "有事", "U1")
    assert [line.text for line in report.under_way] == [str(n) for n in range(8)]
    assert [line.text for line in report.held] == [str(n) for n in range(8, 12)]
    with pytest.raises(NotAllowed):
        await many.posts.writing.cancel(1, "U1")
    with pytest.raises(NotAllowed):
        await many.posts.approval.change(1, "U1", (await many.posts.writing.content(1))[0])
    gate.open.set()
    assert await sending == 8
    assert await lane.work() == 0
    assert many.said() == [str(n) for n in range(8)]
    assert Counter(await many.states()) == {State.PUBLISHED: 8, State.PUBLISHING: 4}
    (brake,) = await many.posts.braking.pulled()
    await many.posts.braking.lift(brake.number, "U2", send=True)
    assert await lane.work() == 4
    assert many.said() == [str(n) for n in range(12)]


async def test_a_hold_between_claim_and_send_keeps_even_what_was_claimed(store: Store) -> None:
    many = await fleet(store, 1, replace(HELPLESS, pace=0.3))
    platform, lane = many.platforms["shop0"], many.lanes["shop0"]
    due = await many.scheduled(3)
    many.comes(due)
    await many.posts.schedule.work()
    sending = asyncio.create_task(lane.work())
    await until(lambda: len(platform.public) == 1, "the first is out, the others wait for the pace")
    report = await many.posts.braking.pull(Scope.ACCOUNT, "shop0", "", "U1")
    assert [line.text for line in report.under_way][-2:] == ["1", "2"]
    await sending
    assert await lane.work() == 0
    assert many.said() == ["0"]
    assert [row.phase for row in await many.parts()] == [Phase.SENT, Phase.READY, Phase.READY]


async def test_of_a_thread_one_part_is_under_way_at_a_time(store: Store) -> None:
    desk = await world(store, caps=CAPS)
    await approved(desk, content(desk, LONG, to=(To("shop", split=True),), comment="連結"))
    desk.clock.turn(minutes=32)
    await desk.posts.schedule.work()
    while await desk.lane.work() == 1:
        continue
    rows = [*await desk.deliveries("publish"), *await desk.deliveries("comment")]
    assert len(rows) == 4
    assert {row.phase for row in rows} == {Phase.SENT}
    assert len(desk.platform.public) == len(rows)


@pytest.mark.parametrize("steps", [1, 2])
async def test_of_approvers_at_once_one_counts_for_each_step_and_the_rest_are_told(store: Store, steps: int) -> None:
    desk = await world(store, caps=CAPS, policy=Policy(steps=steps))
    number = await desk.posts.writing.begin("U1", content(desk))
    await desk.posts.approval.submit(number, "U1")
    mark = await stamp(desk, number)
    people = [f"U{n}" for n in range(2, 7)]
    outcomes = await asyncio.gather(
        *(desk.posts.approval.approve(number, who, mark, approver=True) for who in people), return_exceptions=True
    )
    assert sorted(each for each in outcomes if isinstance(each, bool)) == [False] * (steps - 1) + [True]
    refused = [each for each in outcomes if isinstance(each, AlreadyHandled)]
    assert len(refused) == len(people) - steps
    async with desk.store.read() as session:
        post = await planned.one(session, number)
    assert [each["step"] for each in post.approvals] == list(range(steps))
    assert len({each["by"] for each in post.approvals}) == steps
    assert {each.params["by"] for each in refused} == {post.approvals[-1]["by"]}


async def test_two_processes_at_once_hand_over_every_post_once(database_url: str) -> None:
    async with Store(with_driver(database_url)) as one, Store(with_driver(database_url)) as other:
        first = await fleet(one, 2, HELPLESS)
        second = await fleet(other, 2, HELPLESS, first.clock)
        due = await first.scheduled(150)
        first.comes(due)

        async def work(which: Fleet) -> int:
            return await which.posts.schedule.work() + await which.posts.schedule.work()

        assert sum(await asyncio.gather(work(first), work(second))) == 150
        assert Counter(row.payload["text"] for row in await first.parts()) == dict.fromkeys(map(str, range(150)), 1)
        assert {*await first.states()} == {State.PUBLISHING}


async def test_a_database_that_cuts_everybody_off_under_load_loses_and_doubles_nothing(postgres: Postgres) -> None:
    with capture_logs() as logs:
        await _cut_off_again_and_again(postgres)
    assert {each["event"] for each in logs} & {"due_failed", "lane_failed", "settle_failed"}, "somebody noticed"


async def _cut_off_again_and_again(postgres: Postgres) -> None:
    postgres.empty("migrated")
    async with Store(with_driver(postgres.url("migrated"))) as store:
        many = await fleet(store, 4, replace(HELPLESS, pace=PACE))
        due = await many.scheduled(240)
        many.comes(due)
        async with many.running():
            for reached in (1, 60, 120):
                await until(lambda: len(many.said()) >= reached, f"{reached} are public", PATIENCE)  # noqa: B023
                assert cut_off(postgres.url("migrated")) > 0

            async def over() -> bool:
                return {*await many.states()} == {State.PUBLISHED}

            await until_async(over, "all of them are published", PATIENCE)
        assert Counter(many.said()) == dict.fromkeys(map(str, range(240)), 1)


class LosesAnswer(Store):
    """A store on which the next transaction is committed, and the answer that says so is lost."""

    lost = False

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        async with super().write() as unit:
            yield unit
            if self.lost:
                self.lost = False
                await unit.flush()
                await (await unit.connection()).exec_driver_sql("COMMIT")
                raise Broken


async def test_a_claim_whose_commit_is_not_answered_is_put_back_and_leaves_once(database_url: str) -> None:
    async with LosesAnswer(with_driver(database_url)) as store:
        many = await fleet(store, 1, HELPLESS)
        many.comes(await many.scheduled(3))
        await many.posts.schedule.work()
        store.lost = True
        with pytest.raises(Broken):
            await many.lanes["shop0"].work()
        assert [row.phase for row in await many.parts()] == [Phase.READY] * 3
        assert await many.lanes["shop0"].work() == 3
        assert many.said() == ["0", "1", "2"]


def cut_off(url: str) -> int:
    """End every other connection, as a restart of the server does; how many those were."""
    with psycopg.connect(url, autocommit=True) as connection:
        ended = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return len(ended.fetchall())


async def test_without_its_picture_nothing_of_a_post_goes_out_until_it_is_put_back(
    store: Store, tmp_path: Path
) -> None:
    desk = await world(store, caps=PUBLISHER, shelf=tmp_path)
    picture, shelf = saved("PNG"), Shelf(tmp_path)
    kept = await asyncio.to_thread(shelf.put, picture, "咖啡.png")
    size = {"size": kept.size, "width": kept.width, "height": kept.height}
    media = ({"digest": kept.digest, "name": kept.name, "type": kept.type, "alt": "一杯咖啡", **size},)
    said = content(desk, LONG, to=(To("shop", split=True),), media=media, comment="連結")
    number = await approved(desk, said)
    await approved(desk, content(desk, "另一篇"))
    kept.path.unlink()
    await comes_due(desk)
    card = await desk.posts.board.card(number)
    assert card.state == State.FAILED
    assert [part.problem for part in card.targets[0].parts] == ["media_gone", *["part_missing"] * 2]
    assert [each.text for each in desk.platform.public] == ["另一篇"]
    await asyncio.to_thread(shelf.put, picture, "咖啡.png")
    await desk.posts.mending.again(number, "U2")
    await desk.work()
    assert await state(desk, number) == State.PUBLISHED
    assert "".join(each.text for each in desk.platform.public[1:-1]) == LONG
    assert [each.alt for each in desk.platform.public[1].media] == ["一杯咖啡"]
