"""What is the square's own: gaps, direct messages, its words of refusal, and sends that are looked for again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from aiohttp import web

from bot.sandbox.server import Sandbox
from platforms.base import Absent, Act, Receipt, Verb
from platforms.caps import Find, Idempotency, Kind
from platforms.errors import AuthBroken, Gone, NotSent, Rejected, Unsupported, Unsure
from platforms.square import Square

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed="empty", talk=False) as it:
        yield it


def settings(box: Sandbox) -> dict[str, object]:
    return {"url": f"{box.url}/square/api", "token": box.square.token, "timeout": 0.5, "long_poll": 1}


@pytest.fixture
async def square(box: Sandbox) -> AsyncIterator[Square]:
    async with Square("square", settings(box)) as it:
        yield it


def asked(box: Sandbox, text: str = "幾點開？") -> str:
    state = box.square.state
    return state.comment(next(iter(state.members)), next(iter(state.posts)), text).id


def reply(comment: str, text: str = "早上八點。") -> Act:
    return Act(Verb.REPLY, text, {"comment": comment})


async def test_opening_takes_the_claims_from_the_platform(box: Sandbox) -> None:
    box.square.state.settings.scopes = ["read", "reply"]
    box.square.state.settings.max_length = 120
    async with Square("square", settings(box)) as square:
        caps, info = square.caps, await square.open()
    assert (caps.publish, caps.reply, caps.text.max) == (False, True, 120)
    assert (caps.idempotency, caps.key_life, caps.find) == (Idempotency.KEY, timedelta(hours=1), Find.SCAN)
    assert (info.granted, info.missing) == (("read", "reply"), ("publish",))


async def test_a_comment_carries_post_author_thread_and_link(box: Sandbox, square: Square) -> None:
    state = box.square.state
    name, post = next(iter(state.members)), next(iter(state.posts))
    first = state.comment(name, post, "第一")
    state.comment(None, post, "小編回覆", first.id)
    items = (await square.poll("feed", None)).items
    question, answer = items[-2:]
    assert question.post is not None
    assert (question.post.native_id, question.author.native_id) == (post, name)
    assert question.author.language == state.members[name].locale
    assert question.url == f"{box.url}/#comment-{first.id}"
    assert answer.by_brand
    assert (answer.answers, answer.conversation) == (question.native_id, question.conversation)


async def test_a_direct_message_is_read_and_answered(box: Sandbox, square: Square) -> None:
    state = box.square.state
    state.direct(next(iter(state.members)), "請問可以包場嗎？")
    item = (await square.poll("feed", None)).items[-1]
    assert (item.kind, item.post) == (Kind.DIRECT, None)
    receipt = await square.send(Act(Verb.REPLY, "可以的，歡迎來信。", item.ref), uuid4(), {})
    made = state.comments[receipt.native_id]
    assert (made.kind, made.parent, made.by_brand) == ("direct", item.native_id, True)


async def test_a_feed_that_was_trimmed_says_gap_and_goes_on_from_the_oldest(box: Sandbox, square: Square) -> None:
    asked(box)
    early = (await square.poll("feed", None)).cursor
    for number in range(5):
        asked(box, f"第 {number} 則")
    box.square.state.settings.keep = 2
    box.square.state.trim()
    gap = await square.poll("feed", early)
    assert (gap.items, gap.gap, gap.more) == ((), "feed_trimmed", True)
    rest = await square.poll("feed", gap.cursor)
    assert [item.text for item in rest.items] == ["第 3 則", "第 4 則"]
    assert rest.gap is None


async def test_a_long_poll_ends_when_something_is_said(box: Sandbox) -> None:
    async with Square("square", settings(box) | {"long_poll": 20}) as square:
        cursor = (await square.poll("feed", None)).cursor
        box.faults.add("square", "slow", delay=0)  # does nothing but tell that the request is there
        async with asyncio.timeout(5):
            with box.bus.subscribe() as changes:
                polling = asyncio.create_task(square.poll("feed", cursor))
                while (await changes.get())["topic"] != "faults":
                    continue
            assert not polling.done()
            asked(box, "在嗎")
            batch = await polling
    assert [item.text for item in batch.items] == ["在嗎"]
    assert batch.wait == 0


async def test_a_repeat_of_a_key_with_another_text_is_refused(box: Sandbox, square: Square) -> None:
    comment, key = asked(box), uuid4()
    await square.send(reply(comment), key, {})
    with pytest.raises(Rejected) as caught:
        await square.send(reply(comment, "別的話"), key, {})
    assert "key_reused" in caught.value.evidence


async def test_a_limit_lowered_since_opening_is_the_platforms_to_refuse(box: Sandbox, square: Square) -> None:
    box.square.state.settings.max_length = 3
    with pytest.raises(Rejected) as caught:
        await square.send(reply(asked(box)), uuid4(), {})
    assert caught.value.code == "too_long"


async def test_a_scope_taken_away_is_named(box: Sandbox, square: Square) -> None:
    box.square.state.settings.scopes = ["read"]
    with pytest.raises(AuthBroken) as caught:
        await square.send(reply(asked(box)), uuid4(), {})
    assert caught.value.scope == "reply"


async def test_answering_what_never_was_says_gone(square: Square) -> None:
    with pytest.raises(Gone):
        await square.send(reply("c-never"), uuid4(), {})


async def test_only_an_answer_of_the_brand_with_the_same_text_counts_as_found(box: Sandbox, square: Square) -> None:
    state, comment = box.square.state, asked(box)
    post = state.comments[comment].post
    assert post is not None
    state.answer(comment, "別的話")
    state.comment(next(iter(state.members)), post, "早上八點。", comment)
    assert await square.find(reply(comment), uuid4(), {}, LONG_AGO) is Absent.NOT_SENT
    answer = state.answer(comment, "早上八點。")
    found = await square.find(reply(comment), uuid4(), {}, LONG_AGO)
    assert isinstance(found, Receipt)
    assert found.native_id == answer.id


async def test_what_cannot_be_looked_for_is_unknown_not_unsent(box: Sandbox, square: Square) -> None:
    comment = asked(box)
    box.square.state.settings.lookup = False
    for act in (reply(comment), Act(Verb.PUBLISH, "貼文"), Act(Verb.COMMENT, "補充", {"post": "p-hello"})):
        assert await square.find(act, uuid4(), {}, LONG_AGO) is Absent.UNKNOWN
    box.square.state.settings.lookup = True
    box.square.state.delete(comment)
    assert await square.find(reply(comment), uuid4(), {}, LONG_AGO) is Absent.UNKNOWN


async def test_hiding_is_found_by_its_effect(box: Sandbox, square: Square) -> None:
    comment = asked(box)
    act = Act(Verb.HIDE, target={"comment": comment})
    assert await square.find(act, uuid4(), {}, LONG_AGO) is Absent.NOT_SENT
    await square.send(act, uuid4(), {})
    assert box.square.state.comments[comment].hidden
    assert isinstance(await square.find(act, uuid4(), {}, LONG_AGO), Receipt)


async def test_a_posts_receipt_is_what_its_metrics_are_asked_with(box: Sandbox, square: Square) -> None:
    receipt = await square.send(Act(Verb.PUBLISH, "週五爵士之夜"), uuid4(), {})
    state = box.square.state
    state.comment(next(iter(state.members)), receipt.native_id, "我要去")
    metrics = {metric.name: metric.value for metric in await square.metrics([receipt.ref])}
    assert metrics == {"likes": 0, "comments": 1, "views": 0}
    (account,) = await square.metrics([])
    assert (account.name, account.value, account.ref) == ("followers", state.brand.followers, None)


async def test_a_webhook_is_not_claimed(square: Square) -> None:
    with pytest.raises(Unsupported):
        square.webhook({}, b"", {})


async def test_another_programs_answers_are_the_platforms_failing() -> None:
    async def other(request: web.Request) -> web.Response:
        return web.json_response({"hello": "world"})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", other)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    square = Square("square", {"url": f"http://127.0.0.1:{runner.addresses[0][1]}", "token": "t"})
    for read in (square.open(), square.poll("feed", None), square.look({"comment": "c"}, ""), square.metrics([])):
        with pytest.raises(NotSent):
            await read
    with pytest.raises(Unsure):
        await square.send(reply("c"), uuid4(), {})
    await square.close()
    await runner.cleanup()
