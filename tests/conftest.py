"""What every test stands on: a clean environment, no way out but loopback, and an empty database of each kind.
Nothing here knows what is being tested; a skipped test counts as a failed one, so that no step goes missing silently.
"""

from __future__ import annotations

import asyncio
import inspect
import ipaddress
import os
import shutil
import socket
import sys
import time
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import pytest

from bot.store.engine import Store
from bot.store.schema import upgrade
from tests.postgres import Postgres

FOREIGN: list[str] = []
"""Every attempt of the running test to reach something that is not this machine."""

RESOLVING = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
REACHING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
STRAY = ("SLACK_", "XIAOBIAN_", "TELEGRAM_", "PG")
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+psycopg"}
GRACE = 5.0
"""Seconds that tasks have to end by themselves after a test: bolt waits 3 s for an acknowledgement."""


Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


class ForeignAddress(AssertionError):
    """A test tried to reach something that is not this machine."""


def pytest_configure() -> None:
    """Watch every socket of this process from here on: an audit hook cannot be taken off, nor got around."""
    sys.addaudithook(_watch)


def _watch(event: str, args: tuple[object, ...]) -> None:
    if event in RESOLVING:
        host = args[0]
    elif event in REACHING:
        host = args[1][0] if isinstance(args[1], tuple) else None  # AF_UNIX has a path instead of a pair.
    else:
        return
    if not _here(host):
        FOREIGN.append(f"{event} {host!r}")
        raise ForeignAddress(FOREIGN[-1])


def _here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def foreign() -> Iterator[list[str]]:
    """The attempts to leave this machine. Any that is left at the end fails the test, even if its error was caught."""
    FOREIGN.clear()
    yield FOREIGN
    assert not FOREIGN, f"only loopback may be contacted: {FOREIGN}"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens, settings, proxies and the language of whoever runs the tests are not the test's business."""
    for name in os.environ:
        if name.startswith(STRAY) or name.lower() in PROXIES:
            monkeypatch.delenv(name)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Skipped, or expected to fail, is failed."""
    return _not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself is failed."""
    return _not_skipped((yield))


def _not_skipped(report: Report) -> Report:
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"a test that does not run is no test: {report.longrepr}"
    return report


def pytest_itemcollected(item: pytest.Item) -> None:
    """Tests that are coroutines end with no task of theirs still running."""
    if isinstance(item, pytest.Function) and inspect.iscoroutinefunction(item.obj):
        item.fixturenames.insert(0, "tasks_end")


@pytest.fixture
async def tasks_end() -> AsyncIterator[None]:
    """First in and last out: when everything else is taken down, no task is left."""
    yield
    end = time.monotonic() + GRACE
    while left := asyncio.all_tasks() - {asyncio.current_task()}:
        assert time.monotonic() < end, f"tasks left running: {left}"
        await asyncio.sleep(0.01)


@pytest.fixture
def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One server for the whole session; its database `migrated` is emptied for every test."""
    with Postgres() as server:
        server.create("migrated")
        _migrate(server.url("migrated"))
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file at the newest schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database with the newest schema and no rows, as the setting `database` takes it; once of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "xiaobian.db"
        shutil.copyfile(request.getfixturevalue("migrated_file"), path)
        yield f"sqlite:///{path}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        server.empty("migrated")
        yield server.url("migrated")


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without any table; once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        name = f"test_{uuid4().hex}"
        server.create(name)
        yield server.url(name)
        server.drop(name)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The open store of `database_url`."""
    async with Store(with_driver(database_url)) as opened:
        yield opened


def with_driver(url: str) -> str:
    """The setting `database` as `Store` takes it."""
    kind, rest = url.split("://", 1)
    return f"{DRIVERS[kind]}://{rest}"


def _migrate(url: str) -> None:
    async def work() -> None:
        async with Store(with_driver(url)) as opened:
            await upgrade(opened)

    with ThreadPoolExecutor(1) as elsewhere:  # This thread's event loop belongs to pytest-asyncio.
        elsewhere.submit(asyncio.run, work()).result()
