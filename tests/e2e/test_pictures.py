"""What a newcomer sees in the demo's first minute, and the README shows."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.e2e.pictures import IMAGES, SCHEMES, SIZE, take

BYTES_MOST = 400_000
"""A README that takes long to load is closed before it is read."""


def size(path: Path) -> tuple[int, int]:
    """Width and height as a PNG's header has them."""
    width, height = struct.unpack(">II", path.read_bytes()[16:24])
    return width, height


async def test_the_demo_can_be_worked_and_photographed(browser: Browser, tmp_path: Path) -> None:
    for path in await take(browser, tmp_path):
        assert size(path) == SIZE
        assert path.stat().st_size < BYTES_MOST


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_pictures_of_the_readme_are_light_enough(scheme: str) -> None:
    path = IMAGES / f"page-{scheme}.png"
    assert size(path) == SIZE
    assert path.stat().st_size < BYTES_MOST
