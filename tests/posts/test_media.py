"""The shelf keeps files exactly as they were approved, says so when it cannot, and forgets only what nobody wants."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.posts.filetypes import BadMedia
from bot.posts.media import Kept, MediaGone, Shelf, to_act
from platforms.base import Media
from tests.posts.pictures import PLACE, drawing, film, moving, personal, saved

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
RECENTLY = datetime(2024, 1, 1, tzinfo=UTC)
"""Later than everything of `LONG_AGO`, earlier than everything put while the test runs."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the shelf stands; nobody has made it yet."""
    return tmp_path / "data" / "media"


@pytest.fixture
def shelf(folder: Path) -> Shelf:
    return Shelf(folder)


def aged(folder: Path) -> None:
    """Everything on the shelf was put long ago."""
    for path in folder.iterdir():
        os.utime(path, (LONG_AGO.timestamp(),) * 2)


def test_a_file_is_still_there_for_the_next_process(shelf: Shelf, folder: Path) -> None:
    kept = shelf.put(personal("JPEG", 6), "菜單.jpg")
    content = kept.path.read_bytes()
    assert PLACE not in content
    assert kept == Kept(
        digest=hashlib.sha256(content).hexdigest(),
        path=folder / f"{kept.digest}.jpg",
        name="菜單.jpg",
        type="image/jpeg",
        size=len(content),
        width=32,
        height=48,
        animated=False,
    )
    assert Shelf(folder).get(kept.digest) == kept


@pytest.mark.parametrize(
    ("data", "suffix"),
    [(saved("PNG"), "png"), (moving("GIF"), "gif"), (moving("WEBP"), "webp"), (film(), "mp4")],
)
def test_the_suffix_follows_the_bytes(shelf: Shelf, data: bytes, suffix: str) -> None:
    kept = shelf.put(data, "photo.exe")
    assert kept.path.name == f"{kept.digest}.{suffix}"
    assert shelf.get(kept.digest) == kept


def test_the_same_file_twice_is_one_file_by_its_younger_name(shelf: Shelf, folder: Path) -> None:
    first = shelf.put(personal("JPEG"), "old.jpg")
    second = shelf.put(saved("JPEG", progressive=True), "new.jpg")  # The same picture, without the place.
    assert second == replace(first, name="new.jpg")
    assert shelf.get(first.digest) == second
    assert len(list(folder.glob("*.jpg"))) == 1


def test_nobody_else_on_the_machine_may_look(shelf: Shelf, folder: Path) -> None:
    kept = shelf.put(saved("PNG"), "x")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(kept.path.stat().st_mode) == 0o600


def _delete(path: Path) -> None:
    path.unlink()


def _flip_one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("harm", [_delete, _flip_one_bit, _cut])
def test_a_file_that_was_harmed_is_gone_and_can_be_put_again(shelf: Shelf, harm: Callable[[Path], None]) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    harm(kept.path)
    with pytest.raises(MediaGone) as caught:
        shelf.get(kept.digest)
    assert caught.value.params == {"name": "menu.png"}
    assert shelf.put(saved("PNG"), "menu.png") == kept
    assert shelf.get(kept.digest) == kept


@pytest.mark.parametrize("label", [None, "", "[]", '{"name": "x"}', '{"name": "x", "type": "text/html", "size": 1}'])
def test_a_file_whose_label_was_harmed_is_gone(shelf: Shelf, label: str | None) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    written = kept.path.with_suffix(".json")
    if label is None:
        written.unlink()
    else:
        written.write_text(label)
    with pytest.raises(MediaGone):
        shelf.get(kept.digest)


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "0" * 64, "A" * 64, "0" * 64 + "\n"])
def test_what_was_never_put_is_gone(shelf: Shelf, digest: str) -> None:
    with pytest.raises(MediaGone) as caught:
        shelf.get(digest)
    assert caught.value.params == {"name": digest}


