"""A real PostgreSQL server for the tests, from the machine's own binaries, in a folder and on a socket of its own.
It never touches a server that is there already, never listens on a network, and is stopped by its own process id.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

import psycopg
from psycopg import sql

ROLE = "xiaobian"
PATIENCE = 60.0
"""Seconds the server has to start or stop: far more than it needs, for a machine that is busy."""

QUICK = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=60"
"""Nothing here has to survive a power cut; what a killed *client* leaves behind is not changed by any of these."""

AWKWARD = "-c timezone=America/New_York"
"""A server need not keep UTC; what comes back must."""


class Postgres:
    """`with Postgres() as server`: an empty server. `create` and `drop` make databases, `url` names one."""

    def __init__(self) -> None:
        self._binaries = binaries()
        self._folder = Path(tempfile.mkdtemp(prefix="xiaobian-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        self._owner: dict[str, Any] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root; Debian's package brings this user.
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
            self._owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}

    def __enter__(self) -> Self:
        try:
            self._start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)  # "Fast": clients are cut off; TERM would wait for them.
            self._process.wait(PATIENCE)
        shutil.rmtree(self._folder)

    def url(self, name: str) -> str:
        """The database of this name, as the setting `database` takes it."""
        return f"postgresql://{ROLE}@/{name}?host={self._folder}"

    def create(self, name: str, template: str = "template0") -> None:
        """Make a database, as a copy of `template`, which nobody may be connected to."""
        self._do(sql.SQL("CREATE DATABASE {} TEMPLATE {}"), name, template)

    def empty(self, name: str) -> None:
        """Take all rows out of a migrated database, whoever is still connected: ten times as quick as a new one."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            found = connection.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
            )
            tables = sql.SQL(", ").join(sql.Identifier(table) for (table,) in found.fetchall())
            connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._do(sql.SQL("DROP DATABASE {} WITH (FORCE)"), name)

    def _do(self, statement: sql.SQL, *names: str) -> None:
        with self._connect() as connection:
            connection.execute(statement.format(*map(sql.Identifier, names)))

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def _start(self) -> None:
        data, log = self._folder / "data", self._folder / "log"
        given: dict[str, Any] = {
            "cwd": self._folder,
            "env": {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
            "stdin": subprocess.DEVNULL,
            "stderr": subprocess.STDOUT,
            **self._owner,
        }
        init = f"{self._binaries}/initdb -D {data} -U {ROLE} -A trust -E UTF8 --no-locale -N"
        serve = f"{self._binaries}/postgres -D {data} -k {self._folder} -c listen_addresses= {QUICK} {AWKWARD}"
        with log.open("wb") as out:
            made = subprocess.run(init.split(), stdout=out, check=False, **given)
            if made.returncode:
                raise RuntimeError(f"initdb failed: {log.read_text(errors='replace')}")
            self._process = subprocess.Popen(serve.split(), stdout=out, **given)
        end = time.monotonic() + PATIENCE
        while not self._answers():
            if self._ended(within=0.05) or time.monotonic() > end:
                raise RuntimeError(f"PostgreSQL does not start: {log.read_text(errors='replace')}")

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _ended(self, within: float) -> bool:
        """Whether the server is gone, looking for that many seconds."""
        assert self._process is not None
        try:
            self._process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        return True


def binaries() -> Path:
    """The folder of the newest server's programs. Debian keeps them out of PATH."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    found = str(versions[-1]) if versions else shutil.which("initdb")
    if found is None:
        raise RuntimeError("PostgreSQL is not installed: run `make provision` (Debian's package is `postgresql`)")
    return Path(found).resolve().parent
