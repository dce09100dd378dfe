"""Migrations: from nothing to the models, on both databases, and no difference between the two."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from bot.store.columns import Base
from bot.store.engine import Store
from bot.store.schema import HEAD, MIGRATIONS, revision, upgrade
from tests.conftest import with_driver


def scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


async def test_an_empty_database_is_brought_to_the_newest_schema_once(bare_database_url: str) -> None:
    async with Store(with_driver(bare_database_url)) as store:
        assert await revision(store) is None
        assert await upgrade(store) == (None, HEAD)
        assert await upgrade(store) == (HEAD, HEAD)
        assert await revision(store) == HEAD


async def test_the_migrated_database_is_what_the_models_describe(store: Store) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with store.writer.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_a_missing_column_would_be_noticed(store: Store) -> None:
    def columns(connection: Connection) -> set[str]:
        return {column["name"] for column in inspect(connection).get_columns("item")}

    async with store.writer.connect() as connection:
        assert await connection.run_sync(columns) == {column.name for column in Base.metadata.tables["item"].columns}


def test_head_is_alembics_head() -> None:
    assert scripts().get_heads() == [HEAD]


def test_every_revision_is_named_by_its_number_and_follows_the_one_before() -> None:
    found = sorted(scripts().walk_revisions(), key=lambda script: script.revision)
    numbers = [script.revision for script in found]
    assert numbers == [f"{number:04}" for number in range(1, len(found) + 1)]
    assert [script.down_revision for script in found] == [None, *numbers[:-1]]
