"""What the team has agreed on about posts: who approves which, when nothing goes out, what is warned of.
Values only; until there is a plan they come from the settings.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta

Days = Mapping[date, str]
"""Days with a name: why they are special."""


@dataclass(frozen=True, slots=True)
class StepRule:
    """Posts on this platform, of this pillar and intervention (empty: any) need so many approvals, by these people in
    order (user ids; fewer than `steps`: the rest is any approver's).
    """

    platform: str = ""
    pillar: str = ""
    intervention: str = ""
    steps: int = 1
    approvers: tuple[str, ...] = ()

    def holds(self, platforms: Collection[str], pillar: str, intervention: str) -> bool:
        """Whether it is about such a post."""
        return (
            (not self.platform or self.platform in platforms)
            and self.pillar in ("", pillar)
            and self.intervention in ("", intervention)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """`steps`: approvals where no rule asks for more; `deputies`: who may act for whom; `remind`: how long before its
    time whoever has to approve a post is reminded; `quiet`: from and until, in the team's zone.
    """

    steps: int = 1
    rules: tuple[StepRule, ...] = ()
    self_approval: bool = True
    deputies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    remind: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=2))
    quiet: tuple[time, time] | None = None
    blackouts: Days = field(default_factory=dict)
    holidays: Days = field(default_factory=dict)
    days: int = 30
    links: Mapping[str, str] = field(default_factory=dict)
    hosts: tuple[str, ...] = ()
    pillars: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    interventions: tuple[str, ...] = ()
    queue: tuple[time, ...] = ()
    """Times of the day at which a post goes out that is only put into the queue."""

    def approvers(self, platforms: Collection[str], pillar: str, intervention: str) -> tuple[str, ...]:
        """Who has to approve such a post, in order: a user id a step, empty where any approver may."""
        found = [rule for rule in self.rules if rule.holds(platforms, pillar, intervention)]
        steps = max([self.steps, *(rule.steps for rule in found)])
        named = max((rule.approvers for rule in found), key=len, default=())
        return tuple(named[step] if step < len(named) else "" for step in range(steps))

    def may(self, who: str, wanted: str, *, approver: bool) -> bool:
        """Whether `who` may take a step that is `wanted`'s; `approver`: they are among those who approve at all."""
        return approver if not wanted else who == wanted or wanted in self.deputies.get(who, ())
