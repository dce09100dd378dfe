"""The sandbox as a process of its own: one line of credentials, then service until it is told to stop."""

import asyncio
import json
import signal
import sys

import aiohttp
import pytest

from bot.sandbox import Sandbox
from tests.sandbox.conftest import PATIENCE


async def test_process_prints_credentials_serves_and_stops_on_sigterm() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot.sandbox", "--seed", "empty", "--no-talk", "--no-pacing"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        given = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
        headers = {"Authorization": f"Bearer {given['slack']['bot_token']}"}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{given['slack']['api_url']}auth.test", headers=headers) as answer,
        ):
            assert (await answer.json())["team"] == "晨光咖啡 Morning Light Coffee"
        process.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert (process.returncode, errors) == (0, b"")
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def test_taken_port_is_an_error_that_leaves_nothing_open() -> None:
    async with Sandbox(seed="empty", talk=False) as first:
        port = int(first.url.rpartition(":")[2])
        with pytest.raises(OSError, match="address already in use"):
            async with Sandbox(port=port, seed="empty", talk=False):
                pass


async def test_unknown_seed_is_refused_with_the_choices() -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.sandbox", "--seed", "huge", stderr=asyncio.subprocess.PIPE
    )
    _, errors = await asyncio.wait_for(process.communicate(), PATIENCE)
    assert process.returncode == 2
    assert b"demo" in errors
