"""The command line: run, demo, check, db upgrade. It reads settings and prints; what it starts is `bot.app`.
Errors a person can mend end with a sentence on standard error and exit code 2, without a traceback.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from bot import logs
from bot.config import Settings, load
from bot.errors import AppRemoved, BotError
from bot.i18n import Words, locale_of

cli = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
database = typer.Typer(no_args_is_help=True, help="The database.")
cli.add_typer(database, name="db")

PORT = 8765
"""Where the demo's page is found, unless told otherwise."""


def main() -> None:
    """Run the command line."""
    try:
        cli()
    except BotError as error:
        sys.stderr.write(_words().sentence(error) + "\n")
        sys.exit(2)


@cli.command()
def run() -> None:
    """Start the desk: read the accounts, show cards, send what is approved."""
    settings = load()
    logs.set_up(settings.log)
    asyncio.run(_until_told(lambda stop: _run(settings, stop)))


@cli.command()
def demo(
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.")] = PORT,
    talk: Annotated[bool, typer.Option(help="Let the audience talk by itself.")] = True,
) -> None:
    """Start everything without any account: a local audience, a local Slack, and the desk between them."""
    logs.set_up("warning")
    asyncio.run(_until_told(lambda stop: _demo(port, talk, stop)))


@cli.command()
def check() -> None:
    """Say, account by account, what is set, what is missing and what the desk will do. Changes nothing."""
    from bot.check import report

    settings = load()
    logs.set_up("error")
    words = _words()
    lines, good = asyncio.run(report(settings, words))
    typer.echo("\n".join(lines))
    raise typer.Exit(0 if good else 1)


@database.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to this version's schema; `run` does it too."""
    from bot.store.engine import Store
    from bot.store.schema import upgrade

    settings = load()

    async def work() -> tuple[str | None, str]:
        async with Store(settings.database_url) as store:
            await store.alone()
            return await upgrade(store)

    before, after = asyncio.run(work())
    typer.echo(_words()("cli.upgraded", before=before or "0", after=after))


async def _run(settings: Settings, stop: asyncio.Event) -> None:
    from bot.app import assemble

    async with assemble(settings) as app:
        typer.echo(_words()("cli.running", accounts=", ".join(app.platforms) or "–"), err=True)
        waits = [asyncio.create_task(event.wait()) for event in (stop, app.slack.removed)]
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
    if not stop.is_set():
        raise AppRemoved


async def _demo(port: int, talk: bool, stop: asyncio.Event) -> None:
    from bot.app import assemble
    from bot.config import given
    from bot.sandbox.server import Sandbox

    async with Sandbox(port=port, talk=talk) as sandbox:
        with TemporaryDirectory(prefix="xiaobian-") as folder:
            database = f"sqlite:///{folder}/demo.db"
            planned = {"pillars": ["新品 New", "門市 Shops", "沖煮 Brewing"], "campaigns": ["週年慶 Anniversary"]}
            async with assemble(given(sandbox.credentials(), database, brand="晨光咖啡", posts=planned)):
                typer.echo(_words()("cli.demo", url=sandbox.url))
                await stop.wait()


async def _until_told(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run until SIGTERM or Ctrl+C, then let `work` take everything down in order."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, stop.set)
    await work(stop)


def _words() -> Words:
    """The language of whoever sits at the terminal."""
    told = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return Words(locale_of(told.replace("_", "-")))
