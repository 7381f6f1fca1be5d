"""Rules 1, 2, 5 and 6: how the number of clones follows the number wanted."""

from dataclasses import replace
from datetime import timedelta

from autoclone.core.commands import Action
from autoclone.core.model import Pace, Phase
from worlds import World, nine_to_five, story, utc


def test_rule_1_the_first_clone_at_the_opening_then_one_an_interval() -> None:
    world = World(nine_to_five(count=3), utc("08:59"))
    assert world.until("08:59:59") == []
    assert world.wake_at == utc("09:00")
    assert world.until("12:00") == story(
        """
        09:00:00 ramp_up.started         0 ramping_up (0/3)
        09:00:00 clone.created    090000 1 ramping_up (1/3)
        09:00:00 clone.started    090000 1 ramping_up (1/3)
        09:01:00 clone.created    090100 2 ramping_up (2/3)
        09:01:00 clone.started    090100 2 ramping_up (2/3)
        09:02:00 clone.created    090200 3 active
        09:02:00 clone.started    090200 3 active
        09:02:00 ramp_up.completed       3 active
        """
    )
    assert world.state.phase is Phase.ACTIVE
    assert world.state.ramp_up_completed
    assert world.state.last_clone_at == utc("09:02")
    assert world.alive == ["090000", "090100", "090200"]
    assert world.wake_at == utc("17:00")


def test_rule_1_creating_a_clone_includes_starting_it() -> None:
    world = World(nine_to_five(count=1), utc("09:00"), obedient=False)
    world.tell()
    (create,) = world.outstanding
    assert (create.action, create.clone, create.attempt) == (Action.CREATE, "orders_20250125090000", 1)
    assert world.news() == ["09:00:00 ramp_up.started 0 ramping_up (0/1)"]
    assert world.state.live == 0, "it counts once it was announced"

    world.succeed()
    (start,) = world.outstanding
    assert start.action is Action.START
    assert world.news() == ["09:00:00 clone.created 090000 1 active"]
    assert world.state.phase is Phase.RAMPING_UP

    world.succeed()
    assert world.news() == ["09:00:00 clone.started 090000 1 active", "09:00:00 ramp_up.completed 1 active"]


def test_rule_2_the_oldest_first_at_the_closing_then_one_an_interval() -> None:
    world = World(nine_to_five(count=3), utc("09:00"))
    world.until("16:59:59")
    world.news()
    assert world.until("17:01:30") == story(
        """
        17:00:00 ramp_down.started        3 ramping_down (3 remaining)
        17:00:00 clone.stopped     090000 3 ramping_down (3 remaining)
        17:00:00 clone.deleted     090000 2 ramping_down (2 remaining)
        17:01:00 clone.stopped     090100 2 ramping_down (2 remaining)
        17:01:00 clone.deleted     090100 1 ramping_down (1 remaining)
        """
    )
    assert world.state.ramp_up_completed, "it did, in this window"
    assert world.until("18:00") == story(
        """
        17:02:00 clone.stopped     090200 1 ramping_down (1 remaining)
        17:02:00 clone.deleted     090200 0 idle
        17:02:00 ramp_down.completed      0 idle
        """
    )
    assert world.state.phase is Phase.IDLE
    assert not world.state.ramp_up_completed
    assert world.runtime == {}
    assert world.wake_at == utc("2025-01-26T09:00")


def test_rule_2_a_clone_is_deleted_only_after_it_has_stopped() -> None:
    world = World(nine_to_five(count=1), utc("09:00"))
    world.until("16:59")
    world.obedient = False
    world.at("17:00")
    (stop,) = world.outstanding
    assert stop.action is Action.STOP
    world.succeed()
    (delete,) = world.outstanding
    assert delete.action is Action.DELETE
    assert world.state.phase is Phase.RAMPING_DOWN
    world.succeed()
    assert world.state.phase is Phase.IDLE


def test_rule_5_the_pace_does_not_drift() -> None:
    world = World(nine_to_five(count=500), utc("08:00"))
    world.until("10:59:59")
    created = [event.at for event in world.events if event.type == "clone.created"]
    assert created == [utc("09:00") + k * timedelta(minutes=1) for k in range(120)]


def test_rule_5_a_late_service_makes_one_at_once_and_goes_on_from_there() -> None:
    world = World(nine_to_five(count=4), utc("09:00"))
    world.until("09:00:30")
    world.news()
    assert world.at("09:07:20") == story(
        """
        09:07:20 clone.created 090720 2 ramping_up (2/4)
        09:07:20 clone.started 090720 2 ramping_up (2/4)
        """
    )
    world.until("10:00")
    assert world.alive == ["090000", "090720", "090820", "090920"]


def test_rule_5_a_slow_create_holds_up_the_next_one_without_a_burst() -> None:
    world = World(nine_to_five(count=3), utc("09:00"), obedient=False)
    world.until("09:05")
    assert [command.action for command in world.commands] == [Action.CREATE], "creates are serial"

    world.obedient = True
    world.succeed()
    world.until("10:00")
    assert world.alive == ["090000", "090500", "090600"]


def test_rule_5_a_late_ramp_down_removes_one_at_once_and_goes_on_from_there() -> None:
    world = World(nine_to_five(count=3), utc("09:00"))
    world.until("16:59")
    assert world.at("17:30:10") != []
    assert world.alive == ["090100", "090200"]
    world.until("17:31:09")
    assert world.alive == ["090100", "090200"]
    world.until("17:31:10")
    assert world.alive == ["090200"]


def test_rule_6_joining_in_mid_window_starts_with_one() -> None:
    world = World(nine_to_five(count=3), utc("12:34:56"))
    world.tell()
    assert world.alive == ["123456"]
    assert world.wake_at == utc("12:35:56")
    world.until("13:00")
    assert world.alive == ["123456", "123556", "123656"]


def test_a_pace_of_its_own_each_way() -> None:
    uneven = replace(nine_to_five(count=2), up=Pace(timedelta(minutes=5)), down=Pace(timedelta(seconds=10)))
    world = World(uneven, utc("09:00"))
    world.until("16:59")
    assert world.alive == ["090000", "090500"]
    world.until("17:00:09")
    assert world.alive == ["090500"]
    world.until("17:00:10")
    assert world.alive == []


def test_a_step_of_several_clones_at_a_time() -> None:
    by_twos = replace(nine_to_five(count=5), up=Pace(step=2), down=Pace(step=3))
    world = World(by_twos, utc("09:00"))
    world.until("16:59")
    assert world.alive == ["090000", "090001", "090100", "090101", "090200"]
    world.until("17:00")
    assert world.alive == ["090101", "090200"]


def test_an_interval_edited_in_mid_ramp_counts_from_the_last_clone() -> None:
    world = World(nine_to_five(every=timedelta(hours=1)), utc("09:00"))
    world.until("09:10")
    world.edit(nine_to_five(every=timedelta(minutes=15)))
    assert world.wake_at == utc("09:15")


def test_most_dags_most_of_the_day_cost_nothing() -> None:
    world = World(nine_to_five(), utc("08:00"))
    before = world.state
    world.tell()
    assert world.state is before
    assert world.wake_at == utc("09:00")
