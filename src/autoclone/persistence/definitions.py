"""Definitions in the database: every revision of each, and which DAGs there are."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.core.model import ParentStatus
from autoclone.errors import UnknownDag
from autoclone.persistence.bulk import Bulk
from autoclone.persistence.codec import (
    decode_document,
    encode_document,
    from_micros,
    storable,
    to_micros,
)
from autoclone.persistence.fence import Stamp
from autoclone.persistence.rules import check_delete, check_put, status_of_put
from autoclone.persistence.tables import dag_revisions, dags
from autoclone.ports import DagRecord, JsonObject

# No statement names more DAGs than this at once: a database takes only so many parameters.
CHUNK = 1000

RECORDS = select(
    dags.c.name,
    dag_revisions.c.document,
    dags.c.revision,
    dag_revisions.c.source,
    dags.c.status,
    dag_revisions.c.updated_at,
).join_from(dags, dag_revisions)
CURRENT = Bulk(dags, ("name", "revision", "status", "deleted_at", "epoch", "version"), key="name")
PRESENT = dags.c.status != ParentStatus.DELETED.value


@dataclass(frozen=True, slots=True)
class Head:
    """Where a name stands.

    Attributes:
        last: the last revision that was ever stored under it, 0 where there was none.
        status: what the operator wants of the DAG, None where there is none, not even a tombstone.
    """

    last: int
    status: ParentStatus | None

    @property
    def revision(self) -> int | None:
        """The revision of the DAG, None where there is none or it is deleted."""
        return None if self.status in (None, ParentStatus.DELETED) else self.last


async def head(connection: AsyncConnection, name: str) -> Head:
    """Return where `name` stands."""
    last = select(func.max(dag_revisions.c.revision)).where(dag_revisions.c.name == name)
    status = await connection.scalar(select(dags.c.status).where(dags.c.name == name))
    return Head(
        last=await connection.scalar(last) or 0,
        status=None if status is None else ParentStatus(status),
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """A definition about to be stored. The fields are those of `Store.put_dag`."""

    name: str
    document: JsonObject
    source: str
    at: datetime
    if_revision: int | None = None
    if_absent: bool = False


async def put(connection: AsyncConnection, stamp: Stamp, draft: Draft, stored: Head) -> DagRecord:
    """Store the definition over what is `stored`, and return the record.

    Raises:
        RevisionMismatch, DagExists: as `Store.put_dag`.
        InvalidInput: the document cannot be written as JSON.
    """
    check_put(draft.name, stored.revision, if_revision=draft.if_revision, if_absent=draft.if_absent)
    revision = {
        "name": draft.name,
        "revision": stored.last + 1,
        "document": encode_document(draft.document),
        "source": storable(draft.source),
        "updated_at": to_micros(draft.at),
        "epoch": stamp.epoch,
    }
    await connection.execute(insert(dag_revisions), revision)
    status = status_of_put(stored.status).value
    row = (draft.name, stored.last + 1, status, None, stamp.epoch, stamp.version)
    await CURRENT.run(connection, [row])
    return await _record(connection, draft.name)


async def delete(
    connection: AsyncConnection, stamp: Stamp, name: str, *, at: datetime, if_revision: int | None
) -> DagRecord:
    """Turn the DAG into a tombstone, and return its record. Raises as `Store.delete_dag`."""
    check_delete(name, (await head(connection, name)).revision, if_revision=if_revision)
    row = {"status": ParentStatus.DELETED.value, "deleted_at": to_micros(at), **asdict(stamp)}
    await connection.execute(update(dags).where(dags.c.name == name).values(row))
    return await _record(connection, name)


async def set_status(connection: AsyncConnection, stamp: Stamp, name: str, status: ParentStatus) -> DagRecord:
    """Store the status of the DAG, and return its record. Raises `UnknownDag`."""
    changing = update(dags).where(dags.c.name == name, PRESENT)
    if not (await connection.execute(changing.values(status=status.value, **asdict(stamp)))).rowcount:
        raise UnknownDag(name)
    return await _record(connection, name)


async def _record(connection: AsyncConnection, name: str) -> DagRecord:
    return record_of((await connection.execute(RECORDS.where(dags.c.name == name))).one())


async def get(connection: AsyncConnection, name: str) -> DagRecord | None:
    """Return the record of a DAG, None where there is none or it is deleted."""
    row = (await connection.execute(RECORDS.where(dags.c.name == storable(name), PRESENT))).one_or_none()
    return None if row is None else record_of(row)


async def documents(connection: AsyncConnection, names: Sequence[str]) -> Mapping[str, JsonObject]:
    """Return the newest documents by name, those of tombstones included, unknown names left out."""
    found: dict[str, JsonObject] = {}
    for chunk in _chunks(names):
        rows = await connection.execute(RECORDS.where(dags.c.name.in_(chunk)))
        found.update((row.name, decode_document(row.document)) for row in rows)
    return found


async def revision(connection: AsyncConnection, name: str, number: int) -> JsonObject | None:
    """Return the definition that a revision was, None where there was none."""
    wanted = select(dag_revisions.c.document).where(
        dag_revisions.c.name == storable(name), dag_revisions.c.revision == number
    )
    text = await connection.scalar(wanted)
    return None if text is None else decode_document(text)


async def revision_at(connection: AsyncConnection, name: str, at: datetime) -> DagRecord | None:
    """Return the newest revision that was stored at or before `at`, None where there is none."""
    wanted = (
        select(dag_revisions)
        .where(dag_revisions.c.name == storable(name), dag_revisions.c.updated_at <= to_micros(at))
        .order_by(dag_revisions.c.revision.desc())
        .limit(1)
    )
    row = (await connection.execute(wanted)).one_or_none()
    if row is None:
        return None
    return DagRecord(
        name=row.name,
        document=decode_document(row.document),
        revision=row.revision,
        source=row.source,
        status=ParentStatus.RUNNING,
        updated_at=from_micros(row.updated_at),
    )


async def count(connection: AsyncConnection) -> int:
    """Return how many DAGs there are, tombstones included."""
    return await connection.scalar(select(func.count()).select_from(dags)) or 0


async def page(
    connection: AsyncConnection, *, after: str | None, limit: int, names: Sequence[str] | None
) -> Sequence[DagRecord]:
    """Return up to `limit` records in name order, past the name `after`, only of `names` where given."""
    statement = RECORDS.where(PRESENT).order_by(dags.c.name)
    if after is not None:
        statement = statement.where(dags.c.name > storable(after))
    if names is None:
        return list(map(record_of, await connection.execute(statement.limit(limit))))
    found: list[DagRecord] = []
    for chunk in _chunks(sorted(set(map(storable, names)))):
        rows = statement.where(dags.c.name.in_(chunk)).limit(limit - len(found))
        found += map(record_of, await connection.execute(rows))
    return found


def record_of(row: Row[*tuple[Any, ...]]) -> DagRecord:
    """Return the record in a row of `RECORDS`."""
    return DagRecord(
        name=row.name,
        document=decode_document(row.document),
        revision=row.revision,
        source=row.source,
        status=ParentStatus(row.status),
        updated_at=from_micros(row.updated_at),
    )


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[first : first + CHUNK] for first in range(0, len(names), CHUNK))
