"""The ground the other tests stand on holds: no way out, nothing of the machine's own settings, no silent skip."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import aiohttp
import psycopg
import pytest

from tests.conftest import ForeignAddress
from tests.postgres import Postgres

ROOT = Path(__file__).parent.parent

BAD_TESTS = """
import asyncio, os, socket
import pytest

def test_skips():
    pytest.skip("no browser here")

@pytest.mark.skip
def test_is_marked(): ...

@pytest.mark.xfail
def test_may_fail():
    assert False

def test_hides_its_call():
    try:
        socket.create_connection(("192.0.2.1", 80), timeout=0.1)
    except BaseException:
        ...

async def test_leaves_a_task():
    test_leaves_a_task.task = asyncio.create_task(asyncio.Event().wait())

def test_sees_the_environment():
    assert "SLACK_BOT_TOKEN" not in os.environ
    assert "https_proxy" not in os.environ
"""


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.com", b"example.com"])
def test_a_foreign_host_is_not_even_looked_up(host: str, foreign: list[str]) -> None:
    with pytest.raises(ForeignAddress):
        socket.getaddrinfo(host, 443)
    assert len(foreign) == 1
    foreign.clear()


def test_a_datagram_does_not_leave_either(foreign: list[str]) -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as out:
        with pytest.raises(ForeignAddress):
            out.sendto(b"?", ("192.0.2.1", 53))
        with pytest.raises(ForeignAddress):
            out.connect(("192.0.2.1", 53))
    assert len(foreign) == 2
    foreign.clear()


async def test_an_http_client_is_stopped(foreign: list[str]) -> None:
    async with aiohttp.ClientSession() as session:
        with pytest.raises(ForeignAddress):
            await session.get("http://192.0.2.1/")
    foreign.clear()


def test_this_machine_may_be_reached(free_port: int, foreign: list[str]) -> None:
    with socket.create_server(("127.0.0.1", free_port)), socket.create_connection(("localhost", free_port)):
        assert foreign == []


def test_bad_tests_fail(tmp_path: Path) -> None:
    (tmp_path / "test_bad.py").write_text(BAD_TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "-c", ROOT / "pyproject.toml", "--rootdir", tmp_path, tmp_path],
        env=os.environ | {"PYTHONPATH": str(ROOT), "SLACK_BOT_TOKEN": "xoxb-real", "https_proxy": "http://192.0.2.1"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    failed = {line.split("::")[1].split(" ")[0] for line in ran.stdout.splitlines() if line[:6] in ("FAILED", "ERROR ")}
    assert failed == {
        "test_skips",
        "test_is_marked",
        "test_may_fail",
        "test_hides_its_call",
        "test_leaves_a_task",
    }, ran.stdout
    assert "skipped" not in ran.stdout.splitlines()[-1]


def test_the_server_of_the_tests_listens_on_no_network(postgres: Postgres) -> None:
    with psycopg.connect(postgres.url("postgres")) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
