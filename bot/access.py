"""Whether the token of an account is taken: told to everybody once when it no longer is, and once when it is again.
Part of the transaction of whoever noticed it.
"""

from __future__ import annotations

from datetime import datetime

from bot.dispatch import TEAM, Dispatch
from bot.store import deliveries, intake
from bot.store.engine import Unit


async def refused(unit: Unit, dispatch: Dispatch, account: str, scope: str, now: datetime) -> None:
    """It is not. `scope`: the permission that is missing; empty: the token itself."""
    if await intake.pause(unit, account, f"auth:{scope}"):
        notice = deliveries.notice("notice.account_paused", {"account": account, "scope": scope or "token"}, now)
        await deliveries.add(unit, [notice])
        await dispatch.ready(unit, TEAM)


async def works(unit: Unit, dispatch: Dispatch, account: str, now: datetime) -> None:
    """It is: what waited for it is due."""
    if await intake.pause(unit, account, None):
        await deliveries.hurry(unit, account, now)
        await deliveries.add(unit, [deliveries.notice("notice.account_resumed", {"account": account}, now)])
        await dispatch.ready(unit, TEAM)
        await dispatch.ready(unit, account)
