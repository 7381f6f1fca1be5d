"""Every scenario in tests/scenarios, exactly as written."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from autoclone.config.dag import resolve
from autoclone.core.events import Event
from autoclone.core.inputs import HoldOrder, Release
from autoclone.core.model import Hold, HoldKind, Plan
from worlds import World

FILES = sorted((Path(__file__).parent.parent / "scenarios").glob("*.txt"))


@dataclass(frozen=True)
class Scenario:
    dag: str
    plan: Plan
    zone: tzinfo
    begin: datetime
    end: datetime
    orders: list[tuple[datetime, HoldOrder]]
    lines: list[str]


def read(path: Path) -> Scenario:
    """Parse one file: a comment, a header of `key: value` lines, a rule, then an event a line.

    A line such as `at 2025-01-24T12:00: pause until 2025-01-24T13:00` is what an operator asks for then: to
    `pause`, to `override 2`, or to `resume`.
    """
    header, _, body = path.read_text("utf-8").partition("\n----\n")
    keys = dict(line.split(": ", 1) for line in header.splitlines() if not line.startswith("#"))
    zone = ZoneInfo(keys["timezone"])
    dag = resolve({"name": keys["dag"], "autoclone": json.loads(keys["autoclone"])}, zone=zone)
    begin, end = (moment(keys[key], zone) for key in ("from", "to"))
    orders = [order(key, value, zone) for key, value in keys.items() if key.startswith("at ")]
    return Scenario(dag.name, dag.plan, zone, begin, end, orders, body.splitlines())


def moment(text: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def order(key: str, value: str, zone: tzinfo) -> tuple[datetime, HoldOrder]:
    """What an operator asks for, and when."""
    when = moment(key.removeprefix("at "), zone)
    what, _, until = value.partition(" until ")
    if what == "resume":
        return when, Release()
    kind, _, count = what.partition(" ")
    return when, Hold(HoldKind(kind), moment(until, zone), int(count or 0), when)


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
    for when, asked in scenario.orders:
        world.until(when)
        world.tell(order=asked)
    world.until(scenario.end)

    happened = [written(one, scenario.zone) for one in world.events if one.at < scenario.end]
    assert happened == [line.split(maxsplit=4) for line in scenario.lines]
