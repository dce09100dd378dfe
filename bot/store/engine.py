"""The two ways to the rows: one writer at a time on SQLite, a pool on PostgreSQL, and readers that wait for neither.
A transaction here never spans a network call, and nothing outside `bot.store` opens a connection.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import IO, Any, Self

from sqlalchemy import Insert, event, insert, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from bot.errors import BadConfig

NETWORK_DISKS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "ceph", "glusterfs"})
"""File systems on which SQLite's locks cannot be trusted (SQLite, "How To Corrupt An SQLite Database File", 2.1)."""

BUSY_MS = 15_000
"""How long a connection waits for SQLite's write lock: within the 10 to 30 s that were measured as safe."""

ADVISORY_LOCK = 0x58494150
"""PostgreSQL advisory lock number of the one process that works the outbox ("XIAP")."""


class Unit(AsyncSession):
    """One transaction. `on_commit` callbacks run only once it is really committed."""

    def __init__(self, engine: AsyncEngine) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.after: list[Callable[[], None]] = []
        self._insert: Callable[[type[DeclarativeBase]], Any] = (
            postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        )

    def on_commit(self, call: Callable[[], None]) -> None:
        """Call this after the commit; never when the transaction is rolled back."""
        self.after.append(call)

    async def upsert(
        self,
        model: type[DeclarativeBase],
        rows: Sequence[Mapping[str, Any]],
        key: Iterable[str],
        update: Iterable[str] = (),
    ) -> None:
        """Insert many rows at once; where `key` is there already, set `update` (or leave the row as it is)."""
        if not rows:
            return
        statement = self._insert(model)
        changed = {name: statement.excluded[name] for name in update}
        key = list(key)
        ready: Insert = (
            statement.on_conflict_do_update(index_elements=key, set_=changed)
            if changed
            else statement.on_conflict_do_nothing(index_elements=key)
        )
        await self.execute(ready, list(rows))

    async def add_rows(self, model: type[DeclarativeBase], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert many rows at once, past the ORM, which would take twice the time; their ids are not told.

        Raises ValueError for rows that do not name the same columns: what only some name would be left out silently.
        """
        if any(row.keys() != rows[0].keys() for row in rows):
            raise ValueError("rows of one insert name the same columns")
        if rows:
            await (await self.connection()).execute(insert(model), list(rows))

    async def insert(self, model: type[DeclarativeBase], row: Mapping[str, Any], key: Iterable[str]) -> bool:
        """Insert one row unless `key` is there already, also by somebody at this very moment; whether it was ours."""
        key = list(key)
        statement = self._insert(model).on_conflict_do_nothing(index_elements=key).values(dict(row))
        found = await self.execute(statement.returning(*(getattr(model, name) for name in key)))
        return found.first() is not None


class Store:
    """`async with Store(url) as store`: opens the engines, refuses what cannot be safe, and lets go of everything."""

    def __init__(self, url: str) -> None:
        """`url`: `sqlite+aiosqlite:///path` or `postgresql+psycopg://…`."""
        self.url: URL = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._turn = asyncio.Lock()
        self._lock_file: IO[str] | None = None
        self._lock_connection: AsyncConnection | None = None

    async def __aenter__(self) -> Self:
        if self.sqlite:
            self._open_sqlite()
        else:
            # isolation: PostgreSQL's READ COMMITTED; a row that is changed is locked with FOR UPDATE first.
            self.writer = create_async_engine(self.url, pool_size=4, max_overflow=4, pool_pre_ping=True)
            self.reader = self.writer
        try:
            async with self.reader.connect() as connection:
                await connection.execute(text("SELECT 1"))
        except OperationalError as error:
            await self.close()
            where = self.url.render_as_string(hide_password=True)
            raise BadConfig(where=f"database {where}", remedy="no_database", said=str(error.orig)) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the process lock and all connections."""
        if self._lock_connection is not None:
            await self._lock_connection.close()
            self._lock_connection = None
        await self.writer.dispose()
        if self.reader is not self.writer:
            await self.reader.dispose()
        if self._lock_file is not None:
            self._lock_file.close()
            self._lock_file = None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Unit]:
        """A transaction that changes rows: commits at the end, rolls back on any exception."""
        async with self._turn if self.sqlite else nullcontext(), Unit(self.writer) as unit, unit.begin():
            yield unit
        for call in unit.after:
            call()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A consistent look; on SQLite through a connection that cannot write."""
        async with AsyncSession(self.reader, expire_on_commit=False) as session:
            yield session

    async def alone(self) -> None:
        """Become the one process that works this database, until `close`.

        Raises `BadConfig` when another process is. The kernel (SQLite: a lock on a file beside the database) or the
        server (PostgreSQL: an advisory lock) lets go when the process dies, however it dies.
        """
        if self.sqlite:
            if self.url.database in (None, "", ":memory:"):
                return
            self._lock_file = _lock(Path(f"{self.url.database}.lock"))
            return
        self._lock_connection = await self.writer.connect()
        got = await self._lock_connection.scalar(text("SELECT pg_try_advisory_lock(:n)"), {"n": ADVISORY_LOCK})
        await self._lock_connection.commit()
        if not got:
            raise BadConfig(where="database", remedy="other_process")

    def _open_sqlite(self) -> None:
        path = Path(self.url.database or "")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadConfig(where=f"database {path}", remedy="no_database", said=error.strerror or "") from error
        disk = file_system(path.parent)
        if disk in NETWORK_DISKS:
            raise BadConfig(where=f"database {path}", remedy="network_disk", disk=disk)
        self.writer = create_async_engine(self.url, pool_size=1, max_overflow=0)
        self.reader = create_async_engine(self.url, pool_size=2, max_overflow=2)
        _prepare(self.writer, ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL"), "BEGIN IMMEDIATE")
        _prepare(self.reader, ("PRAGMA query_only=ON",), "BEGIN")


def _prepare(engine: AsyncEngine, pragmas: tuple[str, ...], begin: str) -> None:
    """Take transactions out of the driver's hands: its own BEGIN is deferred and loses updates (see docs/adr/0003)."""

    @event.listens_for(engine.sync_engine, "connect")
    def connected(connection: Any, _: object) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"PRAGMA busy_timeout={BUSY_MS}", "PRAGMA foreign_keys=ON", *pragmas):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begun(connection: Any) -> None:
        connection.exec_driver_sql(begin)


def _lock(path: Path) -> IO[str]:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        file.close()
        raise BadConfig(where=str(path), remedy="other_process") from error
    return file


def file_system(folder: Path, mounts: str | None = None) -> str:
    """The kind of file system `folder` is on, by the text of /proc/mounts; empty where that cannot be read."""
    if mounts is None:
        try:
            mounts = Path("/proc/mounts").read_text()
        except OSError:
            return ""
    best, kind = "", ""
    real = os.path.realpath(folder)
    for line in mounts.splitlines():
        _, point, found, *_ = line.split(" ")
        point = point.replace("\\040", " ")
        inside = real == point or real.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, found
    return kind
