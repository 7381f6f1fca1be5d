"""The simulator against the scenarios, and against the small world that the core's tests live in."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from autoclone.config.dag import resolve
from autoclone.core.events import EventType
from autoclone.core.model import Plan
from autoclone.simulator.render import event_json, event_text
from autoclone.simulator.simulate import simulate
from worlds import World, nine_to_five, plan, utc, window

# Those in which an operator asks for something are no simulation's: it knows only the clock.
SCENARIOS = sorted(
    path
    for path in (Path(__file__).parent.parent / "scenarios").glob("*.txt")
    if "\nat " not in path.read_text("utf-8")
)


def read(path: Path) -> tuple[dict[str, Any], list[str]]:
    """The header and the event lines of a scenario."""
    header, _, body = path.read_text("utf-8").partition("\n----\n")
    keys = dict(line.split(": ", 1) for line in header.splitlines() if not line.startswith("#"))
    return keys, body.splitlines()


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_scenario_comes_out_to_the_letter(path: Path) -> None:
    keys, expected = read(path)
    zone = ZoneInfo(keys["timezone"])
    document = {"name": keys["dag"], "autoclone": json.loads(keys["autoclone"])}
    what = resolve(document, zone=zone).plan
    begin, end = (datetime.fromisoformat(keys[key]).replace(tzinfo=zone) for key in ("from", "to"))

    assert [event_text(one, zone) for one in simulate(keys["dag"], what, begin, end)] == expected


def test_a_line_of_json_is_as_the_contract_has_it() -> None:
    zone = ZoneInfo("America/New_York")
    what = plan(window("0900", "1700", 5), zone=zone)
    day = simulate("orders", what, utc("2025-01-25T13:00"), utc("2025-01-25T23:00"))

    lines = [event_json(one, zone) for one in day]

    assert lines[0] == (
        '{"at": "2025-01-25T09:00:00-05:00", "type": "ramp_up.started", "clone": null, '
        '"status": "ramping_up (0/5)", "clones": 0}'
    )
    assert lines[1] == (
        '{"at": "2025-01-25T09:00:00-05:00", "type": "clone.created", "clone": "orders_20250125090000", '
        '"status": "ramping_up (1/5)", "clones": 1}'
    )
    assert len(lines) == 2 + 5 * 2 + 2 + 5 * 2


def test_it_does_what_a_world_that_obeys_does() -> None:
    what = plan(window("2200", "0130", 4), window("0100", "0230", 2), every=timedelta(minutes=7))
    world = World(what, utc("2025-03-08T00:00"))
    world.until(utc("2025-03-11T00:00"))

    found = list(simulate("orders", what, utc("2025-03-08T00:00"), utc("2025-03-11T00:00")))

    assert found == world.events


def test_the_start_is_included_and_the_end_is_not() -> None:
    found = list(simulate("orders", nine_to_five(3), utc("09:00"), utc("09:02")))

    assert [one.at for one in found if one.type is EventType.CLONE_CREATED] == [utc("09:00"), utc("09:01")]


def test_it_starts_with_no_clones_in_mid_window() -> None:
    first, *_ = simulate("orders", nine_to_five(3), utc("12:34:56"), utc("12:35"))

    assert (first.at, first.type, first.clones) == (utc("12:34:56"), EventType.RAMP_UP_STARTED, 0)


def test_any_zone_will_do_for_the_ends() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    begin, end = utc("08:00").astimezone(tokyo), utc("18:00").astimezone(tokyo)

    assert list(simulate("orders", nine_to_five(), begin, end)) == list(
        simulate("orders", nine_to_five(), utc("08:00"), utc("18:00"))
    )


@pytest.mark.parametrize(
    "what", [Plan(nine_to_five().schedule, disabled="AutoClone is off"), plan()], ids=["off", "no window"]
)
def test_where_nothing_is_wanted_nothing_happens(what: Plan) -> None:
    assert list(simulate("orders", what, utc("00:00"), utc("23:00"))) == []


def test_an_empty_time_has_no_events() -> None:
    assert list(simulate("orders", nine_to_five(), utc("09:00"), utc("09:00"))) == []


def test_a_year_is_in_order_without_holes() -> None:
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    found = list(simulate("orders", nine_to_five(2), begin, begin + timedelta(days=365)))

    assert len(found) == 365 * (4 + 2 * 4)
    assert [one.sequence for one in found] == list(range(1, len(found) + 1))
    assert all(one.at <= after.at for one, after in pairwise(found))
