"""Rules in words: what people really give is said in both languages, and anything more is shown as it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.ui.recurring import RULE_MOST, in_words
from tests.handlers.post_cards import CHINESE, ENGLISH

SAID = {
    "FREQ=DAILY": ("every day", "每天"),
    "RRULE:FREQ=DAILY;INTERVAL=3": ("every 3 days", "每 3 天"),
    "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR": ("every week on Monday to Friday", "每週的週一到週五"),
    "FREQ=WEEKLY": ("every week", "每週"),
    "FREQ=WEEKLY;BYDAY=TH,MO": ("every week on Mon, Thu", "每週的週一、週四"),
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR;WKST=MO": ("every 2 weeks on Fri", "每 2 週的週五"),
    "FREQ=MONTHLY": ("every month", "每月"),
    "FREQ=MONTHLY;BYMONTHDAY=15,1": ("every month on day 1, 15", "每月的 1、15 日"),
    "FREQ=MONTHLY;BYMONTHDAY=-1": ("every month on the last day", "每月的最後一天"),
    "FREQ=MONTHLY;BYMONTHDAY=31": (
        "every month on day 31 (where the month has it)",
        "每月的 31 日（沒有這一天的月份就略過）",
    ),
    "FREQ=MONTHLY;INTERVAL=3;BYDAY=1MO": ("every 3 months on the first Mon", "每 3 個月的第一個週一"),
    "FREQ=MONTHLY;BYDAY=-1FR": ("every month on the last Fri", "每月的最後一個週五"),
    "FREQ=YEARLY": ("every year", "每年"),
    "FREQ=DAILY;COUNT=1": ("every day, 1 time", "每天，共 1 次"),
    "FREQ=DAILY;COUNT=10": ("every day, 10 times", "每天，共 10 次"),
    "FREQ=DAILY;UNTIL=20261231": ("every day, until 2026-12-31", "每天，到 2026-12-31 為止"),
    "FREQ=DAILY;UNTIL=20261231T120000Z": (
        "every day, until 2026-12-31 12:00 UTC",
        "每天，到 2026-12-31 12:00 UTC 為止",
    ),
}

AS_WRITTEN = (
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=2",
    "FREQ=MONTHLY;BYDAY=1MO,3MO",
    "FREQ=MONTHLY;BYMONTHDAY=1,-1",
    "FREQ=DAILY;INTERVAL=2;BYDAY=MO",
    "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
    "FREQ=WEEKLY;BYDAY=1MO",
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24",
    "FREQ=DAILY;BYHOUR=9,18",
    "FREQ=DAILY;UNTIL=20261399",
    "FREQ=DAILY;COUNT=many",
    "FREQ=DAILY;FREQ=WEEKLY",
    "FREQ=DAILY;INTERVAL=0",
    "FREQ=HOURLY",
    "every blue moon",
)


@pytest.mark.parametrize("rule", SAID)
def test_a_usual_rule_is_said_in_words(rule: str) -> None:
    assert (in_words(rule, ENGLISH), in_words(rule, CHINESE)) == SAID[rule]


@pytest.mark.parametrize("rule", AS_WRITTEN)
def test_a_rule_with_more_to_it_is_shown_as_it_is_written(rule: str) -> None:
    assert in_words(rule, ENGLISH) == in_words(rule, CHINESE) == rule


@given(rule=st.one_of(st.text(max_size=400), st.text("FREQ=DAILYWK;INTVBCOU0123456789,-", max_size=60)))
def test_any_text_is_shown_in_some_way(rule: str) -> None:
    assert len(in_words(rule, CHINESE)) <= RULE_MOST
