"""How a ramp moves, as users write it."""

from datetime import UTC, timedelta
from typing import Any

import pytest

from autoclone.config.dag import resolve
from autoclone.core.model import CatchUp, Order, Pace, Plan
from autoclone.errors import Fault, InvalidInput

ON: dict[str, Any] = {"ramp_up_time": "0900", "ramp_down_time": "1700", "ramp_count": 5}
MINUTE = timedelta(minutes=1)


def plan(**keys: object) -> Plan:
    return resolve({"name": "orders", "autoclone": {**ON, **keys}}, zone=UTC).plan


def faults(**keys: object) -> list[Fault]:
    with pytest.raises(InvalidInput) as caught:
        plan(**keys)
    return list(caught.value.faults)


def fault(**keys: object) -> Fault:
    (only,) = faults(**keys)
    return only


def test_without_the_keys_the_plan_is_the_plain_one() -> None:
    plain = plan()
    assert plain == Plan(plain.schedule)
    keys = ("ramp_down_interval", "ramp_step", "order", "drain_timeout", "catch_up", "start_gate")
    assert plan(**dict.fromkeys(keys)) == plain


def test_the_way_down_has_the_pace_of_the_way_up_unless_it_has_its_own() -> None:
    assert plan(ramp_interval="5s").down == Pace(timedelta(seconds=5))
    both = plan(ramp_interval="5s", ramp_down_interval="2s")
    assert (both.up, both.down) == (Pace(timedelta(seconds=5)), Pace(timedelta(seconds=2)))
    assert plan(ramp_down_interval="2s").up == Pace(MINUTE)


@pytest.mark.parametrize(
    ("written", "up", "down"),
    [(3, 3, 3), ({"up": 3, "down": 2}, 3, 2), ({"up": 3}, 3, 1), ({"down": 2}, 1, 2), ({}, 1, 1)],
)
def test_a_step_is_for_both_ways_or_for_each(written: object, up: int, down: int) -> None:
    found = plan(ramp_step=written)
    assert (found.up.step, found.down.step) == (up, down)


@pytest.mark.parametrize("written", [True, "2", 2.0, [2]])
def test_a_step_that_is_no_number_says_how_to_write_it(written: object) -> None:
    found = fault(ramp_step=written)
    assert (found.field, found.problem) == ("autoclone.ramp_step", "is not a number of clones")
    assert found.remedy == 'Write a number of clones, such as 2, or {"up": 2, "down": 5}'


@pytest.mark.parametrize("written", [0, -1, 10_001])
def test_a_step_is_of_one_clone_at_least(written: int) -> None:
    assert fault(ramp_step=written).remedy == "Write a number from 1 to 10000"
    found = fault(ramp_step={"up": 1, "down": written})
    assert (found.field, found.value) == ("autoclone.ramp_step.down", str(written))


def test_a_step_knows_two_ways() -> None:
    found = fault(ramp_step={"dwon": 2})
    assert (found.field, found.problem) == ("autoclone.ramp_step.dwon", "is not a key of ramp_step")
    assert found.remedy == "Did you mean down?"


def test_the_order_and_the_rule_for_catching_up_are_named() -> None:
    found = plan(order="newest", catch_up="at_once")
    assert (found.order, found.catch_up) == (Order.NEWEST, CatchUp.AT_ONCE)
    assert plan(catch_up="skip").catch_up is CatchUp.SKIP
    assert fault(order="newst").remedy == "Did you mean newest?"
    assert fault(order=5).remedy == "Write one of oldest, newest"
    assert fault(catch_up=["skip"]).field == "autoclone.catch_up"
    assert fault(catch_up="").remedy == "Write one of converge, at_once, skip"


def test_a_gate_is_a_duration_or_an_object_with_one() -> None:
    assert plan(start_gate="30s").start_gate == timedelta(seconds=30)
    assert plan(start_gate={"timeout": "2m"}).start_gate == timedelta(minutes=2)


@pytest.mark.parametrize(
    ("written", "field", "remedy"),
    [
        (True, "start_gate", 'Write a duration, such as "30s", or {"timeout": "30s"}'),
        (30, "start_gate", 'Write a duration, such as "30s", or {"timeout": "30s"}'),
        ("half a minute", "start_gate", 'Write a number and a unit, such as "250ms", "5s" or "1h30m"'),
        ("2d", "start_gate", 'Write a duration from "1ms" to "1d"'),
        ({}, "start_gate.timeout", "Add it"),
        ({"timeout": 5}, "start_gate.timeout", 'Write a number and a unit, such as "250ms", "5s" or "1h30m"'),
        ({"timeout": "5s", "x": 1}, "start_gate.x", "Write one of timeout"),
    ],
)
def test_a_malformed_gate_says_what_to_write(written: object, field: str, remedy: str) -> None:
    found = fault(start_gate=written)
    assert (found.field, found.remedy) == (f"autoclone.{field}", remedy)


def test_draining_takes_so_long_at_most() -> None:
    assert plan(drain_timeout="90s").drain_timeout == timedelta(seconds=90)
    assert fault(drain_timeout="25h").remedy == 'Write a duration from "1ms" to "1d"'
    assert fault(drain_timeout=5).field == "autoclone.drain_timeout"


def test_wrong_keys_are_told_in_the_order_of_the_document() -> None:
    found = faults(start_gate=5, order="x", ramp_step={"up": 0, "down": 0})
    assert [one.field for one in found] == [
        "autoclone.start_gate",
        "autoclone.order",
        "autoclone.ramp_step.up",
        "autoclone.ramp_step.down",
    ]
