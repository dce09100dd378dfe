"""The page's files: served from one origin under a strict policy, and unable to turn text into markup."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Sandbox

PAGE = Path(str(files("bot.sandbox.page")))


async def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere(box: Sandbox) -> None:
    async with aiohttp.ClientSession() as http, http.get(box.url) as answer:
        policy, html = answer.headers["Content-Security-Policy"], await answer.text()
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    assert not re.search(r"<style|\sstyle=|\son\w+=", html)


@pytest.mark.parametrize(
    "path", ["/page/../server.py", "/page/%2e%2e/server.py", "/page/__init__.py", "/page/none.js", "/page/css"]
)
async def test_only_the_pages_own_files_are_served(box: Sandbox, path: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(f"{box.url}{path}") as answer:
        assert answer.status == 404


def test_no_script_of_the_page_can_turn_text_into_markup() -> None:
    banned = re.compile(r"innerHTML\s*[=+]|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|srcdoc")
    scripts = list(PAGE.rglob("*.js"))
    assert len(scripts) > 15
    assert [path.name for path in scripts if banned.search(path.read_text(encoding="utf-8"))] == []


def test_no_file_of_the_page_names_another_host() -> None:
    allowed = {"http://www.w3.org/2000/svg"}
    found = {
        address
        for path in PAGE.rglob("*")
        if path.suffix in {".js", ".css", ".html"}
        for address in re.findall(r"https?://[\w./-]+", path.read_text(encoding="utf-8"))
    }
    assert found <= allowed
