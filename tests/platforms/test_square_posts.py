"""What is the square's own about posts: which lost one is taken for ours, and what its refusals mean."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from bot.sandbox.server import Sandbox
from platforms.base import Absent, Act, Media, Receipt, Verb
from platforms.errors import Gone, Rejected, Unsupported
from platforms.square import Square

PNG = b"\x89PNG\r\n\x1a\n a picture of a latte"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
async def box() -> AsyncIterator[Sandbox]:
    async with Sandbox(seed="empty", talk=False) as it:
        yield it


@pytest.fixture
async def square(box: Sandbox) -> AsyncIterator[Square]:
    settings = {"url": f"{box.url}/square/api", "token": box.square.token, "timeout": 0.5, "long_poll": 1}
    async with Square("square", settings) as it:
        yield it


@pytest.fixture
def picture(tmp_path: Path) -> Media:
    path = tmp_path / "latte"
    path.write_bytes(PNG)
    return Media(str(path), "image/png", len(PNG), "一杯拿鐵 ☕")


def post(text: str = "週五爵士之夜", *media: Media, after: str = "") -> Act:
    return Act(Verb.PUBLISH, text, {"post": after} if after else {}, media)


async def test_the_limits_are_the_platforms_own(box: Sandbox, square: Square) -> None:
    limit = square.caps.media
    assert limit is not None
    assert (limit.most, limit.size, limit.alt, limit.uploads, limit.text) == (4, 5_000_000, 1000, True, 0)
    assert limit.types == {"image/png", "image/jpeg", "image/gif", "image/webp"}
    assert (square.caps.threads, square.caps.comments) == (True, True)
    box.square.state.settings.scopes = ["read"]
    await square.open()
    assert (square.caps.media, square.caps.threads, square.caps.comments) == (None, False, False)


async def test_a_receipt_names_what_was_made(box: Sandbox, square: Square) -> None:
    made = await square.send(post(), uuid4(), {})
    said = await square.send(Act(Verb.COMMENT, "報名連結", made.ref), uuid4(), {})
    assert made.ref == {"post": made.native_id}
    assert said.ref == {"comment": said.native_id}
    assert made.url == f"{box.url}/#post-{made.native_id}"


async def test_our_own_comment_comes_back_as_the_brands_and_answers_nobody(square: Square) -> None:
    cursor = (await square.poll("feed", None)).cursor
    made = await square.send(post(), uuid4(), {})
    said = await square.send(Act(Verb.COMMENT, "報名連結", made.ref), uuid4(), {})
    (item,) = (await square.poll("feed", cursor)).items
    assert (item.native_id, item.by_brand, item.answers) == (said.native_id, True, None)


async def test_the_same_file_under_the_same_key_is_one_upload_and_every_other_is_another(
    square: Square, picture: Media
) -> None:
    key = uuid4()
    once, again = await square.upload(picture, key), await square.upload(picture, key)
    named = Media(picture.path, picture.type, picture.size, "另一個說明")
    other, later = await square.upload(named, key), await square.upload(picture, uuid4())
    assert once == again
    assert len({once, other, later}) == 3


async def test_the_longest_description_of_the_widest_signs_gets_through(
    box: Sandbox, square: Square, picture: Media
) -> None:
    words = "👋" * 1000
    handle = await square.upload(Media(picture.path, picture.type, picture.size, words), uuid4())
    assert box.square.state.shelf.get(handle).picture.alt == words


async def test_a_file_that_is_not_what_it_is_said_to_be_is_refused_by_the_platform(
    square: Square, tmp_path: Path
) -> None:
    path = tmp_path / "page"
    path.write_bytes(b"<script>")
    with pytest.raises(Rejected) as caught:
        await square.upload(Media(str(path), "image/png", 8), uuid4())
    assert caught.value.code == "media_type"


async def test_a_post_whose_file_was_never_uploaded_is_refused_here_and_a_strange_handle_there(
    box: Sandbox, square: Square, picture: Media
) -> None:
    for memo, code in (({}, "invalid"), ({"0": "m-never"}, "media_unknown")):
        with pytest.raises(Rejected) as caught:
            await square.send(post("", picture), uuid4(), memo)
        assert caught.value.code == code
    assert [one.id for one in box.square.state.posts.values() if not one.text] == []


async def test_going_on_from_what_never_was_says_gone(square: Square) -> None:
    with pytest.raises(Gone):
        await square.send(post(after="p-never"), uuid4(), {})
    with pytest.raises(Gone):
        await square.send(Act(Verb.COMMENT, "補充", {"post": "p-never"}), uuid4(), {})


async def test_threads_and_comments_switched_off_since_opening_are_the_platforms_to_refuse(
    box: Sandbox, square: Square
) -> None:
    first = await square.send(post(), uuid4(), {})
    box.square.state.settings.threads = box.square.state.settings.comments = False
    for act, code in (
        (post("接著", after=first.native_id), "threads_off"),
        (Act(Verb.COMMENT, "補充", first.ref), "comments_off"),
    ):
        with pytest.raises(Rejected) as caught:
            await square.send(act, uuid4(), {})
        assert caught.value.code == code


async def test_a_lost_post_is_told_from_another_text_place_and_number_of_pictures(
    box: Sandbox, square: Square, picture: Media
) -> None:
    first = await square.send(post("第一則"), uuid4(), {})
    handle = await square.upload(picture, uuid4())
    second = await square.send(post("早安", picture, after=first.native_id), uuid4(), {"0": handle})
    for act in (post("晚安", picture, after=first.native_id), post("早安", after=first.native_id)):
        assert await square.find(act, uuid4(), {}, LONG_AGO) is Absent.NOT_SENT
    assert await square.find(post("早安", picture), uuid4(), {}, LONG_AGO) is Absent.NOT_SENT
    found = await square.find(post("早安", picture, after=first.native_id), uuid4(), {}, LONG_AGO)
    assert isinstance(found, Receipt)
    assert found == second
    later = datetime.now(UTC) + timedelta(minutes=1)
    assert await square.find(post("早安", picture, after=first.native_id), uuid4(), {}, later) is Absent.NOT_SENT


async def test_a_lost_comment_is_told_from_what_the_audience_said(box: Sandbox, square: Square) -> None:
    state = box.square.state
    first = await square.send(post(), uuid4(), {})
    act = Act(Verb.COMMENT, "補充", first.ref)
    state.comment("m-tom", first.native_id, "補充")
    asked = state.comment("m-tom", first.native_id, "幾點？")
    state.answer(asked.id, "補充")
    assert await square.find(act, uuid4(), {}, LONG_AGO) is Absent.NOT_SENT, "an answer is no comment of our own"
    said = await square.send(act, uuid4(), {})
    assert await square.find(act, uuid4(), {}, LONG_AGO) == said


async def test_what_is_no_target_is_refused_before_the_network(square: Square) -> None:
    for act in (Act(Verb.COMMENT, "補充", {"comment": "c1"}), Act(Verb.PUBLISH, "接著", {"comment": "c1"})):
        with pytest.raises(Rejected) as caught:
            await square.send(act, uuid4(), {})
        assert caught.value.code == "invalid"


async def test_a_picture_on_a_reply_is_unsupported(square: Square, picture: Media) -> None:
    with pytest.raises(Unsupported) as caught:
        await square.send(Act(Verb.REPLY, "早安", {"comment": "c1"}, (picture,)), uuid4(), {"0": "m"})
    assert caught.value.what == "media"
