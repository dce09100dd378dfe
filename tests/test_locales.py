"""Both languages say the same things: same keys, same placeholders, and a sentence for every key the code can name."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import bot
import handlers
from bot.errors import BotError
from bot.i18n import LOCALES, Words, locale_of, table
from bot.posts.filetypes import Reason
from bot.posts.slot import State as PostState
from bot.store.models import Phase, State
from bot.store.posts import Held
from bot.team import Trouble
from handlers.errors import explain
from handlers.ui.text import Staff
from handlers.verbs import Snooze, Verb
from platforms.caps import Counter, Kind

ROOT = Path(bot.__file__).parent.parent


def plain(key: str) -> str:
    """The key without its plural form."""
    return key.removesuffix(".one").removesuffix(".other") if key != "verb.other" else key


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


def errors(parent: type[BotError] = BotError) -> list[type[BotError]]:
    """Every class of error people read."""
    found = [parent]
    for child in parent.__subclasses__():
        found += errors(child)
    return found


def test_both_locales_hold_the_same_keys() -> None:
    one, other = ({plain(key) for key in table(locale)} for locale in LOCALES)
    assert one == other


def test_a_sentence_has_the_same_placeholders_in_both_locales() -> None:
    chinese, english = table("zh-TW"), table("en")
    for key, template in chinese.items():
        for form in {key, key.replace(".other", ".one")} & set(english):
            assert placeholders(template) == placeholders(english[form]), key


def test_nothing_is_left_empty() -> None:
    for locale in LOCALES:
        assert all(template.strip() for template in table(locale).values())


def test_chinese_is_written_with_full_width_punctuation() -> None:
    for key, template in table("zh-TW").items():
        bare = re.sub(r"\{\w+\}|`[^`]*`", "字", template)
        assert not re.search(r"[\u4e00-\u9fff][,.;:!?()]|[,;!?()][\u4e00-\u9fff]", bare), (key, template)


@pytest.mark.parametrize("locale", LOCALES)
def test_every_error_has_a_sentence(locale: str) -> None:
    words = Words(locale)
    for kind in errors():
        assert words.has(kind.key), kind
        said = explain(
            kind(by="U1", state="open", verb="claim", problem="empty", what="#1", reason="past"), words, Staff()
        )
        assert said
        assert "{" not in said


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_the_code_can_look_up_exists(locale: str) -> None:
    words = Words(locale)
    wanted = [f"state.{state}" for state in (*State, *Phase) if state not in ("open",)]
    wanted += [f"trouble.{trouble}" for trouble in Trouble] + [f"kind.{kind}" for kind in Kind]
    wanted += [f"counter.{counter}" for counter in Counter] + [f"snooze.{choice}" for choice in Snooze]
    wanted += [verb.value for verb in Verb] + [f"verb.{verb.word}" for verb in Verb if verb is not Verb.OPEN]
    wanted += [f"state.{state}" for state in PostState] + [f"post_held.{why}" for why in Held]
    wanted += [f"part_state.{phase}" for phase in Phase] + [f"notice.post_held_{why}" for why in Held]
    wanted += [f"reason.{reason}" for reason in Reason]
    names = ("too_long", "empty", "unsupported", "gone", "forbidden", "duplicate", "window_closed", "invalid")
    wanted += [f"{table}.{name}" for table in ("problem", "rejected") for name in names]
    assert [key for key in wanted if not words.has(key)] == []


def test_every_key_written_in_the_code_exists() -> None:
    words = Words("en")
    for package in (bot, handlers):
        for file in Path(package.__file__ or "").parent.rglob("*.py"):
            if "sandbox" in file.parts:
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    key = node.value
                    if re.fullmatch(
                        r"(notice|error|card|modal|home|engage|status|confirm|post_card|post_state)\.[a-z_]*[a-z]", key
                    ):
                        assert words.has(key), (file.name, key)


def test_every_key_that_is_not_looked_up_by_a_value_is_used_somewhere() -> None:
    source = "\n".join(
        file.read_text(encoding="utf-8") for name in ("bot", "handlers") for file in (ROOT / name).rglob("*.py")
    )
    literal = r"(item|delivery|error|card|status|modal|confirm|engage|age|escalation|platform_error)\."
    keys = {plain(key) for key in table("en") if re.match(literal, key)}
    assert {key for key in keys if not re.search(rf"""["']{re.escape(key)}["']""", source)} == set()


def test_languages_of_slack_map_to_ours() -> None:
    assert [locale_of(name) for name in ("zh-TW", "zh-CN", "en-US", "ja-JP", "", None)] == [
        "zh-TW",
        "zh-TW",
        *["en"] * 4,
    ]


def test_plurals_and_ages_read_well() -> None:
    english, chinese = Words("en"), Words("zh-TW")
    assert [english("card.earlier", n=n) for n in (1, 2)] == [
        "1 earlier message from this person",
        "2 earlier messages from this person",
    ]
    assert [english.age(seconds) for seconds in (3, 60, 3600, 90_000, 200_000)] == [
        "just now",
        "1 min ago",
        "1 h ago",
        "1 day ago",
        "2 days ago",
    ]
    assert [chinese.age(seconds) for seconds in (3, 200, 7300)] == ["剛剛", "3 分鐘前", "2 小時前"]


def test_an_unknown_locale_reads_english_and_an_unknown_key_is_a_bug() -> None:
    assert Words("fr")("item.claim") == "Claim"
    with pytest.raises(KeyError):
        Words("en")("item.dance")


def test_parameters_are_never_taken_for_templates() -> None:
    assert "{n}" in Words("en")("engage.unknown", word="{n} {word.__class__}")
