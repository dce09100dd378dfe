"""The documents hold: links lead somewhere, files that are named exist, examples run, both READMEs say the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.config import Posts, load
from platforms.registry import create
from replies.packfile import load_pack
from tests.pages import DOCS, PAGES, READMES, ROOT, anchors, coded, fences, headings, links, prose, text
from tests.test_docs import commands, targets


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    dead = []
    for link in links(prose(page)):
        target, _, fragment = link.partition("#")
        if target.startswith(("http://", "https://")):
            continue
        file = page.parent / target if target else page
        if not file.exists() or (fragment and fragment not in anchors(file)):
            dead.append(link)
    assert dead == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_file_that_is_named_is_there(page: Path) -> None:
    tops = {path.name for path in ROOT.iterdir() if path.is_dir()}
    named = [name for name in coded(prose(page)) if re.fullmatch(r"[\w.-]+(/[\w.-]+)*/?", name)]
    missing = [name for name in named if "/" in name and name.split("/")[0] in tops and not (ROOT / name).exists()]
    assert missing == []


def test_the_example_of_a_pack_can_be_loaded(tmp_path: Path) -> None:
    file = tmp_path / "pack.toml"
    file.write_text(fences(DOCS / "templates.md", "toml")[0], encoding="utf-8")
    assert [template.id for template in load_pack(file).templates] == ["hours"]


def test_the_example_of_an_adapter_keeps_the_contract(tmp_path: Path) -> None:
    adapter, contract = fences(DOCS / "write-an-adapter.md", "python")
    (tmp_path / "guestbook.py").write_text(adapter, encoding="utf-8")
    (tmp_path / "test_guestbook.py").write_text(contract, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\nfilterwarnings = error\n"
    )
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout
    assert re.search(r"^\d\d passed in", ran.stdout, re.MULTILINE), ran.stdout


@pytest.mark.parametrize("whole", [False, True], ids=["as it is", "with every comment taken in"])
def test_the_example_of_the_settings_can_be_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    example = text(ROOT / "xiaobian.example.toml").replace("…", "x")
    wanted = re.sub(r"^# (?=\w+ = |\[)", "", example, flags=re.MULTILINE) if whole else example
    assert whole == (wanted != example)
    file = tmp_path / "mine.toml"
    file.write_text(wanted, encoding="utf-8")
    monkeypatch.setenv("XIAOBIAN_CONFIG", str(file))
    found = load()
    assert found.brand == tomllib.loads(wanted)["brand"]
    assert [create(each.platform, name, each.options()).kind for name, each in found.accounts.items()] == ["telegram"]


def test_both_readmes_have_the_same_parts_commands_and_links() -> None:
    one, other = (
        [
            [level for level, _ in headings(page)],
            [re.sub(r" *#.*", "", code) for kind in ("sh", "toml") for code in fences(page, kind)],
            len(re.findall(r"^\d\. ", prose(page), re.MULTILINE)),
            len(re.findall(r"^- ", prose(page), re.MULTILINE)),
            len(re.findall(r"^\| ", prose(page), re.MULTILINE)),
            sorted(link for link in links(prose(page)) if not link.startswith("README")),
        ]
        for page in READMES
    )
    assert one == other


def test_both_pages_on_posts_have_the_same_parts_examples_and_links() -> None:
    one, other = (
        [
            [level for level, _ in headings(page)],
            [tomllib.loads(code) for code in fences(page, "toml")],
            len(re.findall(r"^- ", prose(page), re.MULTILINE)),
            [line.count(" | ") for line in prose(page).splitlines() if line.startswith("| ")],
            [link for link in links(prose(page)) if not link.startswith(("posts", "#"))],
            {name for name in coded(prose(page)) if name.isascii()},
        ]
        for page in (DOCS / "posts.md", DOCS / "posts.zh-TW.md")
    )
    assert one == other


def test_the_example_of_rules_for_approvals_can_be_loaded() -> None:
    (example,) = fences(DOCS / "posts.md", "toml")
    found = Posts.model_validate(tomllib.loads(example)["posts"])
    assert (found.self_approval, found.rules[0].steps, len(found.deputies)) == (False, 2, 1)


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_what_a_readme_tells_to_run_exists(page: Path) -> None:
    lines = [line.split("#")[0].strip() for code in fences(page, "sh") for line in code.splitlines()]
    assert {line for line in lines if line.startswith("make ")} == {"make demo", "make test"}
    assert {"demo", "test"} <= targets()
    ran = {line.replace(".venv/bin/", "") for line in lines if line.startswith(".venv/bin/")}
    assert ran == {"xiaobian check", "xiaobian run"}
    assert ran <= set(commands())


@pytest.mark.parametrize("page", READMES, ids=lambda page: page.name)
def test_the_tree_in_a_readme_is_the_tree(page: Path) -> None:
    folder = ROOT
    for line in fences(page, "")[0].splitlines():
        name = line.split()[0]
        here = folder / name if line.startswith(" ") else ROOT / name
        folder = folder if line.startswith(" ") else here
        assert here.is_dir(), line


def test_every_page_is_reached_from_another() -> None:
    reached = {(page.parent / link.partition("#")[0]).resolve() for page in PAGES for link in links(prose(page))}
    reached |= {page for folder in reached if folder.is_dir() for page in folder.glob("*.md")}
    assert [str(page) for page in DOCS.rglob("*.md") if page not in reached] == []
