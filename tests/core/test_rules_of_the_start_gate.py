"""The next clone waits until the last one is healthy, for so long at most: `start_gate`."""

from dataclasses import replace
from datetime import timedelta

from autoclone.core.inputs import RunStatus
from autoclone.core.model import Pace, Phase
from autoclone.core.start_gate import GateWait, gate_wait, gated
from worlds import World, nine_to_five, utc

GATED = replace(nine_to_five(count=3), start_gate=timedelta(minutes=3))


def unwell(at: str = "09:00") -> World:
    return World(GATED, utc(at), well=False)


def waits(world: World) -> GateWait | None:
    return gate_wait(world.state, world.plan, world.now)


def test_a_clone_that_is_healthy_in_time_holds_nothing_up() -> None:
    world = World(GATED, utc("09:00"))
    world.until("10:00")
    assert world.alive == ["090000", "090100", "090200"]
    assert [clone.gate_until for clone in world.state.clones] == [None] * 3


def test_the_next_clone_comes_once_the_last_one_is_healthy() -> None:
    world = unwell()
    world.until("09:01:30")
    assert world.alive == ["090000"]
    world.well = True
    world.until("10:00")
    assert world.alive == ["090000", "090130", "090230"]


def test_the_next_clone_comes_after_the_timeout_all_the_same() -> None:
    world = unwell()
    world.until("09:02:59")
    assert world.wake_at == utc("09:03")
    world.until("10:00")
    assert world.alive == ["090000", "090300", "090600"]


def test_it_tells_what_it_waits_for_once_the_next_clone_is_due() -> None:
    world = unwell("08:59")
    world.until("08:59")
    assert waits(world) is None, "there is nothing to wait for"
    world.until("09:00:59")
    assert waits(world) is None, "the pace alone holds the next one up"
    world.until("09:01")
    assert waits(world) == GateWait("orders_20250125090000", utc("09:03"))
    assert gated(world.state, world.plan) == ("orders_20250125090000",)
    world.until("09:03")
    assert waits(world) is None, "the next one has come, and is not due itself"


def test_a_gate_that_is_edited_away_lets_the_next_one_come() -> None:
    world = unwell()
    world.until("09:01:30")
    world.edit(nine_to_five(count=3))
    assert world.alive == ["090000", "090130"]
    assert waits(world) is None
    assert gated(world.state, world.plan) == ()


def test_a_gate_waits_for_all_that_came_together() -> None:
    world = unwell()
    world.plan = replace(GATED, up=Pace(step=2), start_gate=timedelta(minutes=2))
    world.until("09:01:30")
    assert world.alive == ["090000", "090001"]
    world.until("10:00")
    assert world.alive == ["090000", "090001", "090200"]


def test_nobody_waits_for_a_clone_that_died() -> None:
    world = unwell()
    world.until("09:01:30")
    world.becomes("090000", RunStatus.FAILED)
    world.tell(look=True)
    assert world.alive == ["090130"], "its place is taken at the ramp's pace"


def test_a_restored_clone_is_waited_for_no_longer_than_it_would_have_been() -> None:
    world = unwell()
    world.until("09:01:30")
    world.restart()
    world.tell(takeover=True)
    assert world.wake_at == utc("09:03")


def test_the_health_of_a_clone_that_nobody_waits_for_is_no_news() -> None:
    world = World(GATED, utc("09:00"))
    world.until("12:00")
    before = world.state
    world.see_well("090000", "nobody")
    assert world.state is before
    assert before.phase is Phase.ACTIVE


def test_a_gate_does_not_hold_up_the_way_down() -> None:
    world = unwell("16:59")
    world.until("17:00")
    assert world.alive == []


def test_a_clock_that_is_set_back_makes_nobody_wait_for_longer_than_the_timeout() -> None:
    world = unwell("12:00")
    world.until("12:01:30")
    world.at("2025-01-24T12:00")
    assert world.wake_at == utc("2025-01-24T12:03")
    world.until("2025-01-24T12:03")
    assert len(world.alive) == 2
