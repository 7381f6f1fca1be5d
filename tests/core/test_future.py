"""What is foreseen from any present is what happens, as long as every command succeeds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from autoclone.core.events import EventType
from autoclone.core.future import Future, Present
from autoclone.core.leap import leap
from autoclone.core.model import CatchUp, Order, ParentStatus, Plan
from autoclone.core.preview import Preview
from worlds import World, leapt, midday, nine_to_five, plan, utc, window

DAY = timedelta(days=1)


def present(world: World) -> Present:
    return Present(
        plan=world.plan,
        state=world.state,
        now=world.now,
        parent=world.parent,
        stepped_at=world.now,
        wake_at=world.wake_at,
        taken=world.taken,
    )


def foreseen(world: World, start: str, end: str) -> list[tuple[object, ...]]:
    preview = Preview(present(world), utc(start), utc(end))
    return [
        (one.at, one.type, one.clone, one.status, one.clones) for events in preview.steps() for one in events
    ]


def happened(world: World, end: str) -> list[tuple[object, ...]]:
    before = len(world.events)
    world.until(utc(end) - timedelta(seconds=1))
    return [(one.at, one.type, one.clone, one.status, one.clones) for one in world.events[before:]]


def test_the_rest_of_a_ramp_up() -> None:
    world = World(nine_to_five(), utc("08:00"))
    world.until("09:01:30")

    assert foreseen(world, "09:01:30", "18:00") == happened(world, "18:00")


def test_what_is_outstanding_succeeds_at_the_instant_of_its_decision() -> None:
    world = World(nine_to_five(), utc("09:00"), obedient=False)
    world.tell()
    expected = foreseen(world, "09:00", "18:00")
    world.obedient = True
    world.succeed()

    assert [line[1] for line in expected][:2] == [EventType.CLONE_CREATED, EventType.CLONE_STARTED]
    assert happened(world, "18:00") == expected[2:]


def test_a_failure_is_tried_again_when_it_is_due() -> None:
    world = World(nine_to_five(1), utc("09:00"), obedient=False)
    world.tell()
    world.fail()
    expected = foreseen(world, "09:00", "18:00")
    world.obedient = True

    assert happened(world, "18:00") == expected


def test_a_clone_that_dies_is_foreseen_no_longer() -> None:
    world = midday()
    world.becomes("090000", world.runtime[world.called("090000")].status.FAILED)
    world.tell(look=True)

    assert foreseen(world, "12:00:01", "18:00") == happened(world, "18:00")


def test_a_due_step_that_was_not_taken_yet_comes_first() -> None:
    world = World(nine_to_five(1), utc("08:00"))
    world.tell()
    late = Present(
        plan=world.plan, state=world.state, now=utc("09:00:00.5"), stepped_at=world.now, wake_at=world.wake_at
    )
    first = next(events for events in Preview(late, utc("08:30"), utc("10:00")).steps() if events)

    assert first[0].at == utc("09:00")


def test_a_suspended_ramp_stands_still_however_far_ahead() -> None:
    world = midday()
    world.order(ParentStatus.SUSPENDED)

    assert foreseen(world, "12:00", "2027-01-01") == []
    assert leapt(leap(present(world), utc("2027-01-01"))).now == utc("2027-01-01")


def test_a_ramp_that_is_being_suspended_is_still_on_its_way() -> None:
    world = midday()
    world.obedient = False
    world.order(ParentStatus.SUSPENDED)

    kinds = [line[1] for line in foreseen(world, "12:00", "12:01")]

    assert kinds == [EventType.CLONE_SUSPENDED] * 3
    assert foreseen(world, "2025-02-01", "2025-02-02") == []


def test_a_hold_ends_by_the_clock() -> None:
    world = midday()
    world.override(5, "13:30")
    world.pause("2025-01-27T12:00")

    assert foreseen(world, "12:00", "2025-01-29") == happened(world, "2025-01-29")


def test_a_suspended_ramp_with_a_hold_is_told_of_its_end() -> None:
    world = midday()
    world.pause("2025-01-27T12:00")
    world.order(ParentStatus.SUSPENDED)

    assert [line[1] for line in foreseen(world, "2025-01-27", "2025-01-29")] == [EventType.RAMP_RESUMED]


def test_a_far_date_after_a_hold() -> None:
    world = midday()
    world.override(5, "2025-02-27T12:00")
    start = utc("2025-03-08T12:00")

    after_all = foreseen(world, "12:00", "2025-03-10")
    assert foreseen(world, "2025-03-08T12:00", "2025-03-10") == [one for one in after_all if one[0] >= start]  # type: ignore[operator]
    assert leapt(leap(present(world), start)).now > utc("2025-02-27T12:00")


@pytest.mark.parametrize("parent", [ParentStatus.STOPPED, ParentStatus.DELETED])
def test_nothing_comes_of_a_stopped_parent(parent: ParentStatus) -> None:
    world = midday()
    world.order(parent)

    assert foreseen(world, "12:00", "2025-03-01") == []


def test_nothing_comes_where_autoclone_is_off() -> None:
    world = World(Plan(nine_to_five().schedule, disabled="AutoClone is off"), utc("08:00"))

    assert foreseen(world, "08:00", "2029-03-01") == []


def test_a_name_that_is_taken_gives_way() -> None:
    world = World(nine_to_five(1), utc("08:00"), taken=("orders_20250125090000",))

    assert foreseen(world, "08:00", "09:01")[1][2] == "orders_20250125090001"


def test_a_preview_knows_how_many_clones_there_are_where_it_begins() -> None:
    preview = Preview(present(midday()), utc("2026-06-01T12:00"), utc("2026-06-02T12:00"))
    first = next(events for events in preview.steps() if events)

    assert first[0].status == "ramping_down (3 remaining)"
    assert (preview.clones, preview.cost > 0) == (3, True)


TURNING_OVER = [
    pytest.param(plan(window("0000", "2359", 2)), id="in a day or two"),
    pytest.param(plan(window("0000", "2355", 20)), id="in some days"),
    pytest.param(
        replace(plan(window("0000", "1200", 4), window("1200", "0000", 2)), order=Order.NEWEST),
        id="all but the oldest two",
    ),
]
STAYING = [
    pytest.param(replace(plan(window("0000", "2359", 2)), order=Order.NEWEST), id="newest first"),
    pytest.param(plan(window("0000", "1200", 2), window("1200", "0000", 2)), id="never changes"),
    pytest.param(
        plan(window("0000", "1200", 2), window("1200", "0000", 2), every=DAY / 4), id="nor does a slow one"
    ),
    pytest.param(replace(plan(window("0000", "2359", 2)), catch_up=CatchUp.SKIP), id="skips what it missed"),
    pytest.param(plan(window("0000", "2359", 600)), id="takes too many days"),
    pytest.param(plan(window("0000", "1200", 500), window("1200", "0000", 1)), id="costs too much"),
    pytest.param(plan(window("0000", "2359", 2), every=2 * DAY), id="is too slow ever to arrive"),
]


@pytest.mark.parametrize("restless", TURNING_OVER)
def test_a_far_date_of_a_ramp_that_never_rests(restless: Plan) -> None:
    world = World(restless, utc("00:00"))
    world.until("2025-01-26T12:00")
    start, now = utc("2025-03-08T12:00"), present(world)

    after_all = foreseen(world, "2025-01-26T12:00", "2025-03-10")
    assert foreseen(world, "2025-03-08T12:00", "2025-03-10") == [one for one in after_all if one[0] >= start]  # type: ignore[operator]
    assert leapt(leap(now, start)).now > now.now


@pytest.mark.parametrize("restless", STAYING)
def test_where_no_leap_is_sure_none_is_made(restless: Plan) -> None:
    world = World(restless, utc("00:00"))
    world.until("00:10")
    now = present(world)

    assert leapt(leap(now, utc("2025-03-08T12:00"))) is now


def test_a_ramp_that_waits_for_a_place_makes_none() -> None:
    world = World(nine_to_five(count=3), utc("09:00"))
    world.until("09:00:30")
    waiting = Present(plan=world.plan, state=world.state, now=utc("09:01:30"), allowance=0)
    first = next(event for events in Future(waiting).steps(utc("18:00")) for event in events)
    assert (first.type, first.at) == ("ramp_down.started", utc("17:00"))


@pytest.mark.parametrize(
    "this",
    [
        pytest.param(nine_to_five(5), id="by day"),
        pytest.param(plan(window("2200", "0600", 10)), id="by night"),
        pytest.param(plan(window("0000", "2359", 5)), id="all day but a minute"),
        pytest.param(plan(window("0000", "1200", 10), window("1200", "0000", 2)), id="never idle"),
    ],
)
def test_a_date_in_five_years_costs_little(this: Plan) -> None:
    """A step takes about 25 microseconds: a thousand are far below the 100 ms that a preview may take."""
    world = World(this, utc("00:00"))
    world.until("10:00")
    preview = Preview(present(world), utc("2030-01-20"), utc("2030-01-21"))

    assert sum(len(events) for events in preview.steps()) > 2
    assert preview.cost < 1000
