"""What to do about the difference: making, removing, suspending and resuming clones."""

from dataclasses import replace
from datetime import datetime

from autoclone.core.model import Clone, Direction, Stage
from autoclone.core.naming import clone_name
from autoclone.core.pace import due
from autoclone.core.turn import LAUNCHING, Turn

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
    """Remove the oldest, if it is time (rules 2 and 8). One that never came to be goes without waiting."""
    for clone in reversed(turn.staying):
        if not clone.announced and clone.free and excess(turn):
            _remove(turn, clone)
    if excess(turn) and due_down(turn) <= turn.now:
        for clone in _next_down(turn):
            _remove(turn, clone)
            turn.pace(Direction.DOWN)


def excess(turn: Turn) -> int:
    """Return how many more stay than are wanted."""
    return max(0, len(turn.staying) - turn.intent.wanted)


def _next_down(turn: Turn) -> list[Clone]:
    """Return the oldest ones to go now; none while the very oldest has a command outstanding."""
    oldest = turn.staying[: min(turn.given.plan.down.step, excess(turn))]
    return oldest if all(clone.free for clone in oldest) else []


def due_down(turn: Turn) -> datetime:
    """Return when the next clone may be removed."""
    return due(turn.paced, Direction.DOWN, turn.given.plan, turn.now)


def _remove(turn: Turn, clone: Clone) -> None:
    turn.send(replace(clone, attempts=0), Stage.STOPPING if clone.announced else Stage.DELETING)


def ramp_up(turn: Turn) -> None:
    """Make the next clone, if it is time (rules 1 and 5)."""
    batch = min(turn.given.plan.up.step, room(turn))
    if batch and due_up(turn) <= turn.now:
        for _ in range(batch):
            _create(turn)
        turn.pace(Direction.UP)


def room(turn: Turn) -> int:
    """Return how many clones may be made: none while one is still being launched for the first time.

    Clones on their way out take up room until they are gone, so that there are never too many at once.
    """
    if any(clone.stage in LAUNCHING and not clone.launched for clone in turn.clones):
        return 0
    return max(0, turn.intent.wanted - sum(not clone.lost for clone in turn.clones))


def due_up(turn: Turn) -> datetime:
    """Return when the next clone may be made."""
    return due(turn.paced, Direction.UP, turn.given.plan, turn.now)


def _create(turn: Turn) -> None:
    zone = turn.given.plan.schedule.zone
    name = clone_name(turn.parent, turn.now, zone, turn.names, turn.given.taken)
    turn.send(Clone(name, turn.now, Stage.CREATING), Stage.CREATING)


def next_move(turn: Turn) -> datetime | None:
    """Return when the pace next lets the ramp move; None while it waits for a command, or is there."""
    if turn.intent.frozen or turn.intent.at_once or turn.intent.paused:
        return None
    if excess(turn):
        return due_down(turn) if _next_down(turn) else None
    return due_up(turn) if room(turn) else None
