"""The life of a post between a platform and a team that are fakes: written, approved, due, published, or held."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.errors import AlreadyHandled, BadTime, CannotSend, NoAccount, NotAllowed, NotPermitted, SelfApproval, StalePost
from bot.posts.content import Content, To
from bot.posts.policy import Policy, StepRule
from bot.posts.slot import State
from bot.store import planned
from bot.store.engine import Store
from bot.store.posts import Held, Late, Scope
from bot.team import PostCard
from platforms.caps import Find, Idempotency
from platforms.errors import NotSent, Rejected, Unsure
from tests.desk.world import TAIPEI, World, world
from tests.fakes import KEYED, After, Before

CAPS = replace(KEYED, publish=True, threads=True, comments=True)
TEXT = "週五晚上的爵士之夜，現場見。"


def content(desk: World, text: str = TEXT, minutes: int = 30, **more: object) -> Content:
    """A post for the world's account, due in so many minutes."""
    wall = (desk.clock() + timedelta(minutes=minutes)).astimezone(TAIPEI).replace(tzinfo=None, second=0, microsecond=0)
    given: dict[str, object] = {"to": (To("shop"),), "wall": wall + timedelta(minutes=1), "zone": "Asia/Taipei", **more}
    return Content(text, **given)  # type: ignore[arg-type]


async def stamp(desk: World, number: int) -> str:
    return (await desk.posts.board.card(number)).stamp


async def approved(desk: World, said: Content, author: str = "U1", by: str = "U2") -> int:
    """Written, asked for and approved; its number."""
    number = await desk.posts.writing.begin(author, said)
    await desk.posts.approval.submit(number, author)
    await desk.posts.approval.approve(number, by, await stamp(desk, number), approver=True)
    return number


async def state(desk: World, number: int) -> str:
    return (await desk.posts.board.card(number)).state


def cards(desk: World) -> list[PostCard]:
    return [message.shows for message in desk.team.messages if isinstance(message.shows, PostCard)]


async def comes_due(desk: World, minutes: float = 32) -> None:
    """Its time comes, and the outbox does what there is to do."""
    desk.clock.turn(minutes=minutes)
    await desk.posts.schedule.work()
    await desk.work()


@pytest.fixture
async def desk(store: Store) -> World:
    return await world(store, caps=CAPS)


async def test_an_approved_post_goes_out_at_its_time_and_not_before(desk: World) -> None:
    number = await approved(desk, content(desk))
    await desk.posts.schedule.work()
    await desk.work()
    assert desk.platform.public == []
    await comes_due(desk)
    assert [said.text for said in desk.platform.public] == [TEXT]
    assert await state(desk, number) == State.PUBLISHED
    await comes_due(desk)
    assert len(desk.platform.sends) == 1


async def test_its_card_asks_for_approval_and_follows_what_becomes_of_it(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk))
    assert cards(desk) == []
    await desk.posts.approval.submit(number, "U1")
    await desk.work()
    (card,) = cards(desk)
    assert (card.post, card.state, card.targets[0].parts[0].text) == (number, State.WAITING, TEXT)
    await desk.posts.approval.approve(number, "U2", card.stamp, approver=True)
    await desk.post_cards.work()
    assert [each.state for each in cards(desk)] == [State.SCHEDULED]
    await comes_due(desk)
    await desk.post_cards.work()
    assert [each.state for each in cards(desk)] == [State.PUBLISHED]


async def test_without_a_time_it_goes_out_as_soon_as_it_is_approved(desk: World) -> None:
    number = await approved(desk, replace(content(desk), wall=None))
    await desk.posts.schedule.work()
    await desk.work()
    assert await state(desk, number) == State.PUBLISHED


