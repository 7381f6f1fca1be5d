"""Rule 13: an override takes the place of the schedule, and every hold ends."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autoclone.core.inputs import RunStatus
from autoclone.core.model import By, Hold, HoldKind, ParentStatus, Phase
from worlds import World, midday, nine_to_five, story, utc

# An override


def test_rule_13_an_override_is_reached_and_left_at_the_pace() -> None:
    world = midday(count=1)
    world.news()
    assert world.override(2, "12:30", "a rush") == story(
        """
        12:00:00 override.started           1 active
        12:00:00 ramp_up.started            1 ramping_up (1/2)
        12:00:00 clone.created       120000 2 active
        12:00:00 clone.started       120000 2 active
        12:00:00 ramp_up.completed          2 active
        """
    )
    assert world.until("12:30") == story(
        """
        12:30:00 override.ended             2 active
        12:30:00 ramp_down.started          2 ramping_down (2 remaining)
        12:30:00 clone.stopped       090000 2 ramping_down (2 remaining)
        12:30:00 clone.deleted       090000 1 active
        12:30:00 ramp_down.completed        1 active
        """
    )
    assert [event.by for event in world.events if event.hold] == [By.OPERATOR, By.CLOCK]


def test_rule_13_an_override_of_none_ramps_down_at_the_pace() -> None:
    world = midday(count=2)
    world.override(0, "14:00")
    assert world.alive == ["090100"]
    world.until("12:01")
    assert world.alive == []
    assert world.state.phase is Phase.IDLE
    assert world.wake_at == utc("14:00")
    world.until("14:00")
    assert world.alive == ["140000"]


def test_rule_13_an_override_works_outside_the_window_too() -> None:
    world = World(nine_to_five(), utc("07:00"))
    world.tell()
    world.override(1, "08:00")
    assert world.alive == ["070000"]
    world.until("08:00")
    assert world.alive == []


def test_rule_13_an_override_replaces_a_clone_that_dies() -> None:
    world = midday(count=1)
    world.override(1, "13:00")
    world.now = utc("12:05")
    world.becomes("090000", RunStatus.FAILED)
    world.tell(look=True)
    assert world.alive == ["120500"]


def test_rule_13_what_an_override_gave_up_is_not_brought_back_by_the_next_primary() -> None:
    world = midday(count=2)
    world.obedient = False
    world.override(0, "14:00")
    world.restart()
    world.obedient = True
    world.now = utc("12:30")
    world.tell(takeover=True)
    assert world.runtime == {}


# Ends


@pytest.mark.parametrize("kind", list(HoldKind))
def test_rule_13_a_hold_is_ended_by_hand(kind: HoldKind) -> None:
    world = midday()
    world.tell(order=Hold(kind, utc("14:00"), 3, world.now))
    world.news()
    ended = "ramp.resumed" if kind is HoldKind.PAUSE else "override.ended"
    assert world.release() == [f"12:00:00 {ended} 3 active"]
    assert world.events[-1].by is By.OPERATOR
    assert world.state.hold is None
    assert world.wake_at == utc("17:00")


def test_rule_13_to_end_a_hold_that_there_is_not_changes_nothing() -> None:
    world = midday()
    before = world.state
    world.release()
    assert world.state is before


def test_rule_13_a_new_hold_takes_the_place_of_the_old_one() -> None:
    world = midday()
    world.override(2, "14:00")
    world.news()
    assert world.pause("13:00") == story(
        """
        12:00:00 override.ended   2 active
        12:00:00 ramp.paused      2 active
        """
    )
    assert world.events[-2].by is By.OPERATOR
    assert world.until("13:00")[:2] == story(
        """
        13:00:00 ramp.resumed     2 active
        13:00:00 ramp_up.started  2 ramping_up (2/3)
        """
    )


def test_rule_13_a_hold_that_is_over_before_it_is_taken_in_asks_nothing() -> None:
    world = midday()
    world.pause("13:00")
    held = world.state.hold
    world.news()
    assert world.override(0, "11:59") == []
    assert world.state.hold == held


def test_rule_13_a_hold_that_ran_out_while_nobody_was_there_ends_by_the_clock() -> None:
    world = midday()
    world.pause("13:00")
    world.restart(losing=False)
    world.now = utc("14:00")
    world.news()
    world.tell(takeover=True)
    assert world.news() == ["14:00:00 ramp.resumed 3 active"]
    assert world.events[-1].by is By.CLOCK


def test_rule_13_a_new_hold_that_comes_late_for_the_old_one_finds_it_ended_by_the_clock() -> None:
    world = midday()
    world.pause("13:00")
    world.now = utc("13:00:01")
    world.override(3, "14:00")
    assert [event.by for event in world.events if event.hold][-2:] == [By.CLOCK, By.OPERATOR]


def test_rule_13_a_hold_stays_over_an_edit() -> None:
    world = midday()
    world.override(2, "14:00")
    world.edit(nine_to_five(9))
    world.until("13:59")
    assert len(world.alive) == 2
    world.until("14:07")
    assert len(world.alive) == 9


# The operator comes first


@pytest.mark.parametrize("kind", list(HoldKind))
def test_rule_13_a_stopped_parent_loses_its_clones_whatever_is_held(kind: HoldKind) -> None:
    world = midday()
    world.tell(order=Hold(kind, utc("14:00"), 3, world.now))
    world.order(ParentStatus.STOPPED)
    assert world.runtime == {}
    assert world.state.hold is not None
    assert world.wake_at == utc("14:00"), "the hold still has to end"
    assert world.until("14:00")[-1].endswith("0 idle")
    assert world.state.hold is None


def test_rule_13_disabled_comes_before_a_hold() -> None:
    world = midday()
    world.override(3, "14:00")
    world.edit(replace(world.plan, disabled="ramp_count is 0"))
    assert world.runtime == {}


def test_rule_13_started_again_in_a_pause_there_are_none_until_it_ends() -> None:
    world = midday()
    world.pause("13:00")
    world.order(ParentStatus.STOPPED)
    world.order(ParentStatus.RUNNING)
    world.until("12:59")
    assert world.state.phase is Phase.IDLE
    world.until("13:00")
    assert world.alive == ["130000"]


def test_rule_13_started_again_in_an_override_it_ramps_up_to_its_number() -> None:
    world = midday()
    world.override(2, "13:00")
    world.order(ParentStatus.STOPPED)
    world.order(ParentStatus.RUNNING)
    world.until("12:10")
    assert len(world.alive) == 2


def test_rule_13_a_suspended_parent_has_its_clones_suspended_in_a_hold_and_resumed() -> None:
    world = midday(count=1)
    world.pause("14:00")
    world.order(ParentStatus.SUSPENDED)
    assert world.alive == []
    world.order(ParentStatus.RUNNING)
    assert world.alive == ["090000"]


def test_rule_13_a_delete_ends_a_hold() -> None:
    world = midday()
    world.pause("14:00")
    world.news()
    assert world.order(ParentStatus.DELETED)[:2] == story(
        """
        12:00:00 parent.deleted   3 active
        12:00:00 ramp.resumed     3 active
        """
    )
    assert world.events[-1].by is None
    assert world.state.hold is None
    world.pause("15:00")
    assert world.state.hold is None


def test_rule_13_an_idle_ramp_that_is_held_is_looked_at_when_the_hold_ends() -> None:
    world = World(nine_to_five(), utc("17:30"))
    world.tell()
    world.pause("17:31")
    assert world.wake_at == utc("17:31")
    before = world.state
    world.now += timedelta(seconds=1)
    world.tell()
    assert world.state is before
    assert world.until("17:31") == ["17:31:00 ramp.resumed 0 idle"]
