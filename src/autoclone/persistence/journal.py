"""The journal in the database: every event, in the order in which they became durable."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.core.events import Event, EventType
from autoclone.persistence.bulk import Bulk
from autoclone.persistence.codec import decode_details, encode_details, from_micros, storable, to_micros
from autoclone.persistence.tables import events, fence
from autoclone.ports import EventFilter, JournalEntry, JournalSpan

EventRow = tuple[str, int, int, str, str | None, str, int, int, int, str | None, str | None]

COLUMNS = (
    "parent",
    "sequence",
    "at",
    "type",
    "clone",
    "status",
    "clones",
    "target",
    "epoch",
    "message",
    "details",
)
APPEND = Bulk(events, COLUMNS)
SPAN = select(select(func.max(events.c.position)).scalar_subquery(), fence.c.removed)

# So many events of the index by time are looked at, at most, before the journal itself is.
RECENT = 10_000


def rows(news: Iterable[Event]) -> list[EventRow]:
    """Return the rows of the events."""
    return [
        (
            event.parent,
            event.sequence,
            to_micros(event.at),
            event.type.value,
            event.clone,
            event.status,
            event.clones,
            event.target,
            event.epoch,
            None if event.message is None else storable(event.message),
            encode_details(event),
        )
        for event in news
    ]


async def append(connection: AsyncConnection, news: Sequence[EventRow]) -> None:
    """Add the events in these rows, in their order, at the end."""
    await APPEND.run(connection, news)


async def last_sequence(connection: AsyncConnection, parent: str) -> int:
    """Return the number of the newest event of `parent`, 0 where there is none.

    Whatever removes old events has to leave the newest of each parent, so that no number is used twice.
    """
    newest = select(func.max(events.c.sequence)).where(events.c.parent == parent)
    return await connection.scalar(newest) or 0


async def read(
    connection: AsyncConnection, where: EventFilter, *, after: int, limit: int, newest_first: bool
) -> Sequence[JournalEntry]:
    """Return up to `limit` entries, as `Store.events`."""
    position = events.c.position
    # A parent's own numbers are in journal order too, and there is an index that begins with them.
    order = position if where.parent is None else events.c.sequence
    first = await _first(connection, where)
    past = [position > (first - 1 if newest_first else max(after, first - 1))]
    if newest_first and after:
        past.append(position < after)
    statement = select(events).where(*past, *_conditions(where)).limit(limit)
    found = await connection.execute(statement.order_by(order.desc() if newest_first else order))
    return list(map(entry_of, found.all()))


async def span(connection: AsyncConnection) -> JournalSpan:
    """Return from where to where the journal goes."""
    newest, removed = (await connection.execute(SPAN)).one()
    return JournalSpan(newest or 0, removed)


def _conditions(where: EventFilter) -> Iterator[ColumnElement[bool]]:
    if where.parent is not None:
        yield events.c.parent == storable(where.parent)
    if where.types:
        yield events.c.type.in_([storable(kind) for kind in where.types])
    if where.since is not None:
        yield events.c.at >= to_micros(where.since)
    if where.until is not None:
        yield events.c.at < to_micros(where.until)


async def _first(connection: AsyncConnection, where: EventFilter) -> int:
    """Return a position before which nothing can match, so that nobody goes through all that was before.

    An index by time tells which the newest events are. Where more than some are new enough, the answer is 0:
    then it does not take long to meet one anyway.
    """
    if where.since is None or where.parent is not None:
        return 0
    newest = select(events.c.position).where(events.c.at >= to_micros(where.since))
    recent = newest.order_by(events.c.at.desc()).limit(RECENT).subquery()
    counted = select(func.count(), func.min(recent.c.position))
    count, first = (await connection.execute(counted)).one()
    return 0 if count == RECENT else first or 0


def entry_of(row: Row[*tuple[Any, ...]]) -> JournalEntry:
    """Return the entry in a row of the whole table."""
    # Taken apart at once: each column that is asked for by its name costs as much as all of this.
    position, parent, sequence, at, kind, clone, status, clones, target, epoch, message, _, details = row
    hold, by = decode_details(details)
    event = Event(
        sequence=sequence,
        at=from_micros(at),
        type=EventType(kind),
        parent=parent,
        clone=clone,
        status=status,
        clones=clones,
        target=target,
        epoch=epoch,
        message=message,
        hold=hold,
        by=by,
    )
    return JournalEntry(position, event)
