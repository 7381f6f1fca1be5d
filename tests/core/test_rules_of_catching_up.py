"""What a ramp does that finds itself behind its schedule: `catch_up`."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autoclone.core.demand import Demand
from autoclone.core.model import CatchUp, Pace, ParentStatus, Phase, Plan
from autoclone.core.timetable import opened_at
from autoclone.core.window import Schedule
from worlds import World, nine_to_five, plan, story, utc, window


def at_once(what: Plan) -> Plan:
    return replace(what, catch_up=CatchUp.AT_ONCE)


def skip(what: Plan) -> Plan:
    return replace(what, catch_up=CatchUp.SKIP)


def test_at_once_makes_all_that_should_be_there_and_goes_on_as_if_it_had_never_been_late() -> None:
    world = World(at_once(nine_to_five(count=4)), utc("09:02:20"))
    assert world.until("12:00") == story(
        """
        09:02:20 ramp_up.started         0 ramping_up (0/4)
        09:02:20 clone.created    090220 1 ramping_up (1/4)
        09:02:20 clone.created    090221 2 ramping_up (2/4)
        09:02:20 clone.created    090222 3 ramping_up (3/4)
        09:02:20 clone.started    090220 3 ramping_up (3/4)
        09:02:20 clone.started    090221 3 ramping_up (3/4)
        09:02:20 clone.started    090222 3 ramping_up (3/4)
        09:03:00 clone.created    090300 4 active
        09:03:00 clone.started    090300 4 active
        09:03:00 ramp_up.completed       4 active
        """
    )


def test_at_once_catches_up_on_the_way_down_too() -> None:
    world = World(at_once(nine_to_five(count=4)), utc("09:00"))
    world.until("16:00")
    world.at("17:02:30")
    assert world.alive == ["090300"]
    world.until("17:03")
    assert world.alive == []


def test_at_once_where_all_should_have_gone_long_ago() -> None:
    world = World(at_once(nine_to_five(count=4)), utc("09:00"))
    world.until("16:00")
    world.at("21:00")
    assert world.alive == []
    assert world.state.phase is Phase.IDLE


def test_at_once_ramps_as_always_where_nothing_is_late() -> None:
    caught, plain = (World(one, utc("08:00")) for one in (at_once(nine_to_five()), nine_to_five()))
    assert caught.until("18:00") == plain.until("18:00")


def test_at_once_replaces_all_that_died() -> None:
    world = World(at_once(nine_to_five(count=3)), utc("09:00"))
    world.until("12:00")
    world.runtime.clear()
    world.tell(look=True)
    assert len(world.alive) == 3


def test_at_once_counts_from_an_edited_configuration_as_if_it_had_been_there_all_along() -> None:
    world = World(at_once(nine_to_five(count=2)), utc("09:00"))
    world.until("09:03:30")
    world.edit(at_once(nine_to_five(count=10)))
    assert len(world.alive) == 4
    world.edit(at_once(nine_to_five(count=1)))
    assert len(world.alive) == 1


def test_at_once_waits_where_it_is_ahead() -> None:
    world = World(at_once(plan(window("0900", "1700", 3), every=timedelta(hours=1))), utc("09:00"))
    world.until("09:30")
    world.turns_up("09:15")
    world.tell(look=True)
    world.until("10:59")
    assert len(world.alive) == 2
    world.until("11:00")
    assert len(world.alive) == 3


def test_at_once_follows_a_timetable_that_begins_in_the_window_before() -> None:
    """Three of five are left of the first window's ramp-down when the second opens."""
    hours = window("0900", "1000", 5), window("1002", "1100", 5)
    world = World(at_once(plan(*hours)), utc("10:02:30"))
    world.tell()
    assert len(world.alive) == 4
    world.until("10:03")
    assert len(world.alive) == 5


def test_at_once_looks_back_only_so_far() -> None:
    """A ramp of years, in windows of hours: there is no time at which it was through."""
    years = at_once(plan(window("0900", "1700", 1000), every=timedelta(days=3)))
    world = World(years, utc("12:00"))
    world.tell()
    assert world.wake_at is not None


def test_at_once_with_no_window_at_all() -> None:
    world = World(nine_to_five(count=2), utc("09:00"))
    world.until("12:00")
    world.edit(at_once(Plan(Schedule((), world.plan.schedule.zone))))
    assert world.alive == []


@pytest.mark.parametrize("late", ["09:00", "09:00:59"])
def test_skip_ramps_as_always_where_somebody_was_there_within_a_minute(late: str) -> None:
    world = World(skip(nine_to_five(count=2)), utc(late))
    world.until("09:30")
    assert len(world.alive) == 2


def test_skip_leaves_a_window_alone_whose_opening_was_missed_until_the_next() -> None:
    world = World(skip(nine_to_five(count=2)), utc("09:01"))
    assert world.until("2025-01-26T08:59") == []
    assert world.state.phase is Phase.IDLE
    world.until("2025-01-26T09:30")
    assert world.alive == ["090000", "090100"]


def test_skip_keeps_what_runs_in_a_window_that_it_leaves_alone_and_replaces_nothing() -> None:
    world = World(skip(nine_to_five(count=3)), utc("12:00"))
    for at in ("11:00", "11:30"):
        world.turns_up(at)
    world.tell(look=True)
    assert world.news() == story(
        """
        12:00:00 clone.adopted     110000 1 idle
        12:00:00 clone.adopted     113000 2 idle
        12:00:00 ramp_up.started          2 active
        12:00:00 ramp_up.completed        2 active
        """
    )
    del world.runtime[world.called("110000")]
    world.tell(look=True)
    world.until("16:00")
    assert world.alive == ["113000"]
    world.until("18:00")
    assert world.alive == []


