"""Where DAGs and clones run."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from autoclone.core.inputs import RunStatus
from autoclone.ports.store import JsonObject


@dataclass(frozen=True, slots=True)
class DagSpec:
    """What a runtime needs in order to hold one DAG.

    Attributes:
        name: the DAG's or clone's name.
        document: the definition. A clone's is its parent's, verbatim.
        parent: the parent's name for a clone, None for a DAG of its own. A clone ignores the document's
            own `start_time` and `end_time`: it is always active.
        created_at: UTC.
        drain: how long it may finish what it has in hand once stopped; None: as long as the runtime says.
    """

    name: str
    document: JsonObject
    parent: str | None
    created_at: datetime
    drain: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Holding:
    """One DAG or clone in a runtime."""

    name: str
    parent: str | None
    status: RunStatus
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NodeStats:
    """One node's counters since its DAG was started, and its rates over the last few seconds.

    Attributes:
        id: the node's id.
        type: the node's type.
        status: `waiting`, `running`, `completed`, `restarting` or `failed`.
        received: records taken in.
        emitted: records passed on (for a sink: written).
        errors: records or runs that raised.
        restarts: how often the node was restarted by its policy.
        queued: records waiting in its input queue now.
        capacity: the bound of that queue.
        rate_in: records a second taken in.
        rate_out: records a second passed on.
        last_error: the newest error's text, or None.
    """

    id: str
    type: str
    status: str
    received: int = 0
    emitted: int = 0
    errors: int = 0
    restarts: int = 0
    queued: int = 0
    capacity: int = 0
    rate_in: float = 0.0
    rate_out: float = 0.0
    last_error: str | None = None


@dataclass(frozen=True, slots=True)
class DagStats:
    """What a runtime knows of one DAG's work, nodes in topological order."""

    name: str
    status: RunStatus
    started_at: datetime | None
    nodes: tuple[NodeStats, ...] = ()
    edges: tuple[tuple[str, str], ...] = field(default=())


class Runtime(Protocol):
    """Where DAGs and clones run.

    Every command is idempotent by name: creating what exists, starting what runs, or stopping or deleting
    what is gone succeeds and changes nothing. Each carries the primary's epoch and raises `StaleEpoch`,
    having done nothing, where the runtime has seen a newer one. Failures are `Transient` or `Permanent`.
    """

    async def open(self) -> None:
        """Make ready."""

    def check(self, document: JsonObject) -> None:
        """Raise `InvalidInput` where the document's nodes and edges could not run: nothing is started."""

    async def close(self, drain: timedelta) -> None:
        """Stop what would not outlive this process, giving it `drain` to finish what it has in hand."""

    async def create(self, spec: DagSpec, epoch: int) -> None:
        """Hold the DAG, not yet running. Raises `Permanent` where its document cannot run."""

    async def start(self, name: str, epoch: int) -> None:
        """Run it. Raises `Permanent` where it was never created."""

    async def suspend(self, name: str, epoch: int) -> None:
        """Hold its sources still; what is in its queues stays. Raises `Permanent` where it is not there."""

    async def resume(self, name: str, epoch: int) -> None:
        """Go on from where it was suspended. Raises `Permanent` where it is not there."""

    async def stop(self, name: str, epoch: int, drain: timedelta | None = None) -> None:
        """Stop its sources, let what is in its queues drain, for `drain` at most, then end it.

        Where `drain` is None, it is given as long as it was created with.
        """

    async def delete(self, name: str, epoch: int) -> None:
        """Forget it, stopping it first if need be."""

    async def holdings(self) -> Sequence[Holding]:
        """Return all that is held, in name order: DAGs and clones."""

    async def stats(self, name: str) -> DagStats | None:
        """Return the counters of one DAG or clone, None where it is not held."""
