"""Files people put into windows: what the app is told of them, and who may read them."""

from __future__ import annotations

import base64

import aiohttp
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.slack import seed
from tests.sandbox.conftest import Person

APP = {"Authorization": f"Bearer {seed.BOT_TOKEN}"}


async def attached(pinyu: Person) -> dict[str, str]:
    """A sheet that Pinyu chose."""
    content = base64.b64encode("名稱,讚\n".encode()).decode()
    return dict(await pinyu.does("attach", name="表 1.csv", content=content))


async def test_a_chosen_file_is_described_as_slack_does(pinyu: Person, http: aiohttp.ClientSession) -> None:
    told = await attached(pinyu)
    assert {name: told[name] for name in ("name", "title", "mimetype", "size", "user")} == {
        "name": "表 1.csv",
        "title": "表 1.csv",
        "mimetype": "text/csv",
        "size": 11,
        "user": pinyu.user,
    }
    async with http.get(told["url_private"], headers=APP) as got:
        assert await got.text() == "名稱,讚\n"


async def test_an_app_without_the_scope_is_sent_to_another_page(
    box: Sandbox, pinyu: Person, http: aiohttp.ClientSession
) -> None:
    told = await attached(pinyu)
    await pinyu.does("settings", scopes=["chat:write"])
    async with http.get(told["url_private"], headers=APP, allow_redirects=False) as got:
        assert (got.status, got.headers["Location"]) == (302, "/")


@pytest.mark.parametrize("given", [{"name": "", "content": "eA=="}, {"name": "a.csv", "content": ""}])
async def test_a_file_has_a_name_and_something_in_it(
    box: Sandbox, pinyu: Person, http: aiohttp.ClientSession, given: dict[str, str]
) -> None:
    async with http.post(f"{box.url}/sandbox/slack/attach", json={"user": pinyu.user, **given}) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"] == "invalid_arguments"
