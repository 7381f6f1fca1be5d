"""Rule 6 and the next primary: clones that run are adopted, lost ones are replaced or restored."""

import pytest

from autoclone.core.commands import Action
from autoclone.core.inputs import Outcome, RunStatus, Sighting
from autoclone.core.model import ParentStatus, Phase, Stage
from worlds import World, nine_to_five, plan, stamp, story, utc


def midday(count: int = 3) -> World:
    """A world at 12:00 with all its clones running."""
    world = World(nine_to_five(count), utc("09:00"))
    world.until("12:00")
    world.news()
    return world


def actions(world: World) -> list[tuple[Action, str]]:
    return [(command.action, stamp(command.clone)) for command in world.outstanding]


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
    assert actions(world) == []
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
    assert actions(world) == [(Action.DELETE, "090000"), (Action.CREATE, "120000")]


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
    assert (Action.DELETE, "090000") in actions(world)


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


def test_a_new_primary_restores_lost_clones_at_once_under_the_same_names() -> None:
    world = midday()
    world.restart()
    world.now = utc("12:00:07")
    world.tell(takeover=True)
    assert world.news() == story(
        """
        12:00:07 clone.restored 090000 3 active
        12:00:07 clone.restored 090100 3 active
        12:00:07 clone.restored 090200 3 active
        """
    )
    assert world.alive == ["090000", "090100", "090200"]
    assert {event.epoch for event in world.events[-3:]} == {2}


def test_a_new_primary_adopts_the_clones_that_still_run() -> None:
    world = midday()
    before = world.state
    world.restart(losing=False)
    world.tell(takeover=True)
    assert world.state is before


def test_a_new_primary_goes_on_with_the_ramp_in_time() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.until("09:00:20")
    world.restart()
    world.now = utc("09:00:40")
    world.tell(takeover=True)
    assert world.alive == ["090000"]
    assert world.wake_at == utc("09:01")


def test_a_new_primary_restores_what_a_ramp_down_has_yet_to_stop() -> None:
    world = midday()
    world.until("17:00:30")
    world.restart()
    world.tell(takeover=True)
    assert world.alive == ["090100", "090200"]
    world.until("17:01")
    assert world.alive == ["090200"]


def test_a_new_primary_restores_nothing_whose_time_is_over() -> None:
    world = midday()
    world.restart()
    world.now = utc("20:00")
    world.tell(takeover=True)
    assert world.runtime == {}
    assert {line.split()[1] for line in world.news()} == {
        "ramp_down.started",
        "clone.stopped",
        "clone.deleted",
        "ramp_down.completed",
    }
    assert world.state.phase is Phase.IDLE


def test_a_new_primary_restores_nothing_of_a_parent_that_was_stopped() -> None:
    world = World(nine_to_five(), utc("09:00"))
    world.until("09:02:10")
    world.restart()
    world.parent = ParentStatus.STOPPED
    world.tell(takeover=True)
    assert world.runtime == {}
    assert "clone.restored" not in [event.type for event in world.events]


def test_a_new_primary_restores_nothing_where_no_window_is_left() -> None:
    world = midday()
    world.restart()
    world.plan = plan()
    world.tell(takeover=True)
    assert world.runtime == {}
    assert "clone.restored" not in [event.type for event in world.events]


def test_a_restore_under_way_does_not_hold_up_the_ramp() -> None:
    world = World(nine_to_five(2), utc("09:00"))
    world.until("09:00:30")
    world.restart()
    world.obedient = False
    world.tell(takeover=True)
    world.at("09:01")
    restore, create = world.outstanding
    assert (stamp(restore.clone), stamp(create.clone)) == ("090000", "090100")
    world.succeed(create)
    world.succeed(world.outstanding[-1])
    assert world.state.phase is Phase.ACTIVE


def test_an_adopted_clone_is_restored_like_any_other() -> None:
    world = World(nine_to_five(1), utc("12:00"))
    one = orphan("09:00")
    world.runtime[one.name] = one
    world.tell(look=True)
    world.restart()
    world.tell(takeover=True)
    assert world.news()[-1] == "12:00:00 clone.restored 090000 1 active"