async def test_what_nobody_approved_in_time_is_held_and_said(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk))
    await desk.posts.approval.submit(number, "U1")
    await comes_due(desk)
    assert desk.platform.sends == []
    card = await desk.posts.board.card(number)
    assert (card.state, card.held) == (State.HELD, Held.UNAPPROVED)
    assert "notice.post_held_unapproved" in desk.team.notices
    await desk.posts.approval.approve(number, "U2", card.stamp, approver=True)
    assert (await desk.posts.board.card(number)).held == Held.LATE
    await desk.posts.schedule.publish(number, "U2", card.stamp)
    await desk.work()
    assert [said.text for said in desk.platform.public] == [TEXT]


@pytest.mark.parametrize("held_first", [True, False])
async def test_of_posts_due_together_one_may_go_out_while_another_is_held(desk: World, held_first: bool) -> None:
    first, second = "先到", "後到"
    for text, minutes in ((first, 30), (second, 31)):
        number = await desk.posts.writing.begin("U1", content(desk, text, minutes))
        await desk.posts.approval.submit(number, "U1")
        if (text == second) == held_first:
            await desk.posts.approval.approve(number, "U2", await stamp(desk, number), approver=True)
    await comes_due(desk, minutes=33)
    assert [said.text for said in desk.platform.public] == [second if held_first else first]
    cards = [await desk.posts.board.card(number) for number in (1, 2)]
    assert {card.state for card in cards} == {State.HELD, State.PUBLISHED}


async def test_an_edit_takes_the_approval_away_and_the_old_stamp_approves_nothing(desk: World) -> None:
    number = await approved(desk, content(desk))
    old = await stamp(desk, number)
    assert await desk.posts.approval.change(number, "U1", content(desk, "別的內容"))
    assert await state(desk, number) == State.WAITING
    with pytest.raises(StalePost):
        await desk.posts.approval.approve(number, "U2", old, approver=True)
    await comes_due(desk)
    assert desk.platform.sends == []


async def test_two_who_edit_at_once_do_not_overwrite_each_other(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk))
    _, seen = await desk.posts.writing.content(number)
    await desk.posts.approval.change(number, "U1", content(desk, "一"), seen)
    with pytest.raises(StalePost):
        await desk.posts.approval.change(number, "U2", content(desk, "二"), seen)
    assert (await desk.posts.writing.content(number))[0].text == "一"


async def test_two_approvers_at_once_make_one_approval_and_the_second_is_told(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk))
    await desk.posts.approval.submit(number, "U1")
    mark = await stamp(desk, number)
    await desk.posts.approval.approve(number, "U2", mark, approver=True)
    with pytest.raises(AlreadyHandled) as told:
        await desk.posts.approval.approve(number, "U3", mark, approver=True)
    assert told.value.params["by"] == "U2"


async def test_the_author_may_not_approve_where_the_team_says_so(store: Store) -> None:
    desk = await world(store, caps=CAPS, policy=Policy(self_approval=False))
    number = await desk.posts.writing.begin("U1", content(desk))
    await desk.posts.approval.submit(number, "U1")
    with pytest.raises(SelfApproval):
        await desk.posts.approval.approve(number, "U1", await stamp(desk, number), approver=True)


async def test_two_steps_are_taken_by_whom_the_rule_names_or_their_deputy(store: Store) -> None:
    rule = StepRule(pillar="活動", steps=2, approvers=("U5",))
    desk = await world(store, caps=CAPS, policy=Policy(rules=(rule,), deputies={"U6": ("U5",)}))
    number = await desk.posts.writing.begin("U1", content(desk, pillar="活動"))
    await desk.posts.approval.submit(number, "U1")
    mark = await stamp(desk, number)
    assert (await desk.posts.board.card(number)).wanted == ("U5", "")
    with pytest.raises(NotPermitted):
        await desk.posts.approval.approve(number, "U2", mark, approver=True)
    assert not await desk.posts.approval.approve(number, "U6", mark, approver=False)
    with pytest.raises(NotPermitted):
        await desk.posts.approval.approve(number, "U2", mark, approver=False)
    with pytest.raises(AlreadyHandled):
        await desk.posts.approval.approve(number, "U6", mark, approver=True)
    assert await desk.posts.approval.approve(number, "U2", mark, approver=True)
    assert await state(desk, number) == State.SCHEDULED


