"""Rule 9: what fails is tried again, later and later, and never at the cost of the pace."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autoclone.core.commands import Action
from autoclone.core.model import Backoff, Pace, Phase, Stage
from autoclone.core.pace import retry_delay
from worlds import World, nine_to_five, plan, story, utc, window

STUBBORN = Backoff(base=timedelta(seconds=4), cap=timedelta(seconds=30))
PATIENT = Backoff(cap=timedelta(hours=1))


def failing(count: int = 3, backoff: Backoff = STUBBORN) -> World:
    """A world at the opening, its first create outstanding."""
    world = World(replace(nine_to_five(count), backoff=backoff), utc("09:00"), obedient=False)
    world.tell()
    world.news()
    return world


def closing(backoff: Backoff = STUBBORN) -> World:
    """A world at the closing, the stop of its first clone outstanding."""
    world = World(replace(nine_to_five(2), backoff=backoff), utc("09:00"))
    world.until("16:59")
    world.obedient = False
    world.at("17:00")
    return world


def test_rule_9_a_failed_create_is_announced_and_tried_again() -> None:
    world = failing()
    world.fail(error="no room")
    assert world.news() == ["09:00:00 clone.create_failed 090000 0 ramping_up (0/3)"]
    assert world.events[-1].message == "no room"
    assert world.wake_at is not None
    assert utc("09:00:02") <= world.wake_at <= utc("09:00:04")

    world.now = world.wake_at
    world.tell()
    (again,) = world.outstanding
    assert (again.action, again.clone, again.attempt) == (Action.CREATE, "orders_20250125090000", 2)


def test_rule_9_a_failed_create_lets_no_second_clone_in_its_place_start_early() -> None:
    world = failing()
    for _ in range(4):
        world.fail()
        assert world.wake_at is not None
        world.now = world.wake_at
        world.tell()
    again = world.now
    world.obedient = True
    world.succeed()
    assert world.alive == ["090000"]
    assert world.wake_at == again + timedelta(minutes=1)


def test_rule_9_no_other_clone_is_made_while_one_waits_to_be_tried_again() -> None:
    world = failing(backoff=PATIENT)
    world.fail(retry_after=timedelta(minutes=10))
    world.until("09:09:59")
    assert len(world.commands) == 1
    world.until("09:10")
    assert [command.clone for command in world.commands] == ["orders_20250125090000"] * 2


def test_rule_9_a_failed_start_is_begun_anew() -> None:
    world = failing()
    world.succeed()
    world.fail(error="port in use")
    assert world.news() == story(
        """
        09:00:00 clone.created       090000 1 ramping_up (1/3)
        09:00:00 clone.create_failed 090000 1 ramping_up (1/3)
        """
    )
    world.obedient = True
    world.until("09:00:30")
    assert [event.split()[1] for event in world.news()] == []
    assert [event.type for event in world.events].count("clone.created") == 1, "it is announced once"
    assert world.alive == ["090000"]


def test_rule_9_a_count_that_falls_lets_go_of_what_never_came_to_be() -> None:
    world = failing()
    world.fail()
    world.now = utc("09:00:01")
    world.edit(replace(world.plan, schedule=nine_to_five(0).schedule))
    (delete,) = world.outstanding
    assert delete.action is Action.DELETE
    world.news()
    world.succeed()
    assert world.news() == [], "what was never announced goes unannounced"
    assert world.state.clones == ()


def test_rule_9_what_never_came_to_be_goes_without_waiting_for_the_pace() -> None:
    world = World(nine_to_five(3), utc("09:00"))
    world.until("09:01:30")
    world.obedient = False
    world.at("09:02")
    world.fail()
    world.edit(nine_to_five(1))
    assert world.asked == [(Action.DELETE, "090200"), (Action.STOP, "090000")]


def test_rule_9_of_several_that_never_came_to_be_the_newest_goes_first() -> None:
    by_twos = replace(nine_to_five(2), up=Pace(step=2))
    world = World(by_twos, utc("09:00"), obedient=False)
    world.tell()
    for command in list(world.outstanding):
        world.fail(command)
    world.edit(replace(by_twos, schedule=nine_to_five(1).schedule))
    assert world.asked == [(Action.DELETE, "090001")]


def test_rule_9_a_clone_that_would_not_start_is_stopped_when_the_window_closes() -> None:
    world = failing(count=1)
    world.now = utc("16:59:59")
    world.succeed()
    world.fail()
    world.news()
    world.at("17:00")
    assert [command.action for command in world.outstanding] == [Action.STOP]
    world.obedient = True
    world.succeed()
    assert world.state.phase is Phase.IDLE
    assert world.state.clones == ()


def test_rule_9_nothing_more_is_launched_than_is_wanted() -> None:
    """A create that waits to be tried again waits on while there are too many already."""
    world = World(replace(nine_to_five(3), backoff=STUBBORN), utc("09:00"))
    world.until("09:01:30")
    world.obedient = False
    world.at("09:02")
    world.succeed()
    world.fail(retry_after=timedelta(seconds=30))
    world.edit(replace(world.plan, schedule=nine_to_five(1).schedule))
    world.until("09:02:59")
    assert world.asked == [(Action.STOP, "090000")]
    world.until("09:03")
    assert world.asked[1:] == [
        (Action.STOP, "090100"),
        (Action.CREATE, "090200"),
    ]


def test_rule_9_a_retry_counts_for_the_pace_in_a_window_that_opened_again_too() -> None:
    world = World(plan(window("0900", "0905", 1), window("0907", "1700", 1)), utc("09:00"), obedient=False)
    world.until("09:07")
    world.fail()
    world.obedient = True
    world.until("09:07:10")
    world.edit(nine_to_five(2))
    assert len(world.alive) == 1
    world.until("09:08:10")
    assert len(world.alive) == 2


def test_rule_9_a_retry_while_ramping_down_does_not_hurry_the_next_removal() -> None:
    world = World(replace(nine_to_five(4), backoff=STUBBORN), utc("09:00"))
    world.until("09:02:30")
    world.obedient = False
    world.at("09:03")
    world.succeed()
    world.fail(retry_after=timedelta(seconds=30))
    world.obedient = True
    world.edit(replace(world.plan, schedule=nine_to_five(2).schedule))
    world.until("09:04:10")
    assert world.alive == ["090200", "090300"]
    world.edit(replace(world.plan, schedule=nine_to_five(0).schedule))
    world.until("09:04:59")
    assert world.alive == ["090200", "090300"]
    world.until("09:05")
    assert world.alive == ["090300"]


@pytest.mark.parametrize("after_stopping", [False, True])
def test_rule_9_a_failed_stop_or_delete_is_tried_again_in_the_same_way(*, after_stopping: bool) -> None:
    world = closing()
    if after_stopping:
        world.succeed()
    (failed,) = world.outstanding
    world.news()
    world.fail(error="busy")
    assert [line.split()[1] for line in world.news()] == ["clone.delete_failed"]
    assert world.events[-1].message == "busy"
    assert world.wake_at is not None
    assert utc("17:00:02") <= world.wake_at <= utc("17:00:04")

    world.now = world.wake_at
    world.tell()
    (again,) = world.outstanding
    assert again == replace(failed, at=world.now, attempt=2)


def test_rule_9_a_stop_that_fails_does_not_hold_up_the_next_one() -> None:
    world = closing(backoff=PATIENT)
    world.fail(retry_after=timedelta(minutes=30))
    world.obedient = True
    world.until("17:10")
    assert world.alive == ["090000"]
    assert world.state.phase is Phase.RAMPING_DOWN
    world.until("17:30")
    assert world.state.phase is Phase.IDLE


def test_rule_9_successes_wipe_the_failures_out() -> None:
    world = failing()
    world.fail()
    world.obedient = True
    world.until("12:00")
    assert all(clone.attempts == 0 and clone.stage is Stage.RUNNING for clone in world.state.clones)


def test_rule_9_a_clone_that_died_is_replaced_at_the_pace_of_the_ramp() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.until("09:02:10")
    world.news()
    del world.runtime[world.called("090100")]
    world.tell(look=True)
    assert world.news() == story(
        """
        09:02:10 clone.died      090100 2 active
        09:02:10 ramp_up.started        2 ramping_up (2/3)
        """
    )
    world.until("09:02:59")
    assert world.alive == ["090000", "090200"]
    world.until("10:00")
    assert world.alive == ["090000", "090200", "090300"]


def test_rule_9_the_wait_doubles_up_to_the_cap_and_jitters_by_half() -> None:
    for failures, full in [(1, 4), (2, 8), (3, 16), (4, 30), (5, 30), (1000, 30)]:
        wait = retry_delay(STUBBORN, "orders_20250125090000", failures, None)
        assert timedelta(seconds=full / 2) <= wait <= timedelta(seconds=full)


def test_rule_9_the_jitter_is_settled_by_the_name_and_the_number() -> None:
    waits = {retry_delay(STUBBORN, f"orders_{n}", 1, None) for n in range(50)}
    assert len(waits) > 40, "clones do not all return at once"
    assert retry_delay(STUBBORN, "orders_7", 1, None) == retry_delay(STUBBORN, "orders_7", 1, None)


def test_rule_9_the_runtime_may_ask_for_a_longer_wait_within_the_cap() -> None:
    assert retry_delay(STUBBORN, "orders_7", 1, timedelta(seconds=20)) == timedelta(seconds=20)
    assert retry_delay(STUBBORN, "orders_7", 1, timedelta(days=3)) == STUBBORN.cap
