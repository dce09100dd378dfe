"""Cards stand in the order of the comments, once each, and follow what is stored; one that fails holds up nobody."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

import pytest

from bot.dispatch import TEAM
from bot.outbox.lane import BACK_OFF
from bot.store.engine import Store
from bot.store.models import State
from platforms.base import Change, Look, Standing
from platforms.errors import AuthBroken, NotSent, Rejected, Unsure
from replies.matcher import BlockMatcher, Match, Phrase
from tests.desk.world import ADDRESS, World, world
from tests.fakes import DEADLINE, After, Before, Gate, Step, comment, until


class BrittleMatcher:
    """A `Matcher` that breaks on one word."""

    def fit(self, phrases: Sequence[Phrase]) -> None:
        self.first = phrases[0].template_id

    def rank(self, text: str, limit: int) -> list[Match]:
        if "壞" in text:
            raise ZeroDivisionError
        return [Match(self.first, 1.0, ())]


class SlowMatcher(BlockMatcher):
    """Thinks until it may `go` on."""

    def __init__(self) -> None:
        super().__init__()
        self.reached, self.go = threading.Event(), threading.Event()

    def rank(self, text: str, limit: int) -> list[Match]:
        self.reached.set()
        assert self.go.wait(DEADLINE)
        return super().rank(text, limit)


async def test_cards_are_posted_in_the_order_of_the_comments_with_their_suggestions(desk: World) -> None:
    items = await desk.takes(*(comment(f"c{number}", ADDRESS) for number in range(45)))
    await desk.work()
    assert [card.item for card in desk.team.cards] == items
    assert all(card.suggestions for card in desk.team.cards)
    assert [len(await desk.suggestions(item)) for item in items] == [1] * 45


async def test_suggestions_are_worked_out_once_even_when_the_card_has_to_wait(desk: World) -> None:
    desk.team.will(*[Before(Unsure())] * 3)
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.work()
    assert len(await desk.suggestions(item)) == 1
    assert len(desk.team.cards) == 1


async def test_a_backlog_drains_in_order_when_the_team_is_back(desk: World) -> None:
    desk.team.away = NotSent("connect", after=0.1)
    items = await desk.takes(*(comment(f"c{number}") for number in range(30)))
    await desk.cards.work()
    items += await desk.takes(comment("late"))
    assert desk.team.cards == []
    desk.team.away = None
    await desk.works_until(lambda: len(desk.team.cards) == 31)
    assert [card.item for card in desk.team.cards] == items


@pytest.mark.parametrize("step", [Before(Unsure()), After(Unsure())], ids=["before the effect", "after the effect"])
async def test_a_card_that_may_have_been_posted_is_looked_for_and_stands_once(desk: World, step: Step) -> None:
    desk.team.will(step)
    items = await desk.takes(comment("c1"), comment("c2"))
    await desk.work()
    await desk.refresher.work()
    assert [card.item for card in desk.team.cards] == items
    row = await desk.item(items[0])
    assert (row.card_ts, row.card_shown) == (desk.team.messages[0].place.ts, row.version)


async def test_where_the_team_cannot_tell_the_card_is_posted_rather_twice_than_never(desk: World) -> None:
    desk.team.blind = True
    desk.team.will(Before(Unsure()))
    await desk.takes(comment("c1"))
    await desk.work()
    assert len(desk.team.cards) == 1


@pytest.mark.parametrize("bug", [ZeroDivisionError(), Rejected("invalid")], ids=["a bug", "refused"])
async def test_a_card_that_cannot_be_posted_does_not_keep_the_others(desk: World, bug: Exception) -> None:
    desk.team.will(*[Before(bug)] * (1 if isinstance(bug, Rejected) else 5))
    _, second = await desk.takes(comment("c1"), comment("c2"))
    await desk.work()
    assert [card.item for card in desk.team.cards] == [second]


async def test_a_comment_the_matcher_breaks_on_gets_its_card_without_suggestions(store: Store) -> None:
    desk = await world(store, matcher=BrittleMatcher())
    first, second = await desk.takes(comment("c1", "壞"), comment("c2", "好"))
    await desk.work()
    assert [(card.item, len(card.suggestions)) for card in desk.team.cards] == [(first, 0), (second, 1)]


async def test_a_comment_edited_before_its_card_was_posted_shows_its_new_words_and_their_suggestions(
    desk: World,
) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.suggesting.suggest([item])
    await desk.takes(comment("c1", "營業時間是幾點？", change=Change.EDITED))
    await desk.work()
    card = desk.team.card(item)
    assert (card.text, [offer.template_id for offer in card.suggestions]) == ("營業時間是幾點？", ["opening"])


async def test_a_hundred_changes_are_a_few_refreshes(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.work()
    for _ in range(50):
        await desk.inbox.claim(item, "U1")
        await desk.inbox.release(item, "U1")
    while await desk.refresher.work():
        continue
    assert desk.team.refreshed == [item]
    await desk.inbox.claim(item, "U1")
    async with desk.running():
        await until(lambda: desk.team.card(item).claimed_by == "U1", "the card shows who works on it")


async def test_a_change_while_a_card_is_being_drawn_is_drawn_after_it(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.work()
    async with desk.running():
        for number in range(20):
            await desk.inbox.claim(item, f"U{number}")
            await desk.inbox.release(item, f"U{number}")
        await desk.inbox.ignore(item, "U9")
        await until(lambda: desk.team.card(item).state == State.IGNORED, "the card shows the last change")


async def test_a_card_deleted_in_the_channel_is_posted_anew_while_the_comment_waits(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.work()
    desk.team.delete(item)
    await desk.inbox.claim(item, "U1")
    await desk.refresher.work()
    await desk.work()
    assert [card.claimed_by for card in desk.team.cards] == ["U1"]
    assert await desk.board.item_at(desk.team.messages[0].place) == item


async def test_a_card_deleted_in_the_channel_stays_away_once_the_comment_is_done(desk: World) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.work()
    desk.team.delete(item)
    await desk.inbox.ignore(item, "U1")
    await desk.refresher.work()
    await desk.work()
    assert desk.team.cards == []
    assert await desk.refresher.work() == 0


async def test_a_reply_that_goes_wrong_after_its_card_was_deleted_gets_a_card(blind: World) -> None:
    item = await blind.approved()
    await blind.cards.work()
    blind.team.delete(item)
    await blind.refresher.work()
    blind.platform.will(Before(Unsure()))
    await blind.work()
    await blind.refresher.work()
    await blind.work()
    assert blind.team.card(item).trouble == "unsure"


@pytest.mark.parametrize("bug", [ZeroDivisionError(), Rejected("invalid")], ids=["a bug", "refused"])
async def test_a_card_that_cannot_be_drawn_does_not_keep_the_others_from_being_drawn(
    desk: World, bug: Exception
) -> None:
    items = await desk.takes(*(comment(f"c{number}") for number in range(30)))
    await desk.work()
    for item in items:
        desk.team.refresh_will(item, *[Before(bug)] * (100 if item < items[25] else 0))
        await desk.inbox.claim(item, "U1")
    async with desk.running():
        await until(lambda: set(desk.team.refreshed) == set(items[25:]), "the others are drawn")
        tried = desk.team.tried
        desk.team.refresh_script.clear()
        await desk.inbox.release(items[0], "U1")
        await until(lambda: desk.team.refreshed[-1] == items[0], "its next version is tried again")
    assert desk.team.tried <= tried + 2


async def test_a_wait_the_team_asks_for_is_kept_whatever_changes_meanwhile(desk: World) -> None:
    items = await desk.takes(*(comment(f"c{number}") for number in range(5)))
    await desk.work()
    tried = desk.team.tried
    desk.team.away = NotSent("429", after=0.5)
    async with desk.running():
        for item in items:
            await desk.inbox.claim(item, "U1")
            await until(lambda: desk.team.tried > tried, "it was tried")
        assert desk.team.tried == tried + 1
        desk.team.away = None
        await until(lambda: len(desk.team.refreshed) == 5, "all are drawn")


@pytest.mark.parametrize("error", [Unsure(), AuthBroken()], ids=["unsure", "access"])
async def test_a_refresh_that_fails_for_now_is_made_later(desk: World, error: Exception) -> None:
    (item,) = await desk.takes(comment("c1"))
    await desk.work()
    desk.team.refresh_will(item, After(error))
    await desk.inbox.claim(item, "U1")
    start = asyncio.get_running_loop().time()
    async with desk.running():
        await until(lambda: len(desk.team.refreshed) == 2, "it was drawn again")
    assert asyncio.get_running_loop().time() - start >= BACK_OFF[0]
    row = await desk.item(item)
    assert row.card_shown == row.version


async def test_warnings_and_cards_keep_their_order(desk: World) -> None:
    desk.platform.brings(AuthBroken("read"))
    await desk.takes(comment("c1"))
    await desk.intake.tick()
    async with desk.running():
        await until(lambda: desk.team.notices, "the warning is posted")
    await desk.intake.close()
    assert desk.team.notices == ["notice.account_paused"]
    assert len(desk.team.cards) == 1


async def test_a_new_comment_wakes_the_team_lane(desk: World) -> None:
    with desk.signals(TEAM) as woken:
        await desk.takes(comment("c1"))
    assert woken == [True]


OPENING = comment("c1", "營業時間是幾點？", change=Change.EDITED)


async def test_a_comment_edited_after_its_card_was_posted_gets_suggestions_for_its_new_words(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.work()
    async with desk.running():
        await desk.takes(OPENING)
        await until(lambda: [offer.template_id for offer in desk.team.card(item).suggestions] == ["opening"])
    assert len(desk.team.cards) == 1


async def test_a_comment_edited_a_hundred_times_makes_one_entry_in_the_outbox_at_a_time(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.work()
    for number in range(100):
        await desk.takes(comment("c1", f"第{number}版", change=Change.EDITED))
    await desk.takes(OPENING)
    assert len(await desk.deliveries("card")) == 2
    await desk.work()
    await desk.refresher.work()
    assert [offer.template_id for offer in desk.team.card(item).suggestions] == ["opening"]


async def test_a_reply_held_back_by_an_edit_returns_with_suggestions_for_the_new_words(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.work()
    await desk.approve(item)
    desk.platform.look_will(Look(Standing.EDITED, OPENING))
    async with desk.running():
        await until(lambda: [offer.template_id for offer in desk.team.card(item).suggestions] == ["opening"])
    assert desk.team.card(item).trouble == "edited"
    assert len(desk.team.cards) == 1


async def test_a_comment_edited_while_its_suggestions_are_worked_out_gets_those_of_its_last_words(store: Store) -> None:
    matcher = SlowMatcher()
    desk = await world(store, matcher=matcher)
    (item,) = await desk.takes(comment("c1", ADDRESS))
    working = asyncio.create_task(desk.work())
    await until(matcher.reached.is_set, "the matcher thinks")
    await desk.takes(OPENING)
    matcher.go.set()
    await working
    assert [offer.template_id for offer in (await desk.board.card(item)).suggestions] == ["opening"]
    assert len(desk.team.cards) == 1


async def test_a_comment_edited_while_its_card_is_on_its_way_gets_suggestions_for_its_new_words(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    gate = desk.team.gate = Gate()
    working = asyncio.create_task(desk.cards.work())
    await gate.reached.wait()
    await desk.takes(OPENING)
    gate.open.set()
    await working
    async with desk.running():
        await until(lambda: [offer.template_id for offer in desk.team.card(item).suggestions] == ["opening"])
    assert len(desk.team.cards) == 1
    assert len(await desk.deliveries("card")) == 2


async def test_a_card_that_is_due_twice_stands_once(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.board.lost(item)
    await desk.work()
    assert len(desk.team.cards) == 1