async def test_where_nobody_has_to_approve_a_moved_post_is_scheduled_at_once(store: Store) -> None:
    desk = await world(store, caps=CAPS, policy=Policy(steps=0))
    number = await desk.posts.writing.begin("U1", content(desk))
    assert await desk.posts.approval.submit(number, "U1")
    await desk.posts.approval.move(number, "U1", datetime.fromisoformat("2027-01-01T08:00"), "Asia/Taipei")
    assert await state(desk, number) == State.SCHEDULED


async def test_a_moved_series_no_longer_comes_round_at_the_old_time(desk: World) -> None:
    number = await approved(desk, content(desk, rule="FREQ=DAILY", late=Late.SEND))
    await desk.posts.schedule.come_round()
    await desk.posts.approval.move(number, "U1", datetime.fromisoformat("2027-01-01T08:00"), "Asia/Taipei")
    await comes_due(desk, minutes=24 * 60)
    assert desk.platform.sends == []


async def test_what_was_changed_since_the_preview_is_not_asked_for(store: Store) -> None:
    desk = await world(store, caps=CAPS, policy=Policy(steps=0))
    number = await desk.posts.writing.begin("U1", content(desk))
    _, seen = await desk.posts.writing.content(number)
    await desk.posts.approval.change(number, "U2", content(desk, "別的"))
    with pytest.raises(StalePost):
        await desk.posts.approval.submit(number, "U1", seen)
    assert await state(desk, number) == State.DRAFT


async def test_nothing_is_approved_without_saying_what(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk))
    await desk.posts.approval.submit(number, "U1")
    for mark in ("", "0" * 32):
        with pytest.raises(StalePost):
            await desk.posts.approval.approve(number, "U2", mark, approver=True)
    assert await state(desk, number) == State.WAITING


async def test_changes_can_be_asked_for_with_a_reason(desk: World) -> None:
    number = await approved(desk, content(desk))
    await desk.posts.approval.ask_changes(number, "U2", "日期錯了", approver=True)
    card = await desk.posts.board.card(number)
    assert (card.state, card.note, card.approved) == (State.DRAFT, "日期錯了", ())
    await comes_due(desk)
    assert desk.platform.sends == []


async def test_what_no_platform_would_take_is_not_asked_for(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk, "好" * 10_000))
    with pytest.raises(CannotSend):
        await desk.posts.approval.submit(number, "U1")
    number = await desk.posts.writing.begin("U1", content(desk, to=()))
    with pytest.raises(NoAccount):
        await desk.posts.approval.submit(number, "U1")
    number = await desk.posts.writing.begin("U1", content(desk, minutes=-60))
    with pytest.raises(BadTime):
        await desk.posts.approval.submit(number, "U1")


