"""The fence: one row that says which epoch is in force, who holds it, and how many writes there were."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.errors import LeaseTaken
from autoclone.persistence.codec import from_length, storable, to_length, to_micros
from autoclone.persistence.rules import check_epoch
from autoclone.persistence.tables import epochs, fence
from autoclone.ports import Lease

LEASE = select(fence.c.epoch, fence.c.version, fence.c.owner, fence.c.address, fence.c.lease_term)

# The row stays locked until the transaction ends: what is said here still holds when it commits, and all that
# write, in any process, write one after the other, in the order of their versions. SQLite locks the whole
# database instead, at the beginning.
NEXT = update(fence).values(version=fence.c.version + 1).returning(fence.c.epoch, fence.c.version)
RELEASED = NEXT.values(owner="", address=None, lease_term=0)
CLAIMED = NEXT.values(epoch=fence.c.epoch + 1)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the rows written in one transaction carry.

    Attributes:
        epoch: the epoch of the writer.
        version: the version of the lease, from this transaction on.
    """

    epoch: int
    version: int


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim about to be made. The fields are those of `Store.claim_epoch`."""

    owner: str
    at: datetime
    address: str | None
    term: timedelta
    seen: Lease | None


async def lease(connection: AsyncConnection) -> Lease:
    """Return the lease as it stands."""
    row = (await connection.execute(LEASE)).one()
    return Lease(row.epoch, row.version, row.owner, row.address, from_length(row.lease_term))


async def enter(connection: AsyncConnection, epoch: int) -> Stamp:
    """Count a write, and return what its rows carry. Raises `StaleEpoch`, which undoes the count."""
    row = (await connection.execute(NEXT)).one()
    check_epoch(epoch, row.epoch)
    return Stamp(row.epoch, row.version)


async def release(connection: AsyncConnection, epoch: int) -> None:
    """Have nobody hold the lease. Raises `StaleEpoch`, which undoes it."""
    check_epoch(epoch, (await connection.execute(RELEASED)).one().epoch)


async def claim(connection: AsyncConnection, wanted: Claim) -> int:
    """Put the next epoch in force, note who holds it since when, and return its number.

    Raises:
        LeaseTaken: something was written since the lease was `seen`.
    """
    owner = storable(wanted.owner)
    address = None if wanted.address is None else storable(wanted.address)
    claiming = CLAIMED.values(owner=owner, address=address, lease_term=to_length(wanted.term))
    if wanted.seen is not None:
        claiming = claiming.where(fence.c.version == wanted.seen.version)
    row = (await connection.execute(claiming)).one_or_none()
    if row is None:
        raise LeaseTaken((await lease(connection)).owner)
    held = {"epoch": row.epoch, "owner": owner, "claimed_at": to_micros(wanted.at)}
    await connection.execute(insert(epochs), held)
    return int(row.epoch)
