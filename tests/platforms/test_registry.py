"""From a name to an adapter: loaded when asked for, with settings that complain in a way that helps."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from platforms.errors import BadSettings
from platforms.registry import BUILT_IN, GROUP, create, kinds
from platforms.settings import Settings

TOKEN = "123456:ABC-DEF_ghijkl"
SQUARE = {"url": "http://127.0.0.1:1/square/api", "token": "t"}


def test_importing_the_registry_imports_no_adapter() -> None:
    code = "import sys, platforms.registry; print(sorted({'telegram', 'httpx', 'platforms.square'} & {*sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_built_in_table_is_the_one_of_the_distribution() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert project["project"]["entry-points"][GROUP] == BUILT_IN


@pytest.mark.parametrize(("kind", "settings"), [("square", SQUARE), ("telegram", {"token": TOKEN})])
def test_an_adapter_is_made_by_name_without_a_connection(kind: str, settings: Mapping[str, object]) -> None:
    platform = create(kind, "main", settings)
    assert (platform.kind, platform.name) == (kind, "main")
    assert kind in kinds()


def test_another_distribution_can_add_a_platform(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_platform.py").write_text(
        "from platforms.square import Square\nclass Acme(Square):\n    kind = 'acme'\n"
    )
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{GROUP}]\nacme = acme_platform:Acme\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "acme" in kinds()
    assert create("acme", "main", SQUARE).kind == "acme"


def test_an_unknown_platform_names_those_there_are() -> None:
    with pytest.raises(BadSettings, match=r"main\.platform is not a platform.*square, telegram"):
        create("fax", "main", {})


@pytest.mark.parametrize(
    ("kind", "settings", "key", "says"),
    [
        ("square", {}, "url", "is missing"),
        ("square", {"url": SQUARE["url"]}, "token", "is missing"),
        ("square", {**SQUARE, "token": ""}, "token", "is missing"),
        ("square", {**SQUARE, "tokn": "x"}, "tokn", "known are: url, token, timeout, long_poll"),
        ("square", {**SQUARE, "url": "ftp://x"}, "url", "http"),
        ("square", {**SQUARE, "url": "https://u:p@x/"}, "url", "without a password"),
        ("square", {**SQUARE, "url": "https://x/?token=1"}, "url", "without"),
        ("square", {**SQUARE, "timeout": "soon"}, "timeout", "number of seconds"),
        ("square", {**SQUARE, "long_poll": 31}, "long_poll", "up to 30"),
        ("square", {**SQUARE, "token": 12}, "token", "must be a text"),
        ("telegram", {}, "token", "@BotFather"),
        ("telegram", {"token": "nonsense"}, "token", "form of a token"),
        ("telegram", {"token": TOKEN, "chats": [None]}, "chats", "ids or names"),
        ("telegram", {"token": TOKEN, "channel": "@a, @b"}, "channel", "one channel"),
        ("telegram", {"token": TOKEN, "staff": "@amy"}, "staff", "numeric"),
        ("telegram", {"token": TOKEN, "webhook_url": "https://x/h"}, "webhook_secret", "is needed"),
        ("telegram", {"token": TOKEN, "webhook_url": "https://x/h", "webhook_secret": "a b"}, "webhook_secret", "256"),
    ],
)
def test_bad_settings_name_the_key_and_the_remedy(
    kind: str, settings: Mapping[str, object], key: str, says: str
) -> None:
    with pytest.raises(BadSettings) as caught:
        create(kind, "main", settings)
    assert caught.value.key == key
    assert says in caught.value.remedy
    assert str(caught.value).startswith(f"main.{key} ")


def test_a_complaint_never_repeats_the_value() -> None:
    with pytest.raises(BadSettings) as caught:
        create("telegram", "main", {"token": "123456:with a space in a real secret"})
    assert "real secret" not in str(caught.value)


def test_names_are_read_from_a_list_or_from_one_text() -> None:
    for value in (
        "-1001234567890, @morninglight",
        [-1001234567890, "@morninglight"],
        ["-1001234567890", "@morninglight"],
    ):
        assert Settings("main", {"chats": value}).names("chats", "") == (-1001234567890, "@morninglight")
    assert Settings("main", {"chats": -5}).names("chats", "") == (-5,)
    assert Settings("main", {}).names("chats", "") == ()
