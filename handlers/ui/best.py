"""Says in the window of a post when its accounts' audiences are used to writing, or how far that is from being known.
Pure functions; a number always comes with what it was counted from.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.i18n import Words
from bot.posts import habits
from bot.posts.best import DAYS, FEWEST, Best, Hour
from bot.posts.labels import weekday
from handlers.ui import text as txt

ACCOUNTS_MOST = 5
"""Lines: more than that nobody reads beside a form."""


def lines(found: Sequence[tuple[str, Best]], zone: ZoneInfo, words: Words) -> list[str]:
    """A sentence an account, as plain text."""
    return [_line(account, best, zone, words) for account, best in found]


def names(accounts: Sequence[str], words: Words) -> str:
    """Accounts in a row, as mrkdwn."""
    return txt.marked(words("mark.comma").join(accounts), 200) or "–"


def _line(account: str, best: Best, zone: ZoneInfo, words: Words) -> str:
    name = txt.one_line(account, 80)
    if best.hours:
        hours = words("mark.comma").join(_hour(hour, words) for hour in best.hours)
        return words("best.known", account=name, hours=hours, n=best.n, days=habits.DAYS, zone=zone.key)
    if best.n < FEWEST:
        return words("best.few", account=name, found=best.n, least=FEWEST)
    return words("best.even" if best.known else "best.short", account=name, n=best.n, days=DAYS)


def _hour(hour: Hour, words: Words) -> str:
    """Counted from the hour and the two beside it, so that is what its number is of."""
    return words("best.hour", weekday=weekday(hour.weekday + 1, words), time=f"{hour.hour:02}:00", found=hour.n)
