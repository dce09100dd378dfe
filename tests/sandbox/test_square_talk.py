"""The audience that talks on its own: slow, repeatable, and polite when it is answered."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.sandbox.bus import Bus
from bot.sandbox.square import Square
from bot.sandbox.square.seed import read, span


class Enough(Exception):
    """Ends a talk after so many pauses."""


async def talked(pauses: int, seed: str = "demo", **settings: bool) -> tuple[Square, list[float]]:
    """A square on which the audience has talked for a number of pauses, and how long they were."""
    square = Square(Bus(), seed=seed, clock=lambda: datetime(2026, 11, 23, 2, 0, tzinfo=UTC))
    for name, value in settings.items():
        setattr(square.state.settings, name, value)
    waited: list[float] = []

    async def pause(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) > pauses:
            raise Enough

    with suppress(Enough):
        await square.talk(pause)
    return square, waited


def test_the_brand_has_left_a_handful_open_for_the_desk_to_begin_with() -> None:
    state = Square(Bus(), seed="demo").state
    answered = {one.parent for one in state.comments.values() if one.by_brand}
    waiting = [one for one in state.comments.values() if not one.by_brand and one.id not in answered]
    assert 6 <= len(waiting) <= 8
    assert {state.members[one.author].locale[:2] for one in waiting} == {"zh", "en"}


async def test_the_first_comment_waits_until_the_desk_has_caught_up() -> None:
    before, _ = await talked(0)
    after, waited = await talked(1)
    assert waited[0] == 15
    assert len(after.state.comments) == len(before.state.comments) + 1


async def test_the_same_seed_says_the_same() -> None:
    one, _ = await talked(900)
    two, _ = await talked(900)
    assert [event.comment and event.comment.text for event in one.state.events] == [
        event.comment and event.comment.text for event in two.state.events
    ]


async def test_a_long_talk_edits_deletes_writes_directly_and_never_runs_dry() -> None:
    square, _ = await talked(2500)
    kinds = {event.type for event in square.state.events}
    assert kinds >= {"comment.created", "comment.edited", "comment.deleted", "direct.created"}
    assert len(square.state.comments) > 3 * len(read("talk.toml")["lines"])


async def test_a_talk_on_the_empty_seed_finds_its_posts() -> None:
    square, _ = await talked(200, seed="empty")
    assert {comment.post for comment in square.state.comments.values() if comment.post} == {
        "p-hello",
        "p-welcome",
    }


async def test_silence_when_talking_is_switched_off() -> None:
    square, _ = await talked(50, seed="empty", talk=False)
    assert square.state.comments == {}


async def test_a_member_thanks_the_brand_for_an_answer() -> None:
    square = Square(Bus(), seed="empty")
    asked = square.state.comment("m-tom", "p-hello", "Open today?")
    thanks = read("talk.toml")["thanks_en"]
    answers: list[str] = []

    async def pause(_: float) -> None:
        answers.append(square.state.answer(asked.id, "Yes, until nine.").id)
        if len(answers) > 20:
            raise Enough

    with pytest.raises(Enough):
        await square.talk(pause)
    said = [comment for comment in square.state.comments.values() if comment.parent in answers]
    assert said
    assert {comment.author for comment in said} == {"m-tom"}
    assert {comment.text for comment in said} <= set(thanks)


async def test_a_talk_goes_on_when_a_person_has_deleted_its_line() -> None:
    square = Square(Bus(), seed="empty")
    count = 0

    async def pause(_: float) -> None:
        nonlocal count
        count += 1
        for comment in list(square.state.comments.values()):
            if not comment.deleted:
                square.state.delete(comment.id)
        if count > 600:
            raise Enough

    with pytest.raises(Enough):
        await square.talk(pause)
    assert len(square.state.comments) > len(read("talk.toml")["lines"])


async def test_cancelling_ends_the_talk() -> None:
    task = asyncio.create_task(Square(Bus(), seed="demo").talk())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_span_that_makes_no_sense_is_refused() -> None:
    assert span("1d 2h 5m").total_seconds() == 93_900
    with pytest.raises(ValueError, match="not a span"):
        span("yesterday")
