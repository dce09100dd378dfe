"""What somebody wrote of a post, and what would be public of it, account by account.
Pure: nothing here stores anything or talks to a platform.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.errors import BadTime, CannotSend, NoAccount
from bot.posts import crosslinks
from bot.posts.links import filled, tagged
from bot.posts.policy import Policy
from bot.posts.recurrence import first
from bot.posts.rule import Rule
from bot.posts.threads import split
from bot.store.posts import Late, Planned
from platforms.base import Act, Media, Platform, Problem, Verb


@dataclass(frozen=True, slots=True)
class To:
    """One account it goes to. `text`: said there instead of the common text; `split`: a thread where it is long."""

    account: str
    text: str | None = None
    split: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """All that a person decides about a post. `media`: as `Planned.media`; `wall`: naive, in `zone` (IANA); None: as
    soon as it is approved.
    """

    text: str
    to: tuple[To, ...]
    media: tuple[dict[str, Any], ...] = ()
    comment: str = ""
    pillar: str = ""
    intervention: str = ""
    campaign: str = ""
    wall: datetime | None = None
    zone: str = "Asia/Taipei"
    rule: str = ""
    on_holiday: str = "post"
    late: str = Late.ASK

    @staticmethod
    def of(post: Planned) -> Content:
        """What is stored."""
        return Content(
            post.text,
            tuple(To(target.account, target.text, target.split) for target in post.targets),
            tuple(post.media),
            post.comment,
            post.pillar,
            post.intervention,
            post.campaign,
            datetime.fromisoformat(post.wall) if post.wall else None,
            post.zone,
            post.rule,
            post.on_holiday,
            post.late,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """One message of a thread, or all there is. `length` in the platform's own unit."""

    text: str
    length: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What would be public on one account. `limit`: of one message, in units of `counter`; `splits`: a thread helps."""

    account: str
    platform: str
    parts: tuple[Part, ...]
    limit: int
    counter: str
    splits: bool = False
    comment: tuple[Problem, ...] = field(default=())
    """What stands against the comment there."""
    mute: bool = False
    """There is a comment, and nothing can be said under a post there: it goes out without."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that stands against it, the worst first."""
        return tuple(problem for part in self.parts for problem in part.problems) + self.comment


def files(media: Sequence[Mapping[str, Any]]) -> tuple[Media, ...]:
    """The files as an adapter checks them."""
    return tuple(
        Media(
            str(file["digest"]),
            str(file["type"]),
            int(file["size"]),
            str(file.get("alt", "")),
            int(file.get("width", 0)),
            int(file.get("height", 0)),
        )
        for file in media
    )


def shown(content: Content, platforms: Mapping[str, Platform], policy: Policy) -> tuple[Shown, ...]:
    """What would be public on every account, exactly, and what each platform would refuse."""
    return tuple(_on(content, to, platforms.get(to.account), policy) for to in content.to)


def checked(content: Content, platforms: Mapping[str, Platform], policy: Policy) -> tuple[Shown, ...]:
    """The same, if it can go out. Raises `NoAccount` and `CannotSend`."""
    if not content.to:
        raise NoAccount
    found = shown(content, platforms, policy)
    for each in found:
        if each.problems:
            raise CannotSend(problem=each.problems[0].key, account=each.account, **each.problems[0].params)
    return found


def readable(content: Content) -> None:
    """Whether its rule can be followed. Raises `BadTime`, with `field`: `rule` or `day`, where it cannot."""
    if not content.rule:
        return
    if content.wall is None:
        raise BadTime(reason="none", field="day")
    try:
        first(Rule.read(content.rule), content.wall, ZoneInfo(content.zone))
    except BadTime as error:
        raise BadTime(**error.params, field="rule") from error


def _on(content: Content, to: To, platform: Platform | None, policy: Policy) -> Shown:
    given = to.text if to.text is not None else content.text
    values = filled(policy.links, account=to.account, post="", campaign=content.campaign)
    text = tagged(given, values, policy.hosts or None)
    if platform is None:
        gone = Problem("unconfigured", {"account": to.account})
        return Shown(to.account, "", (Part(text, len(text), (gone,)),), 0, "codepoints")
    media = files(content.media)
    limit = platform.caps.text
    long = any(problem.key == "too_long" for problem in platform.check(Act(Verb.PUBLISH, text, media=media)))
    splits = long and platform.caps.threads
    texts = [text]
    if splits and to.split:
        texts = split(text, lambda part: not _too_long(platform, part, media))
    parts = tuple(
        Part(part, platform.length(part), tuple(platform.check(Act(Verb.PUBLISH, part, media=() if n else media))))
        for n, part in enumerate(texts)
    )
    comments = bool(content.comment) and platform.caps.comments
    comment = platform.check(Act(Verb.COMMENT, crosslinks.measured(content.comment))) if comments else []
    known = {each.account for each in content.to}
    strange = sorted(crosslinks.named(content.comment, to.account) - known)
    comment += [Problem("link_unknown", {"named": name}) for name in strange]
    mute = bool(content.comment) and not comments
    return Shown(to.account, platform.kind, parts, limit.max, limit.counter.value, splits, tuple(comment), mute)


def _too_long(platform: Platform, text: str, media: tuple[Media, ...]) -> bool:
    """By the first part's measure: what goes out with pictures may have less room."""
    return any(problem.key == "too_long" for problem in platform.check(Act(Verb.PUBLISH, text, media=media)))
