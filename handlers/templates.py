"""What can be done with templates in Slack: find, write, preview, retire and bring back; one window leads to the next.
The desk decides what may be kept; what somebody typed is never lost to a refusal.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from bot.clock import Clock
from bot.desk.entries import Entry
from bot.desk.lessons import Draft
from bot.errors import AlreadyHandled, CannotKeep, StaleTemplate
from handlers.errors import CannotOpenTemplate, problem_of
from handlers.payloads import Aim, Body, Click, pack
from handlers.people import Actor
from handlers.template_fields import CLEAR, SEVERAL, merged, place, shown
from handlers.ui import blocks as kit
from handlers.ui import template_form as ui
from handlers.ui import text as txt
from handlers.ui.blocks import Block, Message, section
from handlers.ui.template_form import Form
from handlers.ui.templates import PAGE, Listing, listing
from handlers.verbs import Verb
from handlers.windows import Answer, Windows
from replies.templates import document

if TYPE_CHECKING:
    from bot.desk import Desk

Content = dict[str, Any]

_KEYS: Mapping[str, str] = {
    **dict.fromkeys(("greeting", "closing", "signature", "risk"), "selected_option"),
    **dict.fromkeys((*SEVERAL, CLEAR), "selected_options"),
    "until": "selected_date",
    "owner": "selected_user",
}
"""Where Slack keeps what a field holds, if not under `value`."""


class Templates:
    """One method for each button; `find` and `edit` are submitted as well."""

    def __init__(self, desk: Desk, windows: Windows, clock: Clock) -> None:
        self._desk, self._windows, self._clock = desk, windows, clock
        windows.drawings["list"] = self._list

    async def open(self, click: Click, actor: Actor, query: str = "") -> None:
        """The list, from a command or from anywhere else."""
        memory = {"query": query[:200], "channel": click.channel}
        await self._windows.open(click, actor, lambda: self._list(memory, actor))

    async def find(self, click: Click, actor: Actor) -> None:
        """The list again, of what was typed into its search field."""
        memory = {**click.memory, "query": click.value, "start": 0}
        await self._windows.again(click.view, memory, actor)

    async def found(self, click: Click, actor: Actor) -> Answer:
        """The same when the window's own button was pressed."""
        memory = {**click.memory, "query": click.typed(Verb.FIND) or "", "start": 0}
        return {"response_action": "update", "view": await self._list(memory, actor)}

    async def turn(self, click: Click, actor: Actor) -> None:
        """Another page of the list."""
        start = int(click.value) if click.value.isdecimal() else 0
        await self._windows.again(click.view, {**click.memory, "start": start}, actor)

    async def retire(self, click: Click, actor: Actor) -> None:
        """Out of use."""
        await self._desk.templates.retire(click.value, actor.id)
        await self._windows.again(click.view, click.memory, actor)

    async def restore(self, click: Click, actor: Actor) -> None:
        """Back into it."""
        await self._desk.templates.retire(click.value, actor.id, back=True)
        await self._windows.again(click.view, click.memory, actor)

    async def new(self, click: Click, actor: Actor) -> None:
        """An empty window."""
        await self._write(click, actor, self._draft)

    async def edit(self, click: Click, actor: Actor) -> None:
        """A window with everything about one template in it."""

        async def start() -> tuple[Content, Entry | None]:
            entry = await self._desk.templates.entry(click.value)
            return document(entry.template), entry

        await self._write(click, actor, start)

    async def from_items(self, click: Click, actor: Actor, items: list[int], proposal: int | None = None) -> None:
        """A window for a new template of these comments and the answer to them."""

        async def start() -> tuple[Content, Entry | None]:
            return _content(await self._desk.lessons.draft(items, proposal)), None

        await self._write(click, actor, start, proposal=proposal)

    async def from_answer(self, click: Click, aim: Aim, actor: Actor) -> None:
        """The same from a card: of its comment, and of what it was answered."""
        await self.from_items(click, actor, [aim.item])

    async def change(self, click: Click, actor: Actor, name: str, proposal: int, body: str, language: str) -> None:
        """A window with one template and the wording that is proposed for it."""

        async def start() -> tuple[Content, Entry | None]:
            entry = await self._desk.templates.entry(name)
            content = document(entry.template)
            held = content["bodies"].get(language, [])
            content["bodies"] = {**content["bodies"], language: [*held, *([] if body in held else [body])]}
            return content, entry

        await self._write(click, actor, start, proposal=proposal)

    async def preview(self, click: Click, actor: Actor) -> None:
        """What the wordings would look like to a reader, in the same window."""
        made, content = await self._typed(click, actor)
        try:
            samples, problem = await asyncio.to_thread(self._desk.templates.samples, content), ""
        except CannotKeep as error:
            _, field, wrong = self._refusal(error, actor)
            samples, problem = None, actor.words("mark.label", label=field, text=wrong)
        more = Form(made.fields, made.name, made.memory, made.platforms, made.said, samples=samples, problem=problem)
        await self._windows.api.update_view(self._form(more, actor), view_id=click.view)

    async def save(self, click: Click, actor: Actor) -> Answer:
        """Keep what was typed. What the desk refuses is shown at the field it is about, and what somebody else changed
        meanwhile in the window itself; whoever saves after reading that, means it.
        """
        made, content = await self._typed(click, actor)
        seen, number = _number(click, "seen"), _number(click, "proposal")
        try:
            if number is not None:
                await self._desk.lessons.adopt(number, content, actor.id, seen)
            else:
                await self._desk.templates.save(content, actor.id, seen)
        except CannotKeep as error:
            field, _, sentence = self._refusal(error, actor)
            return {"response_action": "errors", "errors": {field: sentence}}
        except StaleTemplate as error:
            return {"response_action": "update", "view": await self._stale(click, made, error, actor)}
        except AlreadyHandled as error:
            sentence = await self._windows.errors.sentence(error, actor.words)
            return {"response_action": "errors", "errors": {"purpose_zh": sentence}}
        self._windows.runner.spawn(click, self._saved(click, actor, str(content.get("id", ""))))
        return {}

    async def _saved(self, click: Click, actor: Actor, name: str) -> None:
        if click.under is not None:
            back = click.memory.get("back")
            await self._windows.again(click.under, back if isinstance(back, Mapping) else {}, actor)
            return
        said = actor.words("template_form.saved", name=txt.marked(name, 80))
        await self._windows.errors.tell(click, Message([section(said)], said))

    async def _list(self, memory: Body, actor: Actor) -> Block:
        query, start = str(memory.get("query") or ""), memory.get("start")
        first = start if isinstance(start, int) else 0
        entries = self._desk.templates.entries
        total, page = await entries(query, actor.locale, start=first, count=PAGE)
        if not page and total:
            first = (total - 1) // PAGE * PAGE
            total, page = await entries(query, actor.locale, start=first, count=PAGE)
        waiting, _ = await self._desk.lessons.proposals(1)
        staff = await self._windows.people.staff(entry.by for entry in page)
        kept = pack(window="list", query=query, start=first, channel=memory.get("channel"), locale=actor.locale)
        return listing(Listing(query, first, total, page, waiting), kept, staff, self._clock(), actor.words)

    async def _draft(self) -> tuple[Content, Entry | None]:
        return {}, None

    async def _write(
        self,
        click: Click,
        actor: Actor,
        start: Callable[[], Awaitable[tuple[Content, Entry | None]]],
        proposal: int | None = None,
    ) -> None:
        async def draw() -> Block:
            content, entry = await start()
            fields = shown(content)
            _check_room(fields, actor)
            memory = pack(
                id=entry.template.id if entry else None,
                seen=entry.version if entry else None,
                proposal=proposal,
                back=click.memory if click.view and not click.home else None,
                channel=None if click.home else click.channel or click.memory.get("channel"),
                locale=actor.locale,
            )
            made = Form(fields, entry.template.id if entry else "", memory, await self._platforms())
            return self._form(made, actor)

        await self._windows.open(click, actor, draw)

    async def _typed(self, click: Click, actor: Actor) -> tuple[Form, Content]:
        """The window as it stands, and the document it means: what is stored now, with what was changed in it."""
        name = str(click.memory.get("id") or "")
        present = document((await self._desk.templates.entry(name)).template) if name else {}
        fields = shown(present)
        typed = {key: _held(click, key) for key in (*fields, CLEAR) if key in click.values}
        fields |= typed
        return Form(fields, name, pack(**click.memory), await self._platforms()), merged(present, typed)

    async def _stale(self, click: Click, made: Form, error: StaleTemplate, actor: Actor) -> Block:
        entry = await self._desk.templates.entry(made.name)
        staff = await self._windows.people.staff([entry.by])
        typed = {key: _held(click, key) for key in click.values}
        said = ui.theirs(
            shown(document(entry.template)), typed, entry.by or str(error.params["by"]), staff, actor.words
        )
        memory = pack(**{**click.memory, "seen": entry.version})
        return self._form(Form(made.fields, made.name, memory, made.platforms, (said,)), actor)

    def _form(self, made: Form, actor: Actor) -> Block:
        return ui.form(made, self._desk.templates.library, actor.words)

    async def _platforms(self) -> list[str]:
        status = await self._desk.board.status()
        return list(dict.fromkeys(account.platform for account in status.accounts))

    def _refusal(self, error: CannotKeep, actor: Actor) -> tuple[str, str, str]:
        """The field it is about, what that is called, and what is wrong with it."""
        words = actor.words
        name, number = place(str(error.params.get("where", "")))
        field = name or "purpose_zh"
        subject = words("tpl_field.entry", n=number) if number is not None else words("tpl_field.this")
        return field, words(f"tpl_field.{field}"), f"{subject}{problem_of(error, words)}"


def _number(click: Click, name: str) -> int | None:
    held = click.memory.get(name)
    return held if isinstance(held, int) else None


def _held(click: Click, name: str) -> Any:
    value = click.typed(name, _KEYS.get(name, "value"))
    if isinstance(value, list):
        return [each["value"] for each in value]
    return value["value"] if isinstance(value, Mapping) else value


def _check_room(fields: Mapping[str, Any], actor: Actor) -> None:
    for name in ui.LONG:
        if (length := txt.units(str(fields.get(name) or ""))) > kit.INPUT_MOST:
            raise CannotOpenTemplate(field=actor.words(f"tpl_field.{name}"), length=length, limit=kit.INPUT_MOST)


def _content(draft: Draft) -> Content:
    return {"phrases": list(draft.phrases), "bodies": {draft.language: [draft.body]} if draft.body else {}}
