"""The next primary: lost clones are restored, what was begun is finished, and nothing is made twice."""

import pytest

from autoclone.core.commands import Action
from autoclone.core.inputs import Outcome, RunStatus, Sighting
from autoclone.core.model import ParentStatus, Phase, Stage
from worlds import World, midday, nine_to_five, plan, stamp, story, utc


def orphan(at: str, status: RunStatus = RunStatus.RUNNING) -> Sighting:
    created = utc(at)
    return Sighting(f"orders_{created:%Y%m%d%H%M%S}", status, created)


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
    assert world.asked == [(Action.CREATE, "090100")]
    world.until("17:00:50")
    assert world.asked == [(Action.CREATE, "090100"), (Action.CREATE, "090200")]


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
