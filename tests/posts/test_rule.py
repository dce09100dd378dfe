"""Recurrence rules: which are refused and why, RFC 5545's own examples, and dateutil's naive answer to any other."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import BadTime
from bot.posts.rule import Fault, Rule
from tests.posts.rules import RULES, naive

unhurried = settings(deadline=None, max_examples=150)  # a busy machine is no bug; speed has a test of its own

# RFC 5545, 3.8.5.3: rule, its first day, the days it lists (all at 09:00), as "month/day" with the year where it turns.
EXAMPLES = [
    ("FREQ=DAILY;COUNT=10", "1997 9/2", "9/3 9/4 9/5 9/6 9/7 9/8 9/9 9/10 9/11"),
    ("FREQ=DAILY;INTERVAL=2", "1997 9/2", "9/4 9/6 9/8 9/10 9/12"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 9/2", "9/12 9/22 10/2 10/12"),
    ("FREQ=YEARLY;UNTIL=19980103T140000Z;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "1998 1/1", "1/2 1/3 1/4"),
    ("FREQ=WEEKLY;COUNT=10", "1997 9/2", "9/9 9/16 9/23 9/30 10/7 10/14 10/21 10/28 11/4"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", "1997 9/2", "9/16 9/30 10/14 10/28 11/11 11/25 12/9 12/23 1998 1/6"),
    ("FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997 9/2", "9/4 9/9 9/11 9/16 9/18 9/23 9/25 9/30 10/2"),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,WE,FR", "1997 9/1", "9/3 9/5 9/15 9/17 9/19 9/29 10/1 10/3"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 9/2", "9/4 9/16 9/18 9/30 10/2 10/14 10/16"),
    ("FREQ=MONTHLY;COUNT=10;BYDAY=1FR", "1997 9/5", "10/3 11/7 12/5 1998 1/2 2/6 3/6 4/3 5/1 6/5"),
    ("FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU", "1997 9/7",
     "9/28 11/2 11/30 1998 1/4 1/25 3/1 3/29 5/3 5/31"),
    ("FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997 9/22", "10/20 11/17 12/22 1998 1/19 2/16"),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", "1997 9/28", "10/29 11/28 12/29 1998 1/29 2/26"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997 9/2", "9/15 10/2 10/15 11/2 11/15 12/2 12/15 1998 1/2 1/15"),
    ("FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1", "1997 9/30", "10/1 10/31 11/1 11/30 12/1 12/31 1998 1/1 1/31 2/1"),
    ("FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15", "1997 9/10",
     "9/11 9/12 9/13 9/14 9/15 1999 3/10 3/11 3/12 3/13"),
    ("FREQ=MONTHLY;INTERVAL=2;BYDAY=TU", "1997 9/2", "9/9 9/16 9/23 9/30 11/4 11/11 11/18 11/25 1998 1/6 1/13"),
    ("FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1997 6/10",
     "7/10 1998 6/10 7/10 1999 6/10 7/10 2000 6/10 7/10 2001 6/10 7/10"),
    ("FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3", "1997 3/10",
     "1999 1/10 2/10 3/10 2001 1/10 2/10 3/10 2003 1/10 2/10 3/10"),
    ("FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200", "1997 1/1",
     "4/10 7/19 2000 1/1 4/9 7/18 2003 1/1 4/10 7/19 2006 1/1"),
    ("FREQ=YEARLY;BYDAY=20MO", "1997 5/19", "1998 5/18 1999 5/17"),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997 5/12", "1998 5/11 1999 5/17"),
    ("FREQ=YEARLY;BYMONTH=3;BYDAY=TH", "1997 3/13", "3/20 3/27 1998 3/5 3/12 3/19 3/26 1999 3/4"),
    ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997 9/13", "10/11 11/8 12/13 1998 1/10 2/7 3/7 4/11"),
    ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1996 11/5", "2000 11/7 2004 11/2"),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 9/4", "10/7 11/6"),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997 9/29", "10/30 11/27 12/30 1998 1/29 2/26 3/30"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 8/5", "8/10 8/19 8/24"),
    ("FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 8/5", "8/17 8/19 8/31"),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 1/15", "1/30 2/15 3/15 3/30"),
]  # fmt: skip


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def refusal(text: str) -> object:
    """Why the rule is refused, None where it is not."""
    try:
        Rule.read(text)
    except BadTime as refused:
        return refused.params["reason"]
    return None


def days(text: str) -> list[date]:
    year, found = 0, []
    for word in text.split():
        if "/" not in word:
            year = int(word)
        else:
            month, day = map(int, word.split("/"))
            found.append(date(year, month, day))
    return found


@pytest.mark.parametrize(("text", "start", "rest"), EXAMPLES, ids=[text for text, _, _ in EXAMPLES])
def test_the_examples_of_the_standard_come_out_as_it_lists_them(text: str, start: str, rest: str) -> None:
    expected = days(f"{start} {rest}")
    found = list(islice(Rule.read(text).walls(wall(f"{expected[0]}T09:00")), len(expected) + ("COUNT" in text)))
    assert found == [wall(f"{day}T09:00") for day in expected]


def test_a_start_that_does_not_fit_the_rule_is_no_occurrence() -> None:
    thirteenth = Rule.read("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13")  # RFC 5545 excludes its start with an EXDATE
    found = [at.date() for at in islice(thirteenth.walls(wall("1997-09-02T09:00")), 5)]
    assert found == days("1998 2/13 3/13 11/13 1999 8/13 2000 10/13")


def test_the_week_a_rule_starts_in_counts_whole_for_the_place_in_it() -> None:
    second = Rule.read("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2")
    wednesday = wall("2026-03-04T09:00")
    assert list(islice(second.walls(wednesday), 2)) == [wednesday, wednesday + timedelta(days=7)]


def test_a_week_number_without_days_takes_the_weekday_of_the_start() -> None:
    assert [
        at.date() for at in islice(Rule.read("FREQ=YEARLY;BYWEEKNO=20").walls(wall("1997-05-12T09:00")), 3)
    ] == days("1997 5/12 1998 5/11 1999 5/17")


def test_hours_of_the_rule_stand_instead_of_the_start_s() -> None:
    found = islice(Rule.read("FREQ=DAILY;BYHOUR=18,9").walls(wall("2026-03-04T12:15")), 3)
    assert list(found) == [wall("2026-03-04T18:15"), wall("2026-03-05T09:15"), wall("2026-03-05T18:15")]


@pytest.mark.parametrize(
    ("until", "last"),
    [("20260305", "2026-03-05"), ("20260305T090000", "2026-03-05"), ("20260305T085959", "2026-03-04")],
)
def test_until_is_wall_time_and_a_day_alone_counts_to_its_end(until: str, last: str) -> None:
    found = list(Rule.read(f"FREQ=DAILY;UNTIL={until}").walls(wall("2026-03-01T09:00")))
    assert found[-1] == wall(f"{last}T09:00")


def test_a_place_in_a_week_is_counted_over_the_end_of_the_year_and_of_the_rule() -> None:
    last = Rule.read("FREQ=WEEKLY;BYDAY=MO,FR;BYSETPOS=-1;UNTIL=20261231")
    found = list(last.walls(wall("2026-12-14T09:00")))
    assert found == [wall("2026-12-18T09:00"), wall("2026-12-25T09:00")]  # not Monday 28: the week's last is 1 January


@pytest.mark.parametrize("until", ["", ";UNTIL=99991231T235959Z", ";UNTIL=99991231"])
def test_a_rule_without_an_end_ends_with_the_calendar(until: str) -> None:
    found = list(Rule.read(f"FREQ=YEARLY{until}").walls(wall("9995-06-01T09:00")))
    assert [at.year for at in found] == [9995, 9996, 9997, 9998]


REFUSED = [
    ("", Fault.UNREADABLE, {}),
    ("every Tuesday", Fault.UNREADABLE, {}),
    ("每週二", Fault.UNREADABLE, {}),
    ("INTERVAL=2", Fault.UNREADABLE, {}),
    ("FREQ=DAILY;;INTERVAL=2", Fault.UNREADABLE, {}),
    ("FREQ=DAILY;BYMONTH=" + ",".join(["1"] * 300), Fault.UNREADABLE, {}),
    ("RRULE:FREQ=DAILY\nEXDATE:20260101T090000", Fault.UNREADABLE, {}),
    ("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", Fault.MORE_THAN_ONE, {}),
    ("FREQ=DAILY;FREQ=WEEKLY", Fault.MORE_THAN_ONE, {}),
    ("DTSTART:20260101T090000\nRRULE:FREQ=DAILY", Fault.DTSTART, {}),
    ("FREQ=DAILY;DTSTART=20260101T090000", Fault.DTSTART, {}),
    ("FREQ=DAILY;COUNT=3;UNTIL=20270101", Fault.COUNT_AND_UNTIL, {}),
    ("FREQ=HOURLY", Fault.TOO_OFTEN, {}),
    ("freq=minutely;interval=5", Fault.TOO_OFTEN, {}),
    ("FREQ=SECONDLY", Fault.TOO_OFTEN, {}),
    ("FREQ=DAILY;BYHOUR=9,10,11,12;BYMINUTE=0,15,30,45", Fault.TOO_OFTEN, {}),
    ("FREQ=FORTNIGHTLY", Fault.VALUE, {"part": "FREQ", "value": "FORTNIGHTLY"}),
    ("FREQ=DAILY;INTERVAL=0", Fault.VALUE, {"part": "INTERVAL", "value": "0"}),
    ("FREQ=DAILY;INTERVAL=１", Fault.VALUE, {"part": "INTERVAL", "value": "１"}),
    ("FREQ=DAILY;COUNT=100000000", Fault.VALUE, {"part": "COUNT", "value": "100000000"}),
    ("FREQ=DAILY;UNTIL=20270230", Fault.VALUE, {"part": "UNTIL", "value": "20270230"}),
    ("FREQ=DAILY;UNTIL=TOMORROW", Fault.VALUE, {"part": "UNTIL", "value": "TOMORROW"}),
    ("FREQ=DAILY;BYMONTH=13", Fault.VALUE, {"part": "BYMONTH", "value": "13"}),
    ("FREQ=DAILY;BYMONTH=-1", Fault.VALUE, {"part": "BYMONTH", "value": "-1"}),
    ("FREQ=MONTHLY;BYMONTHDAY=0", Fault.VALUE, {"part": "BYMONTHDAY", "value": "0"}),
    ("FREQ=DAILY;BYHOUR=24", Fault.VALUE, {"part": "BYHOUR", "value": "24"}),
    ("FREQ=WEEKLY;BYDAY=XX", Fault.VALUE, {"part": "BYDAY", "value": "XX"}),
    ("FREQ=MONTHLY;BYDAY=0MO", Fault.VALUE, {"part": "BYDAY", "value": "0MO"}),
    ("FREQ=WEEKLY;WKST=1", Fault.VALUE, {"part": "WKST", "value": "1"}),
    ("FREQ=DAILY;BYMOON=FULL", Fault.PART, {"part": "BYMOON"}),
    ("FREQ=YEARLY;BYEASTER=0", Fault.PART, {"part": "BYEASTER"}),
    ("FREQ=DAILY;BYSECOND=0,30", Fault.PART, {"part": "BYSECOND"}),
    ("FREQ=DAILY;INTERVAL=2;INTERVAL=3", Fault.PART, {"part": "INTERVAL"}),
    ("FREQ=WEEKLY;BYMONTHDAY=1", Fault.PART, {"part": "BYMONTHDAY"}),
    ("FREQ=MONTHLY;BYYEARDAY=1", Fault.PART, {"part": "BYYEARDAY"}),
    ("FREQ=MONTHLY;BYWEEKNO=1", Fault.PART, {"part": "BYWEEKNO"}),
    ("FREQ=WEEKLY;BYDAY=1MO", Fault.PART, {"part": "BYDAY"}),
    ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", Fault.PART, {"part": "BYDAY"}),
    ("FREQ=DAILY;BYSETPOS=1", Fault.PART, {"part": "BYSETPOS"}),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", Fault.NEVER, {}),
    ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", Fault.NEVER, {}),
    ("FREQ=MONTHLY;BYDAY=6MO", Fault.NEVER, {}),
    ("FREQ=MONTHLY;BYDAY=1MO;BYSETPOS=2", Fault.NEVER, {}),
]


@pytest.mark.parametrize(("text", "reason", "params"), REFUSED, ids=[text[:40] for text, _, _ in REFUSED])
def test_a_rule_no_post_should_follow_is_refused_with_the_reason(text: str, reason: Fault, params: object) -> None:
    with pytest.raises(BadTime) as refused:
        Rule.read(text)
    assert refused.value.params.pop("reason") == reason
    assert refused.value.params == params


def test_every_reason_to_refuse_has_its_example() -> None:
    assert {reason for _, reason, _ in REFUSED} == set(Fault)


def test_a_rule_reads_the_same_from_what_is_stored_of_it() -> None:
    read = Rule.read("\r\nrrule:freq=weekly;byday=tu,\r\n th;until=20271231T160000z;\r\n")
    assert read.text == "FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20271231T160000Z"
    assert Rule.read(read.text) == read


def test_a_leap_day_on_a_monday_is_found_over_forty_years_without_one() -> None:
    rule = Rule.read("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYDAY=MO")
    assert [at.year for at in islice(rule.walls(wall("2060-01-01T09:00")), 3)] == [2072, 2112, 2140]


@pytest.mark.parametrize("text", ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;BYMONTH=11;BYMONTHDAY=31"])
def test_what_never_happens_is_known_in_a_blink(text: str) -> None:
    spent = []
    for _ in range(3):
        started = time.process_time()
        with pytest.raises(BadTime):
            Rule.read(text)
        spent.append(time.process_time() - started)
    assert min(spent) < 0.05, f"{min(spent) * 1e3:.1f} ms"


@unhurried
@given(RULES, st.integers(-30, 900))
def test_any_rule_is_what_dateutil_makes_of_it_from_wherever_one_looks(drawn: tuple[str, datetime], ahead: int) -> None:
    text, start = drawn
    text = text.removesuffix("Z")
    expected = naive(text, start)
    if not expected and refusal(text) == Fault.NEVER:
        return
    rule = Rule.read(text)
    assert list(rule.walls(start)) == expected
    begin = start.date() + timedelta(days=ahead)
    assert list(rule.walls(start, begin)) == [at for at in expected if at.date() >= begin]
