"""The files of others are their packages' own, and go where the program goes."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import vendor

ROOT = Path(__file__).parents[2]
DASHBOARD = ROOT / "src" / "api" / "dashboard"


@pytest.fixture(autouse=True)
def fetched() -> None:
    assert vendor.PACKAGES.exists(), "The packages are not there. Run `make vendor-packages`."


def test_each_file_is_its_package_s_own() -> None:
    assert vendor.differences() == []


def test_a_file_that_was_changed_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vendor, "VENDOR", tmp_path / "vendor")
    monkeypatch.setattr(vendor, "ROOT", tmp_path)
    vendor.write()
    assert vendor.differences() == []
    with (vendor.VENDOR / "htmx" / "htmx.min.js").open("a") as file:
        file.write("//")
    (vendor.VENDOR / "more.js").touch()
    assert vendor.differences() == ["vendor/htmx/htmx.min.js", "vendor/more.js"]


def test_pages_and_files_are_in_the_wheel(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        tmp_path,
        ROOT,
    ]
    subprocess.run([*command, "--quiet", "--disable-pip-version-check"], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    there = set(ZipFile(wheel).namelist())
    parts = [path for folder in ("templates", "static") for path in (DASHBOARD / folder).rglob("*.*")]
    assert {str(path.relative_to(ROOT / "src")) for path in parts if path.is_file()} <= there
    assert len(parts) > 10
