"""The fence: the epoch in force, read inside the transaction of each write."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.persistence.codec import storable, to_micros
from autoclone.persistence.rules import check_epoch
from autoclone.persistence.tables import epochs, fence

IN_FORCE = select(fence.c.epoch)


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
