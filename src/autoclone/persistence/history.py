"""The record of what ramps were told, in the database."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.persistence import ramps
from autoclone.persistence.bulk import Bulk
from autoclone.persistence.codec import decode_state, encode_state, storable, to_micros
from autoclone.persistence.history_codec import decode_defaults, decode_heard, encode_defaults, encode_heard
from autoclone.persistence.tables import steps
from autoclone.ports import Defaults, History, Pruned, Steps

StepsRow = tuple[str, int, int, str, str, str | None]

APPEND = Bulk(steps, ("parent", "at", "revision", "defaults", "heard", "state"))


def rows(recorded: Iterable[Steps]) -> list[StepsRow]:
    """Return the rows of what is to be recorded."""
    lent: dict[Defaults, str] = {}  # one server lends the same to all
    return [
        (
            one.parent,
            to_micros(one.heard[0].now),
            one.revision,
            lent.get(one.defaults) or lent.setdefault(one.defaults, encode_defaults(one.defaults)),
            encode_heard(one.heard),
            None if one.before is None else encode_state(one.before),
        )
        for one in recorded
    ]


async def append(connection: AsyncConnection, recorded: Sequence[StepsRow]) -> None:
    """Add these rows, in their order, at the end."""
    await APPEND.run(connection, recorded)


async def read(
    connection: AsyncConnection, parent: str, *, since: datetime, after: int, limit: int
) -> History:
    """Return a page, as `Store.history`."""
    mine = steps.c.parent == storable(parent)
    start = after + 1 if after else await _start(connection, parent, since)
    statement = (
        select(steps).where(mine, steps.c.position >= start).order_by(steps.c.position).limit(limit + 1)
    )
    found = list(await connection.execute(statement))
    page = tuple(map(_steps_of, found[:limit]))
    if len(found) > limit:
        return History(page, next=found[limit - 1].position)
    return History(page, state=await ramps.get(connection, parent))


async def _start(connection: AsyncConnection, parent: str, since: datetime) -> int:
    """Return the position to begin with: that of the last recorded state from before, else of the first."""
    stated = select(func.max(steps.c.position)).where(
        steps.c.parent == storable(parent), steps.c.state.is_not(None)
    )
    last: int | None = await connection.scalar(stated.where(steps.c.at <= to_micros(since)))
    if last is not None:
        return last
    first = stated.with_only_columns(func.min(steps.c.position))
    return await connection.scalar(first) or 0


def _steps_of(row: Row[*tuple[Any, ...]]) -> Steps:
    return Steps(
        parent=row.parent,
        revision=row.revision,
        defaults=decode_defaults(row.defaults),
        heard=decode_heard(row.heard),
        before=None if row.state is None else decode_state(row.state),
    )


async def prune(connection: AsyncConnection, *, before: datetime, after: int, limit: int) -> Pruned:
    """Remove what is old in the next stretch, as `Store.prune_history`."""
    old = to_micros(before)
    position = steps.c.position
    stretch = select(position, steps.c.at).where(position > after).order_by(position).limit(limit).subquery()
    looking = select(func.max(stretch.c.position), func.count(), func.min(stretch.c.at))
    end, count, oldest = (await connection.execute(looking)).one()
    if oldest is None or oldest >= old:
        return Pruned(position=after)
    later = steps.alias()
    superseded = exists().where(
        later.c.parent == steps.c.parent,
        later.c.position > position,
        later.c.state.is_not(None),
        later.c.at < old,
    )
    removal = delete(steps).where(position > after, position <= end, steps.c.at < old, superseded)
    removed = (await connection.execute(removal)).rowcount
    return Pruned(removed, 0, end, done=count < limit)
