"""What to do about the difference: making, removing, suspending and resuming clones."""

from dataclasses import replace
from datetime import datetime
from itertools import islice

from autoclone.core.batch import coming, excess, first_to_go, going
from autoclone.core.model import Clone, Direction, Stage
from autoclone.core.naming import free_names
from autoclone.core.turn import Turn

TO_SUSPEND = (Stage.RUNNING, Stage.RESUMING)
TO_RESUME = (Stage.SUSPENDED, Stage.SUSPENDING)


def freeze(turn: Turn) -> None:
    """Suspend what runs, or failed to be resumed (rule 10)."""
    for clone in turn.staying:
        if clone.stage in TO_SUSPEND and clone.free:
            turn.send(replace(clone, attempts=0), Stage.SUSPENDING)


def thaw(turn: Turn) -> None:
    """Resume what is suspended, or failed to be."""
    for clone in turn.staying:
        if clone.stage in TO_RESUME and clone.free:
            turn.send(replace(clone, attempts=0), Stage.RESUMING)


def remove_all(turn: Turn) -> None:
    """Remove every clone that has no command outstanding, at once (rule 10)."""
    for clone in turn.staying:
        if clone.free:
            _remove(turn, clone)
            turn.pace(Direction.DOWN)


def remove_gone(turn: Turn) -> None:
    """Remove those that went with the last primary and whose time is over."""
    for clone in turn.gone:
        _remove(turn, clone)


def ramp_down(turn: Turn) -> None:
    """Remove the next, if it is time (rules 2 and 8). One that never came to be goes without waiting."""
    for clone in reversed(turn.staying):
        if not clone.announced and clone.free and excess(turn):
            _remove(turn, clone)
    for clone in first_to_go(turn, going(turn).number):
        _remove(turn, clone)
        turn.pace(Direction.DOWN)


def _remove(turn: Turn, clone: Clone) -> None:
    turn.send(replace(clone, attempts=0), Stage.STOPPING if clone.announced else Stage.DELETING)


def ramp_up(turn: Turn) -> None:
    """Make the next clones, if it is time (rules 1 and 5), and if the fleet's limits allow any."""
    number, allowance = coming(turn).number, turn.given.allowance
    allowed = number if allowance is None else min(number, allowance)
    turn.refused = number - allowed
    zone = turn.given.plan.schedule.zone
    names = free_names(turn.parent, turn.now, zone, turn.names, turn.given.taken)
    for name in islice(names, allowed):
        turn.send(Clone(name, turn.now, Stage.CREATING), Stage.CREATING)
        turn.pace(Direction.UP)


def next_move(turn: Turn) -> datetime | None:
    """Return when the ramp may next move; None while it waits for a command or a place, or is there."""
    if turn.intent.frozen or turn.intent.at_once or turn.intent.paused:
        return None
    return going(turn).next_at if excess(turn) else coming(turn).next_at
