"""How many clones may come or go now, and when the next may: the pace, catching up and the start gate."""

from dataclasses import dataclass
from datetime import datetime

from autoclone.core.model import CatchUp, Clone, Direction, Order
from autoclone.core.pace import due
from autoclone.core.start_gate import shut_by
from autoclone.core.timetable import timetable
from autoclone.core.turn import LAUNCHING, Turn


@dataclass(frozen=True, slots=True)
class Batch:
    """The clones that come or go together.

    Attributes:
        number: how many may now.
        next_at: where none may now, when the next may, UTC; None where that is no matter of time.
    """

    number: int = 0
    next_at: datetime | None = None


NONE = Batch()


def coming(turn: Turn) -> Batch:
    """Return how many clones may be made, the limits of the fleet aside."""
    room = _room(turn)
    if not room:
        return NONE
    batch = _in_time(turn, Direction.UP)
    gate = shut_by(turn.staying, turn.given.plan, turn.now)
    if gate is not None:
        return Batch(next_at=max(gate.until, batch.next_at or turn.now))
    return batch if batch.number <= room else Batch(room)


def _room(turn: Turn) -> int:
    """Return how many clones may be made: none while one is still being launched for the first time.

    Clones on their way out take up room until they are gone, so that there are never too many at once.
    """
    clones = turn.clones
    for clone in clones:
        if clone.stage in LAUNCHING and not clone.launched:
            return 0
    return max(0, turn.intent.wanted - sum(not clone.lost for clone in clones))


def going(turn: Turn) -> Batch:
    """Return how many clones may be removed: none while one of them has a command outstanding."""
    batch = _in_time(turn, Direction.DOWN)
    number = min(batch.number or turn.given.plan.down.step, excess(turn))
    ready = number and all(clone.free for clone in first_to_go(turn, number))
    return Batch(min(batch.number, number), batch.next_at) if ready else NONE


def first_to_go(turn: Turn, number: int) -> list[Clone]:
    """Return so many of the clones that stay, in the order in which they go (rule 2)."""
    newest = turn.given.plan.order is Order.NEWEST
    return (turn.staying[::-1] if newest else turn.staying)[:number]


def excess(turn: Turn) -> int:
    """Return how many more stay than are wanted."""
    return max(0, len(turn.staying) - turn.intent.wanted)


def _in_time(turn: Turn, way: Direction) -> Batch:
    """Return how many may move by the pace, or by the timetable where the ramp catches up with that."""
    given = turn.given
    plan, demand, now = given.plan, given.demand, given.now
    if plan.catch_up is CatchUp.AT_ONCE and turn.hold is None:
        stands = timetable(plan, demand, now)
        late = stands.count - len(turn.staying)
        late = late if way is Direction.UP else -late
        return Batch(late) if late > 0 else Batch(next_at=stands.next_at)
    due_at = due(turn.paced, way, plan, now)
    step = plan.up.step if way is Direction.UP else plan.down.step
    return Batch(step) if due_at <= now else Batch(next_at=due_at)
