"""Rule 13: while it is paused the clock makes no clone and removes none."""

from dataclasses import replace

from autoclone.core.commands import Action
from autoclone.core.inputs import RunStatus
from autoclone.core.model import By, CatchUp, Hold, HoldKind, Phase
from worlds import World, midday, nine_to_five, story, utc


def test_rule_13_a_pause_stops_a_ramp_up_where_it_is_and_the_clock_ends_it() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.until("09:01:30")
    world.news()
    assert world.pause("10:00", "a look at the first two") == ["09:01:30 ramp.paused 2 ramping_up (2/3)"]
    assert world.wake_at == utc("10:00")
    assert world.until("09:59:59") == []
    assert world.until("10:00") == story(
        """
        10:00:00 ramp.resumed               2 ramping_up (2/3)
        10:00:00 clone.created       100000 3 active
        10:00:00 clone.started       100000 3 active
        10:00:00 ramp_up.completed          3 active
        """
    )
    told = [event for event in world.events if event.hold is not None]
    pause = Hold(HoldKind.PAUSE, utc("10:00"), 3, utc("09:01:30"), "a look at the first two")
    assert [(event.hold, event.by) for event in told] == [(pause, By.OPERATOR), (pause, By.CLOCK)]


def test_rule_13_a_pause_over_the_closing_keeps_the_clones() -> None:
    world = midday()
    world.now = utc("16:59")
    world.pause("18:00")
    assert world.until("17:59:59") == []
    assert world.state.phase is Phase.ACTIVE
    assert world.until("18:00")[:4] == story(
        """
        18:00:00 ramp.resumed               3 active
        18:00:00 ramp_down.started          3 ramping_down (3 remaining)
        18:00:00 clone.stopped       090000 3 ramping_down (3 remaining)
        18:00:00 clone.deleted       090000 2 ramping_down (2 remaining)
        """
    )


def test_rule_13_a_pause_over_the_opening_keeps_it_idle() -> None:
    world = World(nine_to_five(), utc("08:00"))
    world.until("08:30")
    assert world.pause("09:30") == ["08:30:00 ramp.paused 0 idle"]
    assert world.until("09:29:59") == []
    assert world.until("09:30")[:3] == story(
        """
        09:30:00 ramp.resumed               0 idle
        09:30:00 ramp_up.started            0 ramping_up (0/3)
        09:30:00 clone.created       093000 1 ramping_up (1/3)
        """
    )


def test_rule_13_a_pause_in_a_ramp_down_lets_what_is_leaving_go_and_no_more() -> None:
    world = midday()
    world.obedient = False
    world.at("17:00")
    world.pause("18:00")
    world.succeed()
    world.succeed()
    assert world.news()[-1] == "17:00:00 clone.deleted 090000 2 ramping_down (2 remaining)"
    assert world.until("17:59") == []
    assert world.asked == []


def test_rule_13_a_clone_that_is_being_launched_as_a_pause_begins_is_still_launched() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.pause("10:00")
    world.succeed()
    world.succeed()
    assert world.alive == ["090000"]
    assert world.until("09:30")[-1] == "09:00:00 clone.started 090000 1 ramping_up (1/3)"


def test_rule_13_a_failed_launch_is_tried_again_after_the_pause() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.fail()
    world.pause("10:00")
    world.until("09:59")
    assert world.asked == []
    world.until("10:00")
    assert world.asked == [(Action.CREATE, "090000")]


def test_rule_13_a_clone_that_dies_in_a_pause_is_cleared_away_and_replaced_after_it() -> None:
    world = midday()
    world.pause("13:00")
    world.news()
    world.becomes("090100", RunStatus.FAILED)
    world.tell(look=True)
    assert world.news() == story(
        """
        12:00:00 clone.died        090100 2 active
        12:00:00 ramp_up.started          2 ramping_up (2/3)
        """
    )
    assert world.until("12:59") == []
    world.until("13:00")
    assert world.alive == ["090000", "090200", "130000"]


def test_rule_13_what_ran_in_the_last_primary_runs_again_though_it_is_paused() -> None:
    world = midday()
    world.now = utc("16:59")
    world.pause("20:00")
    world.restart()
    world.now = utc("19:00")
    world.tell(takeover=True)
    assert world.alive == ["090000", "090100", "090200"]
    assert world.state.hold is not None


def test_rule_13_a_retry_of_a_restored_clone_is_not_held_up_by_a_pause() -> None:
    world = midday(count=1)
    world.pause("20:00")
    world.obedient = False
    world.restart()
    world.tell(takeover=True)
    world.fail()
    world.until("12:00:05")
    assert world.asked == [(Action.CREATE, "090000")]


def test_rule_13_a_pause_in_a_window_that_is_left_alone_holds_what_there_is() -> None:
    world = World(replace(nine_to_five(), catch_up=CatchUp.SKIP), utc("12:00"))
    world.tell()
    assert world.pause("13:00") == ["12:00:00 ramp.paused 0 idle"]
    assert world.until("13:00") == ["13:00:00 ramp.resumed 0 idle"]
    assert world.until("14:00") == []
