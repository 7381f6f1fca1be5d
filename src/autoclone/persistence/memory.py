"""The store in memory: for tests, for simulations, and for programs that need nothing to last."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from autoclone.core.model import ParentStatus, RampState
from autoclone.errors import AutoCloneError, LeaseTaken, UnknownDag
from autoclone.persistence.codec import decode_document, encode_document, storable
from autoclone.persistence.failures import closed
from autoclone.persistence.memory_kept import Kept, forget, past, present, read, set_status, stamp
from autoclone.persistence.retention import Bounds
from autoclone.persistence.rules import check_delete, check_epoch, check_put, status_of_put
from autoclone.ports import (
    Change,
    DagRecord,
    EventFilter,
    History,
    JournalEntry,
    JournalSpan,
    JsonObject,
    Lease,
    OutboxLag,
    Pruned,
)


class MemoryStore:
    """A `Store` that keeps everything in this process. The port says what each method does.

    Args:
        backing: another such store whose contents this one shares: so a test restarts a server, or has two.
    """

    def __init__(self, backing: "MemoryStore | None" = None) -> None:
        self._data: Kept = Kept() if backing is None else backing._data  # noqa: SLF001 - of the same class
        self._open = False
        self._failures: deque[AutoCloneError] = deque()

    def fail_next(self, error: AutoCloneError, times: int = 1) -> None:
        """Have the next `times` writes through this store raise `error`, having written nothing."""
        self._failures.extend([error] * times)

    async def open(self) -> None:
        """Make ready."""
        self._open = True

    async def close(self) -> None:
        """Refuse everything from here on. What is kept stays for whoever shares it."""
        self._open = False

    @property
    def _kept(self) -> Kept:
        if not self._open:
            raise closed()
        return self._data

    def _writing(self, epoch: int) -> Kept:
        """Return what a write under `epoch` may change, from here on without giving way to another task."""
        kept = self._kept
        if self._failures:
            raise self._failures.popleft()
        check_epoch(epoch, kept.lease.epoch)
        return kept

    async def lease(self) -> Lease:
        """Return who may write, as it stands now."""
        return self._kept.lease

    async def claim_epoch(
        self,
        owner: str,
        at: datetime,  # noqa: ARG002 - nobody can ask for it
        *,
        address: str | None = None,
        term: timedelta = timedelta(),
        seen: Lease | None = None,
    ) -> int:
        """Begin a new epoch and return its number."""
        now = self._kept.lease
        kept = self._writing(now.epoch)
        if seen is not None and seen.version != now.version:
            raise LeaseTaken(now.owner)
        shown = None if address is None else storable(address)
        kept.lease = Lease(now.epoch + 1, now.version + 1, storable(owner), shown, term)
        return kept.lease.epoch

    async def release(self, epoch: int) -> None:
        """Have nobody hold the lease."""
        kept = self._writing(epoch)
        kept.lease = Lease(epoch, kept.lease.version + 1)

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
        """Store a definition as a new revision. One that was forgotten numbers its events on."""
        kept = self._writing(epoch)
        there = present(kept, name)
        check_put(name, there.revision if there else None, if_revision=if_revision, if_absent=if_absent)
        text = encode_document(document)
        before = kept.records.get(name)
        revision = kept.revisions.get(name, 0) + 1
        status = status_of_put(before.status if before else None)
        kept.records[name] = DagRecord(name, {}, revision, storable(source), status, at)
        kept.documents[name] = kept.definitions[name, revision] = text
        kept.written.setdefault(name, []).append(kept.records[name])
        kept.revisions[name] = revision
        if before is None and name in kept.journal.sequences:
            kept.states.setdefault(name, RampState(name, sequence=kept.journal.sequences[name]))
        stamp(kept, name)
        return read(kept, name)

    async def delete_dag(
        self,
        epoch: int,
        name: str,
        *,
        at: datetime,  # noqa: ARG002 - likewise
        if_revision: int | None = None,
    ) -> DagRecord:
        """Mark the DAG deleted, and return the record with status DELETED."""
        kept = self._writing(epoch)
        there = present(kept, name)
        check_delete(name, there.revision if there else None, if_revision=if_revision)
        return set_status(kept, name, ParentStatus.DELETED)

    async def set_status(self, epoch: int, name: str, status: ParentStatus) -> DagRecord:
        """Store what the operator wants of the DAG."""
        kept = self._writing(epoch)
        if present(kept, name) is None:
            raise UnknownDag(name)
        return set_status(kept, name, status)

    async def get_dag(self, name: str) -> DagRecord | None:
        """Return the DAG's newest revision, None where there is none or it is deleted."""
        return read(self._kept, name) if present(self._kept, name) else None

    async def get_documents(self, names: Sequence[str]) -> Mapping[str, JsonObject]:
        """Return the newest documents of many DAGs at once."""
        kept = self._kept
        return {name: decode_document(kept.documents[name]) for name in names if name in kept.records}

    async def list_dags(
        self, *, after: str | None = None, limit: int = 100, names: Sequence[str] | None = None
    ) -> Sequence[DagRecord]:
        """Return up to `limit` records in name order, after the name `after`; only `names` where given."""
        kept = self._kept
        wanted = kept.records if names is None else set(names)
        found = (name for name in past(wanted, after) if present(kept, name))
        return [read(kept, name) for name in islice(found, limit)]

    async def load(
        self, *, after: str | None = None, limit: int = 1000, since: int = 0
    ) -> Sequence[tuple[DagRecord, RampState]]:
        """Return up to `limit` DAGs in name order with their ramp states, tombstones included."""
        kept = self._kept
        written = (name for name in kept.records if kept.versions[name] > since)
        names = past(written, after)[:limit]
        return [(read(kept, name), kept.states.get(name) or RampState(name)) for name in names]

    async def count_dags(self) -> int:
        """Return how many DAGs there are, tombstones included."""
        return len(self._kept.records)

    async def get_state(self, name: str) -> RampState | None:
        """Return the ramp state last committed for `name`, None where there is none."""
        return self._kept.states.get(name)

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        """Make the changes durable: all of them, or none."""
        kept = self._writing(epoch)
        kept.journal.append([event for change in changes for event in change.events])
        kept.history.append(change.steps for change in changes if change.steps is not None)
        last = {change.state.parent: change for change in changes}
        stamp(kept, *last)
        for name, change in last.items():
            kept.states[name] = change.state
            if change.forget:
                forget(kept, name)

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        """Return journalled events, in journal order or from its end backwards."""
        return self._kept.journal.read(where, after=after, limit=limit, newest_first=newest_first)

    async def span(self) -> JournalSpan:
        """Return from where to where the journal goes."""
        return self._kept.journal.span()

    async def unsent(self, limit: int) -> Sequence[JournalEntry]:
        """Return up to `limit` events that were not published yet, in journal order."""
        return self._kept.journal.unsent(limit)

    async def mark_sent(
        self,
        epoch: int,
        positions: Sequence[int],
        at: datetime,  # noqa: ARG002 - likewise
    ) -> None:
        """Note that these were published."""
        kept = self._writing(epoch)
        stamp(kept)
        kept.journal.mark_sent(positions)

    async def lag(self) -> OutboxLag:
        """Return how much waits to be published."""
        return self._kept.journal.lag()

    async def prune(
        self,
        epoch: int,
        *,
        before: datetime,
        unsent_before: datetime | None,
        after: int = 0,
        limit: int = 10_000,
    ) -> Pruned:
        """Remove what is old in a stretch of the journal."""
        kept = self._writing(epoch)
        stamp(kept)
        return kept.journal.prune(Bounds(before, unsent_before, after, limit))

    async def get_revision(self, name: str, revision: int) -> JsonObject | None:
        """Return the definition that `revision` of `name` was, None where there was none."""
        text = self._kept.definitions.get((name, revision))
        return None if text is None else decode_document(text)

    async def revision_at(self, name: str, at: datetime) -> DagRecord | None:
        """Return the newest revision that was stored at or before `at`, None where there is none."""
        kept = self._kept
        for record in reversed(kept.written.get(name, [])):
            if record.updated_at <= at:
                document = decode_document(kept.definitions[name, record.revision])
                return replace(record, status=ParentStatus.RUNNING, document=document)
        return None

    async def history(self, name: str, *, since: datetime, after: int = 0, limit: int = 1000) -> History:
        """Return a page of what the ramp of `name` was told."""
        kept = self._kept
        return kept.history.read(name, kept.states.get(name), since=since, after=after, limit=limit)

    async def prune_history(
        self, epoch: int, *, before: datetime, after: int = 0, limit: int = 10_000
    ) -> Pruned:
        """Remove what is old in a stretch of the record."""
        kept = self._writing(epoch)
        stamp(kept)
        return kept.history.prune(before=before, after=after, limit=limit)