def test_a_restore_that_fails_is_tried_again_without_a_new_ramp() -> None:
    world = midday(count=1)
    world.restart()
    world.obedient = False
    world.tell(takeover=True)
    world.fail()
    assert world.state.phase is Phase.ACTIVE
    world.obedient = True
    assert [line.split()[1] for line in world.until("12:00:05")] == ["clone.create_failed", "clone.restored"]
    assert world.alive == ["090000"]


def test_a_restore_that_fails_is_tried_again_even_while_there_are_too_many() -> None:
    world = midday()
    world.until("17:00:30")
    world.restart()
    world.obedient = False
    world.tell(takeover=True)
    world.fail(world.outstanding[1])
    assert actions(world) == [(Action.CREATE, "090100")]
    world.until("17:00:50")
    assert actions(world) == [(Action.CREATE, "090100"), (Action.CREATE, "090200")]


@pytest.mark.parametrize("done", [0, 1])
@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("losing", [False, True])
def test_a_new_primary_launches_what_the_old_one_had_begun(
    *, done: int, carried_out: bool, losing: bool
) -> None:
    world = World(nine_to_five(1), utc("09:00"), obedient=False)
    world.tell()
    for _ in range(done):
        world.succeed()
    if carried_out:
        world.carry_out(world.outstanding[0])
    world.restart(losing=losing)
    world.obedient = True
    world.tell(takeover=True)
    assert world.alive == ["090000"]
    types = [event.type for event in world.events]
    assert types == ["ramp_up.started", "clone.created", "clone.started", "ramp_up.completed"]


@pytest.mark.parametrize("done", [0, 1])
@pytest.mark.parametrize("carried_out", [False, True])
@pytest.mark.parametrize("losing", [False, True])
def test_a_new_primary_removes_what_the_old_one_had_begun_to(
    *, done: int, carried_out: bool, losing: bool
) -> None:
    world = midday(count=1)
    world.obedient = False
    world.at("17:00")
    for _ in range(done):
        world.succeed()
    if carried_out:
        world.carry_out(world.outstanding[0])
    world.restart(losing=losing)
    world.obedient = True
    world.tell(takeover=True)
    assert world.runtime == {}
    assert world.state.phase is Phase.IDLE


@pytest.mark.parametrize("losing", [False, True])
@pytest.mark.parametrize("parent", [ParentStatus.SUSPENDED, ParentStatus.RUNNING])
def test_a_new_primary_suspends_and_resumes_what_the_old_one_had_begun_to(
    *, losing: bool, parent: ParentStatus
) -> None:
    world = midday(count=1)
    if parent is ParentStatus.RUNNING:
        world.order(ParentStatus.SUSPENDED)
    world.obedient = False
    world.order(parent)
    world.restart(losing=losing)
    world.obedient = True
    world.tell(takeover=True)
    wanted = Stage.SUSPENDED if parent is ParentStatus.SUSPENDED else Stage.RUNNING
    assert [clone.stage for clone in world.state.clones] == [wanted]
    assert [one.status for one in world.runtime.values()] == [RunStatus(wanted)]
    assert ("clone.restored" in [event.type for event in world.events]) == losing


def test_an_outcome_that_nobody_waits_for_changes_nothing() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    (create,) = world.outstanding
    world.succeed()
    before = world.state
    for stale in (Outcome(create), Outcome(create, "too late")):
        assert world.tell(stale).state is before, "it was reported already"
    world.succeed()
    world.parent = ParentStatus.STOPPED
    world.obedient = True
    world.tell()
    gone = world.state
    assert world.tell(Outcome(create)).state is gone, "the clone is gone"


def test_an_outcome_of_an_earlier_epoch_changes_nothing() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    (create,) = world.outstanding
    world.restart()
    world.tell(takeover=True)
    before = world.state
    assert world.tell(Outcome(create, "the old primary gave up")).state is before