def test_a_file_that_is_refused_leaves_nothing_behind(shelf: Shelf, folder: Path) -> None:
    with pytest.raises(BadMedia):
        shelf.put(b"MZ", "holiday.jpg")
    assert not folder.exists()


def test_a_file_above_the_limit_is_told_both_sizes(folder: Path) -> None:
    with pytest.raises(BadMedia) as caught:
        Shelf(folder, most=1).put(bytes(1_000_001), "film.mp4")
    assert caught.value.params == {"reason": "too_large", "size": 2, "limit": 1, "name": "film.mp4"}


def test_a_write_that_fails_leaves_what_stood_there(shelf: Shelf, folder: Path) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    kept.path.unlink()
    kept.path.mkdir()  # A file cannot take the place of a folder: the last step of the write fails.
    with pytest.raises(OSError, match="directory"):
        shelf.put(saved("PNG"), "menu.png")
    assert list(folder.glob("*.part")) == []


def test_many_at_once_put_one_file(folder: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        kept = set(threads.map(lambda _: Shelf(folder).put(saved("PNG"), "menu.png"), range(16)))
    assert len(kept) == 1
    assert {path.suffix for path in folder.iterdir() if path.name != ".lock"} == {".png", ".json"}


def test_a_sweep_waits_for_whoever_is_putting_a_file(shelf: Shelf, folder: Path) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    aged(folder)
    with ThreadPoolExecutor(1) as threads, (folder / ".lock").open("rb") as putting:
        fcntl.flock(putting, fcntl.LOCK_EX)
        sweep = threads.submit(shelf.sweep, (), RECENTLY)
        with pytest.raises(TimeoutError):
            sweep.result(timeout=0.1)
        assert shelf.get(kept.digest) == kept
        fcntl.flock(putting, fcntl.LOCK_UN)
        assert sweep.result(timeout=5) == (kept.digest,)


def test_a_sweep_takes_only_what_is_old_and_unwanted(shelf: Shelf, folder: Path) -> None:
    wanted, unwanted = (shelf.put(saved("PNG", drawing(shift=n)), f"{n}.png") for n in (1, 2))
    aged(folder)
    young = shelf.put(saved("PNG", drawing(shift=3)), "3.png")
    assert shelf.sweep({wanted.digest}, RECENTLY) == (unwanted.digest,)
    assert shelf.get(wanted.digest) == wanted
    assert shelf.get(young.digest) == young
    with pytest.raises(MediaGone):
        shelf.get(unwanted.digest)
    assert shelf.sweep({wanted.digest}, RECENTLY) == ()


def test_a_file_put_again_is_young_again(shelf: Shelf, folder: Path) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    aged(folder)
    shelf.put(saved("PNG"), "menu.png")
    assert shelf.sweep((), RECENTLY) == ()
    assert shelf.get(kept.digest) == kept


def test_a_sweep_clears_what_a_power_cut_left_and_leaves_other_peoples_files(shelf: Shelf, folder: Path) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    (folder / "tmpabc123.part").write_bytes(b"half")
    (folder / "README.txt").write_text("not ours")
    aged(folder)
    (folder / "tmpdef456.part").write_bytes(b"being written")
    assert shelf.sweep({kept.digest}, RECENTLY) == ()
    assert {path.name for path in folder.iterdir() if path.stem != kept.digest} == {
        ".lock",
        "README.txt",
        "tmpdef456.part",
    }


def test_a_shelf_nobody_used_has_nothing_to_sweep(shelf: Shelf, folder: Path) -> None:
    assert shelf.sweep((), datetime.now(UTC) + timedelta(days=1)) == ()
    assert not folder.exists()


def test_a_platform_is_given_the_path_the_facts_and_the_description(shelf: Shelf) -> None:
    kept = shelf.put(saved("PNG"), "menu.png")
    assert to_act(kept, "一杯拿鐵") == Media(
        path=str(kept.path), type="image/png", size=kept.size, alt="一杯拿鐵", width=48, height=32
    )
