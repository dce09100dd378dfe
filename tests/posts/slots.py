"""Posts for tests of the calendar: some that are read closely, and as many as anybody wants."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.posts.slot import Slot, State

TAIPEI = ZoneInfo("Asia/Taipei")
NOON = datetime(2026, 8, 12, 4, tzinfo=UTC)
"""Twelve o'clock in Taipei on the Wednesday of the week of 10 to 16 August."""
TEXTS = (
    "🎉 週年慶開跑！全館 85 折，滿千再送百，只到這週日",
    "Meet the team: Emma has roasted our beans for ten years. Come and say hi!",
    "門市公告：7/30 因盤點提早於 18:00 打烊，造成不便敬請見諒",
    "👨‍👩‍👧 親子烘焙體驗日 🇹🇼 ★報名開始",
    "",
)
ACCOUNTS = ("coffee-fb", "coffee-ig", "tw-mastodon", "line-oa")


def slot(post: int = 1, at: datetime = NOON, **fields: Any) -> Slot:
    """One scheduled post."""
    return Slot(post, at, **{"accounts": ("coffee-fb",), "state": State.SCHEDULED, "text": "早安"} | fields)


def many(number: int, first: date, days: int) -> list[Slot]:
    """Posts between eight and ten in the evening in Taipei, the same every time, in no order."""
    luck, begins, made = random.Random(number), datetime.combine(first, time(8), TAIPEI), []
    for post in range(number):
        at = begins + timedelta(days=luck.randrange(days), minutes=15 * luck.randrange(56))
        accounts = tuple(luck.sample(ACCOUNTS, luck.randint(1, 3)))
        state, pillar = luck.choice(list(State)), luck.choice(("", "人物", "product"))
        made.append(Slot(post, at.astimezone(UTC), accounts, state, luck.choice(TEXTS), pillar))
    return made
