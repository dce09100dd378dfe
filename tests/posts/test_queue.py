"""The next free place in the queue: never past, taken, quiet or blacked out, and never later than it has to be."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.posts.queue import HORIZON, next_free, within
from bot.posts.recurrence import instant, skipped

TAIPEI, BERLIN = ZoneInfo("Asia/Taipei"), ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 3, 1, 2, 30, tzinfo=UTC)  # Monday, 10:30 in Taipei
NOON, EVENING = time(12), time(19)

TIMES = st.lists(st.times().map(lambda at: at.replace(second=0, microsecond=0)), max_size=4)
QUIET = st.none() | st.tuples(st.times(), st.times())


def told(at: datetime | None) -> str | None:
    return f"{at:%m-%d %H:%M}" if at is not None else None


def test_it_is_the_next_of_the_queues_times_on_the_teams_wall() -> None:
    assert told(next_free((EVENING, NOON), TAIPEI, (), NOW)) == "03-01 12:00"
    assert told(next_free((time(9), NOON), TAIPEI, (), NOW + timedelta(hours=2))) == "03-02 09:00"
    found = next_free((NOON,), TAIPEI, (), NOW)
    assert found == datetime(2027, 3, 1, 4, tzinfo=UTC)


def test_a_time_that_is_now_is_over() -> None:
    assert told(next_free((NOON,), TAIPEI, (), datetime(2027, 3, 1, 4, tzinfo=UTC))) == "03-02 12:00"


def test_what_is_taken_is_passed_over_also_when_it_stands_a_few_seconds_after() -> None:
    taken = [datetime(2027, 3, 1, 4, 0, 30, tzinfo=UTC), datetime(2027, 3, 1, 19, 0, tzinfo=TAIPEI)]
    assert told(next_free((NOON, EVENING), TAIPEI, taken, NOW)) == "03-02 12:00"


def test_days_and_hours_in_which_the_team_does_not_post_are_passed_over() -> None:
    blackouts = {date(2027, 3, 1): "盤點", date(2027, 3, 2): "盤點"}
    assert told(next_free((NOON,), TAIPEI, (), NOW, blackouts)) == "03-03 12:00"
    assert told(next_free((NOON, time(23)), TAIPEI, (), NOW, {}, (time(22), time(7)))) == "03-01 12:00"
    assert next_free((time(23), time(6, 59)), TAIPEI, (), NOW, {}, (time(22), time(7))) is None


def test_no_times_and_a_queue_that_is_full_for_a_year_have_no_place() -> None:
    assert next_free((), TAIPEI, (), NOW) is None
    full = [datetime(2027, 3, 1, 12, tzinfo=TAIPEI) + timedelta(days=n) for n in range(HORIZON)]
    assert next_free((NOON,), TAIPEI, full, NOW) is None
    assert told(next_free((NOON,), TAIPEI, full[:-1], NOW)) == told(full[-1])


def test_a_time_that_the_clocks_skip_is_no_place_that_day() -> None:
    saturday = datetime(2027, 3, 27, 12, tzinfo=BERLIN)
    assert told(next_free((time(2, 30),), BERLIN, (), saturday)) == "03-29 02:30"


@given(TIMES, st.sampled_from([TAIPEI, BERLIN]), st.sets(st.integers(0, 60)), QUIET, st.integers(0, 400 * 24 * 60))
@example([time(2, 30)], BERLIN, set(), None, 26 * 24 * 60)
def test_the_place_is_free_and_every_earlier_one_is_not(
    times: list[time], zone: ZoneInfo, gone: set[int], quiet: tuple[time, time] | None, minutes: int
) -> None:
    now = NOW + timedelta(minutes=minutes)
    days = [now.astimezone(zone).date() + timedelta(days=n) for n in range(HORIZON)]
    blackouts = {days[n] for n in gone if n % 3 == 0}
    taken = [instant(datetime.combine(days[n], at), zone) for n in gone for at in times[:2]]
    found = next_free(times, zone, taken, now, blackouts, quiet)

    def free(day: date, at: time) -> bool:
        wall = datetime.combine(day, at)
        fine = day not in blackouts and not skipped(wall, zone) and not (quiet and within(at, quiet))
        return fine and instant(wall, zone) > now and instant(wall, zone) not in taken

    wanted = next(
        (instant(datetime.combine(day, at), zone) for day in days for at in sorted(times) if free(day, at)), None
    )
    assert found == wanted
