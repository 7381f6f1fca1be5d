"""What happened, in the past tense. Other programs rely on these: see the contracts in docs/."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from autoclone.core.model import By, Hold


class EventType(StrEnum):
    """Every kind of event the core emits."""

    RAMP_UP_STARTED = "ramp_up.started"
    RAMP_UP_COMPLETED = "ramp_up.completed"
    RAMP_DOWN_STARTED = "ramp_down.started"
    RAMP_DOWN_COMPLETED = "ramp_down.completed"
    CLONE_CREATED = "clone.created"
    CLONE_STARTED = "clone.started"
    CLONE_SUSPENDED = "clone.suspended"
    CLONE_RESUMED = "clone.resumed"
    CLONE_STOPPED = "clone.stopped"
    CLONE_DELETED = "clone.deleted"
    CLONE_ADOPTED = "clone.adopted"
    CLONE_RESTORED = "clone.restored"
    CLONE_DIED = "clone.died"
    CLONE_CREATE_FAILED = "clone.create_failed"
    CLONE_SUSPEND_FAILED = "clone.suspend_failed"
    CLONE_RESUME_FAILED = "clone.resume_failed"
    CLONE_DELETE_FAILED = "clone.delete_failed"
    RAMP_PAUSED = "ramp.paused"
    RAMP_RESUMED = "ramp.resumed"
    OVERRIDE_STARTED = "override.started"
    OVERRIDE_ENDED = "override.ended"
    PARENT_STOPPED = "parent.stopped"
    PARENT_STARTED = "parent.started"
    PARENT_SUSPENDED = "parent.suspended"
    PARENT_RESUMED = "parent.resumed"
    PARENT_DELETED = "parent.deleted"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to one parent's ramp.

    Attributes:
        sequence: its number among the parent's events; no holes, never going back.
        at: when, UTC.
        type: what.
        parent: the DAG.
        clone: the clone, None where the event is about the ramp.
        status: the ramp's status text after it.
        clones: how many clones are counted after it.
        target: how many are wanted.
        epoch: the epoch of the primary that decided it.
        message: the error's text, for the failures; otherwise None.
        hold: the hold that began or ended, for the events about one; otherwise None.
        by: who began or ended it, likewise.
    """

    sequence: int
    at: datetime
    type: EventType
    parent: str
    clone: str | None
    status: str
    clones: int
    target: int
    epoch: int
    message: str | None = None
    hold: Hold | None = None
    by: By | None = None
