"""Which clones would go for what is wanted now to be so."""

from dataclasses import replace

import pytest

from autoclone.core.doomed import doomed
from autoclone.core.future import Present
from autoclone.core.model import Order, ParentStatus, Plan
from worlds import World, midday, nine_to_five, plan, stamp, window


def gone(world: World, this: Plan | None = None, parent: ParentStatus | None = None) -> list[str]:
    present = Present(
        plan=this or world.plan, state=world.state, now=world.now, parent=parent or world.parent
    )
    return [stamp(name) for name in doomed(present)]


def test_nobody_where_all_are_wanted() -> None:
    assert gone(midday()) == []
    assert gone(midday(), nine_to_five(7)) == []


@pytest.mark.parametrize(
    ("order", "stamps"), [(Order.OLDEST, ["090000", "090100"]), (Order.NEWEST, ["090200", "090100"])]
)
def test_as_many_as_are_too_many_and_the_first_to_go_first(order: Order, stamps: list[str]) -> None:
    assert gone(midday(), replace(nine_to_five(1), order=order)) == stamps


def test_all_outside_the_window_and_where_autoclone_is_off() -> None:
    assert len(gone(midday(), plan(window("1300", "1400", 5)))) == 3
    assert len(gone(midday(), Plan(nine_to_five().schedule, disabled="off"))) == 3
    assert len(gone(midday(), parent=ParentStatus.DELETED)) == 3


def test_nobody_while_the_ramp_stands_still() -> None:
    paused = midday()
    paused.pause("13:00")

    assert gone(paused, nine_to_five(1)) == []
    assert gone(midday(), nine_to_five(1), ParentStatus.SUSPENDED) == []


def test_those_that_are_on_their_way_out_are_not_counted() -> None:
    world = midday()
    world.obedient = False
    world.edit(nine_to_five(1))

    assert gone(world) == ["090100"]
