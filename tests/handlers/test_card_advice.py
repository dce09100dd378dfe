"""What a card says beside the comment: flags, masks, promises, where a suggestion comes from, what was withheld."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.desk.people import Known, Pledge
from bot.i18n import Words
from bot.sandbox.slack.limits import check_view
from bot.team import CardFlag, CardSuggestion, Withheld
from handlers.ui import persons
from handlers.ui.card import render
from replies.risk import Kind
from tests.handlers.fake_desk import NOW, card
from tests.handlers.test_card import CHINESE, ENGLISH, HOSTILE, STAFF, buttons, fits, parts, said, whole

OFFER = CardSuggestion(
    7, "每天八點開門。", "hours", 0.9, ("幾點",), "stamp", purpose={"zh-TW": "營業時間", "en": "Opening hours"}
)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_flagged_comment_says_why_and_offers_no_single_click(kind: Kind) -> None:
    shown = card(flags=(CardFlag(kind, ("退錢",), True),), suggestions=(OFFER,))
    for words in (ENGLISH, CHINESE):
        assert words(f"flag.{kind}") in said(shown, words)
        assert "退錢" in said(shown, words)
        assert "item.approve" not in buttons(shown, words)
        assert "item.edit" in buttons(shown, words)
        fits(shown, words)


def test_a_guess_is_called_a_guess() -> None:
    assert "not sure" in said(card(flags=(CardFlag("sarcasm", (), False),)))
    assert "not sure" not in said(card(flags=(CardFlag("sarcasm", (), True),)))


def test_masked_data_can_be_asked_for_and_nothing_else_can() -> None:
    assert "item.reveal" in buttons(card(masked=True))
    assert "item.reveal" not in buttons(card())
    assert "masked" in said(card(masked=True))


def test_words_told_to_somebody_else_lately_want_another_wording() -> None:
    shown = card(suggestions=(replace(OFFER, repeated=True),))
    assert "item.approve" not in buttons(shown)
    assert "spam" in said(shown)
    fits(shown)


def test_a_suggestion_says_what_it_is_for_and_where_it_comes_from() -> None:
    assert "Opening hours" in said(card(suggestions=(OFFER,)))
    assert "營業時間" in said(card(suggestions=(OFFER,)), CHINESE)
    earlier = replace(OFFER, source="answer", purpose={})
    assert "similar question" in said(card(suggestions=(earlier,)))
    assert "item.approve" not in buttons(card(suggestions=(earlier,)))
    assert "written to somebody else" in said(card(suggestions=(earlier,)))


@pytest.mark.parametrize(("score", "word"), [(0.95, "close match"), (0.6, "fair match"), (0.2, "loose match")])
def test_how_sure_it_is_stands_in_words(score: float, word: str) -> None:
    shown = card(suggestions=(replace(OFFER, score=score),))
    assert word in said(shown)
    assert ("item.approve" in buttons(shown)) == (score > 0.5)


@pytest.mark.parametrize(
    ("code", "params", "words"),
    [
        ("unknown_value", {"variable": "manager"}, "manager is not known"),
        ("fact_ended", {"id": "free", "until": "2026-11-01"}, "until 2026-11-01"),
        ("too_long", {"limit": "300"}, "300"),
        ("never_heard_of", {}, "cannot be used"),
    ],
)
def test_what_fits_and_is_not_offered_is_named_with_the_reason(code: str, params: dict[str, str], words: str) -> None:
    shown = card(withheld=(Withheld({"en": "Shipping fee", "zh-TW": "運費"}, code, params),))
    assert "Shipping fee" in said(shown)
    assert words in said(shown)
    assert "運費" in said(shown, CHINESE)
    fits(shown)


def test_promises_and_the_name_they_like_stand_on_the_card() -> None:
    shown = card(promises=("週五回電",), called="阿明")
    assert "Promised: 週五回電" in said(shown)
    assert "阿明" in said(shown)
    fits(shown)


def test_how_a_comment_sounds_is_said_where_it_is_plain() -> None:
    assert "sounds annoyed" in whole(render(card(tone="negative"), ENGLISH, NOW, STAFF).blocks)
    assert "語氣愉快" in whole(render(card(tone="positive"), CHINESE, NOW, STAFF).blocks)
    for tone in (None, "neutral", "unsure"):
        assert "sounds" not in whole(render(card(tone=tone), ENGLISH, NOW, STAFF).blocks)


def test_an_answer_written_by_hand_can_become_a_template() -> None:
    assert "template.make" in buttons(card(state="answered", own=True, reply="八點。", by="U0PINYU", at=NOW))
    assert "template.make" not in buttons(card(state="answered", reply="八點。", by="U0PINYU", at=NOW))


def test_hostile_words_in_all_of_it_stay_literal() -> None:
    shown = card(
        flags=(CardFlag("scam", (HOSTILE,), False),),
        promises=(HOSTILE, HOSTILE),
        called=HOSTILE,
        withheld=(Withheld({"en": HOSTILE}, "unknown_fact", {"id": HOSTILE}),),
        suggestions=(replace(OFFER, purpose={"en": HOSTILE}, words=(HOSTILE,)),),
        masked=True,
    )
    fits(shown)
    marked = [part["text"] for part in parts(render(shown, ENGLISH, NOW, STAFF).blocks) if part.get("type") == "mrkdwn"]
    for text in (*marked, said(shown)):
        assert "<!channel>" not in text
        assert "<https://evil" not in text


@pytest.mark.parametrize("words", [ENGLISH, CHINESE], ids=["en", "zh-TW"])
def test_the_window_about_a_person_fits_and_ticks_what_was_kept(words: Words) -> None:
    pledges = tuple(Pledge(n, f"{HOSTILE} {n}" * 20, "U0PINYU", NOW) for n in range(12))
    known = Known(HOSTILE, "mei", "阿明", NOW, pledges)
    view = persons.person(card(), known, "{}", STAFF, NOW, words)
    assert check_view(view, "modal") == []
    inputs = {part["action_id"]: part for part in parts(view) if "action_id" in part}
    assert set(inputs) == {persons.CALLED, persons.PROMISE, persons.KEPT}
    assert inputs[persons.CALLED]["initial_value"] == "阿明"
    assert "林品妤" in whole(view)


def test_what_is_revealed_is_literal_and_for_one_person() -> None:
    shown = persons.revealed("打 0912-345-678 <!channel>", ENGLISH)
    assert "0912-345-678" in whole(shown.blocks)
    assert "&lt;!channel&gt;" in shown.text
