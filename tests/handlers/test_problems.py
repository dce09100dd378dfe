"""Why platforms refuse texts and files, as people read it: numbers in their units, in both languages."""

from __future__ import annotations

import pytest

from bot.errors import BadTime, CannotSend
from bot.posts.filetypes import BadMedia, Reason
from handlers.errors import explain
from handlers.ui.problems import problem
from handlers.ui.text import Staff
from tests.handlers.post_cards import CHINESE, ENGLISH

NOBODY = Staff()


def test_sizes_are_said_in_megabytes_and_numbers_with_separators() -> None:
    sizes = {"size": 7_500_000, "limit": 5_000_000}
    assert problem("media_size", sizes, ENGLISH) == "A file is too large: 7.5 MB, and at most 5.0 MB is allowed."
    assert problem("too_long", {"length": 5000, "limit": 4096}, CHINESE) == "內容太長：5,000 字，上限 4,096。"


def test_what_holds_for_one_verb_alone_has_its_own_sentence() -> None:
    assert problem("gone", {"verb": "comment"}, ENGLISH) == "The post it belongs under is no longer there."
    assert (
        problem("gone", {"verb": "reply"}, ENGLISH) == problem("gone", {}, ENGLISH) == "The comment is no longer there."
    )
    assert problem("never_heard_of", {"verb": "publish"}, ENGLISH) == problem("invalid", {}, ENGLISH)


def test_an_error_says_the_same_as_the_card() -> None:
    error = CannotSend(problem="media_size", account="brand", size=7_500_000, limit=5_000_000)
    assert problem("media_size", error.params, ENGLISH) in explain(error, ENGLISH, NOBODY)


@pytest.mark.parametrize("reason", Reason)
def test_every_refused_file_is_named_with_the_reason_and_what_to_do(reason: Reason) -> None:
    error = BadMedia(reason=reason, name="圖.heic", size=12, limit=10, pixels=10**9)
    for words in (ENGLISH, CHINESE):
        said = explain(error, words, NOBODY)
        assert said.startswith("圖.heic ")
        assert words("reason.none") not in said
        assert "?" not in said
    assert "12 MB" in explain(BadMedia(reason="too_large", name="a", size=12, limit=10), ENGLISH, NOBODY)


def test_a_rule_that_cannot_be_used_says_which_part_of_it() -> None:
    error = BadTime(reason="rule_value", part="BYDAY", value="XX")
    assert explain(error, ENGLISH, NOBODY) == "BYDAY cannot be XX. Change it."
    assert explain(error, CHINESE, NOBODY) == "BYDAY 不能是 XX。請修改。"
