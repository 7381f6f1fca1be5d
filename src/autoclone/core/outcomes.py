"""What follows when a command ends, well or badly."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from autoclone.core.commands import Action
from autoclone.core.events import EventType
from autoclone.core.inputs import Outcome
from autoclone.core.model import Clone, Stage
from autoclone.core.pace import retry_delay
from autoclone.core.turn import ACTIONS, Turn

FAILURES: Mapping[Stage, EventType] = MappingProxyType(
    {
        Stage.CREATING: EventType.CLONE_CREATE_FAILED,
        Stage.STARTING: EventType.CLONE_CREATE_FAILED,
        Stage.SUSPENDING: EventType.CLONE_SUSPEND_FAILED,
        Stage.RESUMING: EventType.CLONE_RESUME_FAILED,
        Stage.STOPPING: EventType.CLONE_DELETE_FAILED,
        Stage.DELETING: EventType.CLONE_DELETE_FAILED,
    }
)


def settle(turn: Turn, outcome: Outcome) -> None:
    """Take in how a command ended. One that nobody waits for any more changes nothing."""
    clone = turn.find(outcome.command.clone)
    if clone is None or not _awaited(turn, clone, outcome):
        return
    if outcome.error is None:
        DONE[outcome.command.action](turn, clone)
    else:
        _failed(turn, clone, outcome.error, outcome.retry_after)


def _awaited(turn: Turn, clone: Clone, outcome: Outcome) -> bool:
    command = outcome.command
    outstanding = clone.retry_at is None and ACTIONS.get(clone.stage) is command.action
    return outstanding and (command.attempt, command.epoch) == (clone.attempts + 1, turn.given.epoch)


def _created(turn: Turn, clone: Clone) -> None:
    if not clone.announced:
        clone = replace(clone, announced=True)
        turn.put(clone)
        turn.last_clone_at = turn.now
        turn.emit(EventType.CLONE_CREATED, clone.name)
    turn.send(clone, Stage.STARTING)


def _started(turn: Turn, clone: Clone) -> None:
    turn.put(replace(clone, stage=Stage.RUNNING, launched=True, attempts=0, gate_until=_gate(turn, clone)))
    turn.emit(EventType.CLONE_RESTORED if clone.launched else EventType.CLONE_STARTED, clone.name)


def _gate(turn: Turn, clone: Clone) -> datetime | None:
    """Return how long the next clone waits for this one: only the first time that it is launched."""
    timeout = turn.given.plan.start_gate
    return clone.gate_until if clone.launched or timeout is None else turn.now + timeout


def _suspended(turn: Turn, clone: Clone) -> None:
    turn.put(replace(clone, stage=Stage.SUSPENDED, attempts=0))
    turn.emit(EventType.CLONE_SUSPENDED, clone.name)


def _resumed(turn: Turn, clone: Clone) -> None:
    turn.put(replace(clone, stage=Stage.RUNNING, attempts=0))
    turn.emit(EventType.CLONE_RESUMED, clone.name)


def _stopped(turn: Turn, clone: Clone) -> None:
    turn.emit(EventType.CLONE_STOPPED, clone.name)
    turn.send(replace(clone, attempts=0), Stage.DELETING)


def _deleted(turn: Turn, clone: Clone) -> None:
    turn.drop(clone)
    if clone.counted:
        turn.emit(EventType.CLONE_DELETED, clone.name)


DONE: Mapping[Action, Callable[[Turn, Clone], None]] = MappingProxyType(
    {
        Action.CREATE: _created,
        Action.START: _started,
        Action.SUSPEND: _suspended,
        Action.RESUME: _resumed,
        Action.STOP: _stopped,
        Action.DELETE: _deleted,
    }
)


def _failed(turn: Turn, clone: Clone, message: str, retry_after: timedelta | None) -> None:
    """Rule 9: the same command again, later. A clone that would not start is made anew first."""
    failures = clone.attempts + 1
    delay = retry_delay(turn.given.plan.backoff, clone.name, failures, retry_after)
    stage = Stage.CREATING if clone.stage is Stage.STARTING else clone.stage
    turn.put(replace(clone, stage=stage, attempts=failures, retry_at=turn.now + delay))
    turn.emit(FAILURES[clone.stage], clone.name, message)
