"""The store in a database: SQLAlchemy Core, whatever database it is.

Each write is one transaction that checks the epoch first. Each read sees one snapshot, beside the writes.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.core.model import ParentStatus, RampState
from autoclone.persistence import definitions, fence, history, journal, outbox, ramps, retention
from autoclone.persistence.fence import Claim, Stamp
from autoclone.persistence.session import Database, to_the_end
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

T = TypeVar("T")
FencedWork = Callable[[AsyncConnection, Stamp], Awaitable[T]]


class SqlStore:
    """A `Store` in a database. The port says what each method does."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self) -> None:
        """Connect, and bring the schema up to date.

        Raises:
            StoreError: the database cannot be used as it is. It was not touched.
            Transient: it may be usable in a moment.
        """
        try:
            await to_the_end(self._database.prepare())
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        """Close every connection. Closing twice is harmless."""
        await to_the_end(self._database.stop())

    async def lease(self) -> Lease:
        """Return who may write, as it stands now."""
        return await self._database.read(fence.lease)

    async def claim_epoch(
        self,
        owner: str,
        at: datetime,
        *,
        address: str | None = None,
        term: timedelta = timedelta(),
        seen: Lease | None = None,
    ) -> int:
        """Begin a new epoch for `owner` and return its number."""
        wanted = Claim(owner, at, address, term, seen)
        return await self._database.write(lambda connection: fence.claim(connection, wanted))

    async def release(self, epoch: int) -> None:
        """Have nobody hold the lease."""
        await self._database.write(lambda connection: fence.release(connection, epoch))

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
        draft = definitions.Draft(name, document, source, at, if_revision, if_absent)

        async def put(connection: AsyncConnection, stamp: Stamp) -> DagRecord:
            stored = await definitions.head(connection, name)
            record = await definitions.put(connection, stamp, draft, stored)
            if stored.status is None:
                sequence = await journal.last_sequence(connection, name)
                await ramps.resume(connection, stamp, name, sequence)
            return record

        return await self._write(epoch, put)

    async def delete_dag(
        self, epoch: int, name: str, *, at: datetime, if_revision: int | None = None
    ) -> DagRecord:
        """Mark the DAG deleted, and return the record with status DELETED."""
        return await self._write(
            epoch,
            lambda connection, stamp: definitions.delete(
                connection, stamp, name, at=at, if_revision=if_revision
            ),
        )

    async def set_status(self, epoch: int, name: str, status: ParentStatus) -> DagRecord:
        """Store what the operator wants of the DAG."""
        return await self._write(
            epoch, lambda connection, stamp: definitions.set_status(connection, stamp, name, status)
        )

    async def get_dag(self, name: str) -> DagRecord | None:
        """Return the DAG's newest revision, None where there is none or it is deleted."""
        return await self._database.read(lambda connection: definitions.get(connection, name))

    async def get_documents(self, names: Sequence[str]) -> Mapping[str, JsonObject]:
        """Return the newest documents of many DAGs at once."""
        return await self._database.read(lambda connection: definitions.documents(connection, names))

    async def list_dags(
        self, *, after: str | None = None, limit: int = 100, names: Sequence[str] | None = None
    ) -> Sequence[DagRecord]:
        """Return up to `limit` records in name order, after the name `after`; only `names` where given."""
        return await self._database.read(
            lambda connection: definitions.page(connection, after=after, limit=limit, names=names)
        )

    async def load(
        self, *, after: str | None = None, limit: int = 1000, since: int = 0
    ) -> Sequence[tuple[DagRecord, RampState]]:
        """Return up to `limit` DAGs in name order with their ramp states, tombstones included."""
        return await self._database.read(
            lambda connection: ramps.load(connection, after=after, limit=limit, since=since)
        )

    async def count_dags(self) -> int:
        """Return how many DAGs there are, tombstones included."""
        return await self._database.read(definitions.count)

    async def get_state(self, name: str) -> RampState | None:
        """Return the ramp state last committed for `name`, None where there is none."""
        return await self._database.read(lambda connection: ramps.get(connection, name))

    async def commit(self, epoch: int, changes: Sequence[Change]) -> None:
        """Make the changes durable in one transaction: all of them, or none."""
        last = {change.state.parent: change for change in changes}
        states = ramps.rows(epoch, (change.state for change in last.values()))
        news = journal.rows(event for change in changes for event in change.events)
        told = history.rows(change.steps for change in changes if change.steps is not None)
        gone = [name for name, change in last.items() if change.forget]

        async def put(connection: AsyncConnection, stamp: Stamp) -> None:
            await ramps.put(connection, states, stamp.version)
            await journal.append(connection, news)
            await history.append(connection, told)
            await ramps.forget(connection, gone)

        await self._write(epoch, put)

    async def events(
        self, where: EventFilter, *, after: int = 0, limit: int = 100, newest_first: bool = False
    ) -> Sequence[JournalEntry]:
        """Return journalled events, in journal order or from its end backwards."""
        return await self._database.read(
            lambda connection: journal.read(
                connection, where, after=after, limit=limit, newest_first=newest_first
            )
        )

    async def span(self) -> JournalSpan:
        """Return from where to where the journal goes."""
        return await self._database.read(journal.span)

    async def unsent(self, limit: int) -> Sequence[JournalEntry]:
        """Return up to `limit` events that were not published yet, in journal order."""
        return await self._database.read(lambda connection: outbox.unsent(connection, limit))

    async def mark_sent(self, epoch: int, positions: Sequence[int], at: datetime) -> None:
        """Note that these were published."""
        await self._write(epoch, lambda connection, _: outbox.mark_sent(connection, positions, at))

    async def lag(self) -> OutboxLag:
        """Return how much waits to be published."""
        return await self._database.read(outbox.lag)

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
        bounds = retention.Bounds(before, unsent_before, after, limit)
        return await self._write(epoch, lambda connection, _: retention.prune(connection, bounds))

    async def get_revision(self, name: str, revision: int) -> JsonObject | None:
        """Return the definition that `revision` of `name` was, None where there was none."""
        return await self._database.read(lambda connection: definitions.revision(connection, name, revision))

    async def revision_at(self, name: str, at: datetime) -> DagRecord | None:
        """Return the newest revision that was stored at or before `at`, None where there is none."""
        return await self._database.read(lambda connection: definitions.revision_at(connection, name, at))

    async def history(self, name: str, *, since: datetime, after: int = 0, limit: int = 1000) -> History:
        """Return a page of what the ramp of `name` was told."""
        return await self._database.read(
            lambda connection: history.read(connection, name, since=since, after=after, limit=limit)
        )

    async def prune_history(
        self, epoch: int, *, before: datetime, after: int = 0, limit: int = 10_000
    ) -> Pruned:
        """Remove what is old in a stretch of the record."""
        return await self._write(
            epoch, lambda connection, _: history.prune(connection, before=before, after=after, limit=limit)
        )

    async def _write(self, epoch: int, work: FencedWork[T]) -> T:
        """Do `work` in one transaction, once it is certain that `epoch` is in force."""

        async def fenced(connection: AsyncConnection) -> T:
            return await work(connection, await fence.enter(connection, epoch))

        return await self._database.write(fenced)
