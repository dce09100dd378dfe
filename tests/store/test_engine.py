"""The engine on both databases: nothing is lost between tasks or processes, and nobody else may write."""

from __future__ import annotations

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from bot.errors import BadConfig
from bot.store import items
from bot.store.engine import NETWORK_DISKS, Store, Unit, file_system
from bot.store.models import Account, Item
from tests.conftest import with_driver
from tests.store.conftest import Add

PATIENCE = 20.0
"""Seconds another process has to start or to die."""

HOLDER = """
import asyncio, sys
from bot.store.engine import Store

async def hold():
    async with Store(sys.argv[1]) as store:
        await store.alone()
        print("alone", flush=True)
        await asyncio.Event().wait()

asyncio.run(hold())
"""


async def test_tasks_that_read_and_then_write_one_row_lose_no_update(store: Store, add_items: Add) -> None:
    (item,) = await add_items("c1")

    async def raise_version() -> None:
        for _ in range(10):
            async with store.write() as unit:
                row = await items.change(unit, item)
                row.version += 1

    await asyncio.gather(*(raise_version() for _ in range(8)))
    async with store.read() as session:
        assert await session.scalar(select(Item.version).where(Item.id == item)) == 81


async def test_readers_do_not_wait_for_the_writer_and_see_only_what_is_committed(store: Store, account: int) -> None:
    async with store.write() as unit:
        await unit.execute(update(Account).values(title="half done"))
        async with store.read() as session:
            assert await session.scalar(select(Account.title)) == "晨光咖啡"
    async with store.read() as session:
        assert await session.scalar(select(Account.title)) == "half done"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_has_one_writer_at_a_time(store: Store) -> None:
    inside = 0

    async def write() -> None:
        nonlocal inside
        async with store.write() as unit:
            inside += 1
            assert inside == 1
            await unit.execute(text("SELECT 1"))
            inside -= 1

    await asyncio.gather(*(write() for _ in range(20)))
    assert store.writer.pool.checkedout() == 0  # type: ignore[attr-defined]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_reader_of_sqlite_cannot_write(store: Store, account: int) -> None:
    with pytest.raises(OperationalError, match="readonly"):
        async with store.read() as session:
            await session.execute(update(Account).values(title="changed"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_sqlite_is_set_as_measured(store: Store) -> None:
    async def pragma(unit: Unit, name: str) -> object:
        return await unit.scalar(text(f"PRAGMA {name}"))

    async with store.write() as unit:
        found = {name: await pragma(unit, name) for name in ("journal_mode", "synchronous", "foreign_keys")}
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


async def test_on_commit_runs_after_the_commit_only(store: Store, account: int) -> None:
    seen: list[str | None] = []

    async def title() -> str | None:
        async with store.read() as session:
            return await session.scalar(select(Account.title))

    heard = asyncio.Event()
    async with store.write() as unit:
        unit.on_commit(heard.set)
        await unit.execute(update(Account).values(title="new"))
        assert not heard.is_set()
        seen.append(await title())
    assert heard.is_set()
    assert [*seen, await title()] == ["晨光咖啡", "new"]


async def test_a_rollback_undoes_everything_and_runs_no_on_commit(store: Store, account: int) -> None:
    heard = asyncio.Event()

    async def fail() -> None:
        async with store.write() as unit:
            unit.on_commit(heard.set)
            await unit.execute(update(Account).values(title="changed"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert not heard.is_set()
    async with store.read() as session:
        assert await session.scalar(select(Account.title)) == "晨光咖啡"


async def test_a_cancelled_transaction_lets_the_next_one_in(store: Store, account: int) -> None:
    inside = asyncio.Event()

    async def stay() -> None:
        async with store.write() as unit:
            await unit.execute(update(Account).values(title="changed"))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(stay())
    await inside.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(PATIENCE), store.write() as unit:
        assert await unit.scalar(select(Account.title)) == "晨光咖啡"


async def test_upsert_updates_what_it_is_told_and_leaves_the_rest(store: Store) -> None:
    async with store.write() as unit:
        await unit.upsert(Account, [{"name": "a", "kind": "square", "title": "one"}], ["name"])
        await unit.upsert(Account, [{"name": "a", "kind": "other", "title": "two"}], ["name"], ["title"])
        await unit.upsert(Account, [{"name": "a", "kind": "third", "title": "three"}], ["name"])
        await unit.upsert(Account, [], ["name"])
        found = (await unit.execute(select(Account.kind, Account.title))).all()
    assert list(found) == [("square", "two")]


async def test_a_second_process_is_refused_until_the_first_was_killed(database_url: str) -> None:
    url = with_driver(database_url)
    first = await asyncio.create_subprocess_exec(sys.executable, "-c", HOLDER, url, stdout=PIPE)
    try:
        assert first.stdout is not None
        async with asyncio.timeout(PATIENCE):
            assert await first.stdout.readline() == b"alone\n"
        async with Store(url) as second:
            with pytest.raises(BadConfig, match="other_process"):
                await second.alone()
    finally:
        first.send_signal(signal.SIGKILL)
        await first.communicate()
    await _alone_soon(url)


async def _alone_soon(url: str) -> None:
    """Be admitted, in time: PostgreSQL notices a moment later that its client is dead."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                async with Store(url) as store:
                    await store.alone()
                    return
            except BadConfig:
                await asyncio.sleep(0.02)


async def test_alone_ends_with_close(database_url: str) -> None:
    url = with_driver(database_url)
    async with Store(url) as store:
        await store.alone()
    async with Store(url) as store:
        await store.alone()


async def test_a_database_that_cannot_be_opened_is_named_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(BadConfig) as caught:
        async with Store(f"postgresql+psycopg://xiaobian:very-secret@/xiaobian?host={tmp_path}"):
            pass
    assert "very-secret" not in str(caught.value.params)
    assert "xiaobian:***@" in str(caught.value.params["where"])


@pytest.mark.parametrize("disk", sorted(NETWORK_DISKS))
def test_a_network_disk_is_recognised(tmp_path: Path, disk: str) -> None:
    mounts = f"/dev/sda1 / ext4 rw 0 0\nserver:/data {tmp_path} {disk} rw 0 0\n"
    assert file_system(tmp_path / "var", mounts) in NETWORK_DISKS


def test_the_deepest_mount_decides_and_of_two_on_one_point_the_later(tmp_path: Path) -> None:
    mounts = f"a / ext4 rw 0 0\nb {tmp_path} nfs4 rw 0 0\nc {tmp_path}/in xfs rw 0 0\nd {tmp_path}/in btrfs rw 0 0\n"
    assert file_system(tmp_path / "in" / "deep", mounts) == "btrfs"
    assert file_system(tmp_path / "inner", mounts) == "nfs4"
    assert file_system(tmp_path.parent, mounts) == "ext4"


def test_a_mount_point_with_a_space_is_understood(tmp_path: Path) -> None:
    mounts = f"a / ext4 rw 0 0\nb {tmp_path}/my\\040disk cifs rw 0 0\n"
    assert file_system(tmp_path / "my disk" / "var", mounts) == "cifs"


def test_the_disk_of_this_machine_has_a_name(tmp_path: Path) -> None:
    assert file_system(tmp_path) not in NETWORK_DISKS | {""}
