"""The shipped pack: whole, well worded in both languages, and an answer to what the demo's audience asks."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import bot.sandbox.square as square
from replies.library import Library
from replies.matcher import BlockMatcher
from replies.packfile import load_packs, write_pack
from replies.render import VARIABLES, render
from replies.suggest import Question, Suggester
from replies.templates import Risk
from replies.text import LANGUAGES

NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)
SEED = Path(square.__file__).parent / "seed"
CAFE = Library.of(load_packs())

ASKED = [
    ("hours", "請問平日幾點開門？想上班前先去外帶"),
    ("hours", "拿鐵派舉手🙋 請問今天開到幾點？下班想過去坐坐"),
    ("hours", "Black, always. I'm visiting this weekend, what time do you open on Sunday?"),
    ("shipping-time", "Quick question: how long does shipping to Singapore usually take?"),
    ("decaf", "這支咖啡因高嗎？下午三點喝會不會睡不著🥲"),
    ("decaf", "孕婦可以喝嗎？有沒有低因的豆子"),
    ("link", "+1 求連結"),
    ("link", "求連結🙏 限動點進去是 404"),
    ("shipping-fee", "可以宅配到員林嗎 運費怎麼算"),
    ("payment", "刷卡、行動支付都可以嗎？LINE Pay？"),
    ("payment", "統編可以開嗎？公司要報帳"),
    ("thanks", "今天收到了，謝謝小編幫忙催，辛苦了🙇"),
    ("thanks", "謝謝小編！回好快 🙏"),
    ("thanks", "Thanks, that was quick!"),
    ("subscription", "想取消訂閱要去哪裡按？找不到按鈕"),
    ("drip-brewing", "請問粉水比建議多少？之前用 1:10 覺得有點濃"),
    ("address", "有停車位嗎？附近好停車嗎"),
    ("order-status", "上禮拜訂的到現在還沒收到，可以幫我查一下訂單嗎？打電話也沒人接，有點扯"),
    ("event", "請問要怎麼報名？留言就可以嗎？我 2 位"),
    ("event", "I'm in Taipei next week! How do I sign up for the cupping?"),
]  # fmt: skip
DIRECT = "小編你好，我的訂單編號 ML20481，到現在還是「備貨中」，可以幫我查一下嗎？"


def said() -> Iterator[str]:
    """Everything the demo's seeds let the audience say."""

    def walk(rows: list[dict[str, Any]]) -> Iterator[str]:
        for row in rows:
            yield row["text"]
            yield from walk(row.get("replies", []))

    talk = tomllib.loads((SEED / "talk.toml").read_text(encoding="utf-8"))
    yield from (*(line["text"] for line in talk["lines"]), *talk["thanks_zh"], *talk["thanks_en"])
    for post in tomllib.loads((SEED / "posts.toml").read_text(encoding="utf-8"))["posts"]:
        yield from walk(post.get("comments", []))


@pytest.fixture(scope="module")
def desk() -> Suggester:
    return Suggester(CAFE, BlockMatcher())


def asked(text: str, kind: str = "comment", seed: int = 1) -> Question:
    return Question(
        text, seed, "王雅婷", "晨光咖啡", "阿哲", "冷萃季", "square", max_length=500, kind=kind, at=NOW,
    )  # fmt: skip


def test_the_questions_of_this_file_are_the_demos_own() -> None:
    assert {text for _, text in ASKED} | {DIRECT} <= set(said())


def test_the_demos_questions_find_their_answers(desk: Suggester) -> None:
    lost = [(name, text) for name, text in ASKED if name not in [s.template_id for s in desk.suggest(asked(text))]]
    assert len(lost) <= 1, lost


def test_the_answer_for_direct_messages_is_offered_there_alone(desk: Suggester) -> None:
    assert "order-number" in [s.template_id for s in desk.suggest(asked(DIRECT, "direct"))]
    in_public = desk.advise(asked(DIRECT))
    assert "order-number" not in [s.template_id for s in in_public.suggestions]
    assert in_public.withheld["order-number"].code == "kind"


def test_the_fact_carries_its_last_day_to_the_suggestion(desk: Suggester) -> None:
    ends = {desk.suggest(asked("運費多少", seed=seed))[0].until for seed in range(3)}
    assert {until.date().isoformat() if until else None for until in ends} == {"2028-01-01", None}


def test_every_template_has_enough_phrases_and_wordings_that_render() -> None:
    values = dict.fromkeys(VARIABLES, "X")
    values |= {f"facts.{name}": "X" for name in CAFE.facts} | {f"links.{name}": "X" for name in CAFE.links}
    assert len(CAFE.templates) >= 20
    for template in CAFE.templates.values():
        assert len([phrase for phrase in template.phrases if phrase.isascii()]) >= 10, template.id
        assert len(template.phrases) >= 20, template.id
        for language in LANGUAGES:
            assert 2 <= len(set(template.bodies[language])) <= 3, template.id
            texts = [render(wording, values) for wording in template.bodies[language]]
            assert all(text and "{" not in text for text in texts)
            assert min(map(len, texts)) <= 120, f"{template.id} has no short wording"


def test_readers_are_named_by_greetings_alone_and_every_answer_has_one() -> None:
    for template in CAFE.templates.values():
        assert template.greeting in CAFE.parts, template.id
        assert not [text for text in template.wordings().values() if "{{ name }}" in text], template.id
    for part in CAFE.parts.values():
        named = [wording.count("{{ name }}") for several in part.bodies.values() for wording in several]
        assert set(named) == ({1} if part.role == "greeting" else {0})


def test_nothing_in_it_conflicts_or_holds_markdown_and_few_answers_are_safe_for_a_rule() -> None:
    assert CAFE.conflicts() == ()
    assert CAFE.warnings() == ()
    assert {t.id for t in CAFE.templates.values() if t.risk is Risk.SAFE} == {"thanks", "address"}


def test_it_survives_being_written(tmp_path: Path) -> None:
    (pack,) = load_packs()
    (tmp_path / "again.toml").write_text(write_pack(pack), encoding="utf-8")
    assert load_packs(tmp_path) == (pack,)
