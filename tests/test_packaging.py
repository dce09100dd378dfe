"""What is installed is what is here: locks with hashes and without hosts, and a wheel that holds every file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from platforms.registry import BUILT_IN, GROUP

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCKS = ["requirements.txt", "requirements-embed.txt", "requirements-dev.txt"]
PACKAGES = ["bot", "handlers", "platforms", "replies", "scheduler"]
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\S+)(?: ; (?P<marker>[^\\]+?))? \\$")
HASH = re.compile(r"^    --hash=sha256:[0-9a-f]{64}( \\)?$")


def pins(lock: str) -> dict[str, str]:
    """Version by name, of every package in the lock."""
    found: dict[str, str] = {}
    for line in (ROOT / lock).read_text().splitlines():
        if pin := PIN.match(line):
            found[canonicalize_name(pin["name"])] = pin["version"]
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_pins_and_hashes_and_nothing_else(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    assert [line for line in lines if not PIN.match(line) and not HASH.match(line)] == []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        assert not line.endswith("\\") or HASH.match(after), f"{line} is not followed by a hash"
    assert len(pins(lock)) == sum(bool(PIN.match(line)) for line in lines)


@pytest.mark.parametrize(
    ("lock", "extras"), [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "embed"]), (LOCKS[2], ["build", "embed", "dev"])]
)
def test_every_dependency_is_pinned_at_a_version_it_allows(lock: str, extras: list[str]) -> None:
    pinned, project = pins(lock), PROJECT["project"]
    asked = project["dependencies"] + [line for extra in extras for line in project["optional-dependencies"][extra]]
    for requirement in map(Requirement, [*asked, *PROJECT["build-system"]["requires"]]):
        version = pinned.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement} is not in {lock}: run `make lock`"
        assert requirement.specifier.contains(version), f"{lock} has {version} for {requirement}: run `make lock`"


def test_the_tests_run_with_what_the_program_runs_with() -> None:
    runtime, embed, dev = map(pins, LOCKS)
    assert {name: embed.get(name) for name in runtime} == runtime
    assert {name: dev.get(name) for name in embed} == embed


def test_every_tool_aims_at_the_oldest_python_that_is_declared() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11"
    declared = {line.rsplit(" ", 1)[1] for line in PROJECT["project"]["classifiers"] if "Python :: 3." in line}
    assert declared == {"3.11", "3.12", "3.13"}
    assert PROJECT["tool"]["mypy"]["python_version"] == "3.11"
    assert PROJECT["tool"]["ruff"]["target-version"] == "py311"


def test_platforms_of_a_checkout_are_those_of_an_installation() -> None:
    assert PROJECT["project"]["entry-points"][GROUP] == BUILT_IN


def test_the_image_is_built_from_every_package() -> None:
    copied = re.findall(r"^COPY (\w+)/ \1/$", (ROOT / "Dockerfile").read_text(), re.M)
    assert sorted(copied) == PACKAGES
    sent = {line.removeprefix("!") for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"}
    assert sent == {*PACKAGES, "pyproject.toml", "requirements.txt", "README.md", "LICENSE"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `make demo` and the image build it, from a copy of what git would hand out."""
    source, out = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in tracked():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, source / name)
    command = (
        f"{sys.executable} -m pip wheel --quiet --no-deps --no-build-isolation --no-index --wheel-dir {out} {source}"
    )
    built = subprocess.run(command.split(), capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (made,) = out.glob("*.whl")
    return made


def tracked() -> list[str]:
    """The files of this checkout that git knows or would take."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_the_wheel_holds_every_file_of_the_packages_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert inside == {name for name in tracked() if name.split("/")[0] in PACKAGES}


def test_the_wheel_brings_the_command_the_platforms_and_the_licence(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (points,) = (archive.read(name).decode() for name in names if name.endswith("/entry_points.txt"))
    parser = ConfigParser(delimiters="=")
    parser.read_string(points)
    assert dict(parser["console_scripts"]) == {"xiaobian": "bot.__main__:main"}
    assert dict(parser[GROUP]) == BUILT_IN
    assert any(name.endswith("/LICENSE") for name in names)


def test_the_program_runs_from_the_wheel_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    given = {
        "PYTHONPATH": str(tmp_path / "installed"),
        "XIAOBIAN_SLACK__BOT_TOKEN": "xoxb-none",
        "XIAOBIAN_SLACK__APP_TOKEN": "xapp-none",
        "XIAOBIAN_SLACK__CHANNEL": "C0NONE",
    }
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-m", "bot", "db", "upgrade"],
        cwd=tmp_path,
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert (tmp_path / "var" / "xiaobian.db").stat().st_size > 0
