"""Posts into the desk from a file or a pasted sheet, and out of it as a file in the channel.
What a file may hold is judged by the desk; here it is only fetched and handed on, and nothing is asked for unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.errors import CannotKeep
from bot.posts.importing import Taken, readings
from bot.posts.walltime import Order
from handlers.errors import problem_of
from handlers.files import Files, NoFile
from handlers.payloads import Click, pack
from handlers.people import Actor
from handlers.ui import importing as ui
from handlers.ui.blocks import Block
from handlers.windows import Answer, Windows
from platforms.errors import AuthBroken

if TYPE_CHECKING:
    from bot.desk import Desk
    from bot.posts.desk import Posts as Use

NAME = "xiaobian-posts.csv"
IN, OUT = ("import", "匯入"), ("export", "匯出")
"""The words behind `/engage post` that mean this and no text."""
WHOLE = frozenset({"encoding", "too_big", "not_csv", "unknown_format", "too_long_file"})
"""Why a whole file is refused: said at its field, so that another can be chosen."""
NUMBERS_MOST = 2000
"""Characters of post numbers in a window's memory, of the 3,000 that Slack takes."""


class Importing:
    """One method for each button; `taken_in` is the window's."""

    def __init__(self, desk: Desk, windows: Windows, files: Files, zone: ZoneInfo, channel: str) -> None:
        """`zone`: the team's; `channel`: where files go when the bot is not where they were asked for."""
        self._desk, self._windows, self._files = desk, windows, files
        self._zone, self._channel = zone, channel

    async def take_in(self, click: Click, actor: Actor) -> None:
        """The window to choose a file in."""
        chosen = self._use.accounts if len(self._use.accounts) == 1 else ()

        async def draw() -> Block:
            memory = pack(channel=click.channel, locale=actor.locale)
            made = ui.Window(self._use.accounts, self._zones(actor), memory, self._files.reads, chosen)
            return ui.take_in(made, actor.words)

        await self._windows.open(click, actor, draw)

    async def taken_in(self, click: Click, actor: Actor) -> Answer:
        """Keep a draft a row; the window then says what became of each, or asks what its dates mean first."""
        words, told = actor.words, self._file(click)
        pasted = click.typed(ui.PASTE) or ""
        field = ui.FILE if click.typed(ui.FILE, "files") else ui.ZONE if told else ui.PASTE
        if told is None and not pasted.strip():
            return _error(ui.PASTE, words("exchange.nothing"))
        try:
            raw = await self._files.fetch(told) if told is not None else pasted.encode()
        except CannotKeep as error:
            return _error(field, f"{words('exchange.this')}{problem_of(error, words)}")
        except NoFile as error:
            return _error(field, await self._windows.errors.sentence(error, words))
        chosen = [each["value"] for each in click.typed(ui.ACCOUNTS, "selected_options") or []]
        zone = self._zone_of(click, actor)
        taken = await self._use.importing.take_in(raw, zone, chosen, actor.id, _order(click))
        if taken.asks:
            return {"response_action": "update", "view": self._question(click, actor, taken.asks, chosen, zone)}
        if len(taken.refused) == 1 and taken.refused[0].code in WHOLE:
            return _error(field, ui.refusal(taken.refused[0], words))
        return {"response_action": "update", "view": ui.taken_in(taken, _memory(taken, actor), words)}

    async def ask_all(self, click: Click, actor: Actor) -> None:
        """Ask for approval of every draft that the file gave."""
        numbers = _unfolded(str(click.memory.get("posts", "")))

        async def draw() -> Block:
            done = await self._use.importing.ask_all(numbers, actor.id)
            said = {number: await self._windows.errors.sentence(error, actor.words) for number, error in done.failed}
            return ui.asked(done, said, actor.words)

        await self._windows.open(click, actor, draw)

    async def give_out(self, click: Click, actor: Actor) -> None:
        """A sheet of everything that is planned, in the channel."""

        async def draw() -> Block:
            out = await self._use.exporting.sheet()
            channels = tuple(dict.fromkeys(filter(None, (click.channel or "", self._channel))))
            comment = ui.comment(out, f"<@{actor.id}>", actor.words)
            try:
                channel = await self._files.share(channels, NAME, out.content, comment)
            except AuthBroken as error:
                if error.evidence != "missing_scope":
                    raise
                return ui.to_copy(out.content.decode("utf-8-sig"), error.scope or "files:write", actor.words)
            return ui.given_out(channel, actor.words)

        await self._windows.open(click, actor, draw)

    @property
    def _use(self) -> Use:
        return self._desk.posts

    def _question(self, click: Click, actor: Actor, example: str, chosen: Sequence[str], zone: ZoneInfo) -> Block:
        """The window again, with what was chosen and the one question in front."""
        told = self._file(click)
        kept = {name: str(told.get(name, "")) for name in ("name", "url_private")} if told is not None else None
        made = ui.Window(
            self._use.accounts,
            self._zones(actor),
            pack(file=kept, channel=click.channel, locale=actor.locale),
            self._files.reads,
            chosen,
            zone.key,
            click.typed(ui.PASTE) or "",
            kept["name"] if kept is not None else "",
            example,
            readings(example, zone),
        )
        return ui.take_in(made, actor.words)

    def _zones(self, actor: Actor) -> list[str]:
        """The team's first: that is whose sheets they mostly are, and what the export is written in."""
        return list(dict.fromkeys((self._zone.key, actor.zone.key, "UTC")))

    def _zone_of(self, click: Click, actor: Actor) -> ZoneInfo:
        chosen = (click.typed(ui.ZONE, "selected_option") or {}).get("value")
        return ZoneInfo(chosen) if chosen in self._zones(actor) else self._zone

    @staticmethod
    def _file(click: Click) -> dict[str, object] | None:
        """The file that was chosen now, or before the question was asked. Only Slack's own are ever fetched."""
        chosen = click.typed(ui.FILE, "files") or []
        told = chosen[0] if chosen else click.memory.get("file")
        return dict(told) if isinstance(told, dict) else None


def _error(field: str, sentence: str) -> Answer:
    return {"response_action": "errors", "errors": {field: sentence}}


def _order(click: Click) -> Order | None:
    match (click.typed(ui.ORDER, "selected_option") or {}).get("value"):
        case "mdy":
            return "mdy"
        case "dmy":
            return "dmy"
    return None


def _memory(taken: Taken, actor: Actor) -> str | None:
    """What the button below the result needs; None where there are no drafts, or too many in too many pieces."""
    held = _folded(taken.made)
    return pack(posts=held, locale=actor.locale) if held and len(held) <= NUMBERS_MOST else None


def _folded(numbers: Sequence[int]) -> str:
    """Numbers as "3-7,9": a thousand drafts stand one behind the other."""
    ordered = sorted(numbers)
    starts = [at for at, number in enumerate(ordered) if not at or ordered[at - 1] + 1 != number]
    runs = [ordered[first:last] for first, last in pairwise([*starts, len(ordered)])]
    return ",".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def _unfolded(held: str) -> list[int]:
    pairs = [run.partition("-") for run in held.split(",") if run]
    return [number for first, _, last in pairs for number in range(int(first), int(last or first) + 1)]
