"""The numbers and lists people are shown are those of the rows."""

from __future__ import annotations

from datetime import timedelta

from bot.store.models import State
from platforms.base import Batch
from platforms.errors import Rejected, Unsure
from tests.desk.world import ADDRESS, World
from tests.fakes import Before, comment


async def test_an_empty_desk_shows_zeros(desk: World) -> None:
    status, queue = await desk.board.status(), await desk.board.queue("U1")
    assert (status.waiting, status.oldest_wait, status.outbox_ready, status.outbox_unsure) == (0, None, 0, 0)
    assert (status.cards_behind, status.answered_24h) == (0, 0)
    assert (queue.mine, queue.oldest, queue.troubles, queue.waiting) == ((), (), (), 0)
    (account,) = status.accounts
    assert (account.name, account.paused, account.polled_at, account.problem, account.waiting) == (
        "shop",
        None,
        None,
        None,
        0,
    )


async def test_the_queue_shows_mine_what_waits_longest_and_what_went_wrong(desk: World) -> None:
    items = await desk.takes(*(comment(f"c{number}", author=f"a{number}") for number in range(6)))
    await desk.inbox.claim(items[0], "U1")
    await desk.inbox.claim(items[1], "U2")
    await desk.inbox.snooze(items[2], "U1", desk.clock() + timedelta(hours=1))
    await desk.inbox.escalate(items[3], "U1", "請看")
    desk.platform.will(Before(Rejected("forbidden")))
    await desk.approve(items[4])
    await desk.lane.work()
    queue = await desk.board.queue("U1")
    assert [line.item for line in queue.mine] == [items[0]]
    assert [line.item for line in queue.oldest] == items[3:]
    assert [(line.item, line.trouble) for line in queue.troubles] == [(items[4], "rejected")]
    assert (queue.waiting, queue.snoozed, queue.escalated) == (5, 1, 1)


async def test_lists_are_short_and_counts_are_whole(desk: World) -> None:
    await desk.takes(*(comment(f"c{number}") for number in range(35)))
    queue = await desk.board.queue("U1")
    assert len(queue.oldest) == 10
    assert queue.waiting == 35
    assert [line.item for line in queue.oldest] == sorted(line.item for line in queue.oldest)


async def test_the_oldest_wait_is_that_of_the_first_that_nobody_answered_or_put_off(desk: World) -> None:
    first, second = await desk.takes(comment("c1"), comment("c2"))
    desk.clock.turn(hours=3)
    await desk.takes(comment("c3"))
    desk.clock.turn(hours=1)
    await desk.inbox.snooze(first, "U1", desk.clock() + timedelta(days=1))
    wait = (await desk.board.status()).oldest_wait
    assert wait is not None
    assert timedelta(hours=4) <= wait < timedelta(hours=4, minutes=1)
    await desk.approve(second)
    wait = (await desk.board.status()).oldest_wait
    assert wait is not None
    assert timedelta(hours=1) <= wait < timedelta(hours=1, minutes=1)


async def test_the_status_counts_the_outbox_the_cards_behind_and_the_day(blind: World) -> None:
    items = await blind.takes(*(comment(f"c{number}") for number in range(4)))
    assert (await blind.board.status()).outbox_ready == 4
    await blind.cards.work()
    assert (await blind.board.status()).outbox_ready == 0
    await blind.inbox.claim(items[0], "U1")
    assert (await blind.board.status()).cards_behind == 1
    await blind.refresher.work()
    assert (await blind.board.status()).cards_behind == 0
    await blind.approve(items[1])
    assert (await blind.board.status()).outbox_ready == 1
    await blind.work()
    blind.platform.will(Before(Unsure()))
    await blind.approve(items[2])
    await blind.work()
    status = await blind.board.status()
    assert (status.outbox_ready, status.outbox_unsure, status.answered_24h) == (0, 1, 1)
    blind.clock.turn(hours=25)
    assert (await blind.board.status()).answered_24h == 0


async def test_an_account_shows_when_it_was_read_and_how_many_of_its_comments_wait(desk: World) -> None:
    found = (comment("c1"), comment("c2"))
    await desk.inbox.take(desk.account, found, feed="comments", batch=Batch(found, "1"))
    (account,) = (await desk.board.status()).accounts
    assert account.polled_at is not None
    assert desk.clock() - account.polled_at < timedelta(minutes=1)
    assert account.waiting == 2


async def test_a_card_shows_the_earlier_exchanges_with_the_person_and_what_is_answered(desk: World) -> None:
    before = [await desk.approved(f"c{number}", f"回覆{number}") for number in range(5)]
    await desk.work()
    (item, other) = await desk.takes(comment("c9", ADDRESS, answers="r5"), comment("x1", author="bob", answers="c9"))
    card = await desk.board.card(item)
    assert card.exchanges_total == len(before)
    assert [exchange.reply for exchange in card.exchanges] == ["回覆4", "回覆3", "回覆2"]
    assert card.parent_text == "回覆4"
    stranger = await desk.board.card(other)
    assert (stranger.exchanges_total, stranger.exchanges, stranger.parent_text) == (0, (), ADDRESS)


async def test_cards_come_in_the_order_asked_for_and_missing_ones_are_left_out(desk: World) -> None:
    items = await desk.takes(*(comment(f"c{number}") for number in range(3)))
    wanted = [items[2], 4711, items[0]]
    assert [card.item for card in await desk.board.cards(wanted)] == [items[2], items[0]]
    assert await desk.board.cards([]) == []


async def test_a_late_word_about_an_older_version_does_not_undo_a_newer_one(desk: World) -> None:
    (item,) = await desk.takes(comment())
    await desk.work()
    await desk.inbox.claim(item, "U1")
    await desk.refresher.work()
    row = await desk.item(item)
    place = await desk.board.place(item)
    assert place is not None
    await desk.board.shown(item, row.version - 1, place)
    assert (await desk.item(item)).card_shown == row.version
    assert await desk.board.behind(10) == []
    assert row.state == State.OPEN
