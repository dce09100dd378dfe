"""Between a post's content and the fields of its window: what one shows and means. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from bot.posts.content import Content, To
from bot.store.posts import Late

Fields = Mapping[str, Any]
"""By field: a text, a value, a list of values, or None for an empty one."""

VARIANT = "variant."
"""What the field of one account's own text is called, before the account's name."""

KEYS: Mapping[str, str] = {
    **dict.fromkeys(("zone", "late", "repeat", "holiday", "pillar", "intervention", "campaign"), "selected_option"),
    **dict.fromkeys(("accounts", "split", "drop"), "selected_options"),
    "day": "selected_date",
    "clock": "selected_time",
    "files": "files",
}
"""Where Slack keeps what a field holds, if not under `value`."""

REPEATS = {"daily": "FREQ=DAILY", "weekdays": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "weekly": "FREQ=WEEKLY"}
REPEATS |= {"monthly": "FREQ=MONTHLY"}
"""Rules a menu offers by name; any other is written out."""

NEVER, OTHER, QUEUED = "never", "other", "queue"


def shown(content: Content) -> dict[str, Any]:
    """What every field holds for this content."""
    named = {rule: name for name, rule in REPEATS.items()}
    repeat = NEVER if not content.rule else named.get(content.rule, OTHER)
    return {
        "text": content.text,
        "accounts": [to.account for to in content.to],
        "split": [to.account for to in content.to if to.split],
        **{f"{VARIANT}{to.account}": to.text for to in content.to if to.text is not None},
        "alts": "\n".join(str(file.get("alt", "")) for file in content.media),
        "comment": content.comment,
        "pillar": content.pillar,
        "intervention": content.intervention,
        "campaign": content.campaign,
        "day": content.wall.date().isoformat() if content.wall else None,
        "clock": content.wall.strftime("%H:%M") if content.wall else None,
        "zone": content.zone,
        "repeat": repeat,
        "rule": content.rule if repeat == OTHER else "",
        "holiday": content.on_holiday,
        "late": content.late,
    }


def merged(content: Content, typed: Fields, kept: tuple[dict[str, Any], ...]) -> Content:
    """The content with what the window says; `kept`: the files that were added. Raises `ValueError` for half a time."""
    accounts = typed.get("accounts") or []
    splits = typed.get("split") or []
    to = tuple(To(name, _variant(typed, name), name in splits) for name in accounts)
    held = {file["digest"] for file in content.media}
    files = [dict(file) for file in content.media if file["digest"] not in (typed.get("drop") or [])]
    files += [file for file in kept if file["digest"] not in held]  # The field still holds what was taken in before.
    alts = (typed.get("alts") or "").splitlines()
    for n, file in enumerate(files):
        file["alt"] = alts[n].strip() if n < len(alts) else str(file.get("alt", ""))
    return replace(
        content,
        text=typed.get("text") or "",
        to=to,
        media=tuple(files),
        comment=(typed.get("comment") or "").strip(),
        pillar=_tag(typed.get("pillar")),
        intervention=_tag(typed.get("intervention")),
        campaign=_tag(typed.get("campaign")),
        wall=_wall(typed.get("day"), typed.get("clock")),
        zone=typed.get("zone") or content.zone,
        rule=_rule(typed),
        on_holiday=typed.get("holiday") or content.on_holiday,
        late=typed.get("late") or Late.ASK,
    )


def _variant(typed: Fields, account: str) -> str | None:
    held = typed.get(f"{VARIANT}{account}")
    return held if held and held.strip() else None


def _tag(value: str | None) -> str:
    return "" if value in (None, "-") else str(value).strip()


def _wall(day: str | None, clock: str | None) -> datetime | None:
    if not day and not clock:
        return None
    if not day or not clock:
        raise ValueError("day" if not day else "clock")
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock))


def _rule(typed: Fields) -> str:
    repeat = typed.get("repeat") or NEVER
    if repeat == OTHER:
        return (typed.get("rule") or "").strip().removeprefix("RRULE:")
    return REPEATS.get(repeat, "")
