"""What the tests of the command line share: files to read, and a world without surprises around them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli_orders import ORDERS, Write


@pytest.fixture(autouse=True)
def plain_surroundings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from outside, UTC, a terminal of 80 columns, and a folder of the test's own."""
    for name in [one for one in os.environ if one.startswith("AUTOCLONE_")]:
        monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a document: `write("orders.json")`, or `write("x.json", {...})`, or raw bytes."""

    def written(name: str, content: dict[str, Any] | bytes = ORDERS) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path.relative_to(tmp_path)

    return written
