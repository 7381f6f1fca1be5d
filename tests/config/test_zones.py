from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autoclone.config.zones import system_zone, zone
from autoclone.errors import InvalidInput


def test_a_zone_is_found_by_its_name() -> None:
    assert zone("America/New_York") is ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("America/New York", "America/New_York"),
        ("america/new_york", "America/New_York"),
        ("Europe/Berln", "Europe/Berlin"),
        ("Kolkata", "Asia/Kolkata"),
        ("New_York", "America/New_York"),
        ("utc ", "UTC"),
    ],
)
def test_an_unknown_name_brings_the_nearest(written: str, nearest: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        zone(written, field="autoclone.timezone")
    (found,) = caught.value.faults
    assert found.field == "autoclone.timezone"
    assert found.remedy == f'Did you mean "{nearest}"?'


@pytest.mark.parametrize(
    "written", ["", "..", "/etc/passwd", "America", "x" * 10_000, "\x00", "\ud800", "+02:00"]
)
def test_what_is_no_name_at_all_is_an_error_like_any_other(written: str) -> None:
    with pytest.raises(InvalidInput, match="is not a time zone"):
        zone(written)


def test_the_variable_comes_first(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Asia/Kolkata\n")
    assert system_zone({"TZ": "Europe/Berlin"}, tmp_path) == ZoneInfo("Europe/Berlin")
    assert system_zone({"TZ": ":Europe/Berlin"}, tmp_path) == ZoneInfo("Europe/Berlin")
    assert system_zone({"TZ": "/usr/share/zoneinfo/Europe/Berlin"}, tmp_path) == ZoneInfo("Europe/Berlin")
    assert system_zone({"TZ": ""}, tmp_path) is UTC
    with pytest.raises(InvalidInput, match="TZ = "):
        system_zone({"TZ": "CET-1CEST,M3.5.0,M10.5.0"}, tmp_path)


def test_then_the_name_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "timezone").write_text("Asia/Kolkata\n")
    (tmp_path / "localtime").symlink_to("/usr/share/zoneinfo/Europe/Berlin")
    assert system_zone({}, tmp_path) == ZoneInfo("Asia/Kolkata")


@pytest.mark.parametrize(
    "target", ["/usr/share/zoneinfo/Europe/Berlin", "../usr/share/zoneinfo/Europe/Berlin"]
)
def test_then_the_link(tmp_path: Path, target: str) -> None:
    (tmp_path / "localtime").symlink_to(target)
    assert system_zone({}, tmp_path) == ZoneInfo("Europe/Berlin")


def test_then_the_rules_in_a_plain_file(tmp_path: Path) -> None:
    rules = files("tzdata") / "zoneinfo" / "Asia" / "Kolkata"
    (tmp_path / "localtime").write_bytes(rules.read_bytes())
    found = system_zone({}, tmp_path)
    assert datetime(2025, 1, 25, tzinfo=found).utcoffset() == timedelta(hours=5, minutes=30)


def test_else_it_is_utc(tmp_path: Path) -> None:
    assert system_zone({}, tmp_path) is UTC
    (tmp_path / "localtime").symlink_to("/nowhere")
    assert system_zone({}, tmp_path) is UTC
