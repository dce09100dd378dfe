"""The project's documents, read for tests: sections, tables, code blocks and links of Markdown pages.
It knows only the Markdown that is written here, and never judges.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
READMES = (ROOT / "README.md", ROOT / "README.zh-TW.md")
CODE = sorted(
    path for name in ("bot", "handlers", "platforms", "replies", "scheduler") for path in (ROOT / name).rglob("*.py")
)

_CODED = re.compile(r"`([^`]+)`")
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)


def text(page: Path) -> str:
    """All of a page."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """The page without its code blocks."""
    return _FENCE.sub("", text(page))


def fences(page: Path, kind: str) -> list[str]:
    """The code blocks of one kind ("" for those that name none)."""
    return [code for named, code in _FENCE.findall(text(page)) if named == kind]


def headings(page: Path) -> list[tuple[int, str]]:
    """Level and words of every heading."""
    return [(len(signs), words) for signs, words in _HEADING.findall(prose(page))]


def anchors(page: Path) -> set[str]:
    """The fragments its headings are reached by, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-") for _, words in headings(page)}


def section(page: Path, heading: str) -> str:
    """What stands below a heading, up to the next one of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#|\Z)", text(page), re.MULTILINE | re.DOTALL)
    assert found is not None, f"{page.name} has no heading {heading!r}"
    return found[1]


def rows(part: str) -> dict[str, list[str]]:
    """The rows of all tables: what the first cell has in backticks (else its words) -> the other cells. No heads."""
    found: dict[str, list[str]] = {}
    lines = part.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        if line.startswith("|") and not line.startswith("|---") and not following.startswith("|---"):
            first, *rest = (cell.strip() for cell in line.removeprefix("|").removesuffix("|").split(" | "))
            found |= dict.fromkeys(_CODED.findall(first) or [first], rest)
    return found


def coded(part: str) -> set[str]:
    """Everything in backticks."""
    return set(_CODED.findall(part))


def links(part: str) -> list[str]:
    """Where links and pictures point to."""
    return [one or other for one, other in _LINK.findall(part)]