def test_skip_removes_what_is_more_than_the_window_wants() -> None:
    world = World(skip(nine_to_five(count=1)), utc("12:00"))
    for at in ("11:00", "11:30", "11:45"):
        world.turns_up(at)
    world.tell(look=True)
    world.until("13:00")
    assert world.alive == ["114500"]


def test_skip_does_not_restore_what_went_with_the_last_primary() -> None:
    world = World(skip(nine_to_five(count=2)), utc("09:00"))
    world.until("12:00")
    world.news()
    world.restart()
    world.now = utc("2025-01-26T12:00")
    world.tell(takeover=True)
    assert world.news() == story(
        """
        12:00:00 ramp_down.started        2 ramping_down (2 remaining)
        12:00:00 clone.stopped     090000 2 ramping_down (2 remaining)
        12:00:00 clone.stopped     090100 2 ramping_down (2 remaining)
        12:00:00 clone.deleted     090000 1 ramping_down (1 remaining)
        12:00:00 clone.deleted     090100 0 idle
        12:00:00 ramp_down.completed      0 idle
        """
    )
    assert world.until("2025-01-27T08:00") == []


def test_skip_restores_them_in_the_window_that_they_were_made_in() -> None:
    world = World(skip(nine_to_five(count=2)), utc("09:00"))
    world.until("12:00")
    world.restart()
    world.now = utc("15:00")
    world.tell(takeover=True)
    assert world.alive == ["090000", "090100"]


def test_skip_goes_on_with_an_edited_window_that_it_was_there_for() -> None:
    world = World(skip(nine_to_five(count=2)), utc("09:00"))
    world.until("12:00")
    world.edit(skip(plan(window("1000", "1600", 4))))
    world.until("13:00")
    assert len(world.alive) == 4, "the opening is later now, and still is not missed"
    world.edit(skip(plan(window("0800", "1600", 5))))
    world.until("14:00")
    assert len(world.alive) == 5


def test_skip_goes_on_leaving_an_edited_window_alone_that_it_missed() -> None:
    world = World(skip(nine_to_five(count=2)), utc("12:00"))
    world.tell()
    world.edit(skip(plan(window("1000", "1600", 4))))
    world.until("13:00")
    assert world.alive == []


def test_skip_goes_on_with_a_ramp_that_did_not_skip_until_now() -> None:
    world = World(nine_to_five(count=3), utc("09:00"))
    world.until("09:01:30")
    world.edit(skip(nine_to_five(count=3)))
    world.until("10:00")
    assert len(world.alive) == 3


def test_skip_forgets_what_it_found_once_it_does_not_skip() -> None:
    world = World(skip(nine_to_five(count=2)), utc("12:00"))
    world.tell()
    world.edit(nine_to_five(count=2))
    world.until("13:00")
    assert len(world.alive) == 2
    assert world.state.opening is None


def test_skip_is_there_for_an_opening_whose_parent_is_stopped() -> None:
    world = World(skip(nine_to_five(count=2)), utc("08:00"))
    world.order(ParentStatus.STOPPED)
    world.until("12:00")
    world.order(ParentStatus.RUNNING)
    world.until("13:00")
    assert len(world.alive) == 2


def test_skip_takes_windows_that_touch_for_one() -> None:
    hours = window("0900", "1200", 2), window("1200", "1500", 4)
    world = World(skip(plan(*hours)), utc("09:00"))
    world.until("11:00")
    world.at("12:30")
    world.until("13:00")
    assert len(world.alive) == 4, "it was there when the first one opened"


def test_skip_misses_nothing_where_a_window_is_always_open() -> None:
    hours = window("0900", "2100", 2), window("2100", "0900", 2)
    world = World(skip(plan(*hours)), utc("12:00"))
    world.until("13:00")
    assert len(world.alive) == 2


def test_skip_with_a_step_and_a_pace_of_its_own() -> None:
    world = World(skip(replace(nine_to_five(count=4), up=Pace(timedelta(seconds=30), 2))), utc("09:00"))
    world.until("09:01")
    assert len(world.alive) == 4


def test_skip_goes_on_leaving_alone_what_it_missed_though_it_never_closes_any_more() -> None:
    world = World(skip(nine_to_five(count=2)), utc("12:00"))
    world.tell()
    world.edit(skip(plan(window("0900", "2100", 2), window("2100", "0900", 2))))
    world.until("2025-01-27T12:00")
    assert world.alive == []


def test_what_has_been_open_for_as_long_as_anybody_knows_has_no_opening() -> None:
    assert opened_at(nine_to_five().schedule, Demand(3)) is None


def test_a_hold_keeps_the_pace_of_a_ramp_that_catches_up_at_once() -> None:
    world = World(at_once(nine_to_five(count=1)), utc("09:00"))
    world.until("12:00")
    world.override(4, "13:00")
    world.until("12:01:30")
    assert len(world.alive) == 3


def test_skip_follows_an_override_in_a_window_that_it_leaves_alone() -> None:
    world = World(skip(nine_to_five(count=3)), utc("12:00"))
    world.until("12:30")
    world.override(2, "14:00")
    world.until("13:30")
    assert len(world.alive) == 2
    world.until("16:00")
    assert len(world.alive) == 2, "they run, and as many are wanted"


def test_skip_is_there_for_an_opening_during_a_hold() -> None:
    world = World(skip(nine_to_five(count=3)), utc("08:00"))
    world.tell()
    world.override(1, "12:00")
    world.until("13:00")
    assert len(world.alive) == 3
