"""Recurrence rules as people and calendars write them, and what dateutil makes of them when it is only asked naively.
It never looks at how ours are computed.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dateutil.rrule import rrulestr
from hypothesis import strategies as st

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
END = datetime.combine(date(9999, 1, 1), time())
"""dateutil looks for the next time until the year 9999: rules that never happen end soon only near it."""

STARTS = st.datetimes(datetime(9993, 1, 1), datetime(9996, 6, 30)).map(lambda at: at.replace(second=0, microsecond=0))  # noqa: DTZ001


def naive(text: str, start: datetime, limit: int | None = None) -> list[datetime]:
    """Every wall time of the rule before `END`, walked to from the start, at most `limit`.

    COUNT and UNTIL are applied here, a day alone as UNTIL meaning to its end; one in UTC is the caller's. The week of
    the start is taken whole for BYSETPOS, as RFC 5545 (3.3.10) says a set begins with its interval; dateutil cuts it.
    """
    parts = dict(part.split("=") for part in text.split(";"))
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    anchor = start
    if parts["FREQ"] == "WEEKLY" and "BYSETPOS" in parts:
        parts.setdefault("BYDAY", DAYS[start.weekday()])
        anchor -= timedelta(days=(start.weekday() - DAYS.index(parts.get("WKST", "MO"))) % 7)
    last = END
    if until is not None and not until.endswith("Z"):
        last = datetime.fromisoformat(until if "T" in until else f"{until}T235959")
    most = min((int(n) for n in (count, limit) if n is not None), default=None)
    found: list[datetime] = []
    for wall in rrulestr(";".join("=".join(part) for part in parts.items()), dtstart=anchor):
        if wall > last or wall >= END or (most is not None and len(found) >= most):
            break
        if wall >= start:
            found.append(wall)
    return found


@st.composite
def texts(draw: st.DrawFn, start: datetime) -> str:
    """An RRULE whose parts go together, though together they may never happen."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}"]

    def maybe(part: str, values: st.SearchStrategy[object], one_in: int = 3, most: int = 4) -> None:
        if draw(st.integers(1, one_in)) == 1:
            chosen = draw(st.lists(values, min_size=1, max_size=most, unique=True))
            parts.append(f"{part}={','.join(map(str, chosen))}")

    if draw(st.booleans()):
        parts.append(f"INTERVAL={draw(st.integers(1, 30))}")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(DAYS))}")
    plain = st.sampled_from(DAYS)
    ordinal = st.tuples(st.integers(-6, 6).filter(bool), plain).map(lambda pair: f"{pair[0]}{pair[1]}")
    maybe("BYDAY", plain if frequency in ("DAILY", "WEEKLY") else plain | ordinal, one_in=2)
    maybe("BYMONTH", st.integers(1, 12))
    if frequency != "WEEKLY":
        maybe("BYMONTHDAY", st.integers(-31, 31).filter(bool))
    if frequency == "YEARLY":
        maybe("BYYEARDAY", st.integers(-366, 366).filter(bool), one_in=6)
    maybe("BYHOUR", st.integers(0, 23), one_in=4)
    maybe("BYMINUTE", st.integers(0, 59), one_in=9, most=3)
    if any(part.startswith("BY") for part in parts):
        maybe("BYSETPOS", st.integers(-6, 6).filter(bool))
    end = draw(st.sampled_from(["", "", "count", "day", "wall", "utc"]))
    until = start + timedelta(minutes=draw(st.integers(0, 1_300_000)))
    parts += {
        "": [],
        "count": [f"COUNT={draw(st.integers(1, 40))}"],
        "day": [f"UNTIL={until:%Y%m%d}"],
        "wall": [f"UNTIL={until:%Y%m%dT%H%M%S}"],
        "utc": [f"UNTIL={until:%Y%m%dT%H%M%SZ}"],
    }[end]
    return ";".join(parts)


RULES = STARTS.flatmap(lambda start: st.tuples(texts(start), st.just(start)))
"""(rule, start)"""