async def test_a_text_too_long_becomes_a_thread_only_where_somebody_said_so(desk: World) -> None:
    limit = CAPS.text.max
    sentence = "今天的豆子是衣索比亞的水洗豆，有茉莉花和檸檬的香氣。"
    long = sentence * (2 * limit // len(sentence) + 1)
    (seen,) = desk.posts.writing.preview(content(desk, long))
    assert seen.problems
    assert seen.splits
    said = content(desk, long, to=(To("shop", split=True),), comment="連結在這裡")
    number = await approved(desk, said)
    await comes_due(desk)
    assert await state(desk, number) == State.PUBLISHED
    texts = [each.text for each in desk.platform.public]
    assert "".join(texts[:-1]) == long
    assert texts[-1] == "連結在這裡"
    parts = desk.platform.public
    assert parts[0].target == {}
    assert all(after.target == {"post": before.native_id} for before, after in pairwise(parts[:-1]))
    assert parts[-1].target == {"post": parts[0].native_id}


async def test_a_thread_goes_on_at_the_part_that_is_missing(desk: World) -> None:
    sentence = "今天的豆子是衣索比亞的水洗豆，有茉莉花和檸檬的香氣。"
    long = sentence * (2 * CAPS.text.max // len(sentence) + 1)
    number = await approved(desk, content(desk, long, to=(To("shop", split=True),), comment="連結"))
    desk.platform.will(Before(Rejected("forbidden")))
    await comes_due(desk)
    assert desk.platform.public == []
    assert await state(desk, number) == State.FAILED
    assert "notice.post_failed" in desk.team.notices
    assert await desk.posts.mending.again(number, "U2") >= 3
    await desk.work()
    assert await state(desk, number) == State.PUBLISHED
    assert "".join(each.text for each in desk.platform.public[:-1]) == long


async def test_a_lost_answer_is_repeated_under_the_same_key_where_the_platform_drops_repeats(desk: World) -> None:
    await approved(desk, content(desk))
    desk.platform.will(After(Unsure("reset")))
    await comes_due(desk)
    await desk.works_until(lambda: len(desk.platform.sends) == 2)
    assert [said.text for said in desk.platform.public] == [TEXT]
    assert len({key for _, key in desk.platform.sends}) == 1


async def test_where_nobody_can_tell_a_person_is_asked_and_nothing_is_sent_twice(store: Store) -> None:
    desk = await world(store, caps=replace(CAPS, idempotency=Idempotency.NONE, find=Find.NONE))
    number = await approved(desk, content(desk))
    desk.platform.will(After(Unsure("reset")))
    await comes_due(desk)
    await desk.works_until(lambda: "notice.post_failed" in desk.team.notices)
    card = await desk.posts.board.card(number)
    part = card.targets[0].parts[0]
    assert (card.state, part.phase) == (State.FAILED, "unsure")
    assert part.delivery is not None
    await desk.posts.mending.mark_sent(part.delivery, "U2")
    assert await state(desk, number) == State.PUBLISHED
    with pytest.raises(AlreadyHandled):
        await desk.posts.mending.send_again(part.delivery, "U3")
    await desk.work()
    assert len(desk.platform.sends) == 1


async def test_a_platform_that_asks_to_wait_is_waited_for(desk: World) -> None:
    number = await approved(desk, content(desk))
    desk.platform.will(Before(NotSent("429", after=0.1)))
    await comes_due(desk)
    desk.clock.turn(seconds=1)
    await desk.works_until(lambda: len(desk.platform.public) == 1)
    assert await state(desk, number) == State.PUBLISHED


@pytest.mark.parametrize(("late", "wanted"), [(Late.ASK, State.HELD), (Late.SEND, State.PUBLISHED)])
async def test_after_a_day_asleep_a_post_is_asked_about_or_sent_as_agreed(
    desk: World, late: Late, wanted: State
) -> None:
    number = await approved(desk, content(desk, late=late))
    await comes_due(desk, minutes=24 * 60)
    assert await state(desk, number) == wanted
    assert len(desk.platform.public) == (wanted is State.PUBLISHED)


async def test_after_a_day_asleep_a_post_may_be_left_out(desk: World) -> None:
    number = await approved(desk, content(desk, late=Late.SKIP))
    await comes_due(desk, minutes=24 * 60)
    assert await state(desk, number) == State.CANCELLED
    assert desk.platform.sends == []


async def test_a_clock_that_steps_back_sends_nothing_twice_and_nothing_early(desk: World) -> None:
    first = await approved(desk, content(desk))
    second = await approved(desk, content(desk, "第二篇", minutes=50))
    await comes_due(desk)
    desk.clock.turn(minutes=-60)
    await desk.posts.schedule.work()
    await desk.work()
    assert [said.text for said in desk.platform.public] == [TEXT]
    assert (await state(desk, first), await state(desk, second)) == (State.PUBLISHED, State.SCHEDULED)
    await comes_due(desk, minutes=82)
    assert [said.text for said in desk.platform.public] == [TEXT, "第二篇"]


async def test_a_comment_may_link_to_the_post_once_that_is_out(desk: World) -> None:
    await approved(desk, content(desk, comment="都在這裡：{link}"))
    await comes_due(desk)
    post, under = desk.platform.public
    assert under.text == f"都在這裡：https://fake.example/{post.native_id}"


async def test_where_nothing_can_be_said_under_a_post_it_goes_out_without_the_comment(store: Store) -> None:
    desk = await world(store, caps=replace(CAPS, comments=False))
    (seen,) = desk.posts.writing.preview(content(desk, comment="連結"))
    assert (seen.mute, seen.problems) == (True, ())
    number = await approved(desk, content(desk, comment="連結"))
    await comes_due(desk)
    assert [said.text for said in desk.platform.public] == [TEXT]
    assert await state(desk, number) == State.PUBLISHED


async def test_a_link_to_where_the_post_does_not_go_is_refused(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk, comment="{link:elsewhere}"))
    with pytest.raises(CannotSend) as told:
        await desk.posts.approval.submit(number, "U1")
    assert told.value.params["problem"] == "link_unknown"


async def test_what_is_cancelled_stays_so(desk: World) -> None:
    number = await approved(desk, content(desk))
    await desk.posts.writing.cancel(number, "U1")
    await comes_due(desk)
    assert desk.platform.sends == []
    with pytest.raises(NotAllowed):
        await desk.posts.approval.change(number, "U1", content(desk, "又改"))


async def test_a_post_on_its_way_is_not_changed_any_more(desk: World) -> None:
    number = await approved(desk, content(desk))
    desk.clock.turn(minutes=32)
    await desk.posts.schedule.work()
    with pytest.raises(NotAllowed):
        await desk.posts.approval.change(number, "U1", content(desk, "來不及了"))
    await desk.work()
    assert [said.text for said in desk.platform.public] == [TEXT]


async def test_another_time_is_asked_for_again(desk: World) -> None:
    number = await approved(desk, content(desk))
    later = datetime.fromisoformat("2027-01-01T08:00")
    assert await desk.posts.approval.move(number, "U1", later, "Asia/Taipei")
    assert await state(desk, number) == State.WAITING
    await desk.posts.approval.approve(number, "U2", await stamp(desk, number), approver=True)
    await comes_due(desk)
    assert desk.platform.sends == []


async def test_the_brake_holds_what_is_due_and_lets_nothing_burst(desk: World) -> None:
    number = await approved(desk, content(desk))
    report = await desk.posts.braking.pull(Scope.DESK, "", "有事", "U1")
    assert report.posts == 1
    with pytest.raises(AlreadyHandled):
        await desk.posts.braking.pull(Scope.DESK, "", "", "U2")
    await comes_due(desk)
    assert (await desk.posts.board.card(number)).held == Held.BRAKE
    (brake,) = await desk.posts.braking.pulled()
    assert await desk.posts.braking.lift(brake.number, "U2", send=True) == 1
    await comes_due(desk)
    assert desk.platform.sends == []
    await desk.posts.schedule.publish(number, "U2", await stamp(desk, number))
    await desk.work()
    assert [said.text for said in desk.platform.public] == [TEXT]


async def test_the_brake_stops_what_is_in_the_outbox_already_and_a_thread_half_way(desk: World) -> None:
    sentence = "今天的豆子是衣索比亞的水洗豆，有茉莉花和檸檬的香氣。"
    long = sentence * (2 * CAPS.text.max // len(sentence) + 1)
    number = await approved(desk, content(desk, long, to=(To("shop", split=True),), campaign="週年慶"))
    desk.clock.turn(minutes=32)
    await desk.posts.schedule.work()
    report = await desk.posts.braking.pull(Scope.CAMPAIGN, "週年慶", "", "U1")
    assert [line.post for line in report.held] == [number] * len(report.held) != []
    await desk.work()
    assert desk.platform.sends == []
    (brake,) = await desk.posts.braking.pulled()
    await desk.posts.braking.lift(brake.number, "U2", send=False)
    assert await state(desk, number) == State.FAILED
    await desk.posts.mending.again(number, "U2")
    await desk.work()
    assert "".join(each.text for each in desk.platform.public) == long


async def test_a_brake_on_another_account_or_campaign_stops_nothing_here(desk: World) -> None:
    await approved(desk, content(desk, campaign="新品"))
    await desk.posts.braking.pull(Scope.ACCOUNT, "elsewhere", "", "U1")
    await desk.posts.braking.pull(Scope.CAMPAIGN, "週年慶", "", "U1")
    await comes_due(desk)
    assert [said.text for said in desk.platform.public] == [TEXT]


async def test_a_series_comes_round_each_time_once_and_keeps_its_wall_time(desk: World) -> None:
    number = await approved(desk, content(desk, rule="FREQ=DAILY"))
    await desk.posts.schedule.come_round()
    await desk.posts.schedule.come_round()
    async with desk.store.read() as session:
        assert await planned.coming(session, number) == 2
    for _ in range(3):
        await comes_due(desk, minutes=24 * 60)
        await desk.posts.schedule.come_round()
        await comes_due(desk, minutes=0)
    slots = await desk.posts.board.slots(desk.clock() - timedelta(days=9), desk.clock() + timedelta(days=9))
    assert len({slot.at for slot in slots}) == len(slots)
    assert len({slot.at.astimezone(TAIPEI).time() for slot in slots}) == 1


async def test_an_edited_series_comes_round_anew_once_it_is_approved_again(desk: World) -> None:
    said = content(desk, rule="FREQ=DAILY", late=Late.SEND)
    number = await approved(desk, said)
    await desk.posts.schedule.come_round()
    await desk.posts.approval.change(number, "U1", replace(said, text="新的早安"))
    await comes_due(desk, minutes=24 * 60)
    assert desk.platform.sends == []
    await desk.posts.approval.approve(number, "U2", await stamp(desk, number), approver=True)
    await desk.posts.schedule.come_round()
    await comes_due(desk, minutes=24 * 60)
    assert {said.text for said in desk.platform.public} == {"新的早安"}


async def test_a_paused_series_does_not_come_round(desk: World) -> None:
    number = await approved(desk, content(desk, rule="FREQ=DAILY", late=Late.SEND))
    await desk.posts.schedule.come_round()
    await desk.posts.schedule.pause(number, "U1", True)
    await comes_due(desk, minutes=24 * 60)
    assert desk.platform.sends == []
    await desk.posts.schedule.pause(number, "U1", False)
    await comes_due(desk, minutes=24 * 60)
    assert [said.text for said in desk.platform.public] == [TEXT]


async def test_approvers_are_reminded_before_the_time_and_once_each_time(desk: World) -> None:
    number = await desk.posts.writing.begin("U1", content(desk, minutes=23 * 60))
    await desk.posts.approval.submit(number, "U1")
    assert await desk.posts.schedule.remind() == 1
    assert await desk.posts.schedule.remind() == 0
    desk.clock.turn(minutes=22 * 60)
    assert await desk.posts.schedule.remind() == 1
    assert await desk.posts.schedule.remind() == 0


async def test_a_post_of_which_nothing_is_heard_is_raised_once(desk: World) -> None:
    await approved(desk, content(desk))
    desk.clock.turn(minutes=32)
    await desk.posts.schedule.work()
    desk.clock.turn(minutes=11)
    assert await desk.posts.schedule.watch() == 1
    assert await desk.posts.schedule.watch() == 0
    await desk.work()
    assert "notice.post_silent" in desk.team.notices
