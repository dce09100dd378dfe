"""`xiaobian db upgrade`: brings a database to this version, says so, and keeps away from one made by a newer."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from bot.i18n import LOCALES, Words
from bot.store.engine import Store
from bot.store.schema import HEAD
from tests.cli.program import Ended, xiaobian
from tests.conftest import with_driver

SPOKEN = {"zh-TW": "zh_TW.UTF-8", "en": "en_US.UTF-8"}
TOKENS = {"XIAOBIAN_SLACK__BOT_TOKEN": "xoxb-none", "XIAOBIAN_SLACK__APP_TOKEN": "xapp-none"}


async def upgrade(folder: Path, url: str, locale: str = "en") -> Ended:
    """The command on this database; Slack is set, as it must be, and not asked."""
    told = {**TOKENS, "XIAOBIAN_SLACK__CHANNEL": "C0DESK", "XIAOBIAN_DATABASE": url, "LC_ALL": SPOKEN[locale]}
    return await xiaobian(folder, "db", "upgrade", **told)


async def test_an_empty_database_is_brought_up_and_a_second_time_changes_nothing(
    bare_database_url: str, tmp_path: Path
) -> None:
    first = await upgrade(tmp_path, bare_database_url)
    assert (first.code, first.out.strip()) == (0, f"The database was at 0 and is at {HEAD}.")
    again = await upgrade(tmp_path, bare_database_url, "zh-TW")
    assert (again.code, again.out.strip()) == (0, f"資料庫原本是 {HEAD}，現在是 {HEAD}。")


async def test_a_database_of_a_newer_version_is_left_alone(bare_database_url: str, tmp_path: Path) -> None:
    assert (await upgrade(tmp_path, bare_database_url)).code == 0
    async with Store(with_driver(bare_database_url)) as store:
        async with store.write() as unit:
            await unit.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        for locale in LOCALES:
            ended = await upgrade(tmp_path, bare_database_url, locale)
            assert ended.code == 2
            assert ended.out == ""
            assert Words(locale)("remedy.newer_database", at="9999") in ended.err
            assert "Traceback" not in ended.err
        async with store.read() as session:
            assert await session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"


async def test_a_database_another_process_works_is_left_alone(database_url: str, tmp_path: Path) -> None:
    async with Store(with_driver(database_url)) as store:
        await store.alone()
        ended = await upgrade(tmp_path, database_url)
    assert ended.code == 2
    assert Words("en")("remedy.other_process") in ended.err


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere/desk.db", "postgresql://somebody:a-password@127.0.0.1:9/desk"]
)
async def test_a_database_that_cannot_be_opened_is_named_without_its_password(url: str, tmp_path: Path) -> None:
    ended = await upgrade(tmp_path, url)
    assert ended.code == 2
    assert "The setting database" in ended.err
    assert "Traceback" not in ended.err
    assert "a-password" not in ended.said
