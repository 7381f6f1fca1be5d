"""What the engine shows of its DAGs. Frozen values, ready to be served."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from autoclone.core.inputs import RunStatus
from autoclone.ports import JsonObject, Standing


@dataclass(frozen=True, slots=True)
class NextEvent:
    """What a ramp does next by the clock, as long as nothing fails.

    Attributes:
        at: when, in the window's zone.
        type: the type of the event that will tell of it.
        target: how many clones are wanted then.
        text: the same in words.
    """

    at: datetime
    type: str
    target: int
    text: str


@dataclass(frozen=True, slots=True)
class HoldView:
    """A pause or an override. The fields are those of `Hold`, with instants in the window's zone."""

    kind: str
    until: datetime
    count: int
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AutoCloneStatus:
    """The status contract: the first six keys exactly, then further ones.

    Attributes:
        name: the DAG.
        clones: the clones' names, oldest first.
        config: `ramp_up_time`, `ramp_down_time` and `ramp_count` as written, None where missing; then
            `duration` and `windows`, where they are written.
        status: `idle`, `ramping_up (N/M)`, `active` or `ramping_down (N remaining)`.
        last_clone_time: when the newest clone was created, in the window's zone; None before the first.
        ramp_up_completed: whether the ramp reached its target in this window.
        ramp_down_started: whether it is ramping down.
        enabled: whether AutoClone is on for this DAG.
        phase: the phase alone.
        target: how many clones are wanted now.
        reason: the code of why the ramp is where it is.
        reason_text: the same in words.
        next_event_at: when the clock will next matter, in the window's zone; None if never.
        error: what is wrong with the newest configuration file, None if nothing.
        reason_values: what is in `reason_text`, for programs; instants are in the window's zone.
        next: what happens next by the clock, None if nothing does.
        hold: what an operator has the ramp do instead of following its schedule, None where nothing.
    """

    name: str
    clones: tuple[str, ...]
    config: Mapping[str, object]
    status: str
    last_clone_time: datetime | None
    ramp_up_completed: bool
    ramp_down_started: bool
    enabled: bool
    phase: str
    target: int
    reason: str
    reason_text: str
    next_event_at: datetime | None
    error: str | None
    reason_values: Mapping[str, object] = field(default_factory=dict)
    next: NextEvent | None = None
    hold: HoldView | None = None


@dataclass(frozen=True, slots=True)
class DagView:
    """One DAG or clone as users see it.

    Attributes:
        name: its name.
        parent: the parent of a managed clone, else None.
        status: what the runtime says: `created`, `waiting` (outside its own time window), `running`,
            `suspended`, `completed`, `stopped`, `failed`; `invalid` where its file never was right.
        revision: the definition's revision (a clone's: its parent's); 0 for an invalid one.
        source: `api`, or the file it was loaded from.
        updated_at: when the definition was stored; None for an invalid one.
        document: the definition, verbatim; empty for an invalid one.
        autoclone: the ramp's status; None for a clone.
        error: what is wrong with the newest configuration file, None if nothing.
    """

    name: str
    parent: str | None
    status: RunStatus | str
    revision: int
    source: str
    updated_at: datetime | None
    document: JsonObject
    autoclone: AutoCloneStatus | None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class OutboxView:
    """What waits to be published, as the server that publishes it sees it.

    Attributes:
        waiting: how many events wait.
        oldest_seconds: for how long the first of them has.
        published: how many this process has published.
        problem: why they do not get through, None while they do.
    """

    waiting: int
    oldest_seconds: float
    published: int
    problem: str | None


@dataclass(frozen=True, slots=True)
class ServerView:
    """One server: its role and how it is doing.

    Attributes:
        role: `primary`, `secondary`, or `suspended`: it was primary, and waits until it is sure that it is.
        epoch: the epoch in force as this server knows it; 0 before the first.
        primary: the primary's advertised address, None while unknown.
        election: `standalone`, or how things stand with ZooKeeper: `connected`, `suspended`, `lost`, or
            `unavailable`.
        warnings: what operators should know of it, such as that it is primary by default.
        version: AutoClone's version.
        started_at: when this server started, UTC.
        uptime_seconds: for how long it has run.
        dags: how many DAGs it knows.
        clones: how many clones are live.
        ready: whether the loop, the store and the ticker are in order.
        checks: each readiness check by name, with `ok` or what is wrong.
        outbox: what waits to be published, None where this server publishes nothing.
    """

    role: str
    epoch: int
    primary: str | None
    election: str
    warnings: tuple[str, ...]
    version: str
    started_at: datetime
    uptime_seconds: float
    dags: int
    clones: int
    ready: bool
    checks: Mapping[str, str]
    outbox: OutboxView | None = None


def shown_role(standing: Standing) -> str:
    """Return what users call the role of a server: one that is primary by default is primary."""
    return "primary" if standing.role == "default_primary" else standing.role
