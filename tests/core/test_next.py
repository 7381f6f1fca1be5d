"""What a ramp does next by the clock."""

from dataclasses import replace

import pytest

from autoclone.core.future import Future, Present
from autoclone.core.model import Hold, HoldKind, ParentStatus
from autoclone.core.next import in_words, next_event
from autoclone.core.preview import Preview
from autoclone.core.window import Schedule
from worlds import World, midday, nine_to_five, utc


def following(world: World) -> str | None:
    """What is next in a world, in one line."""
    present = Present(
        plan=world.plan, state=world.state, now=world.now, parent=world.parent, wake_at=world.wake_at
    )
    event = next_event(present)
    return None if event is None else f"{event.at:%d %H:%M:%S} {event.type} {event.target} {in_words(event)}"


def at(time: str) -> World:
    world = World(nine_to_five(), utc("08:00"))
    world.until(time)
    return world


@pytest.mark.parametrize(
    ("time", "what"),
    [
        ("08:30", "25 09:00:00 ramp_up.started 3 a ramp up to 3 begins"),
        ("09:00:30", "25 09:01:00 clone.created 3 the next clone is made"),
        ("12:00", "25 17:00:00 ramp_down.started 0 a ramp down to 0 begins"),
        ("17:00:30", "25 17:01:00 clone.stopped 0 the next clone is stopped"),
        ("20:00", "26 09:00:00 ramp_up.started 3 a ramp up to 3 begins"),
    ],
)
def test_next_in_the_course_of_a_day(time: str, what: str) -> None:
    assert following(at(time)) == what


def test_next_is_the_end_of_a_hold() -> None:
    world = midday()
    world.pause("12:30")
    assert following(world) == "25 12:30:00 ramp.resumed 3 the pause ends"
    world.override(3, "12:45")
    assert following(world) == "25 12:45:00 override.ended 3 the override ends"


def test_a_command_that_is_outstanding_is_taken_to_succeed_now() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    assert following(world) == "25 09:01:00 clone.created 3 the next clone is made"


def test_what_is_tried_again_is_next() -> None:
    world = World(nine_to_five(1), utc("09:00"), obedient=False)
    world.tell()
    world.fail()
    assert (following(world) or "").startswith("25 09:00:00 clone.created")
    world.obedient = True
    world.until("09:00:10")
    world.restart(losing=False)
    assert following(world) == "25 17:00:00 ramp_down.started 0 a ramp down to 0 begins"


def test_other_events_are_said_as_they_are_called() -> None:
    world = midday()
    assert in_words(replace(world.events[-1], type="clone.restored")) == "clone restored"  # type: ignore[arg-type]


def test_nothing_is_next_where_only_the_operator_can_change_anything() -> None:
    world = midday()
    world.order(ParentStatus.STOPPED)
    assert following(world) is None
    world = World(replace(nine_to_five(), schedule=Schedule((), nine_to_five().schedule.zone)), utc("09:00"))
    assert following(world) is None


@pytest.mark.parametrize("kind", list(HoldKind))
@pytest.mark.parametrize("parent", [ParentStatus.RUNNING, ParentStatus.SUSPENDED])
def test_a_preview_of_a_far_date_knows_the_end_of_a_hold(kind: HoldKind, parent: ParentStatus) -> None:
    world = midday()
    world.tell(order=Hold(kind, utc("2025-02-01T12:00"), 1, world.now))
    world.order(parent)
    present = Present(
        plan=world.plan, state=world.state, now=world.now, parent=world.parent, wake_at=world.wake_at
    )
    whole = [event for events in Future(present).steps(utc("2025-02-03T00:00")) for event in events]
    for start in ("2025-01-30T00:00", "2025-02-01T00:00", "2025-02-01T18:00", "2025-02-02T00:00"):
        far = Preview(present, utc(start), utc("2025-02-03T00:00"))
        seen = [event for events in far.steps() for event in events]
        assert [(one.at, one.type, one.clones) for one in seen] == [
            (one.at, one.type, one.clones) for one in whole if one.at >= utc(start)
        ]
