"""Removing old events from the journal: a stretch of it at a time, so that no other write waits for long.

Events follow one another in time, but for clocks that were set. So the journal is gone through from its
beginning until a stretch has nothing old. From there on, one index leads to what is old all the same, and
another to unsent events, which may count as old sooner.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningDelete

from autoclone.persistence.codec import to_micros
from autoclone.persistence.tables import events, fence
from autoclone.ports import Pruned

Looking = Select[Any, int, Any]
Removal = ReturningDelete[int]

SENT = events.c.published_at.is_not(None)
UNSENT = events.c.published_at.is_(None)
PAST_THE_END = 2**63 - 1


def _stretch(*conditions: ColumnElement[bool]) -> Looking:
    """Return the query for where the next stretch ends, how many events it has, and when the first was."""
    position = events.c.position
    looked_at = (
        select(position, events.c.at)
        .where(position > bindparam("after"), position < bindparam("end"), *conditions)
        .order_by(position)
        .limit(bindparam("size"))
        .subquery()
    )
    return select(func.max(looked_at.c.position), func.count(), func.min(looked_at.c.at))


def _removal(kind: ColumnElement[bool]) -> Removal:
    """Return the statement that removes what is old in a stretch, but never the newest event of a parent."""
    later = events.alias()
    followed = exists().where(later.c.parent == events.c.parent, later.c.sequence > events.c.sequence)
    position = events.c.position
    within = position > bindparam("after"), position <= bindparam("end")
    old = delete(events).where(*within, kind, events.c.at < bindparam("before"), followed)
    return old.returning(position)


OF_ALL, OF_UNSENT = _stretch(), _stretch(UNSENT)
REMOVE_SENT, REMOVE_UNSENT = _removal(SENT), _removal(UNSENT)
NOTE = update(fence).where(fence.c.removed < bindparam("last")).values(removed=bindparam("last"))
# The sum keeps databases from going through the journal in its order, in the hope of meeting one soon.
FIRST_OLD = select(func.min(events.c.position + 0)).where(
    events.c.position > bindparam("after"), events.c.at < bindparam("before")
)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is old, and where. The fields are those of `Store.prune`; the stretch ends before `end`."""

    before: datetime
    unsent_before: datetime | None
    after: int
    limit: int
    end: int = PAST_THE_END


async def prune(connection: AsyncConnection, bounds: Bounds) -> Pruned:
    """Remove what is old in the next stretch."""
    pruned = await _prune_all(connection, bounds)
    if pruned is not None:
        return pruned
    old = {"after": bounds.after, "before": to_micros(bounds.before)}
    first: int | None = await connection.scalar(FIRST_OLD, old)
    between = bounds if first is None else replace(bounds, end=first)
    pruned = await _prune_unsent(connection, between)
    if pruned is not None:
        return pruned if first is None else replace(pruned, done=False)
    ahead = None if first is None else await _prune_all(connection, replace(bounds, after=first - 1))
    return ahead or Pruned(position=bounds.after)


async def _prune_all(connection: AsyncConnection, bounds: Bounds) -> Pruned | None:
    """Remove what is old in the next stretch. Return None where nothing in it happened `before`."""
    end, count, oldest = await _look(connection, OF_ALL, bounds)
    if oldest is None or oldest >= to_micros(bounds.before):
        return None
    sent = await _removed(connection, REMOVE_SENT, bounds.before, bounds.after, end)
    unsent = await _removed(connection, REMOVE_UNSENT, bounds.unsent_before, bounds.after, end)
    return Pruned(sent, unsent, end, done=count < bounds.limit)


async def _prune_unsent(connection: AsyncConnection, bounds: Bounds) -> Pruned | None:
    """Remove what is old in the next stretch of unsent events. Return None where nothing is."""
    before = bounds.unsent_before
    if before is None or before <= bounds.before:
        return None
    end, count, oldest = await _look(connection, OF_UNSENT, bounds)
    if oldest is None or oldest >= to_micros(before):
        return None
    unsent = await _removed(connection, REMOVE_UNSENT, before, bounds.after, end)
    return Pruned(0, unsent, end, done=count < bounds.limit)


async def _look(connection: AsyncConnection, stretch: Looking, bounds: Bounds) -> tuple[int, int, int | None]:
    looking = {"after": bounds.after, "end": bounds.end, "size": bounds.limit}
    end, count, oldest = (await connection.execute(stretch, looking)).one()
    return end, count, oldest


async def _removed(
    connection: AsyncConnection,
    removal: Removal,
    before: datetime | None,
    after: int,
    end: int,
) -> int:
    """Remove, and return how many that were; `before` None: none."""
    if before is None:
        return 0
    bounds = {"after": after, "end": end, "before": to_micros(before)}
    gone = (await connection.scalars(removal, bounds)).all()
    if gone:
        await connection.execute(NOTE, {"last": max(gone)})
    return len(gone)
