"""Migrations: from nothing to the models, on both databases, and no difference between the two."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select
from sqlalchemy.orm import joinedload

from bot.store import knowledge, posts  # noqa: F401  Their tables are compared too.
from bot.store.columns import Base
from bot.store.engine import Store
from bot.store.models import Item, Suggestion
from bot.store.schema import HEAD, MIGRATIONS, revision, upgrade
from tests.conftest import with_driver

FIRST_ROWS = (
    "INSERT INTO account (id, name, kind, title) VALUES (1, 'a', 'square', '')",
    "INSERT INTO person (id, account_id, native_id, name, first_seen_at) VALUES (1, 1, 'p', '美', '2026-01-01 00:00')",
    "INSERT INTO item (id, account_id, native_id, kind, conversation, person_id, text, attachments, ref, created_at,"
    " received_at, revision, version, state, suggested, card_shown) VALUES (1, 1, 'c', 'comment', 'c', 1, '幾點開門？',"
    " '[]', '{}', '2026-01-01 00:00:00', '2026-01-01 00:00:00', 1, 1, 'open', 1, 0)",
    "INSERT INTO suggestion (id, item_id, revision, rank, template_id, text, score, words)"
    " VALUES (1, 1, 1, 0, 'hours', '八點。', 0.9, '[]')",
)
"""Rows as the first version wrote them."""


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


async def test_a_database_of_the_first_version_keeps_its_rows(bare_database_url: str) -> None:
    async with Store(with_driver(bare_database_url)) as store:
        await upgrade(store, "0001")
        async with store.writer.begin() as connection:
            for statement in FIRST_ROWS:
                await connection.exec_driver_sql(statement)
        assert await upgrade(store) == ("0001", HEAD)
        async with store.read() as session:
            item = (await session.scalars(select(Item).options(joinedload(Item.person)))).one()
            offer = (await session.scalars(select(Suggestion))).one()
        assert (item.text, item.flags, item.withheld, item.tone, item.person.called) == ("幾點開門？", [], [], None, "")
        assert (offer.text, offer.source, offer.until, offer.repeated) == ("八點。", "template", None, False)
