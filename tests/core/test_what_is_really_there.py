"""Rule 6 and what was seen: clones that run are adopted, those that died are replaced."""

import pytest

from autoclone.core.commands import Action
from autoclone.core.inputs import RunStatus, Sighting
from autoclone.core.model import ParentStatus
from worlds import World, midday, nine_to_five, stamp, story, utc


def orphan(at: str, status: RunStatus = RunStatus.RUNNING) -> Sighting:
    created = utc(at)
    return Sighting(f"orders_{created:%Y%m%d%H%M%S}", status, created)


def test_rule_6_clones_that_run_already_are_adopted_never_made_again() -> None:
    world = World(nine_to_five(), utc("12:00"))
    for one in (orphan("09:01"), orphan("09:00")):
        world.runtime[one.name] = one
    world.tell(look=True)
    assert world.news() == story(
        """
        12:00:00 clone.adopted   090000 1 idle
        12:00:00 clone.adopted   090100 2 idle
        12:00:00 ramp_up.started        2 ramping_up (2/3)
        12:00:00 clone.created   120000 3 active
        12:00:00 clone.started   120000 3 active
        12:00:00 ramp_up.completed      3 active
        """
    )
    assert [stamp(clone.name) for clone in world.state.clones] == ["090000", "090100", "120000"]


def test_rule_6_an_adopted_clone_takes_its_place_among_the_oldest() -> None:
    world = midday()
    early = orphan("08:00")
    world.runtime[early.name] = early
    world.tell(look=True)
    assert world.asked == []
    assert world.news() == story(
        """
        12:00:00 clone.adopted     080000 4 active
        12:00:00 ramp_down.started        4 ramping_down (4 remaining)
        12:00:00 clone.stopped     080000 4 ramping_down (4 remaining)
        12:00:00 clone.deleted     080000 3 active
        12:00:00 ramp_down.completed      3 active
        """
    )


def test_rule_6_all_that_are_wanted_are_there_already() -> None:
    world = World(nine_to_five(1), utc("12:00"))
    one = orphan("09:00")
    world.runtime[one.name] = one
    world.tell(look=True)
    assert [line.split()[1] for line in world.news()] == [
        "clone.adopted",
        "ramp_up.started",
        "ramp_up.completed",
    ]
    assert world.commands == []


@pytest.mark.parametrize("status", [RunStatus.CREATED, RunStatus.STOPPED, RunStatus.FAILED])
def test_rule_6_an_unknown_clone_that_does_not_run_is_cleared_away_unannounced(status: RunStatus) -> None:
    world = World(nine_to_five(), utc("08:00"))
    left = orphan("07:00", status)
    world.runtime[left.name] = left
    world.tell(look=True)
    assert world.runtime == {}
    assert world.state.clones == ()
    assert "clone.adopted" not in [event.type for event in world.events]


def test_rule_6_clearing_away_does_not_hold_up_the_ramp() -> None:
    world = World(nine_to_five(1), utc("12:00"), obedient=False)
    left = orphan("09:00", RunStatus.FAILED)
    world.runtime[left.name] = left
    world.tell(look=True)
    assert world.asked == [(Action.DELETE, "090000"), (Action.CREATE, "120000")]


def test_rule_6_an_adopted_clone_that_was_suspended_is_resumed() -> None:
    world = World(nine_to_five(1), utc("12:00"))
    one = orphan("09:00", RunStatus.SUSPENDED)
    world.runtime[one.name] = one
    world.tell(look=True)
    assert world.alive == ["090000"]


@pytest.mark.parametrize("status", [RunStatus.RUNNING, RunStatus.COMPLETED])
def test_looking_at_healthy_clones_changes_nothing(status: RunStatus) -> None:
    world = midday()
    world.becomes("090100", status)
    before = world.state
    world.tell(look=True)
    assert world.state is before


@pytest.mark.parametrize("status", [RunStatus.FAILED, RunStatus.STOPPED])
def test_a_clone_that_died_is_cleared_away_and_replaced(status: RunStatus) -> None:
    world = midday()
    world.becomes("090100", status)
    world.tell(look=True)
    assert world.news() == story(
        """
        12:00:00 clone.died      090100 2 active
        12:00:00 ramp_up.started        2 ramping_up (2/3)
        12:00:00 clone.created   120000 3 active
        12:00:00 clone.started   120000 3 active
        12:00:00 ramp_up.completed      3 active
        """
    )
    assert list(world.runtime) == [f"orders_20250125{time}" for time in ("090000", "090200", "120000")]


def test_the_clearing_away_of_a_dead_clone_is_tried_again_too() -> None:
    world = midday(count=1)
    world.becomes("090000", RunStatus.FAILED)
    world.obedient = False
    world.tell(look=True)
    delete, create = world.outstanding
    assert (delete.action, create.action) == (Action.DELETE, Action.CREATE)
    world.fail(delete)
    assert [event.type for event in world.events][-1] == "clone.delete_failed"
    world.until("12:00:05")
    assert (Action.DELETE, "090000") in world.asked


def test_a_clone_with_a_command_outstanding_is_not_judged_by_what_was_seen() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    before = world.state
    world.tell(look=True)
    assert world.state is before, "it is not there yet: its create is under way"


def test_a_clone_that_was_suspended_behind_our_back_is_resumed() -> None:
    world = midday(count=1)
    world.becomes("090000", RunStatus.SUSPENDED)
    world.tell(look=True)
    assert world.alive == ["090000"]


def test_a_clone_that_dies_while_suspended_is_replaced_after_resuming() -> None:
    world = midday(count=1)
    world.order(ParentStatus.SUSPENDED)
    world.becomes("090000", RunStatus.FAILED)
    world.news()
    world.tell(look=True)
    assert world.news() == ["12:00:00 clone.died 090000 0 active"]
    assert world.runtime == {}
    world.order(ParentStatus.RUNNING)
    assert world.alive == ["120000"]
