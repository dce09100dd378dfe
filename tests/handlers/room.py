"""The handlers between a local Slack and the real desk on a database: for what a fake could only repeat.
It presses what stands in the windows and reads what people would read there.
"""

from __future__ import annotations

from typing import Any

from bot.desk import Desk
from bot.store.engine import Store
from replies.library import Library
from replies.templates import Pack, Part, Role, Template
from tests.desk.world import World, world
from tests.handlers.conftest import DESK, Office
from tests.people import until

Json = dict[str, Any]


class Room:
    """An office whose desk is the world's."""

    def __init__(self, office: Office, world: World) -> None:
        self.office, self.world = office, world

    async def start(self, **settings: Any) -> None:
        """Bring the handlers up on the desk."""
        one = self.world
        desk = Desk(
            one.inbox,
            one.suggesting,
            one.drafting,
            one.unsure,
            one.board,
            one.templates,
            one.lessons,
            one.people,
            one.posts,
        )
        await self.office.start(desk=desk, **settings)

    async def says(self, who: str, line: str) -> None:
        """A command in the desk's channel."""
        assert (await self.office.does("command", who, channel=DESK, text=line))["outcome"] == "acked"

    async def listed(self, who: str, words: str = "", holding: str = "template.new") -> Json:
        """The list of templates, opened by the command."""
        await self.says(who, f"/engage templates {words}".strip())
        return await self.office.window(who, holding)

    async def press(self, who: str, view: Json, action: str, value: str | None = None, **given: object) -> None:
        """Press the first button of this action, and of this value where one is given."""
        block = next(
            block["block_id"]
            for block in view["blocks"]
            for element in block.get("elements", ())
            if element.get("action_id") == action and value in (None, element.get("value"))
        )
        self.office.now += 2  # Not a slip of the finger.
        told = await self.office.does("click", who, view_id=view["id"], action_id=action, block_id=block, **given)
        assert told["outcome"] == "acked"

    async def submit(self, who: str, view: Json, **texts: object) -> Json:
        """Fill in these fields and submit."""
        values = {name: {name: held if isinstance(held, dict) else {"value": held}} for name, held in texts.items()}
        return await self.office.does("submit", who, view_id=view["id"], values=values)

    async def form(self, who: str, name: str, depth: int = 2) -> Json:
        """The window to edit a template in, opened from the list."""
        view = await self.listed(who, name)
        await self.press(who, view, "template.edit", name)
        return await self.office.window(who, "bodies_zh", depth)

    async def shows(self, who: str, met: str, depth: int = 1) -> Json:
        """The person's top window once it holds these words: what changes by itself."""
        return await self.office.window(who, met, depth)

    async def gone(self, who: str, words: str) -> None:
        """Wait until the person's top window does not hold these words."""

        async def look() -> bool | None:
            views = (await self.office.sees(who))["views"]
            return (bool(views) and words not in str(views[-1])) or None

        await until(look, f"no {words} any more")


def texts(view: Json) -> str:
    """All words of a window, in order."""
    found: list[str] = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for held in part.values():
                walk(held)
        elif isinstance(part, list):
            for held in part:
                walk(held)

    walk(view["blocks"])
    return "\n".join(found)


def fields(view: Json) -> Json:
    """What the fields of a window hold."""
    return {name: next(iter(held.values())) for name, held in view["state"]["values"].items()}


def template(name: str, **more: Any) -> Template:
    """A template that says nothing in particular."""
    given: dict[str, Any] = {
        "purpose": {"zh-TW": f"用途 {name}", "en": f"Purpose {name}"},
        "phrases": (f"怎麼 {name}",),
        "bodies": {"zh-TW": (f"這樣 {name}。",), "en": (f"Like {name}.",)},
    }
    return Template(name, **{**given, **more})


HELLO = Part("hello", Role.GREETING, {"zh-TW": ("您好！",), "en": ("Hello!",)})


async def shelf(office: Office, store: Store, *held: Template) -> Room:
    """A desk with these."""
    return Room(office, await world(store, pack=Pack("shelf", held, (HELLO,))))


def library(room: Room) -> Library:
    return room.world.templates.library
