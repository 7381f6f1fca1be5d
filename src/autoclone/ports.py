"""The seams of the house: what the engine needs from storage, runtimes and observers.

Each port has one contract suite in tests/contracts, run over every implementation alike.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from autoclone.core.commands import Command
from autoclone.core.events import Event
from autoclone.core.inputs import Outcome, RunStatus
from autoclone.core.model import ParentStatus, RampState

JsonObject = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DagRecord:
    """One DAG definition as stored.

    Attributes:
        name: the DAG's name.
        document: the whole definition, verbatim.
        revision: 1 for the first, plus one at each replacement; never reused, even after a delete.
        source: `api`, or the name of the file it was loaded from.
        status: what the operator wants of it.
        updated_at: when this revision was stored, UTC.
    """

    name: str
    document: JsonObject
    revision: int
    source: str
    status: ParentStatus
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """What one decision makes durable: the new state, its events, all in one transaction.

    Attributes:
        state: the parent's new ramp state.
        events: the events of the decision, in order.
        forget: drop the tombstone of a deleted parent, since nothing is left of it but the number of its
            last event: `get_state` returns that, and a DAG of the same name goes on from it. A DAG that was
            put again meanwhile stays.
    """

    state: RampState
    events: tuple[Event, ...] = ()
    forget: bool = False


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One event in the journal, with its place in the order of all events."""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events to read. An absent condition accepts all.

    Attributes:
        parent: only this DAG's.
        types: only these types, as `EventType` values.
        since: only those at or after this instant, UTC.
        until: only those before this instant, UTC.
    """

    parent: str | None = None
    types: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


class Store(Protocol):
    """Definitions, ramp states and the event journal, durable and fenced.

    Every method raises `StoreError` where the database cannot be used at all and `Transient` where it may
    be usable in a moment. Each write carries the writer's epoch and raises `StaleEpoch`, having written
    nothing, where a newer one has been claimed; the check is part of the write's own transaction.
    """

    async def open(self) -> None:
        """Connect, and bring the schema up to date."""

    async def close(self) -> None:
        """Release everything. Closing twice is harmless."""

    async def claim_epoch(self, owner: str, at: datetime) -> int:
        """Begin a new epoch for `owner` and return its number; every older one is over from here on."""

    async def put_dag(
        self,
        epoch: int,
        name: str,
        document: JsonObject,
        *,
        source: str,
        at: datetime,
        if_revision: int | None = None,
        if_absent: bool = False,
    ) -> DagRecord:
        """Store a definition as a new revision and return the record.

        A new DAG starts with status RUNNING; a replaced one keeps its status; a deleted one (whose clones
        may still be going) comes back as RUNNING.

        Raises:
            RevisionMismatch: `if_revision` is given and is not the stored revision.
            DagExists: `if_absent` is true and the DAG exists (and is not deleted).
        """

    async def delete_dag(
        self, epoch: int, name: str, *, at: datetime, if_revision: int | None = None
    ) -> DagRecord:
        """Mark the DAG deleted, and return the record with status DELETED.

        It is gone for `get_dag` and `list_dags` at once; `load` still returns it until `commit` forgets it.

        Raises:
            UnknownDag: there is none, or it is deleted already.
            RevisionMismatch: `if_revision` is given and is not the stored revision.
        """

    async def set_status(self, epoch: int, name: str, status: ParentStatus) -> DagRecord:
        """Store what the operator wants of the DAG. Raises `UnknownDag`."""

    async def get_dag(self, name: str) -> DagRecord | None:
        """Return the DAG's newest revision, None where there is none or it is deleted."""

    async def get_documents(self, names: Sequence[str]) -> Mapping[str, JsonObject]:
        """Return the newest documents of many DAGs at once, deleted ones included, unknown ones left out."""

    async def list_dags(
        self, *, after: str | None = None, limit: int = 100, names: Sequence[str] | None = None
    ) -> Sequence[DagRecord]:
        """Return up to `limit` records in name order, after the name `after`; only `names` where given."""

    async def load(
        self, *, after: str | None = None, limit: int = 1000
    ) -> Sequence[tuple[DagRecord, RampState]]:
        """Return up to `limit` DAGs in name order with their ramp states, deleted ones included.

        A DAG that never ramped has the state `RampState(name)`. The documents are included.
        """

    async def get_state(self, name: str) -> RampState | None:
        """Return the ramp state last committed for `name`, None where there is none."""

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        """Make the changes durable in one transaction: all of them, or none.

        Raises:
            StaleEpoch: a newer epoch was claimed. Nothing was written.
        """

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        """Return up to `limit` entries past the position `after`, in journal order.

        With `newest_first`, from the end backwards, before the position `after` (0: from the very end).
        """


@dataclass(frozen=True, slots=True)
class DagSpec:
    """What a runtime needs in order to hold one DAG.

    Attributes:
        name: the DAG's or clone's name.
        document: the definition. A clone's is its parent's, verbatim.
        parent: the parent's name for a clone, None for a DAG of its own. A clone ignores the document's
            own `start_time` and `end_time`: it is always active.
        created_at: UTC.
    """

    name: str
    document: JsonObject
    parent: str | None
    created_at: datetime


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

    async def stop(self, name: str, epoch: int) -> None:
        """Stop its sources, let what is in its queues drain for a bounded time, then end it."""

    async def delete(self, name: str, epoch: int) -> None:
        """Forget it, stopping it first if need be."""

    async def holdings(self) -> Sequence[Holding]:
        """Return all that is held, in name order: DAGs and clones."""

    async def stats(self, name: str) -> DagStats | None:
        """Return the counters of one DAG or clone, None where it is not held."""


class Observer(Protocol):
    """Who is told what the engine did: logs and metrics. It never raises and never waits."""

    def decided(self, events: Sequence[Event], commands: Sequence[Command]) -> None:
        """A batch of decisions is durable."""

    def finished(self, outcome: Outcome, took: timedelta) -> None:
        """A command ended after `took`."""

    def woke(self, late: timedelta) -> None:
        """The ticker handled a deadline `late` after it was due."""

    def lagged(self, lag: timedelta) -> None:
        """The event loop was found to be `lag` behind."""

    def counted(self, phases: Mapping[str, int], live: int) -> None:
        """So many DAGs are in each phase, and so many clones are live."""
