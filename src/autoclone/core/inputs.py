"""What a step is told: the time, what is wanted, what was done and what is there."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from autoclone.core.commands import Command
from autoclone.core.demand import Demand
from autoclone.core.events import Event
from autoclone.core.model import Hold, ParentStatus, Plan, RampState


class RunStatus(StrEnum):
    """What a runtime says of a DAG it holds."""

    CREATED = "created"
    WAITING = "waiting"
    RUNNING = "running"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    STOPPED = "stopped"
    FAILED = "failed"

    @property
    def healthy(self) -> bool:
        """Whether a started clone of this status is as it should be."""
        return self in (RunStatus.RUNNING, RunStatus.SUSPENDED, RunStatus.COMPLETED)


@dataclass(frozen=True, slots=True)
class Sighting:
    """One clone as the runtime sees it: its name, status, and creation time in UTC."""

    name: str
    status: RunStatus
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended.

    Attributes:
        command: the command, as it was issued.
        error: None where it succeeded, else the message for the user.
        retry_after: the least time to wait before the next try, where the runtime said so; counted up to
            the cap of the backoff.
    """

    command: Command
    error: str | None = None
    retry_after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """The order that ends the hold there is, if any."""


# What an operator asks of the ramp: a hold that takes the place of any other, or that there is none. A hold's
# `since` is that of the step that takes it in, and so is the `count` of a pause.
HoldOrder = Hold | Release


@dataclass(frozen=True, slots=True)
class Input:
    """Everything a step may depend on, besides the state.

    Attributes:
        now: the instant of this step, UTC (see `Plan.tolerance`).
        plan: the resolved configuration.
        demand: what the schedule wants at `now`: `demand_at(plan.schedule, now)`.
        parent: what the operator wants of the parent.
        epoch: the primary's epoch, stamped on commands and events.
        outcome: a command that ended, if this step is about one.
        sightings: the parent's clones in the runtime, or None if nobody looked.
        takeover: this primary has just taken over: what ran in the last one's process may be gone, and
            commands that were outstanding have to be issued again.
        taken: names a new clone must not have.
        order: what an operator asks of the ramp, if this step is about that. A hold that is over by `now`
            asks nothing.
        healthy: clones that were seen to run and not to fail: nobody waits for them any more.
        allowance: how many clones may be made now, where the fleet is limited; None: as many as are due.
    """

    now: datetime
    plan: Plan
    demand: Demand
    parent: ParentStatus = ParentStatus.RUNNING
    epoch: int = 1
    outcome: Outcome | None = None
    sightings: tuple[Sighting, ...] | None = None
    takeover: bool = False
    taken: Container[str] = ()
    order: HoldOrder | None = None
    healthy: Sequence[str] = ()
    allowance: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step came to. Commit state and events in one transaction, then carry out the commands.

    Attributes:
        state: the new state; the very same object where nothing changed.
        commands: to be carried out once the state is durable, in order for each clone.
        events: to be journalled in the same transaction as the state.
        wake_at: when to step again at the latest, UTC; None if only something from outside can matter.
        refused: how many clones were due beyond the allowance. Step again once there is more of it.
    """

    state: RampState
    commands: tuple[Command, ...]
    events: tuple[Event, ...]
    wake_at: datetime | None
    refused: int = 0
