"""Ramp states in the database: one row a parent."""

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, bindparam, delete, exists, select, union
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.core.model import ParentStatus, RampState
from autoclone.persistence.bulk import Bulk
from autoclone.persistence.codec import decode_state, encode_state, storable
from autoclone.persistence.definitions import RECORDS, record_of
from autoclone.persistence.fence import Stamp
from autoclone.persistence.tables import dags, ramps
from autoclone.ports import DagRecord

# All but the version, which is not known before the transaction has begun.
StateRow = tuple[str, str, int, int, str]

LOADED = RECORDS.add_columns(ramps.c.state).outerjoin(ramps, ramps.c.parent == dags.c.name)

UPSERT = Bulk(ramps, ("parent", "phase", "sequence", "epoch", "state", "version"), key="parent")

DROP_TOMBSTONE = delete(dags).where(
    dags.c.name == bindparam("gone"), dags.c.status == ParentStatus.DELETED.value
)
# Where the DAG was stored again meanwhile, its state stays too: its sequence of events goes on.
DROP_STATE = delete(ramps).where(
    ramps.c.parent == bindparam("gone"), ~exists().where(dags.c.name == ramps.c.parent)
)


async def load(
    connection: AsyncConnection, *, after: str | None, limit: int, since: int
) -> Sequence[tuple[DagRecord, RampState]]:
    """Return up to `limit` DAGs with their states, in name order, as `Store.load`."""
    statement = LOADED.order_by(dags.c.name).limit(limit)
    if after is not None:
        statement = statement.where(dags.c.name > after)
    if since:
        statement = statement.where(_written_after(since))
    return [
        (record_of(row), RampState(row.name) if row.state is None else decode_state(row.state))
        for row in await connection.execute(statement)
    ]


def _written_after(version: int) -> ColumnElement[bool]:
    """Say which DAGs are new, by way of their names: no index serves an `or` over two tables."""
    definitions = select(dags.c.name).where(dags.c.version > version)
    states = select(ramps.c.parent).where(ramps.c.version > version)
    return dags.c.name.in_(union(definitions, states))


async def get(connection: AsyncConnection, parent: str) -> RampState | None:
    """Return the state last stored for `parent`, None where there is none."""
    text = await connection.scalar(select(ramps.c.state).where(ramps.c.parent == storable(parent)))
    return None if text is None else decode_state(text)


def rows(epoch: int, states: Iterable[RampState]) -> list[StateRow]:
    """Return the rows of the states."""
    return [(state.parent, state.phase.value, state.sequence, epoch, encode_state(state)) for state in states]


async def put(connection: AsyncConnection, states: Sequence[StateRow], version: int) -> None:
    """Store the states in these rows, each over the one before it."""
    await UPSERT.run(connection, [(*row, version) for row in states])


async def forget(connection: AsyncConnection, parents: Sequence[str]) -> None:
    """Drop the tombstones and states of `parents`; keep those of a DAG that was stored again meanwhile."""
    if parents:
        gone = [{"gone": parent} for parent in parents]
        await connection.execute(DROP_TOMBSTONE, gone)
        await connection.execute(DROP_STATE, gone)


async def resume(connection: AsyncConnection, stamp: Stamp, parent: str, sequence: int) -> None:
    """Have a forgotten parent that comes back number its events on from `sequence`."""
    if sequence and await get(connection, parent) is None:
        await put(connection, rows(stamp.epoch, [RampState(parent, sequence=sequence)]), stamp.version)
