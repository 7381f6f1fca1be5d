"""Where definitions, ramp states and the journal are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from autoclone.core.events import Event
from autoclone.core.model import ParentStatus, RampState
from autoclone.ports.history import History, Steps
from autoclone.ports.journal import Journal, Outbox, Pruned

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
        steps: what the ramp was told that led here, for the record; None where nothing is to be recorded.
    """

    state: RampState
    events: tuple[Event, ...] = ()
    forget: bool = False
    steps: Steps | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """Who may write, as the store has it.

    Attributes:
        epoch: the one in force; 0 before the first.
        version: grows by one with each write of any kind, an empty commit included. Whoever looks twice and
            finds the same one knows that the owner has not been heard of in between.
        owner: who claimed the epoch; empty where nobody has, or it was released. What no database takes is
            written out in ASCII: a server knows its own lease by the epoch, not by this.
        address: what the owner advertises, None where nothing.
        term: how long the owner asked others to wait after its last sign of life before they claim without
            having been elected; zero where nobody holds it.
    """

    epoch: int = 0
    version: int = 0
    owner: str = ""
    address: str | None = None
    term: timedelta = timedelta()


class Store(Journal, Outbox, Protocol):
    """Definitions, ramp states and the event journal, durable and fenced.

    Every method raises `StoreError` where the database cannot be used at all and `Transient` where it may
    be usable in a moment. Each write carries the writer's epoch and raises `StaleEpoch`, having written
    nothing, where a newer one has been claimed; the check is part of the write's own transaction. A write
    that was made is a sign of life: it moves the version of the lease on. One that was refused is none.
    """

    async def open(self) -> None:
        """Connect, and bring the schema up to date."""

    async def close(self) -> None:
        """Release everything. Closing twice is harmless."""

    async def lease(self) -> Lease:
        """Return who may write, as it stands now."""

    async def claim_epoch(
        self,
        owner: str,
        at: datetime,
        *,
        address: str | None = None,
        term: timedelta = timedelta(),
        seen: Lease | None = None,
    ) -> int:
        """Begin a new epoch for `owner` and return its number; every older one is over from here on.

        Args:
            owner: who claims it.
            at: when, UTC.
            address: what the owner advertises, None where nothing.
            term: how long others should wait after the owner's last sign of life, as in `Lease`.
            seen: claim it only if nothing at all was written since this was read; None: in any case.

        Raises:
            LeaseTaken: something was written since `seen` was read. This wrote nothing.
        """

    async def release(self, epoch: int) -> None:
        """Have nobody hold the lease, so that others need not wait out its term.

        The epoch stays in force until the next claim. Releasing twice is harmless.

        Raises:
            StaleEpoch: a newer epoch was claimed. Nothing was written.
        """

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
        self, *, after: str | None = None, limit: int = 1000, since: int = 0
    ) -> Sequence[tuple[DagRecord, RampState]]:
        """Return up to `limit` DAGs in name order with their ramp states, deleted ones included.

        A DAG that never ramped has the state `RampState(name)`. The documents are included.

        Args:
            after: only DAGs past this name.
            limit: how many at most.
            since: only DAGs whose definition, status or ramp state was written after this version of the
                lease; 0: all of them. One that was forgotten since is not told of: see `count_dags`. Who
                follows the store reads the lease first and loads then, so that nothing falls between the two.
        """

    async def count_dags(self) -> int:
        """Return how many DAGs there are for `load`, deleted ones included.

        Who follows the store and knows of more than that has missed that some were forgotten.
        """

    async def get_state(self, name: str) -> RampState | None:
        """Return the ramp state last committed for `name`, None where there is none."""

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        """Make the changes durable in one transaction: all of them, or none.

        An empty commit changes nothing but the version of the lease, and so renews it.

        Raises:
            StaleEpoch: a newer epoch was claimed. Nothing was written.
        """

    async def get_revision(self, name: str, revision: int) -> JsonObject | None:
        """Return the definition that a revision of `name` was, also of a deleted DAG; None: none such."""

    async def revision_at(self, name: str, at: datetime) -> DagRecord | None:
        """Return the newest revision of `name` that was stored at or before `at`, in UTC; None: none such.

        Also of a deleted DAG. What the operator wanted of it then is not kept: the status says RUNNING.
        """

    async def history(self, name: str, *, since: datetime, after: int = 0, limit: int = 1000) -> History:
        """Return a page of what the ramp of `name` was told, in the order of the commits.

        Args:
            name: the DAG.
            since: where to begin: with the last recorded state whose step was at or before this instant; with
                the first there is, where none is that old.
            after: the position that the page begins after: `next` of the page before, or 0 for the first.
            limit: how many commits at most.
        """

    async def prune_history(
        self, epoch: int, *, before: datetime, after: int = 0, limit: int = 10_000
    ) -> Pruned:
        """Remove what is old from the next stretch of the record, counted as `sent`.

        Old is what a ramp was told before `before`, as far as a later recorded state from before then remains
        to begin with.

        Raises:
            StaleEpoch: a newer epoch was claimed. Nothing was removed.
        """

    async def prune(
        self,
        epoch: int,
        *,
        before: datetime,
        unsent_before: datetime | None,
        after: int = 0,
        limit: int = 10_000,
    ) -> Pruned:
        """Remove old events from the next stretch of the journal.

        The newest event of each parent stays, however old it is: its number must not be used again. Of the
        others in the stretch those go that happened before the instant given for their kind.

        Args:
            epoch: the writer's.
            before: published events from before this instant are old, UTC.
            unsent_before: likewise those that were never published; None: none of them is.
            after: the position that the stretch begins after: that of the last answer, or 0 for a new round.
            limit: how many events the stretch has at most, kept ones included.

        Raises:
            StaleEpoch: a newer epoch was claimed. Nothing was removed.
        """
