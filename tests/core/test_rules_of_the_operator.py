"""Rule 10: the parent deleted, stopped, suspended or resumed, and AutoClone disabled."""

from dataclasses import replace

import pytest

from autoclone.core.commands import Action
from autoclone.core.model import ParentStatus, Phase, Stage
from worlds import World, midday, nine_to_five, story, utc

GONE = [ParentStatus.STOPPED, ParentStatus.DELETED]


@pytest.mark.parametrize("parent", GONE)
def test_rule_10_a_parent_stopped_or_deleted_loses_all_its_clones_at_once(
    parent: ParentStatus,
) -> None:
    world = midday()
    assert world.order(parent) == story(
        f"""
        12:00:00 parent.{parent}          3 active
        12:00:00 ramp_down.started        3 ramping_down (3 remaining)
        12:00:00 clone.stopped     090000 3 ramping_down (3 remaining)
        12:00:00 clone.stopped     090100 3 ramping_down (3 remaining)
        12:00:00 clone.stopped     090200 3 ramping_down (3 remaining)
        12:00:00 clone.deleted     090000 2 ramping_down (2 remaining)
        12:00:00 clone.deleted     090100 1 ramping_down (1 remaining)
        12:00:00 clone.deleted     090200 0 idle
        12:00:00 ramp_down.completed      0 idle
        """
    )
    assert world.runtime == {}
    assert world.state.phase is Phase.IDLE
    assert world.wake_at is None, "only the operator matters now"


def test_rule_10_disabled_loses_all_clones_at_once() -> None:
    world = midday()
    world.edit(replace(world.plan, disabled="ramp_count is 0"))
    assert world.runtime == {}
    assert world.state.phase is Phase.IDLE
    assert world.wake_at is None


def test_rule_10_each_word_of_the_operator_is_told_once() -> None:
    world = midday()
    orders = (ParentStatus.STOPPED, ParentStatus.RUNNING, ParentStatus.RUNNING, ParentStatus.SUSPENDED)
    told = [line for parent in orders for line in world.order(parent) if " parent." in line]
    assert told == [
        "12:00:00 parent.stopped 3 active",
        "12:00:00 parent.started 0 idle",
        "12:00:00 parent.suspended 1 ramping_up (1/3)",
    ]


def test_rule_10_started_again_in_the_window_it_joins_with_one_clone_at_once() -> None:
    world = midday()
    world.order(ParentStatus.STOPPED)
    world.now = utc("12:00:30")
    world.order(ParentStatus.RUNNING)
    assert world.alive == ["120030"]
    world.until("13:00")
    assert world.alive == ["120030", "120130", "120230"]


def test_rule_10_started_again_while_clones_leave_it_waits_for_them_not_for_the_pace() -> None:
    world = World(nine_to_five(2), utc("09:00"))
    world.until("09:01")
    world.obedient = False
    world.now = utc("09:01:10")
    world.order(ParentStatus.STOPPED)
    world.order(ParentStatus.RUNNING)
    world.succeed(world.outstanding[0])
    assert world.asked == [(Action.STOP, "090100"), (Action.DELETE, "090000")]
    world.succeed(world.outstanding[-1])
    assert world.asked == [(Action.STOP, "090100"), (Action.CREATE, "090110")]


def test_rule_10_a_clone_that_is_being_made_is_removed_as_soon_as_its_command_ends() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.order(ParentStatus.STOPPED)
    assert world.asked == [(Action.CREATE, "090000")], "one command at a time"
    world.succeed()
    world.succeed()
    assert world.asked == [(Action.STOP, "090000")]
    world.succeed()
    world.succeed()
    assert world.state.phase is Phase.IDLE
    assert world.runtime == {}


def test_rule_10_a_stopped_parent_tries_failed_removals_again() -> None:
    world = midday(count=1)
    world.obedient = False
    world.order(ParentStatus.STOPPED)
    world.fail()
    assert world.wake_at is not None
    world.obedient = True
    world.until("12:01")
    assert world.runtime == {}


