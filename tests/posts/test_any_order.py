"""Whatever people and the clock do, in any order, with deaths between: the public reads what was approved by then, and
each post once; and in the end all that was approved is out, or waits for somebody's word.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.errors import BotError
from bot.posts.slot import State
from bot.store.posts import Scope
from tests.conftest import with_driver
from tests.desk.world import BreakingStore, Broken, World, world
from tests.fakes import NOBODY
from tests.posts.test_life import content, stamp

CAPS = replace(NOBODY, publish=True)
POSTS = 3
PATIENCE = 60
"""Seconds for one story; most take one. What cannot be written down is tried for ever, and that has to be seen."""
numbers = st.integers(0, POSTS - 1)
deeds = st.one_of(
    st.tuples(st.sampled_from(["approve", "approve", "edit", "cancel", "now", "die"]), numbers),
    st.tuples(st.sampled_from(["due", "due", "back", "hold", "resume", "drop"]), st.just(0)),
)


@dataclass(slots=True)
class Story:
    """Some posts, the text of each as it stands, and which of these texts are approved: what may become public."""

    desk: World
    posts: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    approved: set[str] = field(default_factory=set)
    versions: int = 0

    async def begins(self) -> None:
        for n in range(POSTS):
            self.texts.append(f"第 {n} 篇")
            number = await self.desk.posts.writing.begin("U1", content(self.desk, self.texts[n], minutes=10 * n))
            await self.desk.posts.approval.submit(number, "U1")
            self.posts.append(number)

    async def happens(self, deed: str, n: int) -> None:
        """Somebody does it; what the desk refuses changes nothing."""
        try:
            await self._happens(deed, n)
        except BotError:
            return

    async def _happens(self, deed: str, n: int) -> None:
        desk, number = self.desk, self.posts[n]
        match deed:
            case "approve":
                await desk.posts.approval.approve(number, "U2", await stamp(desk, number), approver=True)
                self.approved.add(self.texts[n])
            case "edit":
                self.versions += 1
                text = f"第 {n} 篇，第 {self.versions} 次改"
                await desk.posts.approval.change(number, "U1", content(desk, text, minutes=10))
                self.approved.discard(self.texts[n])
                self.texts[n] = text
            case "cancel":
                await desk.posts.writing.cancel(number, "U1")
                self.approved.discard(self.texts[n])
            case "now":
                await desk.posts.schedule.publish(number, "U2", await stamp(desk, number))
            case "due":
                desk.clock.turn(minutes=7)
                await self.works()
            case "die":
                assert isinstance(desk.store, BreakingStore)
                desk.clock.turn(minutes=7)
                desk.store.spare, desk.store.failures = n, 1  # It fails to commit now, or a little later.
                await self.works()
                desk.store.spare = desk.store.failures = 0
                await self.works()
            case "back":
                desk.clock.turn(minutes=-15)
                await self.works()
            case "hold":
                await desk.posts.braking.pull(Scope.DESK, "", "", "U3")
            case "resume" | "drop":
                for brake in await desk.posts.braking.pulled():
                    await desk.posts.braking.lift(brake.number, "U3", send=deed == "resume")

    async def works(self) -> None:
        """The clock and the outbox work; what leaves was approved as it is, and nothing leaves under a brake."""
        before = len(self.desk.platform.public)
        braked = bool(await self.desk.posts.braking.pulled())
        with suppress(Broken):
            await self.desk.posts.schedule.work()
            await self.desk.work()
        new = [said.text for said in self.desk.platform.public[before:]]
        assert not (new and braked)
        assert set(new) <= self.approved

    async def ends(self) -> None:
        """Nobody holds anything back any more: what was approved is out, or is said to be held or failed."""
        await self.happens("resume", 0)
        self.desk.clock.turn(hours=2)
        await self.works()
        for number, text in zip(self.posts, self.texts, strict=True):
            card = await self.desk.posts.board.card(number)
            if text not in self.approved:
                assert card.state not in (State.PUBLISHING, State.PUBLISHED)
            elif card.state == State.FAILED:
                await self.desk.posts.mending.again(number, "U2")
            elif card.state == State.HELD:
                await self.desk.posts.schedule.publish(number, "U2", card.stamp)
            else:
                assert card.state == State.PUBLISHED
        await self.works()
        assert Counter(said.text for said in self.desk.platform.public) == dict.fromkeys(self.approved, 1)


@settings(max_examples=30, deadline=None)
@given(st.lists(deeds, min_size=4, max_size=14))
def test_whatever_happens_only_what_is_approved_leaves_and_once(
    migrated_file: Path, told: list[tuple[str, int]]
) -> None:
    with capture_logs():
        asyncio.run(asyncio.wait_for(_lived(migrated_file, told), PATIENCE))


async def _lived(template: Path, told: list[tuple[str, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "desk.db"
        shutil.copyfile(template, path)
        async with BreakingStore(with_driver(f"sqlite:///{path}")) as store:
            story = Story(await world(store, caps=CAPS))
            await story.begins()
            for deed, n in told:
                await story.happens(deed, n)
            await story.ends()
