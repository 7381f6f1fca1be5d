"""What became of a write whose answer was lost.

It may have been committed or not. To do it again could do it twice, and to give it up could lose it: its
caller would decide anew from what is no longer true. So PostgreSQL is asked, until it tells.
"""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.errors import Transient
from autoclone.persistence.failures import busy

NUMBER = text("SELECT txid_current()")
FATE = text("SELECT txid_status(:transaction)")
# The database knows of no such transaction: it is a replica, or a backup, that never saw it.
IN_THE_FUTURE = "22023"


class UnsureError(Exception):
    """Whether a write was committed is not known.

    Attributes:
        transaction: its number.
        done: what the write returns if it was.
    """

    def __init__(self, transaction: int, done: object) -> None:
        super().__init__(transaction)
        self.transaction = transaction
        self.done = done


def lost(where: str) -> Transient:
    """Return the error for a write that was not made, and for others while that is not known yet."""
    return busy(where, "the connection was lost in the middle of a commit. Try again")


async def number(connection: AsyncConnection) -> int:
    """Return the number of the transaction at hand, by which it can be asked for later."""
    found: int = (await connection.execute(NUMBER)).scalar_one()
    return found


async def was_committed(connection: AsyncConnection, transaction: int, where: str) -> bool:
    """Return whether a transaction was committed.

    Raises:
        Transient: PostgreSQL is still at it.
    """
    try:
        fate = await connection.scalar(FATE, {"transaction": transaction})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != IN_THE_FUTURE:
            raise
        return False
    if fate == "in progress":
        raise busy(where, "a transaction is still under way. Try again")
    return bool(fate == "committed")
