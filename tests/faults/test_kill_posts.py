"""Kill -9 at every step between "a post is due" and "its card says that it is out", real processes, both databases.
No part lost, none doubled, none out of place; where no machine can know, a person is asked about one part.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.posts.slot import State
from bot.sandbox.server import Sandbox
from bot.steps import Step
from bot.store.engine import Store
from bot.store.models import Phase
from tests.faults.conftest import OpenDesk
from tests.faults.desk_process import DeskProcess
from tests.faults.steps import PARTS, POST, REPLY
from tests.faults.thread import PARTS as TEXTS
from tests.faults.thread import account, approved, nothing_doubled, rests, texts
from tests.people import POHAN
from tests.sandbox_settings import told

MESSAGES = len(TEXTS) + 1
"""That leave for one account: the parts, and the comment."""

DOUBTFUL = (Step.MEDIA_UPLOADED, Step.PART_CLAIMED, Step.PART_SENT)
"""A part is marked as being sent and nobody has written down what came of it."""

ALONE = (Step.POST_DUE, Step.MEDIA_UPLOADED, *PARTS)
"""The steps at which it is known what one account's lane has done: a card is refreshed meanwhile."""


def deaths(steps: tuple[Step, ...], last: int, again: tuple[Step, ...] = PARTS) -> list[tuple[Step, int]]:
    """Each step, and `again` what comes for every part: at the first, the second and the last arrival."""
    return [(step, times) for step in steps for times in ((1, 2, last) if step in again else (1,))]


@pytest.fixture
async def second() -> AsyncIterator[Sandbox]:
    """Another square, of which only the platform is used."""
    async with Sandbox(seed="empty", talk=False, pacing=False) as box:
        yield box


@pytest.fixture
def boxes(sandbox: Sandbox, second: Sandbox) -> dict[str, Sandbox]:
    return {"square": sandbox, "second": second}


@pytest.fixture
def settings(boxes: dict[str, Sandbox], database_url: str, tmp_path: Path) -> dict[str, Any]:
    return told(
        boxes["square"].credentials(),
        database_url,
        accounts={"second": account(boxes["second"])},
        posts={"media": str(tmp_path / "media")},
    )


def test_every_step_is_died_at_in_one_of_the_two_stories() -> None:
    assert {*REPLY, *POST} == set(Step)
    assert {*REPLY} & {*POST} == {Step.CARD_REFRESHED}, "the only one that both come by"


@pytest.mark.parametrize(("step", "times"), deaths(POST, 2 * MESSAGES))
async def test_a_death_at_any_step_publishes_every_part_once_and_in_order(
    step: Step, times: int, boxes: dict[str, Sandbox], store: Store, settings: dict[str, Any], tmp_path: Path
) -> None:
    number = await approved(store, boxes, tmp_path / "media")
    async with DeskProcess(settings, kill=step, times=times) as doomed:
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        state, _ = await rests(store, number)
        assert state is State.PUBLISHED
        for box in boxes.values():
            nothing_doubled(box)


@pytest.mark.parametrize(("step", "times"), deaths(DOUBTFUL, 2 * MESSAGES, (Step.PART_SENT,)))
async def test_without_a_key_every_part_is_looked_for_and_none_repeated(
    step: Step, times: int, boxes: dict[str, Sandbox], store: Store, settings: dict[str, Any], tmp_path: Path
) -> None:
    for box in boxes.values():
        box.square.state.settings.idempotency = "none"
    number = await approved(store, boxes, tmp_path / "media")
    async with DeskProcess(settings, kill=step, times=times) as doomed:
        assert await doomed.died() == -9
    async with DeskProcess(settings):
        state, _ = await rests(store, number)
        assert state is State.PUBLISHED
        for box in boxes.values():
            nothing_doubled(box)


@pytest.mark.parametrize(("step", "times"), deaths(ALONE, MESSAGES, DOUBTFUL[1:]))
async def test_without_key_or_lookup_a_person_decides_about_one_part(
    step: Step,
    times: int,
    sandbox: Sandbox,
    open_desk: OpenDesk,
    store: Store,
    database_url: str,
    tmp_path: Path,
) -> None:
    sandbox.square.state.settings.idempotency, sandbox.square.state.settings.lookup = "none", False
    media = {"media": str(tmp_path / "media")}
    number = await approved(store, {"square": sandbox}, tmp_path / "media")
    async with DeskProcess(told(sandbox.credentials(), database_url, posts=media), kill=step, times=times) as doomed:
        assert await doomed.died() == -9
    async with open_desk(database_url, posts=media) as app:
        mending = app.desk.posts.mending
        _, rows = await rests(store, number)
        unsure = [row for row in rows if row.phase == Phase.UNSURE]
        assert len(unsure) == (step in DOUBTFUL)
        for row in unsure:
            there = row.payload["text"] in texts(sandbox)
            assert there == (step is Step.PART_SENT)
            await (mending.mark_sent if there else mending.send_again)(row.id, POHAN)
        state, rows = await rests(store, number)
        if state is State.FAILED:
            await mending.again(number, POHAN)
            state, rows = await rests(store, number)
        if step is Step.PART_SENT and times < MESSAGES:
            # What was only seen by a person cannot be gone on from.
            assert state is State.FAILED
            await mending.leave(number, POHAN)
            state, _ = await rests(store, number)
            nothing_doubled(sandbox, times, comments=0 if times == 1 else 1)
        else:
            nothing_doubled(sandbox)
        assert state is State.PUBLISHED
