"""What is said of an act offline, by the one set of rules every adapter shares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platforms.base import Act, Media, Problem, Verb
from platforms.caps import Caps, Counter, Kind, MediaLimit, TextLimit
from platforms.checks import claims, problems, refuse, text_limit
from platforms.errors import Rejected, Unsupported

LIMIT = MediaLimit(most=2, types=frozenset({"image/png"}), size=1000, alt=10, uploads=True, text=5)
ALL = Caps(
    reads=frozenset({Kind.COMMENT}),
    reply=True,
    publish=True,
    threads=True,
    comments=True,
    hide=True,
    media=LIMIT,
    text=TextLimit(8, Counter.UTF16),
)
NONE = Caps(reads=frozenset({Kind.COMMENT}), text=TextLimit(8, Counter.UTF16))
PICTURE = Media("a.png", "image/png", 1000, "十個字的替代文字說明")


def post(text: str = "早安", *media: Media) -> Act:
    return Act(Verb.PUBLISH, text, media=media)


@pytest.mark.parametrize("verb", Verb)
def test_a_verb_is_a_problem_only_where_it_is_not_claimed(verb: Verb) -> None:
    act = Act(verb, "早安")
    assert (claims(ALL, verb), problems(act, ALL)) == (True, [])
    assert (claims(NONE, verb), problems(act, NONE)) == (False, [Problem("unsupported", {"verb": verb.value})])


def test_a_further_part_needs_threads_and_a_comment_does_not() -> None:
    alone = replace(ALL, threads=False)
    assert problems(replace(post(), target={"post": "1"}), alone) == [Problem("unsupported", {"verb": "thread"})]
    assert problems(post(), alone) == []
    assert problems(Act(Verb.COMMENT, "早安", {"post": "1"}), alone) == []


def test_a_post_with_a_picture_needs_no_text_but_a_post_without_does() -> None:
    assert problems(post("", PICTURE), ALL) == []
    assert problems(post(" "), ALL) == [Problem("empty")]


def test_at_the_limits_everything_passes_and_beyond_them_each_is_named_with_numbers() -> None:
    assert problems(post("早安", PICTURE, PICTURE), ALL) == []
    wrong = Media("b.gif", "image/gif", 1001, "十一個字的替代文字說明哦")
    assert problems(post("早安", PICTURE, PICTURE, wrong), ALL) == [
        Problem("too_many_media", {"count": 3, "limit": 2}),
        Problem("media_type", {"type": "image/gif"}),
        Problem("media_size", {"size": 1001, "limit": 1000}),
        Problem("alt_too_long", {"length": 12, "limit": 10}),
    ]


def test_where_there_is_no_place_for_a_description_its_length_is_no_problem() -> None:
    silent = replace(ALL, media=replace(LIMIT, alt=0))
    assert problems(post("早安", replace(PICTURE, alt="很" * 5000)), silent) == []


@pytest.mark.parametrize("verb", [Verb.REPLY, Verb.COMMENT])
def test_pictures_go_out_with_posts_only(verb: Verb) -> None:
    assert problems(Act(verb, "早安", media=(PICTURE,)), ALL) == [Problem("media_unsupported")]


def test_an_account_without_pictures_says_only_that() -> None:
    assert problems(post("早安", replace(PICTURE, size=9999)), replace(ALL, media=None)) == [
        Problem("media_unsupported")
    ]


def test_the_limit_of_text_is_another_one_with_pictures() -> None:
    assert [text_limit(act, ALL) for act in (post(), post("", PICTURE))] == [8, 5]
    assert text_limit(post("", PICTURE), replace(ALL, media=replace(LIMIT, text=0))) == 8
    assert problems(post("👋👋👋", PICTURE), ALL) == [
        Problem("too_long", {"length": 6, "limit": 5, "counter": "utf16"})
    ]
    assert problems(post("👋👋👋"), ALL) == []


def test_half_a_pair_in_a_description_is_found_too() -> None:
    assert problems(post("早安", replace(PICTURE, alt="\ud83d")), ALL) == [Problem("broken_text")]


def test_what_is_not_claimed_is_unsupported_and_the_rest_is_rejected_by_its_key() -> None:
    for key, params, what in (("unsupported", {"verb": "thread"}, "thread"), ("media_unsupported", {}, "media")):
        with pytest.raises(Unsupported) as caught:
            refuse([Problem(key, params)])
        assert caught.value.what == what
    with pytest.raises(Rejected) as rejected:
        refuse([Problem("media_size", {"size": 3, "limit": 2})])
    assert (rejected.value.code, rejected.value.evidence) == ("media_size", "size=3 limit=2")
    refuse([])
