"""Many ramps together: what each would have alone, added up, and looked at again as time goes by."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from autoclone.core.crowd import Crowd, Level, Look
from autoclone.core.future import Present
from autoclone.core.leap import ONE_DAY
from autoclone.core.model import ParentStatus, Plan, RampState
from autoclone.core.preview import Preview
from worlds import World, nine_to_five, plan, utc, window

MINUTE = timedelta(minutes=1)

PLANS = (
    nine_to_five(),
    plan(window("0900", "1700", 5), every=7 * MINUTE),
    plan(window("2200", "0600", 2)),
    plan(window("0000", "2359", 3)),
)


def standing(number: int, this: Plan, at: datetime, parent: ParentStatus = ParentStatus.RUNNING) -> Present:
    world = World(this, at - timedelta(hours=9), name=f"dag_{number}")
    world.until(at)
    world.order(parent)
    return Present(plan=world.plan, state=world.state, now=world.now, parent=parent, wake_at=world.wake_at)


def done(look: Look) -> Look:
    for _ in look.steps():
        pass
    return look


def alone(presents: Sequence[Present], start: datetime, end: datetime) -> tuple[int, list[Level]]:
    """What each has by itself, added up."""
    begin, changes = 0, Counter[datetime]()
    for one in presents:
        preview, clones = Preview(one, start, end), None
        for events in preview.steps():
            for event in events:
                changes[event.at] += event.clones - (preview.clones if clones is None else clones)
                clones = event.clones
        begin += preview.clones
    levels, total = [], begin
    for at in sorted(at for at in changes if changes[at]):
        total += changes[at]
        levels.append(Level(at, total))
    return begin, levels


fleets = st.lists(
    st.tuples(st.sampled_from(PLANS), st.sampled_from([ParentStatus.RUNNING, ParentStatus.SUSPENDED])),
    max_size=5,
)


@given(
    fleet=fleets, begin=st.integers(0, 24 * 60), ahead=st.integers(0, 7 * 24 * 60), long=st.integers(1, 2000)
)
def test_together_they_have_what_each_has_alone(
    fleet: list[tuple[Plan, ParentStatus]], begin: int, ahead: int, long: int
) -> None:
    now = utc("00:00") + begin * MINUTE
    presents = [standing(number, this, now, parent) for number, (this, parent) in enumerate(fleet)]
    start = now + ahead * MINUTE
    end = start + long * MINUTE

    look = done(Crowd().look(presents, start, end))

    assert (look.clones, look.levels) == alone(presents, start, end)


def test_at_a_far_date_they_have_what_each_has_alone() -> None:
    now = utc("00:00")
    presents = [standing(number, this, now) for number, this in enumerate(PLANS)]
    start, end = now + 9 * ONE_DAY, now + 10 * ONE_DAY

    look = done(Crowd().look(presents, start, end))

    assert look.levels
    assert (look.clones, look.levels) == alone(presents, start, end)


def test_one_that_comes_as_another_goes_changes_nothing() -> None:
    now = utc("08:00")
    shifts = (plan(window("0900", "1700", 1)), plan(window("1700", "2300", 1)))
    presents = [standing(number, this, now) for number, this in enumerate(shifts)]

    look = done(Crowd().look(presents, now, now + ONE_DAY / 2))

    assert look.levels == [Level(utc("09:00"), 1)]


def test_ramps_that_stand_alike_are_worked_out_once() -> None:
    presents = [standing(number, PLANS[0], utc("08:00")) for number in range(50)]
    one = done(Crowd().look(presents[:1], utc("08:00"), utc("18:00")))
    fifty = done(Crowd().look(presents, utc("08:00"), utc("18:00")))

    assert fifty.peak == Level(utc("09:02"), 150)
    assert fifty.cost < 3 * one.cost


def test_the_peak_may_be_at_the_beginning() -> None:
    presents = [standing(0, PLANS[0], utc("12:00"))]

    assert done(Crowd().look(presents, utc("12:00"), utc("18:00"))).peak == Level(utc("12:00"), 3)
    assert done(Crowd().look([], utc("12:00"), utc("18:00"))).peak == Level(utc("12:00"), 0)


def test_a_later_look_goes_on_where_the_last_one_ended() -> None:
    crowd, presents = Crowd(), [standing(0, PLANS[1], utc("08:00"))]
    first = done(crowd.look(presents, utc("08:00"), utc("18:00")))
    later = [replace(one, now=utc("08:30")) for one in presents]
    again = done(crowd.look(later, utc("08:30"), utc("18:30")))

    assert again.levels[: len(first.levels)] == first.levels
    assert again.cost < 2
    assert done(crowd.look(later, utc("09:10"), utc("09:20"))).levels == [Level(utc("09:14"), 3)]


def test_what_is_gone_is_forgotten() -> None:
    crowd, present = Crowd(), standing(0, PLANS[1], utc("08:00"))
    done(crowd.look([present], utc("08:00"), utc("18:00")))
    done(crowd.look([], utc("08:00"), utc("18:00")))

    assert done(crowd.look([present], utc("08:00"), utc("18:00"))).cost > 2
    assert present.state == RampState("dag_0")
