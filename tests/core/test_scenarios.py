"""Every scenario in tests/scenarios, exactly as written."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autoclone.config.dag import resolve
from autoclone.core.events import Event
from autoclone.core.model import Plan
from worlds import World

FILES = sorted((Path(__file__).parent.parent / "scenarios").glob("*.txt"))


@dataclass(frozen=True)
class Scenario:
    dag: str
    plan: Plan
    zone: tzinfo
    begin: datetime
    end: datetime
    lines: list[str]


def read(path: Path) -> Scenario:
    """Parse one file: a comment, a header of `key: value` lines, a rule, then an event a line."""
    header, _, body = path.read_text("utf-8").partition("\n----\n")
    keys = dict(line.split(": ", 1) for line in header.splitlines() if not line.startswith("#"))
    zone = ZoneInfo(keys["timezone"])
    dag = resolve({"name": keys["dag"], "autoclone": json.loads(keys["autoclone"])}, zone=zone)
    begin, end = (
        datetime.fromisoformat(keys[key]).replace(tzinfo=zone).astimezone(UTC) for key in ("from", "to")
    )
    return Scenario(dag.name, dag.plan, zone, begin, end, body.splitlines())


def written(event: Event, zone: tzinfo) -> list[str]:
    """An event as the columns of a scenario."""
    at = event.at.astimezone(zone).isoformat()
    return [at, event.type, event.clone or "-", str(event.clones), event.status]


def test_there_are_scenarios() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_scenario(path: Path) -> None:
    scenario = read(path)
    world = World(scenario.plan, scenario.begin, name=scenario.dag)
    world.until(scenario.end)

    happened = [written(one, scenario.zone) for one in world.events if one.at < scenario.end]
    assert happened == [line.split(maxsplit=4) for line in scenario.lines]
