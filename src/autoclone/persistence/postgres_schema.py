"""Bringing a database of PostgreSQL to the newest schema, or refusing it before anything is touched."""

from sqlalchemy import Connection, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from autoclone.persistence import schema
from autoclone.persistence.failures import unusable

# Any number will do, as long as each AutoClone takes this one: its bytes spell AutoClon.
TURN = 0x4175746F436C6F6E


async def prepare(connection: AsyncConnection, where: str) -> None:
    """Check that the database is ours or empty, and bring it up to date, all in the transaction at hand.

    Of several servers that start at once, one does it and the others wait for it.

    Raises:
        StoreError: it is not ours, of a newer version, or cannot hold every text. It was not touched.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(TURN)))
    await connection.run_sync(_check, where)
    await connection.run_sync(schema.upgrade)
    await connection.exec_driver_sql(schema.WRITES_NOTHING)


def _check(connection: Connection, where: str) -> None:
    encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
    if encoding != "UTF8":
        remedy = "Create one with ENCODING 'UTF8', or name another database"
        raise unusable(where, f"its encoding {encoding} has no place for some letters. {remedy}")
    schema.check(connection, where, "another database")
