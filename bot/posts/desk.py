"""All that `handlers/` may ask for about posts, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.clock import Clock
from bot.dispatch import Dispatch
from bot.i18n import Words
from bot.posts.approval import Approval
from bot.posts.board import PostBoard
from bot.posts.brake import Brakes, Braking
from bot.posts.exporting import Exporting
from bot.posts.fetching import Fetch, public
from bot.posts.habits import Habits
from bot.posts.importing import Importing
from bot.posts.measuring import Measuring
from bot.posts.media import Shelf
from bot.posts.mending import Mending
from bot.posts.policy import Policy
from bot.posts.schedule import Schedule
from bot.posts.subscription import Subscription
from bot.posts.tidying import Tidying
from bot.posts.warnings import Rules
from bot.posts.writing import Writing
from bot.steps import Trace
from bot.store.engine import Store
from platforms.base import Platform


@dataclass(frozen=True, slots=True)
class Posts:
    """The use cases around posts. `accounts`: names of those that publish."""

    writing: Writing
    approval: Approval
    schedule: Schedule
    mending: Mending
    braking: Braking
    board: PostBoard
    subscription: Subscription
    measuring: Measuring
    tidying: Tidying
    importing: Importing
    exporting: Exporting
    habits: Habits
    shelf: Shelf
    policy: Policy
    platforms: Mapping[str, Platform]

    @staticmethod
    def of(
        store: Store,
        dispatch: Dispatch,
        clock: Clock,
        trace: Trace,
        platforms: Mapping[str, Platform],
        policy: Policy,
        rules: Rules,
        zone: ZoneInfo,
        brakes: Brakes,
        shelf: Shelf,
        locale: str = "zh-TW",
        brand: str = "",
        fetch: Fetch = public,
    ) -> Posts:
        """Assembled on an open, migrated store. `fetch`: how the files are got that a sheet names by their address."""
        writing = Writing(store, dispatch, clock, platforms, policy)
        approval = Approval(store, dispatch, clock, platforms, policy)
        board = PostBoard(store, clock, platforms, policy, approval.wanted, rules, zone)
        return Posts(
            writing,
            approval,
            Schedule(store, dispatch, clock, trace, platforms, policy, brakes),
            Mending(store, dispatch, clock),
            Braking(store, dispatch, clock, brakes),
            board,
            Subscription(store, clock, board, zone, Words(locale), brand),
            Measuring(store, dispatch, clock, platforms),
            Tidying(store, clock, shelf),
            Importing(store, clock, writing, approval, platforms, shelf, fetch),
            Exporting(store, zone),
            Habits(store, clock, zone),
            shelf,
            policy,
            platforms,
        )

    @property
    def accounts(self) -> tuple[str, ...]:
        """Where a post can go."""
        return tuple(name for name, platform in self.platforms.items() if platform.caps.publish)
