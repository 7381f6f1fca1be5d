"""The outbox: the part of the journal that was not published yet.

Writers follow one another, so that positions become visible in their order: what is read here is never
followed by an earlier event.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.persistence.codec import from_micros, to_micros
from autoclone.persistence.journal import entry_of
from autoclone.persistence.tables import events
from autoclone.ports import JournalEntry, OutboxLag

UNSENT = events.c.published_at.is_(None)
MARK = (
    update(events)
    .where(events.c.position.in_(bindparam("sent", expanding=True)), UNSENT)
    .values(published_at=bindparam("at_micros"))
)
# A database takes only so many values at once.
CHUNK = 10_000


async def unsent(connection: AsyncConnection, limit: int) -> Sequence[JournalEntry]:
    """Return up to `limit` entries from the first that was not published on."""
    found = await connection.execute(select(events).where(UNSENT).order_by(events.c.position).limit(limit))
    return list(map(entry_of, found.all()))


async def mark_sent(connection: AsyncConnection, positions: Sequence[int], at: datetime) -> None:
    """Note that these were published at `at`. A mark that is there stays."""
    for start in range(0, len(positions), CHUNK):
        sent = list(positions[start : start + CHUNK])
        await connection.execute(MARK, {"sent": sent, "at_micros": to_micros(at)})


async def lag(connection: AsyncConnection) -> OutboxLag:
    """Return how much waits, and since when."""
    waiting = select(func.count(), func.min(events.c.position)).where(UNSENT)
    count, first = (await connection.execute(waiting)).one()
    if first is None:
        return OutboxLag()
    oldest = (await connection.execute(select(events.c.at).where(events.c.position == first))).scalar_one()
    return OutboxLag(count, from_micros(oldest))