def test_rule_10_a_suspended_parent_has_its_clones_suspended_and_the_ramp_frozen() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.until("09:01:30")
    world.news()
    assert world.order(ParentStatus.SUSPENDED) == story(
        """
        09:01:30 parent.suspended       2 ramping_up (2/3)
        09:01:30 clone.suspended 090000 2 ramping_up (2/3)
        09:01:30 clone.suspended 090100 2 ramping_up (2/3)
        """
    )
    assert world.until("10:00") == []
    assert [clone.stage for clone in world.state.clones] == [Stage.SUSPENDED] * 2
    assert world.state.phase is Phase.RAMPING_UP


def test_rule_10_resumed_both_go_on() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.until("09:01:30")
    world.order(ParentStatus.SUSPENDED)
    world.now = utc("10:00:05")
    assert sorted(line.split()[1] for line in world.order(ParentStatus.RUNNING)) == [
        "clone.created",
        "clone.resumed",
        "clone.resumed",
        "clone.started",
        "parent.resumed",
        "ramp_up.completed",
    ]
    assert world.alive == ["090000", "090100", "100005"]


def test_rule_10_a_window_that_closes_while_suspended_is_seen_to_on_resuming() -> None:
    world = midday(count=2)
    world.order(ParentStatus.SUSPENDED)
    assert world.until("18:00")[2:] == []
    assert len(world.runtime) == 2
    world.order(ParentStatus.RUNNING)
    world.until("18:01")
    assert world.runtime == {}


def test_rule_10_suspended_clones_of_a_parent_that_is_stopped_go_too() -> None:
    world = midday()
    world.order(ParentStatus.SUSPENDED)
    world.order(ParentStatus.STOPPED)
    assert world.runtime == {}


def test_rule_10_a_clone_whose_start_ends_while_suspended_is_suspended_then() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.order(ParentStatus.SUSPENDED)
    world.succeed()
    world.succeed()
    assert world.asked == [(Action.SUSPEND, "090000")]


def test_rule_10_nothing_is_launched_while_suspended_not_even_again() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    world.fail()
    world.order(ParentStatus.SUSPENDED)
    world.until("10:00")
    assert world.asked == []
    world.order(ParentStatus.RUNNING)
    assert world.asked == [(Action.CREATE, "090000")]


def test_rule_10_what_is_on_its_way_out_goes_on_leaving_while_suspended() -> None:
    world = midday(count=1)
    world.obedient = False
    world.at("17:00")
    world.fail()
    world.order(ParentStatus.SUSPENDED)
    world.until("17:01")
    assert world.asked == [(Action.STOP, "090000")]


@pytest.mark.parametrize(
    ("first", "then", "failure"),
    [
        (ParentStatus.SUSPENDED, Action.SUSPEND, "clone.suspend_failed"),
        (ParentStatus.RUNNING, Action.RESUME, "clone.resume_failed"),
    ],
)
def test_rule_10_a_failed_suspend_or_resume_is_tried_again(
    first: ParentStatus, then: Action, failure: str
) -> None:
    world = midday(count=1)
    if first is ParentStatus.RUNNING:
        world.order(ParentStatus.SUSPENDED)
    world.news()
    world.obedient = False
    world.order(first)
    world.fail()
    assert world.news() == [f"12:00:00 {failure} 090000 1 active"]
    world.until("12:00:05")
    assert world.asked == [(then, "090000")]
    assert world.outstanding[0].attempt == 2


def test_rule_10_a_change_of_mind_turns_a_failed_suspend_into_a_resume_and_back() -> None:
    world = midday(count=1)
    world.obedient = False
    world.order(ParentStatus.SUSPENDED)
    world.fail()
    world.order(ParentStatus.RUNNING)
    assert world.asked == [(Action.RESUME, "090000")]
    world.fail()
    world.order(ParentStatus.SUSPENDED)
    assert world.asked == [(Action.SUSPEND, "090000")]
    world.succeed()
    assert world.state.clones[0].stage is Stage.SUSPENDED
