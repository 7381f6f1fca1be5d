"""The fence: the epoch in force, read inside the transaction of each write."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.persistence.codec import storable, to_micros
from autoclone.persistence.rules import check_epoch
from autoclone.persistence.tables import epochs, fence

# The row stays locked until the transaction ends: what is read here still holds when it commits, and all that
# write, in any process, write one after the other. SQLite locks the whole database instead, at the beginning.
IN_FORCE = select(fence.c.epoch).with_for_update()


async def check(connection: AsyncConnection, epoch: int) -> None:
    """Raise `StaleEpoch` unless `epoch` is in force."""
    check_epoch(epoch, await _in_force(connection))


async def claim(connection: AsyncConnection, owner: str, at: datetime) -> int:
    """Put the next epoch in force for `owner`, note who holds it since when, and return its number."""
    epoch = await _in_force(connection) + 1
    await connection.execute(update(fence).values(epoch=epoch))
    row = {"epoch": epoch, "owner": storable(owner), "claimed_at": to_micros(at)}
    await connection.execute(insert(epochs), row)
    return epoch


async def _in_force(connection: AsyncConnection) -> int:
    epoch: int = (await connection.execute(IN_FORCE)).scalar_one()
    return epoch
