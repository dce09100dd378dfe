"""What a colleague sees besides cards: whispers, windows, warnings; and writing a reply of their own, as they would.
It only looks and presses; what must be true is for the tests to say.
"""

from __future__ import annotations

from typing import Any

from tests.people import PINYU, People, until


async def whispers(people: People, user: str) -> list[str]:
    """What only this person sees, oldest first."""
    return [message["text"] for message in (await people.slack(user))["ephemerals"]]


async def whispered(people: People, user: str, count: int = 1) -> str:
    """The newest of at least `count` messages only this person sees."""

    async def look() -> str | None:
        mine = await whispers(people, user)
        return mine[-1] if len(mine) >= count else None

    return await until(look, f"{count} messages only {user} sees")


async def window(people: People, user: str, callback: str | None = None) -> dict[str, Any]:
    """The window on top of this person's screen, once it is there (and is this one)."""

    async def look() -> dict[str, Any] | None:
        views = (await people.slack(user))["views"]
        if not views or (callback is not None and views[-1].get("callback_id") != callback):
            return None
        return dict(views[-1])

    return await until(look, f"a window {callback} for {user}")


async def write(people: People, card: dict[str, Any], text: str, user: str = PINYU) -> dict[str, Any]:
    """Write a reply on this card and ask for its preview, which is returned."""
    await people.click(card, "item.edit", user)
    view = await window(people, user, "item.edit")
    values = {"text": {"text": {"value": text}}}
    await people.do("slack/submit", user=user, view_id=view["id"], values=values)
    return await window(people, user, "item.approve")


async def warnings(people: People, holding: str) -> list[str]:
    """What the channel was told that holds this, oldest first."""
    return [message["text"] for message in await people.cards(holding)]


def elements(card: dict[str, Any], action: str) -> list[dict[str, Any]]:
    """The buttons and menus of this action."""
    return [
        element
        for block in card["blocks"]
        for element in block.get("elements", [])
        if element.get("action_id") == action
    ]
