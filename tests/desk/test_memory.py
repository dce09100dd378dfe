"""What answers leave behind: a similar question gets the earlier answer, the next words of a person are its outcome,
what the audience takes back is forgotten, and whoever answers signs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from bot.store.engine import Store
from bot.store.knowledge import Answer, Example, Proposal
from bot.store.templates import EXAMPLES, teach
from platforms.base import Change
from replies.matcher import BlockMatcher, Phrase
from replies.templates import Part, Role
from tests.desk.world import ADDRESS, PACK, World, world
from tests.fakes import comment

PARKING = "店門口可以停機車嗎？附近有沒有停車格"
PLACE = "門口有機車格，汽車可以停隔壁的收費停車場。"


class Counting(BlockMatcher):
    """Counts how often everything is learned anew."""

    fits = 0

    def fit(self, examples: Sequence[Phrase]) -> None:
        self.fits += 1
        super().fit(examples)


async def answered(desk: World, native_id: str, text: str, reply: str, author: str) -> int:
    """A comment, answered by hand; its row."""
    (item,) = await desk.takes(comment(native_id, text, author=author))
    await desk.suggesting.suggest([item])
    await desk.approve(item, reply)
    await desk.lane.work()
    await desk.templates.follow()
    return item


async def sent(desk: World, native_id: str, text: str) -> None:
    """A comment, answered with its first suggestion as it stands."""
    (item,) = await desk.takes(comment(native_id, text))
    await desk.suggesting.suggest([item])
    shown = (await desk.board.card(item)).suggestions[0]
    await desk.drafting.approve(item, "U1", stamp=shown.stamp, suggestion=shown.id)


async def outcome(desk: World, item: int) -> str | None:
    async with desk.store.read() as session:
        return (await session.scalars(select(Answer.outcome).where(Answer.item_id == item))).one()


async def test_a_similar_question_is_offered_the_earlier_answer_marked_as_such(desk: World) -> None:
    await answered(desk, "c1", PARKING, PLACE, "ming")
    (item,) = await desk.takes(comment("c2", "請問店門口可以停機車嗎 有停車格嗎", author="hua"))
    await desk.suggesting.suggest([item])
    offers = (await desk.board.card(item)).suggestions
    assert [(offer.source, offer.text, offer.template_id) for offer in offers] == [("answer", PLACE, "")]


async def test_an_answer_with_the_readers_name_or_number_is_nobody_elses(desk: World) -> None:
    await answered(desk, "c1", PARKING, "阿明您好，您的車位是 A12，到了打 0912-345-678。", "阿明")
    (item,) = await desk.takes(comment("c2", PARKING, author="hua"))
    await desk.suggesting.suggest([item])
    assert (await desk.board.card(item)).suggestions == ()


async def test_what_its_author_takes_back_is_no_longer_answered_from_nor_proposed(desk: World) -> None:
    await answered(desk, "c1", PARKING, PLACE, "ming")
    await desk.takes(comment("c1", PARKING, author="ming", change=Change.DELETED))
    await desk.templates.follow()
    (item,) = await desk.takes(comment("c2", PARKING, author="hua"))
    await desk.suggesting.suggest([item])
    assert (await desk.board.card(item)).suggestions == ()
    async with desk.store.read() as session:
        assert (await session.scalars(select(Proposal))).all() == []


async def test_a_comment_a_template_answered_is_a_phrase_of_it_until_it_is_taken_back(desk: World) -> None:
    asked = "欸我住址打錯一個字了怎麼辦 這張單可以改地址嗎"
    (item,) = await desk.takes(comment("c1", asked))
    await desk.suggesting.suggest([item])
    shown = (await desk.board.card(item)).suggestions[0]
    await desk.drafting.approve(item, "U1", stamp=shown.stamp, suggestion=shown.id)
    taught = desk.templates.suggester.library.templates["address"].phrases
    assert asked in taught
    await desk.takes(comment("c1", asked, change=Change.DELETED))
    await desk.templates.follow()
    assert asked not in desk.templates.suggester.library.templates["address"].phrases
    async with desk.store.read() as session:
        assert (await session.scalars(select(Example))).all() == []


async def test_a_phrase_learned_right_after_another_was_taken_back_replaces_it(desk: World) -> None:
    gone, new = "欸我住址打錯一個字了 可以改地址嗎", "搬家了 可以改地址嗎 舊的收不到"
    await sent(desk, "c1", gone)
    await desk.takes(comment("c1", gone, change=Change.DELETED))
    await sent(desk, "c2", new)
    phrases = desk.templates.suggester.library.templates["address"].phrases
    assert new in phrases
    assert gone not in phrases


async def test_a_template_keeps_the_newest_comments_it_answered(desk: World) -> None:
    asked = [f"第{n}張單可以改地址嗎" for n in range(EXAMPLES + 5)]
    found = await desk.takes(*(comment(f"c{n}", text) for n, text in enumerate(asked)))
    for item in found:
        async with desk.store.write() as unit:
            await teach(unit, "address", item, "U1", desk.clock())
        if item == found[3]:
            await desk.templates.follow()
    await desk.templates.follow()
    phrases = desk.templates.suggester.library.templates["address"].phrases
    assert [text for text in asked if text in phrases] == asked[5:]
    other = await world(desk.store)
    assert other.templates.suggester.library.templates == desk.templates.suggester.library.templates
    async with desk.store.read() as session:
        assert len((await session.scalars(select(Example))).all()) == EXAMPLES


async def test_other_words_than_those_that_were_answered_teach_nothing(desk: World) -> None:
    asked = "搬家了 可以改地址嗎 舊的收不到"
    await sent(desk, "c1", asked)
    (item,) = await desk.takes(comment("c2", PARKING, author="ming"))
    await desk.approve(item, PLACE)
    await desk.lane.work()
    other = "算了，我騎腳踏車"
    for native_id, author in (("c1", "amy"), ("c2", "ming")):
        await desk.takes(comment(native_id, other, author=author, change=Change.EDITED, edited_at=desk.clock()))
    for running in (desk, await world(desk.store)):
        await running.templates.follow()
        phrases = running.templates.suggester.library.templates["address"].phrases
        assert {asked, other}.isdisjoint(phrases)
    (item,) = await desk.takes(comment("c3", other, author="hua"))
    await desk.suggesting.suggest([item])
    assert (await desk.board.card(item)).suggestions == ()


async def test_what_a_person_says_next_in_the_conversation_is_the_outcome_of_the_answer(desk: World) -> None:
    item = await answered(desk, "c1", PARKING, PLACE, "ming")
    elsewhere = await answered(desk, "d1", "可以刷卡嗎 手機付呢", "可以。", "hua")
    assert await outcome(desk, item) is None
    thread = (await desk.item(item)).conversation
    (later,) = await desk.takes(comment("c2", "太好了謝謝小編！", author="ming", thread=thread))
    await desk.suggesting.suggest([later])
    assert await outcome(desk, item) == "thanks"
    assert await outcome(desk, elsewhere) is None


async def test_whoever_answers_signs_where_a_pack_has_signatures(store: Store) -> None:
    part = Part("sign", Role.SIGNATURE, {"zh-TW": ("小編 {{ manager }}",), "en": ("{{ manager }}",)})
    pack = replace(PACK, templates=(replace(PACK.templates[0], signature=True),), parts=(part,))
    desk = await world(store, pack=pack)
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.suggesting.suggest([item])
    plain = (await desk.board.card(item)).suggestions[0]
    assert plain.text == "可以，請私訊訂單編號。"
    assert await desk.suggesting.signed(item, plain.id, "品妤") == "可以，請私訊訂單編號。\n小編 品妤"
    await desk.suggesting.signed_by(item, "柏翰")
    assert (await desk.board.card(item)).suggestions[0].text == "可以，請私訊訂單編號。\n小編 柏翰"


async def test_nothing_is_signed_where_no_pack_has_signatures(desk: World) -> None:
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.suggesting.suggest([item])
    offer = (await desk.board.card(item)).suggestions[0]
    assert await desk.suggesting.signed(item, offer.id, "品妤") is None
    before = (await desk.item(item)).version
    await desk.suggesting.signed_by(item, "品妤")
    assert (await desk.item(item)).version == before


async def test_a_name_they_like_wins_in_every_suggestion(store: Store) -> None:
    pack = replace(PACK, templates=(replace(PACK.templates[0], bodies={"zh-TW": ("{{ name }}，可以喔。",)}),))
    desk = await world(store, pack=pack)
    (item,) = await desk.takes(comment("c1", ADDRESS, author="ming"))
    assert await desk.people.note(item, "U1", " 阿明 ", "週五回電", ())
    await desk.suggesting.suggest([item], again=True)
    card = await desk.board.card(item)
    assert (card.suggestions[0].text, card.called, card.promises) == ("阿明，可以喔。", "阿明", ("週五回電",))
    (pledge,) = (await desk.people.known(item)).pledges
    await desk.people.note(item, "U2", "阿明", "", (pledge.number,))
    assert (await desk.people.known(item)).pledges == ()


async def test_what_was_learned_is_learned_exactly_within_the_hour_and_only_then(store: Store) -> None:
    matcher = Counting()
    desk = await world(store, matcher=matcher)
    await desk.templates.refit()
    (item,) = await desk.takes(comment("c1", ADDRESS))
    await desk.suggesting.suggest([item])
    shown = (await desk.board.card(item)).suggestions[0]
    fits = matcher.fits
    await desk.drafting.approve(item, "U1", stamp=shown.stamp, suggestion=shown.id)
    assert matcher.fits == fits
    await desk.templates.refit()
    await desk.templates.refit()
    assert matcher.fits == fits + 1
