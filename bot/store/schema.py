"""Brings a database to the schema this code expects, and says when it is not there yet.
Alembic is imported only when there is something to do: a start with an up-to-date database must be quick.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from bot.errors import BadConfig
from bot.store.engine import Store

MIGRATIONS = Path(__file__).parent / "migrations"
REVISIONS = sorted(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))
"""Every revision, oldest first: files are named by it (`0001_….py`)."""
HEAD = REVISIONS[-1]
"""The newest revision."""


async def revision(store: Store) -> str | None:
    """The revision the database is at; None for an empty one."""

    def look(connection: Connection) -> str | None:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()

    async with store.reader.connect() as connection:
        return await connection.run_sync(look)


async def upgrade(store: Store, to: str = HEAD) -> tuple[str | None, str]:
    """Migrate to `to` where needed; (before, after). Migrations only go forward: raises `BadConfig` for a database
    that a newer version made.
    """
    before = await revision(store)
    if before == HEAD:
        return before, HEAD
    if before is not None and before not in REVISIONS:
        raise BadConfig(where="database", remedy="newer_database", at=before)

    def run(connection: Connection) -> None:
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, to)

    async with store.writer.begin() as connection:
        await connection.run_sync(run)
    return before, to
