"""What must hold of every step where an operator pauses or overrides the ramp: see `laws`."""

from typing import TYPE_CHECKING

from autoclone.core.events import EventType
from autoclone.core.model import Hold, ParentStatus

if TYPE_CHECKING:
    from laws import Taken


def stands_still_while_paused(taken: "Taken") -> None:
    """While it is paused no clone is made, and none goes."""
    if taken.paused:
        assert not taken.made
        assert not taken.stopped


def holds_as_it_was_told(taken: "Taken") -> None:
    """A hold begins with an order and ends in time, and each is announced once."""
    before, after, given = taken.before.hold, taken.after.hold, taken.given
    asked = given.order is not None and given.parent is not ParentStatus.DELETED
    begins = asked and isinstance(given.order, Hold) and given.order.until > given.now
    assert begins <= (after is not None)
    assert after is None or (after.until > given.now and given.parent is not ParentStatus.DELETED)
    assert begins or after is None or (before is not None and after.until == before.until)
    over = before is not None and (begins or after is None)
    told = [event for event in taken.decision.events if event.hold is not None]
    assert [event.type in {EventType.RAMP_RESUMED, EventType.OVERRIDE_ENDED} for event in told] == [
        *[True] * over,
        *[False] * begins,
    ]
    assert [event.hold for event in told] == [*[before] * over, *[after] * begins]
    changed = taken.after.parent_status is not taken.before.parent_status
    assert taken.after.parent_status is given.parent
    assert sum(event.type.startswith("parent.") for event in taken.decision.events) == changed
